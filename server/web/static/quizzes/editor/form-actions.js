/** The actions of the form for one question, by the `data-do` of a control. The editor and the question bank share them. */
import { t } from "../../ui/boot.js";
import { limits } from "../../ui/limits.js";
import { answerActions } from "./answer-actions.js";
import { changed, withKind } from "./draft.js";
import { lineOf, tagsIn } from "./more-fields.js";
import { pictureActions } from "./picture-actions.js";

/** @typedef {import("./draft.js").Question} Question */
/**
 * What the form needs to know of the state around it: EditorState, or QuestionState of the bank.
 * @typedef {object} Editing
 * @property {import("./draft.js").Draft} draft
 * @property {string} selected the key of the question in the form
 * @property {Question | null} question
 * @property {string} brokenPicture
 * @property {Map<string, import("../../ui/picture-upload.js").Upload>} uploads
 * @property {(draft: import("./draft.js").Draft, how?: { group?: string, select?: string }) => void} edit
 */
/** @typedef {{ readonly data: Editing, draw: (all?: boolean) => void }} FormPage */

export const WORDS = () => ({ yes: t("editor.true"), no: t("editor.false") });

/** @param {string} name of a field with a number */
const rangeOf = (name) => limits.QuestionInput[/** @type {"points" | "time_limit"} */ (name)];

/** @param {FormPage} page */
export function formActions(page) {
  const change = questionChanger(page);
  const answers = answerActions(page, change);
  const pictures = pictureActions(page);
  const preset = (/** @type {HTMLButtonElement} */ { dataset, value }) => {
    change((question) => ({ ...question, [dataset["name"] ?? ""]: Number(value) }));
    page.draw(true);
  };
  return {
    click: { preset, ...answers.clicks, ...pictures.clicks },
    input: { ...inputs(change), ...answers.inputs },
    change: { ...changes(page, change), ...answers.changes, ...pictures.changes },
    keydown: answers.keys,
    paste: answers.pastes,
  };
}

/**
 * Changes the selected question.
 * @typedef {(change: (question: Question) => Question, group?: string) => void} Change
 * @param {FormPage} page @returns {Change}
 */
const questionChanger = (page) => (change, group) => {
  const { data: editing } = page;
  editing.edit(changed(editing.draft, editing.selected, change), group ? { group: `${editing.selected} ${group}` } : {});
};

/** @param {Change} change */
const inputs = (change) => ({
  stem: (/** @type {HTMLTextAreaElement} */ { value }) => change((question) => ({ ...question, stem: value }), "stem"),
  explanation: (/** @type {HTMLTextAreaElement} */ { value }) => change((question) => ({ ...question, explanation: value || null }), "explanation"),
  line: (/** @type {HTMLInputElement} */ { name, value }) => change((question) => ({ ...question, [name]: lineOf(value) }), name),
  tags: (/** @type {HTMLInputElement} */ { value }) => change((question) => ({ ...question, tags: tagsIn(value) }), "tags"),
  media: (/** @type {HTMLInputElement} */ { value }) => change((question) => ({ ...question, media: value.trim() || null }), "media"),
  amount: (/** @type {HTMLInputElement} */ { name, value }) => {
    const wanted = Number(value);
    const { minimum, maximum } = rangeOf(name);
    if (value !== "" && Number.isInteger(wanted) && wanted >= minimum && wanted <= maximum) change((question) => ({ ...question, [name]: wanted }), name);
  },
});

/** @param {FormPage} page @param {Change} change */
const changes = (page, change) => ({
  kind: (/** @type {HTMLSelectElement} */ { value }) => {
    change((question) => withKind(question, /** @type {import("./draft.js").Kind} */ (value), WORDS()));
    page.draw(true);
  },
  fact: (/** @type {HTMLSelectElement} */ { name, value }) =>
    change((question) => ({ ...question, [name]: name === "difficulty" ? Number(value) || null : value || null })),
  line: () => page.draw(true),
  tags: () => page.draw(true),
  // What was typed outside the range becomes the nearest number within.
  amount: (/** @type {HTMLInputElement} */ { name, value }) => {
    const { minimum, maximum } = rangeOf(name);
    change((question) => ({ ...question, [name]: Math.min(Math.max(Math.round(Number(value)) || minimum, minimum), maximum) }), name);
    page.draw(true);
  },
});
