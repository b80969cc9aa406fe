/** Questions, keys and responses as text, for phones and the class screen. */
import { t } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { plainly } from "../ui/numerals.js";

/**
 * @typedef {import("./room-state.js").Question} Question
 * @typedef {import("./room-state.js").Response} Response
 */

/** The instruction for this kind of question. @param {Question} question */
export function hint({ kind, multiple }) {
  if (kind === "poll") return multiple ? t("common.hint_poll_several") : t("common.hint_poll");
  return {
    multiple_choice: t("common.hint_multiple_choice"),
    true_false: t("common.hint_true_false"),
    multiple_select: t("common.hint_multiple_select"),
    short_answer: t("common.hint_short_answer"),
    numeric: t("common.hint_numeric"),
    ordering: t("common.hint_ordering"),
  }[kind] ?? "";
}

/** Joins texts into sentences for screen readers. @param {(string | false | undefined)[]} parts */
export const sentences = (...parts) =>
  parts
    .filter(Boolean)
    .map((part) => (/[.!?…:。！？؟]["”’»)]*$/u.test(String(part)) ? part : `${part}.`))
    .join(" ");

/** The texts of a response or a key, in its order. @param {Question} question @param {any} value @returns {string[]} */
export function texts(question, value) {
  if (value == null) return [];
  const list = question.choices ?? [];
  const text = (/** @type {unknown} */ id) => list.find((choice) => choice.id === String(id))?.text ?? String(id);
  switch (question.kind) {
    case "short_answer":
      return typeof value === "string" ? [value] : value.accepted;
    case "numeric":
      return [typeof value === "number" ? plainly(value) : range(value)];
    default:
      return (Array.isArray(value) ? value : [value]).map(text);
  }
}

/** A response or a key for a player to read; an order as a list. @param {Question} question @param {any} value */
export const answerView = (question, value) =>
  question.kind === "ordering"
    ? html`<ol class="steps">${texts(question, value).map((text) => html`<li dir="auto">${text}</li>`)}</ol>`
    : html`<p dir="auto"><b>${texts(question, value).join(" · ")}</b></p>`;

/** @param {{ value: number, tolerance?: number }} key */
const range = ({ value, tolerance = 0 }) => (tolerance > 0 ? `${plainly(value)} ± ${plainly(tolerance)}` : plainly(value));

/** Whether a choice belongs to the right answer. @param {Question} question @param {any} key @param {string} id */
export const isRight = (question, key, id) =>
  question.kind !== "poll" && key != null && (Array.isArray(key) ? key.includes(id) : String(key) === id);
