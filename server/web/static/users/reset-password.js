/** /reset-password#token: sets a new password by a one-time link. An invalid link is reported before anything is typed. */
import "../ui/site-switches.js";
import { Problem, api } from "../ui/api.js";
import { t } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { limits } from "../ui/limits.js";
import { formPage } from "./auth.js";
import { secret, summary } from "../ui/fields.js";

const token = location.hash.slice(1); // browsers never send this part to a server

/** @param {import("../ui/form.js").Form} form */
const asked = ({ busy, shown, problems }) => html`<div class="auth">
  <form class="card stack" method="post" novalidate data-do="send" data-key="form">
    <h1>${t("auth.reset_title")}</h1>
    <p class="muted">${t("auth.reset_text")}</p>
    ${summary(problems)}
    ${secret({ name: "password", label: t("auth.new_password"), hint: t("auth.password_hint", limits.PasswordReset.password), autocomplete: "new-password", limit: limits.PasswordReset.password, problem: problems["password"] }, shown)}
    <button class="button primary large" aria-disabled="${String(busy)}">${t("auth.reset")}</button>
  </form>
</div>`;

const done = () => html`<div class="auth">
  <section class="card stack" role="status" data-key="done">
    <h1>${t("auth.reset_done_title")}</h1>
    <p>${t("auth.reset_done")}</p>
    <a class="button primary large" href="/sign-in">${t("auth.sign_in")}</a>
  </section>
</div>`;

const noGood = () => html`<div class="auth">
  <section class="card stack" role="status" data-key="no-good">
    <h1>${t("auth.reset_no_good_title")}</h1>
    <p>${t("auth.reset_no_good")}</p>
    <a class="button primary large" href="/forgot-password">${t("auth.forgot_send")}</a>
  </section>
</div>`;

/** Whether the link is not known to be invalid. If the server cannot tell, the form is shown, and says it later. */
async function mayBeGood() {
  try {
    await api("POST", "/api/auth/reset-password/check", { body: { token } });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.code !== "link_invalid";
  }
  return true;
}

let isGood = true;

formPage({
  load: async () => {
    isGood = await mayBeGood();
  },
  view: (form) => (isGood ? (form.sent ? done() : asked(form)) : noGood()),
  send: ({ password = "" }) => api("POST", "/api/auth/reset-password", { body: { token, password } }),
});
