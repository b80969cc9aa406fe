/**
 * The state of a page about its room, as a pure reducer: `reduce(state, event) → state`.
 *
 * `room` is the server's snapshot. An old one and an event give the same as a new snapshot (except `now`). The other fields
 * are known only to this page: the answer being sent, the connection, the clock.
 *
 * @typedef {import("./protocol.js").ToClient} ToClient
 * @typedef {import("./protocol.js").Room} Room
 * @typedef {import("./protocol.js").Question} Question
 * @typedef {import("./protocol.js").Place} Place
 * @typedef {import("./protocol.js").OwnStanding} OwnStanding
 * @typedef {import("./protocol.js").OwnResult} OwnResult
 * @typedef {import("./protocol.js").OwnPlace} OwnPlace
 * @typedef {import("./protocol.js").Person} Person
 * @typedef {string | boolean | number | string[]} Response
 * @typedef {{ question: number, response: Response, status: "sending" | "stored" | "refused", code?: string }} Mine
 * @typedef {"new" | "open" | "lost" | "closed"} Link
 * @typedef {{ type: "sent", question: number, response: Response }
 *   | { type: "link", link: Link, code?: number }
 *   | { type: "clock", offset: number }} LocalEvent
 * @typedef {{
 *   role: "player" | "host" | "watch" | null, player: Person | null, room: Room | null, mine: Mine | null,
 *   offset: number, link: Link, closed: number, refusal: string,
 * }} State
 */

/** @type {State} */
export const START = { role: null, player: null, room: null, mine: null, offset: 0, link: "new", closed: 0, refusal: "" };

/** @param {State} state @param {ToClient | LocalEvent} event @returns {State} */
export function reduce(state, event) {
  switch (event.type) {
    case "welcome":
      return welcomed(state, event);
    case "link":
      return { ...state, link: event.link, closed: event.code ?? 0 };
    case "clock":
      return { ...state, offset: event.offset };
    case "sent":
      return { ...state, refusal: "", mine: { question: event.question, response: event.response, status: "sending" } };
    case "answered":
      return answered(state, event.question);
    case "error":
      return refused(state, event);
    case "pong":
    case "kicked":
      return state;
    default:
      return moved(state, event);
  }
}

/** @param {State} state @param {Extract<ToClient, { type: "welcome" }>} event @returns {State} */
function welcomed(state, { role, player, room }) {
  const open = room.phase === "question" ? room.question?.question : undefined;
  const held = open !== undefined && room.you && "response" in room.you ? room.you.response : undefined;
  const kept = open !== undefined && state.mine?.question === open ? state.mine : null;
  /** @type {Mine | null} */
  const stored = open !== undefined && held != null ? { question: open, response: held, status: "stored" } : null;
  return { ...state, role, player: player ?? null, room, mine: stored ?? kept, link: "open", closed: 0, refusal: "" };
}

/** @param {State} state @param {number} question @returns {State} */
function answered(state, question) {
  const { mine, room } = state;
  if (!room || mine?.question !== question) return state;
  const you = /** @type {OwnStanding} */ (room.you);
  const { response } = mine;
  return { ...state, mine: { question, response, status: "stored" }, room: { ...room, you: { ...you, response } } };
}

// Temporary refusals, after which the answer is sent again. (Paused rooms answer `wrong_phase`.)
const PASSING = new Set(["rate_limited", "unavailable", "not_open_yet", "wrong_phase"]);

/** @param {State} state @param {Extract<ToClient, { type: "error" }>} event @returns {State} */
function refused(state, { code, on, question }) {
  if (question !== undefined && question !== (state.mine ?? state.room?.question)?.question) return state; // of the question before
  if (on !== "answer" || !state.mine) return { ...state, refusal: code };
  if (PASSING.has(code) || state.mine.status === "stored") return state;
  if (code === "bad_response") return { ...state, mine: null, refusal: code }; // the player can give another answer
  return { ...state, mine: { ...state.mine, status: "refused", code } };
}

