/**
 * A quiz while it is edited, and the operations on it. It is plain data: every operation returns a new draft and shares
 * the unchanged parts. Questions and choices have a `key` that only this page uses, because they get an id only when saved.
 *
 * @typedef {import("../../ui/api-types.js").Kind} Kind
 * @typedef {import("../../ui/api-types.js").QuizOutput} Quiz
 * @typedef {Pick<Quiz, "language" | "level" | "topic">} Labels
 * @typedef {import("../../ui/api-types.js").QuestionOutput} QuestionOutput
 * @typedef {import("../../ui/api-types.js").AnswerKey} AnswerKey
 * @typedef {import("../../ui/api-types.js").QuestionOptions} Options
 * @typedef {Omit<import("../../ui/api-types.js").ChoiceOutput, "id"> & { key: string }} Choice
 * @typedef {{ options: Options, answer_key: AnswerKey | null }} Settings what differs between the kinds
 * @typedef {Omit<QuestionOutput, "id" | "choices" | keyof Settings> & Settings & { key: string, choices: Choice[] }} Question
 * @typedef {{ title: string, description: string, questions: Question[] } & Labels} Draft
 */
import { limits } from "../../ui/limits.js";
import { randomId } from "../../ui/random-id.js";

const { id: _, ...DEFAULTS } = Object.fromEntries(
  Object.entries(limits.QuestionInput).flatMap(([name, limit]) => ("default" in limit ? [[name, limit.default]] : [])),
);
/** Every field of a question except its kind, with its default. */
const BLANK = /** @type {Omit<Question, "key" | "type">} */ ({ ...DEFAULTS, options: {} });

/** @type {Labels} */
const NO_LABELS = { language: null, level: null, topic: null };

export const KINDS = limits.QuestionInput.type.enum;
export const MAX_CHOICES = limits.QuestionInput.choices.maxItems;
export const MIN_CHOICES = limits.PlayableQuestion.choices.minItems;
export const MAX_ACCEPTED = limits.AnswerKey.accepted.maxItems;

/** @param {Kind} kind */
export const hasChoices = (kind) => kind !== "short_answer" && kind !== "numeric";
/** @param {Kind} kind */
export const marksRight = (kind) => ["multiple_choice", "true_false", "multiple_select"].includes(kind);
/** @param {Kind} kind */
export const oneRight = (kind) => kind === "multiple_choice" || kind === "true_false";

/** @param {string} [text] @param {boolean} [is_correct] @returns {Choice} */
export const choice = (text = "", is_correct = false) => ({ key: randomId(), text, media: null, is_correct });

/** @param {Quiz} quiz @returns {Draft} */
export function draftOf({ title, description, language, level, topic, questions }) {
  return { title, description, language, level, topic, questions: questions.map(questionOf) };
}

/** @param {QuestionOutput} question @returns {Question} */
export function questionOf({ id, choices, ...question }) {
  return { key: id, ...question, ...settingsOf(question), choices: choices.map(({ id, ...one }) => ({ key: id, ...one })) };
}

/** @typedef {import("../../ui/api-types.js").BankQuestion & Partial<import("../../ui/api-types.js").ListedQuestion>} BankQuestion */

/** A copy of a question of the bank, which remembers its source. @param {BankQuestion} question */
export const copyFromBank = (question) => ({ ...copyOf(fromBank(question)), source_id: question.id });

/** A question of the bank, for its form. @param {BankQuestion} question */
export const fromBank = ({ problems, archived_at, created_at, updated_at, quiz, highlights, ...question }) => questionOf(question);

/** A question of an imported file, which has no ids. @param {import("../../ui/api-types.js").QuestionDraft} draft @returns {Question} */
export function importedQuestion({ id, choices = [], ...draft }) {
  const question = /** @type {Question} */ ({ ...BLANK, ...draft, key: randomId(), choices: choices.map((one) => ({ ...choice(), ...one })) });
  return { ...question, ...settingsOf(/** @type {any} */ (question)) };
}

/** The settings of a question. The API allows the `ignore_…` options in the answer key too; here they are in the options. @param {Pick<QuestionOutput, keyof Settings>} question @returns {Settings} */
function settingsOf({ options, answer_key }) {
  const isSetting = (/** @type {[string, unknown]} */ [name]) => name.startsWith("ignore_");
  const entries = Object.entries(answer_key ?? {});
  return {
    options: { ...options, ...Object.fromEntries(entries.filter(isSetting)) },
    answer_key: answer_key && Object.fromEntries(entries.filter((entry) => !isSetting(entry))),
  };
}

/** The body of a request: keys become ids, for questions that have one. @param {Draft} draft @param {ReadonlyMap<string, string>} ids */
export function bodyOf({ title, description, language, level, topic, questions }, ids) {
  return { title, description, language, level, topic, questions: questions.map((question) => questionBody(question, ids)) };
}

/** @param {Question} question @param {ReadonlyMap<string, string>} ids */
export function questionBody({ key, choices, ...question }, ids) {
  const known = (/** @type {string} */ key) => (ids.has(key) ? { id: ids.get(key) } : {});
  return { ...known(key), ...question, choices: choices.map(({ key, ...one }) => ({ ...known(key), ...one })) };
}

/** A stored draft of an earlier release, with defaults in the fields that it lacks. @param {Draft} draft @returns {Draft} */
export const completed = (draft) => ({ ...NO_LABELS, ...draft, questions: draft.questions.map((question) => ({ ...BLANK, ...question })) });

