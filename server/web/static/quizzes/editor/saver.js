/**
 * Saves changes automatically, one request at a time, and reports its state.
 *
 *     const saver = new Saver({ write: (draft) => api(…), keep: (draft) => …, forget: () => …, wrote, tell: draw });
 *     saver.change(draft);
 *
 * `saved`: nothing to do · `waiting`: changed, sent in a moment · `saving` · `failed`: with its problem, and whether it is
 * retried automatically. Unsaved changes are stored on this device first.
 *
 * @typedef {import("../../ui/api.js").Problem} Problem
 * @typedef {"saved" | "waiting" | "saving" | "failed"} State
 */
import { Problem as Refused } from "../../ui/api.js";

const PAUSE_MS = 700;
const RETRY_MS = [2000, 4000, 8000, 15000, 30000];

/** @param {Problem} problem */
const passes = ({ status }) => status === 0 || status === 429 || status >= 500;

/** @template Draft, Answer */
export class Saver {
  /** @type {State} */
  state = "saved";
  /** @type {Problem | null} */
  problem = null;
  /** @type {Draft | null} */
  #wanted = null;
  #tries = 0;
  #timer = 0;

  /**
   * @param {{ write: (draft: Draft) => Promise<Answer>, wrote: (draft: Draft, answer: Answer) => void, keep: (draft: Draft) => void,
   *   forget: () => void, tell: () => void }} hooks
   */
  constructor(hooks) {
    this.hooks = hooks;
  }

  get dirty() {
    return this.#wanted !== null;
  }

  get again() {
    return this.problem !== null && passes(this.problem);
  }

  /** @param {Draft} draft */
  change(draft) {
    this.#wanted = draft;
    this.hooks.keep(draft);
    if (this.state === "saving") return;
    if (this.problem?.code !== "changed_elsewhere") this.#later(PAUSE_MS, "waiting");
  }

  /** @param {number} ms @param {State} state */
  #later(ms, state) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), ms);
    this.#now(state);
  }

  /** Calls `tell` only if the state is new, because this runs for every letter. @param {State} state */
  #now(state) {
    const news = state !== this.state || state === "failed";
    this.state = state;
    if (state !== "failed") this.problem = null;
    if (news) this.hooks.tell();
  }

  /** Discards waiting changes, also those stored on this device. */
  drop() {
    clearTimeout(this.#timer);
    this.#wanted = null;
    this.hooks.forget();
    this.#now("saved");
  }

  /** Sends waiting changes now, unless a request is running. */
  async flush() {
    clearTimeout(this.#timer);
    const draft = this.#wanted;
    if (draft === null || this.state === "saving") return;
    this.#now("saving");
    try {
      this.#done(draft, await this.hooks.write(draft));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#failed(error);
    }
  }

  /** @param {Draft} draft @param {Answer} answer */
  #done(draft, answer) {
    this.#tries = 0;
    const newer = this.#wanted !== draft;
    if (!newer) {
      this.#wanted = null;
      this.hooks.forget();
    }
    this.hooks.wrote(draft, answer);
    if (newer) this.#later(0, "waiting");
    else this.#now("saved");
  }

  /** @param {Problem} problem */
  #failed(problem) {
    this.problem = problem;
    if (passes(problem)) this.#later(RETRY_MS[Math.min(this.#tries++, RETRY_MS.length - 1)] ?? PAUSE_MS, "failed");
    else this.#now("failed");
  }
}
