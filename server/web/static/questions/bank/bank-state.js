/** The state of the question bank: what the address says, what is selected, and what is being edited. */
import { limits } from "../../ui/limits.js";

export const VIEWS = ["questions", "duplicates", "archive"];
export const WHERE = limits.listQuestions.where.enum;
export const SORTS = limits.listQuestions.sort.enum;
const { type: TYPE, level: LEVEL, difficulty: DIFFICULTY } = limits.QuestionInput;
const DIFFICULTIES = Array.from({ length: DIFFICULTY.maximum + 1 - DIFFICULTY.minimum }, (_, index) => String(DIFFICULTY.minimum + index));

/** The filters with their values; those without any take a text. */
export const FILTERS = /** @type {const} */ ({ type: TYPE.enum, level: LEVEL.enum, difficulty: DIFFICULTIES, language: null, skill: null, topic: null, tag: null });
export const FILTER_NAMES = /** @type {(keyof typeof FILTERS)[]} */ (Object.keys(FILTERS));

/** @typedef {Record<keyof typeof FILTERS, string>} Filters */
/** @typedef {Filters & { view: string, set: string, q: string, where: typeof WHERE[number], sort: typeof SORTS[number], page: number }} ListState */
/** @typedef {import("../../ui/api-types.js").BankQuestion} BankQuestion */
/** @typedef {import("../../ui/api-types.js").ListedQuestion} ListedQuestion */
/** @typedef {import("../../ui/api-types.js").Facets} Facets */
/** @typedef {import("../../ui/api-types.js").QuestionList} QuestionList */
/** @typedef {import("../../ui/api-types.js").DuplicatesList} DuplicatesList */
/** @typedef {import("../../ui/api-types.js").QuestionSetItem} QuestionSet */
/** @typedef {{ view: string, set: string, list: QuestionList | DuplicatesList, sets: QuestionSet[] }} Shown */
/** @typedef {import("../../ui/page.js").Page<Shown, ListState>} BankPage */

/** @type {import("../../ui/url-state.js").UrlOptions<ListState>} */
export const LIST = {
  defaults: { view: "questions", set: "", q: "", where: "bank", sort: "latest", type: "", level: "", difficulty: "", language: "", skill: "", topic: "", tag: "", page: 1 },
  choices: { view: VIEWS, where: WHERE, sort: SORTS, type: ["", ...FILTERS.type], level: ["", ...FILTERS.level], difficulty: ["", ...FILTERS.difficulty] },
  steps: ["view", "set"],
};

/** The filters that are set, as parameters of a request. @param {ListState} url @returns {Record<string, any>} */
export function asked(url) {
  const set = FILTER_NAMES.filter((name) => url[name]).map((name) => [name, [url[name]]]);
  return Object.fromEntries([...set, ...(url.set ? [["set", url.set]] : [])]);
}

/** What the list of the bank is about, as parameters of a request. @param {ListState} url */
export const listed = (url) => ({ ...asked(url), q: url.q, sort: url.sort, archived: url.view === "archive" });

/** @param {ListState} url */
export const isFiltered = (url) => url.where !== "bank" || FILTER_NAMES.some((name) => url[name]);

/** The questions of the bank on the page, by id. @param {BankPage} page @returns {Map<string, BankQuestion>} */
export function shown({ data: { list } }) {
  const items = list.items.flatMap((item) => ("questions" in item ? item.questions : item.quiz ? [] : [item]));
  return new Map(items.map((question) => [question.id, question]));
}

/** What is not in the address: the selected questions, also of other pages of the list, the question in the form, and what is open. */
export class Bank {
  /** @type {Set<string>} */
  selected = new Set();
  /** Of which search all that match were selected, and how many could be. @type {{ of: string, n: number } | null} */
  matching = null;
  /** @type {import("./question-state.js").QuestionState | null} */
  editing = null;
  filtersOpen = false;

  get ids() {
    return [...this.selected];
  }

  unselect() {
    this.selected.clear();
    this.matching = null;
  }
}
