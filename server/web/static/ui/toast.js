/** A word at the bottom of the page: toast(t("editor.saved")), toast(problem.message, { bad: true }), with an action to undo. */
import { fragment, html } from "./html.js";

const SHOWN_MS = 5000;

/** @returns {Element} */
function shelf() {
  const found = document.querySelector(".toasts");
  if (found) return found;
  document.body.append(fragment(html`<div class="toasts" role="status" aria-live="polite"></div>`));
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
  shelf().append(element);
  setTimeout(() => element.remove(), SHOWN_MS);
}
