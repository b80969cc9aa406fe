/** /bank: the teacher's questions without a quiz, question sets, duplicates and the archive. */
import "../ui/site-switches.js";
import { allItems } from "../ui/all-items.js";
import { api } from "../ui/api.js";
import { t, tn } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { limits } from "../ui/limits.js";
import { closeMenus } from "../ui/menus.js";
import { Page } from "../ui/page.js";
import { pager } from "../ui/pager.js";
import { skeleton } from "../ui/skeleton.js";
import { takeFiles } from "../quizzes/editor/picture-actions.js";
import { actions } from "./bank/actions.js";
import { Bank, LIST, isFiltered, listed } from "./bank/bank-state.js";
import { duplicateGroups } from "./bank/duplicate-groups.js";
import { chips, filters, finder, setList, views } from "./bank/filters.js";
import { listHead } from "./bank/list-head.js";
import { editRow, questionRows } from "./bank/question-rows.js";

/** @typedef {import("./bank/bank-state.js").ListState} ListState */
/** @typedef {import("./bank/bank-state.js").Shown} Shown */
/** @typedef {import("./bank/bank-state.js").BankPage} BankPage */

const bank = new Bank();

/** @param {ListState} url @returns {Promise<Shown>} */
async function load(url) {
  const [list, sets] = await Promise.all([loaded(url), allSets()]);
  return { view: url.view, set: url.set, list, sets };
}

const allSets = () => allItems((page) => api("GET", "/api/question-sets", { query: { page, page_size: limits.listQuestionSets.page_size.maximum } }));

/** @param {ListState} url */
function loaded(url) {
  if (url.view === "duplicates") return api("GET", "/api/questions/duplicates", { query: { page: url.page } });
  return api("GET", "/api/questions", { query: { ...listed(url), where: url.where, page: url.page, facets: true } });
}

/** @param {import("../ui/html.js").Markup} content @param {BankPage} page */
const frame = (content, { data, url }) => html`<div class="wide-page bank" data-key="bank">
  ${head()}
  <div class="tools" data-key="tools" data-view="${url.view}">${url.view !== "duplicates" && finder(url, bank.filtersOpen)}${views(url, data?.sets ?? [])}</div>
  <div class="columns" data-key="columns" data-view="${url.view}">
    ${url.view === "questions" && setList(data?.sets ?? [], url)}
    ${url.view !== "duplicates" && filters(url, data?.list, bank.filtersOpen)}
    <div class="middle" data-key="middle">
      ${url.view !== "duplicates" && chips(url)}
      ${bank.editing && !bank.editing.stored && html`<ul class="bank-list" data-key="new-question">${editRow(bank)}</ul>`}
      <div class="results" data-key="${url.view}">${content}</div>
    </div>
  </div>
  ${selectionBar(url)}
</div>`;

/** Small screens have the less frequent actions in a menu. */
const head = () => html`<header class="row spread head" data-key="head"><h1>${t("bank.title")}</h1>
  <div class="row" data-key="new">
    <a class="button large-only" href="/import?to=bank">${icon("upload")}${t("bank.import")}</a>
    <button class="button large-only" data-do="fromQuiz">${icon("copy")}${t("bank.from_quiz")}</button>
    <button class="button large-only" data-do="draw">${icon("help")}${t("bank.draw")}</button>
    <button class="button primary" data-do="write" aria-label="${t("bank.write")}">${icon("plus")}<span class="large-only">${t("bank.write")}</span><span class="small-only">${t("bank.write_short")}</span></button>
    <details class="menu small-only" data-key="menu"><summary class="button quiet icon" aria-label="${t("bank.more")}">${icon("more")}</summary><div class="menu-items">
      <a href="/import?to=bank">${icon("upload")}${t("bank.import")}</a>
      <button data-do="fromQuiz">${icon("copy")}${t("bank.from_quiz")}</button>
      <button data-do="draw">${icon("help")}${t("bank.draw")}</button>
      <button data-do="newSet">${icon("plus")}${t("bank.new_set")}</button></div></details></div></header>`;

