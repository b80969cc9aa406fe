/** /decks: the decks that somebody wrote or learns. */
import "../ui/site-switches.js";
import { allItems } from "../ui/all-items.js";
import { api } from "../ui/api.js";
import { boot, number, t, tn } from "../ui/boot.js";
import { debounce } from "../ui/debounce.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { limits } from "../ui/limits.js";
import { Page } from "../ui/page.js";
import { pager } from "../ui/pager.js";
import { learningTabs } from "../cards/learning-tabs.js";
import { askDeck } from "./deck-sheet.js";

/** @typedef {import("../ui/api-types.js").DeckItem} Deck */

const SEARCHED = 8; // decks from which on a search helps
let isSearched = false;

new Page({
  url: { defaults: { q: "", page: 1 } },
  load: async ({ q, page }) => {
    const list = await api("GET", "/api/decks", { query: { page, ...(q && { q }) } });
    isSearched ||= q !== "" || list.total > SEARCHED;
    return list;
  },
  frame: (content, { url }) => html`<div class="wide-page decks">
    <header class="row spread head" data-key="head"><h1>${t("common.title_decks")}</h1>
      <div class="row" data-key="actions"><a class="button" href="/reviews">${icon("play")}${t("decks.review_all")}</a>
        <a class="button" href="/decks/import">${icon("upload")}${t("decks.import")}</a>
        <button class="button primary" data-do="create">${icon("plus")}${t("decks.new")}</button></div></header>
    ${learningTabs()}
    ${isSearched && finder(url.q)}
    <div data-key="list">${content}</div>
  </div>`,
  view: (list, { url }) => html`${list.items.length ? html`<ul class="deck-list" data-key="decks">${list.items.map(row)}</ul>` : nothing(url.q)}${pager(list)}`,
  synced: ".find",
  actions: (page) => ({
    click: {
      page: ({ value }) => page.go({ page: Number(value) }),
      create: async () => askDeck(null, create, boot.user?.role === "student" ? undefined : await sources()),
      unfilter: () => page.go({ q: "" }),
    },
    submit: { search: () => page.reload() },
    input: { search: debounce((/** @type {HTMLInputElement} */ { value }) => page.go({ q: value })) },
  }),
});

/** The question sets and topics of the own bank. @returns {Promise<import("./deck-sheet.js").Sources>} */
async function sources() {
  const [sets, found] = await Promise.all([
    allItems((page) => api("GET", "/api/question-sets", { query: { page, page_size: limits.listQuestionSets.page_size.maximum } })),
    api("GET", "/api/questions", { query: { page_size: 1, facets: true } }),
  ]);
  return { sets: sets.filter(({ question_count }) => question_count > 0), topics: (found.facets?.topic ?? []).map(({ value }) => String(value)) };
}

/** @param {import("./deck-sheet.js").DeckValues} values */
async function create(values) {
  const { id } = await api("POST", "/api/decks", { body: values });
  location.assign(`/decks/${id}`);
}

/** @param {Deck} deck */
const row = ({ id, title, owner, is_own, is_learned, note_count, question_count, due_count, new_count, learner_count, share_code }) => html`<li class="card" data-key="${id}">
  <h2><a href="/decks/${id}" dir="auto">${title}</a></h2>
  <p class="muted small facts">${!is_own && html`<span dir="auto">${t("decks.by", { name: owner })}</span>`}
    ${(note_count > 0 || question_count === 0) && html`<span>${tn("decks.notes", note_count)}</span>`}${question_count > 0 && html`<span>${tn("decks.questions", question_count)}</span>`}
    ${is_own && (share_code || learner_count > 0) && html`<span>${tn("decks.learners", learner_count)}</span>`}</p>
  <div class="row spread next">${is_learned ? html`<p class="facts"><b class="due" data-some="${String(due_count > 0)}">${t("decks.due", { n: number(due_count) })}</b> <span class="muted">${t("decks.unseen", { n: number(new_count) })}</span></p>
    <a class="button small ${due_count + new_count > 0 && "primary"}" href="/reviews?deck=${id}" aria-label="${t("decks.review_of", { title })}">${t("decks.review")}</a>` : html`<p class="muted small">${t("decks.not_learned")}</p>`}</div>
</li>`;

/** @param {string} q */
const finder = (q) => html`<form role="search" data-do="search" data-key="finder"><label class="find">${icon("search")}<span class="visually-hidden">${t("decks.search")}</span>
  <input type="search" class="input" data-do="search" value="${q}" placeholder="${t("decks.search")}" maxlength="${limits.listDecks.q.maxLength}"></label></form>`;

/** @param {string} q */
const nothing = (q) => q ? html`<div class="empty" data-key="none"><p>${t("decks.none_found", { search: q })}</p><button class="button" data-do="unfilter">${t("decks.unfilter")}</button></div>` : html`<div class="empty" data-key="empty">
  <h2>${t("decks.none")}</h2><p class="muted">${t("decks.none_hint")}</p>
  <button class="button primary large" data-do="create">${icon("plus")}${t("decks.new")}</button>
</div>`;
