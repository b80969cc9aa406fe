/** /account: profile, preferences, password, sign-ins, games played. */
import "../ui/site-switches.js";
import { Problem, api } from "../ui/api.js";
import { chooseLocale, chooseTheme } from "../ui/appearance.js";
import { boot, t, tn } from "../ui/boot.js";
import { confirmed } from "../ui/dialog.js";
import { secret, summary } from "../ui/fields.js";
import { Form } from "../ui/form.js";
import { html } from "../ui/html.js";
import { limits } from "../ui/limits.js";
import { Page } from "../ui/page.js";
import { pager } from "../ui/pager.js";
import { toast } from "../ui/toast.js";
import { playedGames } from "../results/played-games.js";
import { devicesCard } from "./account/devices.js";
import { emailCard, emailForm } from "./account/email.js";
import { FieldSaver } from "./account/field-saver.js";
import { profileCard, saveProfile } from "./account/profile.js";
import { fitParameters, follow, isFitting, takeParametersBack } from "./account/review-parameters.js";
import { saveEasyDay } from "./account/review-settings.js";
import { signOut } from "./account/sign-out.js";
import { preferencesCards, putPreference, savePreference } from "./account/user-preferences.js";
import { placed, wrong } from "./auth.js";

/**
 * @typedef {{ me: import("../ui/api-types.js").Account, preferences: import("../ui/api-types.js").Preferences, zones: string[],
 *   parameters: import("../ui/api-types.js").CardParameters,
 *   signIns: import("../ui/api-types.js").OwnSignIn[], played: import("../ui/api-types.js").History }} Account
 */

const NOTHING_PLAYED = { items: [], total: 0, page: 1, page_size: limits.getMyHistory.page_size.default, is_capped: false };

/** @param {{ page: number }} state @returns {Promise<Account>} */
async function load({ page: shown }) {
  const student = boot.user?.role === "student";
  const [me, preferences, zones, parameters, signIns, played] = await Promise.all([
    api("GET", "/api/me"),
    api("GET", "/api/me/preferences"),
    api("GET", "/api/me/preferences/time-zones"),
    api("GET", "/api/cards/parameters"),
    api("GET", "/api/auth/sessions"),
    student ? api("GET", "/api/me/history", { query: { page: shown } }) : NOTHING_PLAYED,
  ]);
  if (isFitting(parameters)) follow(page).catch(() => {}); // who is offline looks again by reloading
  return { me, preferences, zones, parameters, signIns: signIns.items, played };
}

/** @param {Account} account */
const view = ({ me, preferences, zones, parameters, signIns, played }) => html`<div class="account">
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
  ${preferencesCards({ me, preferences, zones, parameters }, preferenceSaver)}
  ${me.email && emailCard(me.email, forms.changeEmail)}
  <section class="card" data-key="password"><h2>${t("account.password")}</h2>${passwordForm(forms.changePassword)}</section>
  ${devicesCard(signIns)}
</div>`;

/** The initials of a name in any script. @param {string} name */
const initials = (name) =>
  name
    .trim()
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...new Intl.Segmenter().segment(word)][0]?.segment ?? "")
    .join("");

/** @param {Form} form */
const passwordForm = ({ busy, shown, problems }) => html`<form class="stack" novalidate data-do="changePassword" id="password-form">
  ${summary(problems)}
  ${secret({ name: "current_password", label: t("account.current_password"), autocomplete: "current-password", limit: limits.PasswordChange.current_password, problem: problems["current_password"] }, shown)}
  ${secret({ name: "new_password", label: t("account.new_password"), hint: t("account.password_hint", limits.PasswordChange.new_password), autocomplete: "new-password", limit: limits.PasswordChange.new_password, problem: problems["new_password"] }, shown)}
  <div data-key="send"><button class="button primary" aria-disabled="${String(busy)}">${t("account.change_password")}</button></div>
</form>`;

/** @param {Page<Account, { page: number }>} page */
const actions = (page) => ({
  click: {
    show: (/** @type {HTMLButtonElement} */ { form }) => formOf(form).show(),
    sendVerification,
    saveAgain: (/** @type {HTMLButtonElement} */ { value }) => (value in profileSaver.problems ? profileSaver : preferenceSaver).retry(value),
    useTimeZone: (/** @type {HTMLButtonElement} */ { value }) => putPreference(page.data.preferences, preferenceSaver, "time_zone", value),
    fitParameters: () => fitParameters(page),
    takeParametersBack: () => takeParametersBack(page),
    signOut,
    revoke: async (/** @type {HTMLButtonElement} */ { value }) => {
      await api("DELETE", "/api/auth/sessions/{sign_in_id}", { path: { sign_in_id: value } });
      toast(t("account.revoked"));
      await page.reload();
    },
    revokeOthers: async () => {
      const sure = await confirmed({ title: t("account.revoke_others_title"), body: t("account.revoke_others_body"), action: t("account.revoke_others"), danger: true });
      if (!sure) return;
      await api("POST", "/api/auth/sessions/revoke-others");
      toast(t("account.revoked_others"));
      await page.reload();
    },
    page: (/** @type {HTMLButtonElement} */ { value }) => page.go({ page: Number(value) }),
  },
  change: {
    locale: (/** @type {HTMLInputElement} */ { value }) => chooseLocale(value),
    theme: (/** @type {HTMLInputElement} */ { value }) => chooseTheme(value),
    profile: (/** @type {HTMLInputElement} */ control) => saveProfile(page.data.me, profileSaver, control),
    easyDay: (/** @type {HTMLSelectElement} */ control) => saveEasyDay(page.data.preferences, preferenceSaver, control),
    preference: (/** @type {HTMLInputElement} */ control) => savePreference(page.data.preferences, preferenceSaver, control),
  },
  submit: {
    changeEmail: (/** @type {HTMLFormElement} */ element) => forms.changeEmail.submit(element),
    changePassword: (/** @type {HTMLFormElement} */ element) => forms.changePassword.submit(element),
  },
});

async function sendVerification() {
  try {
    await api("POST", "/api/auth/verify-email/link");
    toast(t("account.verification_sent"));
  } catch (error) {
    if (!(error instanceof Problem && error.wait)) throw error;
    toast(tn("account.verification_wait", Math.ceil(error.wait / 60)), { bad: true });
  }
}

/** @param {Record<string, string>} values @param {HTMLFormElement} element */
async function changePassword({ current_password = "", new_password = "" }, element) {
  await api("POST", "/api/auth/password", { body: { current_password, new_password } });
  forms.changePassword.clear(element);
  toast(t("account.password_changed"));
  await page.reload();
}

/** @param {HTMLFormElement | null} element */
const formOf = (element) => (element?.id === "email-form" ? forms.changeEmail : forms.changePassword);

const draw = () => page.draw();
const profileSaver = new FieldSaver((change) => api("PATCH", "/api/me", { body: change }), draw);
const preferenceSaver = new FieldSaver((change) => api("PATCH", "/api/me/preferences", { body: change }), draw);
const forms = { changeEmail: emailForm(draw), changePassword: new Form({ send: changePassword, draw, wrong, placed }) };
// Typed text stays, even if it was refused; other controls show the stored values.
const page = new Page({ url: { defaults: { page: 1 } }, load, view, actions, synced: ".field:has(select, .segments)" });
addEventListener("themechange", draw);
void page.ready.then(() => document.getElementById(location.hash.slice(1))?.scrollIntoView());
