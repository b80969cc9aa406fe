/** A question of the bank, or a new one, while it is in the form. It is saved as a whole, by a button. */
import { api } from "../../ui/api.js";
import { TouchedFields } from "../../quizzes/editor/touched-fields.js";
import { fromBank, questionBody } from "../../quizzes/editor/draft.js";
import { savableTags } from "../../quizzes/editor/more-fields.js";
import { isAddress } from "../../quizzes/editor/phone-preview.js";
import { worded } from "../../quizzes/editor/problems.js";

/** @typedef {import("../../quizzes/editor/draft.js").Question} Question */
/** @typedef {import("./bank-state.js").BankQuestion} BankQuestion */

export class QuestionState {
  brokenPicture = "";
  /** @type {Map<string, import("../../ui/picture-upload.js").Upload>} */
  uploads = new Map();
  #touched = new TouchedFields();

  /** @param {Question} question @param {BankQuestion | null} stored null for a new one @param {() => void} tell */
  constructor(question, stored, tell) {
    this.stored = stored;
    this.first = question;
    /** @type {import("../../quizzes/editor/draft.js").Draft} */
    this.draft = { title: "", description: "", language: null, level: null, topic: null, questions: [question] };
    this.tell = tell;
    this.problems = (stored?.problems ?? []).map(worded);
  }

  /** @param {BankQuestion} stored @param {() => void} tell */
  static of(stored, tell) {
    return new QuestionState(fromBank(stored), stored, tell);
  }

  get question() {
    return /** @type {Question} */ (this.draft.questions[0]);
  }

  get selected() {
    return this.question.key;
  }

  get isDirty() {
    return this.question !== this.first;
  }

  get isUploading() {
    return [...this.uploads.values()].some(({ busy }) => busy);
  }

  get shownProblems() {
    return this.problems.filter((problem) => this.#touched.shows(this.question, problem));
  }

  /** @param {import("../../quizzes/editor/draft.js").Draft} draft */
  edit(draft) {
    this.#touched.note(this.draft, draft);
    this.draft = draft;
    this.tell();
  }

  /** The question without what cannot be saved: incomplete addresses and tags that are too long. */
  get body() {
    const { id, source_id, ...body } = /** @type {Record<string, any>} */ (questionBody(this.question, new Map()));
    return /** @type {import("../../ui/api-types.js").QuestionInput} */ ({
      ...body,
      media: isAddress(this.question.media) ? this.question.media : null,
      tags: savableTags(this.question.tags),
    });
  }

  save() {
    const { body, stored } = this;
    if (!stored) return api("POST", "/api/questions", { body });
    return api("PATCH", "/api/questions/{question_id}", { path: { question_id: stored.id }, body: { ...body, updated_at: stored.updated_at } });
  }
}
