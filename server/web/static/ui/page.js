/**
 * The shape of every page: load, view, actions, failure.
 *
 *     const page = new Page({
 *       url: { defaults: { search: "", page: 1 } },                                   // the page's state in the address, page.url
 *       load: ({ search, page }) => api("GET", "/api/cards", { query: { search, page } }),   // becomes page.data
 *       view: (cards, page) => html`<ul>${cards.items.map(row)}</ul>${pager(cards)}`,
 *       actions: (page) => ({
 *         click: { page: ({ value }) => page.go({ page: Number(value) }) },            // <button data-do="page" value="2">
 *       }),
 *     });
 *
 * It shows a skeleton until the data is loaded. After a failure it offers a retry, and retries by itself when the network is back. If
 * nobody is signed in, it goes to the sign-in page, which returns here. Only the latest of several loads counts. A Problem that
 * an action throws is shown at the bottom of the page. While the action of a button is running, more clicks on it do nothing. A form is
 * submitted to the action of its `data-do`, or by the browser if it has an `action`.
 */
import { Problem } from "./api.js";
import { listen, render } from "./html.js";
import { failure } from "./page-failure.js";
import { skeleton } from "./skeleton.js";
import { syncControls } from "./sync-controls.js";
import { complain, guarded, signIn } from "./toast.js";
import { stateFromUrl, writeUrl } from "./url-state.js";

/** @typedef {import("./html.js").Markup} Markup */
/** @typedef {Record<string, (element: any, event: any) => unknown>} Table actions by the `data-do` of the element */
/**
 * @template D @template {import("./url-state.js").State} U
 * @typedef {object} Options
 * @property {(url: U, page: Page<D, U>) => Promise<D>} load
 * @property {(data: D, page: Page<D, U>) => Markup} view
 * @property {(content: Markup, page: Page<D, U>) => Markup} [frame] the markup around the view, which is also shown while the data is loading and after a failure
 * @property {(page: Page<D, U>) => unknown} [drawn] called after drawing, for what markup cannot express, such as the data of a custom element
 * @property {(data: D) => string} [title]
 * @property {string} [synced] a selector of the parts whose form controls always show the state, whatever was typed
 * @property {(page: Page<D, U>) => Record<string, Table>} [actions] tables by type of event
 * @property {import("./url-state.js").UrlOptions<U>} [url]
 */

/** @template D @template {import("./url-state.js").State} U */
export class Page {
  root = /** @type {HTMLElement} */ (document.getElementById("app"));
  /** @type {Problem | null} the reason, if the last load failed */
  problem = null;
  /** @type {U | null} the state of the address for which the data was loaded */
  #shown = null;
  #loads = 0;
  #started = () => {};
  /** Resolves when the data is shown for the first time. @type {Promise<void>} */
  ready = new Promise((resolve) => (this.#started = resolve));

  /** @param {Options<D, U>} options */
  constructor(options) {
    this.options = options;
    this.data = /** @type {D} */ (/** @type {unknown} */ (undefined)); // until it is loaded
    this.url = options.url ? stateFromUrl(options.url, location.search) : /** @type {U} */ ({});
    this.#listen();
    this.reload();
  }

  #listen() {
    const { actions, url } = this.options;
    const { click, ...others } = actions?.(this) ?? {};
    const clicks = mapped({ retry: () => this.reload(), ...click }, single);
    for (const [type, table] of Object.entries({ ...others, click: clicks })) listen(this.root, type, mapped(table, guarded));
    this.root.addEventListener("submit", (event) => event.target instanceof Element && !event.target.hasAttribute("action") && event.preventDefault());
    addEventListener("online", () => this.problem && this.reload());
    if (url) addEventListener("popstate", () => this.go(stateFromUrl(url, location.search)));
  }

  /** @param {boolean} [all] whether the form control in use is changed, too */
  draw(all = false) {
    const { view, frame = (content) => content, drawn, title, synced } = this.options;
    const content = this.problem && this.#shown !== this.url ? failure(this.problem) : this.data === undefined ? skeleton() : view(this.data, this);
    render(this.root, frame(content, this));
    if (synced) for (const part of this.root.querySelectorAll(synced)) syncControls(part, all);
    if (this.data === undefined) return;
    drawn?.(this);
    if (title) document.title = `${title(this.data)} · Kuis`;
  }

  /** @param {D} data */
  show(data) {
    Object.assign(this, { data, problem: null });
    this.#shown = this.url;
    this.draw();
    this.#started();
  }

  /** Changes the state in the address, and starts to load. A list starts at its first page again, unless `changes` has another. @param {Partial<U>} changes */
  go(changes) {
    this.url = { ...this.url, ...("page" in this.url && { page: 1 }), ...changes };
    if (this.options.url) writeUrl(this.options.url, this.url);
    this.reload();
  }

  /** Loads again. The old data stays until then, and also if that fails. */
  async reload() {
    const load = ++this.#loads;
    const unseen = this.problem || this.#shown !== this.url;
    this.problem = null;
    if (unseen) this.draw();
    try {
      const data = await this.options.load(this.url, this);
      if (load !== this.#loads) return;
      const page = pageBefore(data);
      if (page) this.go(/** @type {any} */ ({ page }));
      else this.show(data);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (load === this.#loads) this.#fail(error);
    }
  }

  /** @param {Problem} problem */
  #fail(problem) {
    this.problem = problem;
    if (problem.status === 401) signIn();
    else if (this.#shown === this.url) complain(problem);
    else this.draw();
  }
}

/** The last page of a list, if a later one was asked for, as after its only row was deleted; else 0. @param {any} data */
function pageBefore(data) {
  const list = [data, ...Object.values(data ?? {})].find((each) => each?.page > 1 && each.items?.length === 0);
  const last = list ? Math.ceil(list.total / list.page_size) : 0;
  return last < list?.page ? Math.max(last, 1) : 0;
}

/** @param {Table} table @param {(act: Table[string]) => Table[string]} change @returns {Table} */
const mapped = (table, change) => Object.fromEntries(Object.entries(table).map(([name, act]) => [name, change(act)]));

/** The action, but not again for an element for which it is still running, because a double click would do it twice. @param {Table[string]} act @returns {Table[string]} */
function single(act) {
  const running = new WeakSet();
  return async (element, event) => {
    if (running.has(element)) return;
    running.add(element);
    try {
      await act(element, event);
    } finally {
      running.delete(element);
    }
  };
}

/** Leaves the page. An action that awaits this goes on until then. @param {string} address @returns {Promise<never>} */
export function leaveFor(address) {
  location.assign(address);
  return new Promise(() => {});
}
