/** /play/{code}: a player's phone. The token is stored on the device, so the player can return after a reload or a lost network. */
import "../ui/countdown-ring.js";
import "../ui/site-switches.js";
import { keepAwake } from "../ui/wake-lock.js";
import { api } from "../ui/api.js";
import { boot } from "../ui/boot.js";
import { listen, render } from "../ui/html.js";
import { randomId } from "../ui/random-id.js";
import { ignoreClicksWhileSettling } from "../ui/second-clicks.js";
import { listenToAnswers } from "./answer-actions.js";
import { codeInAddress } from "./code-in-address.js";
import { fitQuestion } from "./fit.js";
import { joinForm, readRoom } from "./join-form.js";
import { getsCards } from "./keep-mistakes.js";
import { readLocal, writeLocal } from "./local-store.js";
import { view } from "./play-views.js";
import { START, reduce } from "./room-state.js";
import { noteSeat, wantSeat } from "./seat-claims.js";
import { PASSING, connect } from "./socket.js";

/** @typedef {import("./room-state.js").Response} Response */

const code = codeInAddress();
const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const refit = fitQuestion(root);
const STORAGE_KEYS = { token: `kuis.token.${code}`, sent: `kuis.sent.${code}`, draft: `kuis.draft.${code}`, key: `kuis.key.${code}`, nickname: "kuis.nickname", device: "kuis.device" };
const RESEND_MS = 2000;
const SETTLING_MS = 300;
const COUNT_MS = 4000;
const COUNT_SPREAD_MS = 12_000;

let state = START;
/** @type {{ question: number, value: Response } | null} */
let draft = readLocal(STORAGE_KEYS.draft);
/** @type {ReturnType<typeof connect> | null} */
let socket = null;
let elapsed = 0; // the time from opens_at to the tap
let redraw = 0;
/** The question whose controls are shown. @type {number | null} */
let asked = null;
let settling = 0; // until then taps are no answers, because they may have been meant for the screen before
let cards = 0; // made from this game
/** @type {{ nickname: string, problem: string, busy: boolean, room: import("./join-form.js").RoomInfo | null } | null} */
let form = null;

/** @param {import("./room-state.js").ToClient | import("./room-state.js").LocalEvent} event */
function hear(event) {
  const was = state;
  state = reduce(state, event);
  if (event.type === "welcome") welcomed(event);
  if (event.type === "kicked") writeLocal(STORAGE_KEYS.token, null);
  if (event.type === "link" && event.link === "lost" && form?.busy) form = { ...form, problem: form.problem || "offline" };
  if (event.type === "error" && was.link !== "open") return turnedAway(event.code, event.retry_ms);
  if (event.type === "link" && event.code === 4000) writeLocal(STORAGE_KEYS.token, null);
  if (event.type === "link" && event.code === 4401 && boot.user?.role === "student") writeLocal(STORAGE_KEYS.token, null); // the seat belongs to the account
  if (was.mine !== state.mine) writeLocal(STORAGE_KEYS.sent, state.mine);
  if (was.room?.phase !== "finished" && state.room?.phase === "finished") gameOver(state.room);
  draw();
}

/** What was missed becomes cards of an account; a guest can still get one. @param {import("./room-state.js").Room} room */
function gameOver({ title }) {
  const token = readLocal(STORAGE_KEYS.token);
  if (!boot.user && token) noteSeat({ token, title, nickname: state.player?.nickname ?? "" });
  if (getsCards()) setTimeout(countCards, COUNT_MS + Math.random() * COUNT_SPREAD_MS);
}

/** Asks how many cards the game made, until it is recorded. Not all players ask in the same moment. @param {number} [tries] */
async function countCards(tries = 3) {
  const { items } = await api("GET", "/api/me/history", { query: { page_size: 1 } }).catch(() => ({ items: [] }));
  const last = items[0];
  if (last?.code === code && last.cards) {
    cards = last.cards;
    draw();
  } else if (tries > 1) setTimeout(countCards, COUNT_MS, tries - 1);
}

/** @param {Extract<import("./room-state.js").ToClient, { type: "welcome" }>} event */
function welcomed({ token }) {
  form = null;
  if (token) writeLocal(STORAGE_KEYS.token, token);
  writeLocal(STORAGE_KEYS.key, null);
  recall();
  send();
}

/** Sends an answer again that had no response when the page was closed. */
function recall() {
  const sent = readLocal(STORAGE_KEYS.sent);
  const question = state.room?.phase === "question" ? state.room.question?.question : undefined;
  if (!state.mine && sent?.status === "sending" && sent.question === question) state = reduce(state, { ...sent, type: "sent" });
}

/**
 * Handles a refused join or resume: shows the form with the reason. If the server only needs a moment, the socket retries. A token
 * that the room does not know is from an earlier game with the same code.
 * @param {string} reason
 * @param {number} [retryMs] set if too many players are joining
 */
function turnedAway(reason, retryMs) {
  if (PASSING.has(reason)) {
    if (form) form = { ...form, problem: retryMs ? "crowded" : reason };
    return draw();
  }
  socket?.close();
  socket = null;
  writeLocal(STORAGE_KEYS.token, null);
  state = START;
  void ask({ problem: { not_joined: "", wrong_phase: "begun" }[reason] ?? reason, nickname: form?.nickname });
}

