/** The fields in which the host gives a question another key, by its kind. */
import { t } from "../ui/boot.js";
import { glyph } from "../ui/glyph.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { limits } from "../ui/limits.js";
import { numberIn, typed } from "../ui/numerals.js";
import { isKey } from "./answers.js";

/** @typedef {import("./statistics.js").Question} Question */
/** @typedef {import("../ui/api-types.js").CorrectionRequest["key"]} Key */

const ACCEPTED = limits.AnswerKey.accepted;

/** Whether a question can have another key: a poll has none. @param {Question} question */
export const hasKey = ({ kind }) => kind !== "poll";

/** @param {Question} question @param {string[]} order the choices of an ordering */
export function keyForm(question, order) {
  if (question.kind === "short_answer") return texts(/** @type {{ accepted: string[] }} */ (question.key).accepted);
  if (question.kind === "numeric") return numbers(/** @type {{ value: number, tolerance: number }} */ (question.key));
  return question.kind === "ordering" ? ordered(question, order) : marked(question);
}

/** @param {string[]} accepted */
const texts = (accepted) => html`<div class="field"><label for="key-accepted">${t("results.key_accepted")}</label>
  <textarea id="key-accepted" name="accepted" rows="4" data-do="key" dir="auto" maxlength="${ACCEPTED.maxItems * (ACCEPTED.items.maxLength + 1)}" aria-describedby="key-accepted-hint">${accepted.join("\n")}</textarea>
  <p class="hint" id="key-accepted-hint">${t("results.key_accepted_hint")}</p></div>`;

/** @param {{ value: number, tolerance: number }} key */
const numbers = ({ value, tolerance }) => html`<div class="numbers">
  <div class="field"><label for="key-value">${t("results.key_value")}</label>
    <input id="key-value" name="value" inputmode="decimal" autocomplete="off" data-do="key" value="${typed(value)}"></div>
  <div class="field"><label for="key-tolerance">${t("results.key_tolerance")}</label>
    <input id="key-tolerance" name="tolerance" inputmode="decimal" autocomplete="off" data-do="key" value="${typed(tolerance)}"></div></div>`;

/** @param {Question} question */
const marked = (question) => html`<fieldset class="key-choices"><legend>${t(question.kind === "multiple_select" ? "results.key_choices" : "results.key_choice")}</legend>
  ${question.choices.map(
    ({ id, text }, index) => html`<label class="option" data-key="${id}" data-choice="${index}"><input type="${question.kind === "multiple_select" ? "checkbox" : "radio"}" name="choice" value="${id}" data-do="key"
      ${isKey(question, id) && "checked"}>${glyph(index)}<span dir="auto">${text || id.toUpperCase()}</span></label>`,
  )}</fieldset>`;

/** @param {Question} question @param {string[]} order */
const ordered = ({ choices }, order) => html`<fieldset class="key-choices"><legend>${t("results.key_order")}</legend><ol>${order.map((id, place) => {
  const index = choices.findIndex((choice) => choice.id === id);
  const name = choices[index]?.text || id.toUpperCase();
  return html`<li class="option" data-key="${id}" data-choice="${index}">${glyph(index)}<span dir="auto">${name}</span><span class="step-buttons">
    <button type="button" class="button quiet icon" data-do="keyUp" value="${id}" ${place === 0 && "disabled"} aria-label="${t("results.key_up", { name })}">${icon("up")}</button>
    <button type="button" class="button quiet icon" data-do="keyDown" value="${id}" ${place === order.length - 1 && "disabled"} aria-label="${t("results.key_down", { name })}">${icon("down")}</button></span></li>`;
})}</ol></fieldset>`;

/** The key in the form, or null while it is incomplete. @param {Question} question @param {HTMLFormElement} form @param {string[]} order @returns {Key | null} */
export function keyIn(question, form, order) {
  const data = new FormData(form);
  const field = (/** @type {string} */ name) => String(data.get(name) ?? "");
  if (question.kind === "ordering") return order;
  if (question.kind === "short_answer") {
    const accepted = field("accepted").split("\n").map((text) => text.trim()).filter(Boolean);
    return accepted.length ? { accepted } : null;
  }
  if (question.kind === "numeric") {
    const [value, tolerance] = [numberIn(field("value")), numberIn(field("tolerance") || "0")];
    return value === null || tolerance === null ? null : { value, tolerance };
  }
  const chosen = data.getAll("choice").map(String);
  if (question.kind === "multiple_select") return chosen.length ? chosen : null;
  const [only] = chosen;
  if (only === undefined) return null;
  return question.kind === "true_false" ? only === "true" : only;
}
