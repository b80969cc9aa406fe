/**
 * <answer-bars>: the answers to one question, as horizontal bars in the choices' colours; right ones
 * have a tick and an outline. Each row shows its number, so no table is needed.
 *
 *     bars.shown = { question, players };
 */
import { number, t, tn } from "../ui/boot.js";
import { glyph } from "../ui/glyph.js";
import { html, render } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { isKey } from "./answers.js";

/** @typedef {import("./statistics.js").Question} Question */
/** @typedef {import("./statistics.js").Player} Player */
/** @typedef {{ id: string, label: string, choice: number, times: number, right: boolean }} Row */

class AnswerBars extends HTMLElement {
  /** @param {{ question: Question, players: Player[] }} shown */
  set shown({ question, players }) {
    const rows = rowsOf(question, players);
    const most = Math.max(1, ...rows.map((row) => row.times));
    render(this, rows.length ? html`<ul class="answer-bars" aria-label="${t("results.answers_to", { stem: question.stem })}">${rows.map((row) => bar(row, most))}</ul>` : html`<p class="muted small">${t("results.no_answers")}</p>`);
  }
}
customElements.define("answer-bars", AnswerBars);

/** @param {Question} question @param {Player[]} players @returns {Row[]} */
function rowsOf(question, players) {
  const { kind, choices, counts } = question;
  if (kind === "ordering")
    return ["right", "wrong"].map((id) => ({ id, label: t(`results.order_${id}`), choice: -1, times: counts[id] ?? 0, right: id === "right" }));
  if (choices.length)
    return choices.map(({ id, text }, choice) => ({ id, label: text, choice, times: counts[id] ?? 0, right: isKey(question, id) }));
  const right = rightTexts(question, players);
  return Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([id, times]) => ({ id, label: id, choice: -1, times, right: kind === "numeric" ? isKey(question, id) : right.has(id) }));
}

/** The typed answers that were right, as graded by the server. @param {Question} question @param {Player[]} players */
const rightTexts = ({ index }, players) =>
  new Set(players.flatMap(({ answers }) => (answers[index]?.correct ? String(answers[index].response) : [])));

/** @param {Row} row @param {number} most */
const bar = ({ label, choice, times, right }, most) => html`<li class="${right && "right"}" ${choice >= 0 && html`data-choice="${choice}"`}>
  ${choice >= 0 && glyph(choice)}<span class="label" dir="auto">${label}</span>
  ${right && html`<span class="tick" role="img" aria-label="${t("results.right_answer")}">${icon("check")}</span>`}
  <b class="figures" aria-label="${tn("results.times", times)}">${number(times)}</b>
  <svg aria-hidden="true"><rect width="100%" height="100%" rx="5" class="all" /><rect width="${(times / most) * 100}%" height="100%" rx="5" class="some" /></svg>
</li>`;
