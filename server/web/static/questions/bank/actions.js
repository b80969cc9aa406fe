/** The actions of the bank, by the `data-do` of a control. */
import { api } from "../../ui/api.js";
import { t } from "../../ui/boot.js";
import { debounce } from "../../ui/debounce.js";
import { confirmed } from "../../ui/dialog.js";
import { toast } from "../../ui/toast.js";
import { askKind } from "../../quizzes/editor/add-sheet.js";
import { blank } from "../../quizzes/editor/draft.js";
import { WORDS, formActions } from "../../quizzes/editor/form-actions.js";
import { FILTER_NAMES, VIEWS, listed, shown } from "./bank-state.js";
import { changes } from "./changes.js";
import { copies } from "./copies.js";
import { keyOf } from "./list-head.js";
import { QuestionState } from "./question-state.js";
import { look } from "./sheets.js";

/** @typedef {import("./bank-state.js").BankPage} BankPage */
/** @typedef {import("./bank-state.js").Bank} Bank */
/** @typedef {import("./bank-state.js").BankQuestion} BankQuestion */

/** @param {BankPage} page @param {Bank} bank */
export function actions(page, bank) {
  const form = formActions({
    get data() {
      return /** @type {QuestionState} */ (bank.editing);
    },
    draw: (all) => page.draw(all),
  });
  return {
    ...form,
    click: { ...form.click, ...listActions(page, bank), ...editActions(page, bank), ...changes(page, bank), ...copies(page, bank) },
    input: { ...form.input, search: debounce((/** @type {HTMLInputElement} */ { value }) => page.go({ q: value })) },
    change: {
      ...form.change,
      where: (/** @type {HTMLSelectElement} */ { value }) => page.go({ where: /** @type {import("./bank-state.js").ListState["where"]} */ (value) }),
      sort: (/** @type {HTMLSelectElement} */ { value }) => page.go({ sort: /** @type {import("./bank-state.js").ListState["sort"]} */ (value) }),
      filter: (/** @type {HTMLInputElement} */ { name, value }) => page.go({ [name]: value.trim() }),
      place: (/** @type {HTMLSelectElement} */ { value }) =>
        leave(page, bank, VIEWS.includes(value) ? { view: value, set: "", q: "", where: "bank" } : { view: "questions", set: value, where: "bank" }),
      select: (/** @type {HTMLInputElement} */ { value, checked }) => select(page, bank, [value], checked),
      selectAll: (/** @type {HTMLInputElement} */ { checked }) => select(page, bank, [...shown(page).keys()], checked),
    },
  };
}

/** @param {BankPage} page @param {Bank} bank @param {string[]} ids @param {boolean} on */
function select(page, bank, ids, on) {
  const { selected } = bank;
  const there = shown(page);
  for (const id of ids) {
    const question = there.get(id);
    if (on && question) selected.add(id);
    else selected.delete(id);
  }
  bank.matching = null;
  page.draw();
}

/** Selects all questions that match now, or as many as can be changed at once. @param {BankPage} page @param {Bank} bank */
async function selectMatching(page, bank) {
  const { url } = page;
  const { questions } = await api("GET", "/api/questions/ids", { query: listed(url) });
  bank.selected = new Set(questions);
  bank.matching = { of: keyOf(url), n: questions.length };
  page.draw(true);
}

/** @param {BankPage} page @param {Bank} bank @returns {import("../../ui/page.js").Table} */
const listActions = (page, bank) => ({
  view: ({ value }) => leave(page, bank, { view: value, set: "", q: "", where: "bank" }),
  set: (element) => element instanceof HTMLButtonElement && leave(page, bank, { set: element.value, where: "bank" }),
  unfilter: ({ value }) => page.go({ [value]: value === "where" ? "bank" : "" }),
  openFilters: () => openFilters(page, bank, !bank.filtersOpen),
  closeFilters: () => openFilters(page, bank, false),
  selectMatching: () => selectMatching(page, bank),
  unfilterAll: () => page.go({ q: "", where: "bank", ...Object.fromEntries(FILTER_NAMES.map((name) => [name, ""])) }),
  page: ({ value }) => page.go({ page: Number(value) }),
  unselect: () => {
    bank.unselect();
    page.draw(true);
  },
  look: async ({ value }) => {
    const question = shown(page).get(value);
    if (question && (await look(question))) edit(page, bank, question);
  },
});

/** @param {BankPage} page @param {Bank} bank @param {boolean} isOpen */
function openFilters(page, bank, isOpen) {
  bank.filtersOpen = isOpen;
  page.draw();
  const next = page.root.querySelector(isOpen ? "#filters select" : ".open-filters");
  if (next instanceof HTMLElement) next.focus();
}

/** Another view begins without a selection. @param {BankPage} page @param {Bank} bank @param {Partial<import("./bank-state.js").ListState>} where */
async function leave(page, bank, where) {
  if (!(await mayClose(bank))) return;
  bank.editing = null;
  bank.unselect();
  page.go(where);
}

/** @param {BankPage} page @param {Bank} bank @returns {import("../../ui/page.js").Table} */
const editActions = (page, bank) => ({
  write: async () => {
    if (!(await mayClose(bank))) return;
    const kind = await askKind();
    if (!kind) return;
    bank.editing = new QuestionState(blank(kind, WORDS()), null, () => page.draw());
    page.draw(true);
    document.getElementById("stem")?.focus();
  },
  edit: ({ value }) => {
    const question = shown(page).get(value);
    return question && edit(page, bank, question);
  },
  cancel: async () => {
    if (await mayClose(bank)) close(page, bank);
  },
  save: async () => {
    const { editing } = bank;
    if (!editing || editing.isUploading || (!editing.stored && !(await mayRepeat(editing.body)))) return;
    const saved = await editing.save();
    close(page, bank);
    toast(t(saved.problems.length ? "bank.saved_unfinished" : "bank.saved"));
    await page.reload();
  },
});

/** @param {BankPage} page @param {Bank} bank @param {BankQuestion} question */
async function edit(page, bank, question) {
  if (!(await mayClose(bank))) return;
  bank.editing = QuestionState.of(question, () => page.draw());
  page.draw(true);
  document.getElementById("stem")?.focus();
}

/** @param {BankPage} page @param {Bank} bank */
function close(page, bank) {
  bank.editing = null;
  page.draw(true);
}

/** Whether the form can be closed, because nothing was changed or the changes may be lost. @param {Bank} bank */
const mayClose = async ({ editing }) =>
  !editing?.isDirty || confirmed({ title: t("bank.discard_title"), body: t("bank.discard_body"), action: t("bank.discard"), danger: true });

/** Whether a question is added, which may be in the bank already. @param {import("../../ui/api-types.js").QuestionInput} question */
async function mayRepeat(question) {
  const found = await api("POST", "/api/questions/duplicates", { body: { questions: [question] } });
  if (!found.questions[0]?.question) return true;
  return confirmed({ title: t("bank.repeated_title"), body: t("bank.repeated_body"), action: t("bank.repeated_add") });
}
