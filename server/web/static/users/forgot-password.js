/** /forgot-password: asks for a link to set a new password. */
import "../ui/site-switches.js";
import { api } from "../ui/api.js";
import { t, tn } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { limits } from "../ui/limits.js";
import { formPage, placed } from "./auth.js";
import { field, summary } from "../ui/fields.js";

/** @param {import("../ui/form.js").Form} form */
const asked = ({ busy, problems }) => html`<div class="auth">
  <form class="card stack" method="post" novalidate data-do="send" data-key="form">
    <h1>${t("auth.forgot_title")}</h1>
    <p class="muted">${t("auth.forgot_text")}</p>
    ${summary(problems)}
    ${field({ name: "email", label: t("auth.email"), type: "email", autocomplete: "username", limit: limits.ForgottenPassword.email, problem: problems["email"] })}
    <button class="button primary large" aria-disabled="${String(busy)}">${t("auth.forgot_send")}</button>
  </form>
  <p class="beside"><a href="/sign-in">${t("auth.sign_in")}</a></p>
</div>`;

const sent = () => html`<div class="auth">
  <section class="card stack" role="status" data-key="sent">
    <h1>${t("auth.forgot_sent_title")}</h1>
    <p>${t("auth.forgot_sent")}</p>
    <p class="muted">${t("auth.forgot_sent_else")}</p>
    <a class="button primary large" href="/sign-in">${t("auth.sign_in")}</a>
  </section>
</div>`;

formPage({
  view: (form) => (form.sent ? sent() : asked(form)),
  send: ({ email = "" }) => api("POST", "/api/auth/forgot-password", { body: { email } }),
  place: (problem) =>
    problem.code === "rate_limited" ? { "": tn("auth.forgot_wait", Math.ceil(problem.wait / 60)) } : placed(problem),
});
