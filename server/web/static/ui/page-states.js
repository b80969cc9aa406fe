/** The loading and failure states of pages: a skeleton, or what happened and what to do. */
import { Problem } from "./api.js";
import { boot, t } from "./boot.js";
import { html, render } from "./html.js";
import { skeleton } from "./skeleton.js";

/** @type {Record<number, string>} */
const KIND = { 403: "forbidden", 404: "not_found" };

/** @param {Problem} problem */
export function failure({ status, message }) {
  const kind = KIND[status];
  const title = kind ? t(`error.page_${kind}_title`) : t(status === 0 ? "common.offline_title" : "error.page_broken_title");
  return html`<div class="empty" role="alert" data-key="failure">
    <h1>${title}</h1>
    <p class="muted">${kind ? t(`error.page_${kind}`) : message}</p>
    <div class="row">
      ${!kind && html`<button class="button primary" data-do="retry">${t("common.try_again")}</button>`}
      <a class="button ${kind && "primary"}" href="/dashboard">${t(boot.user?.role === "student" ? "common.my_games" : "common.dashboard")}</a>
    </div>
  </div>`;
}

/** Goes to the sign-in page, which returns here afterwards. */
export const signIn = () => location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);

/**
 * Loads the data of a page, with a skeleton until then. After a failure it offers a retry, and retries by itself when the network is back.
 * @template T @param {Element} root @param {() => Promise<T>} load @returns {Promise<T>}
 */
export async function loaded(root, load) {
  for (;;) {
    render(root, skeleton());
    try {
      return await load();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401) signIn();
      else render(root, failure(error));
      await another(root);
    }
  }
}

/** Waits until the user asks for a retry, or the network is back. @param {Element} root @returns {Promise<void>} */
function another(root) {
  const stop = new AbortController();
  return new Promise((resolve) => {
    const again = () => {
      stop.abort();
      resolve();
    };
    addEventListener("online", again, { signal: stop.signal });
    const clicked = (/** @type {Event} */ event) => event.target instanceof Element && event.target.closest('[data-do="retry"]') && again();
    root.addEventListener("click", clicked, { signal: stop.signal });
  });
}
