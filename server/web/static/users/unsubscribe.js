/** /unsubscribe/{token}: ends the mails of one kind with one press, which can be undone. */
import "../ui/site-switches.js";
import { request } from "../ui/api.js";
import { t } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { Page } from "../ui/page.js";

const token = location.pathname.split("/").pop() ?? "";
const kind = token.split(".")[0] === "email_shares" ? "email_shares" : "email_reminders";

/** @typedef {{ isEnded: boolean | null }} State null before anything was pressed */
/** @param {State} state */
const view = ({ isEnded }) => html`<div class="auth">
  <section class="card stack" role="status">
    <h1>${t(isEnded ? "unsubscribe.ended_title" : "unsubscribe.title")}</h1>
    <p>${t(`unsubscribe.${kind}`)}</p>
    ${isEnded
      ? html`<button class="button large" data-do="undo">${t("unsubscribe.undo")}</button>`
      : html`<button class="button primary large" data-do="end">${t("unsubscribe.end")}</button>`}
    ${isEnded === false ? html`<p class="muted">${t("unsubscribe.undone")}</p>` : ""}
  </section>
</div>`;

/** @param {Page<State, any>} page @param {boolean} undo */
const choose = async (page, undo) => {
  await request("POST", `${location.pathname}?undo=${undo}`); // as mail programs do
  page.data = { isEnded: !undo };
  page.draw();
};

new Page({
  load: async () => /** @type {State} */ ({ isEnded: null }),
  view,
  actions: (page) => ({ click: { end: () => choose(page, false), undo: () => choose(page, true) } }),
});
