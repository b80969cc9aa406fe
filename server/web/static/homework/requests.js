/**
 * The requests of a student. A guest is known by a random token, which this browser keeps; it is also in the personal link.
 *
 * @typedef {import("../ui/api-types.js").HomeworkSummary} Summary
 * @typedef {import("../ui/api-types.js").AttemptOutput} Attempt
 * @typedef {import("../ui/api-types.js").AttemptResults} Results
 */
import { request } from "../ui/api.js";
import { boot } from "../ui/boot.js";
import { randomId } from "../ui/random-id.js";
import { readLocal, writeLocal } from "../sessions/local-store.js";

const LINK = "#me=";
const KEY = /^[\w-]{32,64}$/; // what the server takes as a guest's token

/** @param {string} code */
export function requests(code) {
  const stored = `kuis.homework.${code}`;
  const key = location.hash.slice(LINK.length);
  const isLink = location.hash.startsWith(LINK);
  const linked = isLink && KEY.test(key) ? key : null;
  const takeLink = () => writeLocal(stored, linked);
  if (isLink) history.replaceState(null, "", location.pathname); // so that nobody copies it from the address by mistake
  if (linked && !kept()) takeLink();

  /** @returns {string | null} */
  function kept() {
    const known = readLocal(stored);
    return KEY.test(known) ? known : null;
  }

  /** @returns {string} */
  function token() {
    const used = kept() ?? randomId();
    writeLocal(stored, used);
    return used;
  }

  /** @param {string} method @param {string} path @param {unknown} [body] */
  const ask = (method, path, body) => request(method, path, body, boot.user ? {} : { "Homework-Token": token() });
  const attempts = `/api/sessions/${encodeURIComponent(code)}/attempts`;
  const of = (/** @type {string} */ attempt) => `/api/attempts/${attempt}`;
  return {
    /** @returns {Promise<Summary>} */ summary: () => ask("GET", attempts),
    /** @param {string} nickname @returns {Promise<Attempt>} */ start: (nickname) => ask("POST", attempts, { nickname }),
    /** @param {string} attempt @returns {Promise<Attempt>} */ look: (attempt) => ask("GET", of(attempt)),
    /** @param {string} attempt @param {number} question @param {unknown} response @returns {Promise<Attempt>} */
    answer: (attempt, question, response) => ask("PUT", `${of(attempt)}/answers/${question}`, { response }),
    /** @param {string} attempt @param {number} question @returns {Promise<Attempt>} */
    next: (attempt, question) => ask("POST", `${of(attempt)}/next`, { question }),
    /** @param {string} attempt @returns {Promise<Results>} */ results: (attempt) => ask("GET", `${of(attempt)}/results`),
    /** The token of a guest. */
    token,
    /** The address with which a guest goes on elsewhere. */
    personalLink: () => `${location.origin}${location.pathname}${LINK}${token()}`,
    /** Whether the personal link lost its end on the way, as in some messengers. */
    isCutLink: isLink && !linked,
    /** Whether the personal link is of another guest than this browser has been used by. */
    isOthersLink: Boolean(linked && linked !== kept()),
    /** Goes on as the guest of the personal link. */
    takeLink,
    /** Starts as somebody else, on a device that several people use. */
    forget: () => writeLocal(stored, null),
  };
}