/** Whether two drafts are equal, apart from keys and ids. @param {Draft} one @param {Draft} other */
export const same = (one, other) => plain(bodyOf(one, new Map())) === plain(bodyOf(other, new Map()));

/** @param {unknown} value as JSON, every object's names in order */
const plain = (value) =>
  JSON.stringify(value, (_, inner) =>
    inner && typeof inner === "object" && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );

/** The ids of questions by key, from the server's answer to `draft`. @param {Draft} draft @param {Quiz} quiz @returns {Map<string, string>} */
export function idsOf(draft, quiz) {
  const ids = new Map();
  for (const [index, { key, choices }] of draft.questions.entries()) {
    const saved = quiz.questions[index];
    if (!saved) continue;
    ids.set(key, saved.id);
    for (const [place, one] of choices.entries()) if (saved.choices[place]) ids.set(one.key, saved.choices[place].id);
  }
  return ids;
}

/**
 * @typedef {{ yes: string, no: string }} Words the choices of a new true-or-false question
 * @param {Kind} type @param {Words} words @returns {Question}
 */
export function blank(type, words) {
  return withKind({ ...BLANK, key: randomId(), type: "multiple_choice" }, type, words);
}

/** The question as another kind; it keeps the fields that both kinds have. @param {Question} question @param {Kind} type @param {Words} words @returns {Question} */
export function withKind(question, type, words) {
  const base = { ...question, type, options: {}, answer_key: null };
  if (type === "short_answer") return { ...base, choices: [], answer_key: { accepted: acceptedFrom(question) } };
  if (type === "numeric") return { ...base, choices: [], answer_key: { value: null, tolerance: 0 } };
  if (type === "true_false") return { ...base, choices: [choice(words.yes, true), choice(words.no)] };
  return { ...base, ...(type === "poll" ? { options: { multiple: false } } : {}), choices: choicesFrom(question, type) };
}

/** @param {Question} question @returns {string[]} */
function acceptedFrom({ choices }) {
  const right = choices.filter((one) => one.is_correct && one.text).map((one) => one.text);
  return right.length ? right : [""];
}

/** @param {Question} question @param {Kind} type */
function choicesFrom(question, type) {
  const texts = question.type === "short_answer" ? accepted(question).map((text) => choice(text, true)) : [];
  const had = question.type === "true_false" ? [] : [...question.choices, ...texts].slice(0, MAX_CHOICES);
  while (had.length < (type === "poll" ? 3 : 4)) had.push(choice());
  const first = had.findIndex((one) => one.is_correct);
  return had.map((one, index) => ({ ...one, is_correct: marksRight(type) && one.is_correct && (!oneRight(type) || index === first) }));
}

/** @param {Question} question */
export const accepted = (question) => question.answer_key?.accepted ?? [];

/** @param {Draft} draft @param {string} key */
export const indexOf = (draft, key) => draft.questions.findIndex((question) => question.key === key);

/** @param {Draft} draft @param {number} index @param {Question} question @returns {Draft} */
export const inserted = (draft, index, question) => ({ ...draft, questions: draft.questions.toSpliced(index, 0, question) });

/** @param {Draft} draft @param {string} key @returns {Draft} */
export const without = (draft, key) => ({ ...draft, questions: draft.questions.filter((question) => question.key !== key) });

/** @param {Draft} draft @param {string} key @param {(question: Question) => Question} change @returns {Draft} */
export const changed = (draft, key, change) => ({
  ...draft,
  questions: draft.questions.map((question) => (question.key === key ? change(question) : question)),
});

/** @template {{ key: string }} T @param {T[]} list @param {string} key @param {number} to @returns {T[]} */
export function moved(list, key, to) {
  const from = list.findIndex((one) => one.key === key);
  const target = Math.min(Math.max(to, 0), list.length - 1);
  const one = list[from];
  return !one || from === target ? list : list.toSpliced(from, 1).toSpliced(target, 0, one);
}

/** @param {Question} question @returns {Question} */
export const copyOf = (question) => ({ ...question, key: randomId(), choices: question.choices.map((one) => ({ ...one, key: randomId() })) });

/** Marks a choice as right: as the only one, or in addition to others. @param {Question} question @param {string} key @returns {Question} */
export function marked(question, key) {
  const mark = (/** @type {Choice} */ one) =>
    one.key === key ? { ...one, is_correct: oneRight(question.type) || !one.is_correct } : oneRight(question.type) ? { ...one, is_correct: false } : one;
  return { ...question, choices: question.choices.map(mark) };
}

/** @param {Question} question @param {string} key @param {string} text @returns {Question} */
export const withText = (question, key, text) => ({
  ...question,
  choices: question.choices.map((one) => (one.key === key ? { ...one, text } : one)),
});

/** Fills a choice and those after it with pasted lines. @param {Question} question @param {string} key @param {string[]} lines @returns {Question} */
export function withLines(question, key, lines) {
  const start = question.choices.findIndex((one) => one.key === key);
  const room = question.type === "true_false" ? question.choices.length : MAX_CHOICES;
  const choices = [...question.choices];
  for (const [offset, text] of lines.slice(0, room - start).entries()) {
    const one = choices[start + offset];
    choices[start + offset] = one ? { ...one, text } : choice(text);
  }
  return { ...question, choices };
}
