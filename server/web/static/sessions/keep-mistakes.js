/** What somebody is told about what they missed when a game or an attempt is over. */
import { boot, t } from "../ui/boot.js";
import { html } from "../ui/html.js";

/** Whether it becomes cards of this visitor. Teachers who try something out get none, nor those who have switched it off. */
export const getsCards = () => boot.user?.role === "student" && boot.cards_from_answers === true;

/** For guests: an account keeps it. The links note that the seat is wanted. */
export const keepMistakes = () => html`<aside class="keep-mistakes" data-key="keep-mistakes">
  <h2>${t("play.keep_title")}</h2>
  <p>${t("play.keep_text")}</p>
  <p class="actions"><a class="button primary" data-do="keepSeat" href="/register?role=student">${t("play.keep_register")}</a>
    <a class="button quiet" data-do="keepSeat" href="/sign-in">${t("play.keep_sign_in")}</a></p>
</aside>`;
