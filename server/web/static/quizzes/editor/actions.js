/** The editor's actions, by the `data-do` of a control and by key. */
import { t } from "../../ui/boot.js";
import { limits } from "../../ui/limits.js";
import { toast } from "../../ui/toast.js";
import { focusProblem } from "../../ui/fields.js";
import { playSheet } from "../../sessions/play-sheet.js";
import { askKind } from "./add-sheet.js";
import { answerActions } from "./answer-actions.js";
import { blank, changed, copyOf, indexOf, inserted, moved, withKind, without } from "./draft.js";
import { ABOUT } from "./editor-state.js";
import { lineOf, tagsIn } from "./more-fields.js";
import { pictureActions } from "./picture-actions.js";
import { say } from "./say.js";

/** @typedef {import("../../ui/page.js").Page<import("./editor-state.js").EditorState, {}>} EditorPage */

const WORDS = () => ({ yes: t("editor.true"), no: t("editor.false") });

/** @param {string} name of a field with a number */
const rangeOf = (name) => limits.QuestionInput[/** @type {"points" | "time_limit"} */ (name)];

/** @param {EditorPage} page */
export function actions(page) {
  const change = questionChanger(page);
  const answers = answerActions(page, change);
  const pictures = pictureActions(page);
  return {
    click: { ...clicks(page, change), ...answers.clicks, ...pictures.clicks },
    input: { ...inputs(page, change), ...answers.inputs },
    change: { ...changes(page, change), ...answers.changes, ...pictures.changes },
    keydown: answers.keys,
    paste: answers.pastes,
  };
}

/**
 * Changes the selected question.
 * @typedef {(change: (question: import("./draft.js").Question) => import("./draft.js").Question, group?: string) => void} Change
 * @param {EditorPage} page @returns {Change}
 */
const questionChanger = (page) => (change, group) => {
  const { data: editing } = page;
  editing.edit(changed(editing.draft, editing.selected, change), group ? { group: `${editing.selected} ${group}` } : {});
};

/** @param {EditorPage} page @param {Change} change */
const clicks = (page, change) => ({
  select: (/** @type {HTMLButtonElement} */ { value }) => choose(page, value),
  add: () => add(page),
  up: () => shift(page, -1),
  down: () => shift(page, 1),
  duplicate: () => duplicate(page),
  delete: () => remove(page),
  undo: () => travel(page, "undo"),
  redo: () => travel(page, "redo"),
  previous: () => neighbour(page, -1),
  following: () => neighbour(page, 1),
  toggleList: () => {
    page.data.listOpen = !page.data.listOpen;
    page.draw();
  },
  preset: (/** @type {HTMLButtonElement} */ { dataset, value }) => {
    change((question) => ({ ...question, [dataset["name"] ?? ""]: Number(value) }));
    page.draw(true);
  },
  play: () => play(page),
  saveNow: () => page.data.saver.flush(),
  keepMine: () => page.data.overwrite(),
  takeTheirs: async () => {
    await page.data.takeTheirs();
    page.draw(true);
  },
});

