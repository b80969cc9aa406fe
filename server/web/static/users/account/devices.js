/** The sign-ins of the account, with buttons to end them. */
import { t } from "../../ui/boot.js";
import { ago, at } from "../../ui/dates.js";
import { html } from "../../ui/html.js";

/** @typedef {import("../../ui/api-types.js").OwnSignIn} SignIn */

/** @param {SignIn[]} signIns */
export const devicesCard = (signIns) => html`<section class="card" data-key="devices"><h2>${t("account.devices")}</h2><ul class="devices">${signIns.map(device)}</ul>
  ${signIns.length > 1 && html`<div data-key="others"><button class="button danger" data-do="revokeOthers">${t("account.revoke_others")}</button></div>`}</section>`;

/** @param {SignIn} signIn */
const device = ({ id, created_at, last_seen_at, user_agent, current }) => html`<li data-key="${id}">
  <div><b>${named(user_agent)}</b> ${current && html`<span class="tag good">${t("account.this_device")}</span>`}
    <p class="muted small">${t("account.seen")} ${ago(last_seen_at)} · ${t("account.since")} ${at(created_at)}</p></div>
  ${!current && html`<button class="button small danger" data-do="revoke" value="${id}">${t("account.revoke")}</button>`}
</li>`;

/** The usual names of the browser and the system. @param {string} agent */
function named(agent) {
  const browser = ["Edg", "OPR", "Firefox", "SamsungBrowser", "Chrome", "Safari"].find((name) => agent.includes(`${name}/`));
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "CrOS", "Linux"].find((name) => agent.includes(name));
  /** @type {Record<string, string>} */
  const plain = { Edg: "Edge", OPR: "Opera", SamsungBrowser: "Samsung Internet", CrOS: "ChromeOS", "Mac OS": "macOS" };
  const words = [browser, system].filter((word) => word !== undefined).map((word) => plain[word] ?? word);
  return words.length ? words.join(" · ") : agent.slice(0, 60) || t("account.unknown_device");
}
