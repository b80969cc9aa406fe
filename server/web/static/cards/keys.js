/** The keys of a review session: 1–4 grade, space confirms, u undoes, digits and letters choose an answer. */
import { RATINGS } from "./queue.js";

const CHOICE_KEYS = "abcdefgh";
const FIELDS = "input, textarea, select, [contenteditable]";
const BUTTONS = "button, a, summary";
// Not the button below an order, which nobody may have looked at yet.
const ONWARD = '.choices ~ [data-do="send"]:not([aria-disabled="true"]), [data-do="turn"]';

/** @typedef {{ phase: () => "ask" | "tell" | null, grade: (rating: import("./requests.js").Rating) => unknown, confirm: () => unknown, undo: () => unknown }} Doing */

/** @param {HTMLElement} root @param {Doing} doing */
export function listenToKeys(root, { phase, grade, confirm, undo }) {
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    const element = target instanceof Element ? target : document.body;
    const isForOthers = event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing || event.defaultPrevented;
    if (isForOthers || element.closest(FIELDS) || document.querySelector("dialog[open], details.menu[open]")) return;
    const act = actOf(key.toLowerCase(), element);
    if (!act) return;
    event.preventDefault();
    act();
  });

  /** @param {string} key @param {Element} element @returns {(() => unknown) | null} */
  function actOf(key, element) {
    if (key === " " || key === "enter") return element.closest(BUTTONS) ? null : () => (phase() === "ask" ? press(ONWARD) : confirm());
    if (key === "u") return undo;
    const rating = RATINGS[Number(key) - 1];
    if (phase() === "tell") return rating ? () => grade(rating) : null;
    if (phase() !== "ask") return null;
    const tile = root.querySelectorAll(".tile")[/\d/.test(key) ? Number(key) - 1 : CHOICE_KEYS.indexOf(key)];
    if (key.length === 1 && tile instanceof HTMLElement) return () => tile.click();
    return key === "h" ? () => press('[data-do="hint"]') : null;
  }

  /** @param {string} selector */
  const press = (selector) => /** @type {HTMLElement | null} */ (root.querySelector(selector))?.click();
}
