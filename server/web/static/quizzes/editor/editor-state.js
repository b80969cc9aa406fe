/**
 * The editor's state: the draft with undo, the selection, ids, problems, and saving.
 * `tell()` is called after every change, to draw it.
 */
import { Problem, api } from "../../ui/api.js";
import { TouchedFields } from "./touched-fields.js";
import { bodyOf, completed, draftOf, idsOf, indexOf, same } from "./draft.js";
import { UndoHistory } from "./undo-history.js";
import { forgetDraft, storeDraft } from "./draft-storage.js";
import { savableTags } from "./more-fields.js";
import { isAddress } from "./phone-preview.js";
import { worded } from "./problems.js";
import { Saver } from "./saver.js";

/** @typedef {import("./draft.js").Draft} Draft */
/** @typedef {import("./draft.js").Quiz} Quiz */

export const ABOUT = "about";
const ABOUT_FIELDS = /** @type {const} */ (["title", "description", "language", "level", "topic"]);

export class EditorState {
  /** The values on the server. */
  title = "";
  updated = "";
  playable = false;
  /** Whether the list of questions is open on a small screen. */
  listOpen = false;
  /** The address of a picture that could not be loaded. */
  brokenPicture = "";
  /** The uploads of pictures that have not succeeded, by the key of the question. @type {Map<string, import("../../ui/picture-upload.js").Upload>} */
  uploads = new Map();
  /** The draft that was sent last, if its response was lost. @type {Draft | null} */
  #sent = null;

  /** @param {Quiz} quiz @param {() => void} tell */
  constructor(quiz, tell) {
    const draft = draftOf(quiz);
    this.id = quiz.id;
    this.code = quiz.access_code;
    /** What the form shows and does not change. */
    this.shown = quiz;
    this.tell = tell;
    this.history = new UndoHistory(draft);
    this.touched = new TouchedFields();
    this.selected = draft.questions[0]?.key ?? ABOUT;
    this.#adopt(draft, quiz);
    this.saver = new Saver({
      write: (/** @type {Draft} */ wanted) => this.#write(wanted),
      wrote: (/** @type {Draft} */ wanted, answer) => this.#adopt(wanted, answer),
      keep: (/** @type {Draft} */ wanted) => storeDraft(this.id, wanted, this.updated, this.ids),
      forget: () => forgetDraft(this.id),
      tell,
    });
  }

