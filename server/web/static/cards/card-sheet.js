/** A card in full, on the page of cards: both sides, and how it went with it so far. */
import { number, t } from "../ui/boot.js";
import { soon } from "../ui/dates.js";
import { sheet } from "../ui/dialog.js";
import { html, listen } from "../ui/html.js";
import { forPhone } from "../sessions/picture.js";
import { texts } from "../sessions/wording.js";
import { deckOf } from "./card-views.js";
import { questionOf, readCard } from "./requests.js";
import { span } from "./spans.js";

/** @typedef {import("../ui/api-types.js").CardOutput} Card */

/** @param {string} id */
export async function showCard(id) {
  const card = await readCard(id);
  const dialog = sheet(html`<div class="stack one-card"><h2 class="visually-hidden">${t("cards.card")}</h2>
    ${card.note ? noteSides(card.note) : questionSides(card)}
    <dl class="standing">${facts(card).map(([name, value]) => html`<div><dt>${name}</dt><dd class="figures">${value}</dd></div>`)}</dl>
    <div class="actions">${card.deck && html`<a class="button" href="${deckOf(card)}">${t("reviews.open_deck")}</a>`}<button class="button primary" data-do="close">${t("common.close")}</button></div>
  </div>`);
  dialog.classList.add("wide");
  listen(dialog, "click", { close: () => dialog.close() });
}

/** @param {NonNullable<Card["note"]>} note */
function noteSides({ front, back, front_media, back_media, is_reversed, hint }) {
  const sides = [side(front, front_media), side(back, back_media)];
  const [asked, answer] = is_reversed ? sides.reverse() : sides;
  return html`${asked}${hint && !is_reversed && html`<p class="muted">${hint}</p>`}<h3 class="small muted">${t("reviews.answer")}</h3>${answer}`;
}

/** @param {Card} card */
function questionSides(card) {
  const question = questionOf(card);
  if (!question) return "";
  const asked = side(question.stem, question.media ?? null);
  if (!card.answer) return html`${asked}<p><span class="tag">${t("cards.state_held_back")}</span></p>`;
  return html`${asked}<h3 class="small muted">${t("play.right_answer")}</h3>
    ${side(texts(question, card.answer.key).join(" · "), null)}${card.answer.explanation && html`<p dir="auto">${card.answer.explanation}</p>`}`;
}

/** @param {string} text @param {string | null} media */
const side = (text, media) => html`<div class="side">${media && html`<img class="picture" src="${forPhone(media)}" alt="">`}${text && html`<p class="text" dir="auto">${text}</p>`}</div>`;

/** @param {Card} card */
const facts = ({ state, due_at, interval_days, reviews, lapses }) => [
  [t("reviews.reviews"), number(reviews)],
  [t("cards.forgotten"), number(lapses)],
  [t("cards.interval"), state === "review" ? span(interval_days, 0) : "–"],
  [t("cards.next_review"), due_at ? soon(Date.parse(due_at)) : "–"],
];
