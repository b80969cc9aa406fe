/**
 * The state of a form: checks it in the browser, sends it, and has the problems of its fields.
 *
 *     const form = new Form({ send: (values) => api("POST", …, values), draw: () => page.draw(), wrong, placed });
 *     actions: () => ({ submit: { send: (element) => form.submit(element) } })   // <form data-do="send" novalidate>
 */
import { Problem } from "./api.js";
import { focusProblem } from "./fields.js";

/** @typedef {import("./fields.js").Problems} Problems */

export class Form {
  /** Whether it is being sent, or was accepted. */
  busy = false;
  /** Whether it was accepted. */
  sent = false;
  /** Whether passwords are shown. */
  shown = false;
  /** @type {Problems} */
  problems = {};
  /** The values that were sent last. @type {Record<string, string>} */
  values = {};

  /**
   * @param {{ send: (values: Record<string, string>, element: HTMLFormElement) => Promise<unknown>, draw: () => void,
   *   wrong: (name: string) => string, placed: (problem: Problem) => Problems }} options
   *   `wrong` has the text for an invalid field, `placed` assigns a refusal to fields
   */
  constructor(options) {
    this.options = options;
  }

  show() {
    this.shown = !this.shown;
    this.options.draw();
  }

  /** @param {HTMLFormElement} element @param {HTMLElement | null} [button] that submits it, whose value is sent, too */
  async submit(element, button = null) {
    if (this.busy) return;
    this.sent = false;
    this.values = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(element, button)));
    const fields = /** @type {NodeListOf<HTMLInputElement>} */ (element.querySelectorAll("input, select, textarea"));
    const invalid = [...fields].filter((field) => !field.validity.valid);
    if (invalid.length) return this.#refuse(element, Object.fromEntries(invalid.map(({ name }) => [name, this.options.wrong(name)])));
    Object.assign(this, { problems: {}, busy: true });
    this.options.draw();
    try {
      await this.options.send(this.values, element);
      this.sent = true;
      this.options.draw();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#refuse(element, this.options.placed(error));
    }
  }

  /** Empties the fields, for another time. @param {HTMLFormElement} element */
  clear(element) {
    element.reset();
    Object.assign(this, { busy: false, shown: false, problems: {} });
  }

  /** @param {HTMLFormElement} element @param {Problems} problems */
  #refuse(element, problems) {
    Object.assign(this, { problems, busy: false });
    this.options.draw();
    focusProblem(element);
  }
}
