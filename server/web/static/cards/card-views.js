/**
 * A card as markup: a question with the controls to answer it or a note with its front, and what was right.
 *
 * @typedef {import("./queue.js").OwnCard} OwnCard
 * @typedef {import("./requests.js").Rating} Rating
 * @typedef {{
 *   id: string, phase: "ask" | "tell", since: number, draft: import("../sessions/answers.js").Response | null, response: unknown, result: import("./grading.js").Checked | null,
 *   isUnchecked: boolean, isChecking: boolean, hint: boolean, problem: string,
 * }} Shown `isUnchecked`: without the network only the learner can say whether the response is right
 */
import { number, said, t } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { shape } from "../ui/shape.js";
import { answers, isNoNumber } from "../sessions/answers.js";
import { forPhone } from "../sessions/picture.js";
import { answerView, hint, texts } from "../sessions/wording.js";
import { RATINGS, stepMs } from "./queue.js";
import { questionOf } from "./requests.js";
import { longSpan, span } from "./spans.js";

const SEARCH_LENGTH = 60;

/** The page of a card's deck, with the note found in it. @param {import("../ui/api-types.js").CardOutput} card */
export function deckOf({ deck, note }) {
  const words = (note?.front ?? "").replace(/[^\p{L}\p{N}\s]/gu, " ").trim().slice(0, SEARCH_LENGTH);
  return `/decks/${deck?.id}${words ? `?${new URLSearchParams({ q: words })}` : ""}`;
}

/** @param {OwnCard} card @param {Shown} shown */
export function cardView(card, shown) {
  const question = questionOf(card);
  if (!question) return noteView(card, shown);
  return shown.phase === "ask" ? asked(card, question, shown) : told(card, question, shown);
}

/** @param {string | null | undefined} address */
const picture = (address) => (address ? html`<img class="picture" src="${forPhone(address)}" alt="" />` : "");

/** A flag is a shape in the colour of a choice, with its number. @param {number} flag */
export const flagSign = (flag) => html`<span class="glyph" data-choice="${flag - 1}" data-shape="${flag - 1}">${shape(flag - 1)}<b aria-hidden="true">${number(flag)}</b></span>`;

/** What there is to know about the card itself. @param {OwnCard} card */
function facts({ flag, is_leech, deck, missed_in }) {
  const from = missed_in?.title ? t("reviews.missed_in", { title: missed_in.title }) : (deck?.title ?? "");
  if (!flag && !is_leech && !from) return "";
  return html`<p class="facts small muted" data-key="facts">
    ${flag ? html`<span class="tag">${flagSign(flag)}${t("reviews.flag_n", { n: flag })}</span>` : ""}${is_leech ? html`<span class="tag bad">${t("reviews.leech")}</span>` : ""}
    ${from ? html`<span dir="auto">${from}</span>` : ""}
  </p>`;
}

/** What helps with a card that is forgotten again and again. @param {OwnCard} card */
const leechHint = ({ is_leech }) => is_leech && html`<p class="small muted" data-key="leech">${t("reviews.leech_hint")}</p>`;

/** @param {OwnCard} card @param {import("../sessions/answers.js").Question} question @param {Shown} shown */
function asked(card, question, { draft, problem, isChecking }) {
  const odd = isNoNumber(question, draft);
  const words = isChecking ? t("reviews.checking") : problem ? said(problem) : odd ? t("play.no_number") : hint(question);
  const word = html`<p class="word" id="word" data-key="word" role="status" data-look="${problem ? "refused" : "free"}">${words}</p>`;
  return html`<section class="open-question" data-key="ask-${card.id}">
    ${facts(card)}
    <div class="stem">${picture(question.media)}<h1 tabindex="-1" dir="auto" data-focus>${question.stem}</h1></div>
    ${answers({ question, draft, mine: null, locked: isChecking, refused: Boolean(problem), word })}
    <p class="onward" data-key="onward"><button class="button quiet small" data-do="give_up">${t("reviews.do_not_know")}</button></p>
  </section>`;
}

