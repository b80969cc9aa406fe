/**
 * The state of the page: what the file had, what is taken of it, and where it goes.
 *
 * @typedef {import("../../quizzes/editor/draft.js").Question} Question
 * @typedef {import("../../ui/api-types.js").ItemProblem} ItemProblem
 * @typedef {"taken" | "taken_with_loss" | "refused" | "mended"} Fate
 * @typedef {{ key: string, line: number, place: import("../../ui/api-types.js").PreviewedItem["place"], fate: Fate, problems: ItemProblem[], question: Question | null, isTaken: boolean, isTicked: boolean, isDuplicate: boolean, pictures: string[], cells: Map<string, string> }} Item
 *   `isTicked` says that a person decided whether it is taken; `pictures` are the addresses that stand in for those in the file until they are stored,
 *   `cells` where in a workbook its problems were
 * @typedef {"new" | "quiz" | "bank"} Destination
 */
import { Problem, api } from "../../ui/api.js";
import { t } from "../../ui/boot.js";
import { debounce } from "../../ui/debounce.js";
import { limits } from "../../ui/limits.js";
import { blank, importedQuestion, questionBody } from "../../quizzes/editor/draft.js";
import { lineOf, savableTags, tagsIn } from "../../quizzes/editor/more-fields.js";
import { isAddress } from "../../quizzes/editor/phone-preview.js";
import { storePictures } from "./pictures.js";
import { WORDS } from "../../quizzes/editor/form-actions.js";

/** @typedef {Pick<import("../../ui/api-types.js").QuizListItem, "id" | "title" | "question_count">} Quiz */

export const FILTERS = /** @type {const} */ (["all", "ready", "loss", "refused", "duplicate"]);
export const SHOWN = 50;
const LISTED = 50;
export const MOST_OF_QUIZ = limits.NewQuiz.questions.maxItems;
const NOTHING = { tags: /** @type {string[]} */ ([]), language: "", level: "", skill: "", topic: "" };

export class ImportState {
  /** @type {Item[]} */
  items = [];
  busy = false;
  problem = "";
  text = "";
  /** Whether the text was read last, not a file. */
  isTyped = false;
  filter = "all";
  /** The items that matched when the filter was chosen: none disappears because it was mended. @type {Item[]} */
  listed = [];
  page = 1;
  /** The key of the question that is open. */
  selected = "";
  forAll = { ...NOTHING };
  title = "";
  /** The addresses of pictures that were stored, by those that stood in for them. @type {Map<string, string | null>} */
  pictures = new Map();
  /** @type {Blob | null} */
  file = null;
  /** How many are stored so far, while that goes on. */
  progress = 0;
  /** What was stored last. @type {{ count: number, address: string } | null} */
  saved = null;
  brokenPicture = "";
  /** @type {Map<string, import("../../ui/picture-upload.js").Upload>} */
  uploads = new Map();
  #check = debounce((/** @type {Item} */ item) => this.check(item));

  /** The encoding of the file, if it is not UTF-8. @type {string | null} */
  encoding = null;
  /** Own quizzes with the words that are searched for. @type {Quiz[]} */
  quizzes = [];
  quizSearch = "";
  /** Whether there are too many quizzes to choose one from a list. */
  hasManyQuizzes = false;
  /** How many quizzes were made of this file, which its number of questions has divided. */
  made = 0;
  /** How many questions are stored at once: fewer if they are long. */
  most = /** @type {number} */ (MOST_OF_QUIZ);

  /** @param {string} quiz the id of the quiz to which they are added @param {string} to "bank" if they are for the bank @param {() => void} tell */
  constructor(quiz, to, tell) {
    this.quiz = quiz;
    /** @type {Destination} */
    this.to = to === "bank" ? to : quiz ? "quiz" : "new";
    this.tell = tell;
  }

