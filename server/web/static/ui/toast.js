/**
 * A short message at the bottom of the page: toast(t("editor.saved")), toast(problem.message, { bad: true }), or with an action to undo.
 * It is above open dialogs, too. One without an action disappears with the next key or click.
 */
import { fragment, html } from "./html.js";

const SHOWN_MS = 5000;

/** @returns {HTMLElement} */
function shelf() {
  const found = /** @type {HTMLElement | null} */ (document.querySelector(".toasts"));
  if (found) return found;
  document.body.append(fragment(html`<div class="toasts" popover="manual" role="status" aria-live="polite"></div>`));
  return shelf();
}

/** @param {string} text @param {{ bad?: boolean, action?: string, act?: () => void }} [options] */
export function toast(text, { bad = false, action = "", act } = {}) {
  const part = fragment(
    html`<div class="toast ${bad && "bad"}"><span>${text}</span>${action && html`<button class="button small">${action}</button>`}</div>`,
  );
  const element = /** @type {HTMLElement} */ (part.firstElementChild);
  element.querySelector("button")?.addEventListener("click", () => {
    element.remove();
    act?.();
  });
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
