/**
 * <player-table>: a table of players × questions that can be sorted and searched. Only visible rows are in the page, so that
 * 2,000 players scroll like 20; `aria-rowcount` has their number. A click or Enter on a row fires the event "choose".
 *
 *     table.data = { players, questions };   table.search = "ani";
 */
import { boot, t, tn } from "../ui/boot.js";
import { html, listen, render } from "../ui/html.js";
import { withOriginal } from "./corrections.js";
import { found, isVoided, sorted } from "./statistics.js";

/** @typedef {import("./statistics.js").Player} Player */
/** @typedef {import("./statistics.js").Question} Question */
/** @typedef {import("./statistics.js").Column} Column */

const ROW_PX = 44;
const AROUND = 8;
const FIRST_DOWN = new Set(["score", "correct"]);
const collator = new Intl.Collator(boot.locale, { numeric: true, sensitivity: "base" });

class PlayerTable extends HTMLElement {
  /** @type {Player[]} */
  #players = [];
  /** @type {Question[]} */
  #questions = [];
  /** @type {Player[]} */
  #rows = [];
  /** @type {Column} */
  #column = "rank";
  #down = false;
  #text = "";
  #frame = 0;

  connectedCallback() {
    if (this.firstChild) return;
    render(this, html`<div class="table-scroll" tabindex="0" role="region" aria-label="${t("results.table")}"></div>`);
    this.#scroller.addEventListener("scroll", () => this.#soon(), { passive: true });
    addEventListener("resize", () => this.#soon());
    listen(this, "click", {
      sort: (/** @type {HTMLButtonElement} */ { value }) => this.#sortBy(/^\d+$/.test(value) ? Number(value) : /** @type {Column} */ (value)),
      choose: (/** @type {HTMLButtonElement} */ { value }) => this.dispatchEvent(new CustomEvent("choose", { detail: value, bubbles: true })),
    });
    this.#arrange();
  }

  /** @param {{ players: Player[], questions: Question[] }} data */
  set data({ players, questions }) {
    this.#players = players;
    this.#questions = questions;
    this.#arrange();
  }

  /** @param {string} text */
  set search(text) {
    this.#text = text;
    this.#scroller.scrollTop = 0;
    this.#arrange();
  }

  get #scroller() {
    return /** @type {HTMLElement} */ (this.firstElementChild);
  }

  /** @param {Column} column */
  #sortBy(column) {
    this.#down = this.#column === column ? !this.#down : FIRST_DOWN.has(String(column));
    this.#column = column;
    this.#arrange();
  }

  #arrange() {
    this.#rows = sorted(found(this.#players, this.#text), this.#column, this.#down, collator);
    if (this.firstChild) this.#draw();
  }

  #soon() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const { scrollTop, clientHeight } = this.#scroller;
    const first = Math.max(Math.floor(scrollTop / ROW_PX) - AROUND, 0);
    const last = Math.min(first + Math.ceil((clientHeight || 600) / ROW_PX) + 2 * AROUND, this.#rows.length);
    render(this.#scroller, this.#table(first, last));
    this.#space(".before", first);
    this.#space(".after", this.#rows.length - last);
  }

  /** @param {string} selector @param {number} rows */
  #space(selector, rows) {
    const cell = this.querySelector(`${selector} td`);
    if (cell instanceof HTMLElement) cell.style.height = `${rows * ROW_PX}px`;
  }

  /** @param {number} first @param {number} last */
  #table(first, last) {
    const columns = 4 + this.#questions.length;
    const space = (/** @type {string} */ name) => html`<tr class="${name} space" data-key="${name}" aria-hidden="true"><td colspan="${columns}"></td></tr>`;
    return html`<table class="players" aria-rowcount="${this.#rows.length + 1}">
      <caption class="visually-hidden">${tn("results.table_caption", this.#rows.length)}</caption>
      <thead><tr aria-rowindex="1">${this.#head("rank")}${this.#head("nickname")}${this.#head("score")}${this.#head("correct")}${this.#questions.map((question) => this.#head(question.index))}</tr></thead>
      <tbody>${space("before")}${this.#rows.slice(first, last).map((player, index) => row(player, first + index, this.#questions))}${space("after")}</tbody>
    </table>${!this.#rows.length && html`<p class="muted none" data-key="none">${t("results.none_found")}</p>`}`;
  }

  /** @param {Column} column */
  #head(column) {
    const here = this.#column === column;
    const asked = typeof column === "number" ? this.#questions.find((question) => question.index === column) : null;
    return html`<th scope="col" class="${asked ? "q" : column}" data-key="${column}" aria-sort="${here ? (this.#down ? "descending" : "ascending") : "none"}">
      <button data-do="sort" value="${column}" ${asked && html`title="${asked.stem}" aria-label="${t("results.question_stem", { n: asked.index + 1, stem: asked.stem })}"`}>${
        asked ? asked.index + 1 : t(`results.column_${column}`)
      }<i aria-hidden="true">${here && (this.#down ? "↓" : "↑")}</i></button></th>`;
  }
}
customElements.define("player-table", PlayerTable);

/** @param {Player} player @param {number} index @param {Question[]} questions */
const row = (player, index, questions) => html`<tr data-key="${player.player}" aria-rowindex="${index + 2}">
  <td class="rank number">${withOriginal(player.rank, player.original?.rank)}</td>
  <th scope="row" class="nickname"><button data-do="choose" value="${player.player}" dir="auto">${player.nickname}</button>${player.kicked && html`<span class="tag">${t("results.kicked")}</span>`}</th>
  <td class="number score">${withOriginal(player.score, player.original?.score)}</td><td class="number">${withOriginal(player.correct, player.original?.correct)}</td>
  ${questions.map((question) => mark(player.answers[question.index] ?? null, question))}
</tr>`;

/** @param {import("./statistics.js").Answer | null} answer @param {Question} question */
function mark(answer, question) {
  const [look, sign] = !answer ? ["none", "–"] : isVoided(question) ? ["void", "⊘"] : answer.correct === null ? ["poll", "●"] : answer.correct ? ["right", "✓"] : answer.points > 0 ? ["partly", "◐"] : ["wrong", "✗"];
  return html`<td class="q"><span class="${look}" role="img" aria-label="${t(`results.mark_${look}`)}">${sign}</span></td>`;
}
