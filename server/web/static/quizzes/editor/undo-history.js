/**
 * Undo and redo for immutable values.
 * Consecutive changes with the same `group` within a second are one step, so that undo removes a word and not a letter.
 * @template T
 */
export class UndoHistory {
  /** @type {T[]} */
  #before = [];
  /** @type {T[]} */
  #after = [];
  #group = "";
  #at = 0;

  /** @param {T} now */
  constructor(now) {
    this.now = now;
  }

  get canUndo() {
    return this.#before.length > 0;
  }

  get canRedo() {
    return this.#after.length > 0;
  }

  /** @param {T} value @param {string} [group] @param {number} [at] ms */
  push(value, group = "", at = Date.now()) {
    const same = group !== "" && group === this.#group && at - this.#at < GROUP_MS;
    if (!same) this.#before.push(this.now);
    if (this.#before.length > STEPS) this.#before.shift();
    this.#after = [];
    this.now = value;
    [this.#group, this.#at] = [group, at];
  }

  /** Replaces the present value without a step, for changes that the user did not make. @param {T} value */
  replace(value) {
    this.now = value;
  }

  undo() {
    this.#step(this.#before, this.#after);
  }

  redo() {
    this.#step(this.#after, this.#before);
  }

  /** @param {T[]} from @param {T[]} to */
  #step(from, to) {
    const value = from.pop();
    if (value === undefined) return;
    to.push(this.now);
    this.now = value;
    this.#group = "";
  }
}

const GROUP_MS = 1000;
const STEPS = 200;
