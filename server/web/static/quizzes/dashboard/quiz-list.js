/** The list of quizzes, each with its next action. */
import { boot, t, tn } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";
import { ago } from "../../ui/dates.js";

/**
 * @typedef {import("../../ui/api-types.js").QuizListItem} Quiz
 * @param {Quiz[]} items @param {boolean} archived
 */
export const quizList = (items, archived) => html`<ul class="quizzes">${items.map((quiz) => (archived ? archivedRow(quiz) : row(quiz)))}</ul>`;

/** @param {Quiz} quiz */
const row = (quiz) => html`<li class="quiz" data-key="${quiz.id}">
  <div class="what"><a class="title" href="${addressOf(quiz)}" dir="auto">${quiz.title}</a>${facts(quiz)}</div>
  <div class="next">${next(quiz)}${edit(quiz)}
    <button class="button small brief" data-do="rooms" value="${quiz.id}" ${!quiz.sessions_count && "disabled"} aria-label="${t("dashboard.results_of", { title: quiz.title })}">${icon("chart")}<span>${t("dashboard.results")}</span></button>
    ${menu(quiz)}
  </div>
</li>`;

/** The editor, or the page to look at what may not be edited. @param {Quiz} quiz */
const addressOf = ({ id, access }) => (access === "view" ? `/quizzes/${id}/view` : `/quizzes/${id}`);

/** @param {Quiz} quiz */
const edit = (quiz) =>
  quiz.access === "view"
    ? html`<a class="button small brief" data-key="look" href="${addressOf(quiz)}" aria-label="${t("dashboard.look_at", { title: quiz.title })}">${icon("search")}<span>${t("dashboard.look")}</span></a>`
    : html`<a class="button small brief" data-key="edit" href="${addressOf(quiz)}" aria-label="${t("dashboard.edit_of", { title: quiz.title })}">${icon("edit")}<span>${t("dashboard.edit")}</span></a>`;

/** @param {Quiz} quiz */
function facts({ question_count, sessions_count, last_played_at, playable, access_code, updated_at, teacher, access, published_at, takedown_reason, share_count, copy_count }) {
  return html`<p class="facts muted small">
    ${(access !== "own" || boot.user?.role === "super_admin") && html`<b dir="auto">${teacher}</b>`}
    <span>${tn("dashboard.questions", question_count)}</span>
    <span>${sessions_count && last_played_at ? html`${tn("dashboard.played", sessions_count)}, ${ago(last_played_at)}` : html`${t("dashboard.changed")} ${ago(updated_at)}`}</span>
    ${access_code && html`<span class="code" title="${t("dashboard.code")}">${access_code}</span>`}
    ${!playable && html`<span class="tag bad">${t("dashboard.unfinished")}</span>`}
    ${published_at && html`<span class="tag brand">${t("dashboard.published")}</span>`}
    ${takedown_reason && access === "own" && html`<span class="tag bad">${t("library.taken_down")}</span>`}
    ${copy_count > 0 && access === "own" && html`<span>${tn("dashboard.copies", copy_count)}</span>`}
    ${share_count > 0 && access === "own" && html`<span>${tn("dashboard.shared_with", share_count)}</span>`}
    ${access === "edit" && html`<span class="tag">${t("dashboard.may_edit")}</span>`}
  </p>`;
}

/** The main action of a quiz: continue hosting, play, or finish writing. @param {Quiz} quiz */
function next({ id, title, playable, open_session, access }) {
  if (open_session) return html`<a class="button small primary go" data-key="go" href="/host/${open_session.id}">${t("dashboard.go_on")}</a>`;
  if (!playable) return access !== "view" && html`<a class="button small go" data-key="finish" href="/quizzes/${id}" aria-label="${t("dashboard.finish_of", { title })}">${icon("edit")}${t("dashboard.finish")}</a>`;
  return html`<button class="button small go primary" data-key="play" data-do="play" value="${id}"
    aria-label="${t("dashboard.play_of", { title })}">${icon("play")}${t("dashboard.play")}</button>`;
}

/** @param {Quiz} quiz */
const menu = ({ id, title, playable, access, published_at }) => html`<details class="menu"><summary class="button small quiet icon" aria-label="${t("dashboard.more_of", { title })}">${icon("more")}</summary>
  <div class="menu-items">
    ${playable && html`<button data-do="give" value="${id}" data-title="${title}" ${published_at && "data-published"}>${icon("calendar")}${t("dashboard.give")}</button>`}
    <button data-do="copy" value="${id}">${icon("copy")}${t("dashboard.copy")}</button>
    <button data-do="export" value="${id}" data-title="${title}">${icon("download")}${t("dashboard.export")}</button>
    ${
      access === "own"
        ? html`<button data-do="share" value="${id}" data-title="${title}">${icon("people")}${t("dashboard.share")}</button>
    <button data-do="publish" value="${id}">${icon("screen")}${t(published_at ? "dashboard.publication" : "dashboard.publish")}</button>
    <button data-do="archive" value="${id}">${icon("trash")}${t("dashboard.archive")}</button>`
        : html`<button data-do="leave" value="${id}">${icon("close")}${t("dashboard.leave")}</button>`
    }
  </div></details>`;

/** @param {Quiz} quiz */
const archivedRow = (quiz) => html`<li class="quiz" data-key="${quiz.id}">
  <div class="what"><span class="title" dir="auto">${quiz.title}</span>${facts(quiz)}</div>
  <div class="next">
    <button class="button small primary" data-do="restore" value="${quiz.id}">${icon("undo")}${t("dashboard.restore")}</button>
    <button class="button small danger" data-do="purge" value="${quiz.id}" data-title="${quiz.title}">${icon("trash")}${t("dashboard.purge")}</button>
  </div>
</li>`;
