/**
 * What is not saved yet, kept on this device: it outlives a reload, a crash and a day without network.
 *
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {{ draft: Draft, base: string, ids: [string, string][], at: number, user: string }} StoredDraft `base`: the quiz's updated_at that the draft grew from
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
    return null; // another version wrote it, or storage is closed to us
  }
}

/** @param {string} quiz @param {Draft} draft @param {string} base @param {ReadonlyMap<string, string>} ids */
export function storeDraft(quiz, draft, base, ids) {
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

/** Somebody has signed in on this browser: what others left here is not theirs to read. @param {string} user */
export function forgetDraftsOfOthers(user) {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
    for (const name of names) if (ownerOf(name) !== user) localStorage.removeItem(name);
  } catch {
    // Storage is closed to us, so there is nothing.
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
