/** /quizzes/{id}: the editor. It draws the state in editor/editor-state.js and handles events. */
import "../ui/site-switches.js";
import { api } from "../ui/api.js";
import { t } from "../ui/boot.js";
import { moment } from "../ui/dates.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { Page, leaveFor } from "../ui/page.js";
import { toast } from "../ui/toast.js";
import { actions, shortcuts } from "./editor/actions.js";
import { aboutForm } from "./editor/about.js";
import { indexOf, moved } from "./editor/draft.js";
import { dragging } from "./editor/dragging.js";
import { EditorState } from "./editor/editor-state.js";
import { storedDraft } from "./editor/draft-storage.js";
import "./editor/phone-preview.js";
import { takeFiles } from "./editor/picture-actions.js";
import { questionForm } from "./editor/question-form.js";
import { questionList } from "./editor/question-list.js";
import { saveState, saveTrouble } from "./editor/save-state.js";

const id = location.pathname.split("/").at(-1) ?? "";

/** @param {EditorState} editing */
const view = (editing) => html`<div class="editor" data-list="${editing.listOpen ? "open" : "closed"}">
  ${bar(editing)}${saveTrouble(editing.saver)}
  <div class="panes" data-key="panes">
    <nav class="list" data-key="list" aria-label="${t("editor.questions")}">${questionList(editing.draft, editing.selected, (question) => editing.problemsOf(question).length)}</nav>
    <section class="desk" data-key="desk">${stepper(editing)}${form(editing)}</section>
    <aside class="look" data-key="look" aria-label="${t("editor.preview")}">${preview(editing)}</aside>
  </div>
  <p class="visually-hidden" role="status" id="said" data-key="said"></p>
</div>`;

/** @param {EditorState} editing */
const bar = ({ draft, history, saver }) => html`<header class="topbar" data-key="topbar">
  <h1 dir="auto">${draft.title || t("editor.untitled")}</h1>
  ${saveState(saver)}
  <div class="tools" data-key="tools">
    <button class="button quiet icon" data-do="undo" aria-disabled="${String(!history.canUndo)}" aria-label="${t("editor.undo")}" title="${t("editor.undo")} (Ctrl Z)">${icon("undo")}</button>
    <button class="button quiet icon redo" data-do="redo" aria-disabled="${String(!history.canRedo)}" aria-label="${t("editor.redo")}" title="${t("editor.redo")} (Ctrl Y)">${icon("undo")}</button>
    <button class="button quiet icon" data-do="give" data-key="give" aria-label="${t("homework.give_title")}" title="${t("homework.give_title")}">${icon("calendar")}</button>
    <button class="button primary" data-do="play" data-key="play">${icon("play")}${t("editor.play")}</button>
  </div>
</header>`;

/** The number of the selected question with buttons to the next, on a small screen. @param {EditorState} editing */
function stepper({ draft, selected, listOpen }) {
  const index = indexOf(draft, selected);
  const of = draft.questions.length;
  return html`<div class="stepper" data-key="stepper">
    <button class="button quiet icon" data-do="previous" aria-disabled="${String(index < 0)}" aria-label="${t("editor.previous")}">${icon("up")}</button>
    <button class="button" data-do="toggleList" aria-expanded="${String(listOpen)}">${index < 0 ? t("editor.about") : t("editor.question_of", { n: index + 1, of })}</button>
    <button class="button quiet icon" data-do="following" aria-disabled="${String(index === of - 1)}" aria-label="${t("editor.following")}">${icon("down")}</button>
  </div>`;
}

/** @param {EditorState} editing */
function form(editing) {
  const { draft, question, brokenPicture } = editing;
  if (!question) return aboutForm(editing);
  const broken = brokenPicture !== "" && brokenPicture === question.media;
  return questionForm(question, indexOf(draft, question.key), draft.questions.length, editing.problemsOf(question), { broken, upload: editing.uploads.get(question.key) });
}

/** @param {EditorState} editing */
const preview = ({ question }) =>
  question && html`<h2 class="small muted" data-key="head">${t("editor.preview")}</h2><div class="phone" data-key="phone"><phone-preview></phone-preview></div>
    <p class="muted small" data-key="hint">${t("editor.preview_hint")}</p>`;

/** @param {import("./editor/actions.js").EditorPage} page */
function drawn({ root, data: { draft, question, brokenPicture } }) {
  const phone = /** @type {any} */ (root.querySelector("phone-preview"));
  if (phone && question)
    phone.shown = { question, index: indexOf(draft, question.key), of: draft.questions.length, title: draft.title, broken: brokenPicture === question.media };
}

/** @param {{}} _ @param {import("./editor/actions.js").EditorPage} page */
async function load(_, page) {
  const quiz = await api("GET", "/api/quizzes/{quiz_id}", { path: { quiz_id: id } });
  const stored = storedDraft(id);
  if (quiz.access === "view" && !stored) await leaveFor(`/quizzes/${id}/view`);
  const editing = new EditorState(quiz, () => page.draw());
  if (stored) {
    editing.restore(stored);
    toast(t("editor.restored", { when: moment.format(stored.at) }), { action: t("editor.discard"), act: () => editing.takeTheirs() });
  }
  return editing;
}

const page = new Page({ load, view, drawn, title: ({ draft }) => draft.title || t("editor.untitled"), actions, synced: ".editor" });
await page.ready;
const editing = page.data;
document.addEventListener("keydown", (event) => shortcuts(event, page));
takeFiles(page);
dragging(page.root, (key, index) => editing.edit({ ...editing.draft, questions: moved(editing.draft.questions, key, index) }, { select: key }));
page.root.addEventListener("error", pictureBroken, true);
addEventListener("beforeunload", (event) => (editing.saver.dirty || editing.isUploading) && event.preventDefault());
addEventListener("online", () => editing.saver.flush());
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && editing.saver.flush());
if (!editing.draft.questions.length) nameFirst();

/** @param {Event} event */
function pictureBroken({ target }) {
  if (!(target instanceof HTMLImageElement)) return;
  editing.brokenPicture = (target.getAttribute("src") ?? "").replace(/^(\/pictures\/[^/]+)\/small$/, "$1");
  page.draw();
}

/** Puts the focus on the title of a new quiz. */
function nameFirst() {
  const title = /** @type {HTMLInputElement} */ (document.getElementById("title"));
  title.focus();
  title.select();
}
