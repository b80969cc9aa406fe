/** A teacher's dashboard: open rooms, quizzes, finished rooms and the archive. */
import { api } from "../../ui/api.js";
import { boot, t } from "../../ui/boot.js";
import { debounce } from "../../ui/debounce.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";
import { limits } from "../../ui/limits.js";
import { closeMenus } from "../../ui/menus.js";
import { Page } from "../../ui/page.js";
import { pager } from "../../ui/pager.js";
import { skeleton } from "../../ui/skeleton.js";
import { LIST, SORTS, VIEWS } from "./list-state.js";
import { quizActions } from "./quiz-actions.js";
import { quizList } from "./quiz-list.js";
import { roomList, running } from "./room-list.js";

/** @typedef {import("./list-state.js").ListState} ListState */
/** @typedef {import("../../ui/api-types.js").QuizList} QuizList */
/** @typedef {import("../../ui/api-types.js").SessionList} SessionList */
/** @typedef {{ view: string, list: QuizList | SessionList, open: SessionList }} Shown the list of a view, and the rooms that are open */
/** @typedef {Page<Shown, ListState>} Dashboard */

export function teacherPage() {
  closeMenus();
  return new Page({ url: LIST, load, frame, view, actions, synced: ".finder" });
}

/** @param {ListState} state @returns {Promise<Shown>} */
async function load(state) {
  const [list, open] = await Promise.all([listed(state), api("GET", "/api/sessions", { query: { running: true, mode: "live", page_size: 5 } })]);
  return { view: state.view, list, open };
}

/** @param {ListState} state */
function listed({ view, search, sort, page, quiz }) {
  if (view === "rooms") return api("GET", "/api/sessions", { query: { page, ...(quiz ? { quiz_id: quiz } : { mode: "live" }) } });
  return api("GET", "/api/quizzes", { query: { page, sort, search, archived: view === "archive", shared: view === "shared" } });
}

/** @param {import("../../ui/html.js").Markup} content @param {Dashboard} page */
const frame = (content, { data, url }) => html`<div class="wide-page dashboard" data-key="teacher">
  ${running(data?.open ?? { items: [], total: 0 })}
  <header class="row spread head" data-key="head"><h1>${t(boot.user?.role === "super_admin" ? "common.all_quizzes" : "dashboard.title")}</h1>
    <div class="row" data-key="new"><a class="button brief" href="/import" aria-label="${t("dashboard.import")}">${icon("upload")}<span>${t("dashboard.import")}</span></a><button class="button primary" data-do="create">${icon("plus")}${t("dashboard.new")}</button></div></header>
  <div class="row spread tools" data-key="tools">
    <div class="views" role="group" aria-label="${t("dashboard.views")}">${VIEWS.map(
      (name) => html`<button class="chip" data-do="view" value="${name}" aria-current="${String(name === url.view)}">${t(`dashboard.view_${name}`)}</button>`,
    )}</div>
    ${url.view !== "rooms" && finder(url)}
  </div>
  <div class="results" data-key="${url.view}" aria-busy="${String(data?.view !== url.view)}">${content}</div>
</div>`;

/** @param {ListState} state */
const finder = ({ search, sort }) => html`<form class="finder" role="search" data-key="finder">
  <label class="find">${icon("search")}<span class="visually-hidden">${t("dashboard.search")}</span>
    <input type="search" class="input" data-do="search" value="${search}" placeholder="${t("dashboard.search")}" maxlength="${limits.listQuizzes.search.maxLength}"></label>
  <label><span class="visually-hidden">${t("dashboard.sort")}</span>
    <select class="input" data-do="sort">${SORTS.map((name) => html`<option value="${name}" ${name === sort && "selected"}>${t(`dashboard.sort_${name}`)}</option>`)}</select></label>
</form>`;

/** @param {Shown} shown @param {Dashboard} page */
function view({ view, list }, { url }) {
  if (view !== url.view) return skeleton();
  if (!list.items.length) return nothing(url);
  const items = view === "rooms" ? roomList(/** @type {SessionList} */ (list).items, url.quiz) : quizList(/** @type {QuizList} */ (list).items, view === "archive");
  return html`${items}${pager(list)}`;
}

/** @param {ListState} state */
function nothing({ view, search }) {
  if (search) return html`<div class="empty" data-key="empty"><p>${t("dashboard.none_found", { search })}</p></div>`;
  const first = view === "quizzes" && html`<button class="button primary large" data-do="create">${icon("plus")}${t("dashboard.first")}</button>
    <a class="button" href="/import">${icon("upload")}${t("dashboard.import")}</a>`;
  return html`<div class="empty" data-key="empty"><h2>${t(`dashboard.none_${view}`)}</h2><p class="muted">${t(`dashboard.none_${view}_hint`)}</p>${first}</div>`;
}

/** @param {Dashboard} page */
const actions = (page) => ({
  click: {
    view: (/** @type {HTMLButtonElement} */ { value }) => page.go({ view: value, search: "", quiz: "" }),
    rooms: (/** @type {HTMLButtonElement} */ { value }) => page.go({ view: "rooms", search: "", quiz: value }),
    all: () => page.go({ quiz: "" }),
    page: (/** @type {HTMLButtonElement} */ { value }) => page.go({ page: Number(value) }),
    ...quizActions(page),
  },
  change: { sort: (/** @type {HTMLSelectElement} */ { value }) => page.go({ sort: /** @type {ListState["sort"]} */ (value) }) },
  input: { search: debounce((/** @type {HTMLInputElement} */ { value }) => page.go({ search: value })) },
});