  /** Lists the quizzes to choose from, with the one that is chosen. */
  async findQuizzes() {
    const search = this.quizSearch;
    const { items, total } = await api("GET", "/api/quizzes", { query: { sort: "updated", page_size: LISTED, search } });
    if (search !== this.quizSearch) return;
    const chosen = this.quizzes.find(({ id }) => id === this.quiz);
    const found = items.filter(({ id, open_session }) => !open_session && id !== chosen?.id);
    this.quizzes = chosen ? [chosen, ...found] : found;
    if (!search) this.hasManyQuizzes = total > LISTED;
    if (!this.quizzes.some(({ id }) => id === this.quiz)) await this.#addChosen();
    this.quiz ||= this.quizzes[0]?.id ?? "";
  }

  async #addChosen() {
    if (!this.quiz) return;
    try {
      const quiz = await api("GET", "/api/quizzes/{quiz_id}", { path: { quiz_id: this.quiz } });
      if (quiz.access === "view") this.#forgetChosen();
      else this.quizzes = [{ ...quiz, question_count: quiz.questions.length }, ...this.quizzes];
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#forgetChosen();
    }
  }

  /** Nothing may be added to the quiz of the address, and no other is taken in its place. */
  #forgetChosen() {
    this.quiz = "";
    if (this.to === "quiz") this.to = "new";
  }

  /** @param {string} words */
  async searchQuizzes(words) {
    this.quizSearch = words.trim();
    await this.findQuizzes();
    this.tell();
  }

  /** @param {import("../../ui/api-types.js").ImportOutput} preview @param {Blob} file @param {string} name */
  async show({ items, encoding }, file, name) {
    this.forget();
    this.encoding = encoding;
    this.file = file;
    this.title = name.replace(/\.\w+$/, "").trim();
    this.items = items.map((item, index) => ({
      key: String(index),
      line: item.line,
      place: item.place,
      fate: item.fate,
      problems: item.problems,
      question: item.question && importedQuestion(item.question),
      isTaken: item.fate !== "refused",
      isTicked: false,
      isDuplicate: false,
      pictures: item.pictures,
      cells: new Map(item.problems.flatMap((problem) => (problem.cell ? [[named(problem), problem.cell]] : []))),
    }));
    this.choose("all");
    await this.#findDuplicates();
    this.sendTo(this.to);
  }

  /** Decides where they go. What the bank has already is not added to it again, unless somebody ticks it. @param {Destination} to */
  sendTo(to) {
    this.to = to;
    for (const item of this.items) if (item.isDuplicate && !item.isTicked && item.fate !== "refused") item.isTaken = to !== "bank";
  }

  /** Points out what is in the bank already. Without an answer nothing is pointed out. */
  async #findDuplicates() {
    const items = this.items.filter(({ fate, question }) => question && fate !== "refused");
    if (!items.length) return;
    try {
      const found = await api("POST", "/api/questions/duplicates", { body: { questions: items.map(sent) } });
      for (const [index, { draft, question }] of found.questions.entries()) {
        const item = items[index];
        if (item) item.isDuplicate = draft !== null || question !== null;
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  /** Back to the first step. */
  forget() {
    Object.assign(this, { items: [], pictures: new Map(), problem: "", saved: null, progress: 0, made: 0, most: MOST_OF_QUIZ, encoding: null });
    this.choose("all");
  }

  /** @param {string} filter */
  choose(filter) {
    Object.assign(this, { filter, listed: this.matching(filter), page: 1, selected: "" });
  }

  /** How many quizzes the questions need. */
  get parts() {
    return Math.ceil(this.taken.length / this.most);
  }

  /** @param {number} place from 0 */
  titleOf(place) {
    const title = this.title.trim() || t("editor.untitled");
    if (this.parts <= 1 && !this.made) return title;
    const end = ` (${this.made + place + 1})`;
    return title.slice(0, limits.NewQuiz.title.maxLength - end.length).trimEnd() + end;
  }

  get taken() {
    return this.items.filter(({ isTaken }) => isTaken);
  }

  /** @param {string} filter */
  matching(filter) {
    return this.items.filter((item) => filter === "all" || groupOf(item) === filter || (filter === "duplicate" && item.isDuplicate));
  }

  /** @param {string} key */
  item(key) {
    return this.items.find((item) => item.key === key);
  }

  /** Opens the form of an item, or closes it. @param {string} key */
  async open(key) {
    const item = this.item(key);
    if (item) await storePictures(this, [item]);
    const question = item?.question;
    this.selected = question && this.selected !== question.key ? question.key : "";
  }

  /** Begins an item anew of which nothing was understood. @param {string} key */
  write(key) {
    const item = this.item(key);
    if (!item) return;
    item.question = blank("multiple_choice", WORDS());
    this.selected = item.question.key;
  }

  /** Takes an item or leaves it out. What was refused is checked before. @param {string} key @param {boolean} wanted */
  async take(key, wanted) {
    const item = this.item(key);
    if (!item?.question) return;
    Object.assign(item, { isTaken: wanted, isTicked: true });
    if (!wanted || item.fate !== "refused") return;
    await this.check(item);
    if (item.fate === "refused") this.selected = item.question.key;
  }

  /** @param {boolean} wanted */
  takeAll(wanted) {
    for (const item of this.listed) if (item.fate !== "refused") Object.assign(item, { isTaken: wanted, isTicked: true });
  }

  /** @param {string} name @param {string} value */
  setForAll(name, value) {
    this.forAll = { ...this.forAll, [name]: name === "tags" ? tagsIn(value) : (lineOf(value) ?? "") };
  }

  /** Takes items out that are stored. @param {Item[]} stored */
  stored(stored) {
    const gone = new Set(stored);
    this.items = this.items.filter((item) => !gone.has(item));
    this.choose("all");
  }

  // What the actions on the fields of a question need; see form-actions.js.

  get question() {
    return this.items.find(({ question }) => question?.key === this.selected)?.question ?? null;
  }

  get draft() {
    return { title: "", description: "", language: null, level: null, topic: null, questions: this.items.flatMap(({ question }) => question ?? []) };
  }

  /** @param {import("../../quizzes/editor/draft.js").Draft} draft */
  edit({ questions }) {
    const known = new Map(questions.map((question) => [question.key, question]));
    for (const item of this.items) {
      const question = item.question && known.get(item.question.key);
      if (!question || question === item.question) continue;
      item.question = question;
      this.#check(item);
    }
    this.tell();
  }

  /** Asks the server why the question cannot be played. One that can is taken. @param {Item} item */
  async check(item) {
    const { question } = item;
    if (!question) return;
    const problems = await problemsOf(item);
    item.problems = problems.map((problem) => ({ ...problem, cell: item.cells.get(named(problem)) ?? null }));
    if (question !== item.question) return;
    const wasRefused = item.fate === "refused";
    item.fate = item.problems.length ? "refused" : "mended";
    if (item.fate === "refused") item.isTaken = false;
    else if (wasRefused) item.isTaken = true;
    this.tell();
  }
}

/** The same problem has the same name when it is found again. @param {ItemProblem} problem */
const named = ({ path, code }) => `${path} ${code}`;

/** @param {Item} item @returns {Promise<ItemProblem[]>} */
async function problemsOf(item) {
  try {
    const { problems } = await api("POST", "/api/imports/check", { body: { questions: [sent(item)] } });
    return (problems[0] ?? []).map((problem) => ({ ...problem, cell: null }));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (!error.errors.length) return [{ path: "", code: error.code, message: error.message, cell: null }];
    return error.errors.map(({ path, message }) => ({ path: path.replace(/^questions\[0\]\.?/, ""), code: "bad_value", message, cell: null }));
  }
}

/** The body of a request with the question of an item. @param {Item} item */
export function sent({ question }) {
  const kept = /** @type {Question} */ (question);
  const savable = { ...kept, media: isAddress(kept.media) ? kept.media : null, tags: savableTags(kept.tags) };
  return /** @type {import("../../ui/api-types.js").QuestionInput} */ (questionBody(savable, new Map()));
}

/** @param {Item} item */
export const groupOf = ({ fate }) => (fate === "refused" ? "refused" : fate === "taken_with_loss" ? "loss" : "ready");
