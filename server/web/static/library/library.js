/** /library: quizzes that teachers published for all others. */
import "../ui/site-switches.js";
import { api } from "../ui/api.js";
import { boot, t, tn } from "../ui/boot.js";
import { debounce } from "../ui/debounce.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { languages } from "../ui/languages.js";
import { limits } from "../ui/limits.js";
import { Page } from "../ui/page.js";
import { pager } from "../ui/pager.js";
import { copyPublished } from "./copying.js";
import { labels } from "./labels.js";
import { reportActions, reportList } from "./reports.js";

/** @typedef {import("../ui/api-types.js").LibraryItem} Item */
/** @typedef {import("../ui/api-types.js").QuizReportList} Reports */
/** @typedef {{ search: string, language: string, level: string, topic: string, author: string, sort: string, page: number }} State */
/** @typedef {{ list: import("../ui/api-types.js").LibraryList, reports: Reports["items"] }} Shown */

const { search: SEARCH, sort: SORT } = limits.listLibrary;
const LEVELS = limits.QuizChange.level.enum;
const isAdministrator = boot.user?.role === "super_admin";

/** @type {import("../ui/url-state.js").UrlOptions<State>} */
const LIST = {
  defaults: { search: "", language: "", level: "", topic: "", author: "", sort: "published", page: 1 },
  choices: { level: ["", ...LEVELS], sort: SORT.enum },
};

/** @param {State} state @returns {Promise<Shown>} */
async function load({ search, language, level, topic, author, sort, page }) {
  const query = { search, page, sort, ...Object.fromEntries(Object.entries({ language, level, topic, author }).filter(([, value]) => value)) };
  const [list, reports] = await Promise.all([
    api("GET", "/api/library", { query: /** @type {{}} */ (query) }),
    isAdministrator ? api("GET", "/api/quiz-reports", {}).then(({ items }) => items) : [],
  ]);
  return { list, reports };
}

/** @param {import("../ui/html.js").Markup} content @param {Page<Shown, State>} page */
const frame = (content, { data, url }) => html`<div class="wide-page dashboard library" data-key="library">
  ${data && data.reports.length > 0 && reportList(data.reports)}
  <header class="head" data-key="head"><h1>${t("library.title")}</h1><p class="muted">${t("library.about")}</p></header>
  ${finder(url, data?.list)}
  <div class="results" data-key="results" aria-live="polite">${content}</div>
</div>`;

/** @param {State} state @param {Shown["list"]} [list] which knows the author's name */
const finder = ({ search, language, level, topic, author, sort }, list) => html`<form class="finder filters" role="search" data-key="finder">
  <label class="find">${icon("search")}<span class="visually-hidden">${t("library.search")}</span>
    <input type="search" class="input" data-do="search" value="${search}" placeholder="${t("library.search")}" maxlength="${SEARCH.maxLength}"></label>
  ${choice("language", t("library.any_language"), language, languages(language || null))}
  ${choice("level", t("library.any_level"), level, LEVELS.map((one) => [one, one]))}
  ${choice("sort", "", sort, SORT.enum.map((one) => [one, t(`library.sort_${one}`)]))}
  ${topic && html`<button type="button" class="chip" data-do="topic" data-key="topic" value="" aria-label="${t("library.without_topic", { topic })}"><span dir="auto">${topic}</span> ×</button>`}
  ${author && html`<button type="button" class="chip" data-do="author" data-key="author" value="" aria-label="${t("library.all_authors")}"><span dir="auto">${authorIn(author, list)}</span> ×</button>`}
</form>`;

/** @param {string} author @param {Shown["list"]} [list] */
const authorIn = (author, list) => list?.items.find(({ author_id }) => author_id === author)?.author ?? t("library.one_author");

/** @param {"language" | "level" | "sort"} name @param {string} any @param {string} chosen @param {string[][]} options */
const choice = (name, any, chosen, options) => html`<label><span class="visually-hidden">${t(`library.by_${name}`)}</span>
  <select class="input" data-do="${name}">${any && html`<option value="">${any}</option>`}
    ${options.map(([code, words]) => html`<option value="${code}" ${code === chosen && "selected"}>${words}</option>`)}</select></label>`;

/** @param {Shown} shown @param {Page<Shown, State>} page */
function view({ list }, { url }) {
  if (list.items.length) return html`<p class="muted small" data-key="total">${list.is_capped ? t("library.total_capped", { n: list.total }) : tn("library.total", list.total)}</p><ul class="cards" data-key="cards">${list.items.map(card)}</ul>${pager(list)}`;
  const filtered = url.search || url.language || url.level || url.topic || url.author;
  return html`<div class="empty" data-key="empty"><h2>${t(filtered ? "library.none_found" : "library.none")}</h2>
    <p class="muted">${t(filtered ? "library.none_found_hint" : "library.none_hint")}</p>
    ${filtered && html`<button class="button" data-do="everything">${t("library.everything")}</button>`}</div>`;
}

/** @param {Item} item */
const card = (item) => html`<li class="card" data-key="${item.id}">
  <h2><a href="/library/${item.id}" dir="auto">${item.title}</a></h2>
  <p class="muted small">${t("library.by")} <a href="/library?author=${item.author_id}" aria-label="${t("library.by_author", { author: item.author })}" dir="auto">${item.author}</a> ${item.is_own && html`<span class="tag brand">${t("library.own")}</span>`}</p>
  ${item.description && html`<p class="description" dir="auto">${item.description}</p>`}
  ${labels(item)}
  <div class="next"><a class="button small" href="/library/${item.id}" aria-label="${t("library.look_at", { title: item.title })}">${t("library.look")}</a>
    <button class="button small primary" data-do="copy" value="${item.id}" aria-label="${t("library.copy_of", { title: item.title })}">${icon("copy")}${t("library.copy_short")}</button></div>
</li>`;

new Page({
  url: LIST,
  load,
  frame,
  view,
  synced: ".finder",
  actions: (page) => ({
    click: {
      copy: ({ value }) => copyPublished(value),
      topic: ({ value }) => page.go({ topic: value }),
      author: ({ value }) => page.go({ author: value }),
      everything: () => page.go({ search: "", language: "", level: "", topic: "", author: "" }),
      page: ({ value }) => page.go({ page: Number(value) }),
      ...reportActions(page),
    },
    change: {
      language: ({ value }) => page.go({ language: value }),
      level: ({ value }) => page.go({ level: value }),
      sort: ({ value }) => page.go({ sort: value }),
    },
    input: { search: debounce((/** @type {HTMLInputElement} */ { value }) => page.go({ search: value })) },
  }),
});
