/** /sign-in: the form to sign in. */
import "../ui/site-switches.js";
import { api } from "../ui/api.js";
import { t } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { limits } from "../ui/limits.js";
import { enter, formPage, withNext } from "./auth.js";
import { field, secret, summary } from "../ui/fields.js";

/** @param {import("../ui/form.js").Form} form */
const view = ({ busy, shown, problems }) => html`<div class="auth">
  <form class="card stack" method="post" novalidate data-do="send" data-key="form">
    <h1>${t("auth.sign_in_title")}</h1>
    ${summary(problems)}
    ${field({ name: "email", label: t("auth.email"), type: "email", autocomplete: "username", limit: limits.SignInRequest.email, problem: problems["email"] })}
    ${secret({ name: "password", label: t("auth.password"), autocomplete: "current-password", limit: limits.SignInRequest.password, problem: problems["password"] }, shown)}
    <button class="button primary large" aria-disabled="${String(busy)}">${t(busy ? "auth.signing_in" : "auth.sign_in")}</button>
  </form>
  <p class="beside">${t("auth.no_account")} <a href="${withNext("/register")}">${t("auth.create")}</a></p>
  <p class="beside"><a href="/forgot-password">${t("auth.forgot_password")}</a></p>
  <p class="beside muted">${t("auth.guest")} <a href="/">${t("auth.join")}</a></p>
</div>`;

formPage({ view, send: ({ email = "", password = "" }) => enter(api("POST", "/api/auth/login", { body: { email, password } })) });
