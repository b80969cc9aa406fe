/**
 * What is not saved yet, kept on this device: it outlives a reload, a crash and a day without network.
 *
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {{ draft: Draft, base: string, ids: [string, string][], at: number, user: string }} Kept `base`: the quiz's updated_at that the draft grew from
 */
import { boot } from "../../ui/boot.js";

/** @param {string} quiz */
const nameOf = (quiz) => `kuis.draft.${quiz}`;

/** @param {string} quiz @returns {Kept | null} */
export function keptDraft(quiz) {
  try {
    const kept = JSON.parse(localStorage.getItem(nameOf(quiz)) ?? "null");
    return kept?.user === boot.user?.id ? kept : null;
  } catch {
    return null; // another version wrote it, or storage is closed to us
  }
}

/** @param {string} quiz @param {Draft} draft @param {string} base @param {ReadonlyMap<string, string>} ids */
export function keepDraft(quiz, draft, base, ids) {
  const kept = { draft, base, ids: [...ids], at: Date.now(), user: boot.user?.id };
  try {
    localStorage.setItem(nameOf(quiz), JSON.stringify(kept));
  } catch {
    // Private windows and full disks: the page still holds the draft and warns before it closes.
  }
}

/** @param {string} quiz */
export function forgetDraft(quiz) {
  try {
    localStorage.removeItem(nameOf(quiz));
  } catch {
    // Nothing was kept there.
  }
}
