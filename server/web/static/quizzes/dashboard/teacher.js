/** A teacher's dashboard: open rooms, quizzes, finished rooms and the archive. */
import { Problem, api } from "../../ui/api.js";
import { boot, t } from "../../ui/boot.js";
import { confirmed } from "../../ui/dialog.js";
import { html, listen, render } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";
import { limits } from "../../ui/limits.js";
import { skeleton } from "../../ui/skeleton.js";
import { toast } from "../../ui/toast.js";
import { complain } from "../../ui/fields.js";
import { pager } from "../../ui/pager.js";
import { playSheet } from "../../sessions/play-sheet.js";
import { syncControls } from "../../ui/sync-controls.js";
import { failure, signIn } from "../../ui/page-states.js";
import { accountLink } from "./account-link.js";
import { SORTS, stateFromUrl, writeUrl } from "./url-state.js";
import { quizList } from "./quiz-list.js";
import { roomList, running } from "./room-list.js";

const VIEWS = /** @type {const} */ (["quizzes", "rooms", "archive"]);
const TYPING_MS = 250;

/** @param {HTMLElement} root */
export async function teacherPage(root) {
  /** @type {Shown} */
  const shown = { wanted: stateFromUrl(location.search), list: null, open: [], problem: null };
  const draw = () => {
    render(root, view(shown));
    syncControls(root);
  };
  /** @param {Partial<import("./url-state.js").ListState>} [wanted] */
  const go = (wanted = {}) => {
    const view = wanted.view && wanted.view !== shown.wanted.view;
    shown.wanted = { ...shown.wanted, page: 1, ...wanted };
    if (view) shown.list = null;
    writeUrl(shown.wanted);
    draw();
    return load(shown, draw);
  };
  listen(root, "click", { ...moves(go), ...verbs(() => go({ page: shown.wanted.page })) });
  listen(root, "change", { sort: (/** @type {HTMLSelectElement} */ { value }) => go({ sort: /** @type {import("./url-state.js").Sort} */ (value) }) });
  listen(root, "input", { search: later((/** @type {HTMLInputElement} */ { value }) => go({ search: value })) });
  root.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", leaveMenu);
  addEventListener("online", () => load(shown, draw));
  addEventListener("popstate", () => go(stateFromUrl(location.search)));
  draw();
  await load(shown, draw);
}

/**
 * @typedef {import("../../ui/api-types.js").QuizList} QuizList
 * @typedef {import("../../ui/api-types.js").SessionList} SessionList
 * @typedef {{ wanted: import("./url-state.js").ListState, list: QuizList | SessionList | null, open: SessionList["items"], problem: Problem | null }} Shown
 */

/** @param {Shown} shown @param {() => void} draw */
async function load(shown, draw) {
  const { wanted } = shown;
  try {
    const [list, open] = await Promise.all([listed(wanted), api("GET", "/api/sessions", { query: { running: true, page_size: 5 } })]);
    if (wanted !== shown.wanted) return; // another search was faster
    Object.assign(shown, { list, open: open.items, problem: null });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401) return signIn();
    if (wanted === shown.wanted) shown.problem = error;
  }
  draw();
}

/** @param {import("./url-state.js").ListState} wanted */
function listed({ view, search, sort, page, quiz }) {
  if (view === "rooms") return api("GET", "/api/sessions", { query: { page, ...(quiz ? { quiz_id: quiz } : {}) } });
  return api("GET", "/api/quizzes", { query: { page, sort, search, archived: view === "archive" } });
}

/** @param {Shown} shown */
const view = ({ wanted, list, open, problem }) => html`<div class="wide-page dashboard" data-key="teacher">
  ${running(open)}
  <header class="row spread head" data-key="head"><h1>${t(boot.user?.role === "super_admin" ? "common.all_quizzes" : "dashboard.title")}</h1>
    <div class="row" data-key="new">${accountLink()}<button class="button primary" data-do="create">${icon("plus")}${t("dashboard.new")}</button></div></header>
  <div class="row spread tools" data-key="tools">
    <div class="views" role="group" aria-label="${t("dashboard.views")}">${VIEWS.map(
      (name) => html`<button class="chip" data-do="view" value="${name}" aria-current="${String(name === wanted.view)}">${t(`dashboard.view_${name}`)}</button>`,
    )}</div>
    ${wanted.view !== "rooms" && finder(wanted)}
  </div>
  <div class="results" data-key="${wanted.view}" aria-busy="${String(!list)}">${problem ? failure(problem) : list ? listOf(wanted, list) : skeleton()}</div>
</div>`;

