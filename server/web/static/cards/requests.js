/**
 * The requests of a review session.
 *
 * @typedef {import("../ui/api-types.js").CardOutput} Card
 * @typedef {import("../ui/api-types.js").CardQueue} Queue
 * @typedef {Pick<Queue, "counts" | "done" | "streak" | "held_back" | "next_due_at" | "next_learning_at">} Progress
 * @typedef {Progress & { key: string, card: Card }} Graded
 * @typedef {import("../sessions/answers.js").Question} Question
 * @typedef {import("../ui/api-types.js").Grade["rating"]} Rating
 */
import { Problem, api } from "../ui/api.js";
import { limits } from "../ui/limits.js";

/** What is reviewed: everything that is due, one deck, or one deck without touching its schedule. */
const wanted = new URLSearchParams(location.search);
export const scope = { deck: wanted.get("deck"), cram: wanted.get("cram") === "true" };

/** The question as the controls of rooms take it. @param {Card | null | undefined} card */
export const questionOf = (card) => /** @type {Question | null} */ (/** @type {unknown} */ (card?.question ?? null));

/** Whether this is no answer of the server to what was sent: it may be sent again. @param {Problem} problem */
export const isAway = ({ status, code }) => status === 0 || status === 429 || status >= 500 || code === "unknown";

/** Whether the server was reached, and asks to wait a moment. @param {Problem} problem */
export const isBusy = ({ status, wait }) => status === 429 || wait > 0;

const PATIENCE_MS = 20_000;
const CHECK_PATIENCE_MS = 5000; // somebody waits for it, who can compare by themselves

/**
 * Takes the network for lost if there is no answer by then: on a connection that has died, browsers wait for minutes.
 * @template T @param {Promise<T>} request @param {number} [ms] @returns {Promise<T>}
 */
export function inTime(request, ms = PATIENCE_MS) {
  const late = new Promise((_, refuse) => setTimeout(() => refuse(new Problem(0, { code: "offline" })), ms));
  return Promise.race([request, /** @type {Promise<never>} */ (late)]);
}

/** @param {{ after?: string, limit?: number }} [more] `after`: the last card of the page before, while cramming */
export const loadQueue = (more) => inTime(api("GET", "/api/cards/queue", { query: { ...(scope.deck && { deck: scope.deck }), ...(scope.cram && { cram: true }), ...more } }));

/** Checks a response, and stores nothing. @param {string} card_id @param {any} response */
export const check = (card_id, response) => inTime(api("POST", "/api/cards/{card_id}/answers", { path: { card_id }, body: { response } }), CHECK_PATIENCE_MS);

/** @param {string} card_id */
export const readCard = (card_id) => inTime(api("GET", "/api/cards/{card_id}", { path: { card_id } }));

/** @param {string} card_id @param {import("../ui/api-types.js").VersionedCardChange} body */
export const change = (card_id, body) => api("PATCH", "/api/cards/{card_id}", { path: { card_id }, body });

/** Sends a grade, or takes one back. It may be sent again, as its key is known by then. @param {import("./outbox.js").Entry} entry @returns {Promise<Graded>} */
export const send = (entry) => inTime(entry.kind === "undo" ? takeBack(entry) : grade(entry));

/** @param {import("./outbox.js").Entry} entry */
async function grade({ key, card, rating, version: shown, after, response, is_cram, at, took_ms: took }) {
  const version = after === null ? shown : (await readCard(card)).version; // another tab has sent the grade before this one, and heard the version
  const took_ms = Math.min(took, limits.Grade.took_ms.maximum);
  const ago_ms = Math.min(Math.max(Date.now() - at, 0), limits.Grade.ago_ms.maximum);
  const body = { key, rating, version, took_ms, ago_ms, response: /** @type {any} */ (response), is_cram };
  return api("POST", "/api/cards/{card_id}/grades", { path: { card_id: card }, body });
}

/** @param {import("./outbox.js").Entry} entry @returns {Promise<Graded>} */
async function takeBack({ key, card }) {
  try {
    return await api("POST", "/api/cards/undo", { body: { key } });
  } catch (error) {
    if (!(error instanceof Problem && error.code === "no_such_review")) throw error;
    const today = await api("GET", "/api/cards/queue", { query: { limit: 0 } });
    return { ...today, key, card: await readCard(card) }; // it was taken back before: the answer was lost, or another tab has sent it
  }
}

/** Tells the server where the learner is, who has not chosen a time zone. @param {string} time_zone */
export const chooseZone = (time_zone) => inTime(api("PATCH", "/api/me/preferences", { body: { time_zone } }));
