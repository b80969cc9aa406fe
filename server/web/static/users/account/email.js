/** The e-mail address: what it is, and a form that has a link sent to another one. */
import { api } from "../../ui/api.js";
import { t, tn } from "../../ui/boot.js";
import { field, secret, summary } from "../../ui/fields.js";
import { Form } from "../../ui/form.js";
import { html } from "../../ui/html.js";
import { limits } from "../../ui/limits.js";
import { placed, wrong } from "../auth.js";

/** @param {string} email @param {Form} form */
export const emailCard = (email, { busy, sent, shown, problems, values }) => html`<section class="card" data-key="email"><h2>${t("account.email")}</h2>
  <p class="muted">${t("account.email_now", { email })}</p>
  ${sent && html`<p class="notice" role="status" data-key="sent">${t("account.email_sent", { email: values["email"]?.trim() ?? "" })}</p>`}
  <form class="stack" novalidate data-do="changeEmail" id="email-form">
    ${summary(problems)}
    ${field({ name: "email", label: t("account.new_email"), hint: t("account.email_hint"), type: "email", autocomplete: "email", limit: limits.EmailChange.email, problem: problems["email"] })}
    ${secret({ name: "password", label: t("account.email_password"), autocomplete: "current-password", limit: limits.EmailChange.password, problem: problems["password"] }, shown)}
    <div data-key="send"><button class="button" aria-disabled="${String(busy)}">${t("account.change_email")}</button></div>
  </form>
</section>`;

/** @param {() => void} draw */
export function emailForm(draw) {
  /** @type {Form} */
  const form = new Form({
    send: async ({ email = "", password = "" }, element) => {
      await api("POST", "/api/auth/email", { body: { email: email.trim(), password } });
      form.clear(element);
    },
    draw,
    wrong: (name) => (name === "password" ? t("auth.wrong_current_password") : wrong(name)), // the present one, of any length
    placed: (problem) => {
      if (problem.code === "wrong_password") return { password: problem.message };
      return problem.wait > 60 ? { "": tn("auth.forgot_wait", Math.ceil(problem.wait / 60)) } : placed(problem);
    },
  });
  return form;
}