/** @param {OwnCard} card @param {import("../sessions/answers.js").Question} question @param {Shown} shown */
function told(card, question, { response, result, isUnchecked }) {
  const { key, also, explanation } = card.answer ?? { key: null, also: [], explanation: null };
  const look = verdict(response, result, isUnchecked);
  return html`<section class="told" data-key="tell-${card.id}" data-verdict="${look}" data-swipeable>
    ${facts(card)}
    <h1 class="verdict-line" tabindex="-1" data-focus><span class="mark">${icon(look === "right" || look === "partly" ? "check" : look === "wrong" ? "close" : "more")}</span>${HEADLINES[look]}</h1>
    <div class="key-card">
      <div class="stem">${picture(question.media)}<p dir="auto">${question.stem}</p></div>
      ${texts(question, response).length && look !== "right" ? html`<h2 class="small">${t("play.your_answer")}</h2>${answerView(question, response)}` : ""}
      <h2 class="small">${t("play.right_answer")}</h2>${answerView(question, key)}
      ${also.length ? html`<h2 class="small">${t("reviews.also_right")}</h2>${also.map((each) => answerView(question, each))}` : ""}
      ${explanation ? html`<p class="explanation" dir="auto">${explanation}</p>` : ""}
    </div>${leechHint(card)}
  </section>`;
}

/** @type {Record<string, string>} */
const HEADLINES = {
  right: t("play.right"),
  partly: t("play.partly"),
  wrong: t("play.wrong"),
  unknown: t("reviews.not_known"),
  compare: t("reviews.compare"),
};

/** @param {unknown} response @param {Shown["result"]} result @param {boolean} isUnchecked */
function verdict(response, result, isUnchecked) {
  if (isUnchecked) return "compare";
  if (response === null || !result) return "unknown";
  return result.is_correct ? "right" : result.share > 0 ? "partly" : "wrong";
}

/** @param {OwnCard} card @param {Shown} shown */
function noteView(card, { phase, hint }) {
  const { note } = card;
  if (!note) return "";
  const sides = [side(note.front, note.front_media), side(note.back, note.back_media)];
  const [front, back] = note.is_reversed ? sides.reverse() : sides;
  const told = phase === "tell";
  return html`<section class="note" data-key="${phase}-${card.id}" ${told ? html`data-swipeable` : html`data-do="turn"`}>
    ${facts(card)}
    <div class="side" ${told ? "" : html`tabindex="-1" data-focus`} role="group" aria-label="${t("reviews.front")}">${front}</div>
    ${!told && note.hint && !note.is_reversed ? hinted(note.hint, hint) : ""}
    ${told ? html`<h2 class="small answer-line" tabindex="-1" data-focus>${t("reviews.answer")}</h2><div class="side">${back}</div>` : ""}${told && leechHint(card)}
  </section>`;
}

/** @param {string} text @param {string | null} media */
const side = (text, media) => html`${picture(media)}${text ? html`<p class="text" dir="auto" data-length="${lengthOf(text)}">${text}</p>` : ""}`;

/** @param {string} text */
const lengthOf = (text) => ([60, 200].findIndex((most) => text.length <= most) + 3) % 3; // 0 short, 1 middle, 2 long

/** @param {string} text @param {boolean} shown */
const hinted = (text, shown) =>
  shown
    ? html`<p class="hint-text muted" data-key="hint" role="status" dir="auto">${text}</p>`
    : html`<p data-key="hint"><button class="button quiet small" data-do="hint" aria-keyshortcuts="h">${t("reviews.hint")}</button></p>`;

/** The bar below a card: to turn it, or to grade it. @param {OwnCard} card @param {Shown} shown */
export function bottom(card, { phase, result, isUnchecked }) {
  if (phase === "ask") return card.note ? html`<div class="grades one" data-key="turn"><button class="button primary large" data-do="turn" aria-keyshortcuts="Space">${t("reviews.turn")}</button></div>` : "";
  const marked = result?.suggested ?? (isUnchecked ? null : "good");
  return html`<div class="grades" data-key="grades-${card.id}" role="group" aria-label="${t("reviews.how_well")}">
    ${RATINGS.map((rating, index) => gradeButton(card, rating, index, rating === marked, Boolean(result)))}
  </div>`;
}

/** @param {OwnCard} card @param {Rating} rating @param {number} index @param {boolean} isMarked @param {boolean} isSuggested */
function gradeButton(card, rating, index, isMarked, isSuggested) {
  const days = card.intervals[rating].days;
  const ms = stepMs(card, rating);
  const name = t(`reviews.${rating}`);
  const when = card.is_stale ? "" : span(days, ms);
  const label = card.is_stale ? name : t("reviews.grade_label", { rating: name, span: longSpan(days, ms) });
  return html`<button class="button grade ${isMarked && "primary"}" data-do="grade" value="${rating}" data-rating="${rating}" aria-keyshortcuts="${index + 1}${isMarked ? " Space" : ""}"
    aria-label="${isMarked && isSuggested ? t("reviews.suggested_label", { label }) : label}">
    ${isMarked && isSuggested ? icon("check") : ""}<b>${name}</b><span class="figures">${when || "–"}</span><kbd aria-hidden="true">${number(index + 1)}</kbd>
  </button>`;
}