/** @param {{ problem?: string, nickname?: string | undefined }} [why] */
async function ask({ problem = "", nickname = usualName() } = {}) {
  form = { nickname, problem, busy: false, room: form?.room ?? null };
  draw();
  const room = await readRoom(code);
  if ("mode" in room && room.mode === "self_paced") return location.replace(`/homework/${code}`);
  if (form) form = { ...form, room };
  draw();
  if (problem) document.getElementById("nickname")?.focus();
}

/** The name of the last game, or of the account. */
const usualName = () => readLocal(STORAGE_KEYS.nickname) ?? boot.user?.full_name.slice(0, 24) ?? "";

/** @param {string} nickname */
function join(nickname) {
  form = { problem: "", room: null, ...form, nickname, busy: true };
  draw();
  socket?.close();
  const known = () => readLocal(STORAGE_KEYS.token);
  socket = connect(code, () => hello(known(), nickname), hear);
}

/** @param {string | null} token @param {string} nickname */
const hello = (token, nickname) => (token ? { type: "resume", token } : { type: "join", nickname, key: joinKey(), device: device() });

/** The key of this join. It is kept until the welcome, so that a repeated join gets the same seat. @returns {string} */
function joinKey() {
  const key = readLocal(STORAGE_KEYS.key) ?? randomId();
  writeLocal(STORAGE_KEYS.key, key);
  return key;
}

/** The random name of this device, by which a room recognises a removed player. @returns {string} */
function device() {
  const id = readLocal(STORAGE_KEYS.device) ?? randomId();
  writeLocal(STORAGE_KEYS.device, id);
  return id;
}

/** @param {Response} response */
function answer(response) {
  const question = state.room?.question;
  if (!question || state.mine || !isOpen()) return;
  elapsed = Math.max(0, Math.round(Date.now() + state.offset - question.opens_at));
  hear({ type: "sent", question: question.question, response });
  send();
}

function isOpen() {
  const { room, offset } = state;
  const now = Date.now() + offset;
  return room?.phase === "question" && !room.paused && room.question && now >= room.question.opens_at && now < room.question.closes_at;
}

/** Sends the answer, again and again until it is `answered` or refused; a repeated response is no error. */
function send() {
  const { mine, room } = state;
  if (mine?.status !== "sending" || room?.phase !== "question" || room.paused) return;
  socket?.send({ type: "answer", question: mine.question, response: mine.response, ...(elapsed ? { elapsed_ms: elapsed } : {}) });
}
setInterval(send, RESEND_MS);

/** @param {Response} value */
function drafted(value) {
  const question = state.room?.question?.question ?? -1;
  draft = { question, value };
  writeLocal(STORAGE_KEYS.draft, draft);
  draw();
}

/** The response to the open question as composed so far. */
function current() {
  return draft && draft.question === state.room?.question?.question ? draft.value : null;
}

function draw() {
  const now = Date.now() + state.offset;
  settle(now);
  render(root, form && !state.room && state.link !== "closed" ? joinForm(form, code) : view({ state, draft: current(), now, code, cards, isSettling: settling > 0 }));
  refit();
  later(now);
}

/** @param {number} now */
function settle(now) {
  const { room } = state;
  const shown = room?.phase === "question" && room.question && (room.paused || now >= room.question.opens_at) ? room.question.question : null;
  if (shown === asked) return;
  asked = shown;
  clearTimeout(settling);
  settling = setTimeout(() => {
    settling = 0;
    draw();
  }, SETTLING_MS);
}

/** Draws again when the open question opens or closes on the room's clock. @param {number} now */
function later(now) {
  clearTimeout(redraw);
  const open = state.room?.phase === "question" ? state.room.question : null;
  const next = open ? [open.opens_at, open.closes_at].find((at) => at > now) : undefined;
  if (next !== undefined) redraw = setTimeout(draw, next - now + 5);
}

ignoreClicksWhileSettling(root);
listen(root, "click", {
  here: () => {
    hear({ type: "link", link: "lost" });
    join("");
  },
  keepSeat: () => wantSeat(readLocal(STORAGE_KEYS.token)),
});
listen(root, "submit", {
  join: (element, event) => {
    event.preventDefault();
    const nickname = String(new FormData(element).get("nickname") ?? "").trim();
    if (nickname) writeLocal(STORAGE_KEYS.nickname, nickname);
    join(nickname);
  },
});
listenToAnswers(root, () => ({ question: state.room?.question, draft: current(), isOpen: !state.mine && Boolean(isOpen()) }), drafted, answer);
keepAwake();
addEventListener("keydown", (event) => {
  const tiles = /** @type {HTMLButtonElement[]} */ ([...root.querySelectorAll(".tile")]);
  const index = event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey ? -1 : "12345678".indexOf(event.key);
  tiles[index]?.click();
});

document.title = `${code} · ${document.title}`;
if (readLocal(STORAGE_KEYS.token)) join("");
else void ask();
