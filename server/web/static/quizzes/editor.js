/** /quizzes/{id}: the editor. It draws the state in editor/editor-state.js and handles events. */
import "../ui/site-switches.js";
import { api } from "../ui/api.js";
import { boot, t } from "../ui/boot.js";
import { html, render } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { toast } from "../ui/toast.js";
import { actions } from "./editor/actions.js";
import { aboutForm } from "./editor/about.js";
import { indexOf, moved } from "./editor/draft.js";
import { dragging } from "./editor/dragging.js";
import { EditorState } from "./editor/editor-state.js";
import { storedDraft } from "./editor/draft-storage.js";
import "./editor/phone-preview.js";
import { questionForm } from "./editor/question-form.js";
import { questionList } from "./editor/question-list.js";
import { saveState, saveTrouble } from "./editor/save-state.js";
import { loaded } from "../ui/page-states.js";
import { syncControls } from "../ui/sync-controls.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const id = location.pathname.split("/").at(-1) ?? "";

/** State of this page only: whether the list is open on a small screen, and which picture cannot be loaded. */
const shown = { list: false, broken: "" };

/** @param {EditorState} editing */
const view = (editing) => html`<div class="editor" data-list="${shown.list ? "open" : "closed"}">
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
    <button class="button primary" data-do="play" data-key="play">${icon("play")}${t("editor.play")}</button>
  </div>
</header>`;

/** The number of the selected question with buttons to the next, on a small screen. @param {EditorState} editing */
function stepper({ draft, selected }) {
  const index = indexOf(draft, selected);
  const of = draft.questions.length;
  return html`<div class="stepper" data-key="stepper">
    <button class="button quiet icon" data-do="previous" aria-disabled="${String(index < 0)}" aria-label="${t("editor.previous")}">${icon("up")}</button>
    <button class="button" data-do="toggleList" aria-expanded="${String(shown.list)}">${index < 0 ? t("editor.about") : t("editor.question_of", { n: index + 1, of })}</button>
    <button class="button quiet icon" data-do="following" aria-disabled="${String(index === of - 1)}" aria-label="${t("editor.following")}">${icon("down")}</button>
  </div>`;
}

/** @param {EditorState} editing */
function form(editing) {
  const { draft, question } = editing;
  if (!question) return aboutForm(editing);
  const broken = shown.broken !== "" && shown.broken === question.media;
  return questionForm(question, indexOf(draft, question.key), draft.questions.length, editing.problemsOf(question), broken);
}

/** @param {EditorState} editing */
const preview = ({ question }) =>
  question && html`<h2 class="small muted" data-key="head">${t("editor.preview")}</h2><div class="phone" data-key="phone"><phone-preview></phone-preview></div>
    <p class="muted small" data-key="hint">${t("editor.preview_hint")}</p>`;

/** @param {EditorState} editing @param {boolean} [all] */
function draw(editing, all = false) {
  render(root, view(editing));
  syncControls(root, all);
  const { draft, question } = editing;
  const phone = /** @type {any} */ (root.querySelector("phone-preview"));
  if (phone && question)
    phone.shown = { question, index: indexOf(draft, question.key), of: draft.questions.length, title: draft.title, broken: shown.broken === question.media };
  document.title = `${draft.title || t("editor.untitled")} · Kuis`;
}

/** @param {EditorState} editing */
function listenTo(editing) {
  actions(root, editing, { shown, draw: (all) => draw(editing, all), say });
  dragging(root, (key, index) => editing.edit({ ...editing.draft, questions: moved(editing.draft.questions, key, index) }, { select: key }));
  root.addEventListener("error", (event) => pictureBroken(event, editing), true);
  addEventListener("beforeunload", (event) => editing.saver.dirty && event.preventDefault());
  addEventListener("online", () => editing.saver.flush());
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && editing.saver.flush());
}

/** @param {Event} event @param {EditorState} editing */
function pictureBroken(event, editing) {
  if (!(event.target instanceof HTMLImageElement)) return;
  shown.broken = event.target.getAttribute("src") ?? "";
  draw(editing);
}

/** @param {string} text */
function say(text) {
  const place = document.getElementById("said");
  if (place) place.textContent = text;
}

const quiz = await loaded(root, () => api("GET", "/api/quizzes/{quiz_id}", { path: { quiz_id: id } }));
const editing = new EditorState(quiz, () => draw(editing));
listenTo(editing);
const kept = storedDraft(id);
if (kept) {
  editing.restore(kept);
  toast(t("editor.restored", { when: new Date(kept.at).toLocaleString(boot.locale) }), { action: t("editor.discard"), act: () => editing.takeTheirs() });
}
draw(editing, true);
if (!editing.draft.questions.length) nameFirst();

/** Puts the focus on the title of a new quiz. */
function nameFirst() {
  const title = /** @type {HTMLInputElement} */ (document.getElementById("title"));
  title.focus();
  title.select();
}