/** @param {import("./url-state.js").ListState} wanted */
const finder = ({ search, sort }) => html`<form class="finder" role="search" data-key="finder">
  <label class="find">${icon("search")}<span class="visually-hidden">${t("dashboard.search")}</span>
    <input type="search" class="input" data-do="search" value="${search}" placeholder="${t("dashboard.search")}" maxlength="${limits.listQuizzes.search.maxLength}"></label>
  <label><span class="visually-hidden">${t("dashboard.sort")}</span>
    <select class="input" data-do="sort">${SORTS.map((name) => html`<option value="${name}" ${name === sort && "selected"}>${t(`dashboard.sort_${name}`)}</option>`)}</select></label>
</form>`;

/** @param {import("./url-state.js").ListState} wanted @param {QuizList | SessionList} list */
function listOf(wanted, list) {
  if (!list.items.length) return nothing(wanted);
  const items = wanted.view === "rooms" ? roomList(/** @type {SessionList} */ (list).items, wanted.quiz) : quizList(/** @type {QuizList} */ (list).items, wanted.view === "archive");
  return html`${items}${pager(list)}`;
}

/** @param {import("./url-state.js").ListState} wanted */
function nothing({ view, search }) {
  if (search) return html`<div class="empty" data-key="empty"><p>${t("dashboard.none_found", { search })}</p></div>`;
  const first = view === "quizzes" && html`<button class="button primary large" data-do="create">${icon("plus")}${t("dashboard.first")}</button>`;
  return html`<div class="empty" data-key="empty"><h2>${t(`dashboard.none_${view}`)}</h2><p class="muted">${t(`dashboard.none_${view}_hint`)}</p>${first}</div>`;
}

/** @param {(wanted?: Partial<import("./url-state.js").ListState>) => void} go */
const moves = (go) => ({
  view: (/** @type {HTMLButtonElement} */ { value }) => go({ view: /** @type {typeof VIEWS[number]} */ (value), search: "", quiz: "" }),
  rooms: (/** @type {HTMLButtonElement} */ { value }) => go({ view: "rooms", search: "", quiz: value }),
  all: () => go({ quiz: "" }),
  page: (/** @type {HTMLButtonElement} */ { value }) => go({ page: Number(value) }),
  retry: () => go(),
});

/** @param {() => void} again */
function verbs(again) {
  /** @param {(button: HTMLButtonElement) => Promise<unknown>} act */
  const asked = (act) => (/** @type {HTMLButtonElement} */ button) => act(button).catch(complain);
  return {
    create: asked(async () => {
      const quiz = await api("POST", "/api/quizzes", { body: { title: t("dashboard.new_title") } });
      location.assign(`/quizzes/${quiz.id}`);
    }),
    play: asked(async ({ value }) => {
      const quiz = await api("GET", "/api/quizzes/{quiz_id}", { path: { quiz_id: value } });
      playSheet(quiz, quiz.questions);
    }),
    copy: asked(async ({ value }) => {
      await api("POST", "/api/quizzes/{quiz_id}/copy", { path: { quiz_id: value } });
      toast(t("dashboard.copied"));
      again();
    }),
    archive: asked(async ({ value }) => {
      await api("POST", "/api/quizzes/{quiz_id}/archive", { path: { quiz_id: value } });
      toast(t("dashboard.archived"), { action: t("dashboard.undo"), act: () => restore(value).then(again, complain) });
      again();
    }),
    restore: asked(async ({ value }) => {
      await restore(value);
      toast(t("dashboard.restored"));
      again();
    }),
    purge: asked(async ({ value, dataset }) => {
      const title = t("dashboard.purge_title", { title: dataset["title"] ?? "" });
      if (!(await confirmed({ title, body: t("dashboard.purge_body"), action: t("dashboard.purge"), danger: true }))) return;
      await api("DELETE", "/api/quizzes/{quiz_id}", { path: { quiz_id: value }, query: { purge: true } });
      toast(t("dashboard.purged"));
      again();
    }),
  };
}

/** @param {string} quiz */
const restore = (quiz) => api("POST", "/api/quizzes/{quiz_id}/restore", { path: { quiz_id: quiz } });

/** @template {unknown[]} A @param {(...args: A) => void} act */
function later(act) {
  let timer = 0;
  return (/** @type {A} */ ...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...args), TYPING_MS);
  };
}

/** Escape closes a menu and returns the focus to its button. @param {KeyboardEvent} event */
function leaveMenu(event) {
  const menu = document.querySelector("details.menu[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.removeAttribute("open");
  menu.querySelector("summary")?.focus();
}

/** A click anywhere else, or on one of its entries, closes a menu. @param {MouseEvent} event */
function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!(event.target instanceof Element && event.target.closest("summary")?.parentElement === menu)) menu.removeAttribute("open");
}
