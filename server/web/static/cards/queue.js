/**
 * A review session on this device, as pure functions from state to state. It goes on without the network: grades are
 * counted here at once, and the server's answers correct what was assumed.
 *
 * A card that was graded here before the server has answered has no version yet: `after` names the entry of the outbox
 * whose answer will tell it.
 *
 * @typedef {import("./requests.js").Card} Card
 * @typedef {import("./requests.js").Rating} Rating
 * @typedef {import("./requests.js").Progress} Progress
 * @typedef {import("./outbox.js").Entry} Entry
 * @typedef {Card & { read_at: number, after?: string, is_stale?: boolean, show_at?: number }} OwnCard
 *   `read_at`: the server's time when it told the intervals; `is_stale`: it was graded here, so that its intervals are unknown; `show_at`: when its learning step ends, on this device's clock
 * @typedef {{ key: string, card: OwnCard, rating: Rating, took_ms: number }} Step a grade that can be undone, with the card as before
 * @typedef {{ id: string, kind: "grade" | "undo", title: string, rating: Rating, code: string }} Refused
 * @typedef {{ answers: number, known: number, took_ms: number }} Sums
 * @typedef {Progress & {
 *   scope: string, day: string, day_ends_at: string, has_cards: boolean, loaded_at: number, offset: number,
 *   queue: OwnCard[], waiting: OwnCard[], steps: Step[], earlier: Sums, refused: Refused[], last: string | null, more: boolean,
 * }} Session `offset`: the server's clock minus this device's; `earlier`: of steps that are not here any more; `last`: the card after which the next page of a deck begins; `more`: whether there is one
 */
import { forPhone, isUploaded } from "../sessions/picture.js";
import { limits } from "../ui/limits.js";

/** @type {Rating[]} */
export const RATINGS = ["again", "hard", "good", "easy"];
const STEPS_OF = /** @type {const} */ ({ new: "new", learning: "learning", relearning: "learning", review: "review" });

/** @param {Card} card @param {number} read_at @returns {OwnCard} */
const own = (card, read_at) => ({ ...card, read_at });

/**
 * The queue as the server has it, with what this device knows beyond it: learning steps that have not ended, and the cards in `ours`,
 * which were graded or changed here after the server had read the queue. It lists steps that end soon, too; they wait here.
 * @param {Session | null} old @param {import("./requests.js").Queue} fresh @param {Set<string>} ours @param {string} scope @param {number} now @returns {Session}
 */
export function loaded(old, fresh, ours, scope, now) {
  const { cards, now: theirs, ...progress } = fresh;
  const read_at = Date.parse(theirs);
  const offset = read_at - now;
  const same = old?.scope === scope && old.day === fresh.day ? old : null;
  const listed = new Map(cards.filter(({ id }) => !ours.has(id)).map((card) => [card.id, own(card, read_at)]));
  const comes = (/** @type {OwnCard} */ { id, show_at, after }) => show_at && !after && fresh.next_learning_at && !listed.has(id) && !fresh.held_back.includes(id);
  const stays = (/** @type {OwnCard} */ card) => ours.has(card.id) || comes(card);
  const [later, due] = parted([...listed.values()], (card) => isStep(card) && shownAt(offset, card) > now);
  return {
    ...progress,
    ...(same && ours.size > 0 && { counts: same.counts, done: same.done }),
    scope,
    offset,
    loaded_at: now,
    queue: [...(same?.queue.filter(stays) ?? []), ...due],
    waiting: [...(same?.waiting.filter(stays) ?? []), ...later.map((card) => ({ ...card, show_at: shownAt(offset, card) }))],
    steps: same?.steps ?? [],
    earlier: same?.earlier ?? NOTHING,
    refused: old?.refused ?? [],
    ...ended(cards),
  };
}

/** Where a page of cards ends. @param {Card[]} cards */
const ended = (cards) => ({ last: cards.at(-1)?.id ?? null, more: cards.length >= limits.readCardQueue.limit.default });

/** @type {Sums} */
const NOTHING = { answers: 0, known: 0, took_ms: 0 };

/** What was done in this session. @param {Pick<Session, "steps" | "earlier">} session @returns {Sums} */
export const sums = ({ steps, earlier }) => ({
  answers: earlier.answers + steps.length,
  known: earlier.known + steps.filter(({ rating }) => rating !== "again").length,
  took_ms: steps.reduce((sum, { took_ms }) => sum + took_ms, earlier.took_ms),
});

/** The session as it is stored at each change: steps have their cards with them, and a long session thousands of steps. @param {Session} session @returns {Session} */
export function shortened(session) {
  const { steps, earlier } = session;
  return { ...session, steps: steps.slice(-STEPS_STORED), earlier: sums({ steps: steps.slice(0, -STEPS_STORED), earlier }) };
}

const STEPS_STORED = 100;

