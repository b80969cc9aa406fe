/** The editor's actions, by the `data-do` of a control and by key. */
import { t } from "../../ui/boot.js";
import { leaveFor } from "../../ui/page.js";
import { toast } from "../../ui/toast.js";
import { focusProblem } from "../../ui/fields.js";
import { giveSheet } from "../../homework/give-sheet.js";
import { exportSheet } from "../export-sheet.js";
import { playSheet } from "../../sessions/play-sheet.js";
import { askKind } from "./add-sheet.js";
import { bankActions } from "./bank-actions.js";
import { blank, copyOf, indexOf, inserted, moved, without } from "./draft.js";
import { ABOUT } from "./editor-state.js";
import { WORDS, formActions } from "./form-actions.js";
import { lineOf } from "./more-fields.js";
import { say } from "./say.js";

/** @typedef {import("../../ui/page.js").Page<import("./editor-state.js").EditorState, {}>} EditorPage */

/** @param {EditorPage} page */
export function actions(page) {
  const form = formActions(page);
  return {
    ...form,
    click: { ...form.click, ...clicks(page), ...bankActions(page) },
    input: { ...form.input, ...aboutInputs(page) },
    change: { ...form.change, label: () => page.draw(true) },
  };
}

/** @param {EditorPage} page */
const clicks = (page) => ({
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
  play: async () => {
    const { data: editing } = page;
    if (await ready(page)) playSheet({ id: editing.id, title: editing.draft.title }, editing.draft.questions);
  },
  give: async () => {
    if (await ready(page)) giveSheet({ id: page.data.id, title: page.data.draft.title, isPublished: page.data.shown.published_at !== null });
  },
  export: async () => {
    await page.data.saver.flush();
    await exportSheet(page.data.id, page.data.draft.title);
  },
  saveNow: () => page.data.saver.flush(),
  saveAsNew: async () => leaveFor(`/quizzes/${await page.data.saveAsNew()}`),
  keepMine: () => page.data.overwrite(),
  takeTheirs: async () => {
    await page.data.takeTheirs();
    page.draw(true);
  },
});

/** @param {EditorPage} page */
const aboutInputs = (page) => ({
  title: (/** @type {HTMLInputElement} */ { value }) => page.data.edit({ ...page.data.draft, title: value }, { group: "title" }),
  description: (/** @type {HTMLTextAreaElement} */ { value }) => page.data.edit({ ...page.data.draft, description: value }, { group: "description" }),
  label: (/** @type {HTMLInputElement} */ { name, value }) => page.data.edit({ ...page.data.draft, [name]: lineOf(value) }, { group: name }),
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

/** Saves, and says whether the quiz can be played, or else shows what keeps it from that. @param {EditorPage} page */
async function ready(page) {
  const { data: editing } = page;
  await editing.saver.flush();
  if (editing.saver.dirty) {
    toast(t("editor.play_unsaved"), { bad: true });
    return false;
  }
  if (editing.playable) return true;
  editing.touched.all(editing.draft);
  const [first] = editing.draft.questions.filter(({ key }) => editing.problems.has(key));
  choose(page, first?.key ?? ABOUT);
  focusProblem(document);
  toast(t(editing.draft.questions.length ? "editor.play_problems" : "editor.play_empty"), { bad: true });
  return false;
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
