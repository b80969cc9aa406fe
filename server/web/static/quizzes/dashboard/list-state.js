/** The state of the dashboard's list in the page's address. */
import { limits } from "../../ui/limits.js";

export const VIEWS = ["quizzes", "shared", "rooms", "archive"];
export const SORTS = limits.listQuizzes.sort.enum;

/** @typedef {{ view: string, search: string, sort: typeof SORTS[number], quiz: string, page: number }} ListState */

/** @type {import("../../ui/url-state.js").UrlOptions<ListState>} */
export const LIST = {
  defaults: { view: "quizzes", search: "", sort: "updated", quiz: "", page: 1 },
  choices: { view: VIEWS, sort: SORTS },
  steps: ["view", "quiz"],
};
