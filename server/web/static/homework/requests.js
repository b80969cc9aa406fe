/**
 * The requests of a student. A guest is known by a random token, which this browser keeps; it is also in the personal link.
 *
 * @typedef {import("../ui/api-types.js").HomeworkSummary} Summary
 * @typedef {import("../ui/api-types.js").RunOutput} Run
 * @typedef {import("../ui/api-types.js").RunResults} Results
 */
import { Problem } from "../ui/api.js";
import { boot } from "../ui/boot.js";
import { randomId } from "../ui/random-id.js";
import { readLocal, writeLocal } from "../sessions/local-store.js";

const LINK = "#me=";

/** @param {string} code */
export function requests(code) {
  const stored = `kuis.homework.${code}`;
  if (location.hash.startsWith(LINK)) {
    writeLocal(stored, location.hash.slice(LINK.length));
    history.replaceState(null, "", location.pathname); // so that nobody copies it from the address by mistake
  }

  /** @returns {string} */
  function token() {
    const known = readLocal(stored) ?? randomId();
    writeLocal(stored, known);
    return known;
  }

  /** @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<any>} */
  async function ask(method, path, body) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json", ...(boot.user ? {} : { "Homework-Token": token() }) };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const sent = body === undefined ? null : JSON.stringify(body);
    const response = await fetch(path, { method, headers, body: sent }).catch(() => {
      throw new Problem(0, { code: "offline" });
    });
    const answer = await response.json().catch(() => null);
    if (!response.ok) throw new Problem(response.status, answer ?? {}, Number(response.headers.get("Retry-After")));
    return answer;
  }

  const assigned = `/api/assigned/${encodeURIComponent(code)}`;
  const of = (/** @type {string} */ run) => `/api/homework-runs/${run}`;
  return {
    /** @returns {Promise<Summary>} */ summary: () => ask("GET", assigned),
    /** @param {string} nickname @returns {Promise<Run>} */ start: (nickname) => ask("POST", `${assigned}/runs`, { nickname }),
    /** @param {string} run @returns {Promise<Run>} */ look: (run) => ask("GET", of(run)),
    /** @param {string} run @param {number} position @param {unknown} response @returns {Promise<Run>} */
    answer: (run, position, response) => ask("POST", `${of(run)}/answer`, { position, response }),
    /** @param {string} run @param {number} position @returns {Promise<Run>} */
    next: (run, position) => ask("POST", `${of(run)}/next`, { position }),
    /** @param {string} run @returns {Promise<Results>} */ results: (run) => ask("GET", `${of(run)}/results`),
    /** The address with which a guest goes on elsewhere. */
    personalLink: () => `${location.origin}${location.pathname}${LINK}${token()}`,
    /** Starts as somebody else, on a device that several people use. */
    forget: () => writeLocal(stored, null),
  };
}
