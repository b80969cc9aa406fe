/** What a page shows after a failure: what happened, and what to do. */
import { boot, t } from "./boot.js";
import { html } from "./html.js";

/** @type {Record<number, string>} */
const KIND = { 403: "forbidden", 404: "not_found" };

/** @param {import("./api.js").Problem} problem */
export function failure({ status, code, message }) {
  const kind = KIND[status];
  const title = kind ? t(`error.page_${kind}_title`) : t(status === 0 ? "common.offline_title" : "error.page_broken_title");
  return html`<div class="empty" role="alert" data-key="failure">
    <h1>${title}</h1>
    <p class="muted">${kind && !code.startsWith("no_such_") ? t(`error.page_${kind}`) : message}</p>
    <div class="row">
      ${!kind && html`<button class="button primary" data-do="retry">${t("common.try_again")}</button>`}
      <a class="button ${kind && "primary"}" href="/dashboard">${t(boot.user?.role === "student" ? "common.my_games" : "common.dashboard")}</a>
    </div>
  </div>`;
}
