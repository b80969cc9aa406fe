/** The e-mail address: what it is, and a form that has a link sent to another one. */
import { Problem, api } from "../../ui/api.js";
import { t, tn } from "../../ui/boot.js";
import { field, secret, summary } from "../../ui/fields.js";
import { html } from "../../ui/html.js";
import { limits } from "../../ui/limits.js";
import { missing, placed } from "../auth.js";

/** @typedef {{ busy: boolean, problems: import("../../ui/fields.js").Problems, sentTo: string }} EmailChange */

/** @param {string} email @param {EmailChange} change @param {boolean} shown whether the password can be read */
export const emailCard = (email, { busy, problems, sentTo }, shown) => html`<section class="card" data-key="email"><h2>${t("account.email")}</h2>
  <p class="muted">${t("account.email_now", { email })}</p>
  ${sentTo && html`<p class="notice" role="status" data-key="sent">${t("account.email_sent", { email: sentTo })}</p>`}
  <form class="stack" novalidate id="email-form">
    ${summary(problems)}
    ${field({ name: "email", label: t("account.new_email"), hint: t("account.email_hint"), type: "email", autocomplete: "email", limit: limits.EmailChange.email, problem: problems["email"] })}
    ${secret({ name: "password", label: t("account.email_password"), autocomplete: "current-password", limit: limits.EmailChange.password, problem: problems["password"] }, shown)}
    <div data-key="send"><button class="button" aria-disabled="${String(busy)}">${t("account.change_email")}</button></div>
  </form>
</section>`;

/** What is missing; the password is the present one, of any length. @param {HTMLFormElement} form */
export function missingOf(form) {
  const problems = missing(form);
  return problems["password"] ? { ...problems, password: t("auth.wrong_current_password") } : problems;
}

/** Has the link sent. What came of it. @param {HTMLFormElement} form @returns {Promise<Partial<EmailChange>>} */
export async function changeEmail(form) {
  const given = new FormData(form);
  const [email, password] = [String(given.get("email")).trim(), String(given.get("password"))];
  try {
    await api("POST", "/api/auth/email", { body: { email, password } });
    form.reset();
    return { sentTo: email };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === "wrong_password") return { problems: { password: error.message } };
    if (error.wait > 60) return { problems: { "": tn("auth.forgot_wait", Math.ceil(error.wait / 60)) } };
    return { problems: placed(error) };
  }
}
