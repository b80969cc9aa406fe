/**
 * A short message at the bottom of the page: toast(t("editor.saved")), toast(problem.message, { bad: true }), or with an action to undo.
 * It is above open dialogs, too. One without an action disappears with the next key or click.
 */
import { Problem } from "./api.js";
import { t } from "./boot.js";
import { fragment, html } from "./html.js";

const SHOWN_MS = 5000;

/** @returns {HTMLElement} */
function shelf() {
  const found = /** @type {HTMLElement | null} */ (document.querySelector(".toasts"));
  if (found) return found;
  document.body.append(fragment(html`<div class="toasts" popover="manual" role="status" aria-live="polite"></div>`));
  return shelf();
}

/** @param {string} text @param {{ bad?: boolean, action?: string, act?: () => unknown }} [options] */
export function toast(text, { bad = false, action = "", act } = {}) {
  const part = fragment(
    html`<div class="toast ${bad && "bad"}"><span>${text}</span>${action && html`<button class="button small">${action}</button>`}</div>`,
  );
  const element = /** @type {HTMLElement} */ (part.firstElementChild);
  element.querySelector("button")?.addEventListener("click", () => element.remove());
  if (act) element.querySelector("button")?.addEventListener("click", guarded(act));
  const place = shelf();
  place.append(element);
  if (place.matches(":popover-open")) place.hidePopover();
  place.showPopover(); // again, so that it is above everything that was opened meanwhile
  const gone = new AbortController();
  const go = () => {
    gone.abort();
    element.remove();
  };
  setTimeout(go, SHOWN_MS);
  if (!action) for (const kind of ["keydown", "pointerdown"]) addEventListener(kind, go, { signal: gone.signal, capture: true });
}

/** Shows a failure at the bottom of the page, with a way to sign in if that would help. Any error that is not a Problem is a defect, and thrown again. @param {unknown} error */
export function complain(error) {
  if (!(error instanceof Problem)) throw error;
  toast(error.message, { bad: true, ...(error.status === 401 && { action: t("common.sign_in"), act: signIn }) });
}

/** Goes to the sign-in page, which returns here. */
export const signIn = () => location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);

/** The action with its failures shown at the bottom of the page. @template {unknown[]} A @param {(...args: A) => unknown} act */
export const guarded = (act) => async (/** @type {A} */ ...args) => {
  try {
    await act(...args);
  } catch (error) {
    complain(error);
  }
};