/** The addresses of the pictures of all cards that may be shown. @param {Session} session */
export const pictures = ({ queue, waiting, steps }) =>
  [...queue, ...waiting, ...steps.slice(-STEPS_STORED).map(({ card }) => card)]
    .flatMap(({ question, note }) => [question?.media, ...(question?.choices ?? []).map(({ media }) => media), note?.front_media, note?.back_media])
    .flatMap((each) => (each && isUploaded(each) ? [forPhone(each)] : []));

/** A deck that is crammed goes on where it was, without cards that are held back by now. @param {Session} session @param {import("./requests.js").Queue} fresh @param {number} now @returns {Session} */
export const resumed = (session, { held_back }, now) => ({ ...session, held_back, loaded_at: now, queue: session.queue.filter(({ id }) => !held_back.includes(id)) });

/** The next cards of a deck that is crammed. @param {Session} session @param {import("./requests.js").Queue} page @returns {Session} */
export const extended = (session, { cards, now }) => ({ ...session, queue: [...session.queue, ...cards.map((card) => own(card, Date.parse(now)))], ...ended(cards) });

/** @template T @param {T[]} list @param {(each: T) => boolean} test @returns {[T[], T[]]} those for which it is true, and the others */
const parted = (list, test) => [list.filter(test), list.filter((each) => !test(each))];

/** The card to show: a learning step that has ended, else the first of the queue. @param {Session} session @param {number} now @returns {OwnCard | null} */
export function next({ queue, waiting }, now) {
  const first = soonest(waiting);
  return first && (first.show_at ?? 0) <= now ? first : (queue[0] ?? null);
}

/** The learning card whose step ends first. @param {OwnCard[]} waiting @returns {OwnCard | null} */
export const soonest = (waiting) => waiting.reduce((/** @type {OwnCard | null} */ best, card) => (best && (best.show_at ?? 0) <= (card.show_at ?? 0) ? best : card), null);

/** @param {Session} session @param {string} id @returns {OwnCard | null} */
export const find = ({ queue, waiting }, id) => [...queue, ...waiting].find((card) => card.id === id) ?? null;

/** @param {Session} session @param {string} id @returns {Session} */
export const without = (session, id) => ({ ...session, queue: session.queue.filter((card) => card.id !== id), waiting: session.waiting.filter((card) => card.id !== id) });

/** How long a rating puts the card away, in ms; 0 if it is a matter of days. @param {OwnCard} card @param {Rating} rating */
export function stepMs({ intervals, read_at }, rating) {
  const { days, due_at } = intervals[rating];
  return days > 0 ? 0 : Math.max(Date.parse(due_at) - read_at, 0);
}

/**
 * A card was graded: the next one is shown at once. One that has failed while cramming comes again at the end.
 * @param {Session} session @param {OwnCard} card @param {{ key: string, rating: Rating, took_ms: number, is_cram: boolean }} grade @param {number} now @returns {Session}
 */
export function graded(session, card, { key, rating, took_ms, is_cram }, now) {
  const again = isAgain(card, rating, is_cram);
  const { queue, waiting, ...rest } = without(session, card.id);
  const later = { ...card, after: key, is_stale: true, state: stateAfter(card), show_at: now + (card.is_stale ? STEP_MS : stepMs(card, rating)) };
  return {
    ...rest,
    queue: again && is_cram ? [...queue, card] : queue,
    waiting: again && !is_cram ? [...waiting, later] : waiting,
    steps: [...session.steps, { key, card, rating, took_ms }],
    counts: is_cram ? session.counts : moved(session.counts, card, again, 1),
    done: is_cram ? session.done : doneWith(session.done, card, took_ms, 1),
  };
}

/** Whether the card comes again today. @param {OwnCard} card @param {Rating} rating @param {boolean} is_cram */
function isAgain(card, rating, is_cram) {
  if (is_cram) return rating === "again";
  return card.is_stale ? rating === "again" || rating === "hard" : card.intervals[rating].days === 0;
}

const STEP_MS = 60_000; // without the server nobody knows how long the next step of a card is

/** @param {Card} card @returns {Card["state"]} */
const stateAfter = ({ state }) => (state === "review" || state === "relearning" ? "relearning" : "learning");

/** @param {Progress["counts"]} counts @param {Card} card @param {boolean} again @param {1 | -1} by @returns {Progress["counts"]} */
function moved(counts, card, again, by) {
  const from = STEPS_OF[card.state];
  const left = { ...counts, [from]: Math.max(counts[from] - by, 0) };
  return again ? { ...left, learning: Math.max(left.learning + by, 0) } : left;
}

/** @param {Progress["done"]} done @param {Card} card @param {number} took_ms @param {1 | -1} by @returns {Progress["done"]} */
const doneWith = (done, { state }, took_ms, by) => ({
  new: done.new + (state === "new" ? by : 0),
  reviews: done.reviews + (state === "review" ? by : 0),
  took_ms: done.took_ms + by * took_ms,
});

