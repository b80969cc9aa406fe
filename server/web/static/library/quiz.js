/** /library/{id}, a published quiz, and /quizzes/{id}/view, one that a colleague shares: to look at, and to copy. */
import "../ui/site-switches.js";
import { api } from "../ui/api.js";
import { boot, t, tn } from "../ui/boot.js";
import { ago } from "../ui/dates.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { Page, leaveFor } from "../ui/page.js";
import { giveSheet } from "../homework/give-sheet.js";
import { exportSheet } from "../quizzes/export-sheet.js";
import { playSheet } from "../sessions/play-sheet.js";
import { copyPublished, copyShared } from "./copying.js";
import { labels } from "./labels.js";
import { questionView } from "./question-view.js";
import { reportSheet, unpublished } from "./reports.js";

const [, place, id = ""] = location.pathname.split("/");
const isPublished = place === "library";
const isAdministrator = boot.user?.role === "super_admin";

/**
 * @typedef {import("../ui/api-types.js").LibraryQuiz} Published
 * @typedef {import("../ui/api-types.js").QuizOutput} Shared
 * @typedef {Pick<Published, "id" | "title" | "description" | "language" | "level" | "topic" | "question_count" | "copy_count" | "author" | "questions" | "playable">
 *   & { published_at: string | null, published: Published | null }} Shown
 */

/** @returns {Promise<Shown>} */
async function load() {
  if (isPublished) {
    const published = await api("GET", "/api/library/{published_id}", { path: { published_id: id } });
    return { ...published, published };
  }
  const shared = await api("GET", "/api/quizzes/{quiz_id}", { path: { quiz_id: id } });
  return { ...shared, author: shared.teacher, question_count: shared.questions.length, published: null };
}

/** @param {Shown} quiz */
const view = (quiz) => html`<article class="wide-page dashboard library one" data-key="quiz">
  <nav data-key="back"><a href="${isPublished ? "/library" : "/dashboard?view=shared"}">${t(isPublished ? "library.back" : "library.back_shared")}</a></nav>
  <header class="stack" data-key="head"><h1 dir="auto">${quiz.title}</h1>
    <p class="muted">${t("library.by")} ${author(quiz)}${quiz.published && html`, ${ago(quiz.published.published_at)}`}</p>
    ${quiz.description && html`<p class="description whole" dir="auto">${quiz.description}</p>`}
    ${labels(quiz)}
    ${!quiz.playable && html`<p class="notice">${t("library.unfinished")}</p>`}
    <div class="row actions">${quiz.published ? publishedActions(quiz.published) : sharedActions(quiz)}</div></header>
  <section class="stack" data-key="questions"><h2>${tn("library.questions", quiz.question_count)}</h2><ol class="questions">${quiz.questions.map(questionView)}</ol></section>
</article>`;

/** @param {Shown} quiz */
const author = ({ author, published }) =>
  published ? html`<a href="/library?author=${published.author_id}" dir="auto">${author}</a>` : html`<b dir="auto">${author}</b>`;

/** @param {Published} quiz */
const publishedActions = ({ is_own, is_reported }) => html`
  <button class="button primary" data-do="copy" data-key="copy">${icon("copy")}${t("library.copy")}</button>
  ${is_own && html`<a class="button" data-key="edit" href="/quizzes/${id}">${icon("edit")}${t("library.edit")}</a>`}
  ${(is_own || isAdministrator) && html`<button class="button danger" data-do="unpublish" data-key="unpublish">${t(is_own ? "library.take_back" : "library.unpublish")}</button>`}
  ${!is_own && html`<button class="button quiet" data-do="report" data-key="report" ${is_reported && "disabled"}>${t(is_reported ? "library.is_reported" : "library.report")}</button>`}`;

/** @param {Shown} quiz */
const sharedActions = ({ playable }) => html`
  ${playable && html`<button class="button primary" data-do="play" data-key="play">${icon("play")}${t("library.play")}</button>
  <button class="button" data-do="give" data-key="give">${icon("calendar")}${t("homework.give_title")}</button>`}
  <button class="button" data-do="copy" data-key="copy">${icon("copy")}${t("library.copy")}</button>
  <button class="button" data-do="export" data-key="export">${icon("download")}${t("export.title")}</button>`;

/** @type {Page<Shown, {}>} */
const page = new Page({
  load,
  view,
  title: ({ title }) => title,
  actions: () => ({
    click: {
      copy: () => (isPublished ? copyPublished(id) : copyShared(id)),
      play: () => playSheet(page.data, page.data.questions),
      give: () => giveSheet({ ...page.data, isPublished: page.data.published_at !== null }),
      export: () => exportSheet(id, page.data.title),
      topic: ({ value }) => leaveFor(`/library?topic=${encodeURIComponent(value)}`),
      report: async () => (await reportSheet(id)) && page.reload(),
      unpublish: async () => (await unpublished(id)) && leaveFor("/library"),
    },
  }),
});
