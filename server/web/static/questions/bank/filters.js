/** The search, filters, views and question sets of the bank. */
import { t, tn } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";
import { limits } from "../../ui/limits.js";
import { languages } from "../../ui/languages.js";
import { FILTERS, FILTER_NAMES, VIEWS, WHERE } from "./bank-state.js";

/** @typedef {import("./bank-state.js").ListState} ListState */
/** @typedef {import("./bank-state.js").QuestionSet} QuestionSet */
/** @typedef {import("./bank-state.js").Filters} Filters */
/** @typedef {import("./bank-state.js").Facets} Facets */
/** @typedef {import("./bank-state.js").Shown} Shown */

/** The field to search, and on small screens the button of the filters. @param {ListState} url @param {boolean} isOpen */
export function finder(url, isOpen) {
  const n = active(url).length;
  return html`<form class="search" role="search" data-key="search">
    <label class="find">${icon("search")}<span class="visually-hidden">${t("bank.search")}</span>
      <input type="search" class="input" data-do="search" value="${url.q}" placeholder="${t("bank.search")}" maxlength="${limits.listQuestions.q.maxLength}"></label>
    <button type="button" class="button open-filters" data-do="openFilters" data-key="open" aria-expanded="${String(isOpen)}" aria-controls="filters">${icon("filter")}<span>${t("bank.filters")}</span>${
      n > 0 && html`<b class="number figures">${n}</b>`
    }</button></form>`;
}

/** The filters, which stand open at the side of large screens. @param {ListState} url @param {Shown["list"] | undefined} list with the numbers of what could be chosen @param {boolean} isOpen */
export function filters(url, list, isOpen) {
  const facets = (list && "facets" in list && list.facets) || null;
  return html`<section class="filters" id="filters" data-open="${String(isOpen)}" aria-labelledby="filters-head" data-key="filters">
    <h2 class="small muted" id="filters-head">${t("bank.filters")}</h2>
    <div class="fields">${url.view === "questions" && !url.set && where(url)}${FILTER_NAMES.map((name) => filter(name, url, facets))}</div>
    <div class="close-filters" data-key="close"><button type="button" class="button primary" data-do="closeFilters">${list && !("questions" in (list.items[0] ?? {})) ? shownCount(list) : t("bank.close")}</button></div>
  </section>`;
}

/** @param {{ total: number, is_capped?: boolean }} list */
const shownCount = ({ total, is_capped }) => (is_capped ? t("bank.show_capped", { n: total }) : tn("bank.show", total));

/** The filters that are set, each with a button to remove it. @param {ListState} url */
export const chips = (url) => {
  const names = active(url);
  return names.length > 0 && html`<p class="row active" data-key="active">${names.map(
    (name) => html`<button class="chip" data-do="unfilter" value="${name}" data-key="${name}" aria-label="${t("bank.unfilter", { name: t(name === "where" ? "bank.where" : `bank.filter_${name}`) })}">
      <span dir="auto">${name === "where" ? t(`bank.where_${url.where}`) : label(name, url[name])}</span> ×</button>`,
  )}<button class="link small" data-do="unfilterAll" data-key="all">${t("bank.unfilter_all")}</button></p>`;
};

/** @param {ListState} url @returns {(keyof Filters | "where")[]} */
const active = (url) => [...(url.where === "bank" ? [] : [/** @type {const} */ ("where")]), ...FILTER_NAMES.filter((name) => url[name])];

/** @param {ListState} url */
const where = (url) => html`<div class="field" data-key="where"><label for="filter-where">${t("bank.where")}</label>
  <select id="filter-where" data-do="where">${WHERE.map((name) => html`<option value="${name}" ${name === url.where && "selected"}>${t(`bank.where_${name}`)}</option>`)}</select></div>`;

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

/** The views as buttons on large screens; on small ones they share a drop-down with the sets. @param {ListState} url @param {QuestionSet[]} sets */
export const views = (url, sets) => html`<div class="views" data-key="views" role="group" aria-label="${t("bank.views")}">${VIEWS.map(
    (name) => html`<button class="chip" data-do="view" value="${name}" data-key="${name}" aria-current="${String(name === url.view)}">${t(`bank.view_${name}`)}</button>`,
  )}</div>
  <label class="place" data-key="place"><span class="visually-hidden">${t("bank.views")}</span><select class="input" data-do="place">
    <option value="questions" ${url.view === "questions" && !url.set && "selected"}>${t("bank.all_questions")}</option>
    ${sets.length > 0 && html`<optgroup label="${t("bank.sets")}">${sets.map(({ id, title, question_count }) => html`<option value="${id}" ${id === url.set && "selected"}>${title} (${question_count})</option>`)}</optgroup>`}
    ${VIEWS.slice(1).map((name) => html`<option value="${name}" ${name === url.view && "selected"}>${t(`bank.view_${name}`)}</option>`)}</select></label>`;

/** The question sets, at the side of large screens. @param {QuestionSet[]} sets @param {ListState} url */
export const setList = (sets, { set }) => html`<nav class="sets" data-key="sets" aria-label="${t("bank.sets")}">
  <h2 class="small muted">${t("bank.sets")}</h2>
  <ul>${[{ id: "", title: t("bank.all_questions"), question_count: 0 }, ...sets].map(
    ({ id, title, question_count }) => html`<li data-key="${id || "all"}"><button class="set" data-do="set" value="${id}" aria-current="${String(id === set)}">
      <span dir="auto">${title}</span>${id && html`<span class="figures muted small">${question_count}</span>`}</button></li>`,
  )}</ul>
  <button class="button small" data-do="newSet">${icon("plus")}${t("bank.new_set")}</button>
</nav>`;
