/** The sheet of a draw: how many questions, and a preview of those that were drawn. */
import { Problem, api } from "../../ui/api.js";
import { t, tn } from "../../ui/boot.js";
import { debounce } from "../../ui/debounce.js";
import { sheet } from "../../ui/dialog.js";
import { html, listen, render } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";
import { limits } from "../../ui/limits.js";

const COUNT = limits.drawQuestions.count;

/** @typedef {{ count: number, drawn: import("../../ui/api-types.js").DrawOutput | null, problem: string }} State */

/** @param {State} state @param {boolean} filtered */
const view = ({ count, drawn, problem }, filtered) => html`<h2>${t("bank.draw_title")}</h2>
  <p class="muted small">${t(filtered ? "bank.draw_filtered" : "bank.draw_hint")}</p>
  <div class="row draw-count"><div class="field"><label for="draw-count">${t("bank.draw_count")}</label>
    <input id="draw-count" name="count" data-do="count" type="number" inputmode="numeric" min="${COUNT.minimum}" max="${COUNT.maximum}" value="${count}" required></div>
    <button type="button" class="button" data-do="again">${icon("undo")}${t("bank.draw_again")}</button></div>
  ${problem && html`<p class="problem" role="alert" data-key="problem">${problem}</p>`}
  <div class="drawn" data-key="drawn" aria-live="polite">${drawn && preview(drawn, count)}</div>
  <div class="actions" data-key="actions"><button class="button" value="" formnovalidate>${t("common.cancel")}</button>
    <button class="button primary" value="yes" ${!drawn?.questions.length && "disabled"}>${t("bank.draw_use")}</button></div>`;

/** @param {import("../../ui/api-types.js").DrawOutput} drawn @param {number} count */
const preview = ({ questions, matching }, count) => html`<p class="${questions.length < count && "notice"}" data-key="said">${
    drawnOf(questions.length, matching, count)
  }</p>
  <ol data-key="questions">${questions.map(({ id, stem, type }) => html`<li data-key="${id}"><span dir="auto">${stem}</span> <span class="muted small">${t(`editor.kind_${type}`)}</span></li>`)}</ol>`;

/** @param {number} n @param {number} matching @param {number} count */
function drawnOf(n, matching, count) {
  if (n >= count) return t("bank.draw_of", { n, matching });
  return n === matching ? tn("bank.draw_all", n) : tn("bank.draw_few", n, { matching });
}

/** Draws from the questions that match. @param {Record<string, any>} query filters of the bank @returns {Promise<string[] | null>} the ids of the drawn questions */
export function drawSheet(query) {
  /** @type {State} */
  const state = { count: COUNT.default, drawn: null, problem: "" };
  const dialog = sheet(html`<form method="dialog" class="stack draw-sheet"></form>`);
  dialog.classList.add("wide");
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const filtered = Object.keys(query).length > 0;
  const draw = () => render(form, view(state, filtered));
  let asked = 0;
  const load = async (/** @type {number | undefined} */ seed) => {
    const mine = ++asked;
    try {
      const drawn = await api("GET", "/api/questions/draw", { query: { ...query, count: state.count, ...(seed === undefined ? {} : { seed }) } });
      if (mine === asked) Object.assign(state, { drawn, problem: "" });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      state.problem = error.message;
    }
    draw();
  };
  const counted = debounce((/** @type {HTMLInputElement} */ input) => {
    if (!input.checkValidity()) return;
    state.count = input.valueAsNumber;
    load(state.drawn?.seed); // the same questions, and more of them or fewer
  });
  listen(dialog, "click", { again: () => load(undefined) });
  listen(dialog, "input", { count: counted });
  draw();
  load(undefined);
  return new Promise((answer) =>
    dialog.addEventListener("close", () => answer(dialog.returnValue ? (state.drawn?.questions.map(({ id }) => id) ?? null) : null)),
  );
}
