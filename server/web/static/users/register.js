/** /register: the form for a new account. */
import "../ui/site-switches.js";
import { api } from "../ui/api.js";
import { t } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { limits } from "../ui/limits.js";
import { enter, formPage, withNext } from "./auth.js";
import { field, secret, summary } from "../ui/fields.js";

/** @typedef {typeof limits.Registration.role.enum[number]} Role */

const asked = new URLSearchParams(location.search).get("role") === "student" ? "student" : "";

/** @param {string} role @param {string} chosen @param {string} problem */
const roleChoice = (role, chosen, problem) => html`<label class="role">
  <input type="radio" name="role" value="${role}" required ${role === chosen && "checked"} aria-invalid="${String(Boolean(problem))}"
    aria-describedby="role-problem">
  <span><b>${t(`auth.role_${role}`)}</b><small>${t(`auth.role_${role}_hint`)}</small></span>
</label>`;

/** @param {import("../ui/form.js").Form} form */
function view({ busy, shown, problems, values }) {
  const closed = problems["role"] ?? "";
  return html`<div class="auth">
    <form class="card stack" method="post" novalidate data-do="send" data-key="form">
      <h1>${t("auth.register_title")}</h1>
      ${summary(problems)}
      <fieldset class="roles" data-key="roles">
        <legend class="visually-hidden">${t("auth.role")}</legend>
        ${["teacher", "student"].map((role) => roleChoice(role, values["role"] ?? asked, closed))}
        <p class="problem" id="role-problem" role="alert" ${!closed && "hidden"}>${closed}</p>
      </fieldset>
      ${field({ name: "full_name", label: t("auth.full_name"), autocomplete: "name", limit: limits.Registration.full_name, problem: problems["full_name"] })}
      ${field({ name: "email", label: t("auth.email"), type: "email", autocomplete: "username", limit: limits.Registration.email, problem: problems["email"] })}
      ${secret({ name: "password", label: t("auth.password"), hint: t("auth.password_hint", limits.Registration.password), autocomplete: "new-password", limit: limits.Registration.password, problem: problems["password"] }, shown)}
      <button class="button primary large" aria-disabled="${String(busy)}">${t(busy ? "auth.creating" : "auth.create")}</button>
    </form>
    <p class="beside">${t("auth.have_account")} <a href="${withNext("/sign-in")}">${t("auth.sign_in")}</a></p>
  </div>`;
}

formPage({
  view,
  send: ({ email = "", password = "", full_name = "", role = "" }) =>
    enter(api("POST", "/api/auth/register", { body: { email, password, full_name, role: /** @type {Role} */ (role) } })),
});