  get #path() {
    return { path: { quiz_id: this.id } };
  }

  get draft() {
    return this.history.now;
  }

  get isUploading() {
    return [...this.uploads.values()].some(({ busy }) => busy);
  }

  get question() {
    return this.draft.questions.find((question) => question.key === this.selected) ?? null;
  }

  /** Takes over the server's response to a draft. @param {Draft} draft @param {Quiz} quiz */
  #adopt(draft, quiz) {
    this.updated = quiz.updated_at;
    this.playable = quiz.playable;
    this.title = quiz.title;
    /** @type {ReadonlyMap<string, string>} */
    this.ids = idsOf(draft, quiz);
    /** @type {Map<string, import("./problems.js").Problem[]>} */
    this.problems = new Map();
    for (const problem of quiz.problems) {
      const key = typeof problem.question === "number" ? (draft.questions[problem.question]?.key ?? ABOUT) : ABOUT;
      this.problems.set(key, [...(this.problems.get(key) ?? []), worded(problem)]);
    }
  }

  /** The problems of a question that are shown at this time. @param {import("./draft.js").Question} question */
  problemsOf(question) {
    return (this.problems.get(question.key) ?? []).filter((problem) => this.touched.shows(question, problem));
  }

  /** @param {Draft} draft @returns {Promise<Quiz>} */
  async #write(draft) {
    const wanted = sendable(draft, this.title);
    try {
      const answer = await api("PATCH", "/api/quizzes/{quiz_id}", { ...this.#path, body: { ...bodyOf(wanted, this.ids), updated_at: this.updated } });
      this.#sent = null;
      return answer;
    } catch (error) {
      if (error instanceof Problem && error.code === "changed_elsewhere") return this.#settled(draft, wanted, error);
      this.#sent = wanted;
      throw error;
    }
  }

  /** Saves the draft as a new quiz of one's own. @returns {Promise<string>} its id */
  async saveAsNew() {
    const { id } = await api("POST", "/api/quizzes", { body: bodyOf(sendable(this.draft, this.title), new Map()) });
    this.saver.drop();
    return id;
  }

  /** Handles a conflict. If the server has our own change, because only its response was lost, there is none. @param {Draft} draft @param {Draft} wanted @param {Problem} error */
  async #settled(draft, wanted, error) {
    const quiz = await api("GET", "/api/quizzes/{quiz_id}", this.#path);
    const theirs = draftOf(quiz);
    if (same(theirs, wanted)) return quiz;
    if (!this.#sent || !same(theirs, this.#sent)) throw error;
    this.#sent = null;
    this.updated = quiz.updated_at;
    return this.#write(draft);
  }

  /** @param {Draft} draft @param {{ group?: string, select?: string }} [how] */
  edit(draft, { group = "", select } = {}) {
    if (draft === this.draft) return;
    this.touched.note(this.draft, draft);
    this.history.push(draft, group);
    if (select) this.selected = select;
    this.#changed();
  }

  undo() {
    this.#travel(() => this.history.undo());
  }

  redo() {
    this.#travel(() => this.history.redo());
  }

  /** @param {() => void} step */
  #travel(step) {
    const before = this.draft;
    step();
    if (before === this.draft) return;
    this.selected = touched(before, this.draft) ?? this.selected;
    this.#changed();
  }

  #changed() {
    if (this.selected !== ABOUT && !this.question) this.selected = this.draft.questions.at(-1)?.key ?? ABOUT;
    this.saver.change(this.draft);
    this.tell();
  }

  /** @param {string} key */
  select(key) {
    this.selected = key === ABOUT || indexOf(this.draft, key) >= 0 ? key : this.selected;
    this.tell();
  }

  /** Overwrites the version that was saved elsewhere. */
  async overwrite() {
    this.updated = (await api("GET", "/api/quizzes/{quiz_id}", this.#path)).updated_at;
    this.saver.problem = null;
    this.saver.change(this.draft);
    await this.saver.flush();
  }

  /** Takes the version that was saved elsewhere; undo brings ours back. */
  async takeTheirs() {
    const quiz = await api("GET", "/api/quizzes/{quiz_id}", this.#path);
    const draft = draftOf(quiz);
    this.#adopt(draft, quiz);
    this.history.push(draft);
    this.saver.drop();
    this.select(this.question ? this.selected : (draft.questions[0]?.key ?? ABOUT));
  }

  /** Continues with a draft that was stored on this device. @param {import("./draft-storage.js").StoredDraft} kept */
  restore(kept) {
    const same = kept.base === this.updated;
    this.updated = kept.base;
    if (same) this.ids = new Map(kept.ids);
    this.history.push(completed(kept.draft));
    this.selected = kept.draft.questions[0]?.key ?? ABOUT;
    this.#changed();
  }
}

/** The draft without what cannot be saved yet: incomplete addresses, tags that are too long, an empty title. @param {Draft} draft @param {string} title */
const sendable = (draft, title) => ({
  ...draft,
  title: draft.title.trim() ? draft.title : title,
  questions: draft.questions.map((question) => ({
    ...question,
    media: isAddress(question.media) ? question.media : null,
    tags: savableTags(question.tags),
  })),
});

/** The key of the question that a change is about, or "about". @param {Draft} before @param {Draft} after */
function touched(before, after) {
  const known = new Set(before.questions);
  const question = after.questions.find((one) => !known.has(one));
  if (question) return question.key;
  if (ABOUT_FIELDS.some((name) => before[name] !== after[name])) return ABOUT;
  const gone = before.questions.findIndex((one) => !after.questions.includes(one));
  return gone < 0 ? undefined : after.questions[Math.min(gone, after.questions.length - 1)]?.key;
}

