/**
 * The requests of a review session.
 *
 * @typedef {import("../ui/api-types.js").CardOutput} Card
 * @typedef {import("../ui/api-types.js").CardQueue} Queue
 * @typedef {Pick<Queue, "counts" | "done" | "streak" | "next_due_at" | "next_learning_at">} Progress
 * @typedef {Progress & { key: string, card: Card }} Graded
 * @typedef {import("../sessions/answers.js").Question} Question
 * @typedef {import("../ui/api-types.js").Grade["rating"]} Rating
 */
import { api } from "../ui/api.js";
import { limits } from "../ui/limits.js";

/** What is reviewed: everything that is due, one deck, or one deck without touching its schedule. */
const wanted = new URLSearchParams(location.search);
export const scope = { deck: wanted.get("deck"), cram: wanted.get("cram") === "true" };

/** The question as the controls of rooms take it. @param {Card | null | undefined} card */
export const questionOf = (card) => /** @type {Question | null} */ (/** @type {unknown} */ (card?.question ?? null));

/** @param {string} [after] the last card of the page before, while cramming */
export const loadQueue = (after) => api("GET", "/api/cards/queue", { query: { ...(scope.deck && { deck: scope.deck }), ...(scope.cram && { cram: true }), ...(after && { after }) } });

/** Checks a response, and stores nothing. @param {string} card_id @param {any} response */
export const check = (card_id, response) => api("POST", "/api/cards/{card_id}/answers", { path: { card_id }, body: { response } });

/** @param {string} card_id */
export const look = (card_id) => api("GET", "/api/cards/{card_id}", { path: { card_id } });

/** @param {string} card_id @param {import("../ui/api-types.js").VersionedCardChange} body */
export const change = (card_id, body) => api("PATCH", "/api/cards/{card_id}", { path: { card_id }, body });

/** Sends a grade, or takes one back. @param {import("./outbox.js").Entry} entry @returns {Promise<Graded>} */
export function send(entry) {
  if (entry.kind === "undo") return api("POST", "/api/cards/undo", { body: { key: entry.key } });
  const { key, rating, version, response, is_cram } = entry;
  const took_ms = Math.min(entry.took_ms, limits.Grade.took_ms.maximum);
  const ago_ms = Math.min(Math.max(Date.now() - entry.at, 0), limits.Grade.ago_ms.maximum);
  const body = { key, rating, version, took_ms, ago_ms, response: /** @type {any} */ (response), is_cram };
  return api("POST", "/api/cards/{card_id}/grades", { path: { card_id: entry.card }, body });
}

/** Tells the server where the learner is, who has not chosen a time zone. @param {string} time_zone */
export const chooseZone = (time_zone) => api("PATCH", "/api/me/preferences", { body: { time_zone } });
