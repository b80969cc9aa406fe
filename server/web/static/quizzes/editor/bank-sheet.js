/** The sheet to choose questions of the bank for the quiz in the editor. */
import { api } from "../../ui/api.js";
import { t, tn } from "../../ui/boot.js";
import { sheet } from "../../ui/dialog.js";
import { html, listen, render } from "../../ui/html.js";
import { limits } from "../../ui/limits.js";
import { pager } from "../../ui/pager.js";
import { guarded } from "../../ui/toast.js";
import { KINDS } from "./draft.js";
import { kindMark } from "./kind-mark.js";

/** @typedef {import("../../ui/api-types.js").BankQuestion} BankQuestion */
/** @typedef {{ page: number, type: string, level: string }} Wanted */
/** @typedef {{ wanted: Wanted, list: import("../../ui/api-types.js").QuestionList | null, chosen: Map<string, BankQuestion> }} State */

const LEVELS = limits.QuestionInput.level.enum;

/** @param {State} state */
const view = ({ wanted, list, chosen }) => html`<h2>${t("editor.from_bank_title")}</h2>
  <div class="more-fields">
    <div class="field"><label for="bank-type">${t("editor.kind")}</label><select id="bank-type" name="type" data-do="filter"><option value="">${t("editor.not_said")}</option>
      ${KINDS.map((kind) => html`<option value="${kind}" ${kind === wanted.type && "selected"}>${t(`editor.kind_${kind}`)}</option>`)}</select></div>
    <div class="field"><label for="bank-level">${t("editor.level")}</label><select id="bank-level" name="level" data-do="filter"><option value="">${t("editor.not_said")}</option>
      ${LEVELS.map((level) => html`<option ${level === wanted.level && "selected"}>${level}</option>`)}</select></div>
  </div>
  <div class="from-bank" data-key="list">${list && (list.items.length ? html`<ul>${list.items.map((question) => row(question, chosen))}</ul>${pager(list)}` : html`<p class="muted">${t("editor.from_bank_none")}</p>`)}</div>
  <div class="actions" data-key="actions"><button class="button" value="">${t("common.cancel")}</button>
    <button class="button primary" value="yes" ${!chosen.size && "disabled"}>${tn("editor.from_bank_add", chosen.size)}</button></div>`;

/** @param {BankQuestion} question @param {State["chosen"]} chosen */
const row = ({ id, type, stem, level, topic, tags }, chosen) => html`<li data-key="${id}"><label class="check">
  <input type="checkbox" data-do="choose" value="${id}" ${chosen.has(id) && "checked"}>${kindMark(type)}
  <span><span dir="auto">${stem || t("editor.untitled_question")}</span><small class="muted"> ${[t(`editor.kind_${type}`), level, topic, ...tags].filter(Boolean).join(" · ")}</small></span></label></li>`;

/** @returns {Promise<BankQuestion[]>} the chosen questions, in the order in which they were chosen */
export function askQuestions() {
  /** @type {State} */
  const state = { wanted: { page: 1, type: "", level: "" }, list: null, chosen: new Map() };
  const dialog = sheet(html`<form method="dialog" class="stack"></form>`);
  dialog.classList.add("wide");
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const draw = () => render(form, view(state));
  const load = guarded(async (/** @type {Partial<Wanted>} */ changes) => {
    const wanted = (state.wanted = { ...state.wanted, ...changes });
    const set = /** @type {Record<string, any>} */ (Object.fromEntries(Object.entries(wanted).filter(([, value]) => value)));
    const list = await api("GET", "/api/questions", { query: set });
    if (wanted === state.wanted) Object.assign(state, { list });
    draw();
  });
  listen(dialog, "change", {
    filter: ({ name, value }) => load({ [name]: value, page: 1 }),
    choose: ({ value, checked }) => {
      const question = state.list?.items.find(({ id }) => id === value);
      if (checked && question) state.chosen.set(value, question);
      else state.chosen.delete(value);
      draw();
    },
  });
  listen(dialog, "click", {
    page: ({ value }, event) => {
      event.preventDefault();
      load({ page: Number(value) });
    },
  });
  draw();
  load({});
  return new Promise((answer) => dialog.addEventListener("close", () => answer(dialog.returnValue ? [...state.chosen.values()] : [])));
}
