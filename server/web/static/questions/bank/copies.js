/** Copying between the bank and quizzes. */
import { api } from "../../ui/api.js";
import { t, tn } from "../../ui/boot.js";
import { limits } from "../../ui/limits.js";
import { toast } from "../../ui/toast.js";
import { asked } from "./bank-state.js";
import { drawSheet } from "./draw-sheet.js";
import { askQuiz, askWhich } from "./sheets.js";

/** @typedef {import("./bank-state.js").BankPage} BankPage */
/** @typedef {import("./bank-state.js").Bank} Bank */

const QUIZ_MAX = limits.CopyToQuizRequest.questions.maxItems;

/** @param {BankPage} page @param {Bank} bank @returns {import("../../ui/page.js").Table} */
export const copies = (page, bank) => ({
  toQuiz: () =>
    bank.ids.length > QUIZ_MAX
      ? toast(t("bank.too_many_for_quiz", { n: QUIZ_MAX }), { bad: true })
      : toQuiz(bank.ids.length, { questions: bank.ids }, t("bank.new_quiz_title")),
  setToQuiz: () => {
    const set = page.data.sets.find(({ id }) => id === page.url.set);
    return set && toQuiz(set.question_count, { set_id: set.id }, set.title);
  },
  setToDeck: async () => {
    const set = page.data.sets.find(({ id }) => id === page.url.set);
    if (!set) return;
    const { id } = await api("POST", "/api/decks", { body: { title: set.title, set_id: set.id, is_learned: false } });
    location.assign(`/decks/${id}`);
  },
  draw: async () => {
    const questions = await drawSheet({ ...asked(page.url), ...(page.url.q && { q: page.url.q }) });
    if (questions) await toQuiz(questions.length, { questions }, t("bank.new_quiz_title"));
  },
  fromQuiz: async () => {
    const { items } = await api("GET", "/api/quizzes", { query: { page_size: 100, sort: "updated" } });
    const full = items.filter(({ question_count }) => question_count);
    if (!full.length) return toast(t("bank.no_quiz"));
    const wanted = await askQuiz(full);
    if (!wanted) return;
    const { added, left_out } = await api("POST", "/api/questions/copy-from-quiz", { body: wanted });
    toast([tn("bank.copied", added.length), left_out.length && tn("bank.left_out", left_out.length)].filter(Boolean).join(" "));
    await page.reload();
  },
});

/** Asks for the quiz, and copies the questions into it. @param {number} n @param {{ questions: string[] } | { set_id: string }} what @param {string} title of a new quiz */
async function toQuiz(n, what, title) {
  const { items } = await api("GET", "/api/quizzes", { query: { page_size: 20, sort: "updated" } });
  const words = { heading: tn("bank.to_quiz_title", n), label: t("bank.new_quiz"), action: t("bank.add"), title };
  const which = await askWhich(words, items);
  if (!which) return;
  const where = "id" in which ? { quiz_id: which.id } : which;
  const { quiz_id, added } = await api("POST", "/api/questions/copy-to-quiz", { body: { ...what, ...where } });
  toast(tn("bank.added_to_quiz", added), { action: t("bank.open_quiz"), act: () => location.assign(`/quizzes/${quiz_id}`) });
}
