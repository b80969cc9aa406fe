/** /verify-email#token: verifies an e-mail address by a one-time link, and shows the result. */
import "../ui/site-switches.js";
import { Problem, api } from "../ui/api.js";
import { t } from "../ui/boot.js";
import { html, render } from "../ui/html.js";

const root = /** @type {Element} */ (document.getElementById("app"));
const token = location.hash.slice(1); // browsers never send this part to a server

/** @param {string} title @param {import("../ui/html.js").Markup | string} text */
const card = (title, text) => html`<div class="auth">
  <section class="card stack" role="status">
    <h1>${title}</h1>
    ${text}
    <a class="button primary large" href="/account">${t("auth.to_account")}</a>
  </section>
</div>`;

try {
  await api("POST", "/api/auth/verify-email", { body: { token } });
  render(root, card(t("auth.verified_title"), html`<p>${t("auth.verified")}</p>`));
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  const more = html`<p>${error.message}</p><p class="muted">${t("auth.verify_again")}</p>`;
  render(root, card(t("auth.verify_failed_title"), more));
}