/** @typedef {Exclude<ToClient, { type: "welcome" | "answered" | "error" | "pong" | "kicked" }>} RoomEvent */

/** @param {State} state @param {RoomEvent} event @returns {State} */
function moved(state, event) {
  if (!state.room) return state;
  const again = event.type === "question" && state.mine?.question === event.question;
  const next = event.type === "question" && !again ? { mine: null, refusal: "" } : {};
  return { ...state, ...next, room: after(state.room, event) };
}

/** The snapshot after an event. @param {Room} room @param {RoomEvent} event @returns {Room} */
export function after(room, event) {
  switch (event.type) {
    case "lobby":
      return { ...room, players: event.players, locked: event.locked, ...gathered(room, event) };
    case "question":
      return opened(room, event);
    case "code_changed":
      return { ...room, code: event.code };
    case "removed":
      return { ...room, removed: event.players };
    case "tally":
      return { ...room, players: event.players, answered: event.answered };
    case "extended":
    case "paused":
    case "unpaused":
      return timed(room, event);
    case "reveal":
      return revealed(room, event);
    case "shown":
      return { ...room, view: event.view };
    case "finished":
      return finished(room, event);
  }
}

/** @param {Room} room @param {Extract<ToClient, { type: "lobby" }>} event */
function gathered(room, { joined = [], left = [], absent = [] }) {
  if (!room.roster) return {};
  const moved = new Set([...left, ...joined.map((person) => person.id)]);
  const others = (/** @type {Person[]} */ people) => people.filter((person) => !moved.has(person.id));
  return { roster: [...others(room.roster), ...joined], absent: [...others(room.absent ?? []), ...absent] };
}

/** @param {Room} room @param {Extract<ToClient, { type: "question" }>} event @returns {Room} */
function opened(room, { type: _, now, ...question }) {
  const { reveal: _reveal, paused_at: _at, next_at: _next, view: _view, you, ...rest } = room;
  return {
    ...rest,
    phase: "question",
    paused: false,
    now,
    question,
    ...(rest.roster ? { answered: 0 } : {}),
    ...(you ? { you: own(you) } : {}),
  };
}

/** The part of a player's result that stays when the next question opens. @param {OwnStanding | OwnResult | OwnPlace} you @returns {OwnStanding} */
const own = (you) => ({ score: you.score, rank: you.rank, streak: "streak" in you ? you.streak : 0 });

/** @param {Room} room @param {Extract<ToClient, { type: "extended" | "paused" | "unpaused" }>} event @returns {Room} */
function timed(room, event) {
  const { opens_at, closes_at, now } = event;
  const at = { ...room, now, ...(room.question ? { question: { ...room.question, opens_at, closes_at } } : {}) };
  if (event.type === "extended") return at;
  if (event.type === "paused") return { ...at, paused: true, paused_at: event.paused_at };
  const { paused_at: _at, next_at: _next, ...rest } = at;
  return { ...rest, paused: false, ...(event.next_at === undefined ? {} : { next_at: event.next_at }) };
}

/** @param {Room} room @param {Extract<ToClient, { type: "reveal" }>} event @returns {Room} */
function revealed(room, { type: _, you, next_at, ...reveal }) {
  const { paused_at: _at, you: _before, ...rest } = room;
  return {
    ...rest,
    phase: "reveal",
    paused: false,
    reveal,
    ...(next_at === undefined ? {} : { next_at }),
    ...(rest.roster ? { answered: reveal.answered, view: /** @type {const} */ ("answer") } : {}),
    ...(you ? { you } : {}),
  };
}

/** @param {Room} room @param {Extract<ToClient, { type: "finished" }>} event @returns {Room} */
function finished(room, { type: _, you, ...ending }) {
  const { paused_at: _at, next_at: _next, question: _question, reveal: _reveal, answered: _answered, view: _view, you: _before, ...rest } = room;
  return { ...rest, phase: "finished", paused: false, finished: ending, ...(you ? { you } : {}) };
}
