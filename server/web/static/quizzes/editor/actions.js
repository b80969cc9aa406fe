/** The editor's actions, by the `data-do` of a control and by key. */
import { t } from "../../ui/boot.js";
import { listen } from "../../ui/html.js";
import { limits } from "../../ui/limits.js";
import { toast } from "../../ui/toast.js";
import { complain, focusProblem } from "../../ui/fields.js";
import { playSheet } from "../../sessions/play-sheet.js";
import { askKind } from "./add-sheet.js";
import { answerActions } from "./answer-actions.js";
import { blank, changed, copyOf, indexOf, inserted, moved, withKind, without } from "./draft.js";
import { ABOUT } from "./editor-state.js";
import { lineOf, tagsIn } from "./more-fields.js";

/** @typedef {import("./editor-state.js").EditorState} EditorState */
/** @typedef {{ shown: { list: boolean }, draw: (all?: boolean) => void, say: (text: string) => void }} Page */

const WORDS = () => ({ yes: t("editor.true"), no: t("editor.false") });

/** @param {string} name of a field with a number */
const rangeOf = (name) => limits.QuestionInput[/** @type {"points" | "time_limit"} */ (name)];

/** @param {HTMLElement} root @param {EditorState} editing @param {Page} page */
export function actions(root, editing, page) {
  const change = questionChanger(editing);
  const answers = answerActions(editing, change);
  listen(root, "click", { ...clicks(editing, page, change), ...answers.clicks });
  listen(root, "input", { ...inputs(editing, change), ...answers.inputs });
  listen(root, "change", { ...changes(editing, page, change), ...answers.changes });
  listen(root, "keydown", answers.keys);
  listen(root, "paste", answers.pastes);
  root.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => shortcuts(event, editing, page));
}

/**
 * Changes the selected question.
 * @typedef {(change: (question: import("./draft.js").Question) => import("./draft.js").Question, group?: string) => void} Change
 * @param {EditorState} editing @returns {Change}
 */
const questionChanger = (editing) => (change, group) =>
  editing.edit(changed(editing.draft, editing.selected, change), group ? { group: `${editing.selected} ${group}` } : {});

/** @param {EditorState} editing @param {Page} page @param {Change} change */
const clicks = (editing, page, change) => ({
  select: (/** @type {HTMLButtonElement} */ { value }) => choose(editing, page, value),
  add: () => add(editing, page),
  up: () => shift(editing, page, -1),
  down: () => shift(editing, page, 1),
  duplicate: () => duplicate(editing, page),
  delete: () => remove(editing, page),
  undo: () => travel(editing, page, "undo"),
  redo: () => travel(editing, page, "redo"),
  previous: () => neighbour(editing, page, -1),
  following: () => neighbour(editing, page, 1),
  toggleList: () => {
    page.shown.list = !page.shown.list;
    page.draw();
  },
  preset: (/** @type {HTMLButtonElement} */ { dataset, value }) => {
    change((question) => ({ ...question, [dataset["name"] ?? ""]: Number(value) }));
    page.draw(true);
  },
  play: () => play(editing, page),
  saveNow: () => editing.saver.flush(),
  keepMine: () => editing.overwrite().catch(complain),
  takeTheirs: () => editing.takeTheirs().then(() => page.draw(true), complain),
});

