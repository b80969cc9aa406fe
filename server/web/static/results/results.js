/** /sessions/{id}: the results, as an overview, a table of players, each question, and downloads. */
import "../questions/item-scatter.js";
import "../ui/bar-chart.js";
import "../ui/site-switches.js";
import { Problem, api } from "../ui/api.js";
import { boot, t, tn } from "../ui/boot.js";
import { at, duration, share } from "../ui/dates.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { limits } from "../ui/limits.js";
import { Page } from "../ui/page.js";
import "./answer-bars.js";
import { keyText } from "./answers.js";
import { correctedNotice, correctionNote } from "./corrections.js";
import { correctionSheet } from "./correction-sheet.js";
import { drawItems, items } from "./items.js";
import { chartOf, overview } from "./overview.js";
import { ownGame, playerSheet } from "./player-sheet.js";
import "./player-table.js";
import { asked, isScored, isVoided } from "./statistics.js";

/** @typedef {import("./statistics.js").Results & { statistics: import("./items.js").Item[] }} Results */
/** @typedef {import("./statistics.js").Question} Question */

const id = location.pathname.split("/").at(-1) ?? "";
const LOOK_AGAIN_MS = 1_500;
const LOOK_AGAIN_MOST_MS = 12_000;
/** @type {typeof limits.getResultsAsCsv.table.enum[number][]} */
const DOWNLOADS = ["answers", "questions", "players"];

/** @param {Results} results */
const view = (results) => (boot.user?.role === "student" ? ownView(results) : hostView(results));

/** A student's view: their own answers and the right ones. @param {Results} results */
const ownView = (results) => html`<div class="wide-page results-page own">
  ${head(results)}${correctedNotice(results)}${results.players.map((player) => ownGame(player, results.questions))}${breakdown(results)}
</div>`;

/** @param {Results} results */
const hostView = (results) => html`<div class="wide-page results-page">
  ${head(results)}${running(results)}${correctedNotice(results)}
  ${results.players.length ? html`${overview(results)}${people(results)}` : nobody(results)}${breakdown(results)}${items(results.statistics)}${downloads(results)}
</div>`;

/** @param {Results} results */
const head = ({ session }) => html`<header class="stack" data-key="head">
  <div class="row spread"><div><h1 dir="auto">${session.title}</h1>
    <p class="facts muted small">${session.started_at && html`<span>${at(session.started_at)}</span>`}<span>${tn("history.players", session.players)}</span>
      <span>${askedOf(session)}</span><span class="code">${session.code}</span></p></div>
    ${boot.user?.role !== "student" && session.mode === "self_paced" && html`<a class="button" href="/sessions/${id}/homework">${icon("people")}${t("results.homework")}</a>`}
    ${boot.user?.role !== "student" && html`<a class="button" href="#downloads">${icon("download")}${t("results.download")}</a>`}</div>
</header>`;

/** The number of questions asked, to the teacher also of how many; students see nothing of the others. @param {Results["session"]} session */
const askedOf = ({ asked, questions }) =>
  asked === questions || boot.user?.role === "student" ? tn("results.questions", asked) : tn("results.asked_of", questions, { asked });

/** @param {Results} results */
function running({ session }) {
  if (session.complete) return html``;
  return html`<div class="notice row spread" role="status" data-key="running"><span><span class="tag live">${t(session.mode === "live" ? "dashboard.live" : "results.homework")}</span> ${t(session.mode === "live" ? "results.running" : "results.homework_open")}</span>
    ${session.mode === "live" && html`<a class="button small" href="/host/${session.id}">${t("results.to_room")}</a>`}</div>`;
}

/** @param {Results} results */
const nobody = ({ session }) => html`<div class="empty" data-key="nobody"><h2>${t("results.nobody")}</h2>
  <p class="muted">${t(session.ended_at ? "results.nobody_hint" : "results.nobody_yet")}</p></div>`;

/** @param {Results} results */
const people = ({ players, questions }) => html`<section class="stack" data-key="people">
  <div class="row spread"><h2>${t("results.table")}</h2>
    <label class="find">${icon("search")}<span class="visually-hidden">${t("results.search")}</span>
      <input type="search" class="input" data-do="search" placeholder="${t("results.search")}" maxlength="${limits.Join.nickname.maxLength}"></label></div>
  <player-table></player-table>
  <p class="muted small legend">${["right", "partly", "wrong", "none", "poll", ...(questions.some(isVoided) ? ["void"] : [])].map((look, index) => html`<span><i class="${look}" aria-hidden="true">${"✓◐✗–●⊘".charAt(index)}</i> ${t(`results.mark_${look}`)}</span>`)}
    <span>${tn("results.table_hint", players.length)}</span></p>
</section>`;

/** @param {Results} results */
const breakdown = ({ session, questions }) => html`<section class="stack" data-key="breakdown" ${!questions.length && "hidden"}>
  <h2>${t("results.breakdown")}</h2><div class="breakdown">${questions.map((question) => (question.asked ? revealed(question, canCorrect(session)) : unasked(question)))}</div></section>`;

