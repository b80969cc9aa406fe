/**
 * Saves each field when it is changed, one after the other, and keeps their states and problems.
 *
 *     const saver = new FieldSaver((change) => api("PATCH", "/api/me", { body: change }), draw);
 *     saver.save("full_name", "Siti");   // then saver.state("full_name"), saver.problems["full_name"]
 */
import { Problem } from "../../ui/api.js";
import { t } from "../../ui/boot.js";

export class FieldSaver {
  /** @param {(change: object) => Promise<unknown>} change sends one field with its new value @param {() => void} draw */
  constructor(change, draw) {
    this.change = change;
    this.draw = draw;
    /** @type {Record<string, string>} */
    this.problems = {};
    /** @type {Record<string, "saving" | "saved">} */
    this.states = {};
    /** @type {Record<string, unknown>} */
    this.values = {};
    /** @type {Promise<void>} */
    this.last = Promise.resolve();
  }

  /** The text beside the label: saving or saved. @param {string} name */
  state(name) {
    const state = this.states[name];
    return state ? t(`account.${state}`) : "";
  }

  /** Sets the problem of a field without asking the server. @param {string} name @param {string} problem */
  refuse(name, problem) {
    delete this.states[name];
    this.problems[name] = problem;
    this.draw();
  }

  /** @param {string} name @param {unknown} value */
  save(name, value) {
    this.values[name] = value;
    this.states[name] = "saving";
    delete this.problems[name];
    this.draw();
    this.last = this.last.then(() => this.send(name, value));
    return this.last;
  }

  /** @param {string} name */
  retry(name) {
    return this.save(name, this.values[name]);
  }

  /** @param {string} name @param {unknown} value */
  async send(name, value) {
    try {
      await this.change({ [name]: value });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return this.refuse(name, error.message);
    }
    if (this.values[name] !== value) return; // changed meanwhile; that is saved next
    this.states[name] = "saved";
    this.draw();
  }
}
