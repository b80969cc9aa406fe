/** The fields in which the host gives a question another key, by its kind. */
import { t } from "../ui/boot.js";
import { glyph } from "../ui/glyph.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { limits } from "../ui/limits.js";
import { numberIn, typed } from "../ui/numerals.js";
import { isKey, keysOf } from "./answers.js";

/** @typedef {import("./statistics.js").Question} Question */
/** @typedef {NonNullable<import("../ui/api-types.js").CorrectionRequest["key"]>} Key */
/** @typedef {NonNullable<import("../ui/api-types.js").CorrectionRequest["also"]>} Also */

/** A key in the form, by a number of its own; `order` has the choices of an ordering. @typedef {{ id: number, key: unknown, order: string[] }} KeyState */

const ACCEPTED = limits.AnswerKey.accepted;
const KEYS_MAX = 1 + limits.CorrectionRequest.also.maxItems;
const SEVERAL = new Set(["multiple_select", "numeric", "ordering"]);

/** Whether a question can have another key: a poll has none. @param {Question} question */
export const hasKey = ({ kind }) => kind !== "poll";

/** The keys that count. @param {Question} question @returns {KeyState[]} */
export const keyStates = (question) =>
  (question.kind === "multiple_choice" ? [question.key] : keysOf(question)).map((key, id) => ({ id, key, order: orderOf(question, key) }));

/** One more key, to fill in. @param {Question} question @param {KeyState[]} keys @returns {KeyState} */
export const furtherKey = (question, keys) => ({ id: Math.max(...keys.map(({ id }) => id)) + 1, key: null, order: orderOf(question, question.key) });

/** The ids of an ordering's choices in the right order. @param {Question} question @param {unknown} key */
const orderOf = ({ kind }, key) => (kind === "ordering" && Array.isArray(key) ? [...key] : []);

/** @param {Question} question @param {KeyState[]} keys */
export function keyForm(question, keys) {
  if (!SEVERAL.has(question.kind)) return question.kind === "short_answer" ? texts(/** @type {{ accepted: string[] }} */ (question.key).accepted) : marked(question, keys[0]?.id ?? 0);
  return html`<div class="stack">${keys.map((state, place) => html`<div class="one-key" data-key="one-${state.id}">
      ${question.kind === "numeric" ? numbers(state, place) : question.kind === "ordering" ? ordered(question, state, place) : marked(question, state.id, state.key, place)}
      ${place > 0 && html`<button type="button" class="button quiet small" data-do="dropKey" value="${state.id}">${icon("close")}${t("results.key_drop")}</button>`}</div>`)}
    ${keys.length < KEYS_MAX && html`<button type="button" class="button quiet small" data-key="add" data-do="addKey">${icon("plus")}${t("results.key_add")}</button>`}</div>`;
}

/** @param {string[]} accepted */
const texts = (accepted) => html`<div class="field"><label for="key-accepted">${t("results.key_accepted")}</label>
  <textarea id="key-accepted" name="accepted" rows="4" data-do="key" dir="auto" maxlength="${ACCEPTED.maxItems * (ACCEPTED.items.maxLength + 1)}" aria-describedby="key-accepted-hint">${accepted.join("\n")}</textarea>
  <p class="hint" id="key-accepted-hint">${t("results.key_accepted_hint")}</p></div>`;

/** @param {KeyState} state @param {number} place */
function numbers({ id, key }, place) {
  const known = /** @type {{ value: number, tolerance: number } | null} */ (key);
  return html`<div class="numbers">
    <div class="field"><label for="key-value-${id}">${t(place ? "results.key_also_value" : "results.key_value")}</label>
      <input id="key-value-${id}" name="value-${id}" inputmode="decimal" autocomplete="off" data-do="key" value="${known ? typed(known.value) : ""}"></div>
    <div class="field"><label for="key-tolerance-${id}">${t("results.key_tolerance")}</label>
      <input id="key-tolerance-${id}" name="tolerance-${id}" inputmode="decimal" autocomplete="off" data-do="key" value="${typed(known?.tolerance ?? 0)}"></div></div>`;
}

/** Choices to tick; only one of true and false. @param {Question} question @param {number} id @param {unknown} [key] @param {number} [place] */
function marked(question, id, key, place = 0) {
  const type = question.kind === "true_false" ? "radio" : "checkbox";
  const some = place ? "results.key_also_choices" : "results.key_choices";
  const legend = question.kind === "multiple_choice" ? "results.key_any" : question.kind === "multiple_select" ? some : "results.key_choice";
  const right = (/** @type {string} */ choice) => (question.kind === "multiple_select" ? Array.isArray(key) && key.includes(choice) : isKey(question, choice));
  return html`<fieldset class="key-choices"><legend>${t(legend)}</legend>
  ${question.choices.map(
    ({ id: choice, text }, index) => html`<label class="key-option" data-key="${choice}" data-choice="${index}"><input type="${type}" name="choice-${id}" value="${choice}" data-do="key"
      ${right(choice) && "checked"}>${glyph(index)}<span dir="auto">${text || choice.toUpperCase()}</span></label>`,
  )}</fieldset>`;
}

/** @param {Question} question @param {KeyState} state @param {number} place */
const ordered = ({ choices }, { id, order }, place) => html`<fieldset class="key-choices"><legend>${t(place ? "results.key_also_order" : "results.key_order")}</legend><ol>${order.map((choice, at) => {
  const index = choices.findIndex((one) => one.id === choice);
  const name = choices[index]?.text || choice.toUpperCase();
  return html`<li class="key-option" data-key="${choice}" data-choice="${index}">${glyph(index)}<span dir="auto">${name}</span><span class="step-buttons">
    <button type="button" class="button quiet icon" data-do="keyUp" value="${id}/${choice}" ${at === 0 && "disabled"} aria-label="${t("results.key_up", { name })}">${icon("up")}</button>
    <button type="button" class="button quiet icon" data-do="keyDown" value="${id}/${choice}" ${at === order.length - 1 && "disabled"} aria-label="${t("results.key_down", { name })}">${icon("down")}</button></span></li>`;
})}</ol></fieldset>`;

/** What is in the form, or null while it is incomplete. @param {Question} question @param {HTMLFormElement} form @param {KeyState[]} keys @returns {{ key: Key, also?: Also } | null} */
export function keyIn(question, form, keys) {
  const data = new FormData(form);
  const found = question.kind === "multiple_choice" ? data.getAll(`choice-${keys[0]?.id}`).map(String) : keys.map((state) => oneKey(question, data, state));
  const [key, ...also] = found;
  if (key === undefined || found.includes(null)) return null;
  return also.length ? { key: /** @type {Key} */ (key), also: /** @type {Also} */ (also) } : { key: /** @type {Key} */ (key) };
}

/** @param {Question} question @param {FormData} data @param {KeyState} state @returns {Key | null} */
function oneKey({ kind }, data, { id, order }) {
  const field = (/** @type {string} */ name) => String(data.get(name) ?? "");
  if (kind === "ordering") return order;
  if (kind === "short_answer") {
    const accepted = field("accepted").split("\n").map((text) => text.trim()).filter(Boolean);
    return accepted.length ? { accepted } : null;
  }
  if (kind === "numeric") {
    const [value, tolerance] = [numberIn(field(`value-${id}`)), numberIn(field(`tolerance-${id}`) || "0")];
    return value === null || tolerance === null ? null : { value, tolerance };
  }
  const chosen = data.getAll(`choice-${id}`).map(String);
  if (kind === "multiple_select") return chosen.length ? chosen : null;
  return chosen[0] === undefined ? null : chosen[0] === "true";
}