/** @param {EditorPage} page @param {Change} change */
const inputs = (page, change) => ({
  title: (/** @type {HTMLInputElement} */ { value }) => page.data.edit({ ...page.data.draft, title: value }, { group: "title" }),
  description: (/** @type {HTMLTextAreaElement} */ { value }) => page.data.edit({ ...page.data.draft, description: value }, { group: "description" }),
  label: (/** @type {HTMLInputElement} */ { name, value }) => page.data.edit({ ...page.data.draft, [name]: lineOf(value) }, { group: name }),
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

/** @param {EditorPage} page @param {Change} change */
const changes = (page, change) => ({
  kind: (/** @type {HTMLSelectElement} */ { value }) => {
    change((question) => withKind(question, /** @type {import("./draft.js").Kind} */ (value), WORDS()));
    page.draw(true);
  },
  fact: (/** @type {HTMLSelectElement} */ { name, value }) =>
    change((question) => ({ ...question, [name]: name === "difficulty" ? Number(value) || null : value || null })),
  label: () => page.draw(true),
  line: () => page.draw(true),
  tags: () => page.draw(true),
  // What was typed outside the range becomes the nearest number within.
  amount: (/** @type {HTMLInputElement} */ { name, value }) => {
    const { minimum, maximum } = rangeOf(name);
    change((question) => ({ ...question, [name]: Math.min(Math.max(Math.round(Number(value)) || minimum, minimum), maximum) }), name);
    page.draw(true);
  },
});

/** @param {EditorPage} page @param {string} key */
function choose(page, key) {
  const { data: editing } = page;
  const opened = editing.listOpen;
  editing.listOpen = false;
  editing.select(key);
  page.draw(true);
  if (opened) document.getElementById(key === ABOUT ? "title" : "stem")?.focus();
}

/** @param {EditorPage} page */
async function add(page) {
  const { data: editing } = page;
  const kind = await askKind();
  if (!kind) return;
  const question = blank(kind, WORDS());
  const place = indexOf(editing.draft, editing.selected) + 1 || editing.draft.questions.length;
  editing.listOpen = false;
  editing.edit(inserted(editing.draft, place, question), { select: question.key });
  page.draw(true);
  document.getElementById("stem")?.focus();
}

/** @param {EditorPage} page @param {number} by */
function shift(page, by) {
  const { data: editing } = page;
  const { draft, selected } = editing;
  const to = indexOf(draft, selected) + by;
  if (!editing.question || to < 0 || to >= draft.questions.length) return;
  editing.edit({ ...draft, questions: moved(draft.questions, selected, to) });
  say(t("editor.moved", { n: to + 1, of: draft.questions.length }));
}

/** @param {EditorPage} page */
function duplicate(page) {
  const { data: editing } = page;
  const { draft, question, selected } = editing;
  if (!question) return;
  const copy = copyOf(question);
  editing.edit(inserted(draft, indexOf(draft, selected) + 1, copy), { select: copy.key });
  page.draw(true);
  say(t("editor.duplicated"));
}

/** @param {EditorPage} page */
function remove(page) {
  const { data: editing } = page;
  const { draft, question, selected } = editing;
  if (!question) return;
  const index = indexOf(draft, selected);
  const next = draft.questions[index + 1] ?? draft.questions[index - 1];
  editing.edit(without(draft, selected), { select: next?.key ?? ABOUT });
  page.draw(true);
  document.getElementById(`item-${editing.selected}`)?.focus();
  toast(t("editor.deleted", { n: index + 1 }), { action: t("editor.undo"), act: () => putBack(page, index, question) });
}

/** @param {EditorPage} page @param {number} index @param {import("./draft.js").Question} question */
function putBack(page, index, question) {
  const { data: editing } = page;
  if (indexOf(editing.draft, question.key) >= 0) return;
  editing.edit(inserted(editing.draft, index, question), { select: question.key });
  page.draw(true);
}

/** @param {EditorPage} page @param {"undo" | "redo"} way */
function travel(page, way) {
  const { data: editing } = page;
  editing[way]();
  page.draw(true);
}

/** @param {EditorPage} page @param {number} by */
function neighbour(page, by) {
  const { data: editing } = page;
  const index = indexOf(editing.draft, editing.selected) + by;
  if (index < editing.draft.questions.length) choose(page, editing.draft.questions[index]?.key ?? ABOUT);
}

/** Saves, then asks for the room's settings, or shows what keeps the quiz from being played. @param {EditorPage} page */
async function play(page) {
  const { data: editing } = page;
  await editing.saver.flush();
  if (editing.saver.dirty) return toast(t("editor.play_unsaved"), { bad: true });
  if (editing.playable) return playSheet({ id: editing.id, title: editing.draft.title }, editing.draft.questions);
  editing.touched.all(editing.draft);
  const [first] = editing.draft.questions.filter(({ key }) => editing.problems.has(key));
  choose(page, first?.key ?? ABOUT);
  focusProblem(document);
  toast(t(editing.draft.questions.length ? "editor.play_problems" : "editor.play_empty"), { bad: true });
}

/** Handles keys anywhere on the page. @param {KeyboardEvent} event @param {EditorPage} page */
export function shortcuts(event, page) {
  if (document.querySelector("dialog[open]")) return;
  const act = shortcut(event, page);
  if (!act) return;
  event.preventDefault();
  act();
}

/** @param {KeyboardEvent} event @param {EditorPage} page */
function shortcut({ key, ctrlKey, metaKey, shiftKey, altKey, target }, page) {
  const letter = key.toLowerCase();
  if ((ctrlKey || metaKey) && letter === "z") return () => travel(page, shiftKey ? "redo" : "undo");
  if ((ctrlKey || metaKey) && letter === "y") return () => travel(page, "redo");
  if ((ctrlKey || metaKey) && letter === "s") return () => page.data.saver.flush();
  if (altKey && key === "ArrowUp") return () => shift(page, -1);
  if (altKey && key === "ArrowDown") return () => shift(page, 1);
  return target instanceof Element && target.closest("#questions") ? listKey(key, page) : null;
}

/** Handles keys in the list: arrows select a question, Delete removes it. @param {string} key @param {EditorPage} page */
function listKey(key, page) {
  const { data: editing } = page;
  const step = (/** @type {number} */ by) => () => {
    const to = editing.draft.questions[indexOf(editing.draft, editing.selected) + by];
    if (!to) return;
    editing.select(to.key);
    page.draw(true);
    document.getElementById(`item-${to.key}`)?.focus();
  };
  if (key === "ArrowUp") return step(-1);
  if (key === "ArrowDown") return step(1);
  return key === "Delete" ? () => remove(page) : null;
}
