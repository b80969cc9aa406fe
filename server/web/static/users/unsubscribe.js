/** /unsubscribe/{token}: ends the mails of one kind with one press, which can be undone. */
import "../ui/site-switches.js";
import { request } from "../ui/api.js";
import { t } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { Page } from "../ui/page.js";

const token = location.pathname.split("/").pop() ?? "";
const kind = token.split(".")[0] === "email_shares" ? "email_shares" : "email_reminders";

/** @typedef {{ isEnded: boolean | null, code: string | null }} State null before anything was pressed; the code takes the press back */
/** @param {State} state */
const view = ({ isEnded, code }) => html`<div class="auth">
  <section class="card stack" role="status">
    <h1>${t(isEnded ? "unsubscribe.ended_title" : "unsubscribe.title")}</h1>
    <p>${t(`unsubscribe.${kind}`)}</p>
    ${isEnded
      ? code && html`<button class="button large" data-do="undo">${t("unsubscribe.undo")}</button>`
      : html`<button class="button primary large" data-do="end">${t("unsubscribe.end")}</button>`}
    ${isEnded === false ? html`<p class="muted">${t("unsubscribe.undone")}</p>` : ""}
  </section>
</div>`;

/** @param {Page<State, any>} page @param {string} [code] */
const choose = async (page, code) => {
  const { undo } = await request("POST", location.pathname + (code ? `?undo=${code}` : "")); // as mail programs do
  page.data = { isEnded: !code, code: undo };
  page.draw();
};

new Page({
  load: async () => /** @type {State} */ ({ isEnded: null, code: null }),
  view,
  actions: (page) => ({ click: { end: () => choose(page), undo: () => choose(page, page.data?.code ?? "") } }),
});
