/** Responses and keys as text. */
import { t } from "../ui/boot.js";
import { plainly } from "../ui/numerals.js";
import { letter } from "../ui/shape.js";

/** @typedef {import("./statistics.js").Question} Question */
/** @typedef {{ accepted: string[] }} AcceptedKey of a short answer */
/** @typedef {{ value: number, tolerance: number }} NumericKey */

/** @param {Question} question @param {unknown} id */
function named({ choices }, id) {
  const index = choices.findIndex((choice) => choice.id === String(id));
  return index < 0 ? String(id) : `${letter(index)} ${choices[index]?.text ?? ""}`;
}

/** @param {Question} question @param {unknown} response */
export function answerText(question, response) {
  if (Array.isArray(response)) return response.map((id) => named(question, id)).join(question.kind === "ordering" ? " → " : ", ");
  if (typeof response === "number") return plainly(response);
  return question.choices.length ? named(question, response) : String(response);
}

/** All keys that count, the first first. @param {Question} question @returns {unknown[]} */
export const keysOf = ({ key, also }) => [key, ...also];

/** @param {Question} question */
export function keyText(question) {
  if (question.kind === "poll") return "";
  return keysOf(question).map((key) => oneKey(question, key)).join(" / ");
}

/** @param {Question} question @param {unknown} key */
function oneKey(question, key) {
  if (question.kind === "short_answer") return /** @type {AcceptedKey} */ (key).accepted.join(", ");
  if (question.kind !== "numeric") return answerText(question, key);
  const { value, tolerance } = /** @type {NumericKey} */ (key);
  return tolerance ? t("results.give_or_take", { value: plainly(value), tolerance: plainly(tolerance) }) : plainly(value);
}

/** Whether a choice, an order or a number is right. @param {Question} question @param {string} id */
export function isKey(question, id) {
  if (question.kind === "ordering") return id === "right";
  if (question.kind === "poll") return false;
  return keysOf(question).some((key) => {
    if (question.kind !== "numeric") return Array.isArray(key) ? key.includes(id) : String(key) === id;
    const { value, tolerance } = /** @type {NumericKey} */ (key);
    return Math.abs(Number(id) - value) <= tolerance + 1e-9;
  });
}