/** @param {Shown} data @param {BankPage} page */
function view({ view, set, list, sets }, { url }) {
  if (view !== url.view || set !== url.set) return skeleton();
  const inSet = sets.find(({ id }) => id === set);
  const head = inSet && setHead(inSet);
  if (!list.items.length) return html`${head}${nothing(url)}`;
  if (view === "duplicates") return html`${duplicateGroups(/** @type {any} */ (list).items, bank)}${pager(list)}`;
  const { items } = /** @type {import("./bank/bank-state.js").QuestionList} */ (list);
  return html`${head}${listHead(/** @type {import("./bank/bank-state.js").QuestionList} */ (list), bank, url)}
    ${questionRows(items, bank, { inSet: Boolean(inSet) && !url.q && !isFiltered(url) && url.sort === "latest", archived: view === "archive" })}${pager(list)}`;
}

/** @param {import("./bank/bank-state.js").QuestionSet} set */
const setHead = ({ title, question_count }) => html`<div class="row spread set-head" data-key="set-head"><h2 dir="auto">${title}</h2>
  <div class="row"><button class="button small primary" data-do="setToQuiz" ${!question_count && "disabled"}>${icon("play")}${t("bank.set_to_quiz")}</button>
    <button class="button small" data-do="setToDeck" ${!question_count && "disabled"}>${icon("books")}${t("bank.set_to_deck")}</button>
    <button class="button small" data-do="renameSet">${icon("edit")}${t("bank.rename_set")}</button>
    <button class="button small danger" data-do="deleteSet">${icon("trash")}${t("bank.delete_set")}</button></div></div>`;

/** @param {ListState} url */
function nothing(url) {
  if (url.q) return html`<div class="empty" data-key="empty"><p>${t("bank.none_searched", { search: url.q })}</p></div>`;
  if (isFiltered(url))
    return html`<div class="empty" data-key="empty"><p>${t("bank.none_found")}</p><button class="button" data-do="unfilterAll">${t("bank.unfilter_all")}</button></div>`;
  const what = url.set ? "set" : url.view;
  const first = what === "questions" && !bank.editing && html`<div class="row first-steps"><button class="button primary large" data-do="write">${icon("plus")}${t("bank.first")}</button>
    <button class="button large" data-do="fromQuiz">${icon("copy")}${t("bank.from_quiz")}</button>
    <a class="button large" href="/import?to=bank">${icon("upload")}${t("bank.import")}</a></div>`;
  return html`<div class="empty" data-key="empty"><h2>${t(`bank.none_${what}`)}</h2><p class="muted">${t(`bank.none_${what}_hint`)}</p>${first}</div>`;
}

/** What can be done with the selected questions. @param {ListState} url */
function selectionBar({ view, set }) {
  const n = bank.selected.size;
  const button = (/** @type {string} */ act, /** @type {Parameters<typeof icon>[0]} */ sign, /** @type {string} */ words, style = "") =>
    html`<button class="button small ${style}" data-do="${act}" data-key="${act}">${icon(sign)}<span>${words}</span></button>`;
  const archived = html`${button("restore", "undo", t("bank.restore"))}${button("deleteForGood", "trash", t("bank.delete_for_good"), "danger")}`;
  const kept = html`${button("toQuiz", "play", t("bank.to_quiz"), "primary")}${button("toSet", "plus", t("bank.to_set"))}
    ${set && button("outOfSet", "close", t("bank.out_of_set"))}${button("tag", "edit", t("bank.tags"))}${button("archive", "trash", t("bank.archive"))}`;
  return html`<div class="selection" role="region" aria-label="${t("bank.selection")}" data-key="selection" ${!n && "hidden"}>
    <b class="figures">${tn("bank.selected", n)}</b><div class="row">${view === "archive" ? archived : kept}</div>
    <button class="button quiet icon" data-do="unselect" aria-label="${t("bank.unselect")}">${icon("close")}</button></div>`;
}

closeMenus();
/** @type {BankPage} */
const page = new Page({ url: LIST, load, frame, view, title: () => t("bank.title"), actions: (page) => actions(page, bank), synced: ".bank" });
takeFiles({
  get data() {
    return /** @type {any} */ (bank.editing ?? { question: null, uploads: new Map() });
  },
  draw: (all) => page.draw(all),
});
addEventListener("beforeunload", (event) => (bank.editing?.isDirty || bank.editing?.isUploading) && event.preventDefault());
