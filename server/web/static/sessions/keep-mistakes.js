/** What a guest is told when a game or an attempt is over: an account keeps what was missed. */
import { t } from "../ui/boot.js";
import { html } from "../ui/html.js";

/** The links note that the seat is wanted. */
export const keepMistakes = () => html`<aside class="keep-mistakes" data-key="keep-mistakes">
  <h2>${t("play.keep_title")}</h2>
  <p>${t("play.keep_text")}</p>
  <p class="actions"><a class="button primary" data-do="keepSeat" href="/register?role=student">${t("play.keep_register")}</a>
    <a class="button quiet" data-do="keepSeat" href="/sign-in">${t("play.keep_sign_in")}</a></p>
</aside>`;