/** Only the host can, and only when the game is over or the homework closed. @param {Results["session"]} session */
const canCorrect = ({ complete }) => complete && boot.user?.role !== "student";

/** @param {Question} question @param {boolean} correctable */
const revealed = (question, correctable) => html`<article class="card" id="question-${question.index}" tabindex="-1">
  <header><span class="n">${question.index + 1}</span><h3 dir="auto">${question.stem}</h3></header>
  ${correctionNote(question)}
  <p class="facts small muted">${isScored(question) && html`<b>${question.correct_share === null ? "–" : t("results.share_right", { share: share(question.correct_share) })}</b>`}
    <span>${tn("results.answered", question.answered)}</span>${question.median_ms !== null && html`<span>${t("results.median", { time: duration(question.median_ms) })}</span>`}</p>
  <answer-bars data-index="${question.index}"></answer-bars>
  ${["short_answer", "numeric", "ordering"].includes(question.kind) && html`<p class="small" dir="auto">${t("results.right_is", { key: keyText(question) })}</p>`}
  ${correctable && html`<p class="correct" data-key="correct"><button class="button quiet small" data-do="correct" value="${question.index}" aria-label="${t("results.correct_question", { n: question.index + 1 })}">${icon("edit")}${t("results.correct")}</button></p>`}
</article>`;

/** @param {Question} question */
const unasked = (question) => html`<article class="card unasked" id="question-${question.index}" tabindex="-1">
  <header><span class="n">${question.index + 1}</span><h3 dir="auto">${question.stem}</h3></header>
  <p class="small muted">${t("results.not_asked")}</p>
</article>`;

/** @param {Results} results */
const downloads = ({ session }) => html`<section class="stack" id="downloads" tabindex="-1"><h2>${t("results.download")}</h2>
  ${!session.complete && html`<p class="muted" data-key="partial">${t("results.partial")}</p>`}
  <div class="row" data-key="files">
    <a class="button primary" href="/api/sessions/${session.id}/results.xlsx" download>${icon("download")}${t("results.xlsx")}</a>
    ${DOWNLOADS.map((table) => html`<a class="button" href="/api/sessions/${session.id}/results.csv?table=${table}" download>${t(`results.csv_${table}`)}</a>`)}
  </div><p class="muted small" data-key="hint">${t("results.download_hint")}</p></section>`;

/** @param {{ root: Element, data: Results }} page */
function drawn({ root, data: results }) {
  drawItems(root, results.statistics);
  const chart = /** @type {any} */ (document.getElementById("distribution"));
  if (chart) chart.data = chartOf(results);
  const table = playerTable(root);
  if (table) table.data = { players: results.players, questions: asked(results.questions) };
  for (const bars of root.querySelectorAll("answer-bars")) {
    const index = Number(bars.getAttribute("data-index"));
    const question = results.questions.find((question) => question.index === index);
    /** @type {any} */ (bars).shown = { question, players: results.players };
  }
}

/** @param {Element} root */
const playerTable = (root) => /** @type {any} */ (root.querySelector("player-table"));

/** @param {Results} results @param {string} wanted */
function showPlayer({ players, questions }, wanted) {
  const player = players.find((one) => one.player === wanted);
  if (player) playerSheet(player, questions);
}

const path = { session_id: id };

/** @returns {Promise<Results>} */
async function load() {
  const [results, { questions }] = await Promise.all([api("GET", "/api/sessions/{session_id}/results", { path }), loadStatistics()]);
  return { ...results, statistics: questions };
}

/** The page works without them, and students see none. @returns {Promise<{ questions: import("./items.js").Item[] }>} */
const loadStatistics = async () =>
  boot.user?.role === "student" ? { questions: [] } : api("GET", "/api/sessions/{session_id}/statistics", { path }).catch((error) => (ignored(error), { questions: [] }));

const page = new Page({
  load,
  view,
  drawn,
  title: ({ session }) => session.title,
  actions: (page) => ({
    click: {
      choose: ({ value }) => showPlayer(page.data, value),
      correct: ({ value }) => {
        const question = page.data.questions.find(({ index }) => index === Number(value));
        if (question) correctionSheet(id, question, () => page.reload());
      },
    },
    input: { search: ({ value }) => (playerTable(page.root).search = value) },
  }),
});
await page.ready;

// The results of a running room are reloaded from time to time: often at first, because after the podium the last results arrive within seconds.
for (let pause = LOOK_AGAIN_MS; !page.data.session.complete; pause = Math.min(pause * 2, LOOK_AGAIN_MOST_MS)) {
  await new Promise((resolve) => setTimeout(resolve, pause));
  if (!document.hidden) await load().then((results) => page.show(results), ignored);
}

/** Ignores a failure, because the next reload follows. @param {unknown} error */
function ignored(error) {
  if (!(error instanceof Problem)) throw error;
}