/** @param {EditorState} editing @param {Change} change */
const inputs = (editing, change) => ({
  title: (/** @type {HTMLInputElement} */ { value }) => editing.edit({ ...editing.draft, title: value }, { group: "title" }),
  description: (/** @type {HTMLTextAreaElement} */ { value }) => editing.edit({ ...editing.draft, description: value }, { group: "description" }),
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

/** @param {EditorState} _ @param {Page} page @param {Change} change */
const changes = (_, page, change) => ({
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

/** @param {EditorState} editing @param {Page} page @param {string} key */
function choose(editing, page, key) {
  const opened = page.shown.list;
  page.shown.list = false;
  editing.select(key);
  page.draw(true);
  if (opened) document.getElementById(key === ABOUT ? "title" : "stem")?.focus();
}

/** @param {EditorState} editing @param {Page} page */
async function add(editing, page) {
  const kind = await askKind();
  if (!kind) return;
  const question = blank(kind, WORDS());
  const place = indexOf(editing.draft, editing.selected) + 1 || editing.draft.questions.length;
  page.shown.list = false;
  editing.edit(inserted(editing.draft, place, question), { select: question.key });
  page.draw(true);
  document.getElementById("stem")?.focus();
}

/** @param {EditorState} editing @param {Page} page @param {number} by */
function shift(editing, page, by) {
  const { draft, selected } = editing;
  const to = indexOf(draft, selected) + by;
  if (!editing.question || to < 0 || to >= draft.questions.length) return;
  editing.edit({ ...draft, questions: moved(draft.questions, selected, to) });
  page.say(t("editor.moved", { n: to + 1, of: draft.questions.length }));
}

/** @param {EditorState} editing @param {Page} page */
function duplicate(editing, page) {
  const { draft, question, selected } = editing;
  if (!question) return;
  const copy = copyOf(question);
  editing.edit(inserted(draft, indexOf(draft, selected) + 1, copy), { select: copy.key });
  page.draw(true);
  page.say(t("editor.duplicated"));
}

/** @param {EditorState} editing @param {Page} page */
function remove(editing, page) {
  const { draft, question, selected } = editing;
  if (!question) return;
  const index = indexOf(draft, selected);
  const next = draft.questions[index + 1] ?? draft.questions[index - 1];
  editing.edit(without(draft, selected), { select: next?.key ?? ABOUT });
  page.draw(true);
  document.getElementById(`item-${editing.selected}`)?.focus();
  toast(t("editor.deleted", { n: index + 1 }), { action: t("editor.undo"), act: () => putBack(editing, page, index, question) });
}

/** @param {EditorState} editing @param {Page} page @param {number} index @param {import("./draft.js").Question} question */
function putBack(editing, page, index, question) {
  if (indexOf(editing.draft, question.key) >= 0) return;
  editing.edit(inserted(editing.draft, index, question), { select: question.key });
  page.draw(true);
}

/** @param {EditorState} editing @param {Page} page @param {"undo" | "redo"} way */
function travel(editing, page, way) {
  editing[way]();
  page.draw(true);
}

/** @param {EditorState} editing @param {Page} page @param {number} by */
function neighbour(editing, page, by) {
  const index = indexOf(editing.draft, editing.selected) + by;
  if (index < editing.draft.questions.length) choose(editing, page, editing.draft.questions[index]?.key ?? ABOUT);
}

/** Saves, then asks for the room's settings, or shows what keeps the quiz from being played. @param {EditorState} editing @param {Page} page */
async function play(editing, page) {
  await editing.saver.flush();
  if (editing.saver.dirty) return toast(t("editor.play_unsaved"), { bad: true });
  if (editing.playable) return playSheet({ id: editing.id, title: editing.draft.title }, editing.draft.questions);
  editing.touched.all(editing.draft);
  const [first] = editing.draft.questions.filter(({ key }) => editing.problems.has(key));
  choose(editing, page, first?.key ?? ABOUT);
  focusProblem(document);
  toast(t(editing.draft.questions.length ? "editor.play_problems" : "editor.play_empty"), { bad: true });
}

/** @param {KeyboardEvent} event @param {EditorState} editing @param {Page} page */
function shortcuts(event, editing, page) {
  if (document.querySelector("dialog[open]")) return;
  const act = shortcut(event, editing, page);
  if (!act) return;
  event.preventDefault();
  act();
}

/** @param {KeyboardEvent} event @param {EditorState} editing @param {Page} page */
function shortcut({ key, ctrlKey, metaKey, shiftKey, altKey, target }, editing, page) {
  const letter = key.toLowerCase();
  if ((ctrlKey || metaKey) && letter === "z") return () => travel(editing, page, shiftKey ? "redo" : "undo");
  if ((ctrlKey || metaKey) && letter === "y") return () => travel(editing, page, "redo");
  if ((ctrlKey || metaKey) && letter === "s") return () => editing.saver.flush();
  if (altKey && key === "ArrowUp") return () => shift(editing, page, -1);
  if (altKey && key === "ArrowDown") return () => shift(editing, page, 1);
  return target instanceof Element && target.closest("#questions") ? listKey(key, editing, page) : null;
}

/** Handles keys in the list: arrows select a question, Delete removes it. @param {string} key @param {EditorState} editing @param {Page} page */
function listKey(key, editing, page) {
  const step = (/** @type {number} */ by) => () => {
    const to = editing.draft.questions[indexOf(editing.draft, editing.selected) + by];
    if (!to) return;
    editing.select(to.key);
    page.draw(true);
    document.getElementById(`item-${to.key}`)?.focus();
  };
  if (key === "ArrowUp") return step(-1);
  if (key === "ArrowDown") return step(1);
  return key === "Delete" ? () => remove(editing, page) : null;
}
