/** /account: profile, preferences, password, sign-ins, games played. */
import "../ui/site-switches.js";
import { Problem, api } from "../ui/api.js";
import { chooseLocale, chooseTheme } from "../ui/appearance.js";
import { boot, t, tn } from "../ui/boot.js";
import { confirmed } from "../ui/dialog.js";
import { html, listen, render } from "../ui/html.js";
import { limits } from "../ui/limits.js";
import { toast } from "../ui/toast.js";
import { changeEmail, emailCard, missingOf } from "./account/email.js";
import { FieldSaver } from "./account/field-saver.js";
import { profileCard, saveProfile } from "./account/profile.js";
import { preferencesCards, putPreference, savePreference } from "./account/user-preferences.js";
import { leave, missing, placed } from "./auth.js";
import { ago, at } from "../ui/dates.js";
import { complain, focusProblem, secret, summary } from "../ui/fields.js";
import { playedGames } from "../results/played-games.js";
import { pager } from "../ui/pager.js";
import { loaded } from "../ui/page-states.js";
import { syncControls } from "../ui/sync-controls.js";

/** @typedef {import("../ui/api-types.js").OwnSignIn} SignIn */
/** @typedef {{ busy: boolean, shown: boolean, problems: import("../ui/fields.js").Problems }} Change */
/** @typedef {import("../ui/api-types.js").Account} Account */
/** @typedef {import("../ui/api-types.js").Preferences} Preferences */
/** @typedef {import("../ui/api-types.js").History} History */
/** @typedef {{ me: Account, preferences: Preferences, zones: string[], signIns: SignIn[], played: History, change: Change, emailChange: import("./account/email.js").EmailChange }} Shown */

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
/** @param {Shown} shown */
const view = ({ me, preferences, zones, signIns, played, change, emailChange }) => html`<div class="account">
  <header class="who" data-key="who">
    <span class="initials" aria-hidden="true">${initials(me.full_name)}</span>
    <div><h1 dir="auto">${me.full_name}</h1><p class="muted">${me.email} · ${t(`account.role_${me.role}`)}</p></div>
    <button class="button" data-do="signOut">${t("account.sign_out")}</button>
  </header>
  ${!me.is_verified && me.email && html`<section class="notice verify" data-key="verify"><p>${t("account.unverified")}</p>
    <button class="button small" data-do="sendVerification">${t("account.send_verification")}</button></section>`}
  ${me.role === "student" && html`<section class="stack" data-key="played"><h2>${t("history.title")}</h2>
    ${played.items.length ? playedGames(played.items) : html`<p class="muted" data-key="none">${t("history.none")}</p>`}${pager(played)}</section>`}
  ${profileCard(me, profileSaver)}
  ${preferencesCards(preferences, zones, preferenceSaver)}
  ${me.email && emailCard(me.email, emailChange, change.shown)}
  <section class="card" data-key="password"><h2>${t("account.password")}</h2>${passwordForm(change)}</section>
  <section class="card" data-key="devices"><h2>${t("account.devices")}</h2><ul class="devices">${signIns.map(device)}</ul>
    ${signIns.length > 1 && html`<div data-key="others"><button class="button danger" data-do="revokeOthers">${t("account.revoke_others")}</button></div>`}</section>
</div>`;

/** The initials of a name in any script. @param {string} name */
const initials = (name) =>
  name
    .trim()
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...new Intl.Segmenter().segment(word)][0]?.segment ?? "")
    .join("");

/** @param {Change} change */
const passwordForm = ({ busy, shown, problems }) => html`<form class="stack" novalidate id="password-form">
  ${summary(problems)}
  ${secret({ name: "current_password", label: t("account.current_password"), autocomplete: "current-password", limit: limits.PasswordChange.current_password, problem: problems["current_password"] }, shown)}
  ${secret({ name: "new_password", label: t("account.new_password"), hint: t("account.password_hint", limits.PasswordChange.new_password), autocomplete: "new-password", limit: limits.PasswordChange.new_password, problem: problems["new_password"] }, shown)}
  <div data-key="send"><button class="button primary" aria-disabled="${String(busy)}">${t("account.change_password")}</button></div>
</form>`;

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

