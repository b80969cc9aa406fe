/**
 * Decides which problems are shown: those of fields that were changed on this page, and after Play all that existed then.
 * So a new question shows no problems although it is empty.
 *
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./draft.js").Question} Question
 */
import { accepted } from "./draft.js";

/** Fields whose parts are touched separately. */
const LOOKED_INTO = new Set(["choices", "answer_key"]);

export class TouchedFields {
  /** @type {Set<string>} a question's key and a field */
  #changed = new Set();
  /** @type {Set<string>} the questions that were there when Play was pressed last */
  #asked = new Set();

  /** Notes the fields that differ between two drafts. @param {Draft} before @param {Draft} after */
  note(before, after) {
    const known = new Map(before.questions.map((question) => [question.key, question]));
    for (const question of after.questions) {
      const was = known.get(question.key);
      if (!was || was === question || was.type !== question.type) continue;
      for (const field of changedFields(was, question)) this.#changed.add(`${question.key} ${field}`);
    }
  }

  get isAsked() {
    return this.#asked.size > 0;
  }

  /** Notes all problems of the draft, because Play was pressed. @param {Draft} draft */
  all({ questions }) {
    this.#asked = new Set(questions.map(({ key }) => key));
  }

  /** @param {Question} question @param {import("./problems.js").Problem} problem */
  shows(question, { path }) {
    return this.#asked.has(question.key) || this.#changed.has(`${question.key} ${fieldOf(question, path)}`);
  }
}

/** @param {Question} was @param {Question} now @returns {string[]} */
function changedFields(was, now) {
  const names = /** @type {(keyof Question)[]} */ (Object.keys(now)).filter((name) => !LOOKED_INTO.has(name) && was[name] !== now[name]);
  return [...names, ...changedChoices(was, now), ...changedKey(was, now)];
}

/** The changed choices by key, and "choices" if their number or the right ones changed. @param {Question} was @param {Question} now */
function changedChoices(was, now) {
  const known = new Map(was.choices.map((one) => [one.key, one]));
  const texts = now.choices.filter(({ key, text }) => known.has(key) && known.get(key)?.text !== text).map(({ key }) => key);
  const marked = now.choices.some(({ key, is_correct }) => known.has(key) && known.get(key)?.is_correct !== is_correct);
  return marked || now.choices.length < was.choices.length ? [...texts, "choices"] : texts;
}

/** @param {Question} was @param {Question} now */
function changedKey(was, now) {
  if (was.answer_key === now.answer_key) return [];
  const [before, after] = [accepted(was), accepted(now)];
  if (before.length !== after.length) return [];
  return ["answer_key", ...after.flatMap((text, index) => (text === before[index] ? [] : `accepted ${index}`))];
}

/** The field that a problem's path names. @param {Question} question @param {string} path */
function fieldOf(question, path) {
  const [, name = "", index] = /^(?:answer_key\.)?(\w+)(?:\[(\d+)\])?/.exec(path) ?? [];
  if (index === undefined) return path.startsWith("answer_key") || name === "key" ? "answer_key" : name;
  return name === "choices" ? (question.choices[Number(index)]?.key ?? name) : `${name} ${index}`;
}
