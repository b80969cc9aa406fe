/** The filters of the bank, and the question sets at its side. */
import { t } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";
import { limits } from "../../ui/limits.js";
import { languages } from "../../ui/languages.js";
import { FILTERS, FILTER_NAMES, WHERE } from "./bank-state.js";

/** @typedef {import("./bank-state.js").ListState} ListState */
/** @typedef {import("./bank-state.js").QuestionSet} QuestionSet */
/** @typedef {import("./bank-state.js").Filters} Filters */
/** @typedef {import("./bank-state.js").Facets} Facets */

/** @param {ListState} url @param {import("./bank-state.js").Shown["list"] | undefined} list with the numbers of what could be chosen */
export function filters(url, list) {
  const active = FILTER_NAMES.filter((name) => url[name]);
  const facets = (list && "facets" in list && list.facets) || null;
  return html`${finder(url)}<details class="extra filters" data-key="filters">
    <summary>${icon("search")}<span>${t("bank.filter")}</span></summary>
    <div class="more-fields">${FILTER_NAMES.map((name) => filter(name, url, facets))}</div>
  </details>
  ${active.length > 0 && html`<p class="row active" data-key="active">${active.map(
    (name) => html`<button class="chip" data-do="unfilter" value="${name}" data-key="${name}" aria-label="${t("bank.unfilter", { name: t(`bank.filter_${name}`) })}">
      <span dir="auto">${label(name, url[name])}</span> ×</button>`,
  )}<button class="link small" data-do="unfilterAll">${t("bank.unfilter_all")}</button></p>`}`;
}

/** @param {ListState} url */
const finder = ({ q, where, view }) => html`<form class="row search" role="search" data-key="search">
  <label class="find">${icon("search")}<span class="visually-hidden">${t("bank.search")}</span>
    <input type="search" class="input" data-do="search" value="${q}" placeholder="${t("bank.search")}" maxlength="${limits.listQuestions.q.maxLength}"></label>
  ${view === "questions" && html`<label><span class="visually-hidden">${t("bank.where")}</span>
    <select class="input" data-do="where">${WHERE.map((name) => html`<option value="${name}" ${name === where && "selected"}>${t(`bank.where_${name}`)}</option>`)}</select></label>`}
</form>`;

/** @param {keyof Filters} name @param {ListState} url @param {Facets | null} facets */
function filter(name, url, facets) {
  const id = `filter-${name}`;
  return html`<div class="field" data-key="${name}"><label for="${id}">${t(`bank.filter_${name}`)}</label>
    <select id="${id}" name="${name}" data-do="filter"><option value="">${t("bank.any")}</option>${values(name, url[name], facets).map(
      ({ value, count }) => html`<option value="${value}" ${value === url[name] && "selected"}>${label(name, value)}${count > 0 && ` (${count})`}</option>`,
    )}</select></div>`;
}

/** What can be chosen, with the number of questions: in the usual order, or the most frequent first. @param {keyof Filters} name @param {string} chosen @param {Facets | null} facets */
function values(name, chosen, facets) {
  const found = facets?.[name] ?? [];
  const all = !chosen || found.some(({ value }) => value === chosen) ? [...found] : [...found, { value: chosen, count: 0 }];
  const order = /** @type {readonly string[] | null} */ (FILTERS[name]);
  return order ? all.sort((one, other) => order.indexOf(one.value) - order.indexOf(other.value)) : all;
}

/** @param {keyof Filters} name @param {string} value */
function label(name, value) {
  if (name === "type") return t(`editor.kind_${value}`);
  if (name === "difficulty") return t(`editor.difficulty_${value}`);
  if (name === "language") return languages(value).find(([code]) => code === value)?.[1] ?? value;
  return value;
}

/** A list on large screens, a drop-down on small ones. @param {QuestionSet[]} sets @param {ListState} url */
export const setList = (sets, { set }) => html`<nav class="sets" data-key="sets" aria-label="${t("bank.sets")}">
  <h2 class="small muted">${t("bank.sets")}</h2>
  <ul>${[{ id: "", title: t("bank.all_questions"), question_count: 0 }, ...sets].map(
    ({ id, title, question_count }) => html`<li data-key="${id || "all"}"><button class="set" data-do="set" value="${id}" aria-current="${String(id === set)}">
      <span dir="auto">${title}</span>${id && html`<span class="figures muted small">${question_count}</span>`}</button></li>`,
  )}</ul>
  <button class="button small" data-do="newSet">${icon("plus")}${t("bank.new_set")}</button>
</nav>
<div class="field set-choice" data-key="set-choice"><label for="set-choice">${t("bank.sets")}</label>
  <div class="row"><select id="set-choice" data-do="set"><option value="">${t("bank.all_questions")}</option>${sets.map(
    ({ id, title, question_count }) => html`<option value="${id}" ${id === set && "selected"}>${title} (${question_count})</option>`,
  )}</select><button class="button icon" data-do="newSet" aria-label="${t("bank.new_set")}">${icon("plus")}</button></div></div>`;
