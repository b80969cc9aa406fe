/** The last step: stores the questions that are taken. What was not stored stays in the preview. */
import { Problem, api } from "../../ui/api.js";
import { t } from "../../ui/boot.js";
import { bodyOf, draftOf, idsOf } from "../../quizzes/editor/draft.js";
import { savableTags } from "../../quizzes/editor/more-fields.js";
import { storePictures } from "./pictures.js";
import { MOST_OF_QUIZ, sent } from "./import-state.js";

/** @typedef {import("./import-state.js").ImportState} ImportState */
/** @typedef {import("./import-state.js").Item} Item */
/** @typedef {import("../../ui/api-types.js").QuestionInput} QuestionInput */

const AT_ONCE = 200;
const TOO_LARGE = ["quiz_too_large", "too_large"];

/** @param {import("../import.js").ImportPage} page */
export async function save(page) {
  const { data: importing } = page;
  Object.assign(importing, { busy: true, problem: "", progress: 0, saved: null });
  page.draw();
  let count = 0;
  try {
    count = importing.taken.length;
    await storePictures(importing, importing.taken);
    const address = await { new: toNewQuiz, quiz: toQuiz, bank: toBank }[importing.to](importing, () => page.draw());
    importing.saved = { count, address };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    importing.problem = importing.progress ? t("import.saved_part", { n: importing.progress, why: error.message }) : error.message;
  }
  importing.busy = false;
  page.draw(true);
  document.getElementById(importing.problem ? "refused" : "saved")?.focus();
}

/** Makes a quiz, or several if they are too many questions for one. @param {ImportState} importing @param {() => void} tell */
async function toNewQuiz(importing, tell) {
  let address = "";
  while (importing.taken.length) {
    const quiz = await storeSome(importing, MOST_OF_QUIZ, (questions) => api("POST", "/api/quizzes", { body: { title: importing.titleOf(0), questions } }));
    const isOne = !importing.made && !importing.taken.length;
    address = isOne ? `/quizzes/${quiz.id}` : "/dashboard";
    importing.made += isOne ? 0 : 1;
    tell();
  }
  importing.made = 0;
  return address;
}

/**
 * Stores the first ones, and half as many if the server says that they are too large together: long questions fill a quiz before their number does.
 *
 * @template T @param {ImportState} importing @param {number} most @param {(questions: QuestionInput[]) => Promise<T>} store
 */
async function storeSome(importing, most, store) {
  for (;;) {
    const part = importing.taken.slice(0, Math.min(most, importing.most));
    try {
      const answer = await store(part.map((item) => wanted(importing, item)));
      importing.stored(part);
      importing.progress += part.length;
      return answer;
    } catch (error) {
      if (!(error instanceof Problem) || !TOO_LARGE.includes(error.code) || part.length === 1) throw error;
      importing.most = Math.ceil(part.length / 2);
    }
  }
}

/** @param {ImportState} importing */
async function toQuiz(importing) {
  const { taken, quiz: id } = importing;
  const path = { quiz_id: id };
  const quiz = await api("GET", "/api/quizzes/{quiz_id}", { path });
  fits(quiz.questions.length + taken.length);
  const draft = draftOf(quiz);
  const had = /** @type {QuestionInput[]} */ (bodyOf(draft, idsOf(draft, quiz)).questions);
  const questions = [...had, ...taken.map((item) => wanted(importing, item))];
  await api("PATCH", "/api/quizzes/{quiz_id}", { path, body: { questions, updated_at: quiz.updated_at } });
  importing.stored(taken);
  return `/quizzes/${id}`;
}

/** Stores some at a time. @param {ImportState} importing @param {() => void} tell */
async function toBank(importing, tell) {
  while (importing.taken.length) {
    await storeSome(importing, AT_ONCE, (questions) => api("POST", "/api/questions/import", { body: { questions } }));
    tell();
  }
  return "/bank";
}

/** @param {number} count */
function fits(count) {
  if (count > MOST_OF_QUIZ) throw new Problem(409, { code: "quiz_full" });
}

/** The question as it is stored, with what is set for all. @param {ImportState} importing @param {Item} item @returns {QuestionInput} */
function wanted({ forAll }, item) {
  const question = sent(item);
  const { tags, ...others } = forAll;
  const set = Object.fromEntries(Object.entries(others).filter(([, value]) => value));
  const known = new Set((question.tags ?? []).map((tag) => tag.toLowerCase()));
  return { ...question, ...set, tags: savableTags([...(question.tags ?? []), ...tags.filter((tag) => !known.has(tag.toLowerCase()))]) };
}
