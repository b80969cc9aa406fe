/**
 * Stores unsaved drafts on this device, so that they survive a reload, a crash and a day without network.
 *
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {{ draft: Draft, base: string, ids: [string, string][], at: number, user: string }} StoredDraft `base`: the `updated_at` of the quiz from which the draft was made
 */
import { boot } from "../../ui/boot.js";

const PREFIX = "kuis.draft.";

/** @param {string} quiz */
const nameOf = (quiz) => PREFIX + quiz;

/** @param {string} quiz @returns {StoredDraft | null} */
export function storedDraft(quiz) {
  try {
    const kept = JSON.parse(localStorage.getItem(nameOf(quiz)) ?? "null");
    return kept?.user === boot.user?.id ? kept : null;
  } catch {
    return null; // another version wrote it, or the browser forbids storage
  }
}

/** @param {string} quiz @param {Draft} draft @param {string} base @param {ReadonlyMap<string, string>} ids */
export function storeDraft(quiz, draft, base, ids) {
  const kept = { draft, base, ids: [...ids], at: Date.now(), user: boot.user?.id };
  try {
    localStorage.setItem(nameOf(quiz), JSON.stringify(kept));
  } catch {
    // A private window or a full disk: the page still has the draft, and warns before it is closed.
  }
}

/** @param {string} quiz */
export function forgetDraft(quiz) {
  try {
    localStorage.removeItem(nameOf(quiz));
  } catch {
    // Nothing was stored there.
  }
}

/** Deletes drafts of other users, after somebody has signed in on this browser. @param {string} user */
export function forgetDraftsOfOthers(user) {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
    for (const name of names) if (ownerOf(name) !== user) localStorage.removeItem(name);
  } catch {
    // The browser forbids storage, so there is nothing to delete.
  }
}

/** @param {string} name @returns {string | undefined} */
function ownerOf(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null")?.user;
  } catch {
    return undefined; // another version wrote it
  }
}
