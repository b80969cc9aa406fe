/**
 * The state of the dashboard's list in the page's address, so that back, reload and bookmarks work.
 *
 * @typedef {typeof SORTS[number]} Sort
 * @typedef {{ view: "quizzes" | "rooms" | "archive", search: string, sort: Sort, page: number, quiz: string }} ListState
 */
import { limits } from "../../ui/limits.js";

export const SORTS = limits.listQuizzes.sort.enum;

/** @param {string} search @returns {ListState} */
export function stateFromUrl(search) {
  const given = new URLSearchParams(search);
  const view = given.get("view");
  const sort = /** @type {Sort} */ (given.get("sort"));
  return {
    view: view === "rooms" || view === "archive" ? view : "quizzes",
    search: given.get("search") ?? "",
    sort: SORTS.includes(sort) ? sort : "updated",
    page: Math.max(Math.trunc(Number(given.get("page"))) || 1, 1),
    quiz: given.get("quiz") ?? "",
  };
}

/** @param {ListState} wanted */
export function urlOf({ view, search, sort, page, quiz }) {
  const given = new URLSearchParams();
  if (view !== "quizzes") given.set("view", view);
  if (search) given.set("search", search);
  if (sort !== "updated") given.set("sort", sort);
  if (quiz) given.set("quiz", quiz);
  if (page > 1) given.set("page", String(page));
  const text = given.toString();
  return text ? `/dashboard?${text}` : "/dashboard";
}

/** A new view adds an entry to the history; a search while typing does not. @param {ListState} wanted */
export function writeUrl(wanted) {
  const address = urlOf(wanted);
  const here = stateFromUrl(location.search);
  if (address === location.pathname + location.search) return;
  if (here.view === wanted.view && here.quiz === wanted.quiz) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
}