/** @param {number} [page] @returns {Promise<Shown>} */
async function load(page = 1) {
  const student = boot.user?.role === "student";
  const [me, preferences, zones, signIns, played] = await Promise.all([
    api("GET", "/api/me"),
    api("GET", "/api/me/preferences"),
    api("GET", "/api/me/preferences/time-zones"),
    api("GET", "/api/auth/sessions"),
    student ? api("GET", "/api/me/history", { query: { page } }) : { items: [], total: 0, page: 1, page_size: limits.getMyHistory.page_size.default },
  ]);
  return { me, preferences, zones, signIns: signIns.items, played, change: { busy: false, shown: false, problems: {} }, emailChange: { busy: false, problems: {}, sentTo: "" } };
}

const profileSaver = new FieldSaver((change) => api("PATCH", "/api/me", { body: change }), () => draw());
const preferenceSaver = new FieldSaver((change) => api("PATCH", "/api/me/preferences", { body: change }), () => draw());
const shown = await loaded(root, load);
draw();
addEventListener("themechange", draw);

function draw() {
  render(root, view(shown));
  // Typed text stays, even if it was refused; other controls show the stored values.
  for (const choices of root.querySelectorAll(".field:has(select, .segments)")) syncControls(choices);
}

/** @param {number} [page] */
async function again(page = shown.played.page) {
  try {
    Object.assign(shown, await load(page));
    draw();
  } catch (error) {
    complain(error);
  }
}

/** @param {Promise<unknown>} done @param {string} words */
const then = (done, words) =>
  done.then(() => {
    toast(words);
    return again();
  }, complain);

listen(root, "click", {
  show: () => {
    shown.change.shown = !shown.change.shown;
    draw();
  },
  sendVerification: () =>
    api("POST", "/api/auth/verify-email/link").then(
      () => toast(t("account.verification_sent")),
      (error) => {
        if (!(error instanceof Problem && error.wait)) return complain(error);
        toast(tn("account.verification_wait", Math.ceil(error.wait / 60)), { bad: true });
      },
    ),
  retry: (/** @type {HTMLButtonElement} */ { value }) => (value in profileSaver.problems ? profileSaver : preferenceSaver).retry(value),
  useTimeZone: (/** @type {HTMLButtonElement} */ { value }) => putPreference(shown.preferences, preferenceSaver, "time_zone", value),
  signOut: () => leave().catch(complain),
  revoke: (/** @type {HTMLButtonElement} */ { value }) => then(api("DELETE", "/api/auth/sessions/{sign_in_id}", { path: { sign_in_id: value } }), t("account.revoked")),
  revokeOthers: async () => {
    const sure = await confirmed({ title: t("account.revoke_others_title"), body: t("account.revoke_others_body"), action: t("account.revoke_others"), danger: true });
    if (sure) await then(api("POST", "/api/auth/sessions/revoke-others"), t("account.revoked_others"));
  },
  page: (/** @type {HTMLButtonElement} */ { value }) => again(Number(value)),
});

listen(root, "change", {
  locale: (/** @type {HTMLInputElement} */ { value }) => chooseLocale(value),
  theme: (/** @type {HTMLInputElement} */ { value }) => chooseTheme(value),
  profile: (/** @type {HTMLInputElement} */ control) => saveProfile(shown.me, profileSaver, control),
  preference: (/** @type {HTMLInputElement} */ control) => savePreference(shown.preferences, preferenceSaver, control),
});

root.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const isEmail = form.id === "email-form";
  const change = isEmail ? shown.emailChange : shown.change;
  if (change.busy) return;
  const problems = isEmail ? missingOf(form) : missing(form);
  Object.assign(change, { problems, busy: Object.keys(problems).length === 0 });
  draw();
  if (!change.busy) focusProblem(form);
  else if (isEmail) await askForEmail(form);
  else await changePassword(form);
});

/** @param {HTMLFormElement} form */
async function askForEmail(form) {
  Object.assign(shown.emailChange, { busy: false, problems: {} }, await changeEmail(form));
  draw();
  focusProblem(form);
}

/** @param {HTMLFormElement} form */
async function changePassword(form) {
  try {
    const given = new FormData(form);
    const [current_password, new_password] = [String(given.get("current_password")), String(given.get("new_password"))];
    await api("POST", "/api/auth/password", { body: { current_password, new_password } });
    form.reset();
    await then(Promise.resolve(), t("account.password_changed"));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    Object.assign(shown.change, { busy: false, problems: placed(error) });
    draw();
    focusProblem(form);
  }
}
