/**
 * The controls to answer each kind of question, as markup. The page handles their events.
 *
 * @typedef {import("./room-state.js").Question} Question
 * @typedef {import("./room-state.js").Response} Response
 * @typedef {import("./room-state.js").Mine} Mine
 * @typedef {import("../ui/html.js").Markup} Markup
 * @typedef {{ question: Question, draft: Response | null, mine: Mine | null, locked: boolean, isSettling?: boolean | undefined, word?: Markup, refused?: boolean }} Asked
 *   `isSettling`: whether a click may have been meant for what was here before; `word`: a line about the state of the answer
 */
import { t } from "../ui/boot.js";
import { glyph } from "../ui/glyph.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { limits } from "../ui/limits.js";
import { numberBesideUnit, plainly } from "../ui/numerals.js";
import { forPhone } from "./picture.js";

const SHORT_TEXT = 26;

/** Whether a tap answers at once; else a response is composed and then sent. @param {Question} question */
export const isOneTap = ({ kind, multiple }) => kind === "multiple_choice" || kind === "true_false" || (kind === "poll" && !multiple);

/** The response that a tap on this choice sends. @param {Question} question @param {string} id @returns {Response} */
export function tapped({ kind }, id) {
  if (kind === "true_false") return id === "true";
  return kind === "poll" ? [id] : id;
}

/** Whether a response contains this choice. @param {Response | null | undefined} response @param {string} id */
export const names = (response, id) => (Array.isArray(response) ? response.includes(id) : response != null && String(response) === id);

/** Whether the question asks for a number and the typed text is none. @param {Question} question @param {Response | null} draft */
export const isNoNumber = ({ kind }, draft) => kind === "numeric" && String(draft ?? "").trim() !== "" && numberBesideUnit(String(draft)) === null;

/** The controls with the line about the answer below, or beside a text field. @param {Asked} asked */
export function answers(asked) {
  switch (asked.question.kind) {
    case "short_answer":
    case "numeric":
      return typed(asked);
    case "ordering":
      return html`${ordering(asked)}${asked.word ?? ""}`;
    default:
      return html`${choices(asked)}${asked.word ?? ""}`;
  }
}

/** @param {Asked} asked */
function choices({ question, draft, mine, locked, isSettling = false }) {
  const list = question.choices ?? [];
  const chosen = mine ? mine.response : draft;
  const compact = list.length > 4 || list.every((choice) => choice.text.length <= SHORT_TEXT);
  const several = !isOneTap(question);
  return html`<div class="choices" data-count="${list.length}" data-columns="${compact ? 2 : 1}" role="group" aria-label="${t("play.choices")}">
      ${list.map((choice, index) => tile(choice, index, { several, locked, isSettling: isSettling && !several, on: names(chosen, choice.id), mine }))}
    </div>
    ${several && !mine ? sender(locked || !Array.isArray(draft) || draft.length === 0) : ""}`;
}

/**
 * @param {{ id: string, text: string, media?: string | undefined }} choice @param {number} index
 * @param {{ several: boolean, locked: boolean, isSettling: boolean, on: boolean, mine: Mine | null }} how
 */
function tile({ id, text, media }, index, { several, locked, isSettling, on, mine }) {
  const look = mine ? (on ? mine.status : "other") : on ? "on" : "free";
  return html`<button class="tile" data-key="${id}" data-do="${several ? "toggle" : "tap"}" value="${id}" data-choice="${index}"
    data-look="${look}" aria-pressed="${String(on)}" ${isSettling ? html`data-settling` : ""} ${locked || isSettling || mine ? html`aria-disabled="true"` : ""}>
    ${glyph(index)}${media && html`<img src="${forPhone(media)}" alt="" />`}<span class="text" dir="auto">${text}</span>${on ? icon("check") : ""}
  </button>`;
}

/** @param {Asked} asked */
function typed({ question, draft, mine, locked, word, refused }) {
  const numeric = question.kind === "numeric";
  const text = String(draft ?? "").trim();
  const value = mine ? (typeof mine.response === "number" ? plainly(mine.response) : mine.response) : (draft ?? "");
  const odd = !mine && isNoNumber(question, draft);
  const still = Boolean(mine) || locked;
  return html`<form class="typed" data-do="type" novalidate>
    <label for="typed">${numeric ? t("play.your_number") : t("play.your_answer")}</label>
    <div class="entry">
      <input id="typed" data-key="${mine ? "sent" : "typed"}" data-do="draft" class="input" name="answer" autocomplete="off" autocapitalize="off" spellcheck="false" dir="auto"
        maxlength="${limits.Answer.response.maxLength}" ${numeric ? html`inputmode="decimal"` : html`enterkeyhint="send"`} value="${String(value)}"
        data-look="${mine?.status ?? "free"}" aria-describedby="word" ${odd || refused ? html`aria-invalid="true"` : ""} ${still ? html`readonly` : ""} />
      ${numeric && !still ? html`<button type="button" class="button sign-key" data-do="sign" aria-label="${t("play.change_sign")}">±</button>` : ""}
    </div>
    ${word ?? ""}
    ${mine ? "" : sender(locked || odd || text === "")}
  </form>`;
}

/** @param {Asked} asked */
function ordering({ question, draft, mine, locked, isSettling = false }) {
  const list = question.choices ?? [];
  const order = /** @type {string[]} */ (mine ? mine.response : (draft ?? list.map((choice) => choice.id)));
  const still = Boolean(mine) || locked;
  return html`<ol class="ordering" data-look="${mine?.status ?? "free"}" aria-label="${t("play.order")}">
      ${order.map((id, place) => orderRow(list, id, { place, last: place === order.length - 1, still }))}
    </ol>
    ${mine ? "" : sender(locked, isSettling)}`;
}

/**
 * @param {readonly { id: string, text: string }[]} list @param {string} id
 * @param {{ place: number, last: boolean, still: boolean }} where
 */
function orderRow(list, id, { place, last, still }) {
  const index = list.findIndex((choice) => choice.id === id);
  const text = list[index]?.text ?? "";
  const move = (/** @type {"up" | "down"} */ way, /** @type {boolean} */ off) =>
    html`<button class="button icon quiet" data-do="${way}" value="${id}" ${off ? html`aria-disabled="true"` : ""}
      aria-label="${way === "up" ? t("play.move_up", { text }) : t("play.move_down", { text })}">${icon(way)}</button>`;
  return html`<li data-key="${id}" data-id="${id}" data-choice="${index}" class="order-row">
    <b class="figures">${place + 1}</b>${glyph(index)}<span class="text" dir="auto">${text}</span>
    ${still ? "" : html`${move("up", place === 0)}${move("down", last)}`}
  </li>`;
}

/** @param {boolean} off @param {boolean} [isSettling] */
const sender = (off, isSettling = false) =>
  html`<button class="button primary large send" data-do="send" type="submit" ${isSettling ? html`data-settling` : ""} ${off || isSettling ? html`aria-disabled="true"` : ""}>${t("play.send")}</button>`;
