/** /verify-email#token: verifies an e-mail address by a one-time link, and shows the result. */
import "../ui/site-switches.js";
import { Problem, api } from "../ui/api.js";
import { t } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { Page } from "../ui/page.js";

const token = location.hash.slice(1); // browsers never send this part to a server

/** @param {string} title @param {import("../ui/html.js").Markup | string} text */
const card = (title, text) => html`<div class="auth">
  <section class="card stack" role="status">
    <h1>${title}</h1>
    ${text}
    <a class="button primary large" href="/account">${t("auth.to_account")}</a>
  </section>
</div>`;

const verified = () => card(t("auth.verified_title"), html`<p>${t("auth.verified")}</p>`);

/** @param {string} why */
const refused = (why) => card(t("auth.verify_failed_title"), html`<p>${why}</p><p class="muted">${t("auth.verify_again")}</p>`);

/** The text of a refusal, or "" if the address is verified. Other failures can be retried. @returns {Promise<string>} */
async function load() {
  try {
    await api("POST", "/api/auth/verify-email", { body: { token } });
    return "";
  } catch (error) {
    if (error instanceof Problem && error.status >= 400 && error.status < 500) return error.message;
    throw error;
  }
}

new Page({ load, view: (why) => (why ? refused(why) : verified()) });