/** The last grade taken back: its card is the next one. `after`: the entry that tells the server, if it must be told. @param {Session} session @param {boolean} is_cram @param {string} [after] @returns {Session} */
export function undone(session, is_cram, after) {
  const step = session.steps.at(-1);
  if (!step) return session;
  const { card, took_ms } = step;
  const again = find(session, card.id) !== null;
  const rest = without(session, card.id);
  const { show_at: _, ...back } = card;
  return {
    ...rest,
    queue: [after ? { ...back, after } : back, ...rest.queue],
    steps: session.steps.slice(0, -1),
    counts: is_cram ? session.counts : moved(session.counts, card, again, -1),
    done: is_cram ? session.done : doneWith(session.done, card, took_ms, -1),
  };
}

/**
 * What the server answered to an entry. `unsent`: the entries that are left; without any, the server's counts are the truth.
 * @param {Session} session @param {Entry} entry @param {import("./requests.js").Graded} answer @param {Entry[]} unsent @param {number} now @returns {Session}
 */
export function confirmed(session, { id, kind, is_cram }, { card, counts, done, streak, held_back, next_due_at, next_learning_at }, unsent, now) {
  const newer = own(card, now + session.offset);
  const fresh = (/** @type {OwnCard} */ old) => (old.after === id ? { ...newer, ...(old.show_at && { show_at: shownAt(session.offset, newer) }) } : old);
  const isKnown = find(session, newer.id) !== null || unsent.some((each) => each.card === newer.id);
  const comesAgain = kind === "grade" && !is_cram && !isKnown && isStep(newer) && isAsked(newer);
  const waiting = session.waiting.map(fresh).filter((each) => isAsked(each) && (each.is_stale || isStep(each)));
  return {
    ...session,
    ...(unsent.length === 0 && { done, streak, held_back, ...(session.scope === "" && { counts, next_due_at, next_learning_at }) }), // these are of all decks
    queue: session.queue.map(fresh).filter(isAsked),
    waiting: comesAgain ? [...waiting, { ...newer, show_at: shownAt(session.offset, newer) }] : waiting,
    steps: session.steps.map((step) => ({ ...step, card: fresh(step.card) })),
  };
}

/** @param {Card} card */
const isStep = ({ state }) => state === "learning" || state === "relearning";

/** Not while a game or a homework asks the same. @param {Card} card */
export const isAsked = ({ is_held_back }) => !is_held_back;

/** @param {number} offset @param {Card} card */
const shownAt = (offset, { due_at }) => Date.parse(due_at ?? "") - offset;

/** A grade or an undo that the server refused, and all that was built on it. @param {Session} session @param {Entry} entry @param {string[]} ids of the entries that go with it @param {string} code @param {Card | null} newer the card as it is now, if it is still due @param {number} now @returns {Session} */
export function refused(session, entry, ids, code, newer, now) {
  const gone = new Set(ids);
  const rest = without(session, entry.card);
  const { id, kind, title, rating } = entry;
  return {
    ...rest,
    queue: newer ? [own(newer, now + session.offset), ...rest.queue] : rest.queue,
    steps: session.steps.filter(({ key }) => !gone.has(key)),
    refused: [...session.refused, { id, kind, title, rating, code }],
  };
}

/** The card was changed on the server, but is still to be reviewed. @param {Session} session @param {Card} newer @param {number} now @returns {Session} */
export function changed(session, newer, now) {
  const fresh = (/** @type {OwnCard} */ old) => (old.id === newer.id ? { ...old, ...own(newer, now + session.offset) } : old);
  return { ...session, queue: session.queue.map(fresh).filter(isAsked), waiting: session.waiting.map(fresh).filter(isAsked) };
}

/** The card is not to be reviewed today any more. @param {Session} session @param {string} id @returns {Session} */
export function removed(session, id) {
  const card = find(session, id);
  return card ? { ...without(session, id), counts: moved(session.counts, card, false, 1) } : session;
}

/** What is left today. @param {Progress["counts"]} counts */
export const left = ({ learning, review, new: fresh }) => learning + review + fresh;

/** How many cards can be reviewed without the network. @param {Session} session */
export const onDevice = ({ queue, waiting }) => queue.length + waiting.length;

/** Whether the server has more for today than is on this device. @param {Session} session */
export const hasMore = (session) => left(session.counts) > onDevice(session);

/** When the next learning step ends, on this device's clock. @param {Session} session @returns {number | null} */
export const stepEndsAt = ({ waiting, next_learning_at, offset }) => soonest(waiting)?.show_at ?? (next_learning_at ? Date.parse(next_learning_at) - offset : null);

/** When the learner's day ends, on this device's clock: other cards are due then, and intervals are others. @param {Session} session */
export const dayEndsAt = ({ day_ends_at, offset }) => Date.parse(day_ends_at) - offset;
