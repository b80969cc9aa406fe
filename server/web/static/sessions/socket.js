/**
 * The WebSocket of a room. It sends the first message, reconnects by itself, and measures the offset to the room's clock.
 *
 *     const socket = connect(code, () => ({ type: "resume", token }), (event) => …);
 *     socket.send({ type: "answer", … });  // false without a connection; a `welcome` shows that there is one again
 *
 * @typedef {import("./room-state.js").ToClient} ToClient
 * @typedef {import("./room-state.js").LocalEvent} LocalEvent
 * @typedef {{ type: string, [field: string]: unknown }} Message
 */
import { FINAL_CODES } from "./close-codes.js";

// After these errors the first message is sent again a moment later.
export const PASSING = new Set(["unavailable", "rate_limited"]);
const HELLO_AGAIN_MS = 1_000;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 10_000;
const RATE_LIMITED_WAIT_MS = 5_000;
const HEARTBEAT_MS = 15_000;
const SILENCE_MS = 6_000;
const CLOCK_PINGS = 4;
const CLOCK_PING_MS = 300;

/** The wait before reconnecting: exponential backoff with full jitter, so that a class does not reconnect all at once. @param {number} tries @param {number} code */
export function waitBefore(tries, code = 0, random = Math.random) {
  const most = Math.min(FIRST_WAIT_MS * 2 ** tries, LONGEST_WAIT_MS);
  return (code === 4429 ? RATE_LIMITED_WAIT_MS : FIRST_WAIT_MS / 2) + random() * most;
}

/** @param {string} code @param {() => Message} hello @param {(event: ToClient | LocalEvent) => void} tell */
export function connect(code, hello, tell) {
  return new RoomSocket(code, hello, tell);
}

class RoomSocket {
  /** @type {WebSocket | null} */
  #socket = null;
  #tries = 0;
  #ended = false;
  #welcome = false; // whether one came on this connection
  #timers = { again: 0, hello: 0, beat: 0, silence: 0 };
  url = "";
  #shortest = Infinity; // the round trip from which the offset was computed

  /** @param {string} code @param {() => Message} hello @param {(event: ToClient | LocalEvent) => void} tell */
  constructor(code, hello, tell) {
    this.move(code);
    this.hello = hello;
    this.tell = tell;
    this.wake = this.wake.bind(this);
    for (const type of ["online", "pageshow", "focus"]) addEventListener(type, this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.#open();
  }

  /** Connects with another code from now on. @param {string} code */
  move(code) {
    this.url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/rooms/${encodeURIComponent(code)}`;
  }

  /** @param {Message} message */
  send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  close() {
    this.#ended = true;
    for (const type of ["online", "pageshow", "focus"]) removeEventListener(type, this.wake);
    document.removeEventListener("visibilitychange", this.wake);
    this.#stopTimers();
    this.#socket?.close();
  }

  /** Checks the connection at once after sleep or a change of the network, or reconnects without waiting. */
  wake() {
    if (this.#ended || document.hidden) return;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#ping();
    else if (this.#socket?.readyState !== WebSocket.CONNECTING) this.#open();
  }

  #open() {
    this.#stopTimers();
    const socket = new WebSocket(this.url, "kuis.v1");
    this.#socket = socket;
    this.#welcome = false;
    this.#timers.silence = setTimeout(() => this.#lost(socket, 0), LONGEST_WAIT_MS);
    socket.onopen = () => this.send(this.hello());
    socket.onmessage = ({ data }) => this.#socket === socket && this.#heard(JSON.parse(data));
    socket.onclose = (event) => this.#lost(socket, event.code);
  }

  /** @param {ToClient} event */
  #heard(event) {
    clearTimeout(this.#timers.silence);
    if (event.type === "welcome") this.#welcomed(event.room.now);
    if (event.type === "error" && !this.#welcome && PASSING.has(event.code)) this.#sayHelloAgain(event.retry_ms);
    if (event.type === "pong") this.#clock(event.sent_at, event.now);
    this.tell(event);
  }

  /** Sends the first message again after the server's delay, or a random one so that a class does not send all at once. @param {number} [after] */
  #sayHelloAgain(after = HELLO_AGAIN_MS * (1 + 2 * Math.random())) {
    clearTimeout(this.#timers.hello);
    this.#timers.hello = setTimeout(() => this.send(this.hello()), after);
  }

  /** @param {number} now */
  #welcomed(now) {
    this.#tries = 0;
    this.#welcome = true;
    if (this.#shortest === Infinity) this.tell({ type: "clock", offset: now - Date.now() });
    this.#shortest = Infinity; // the device's own clock may have changed while it slept
    for (let count = 0; count < CLOCK_PINGS; count += 1) setTimeout(() => this.#ping(), count * CLOCK_PING_MS);
    clearInterval(this.#timers.beat);
    this.#timers.beat = setInterval(() => this.#ping(), HEARTBEAT_MS);
  }

  /** Computes the offset to the room's clock from the shortest round trip, which is the most precise. @param {number} sentAt @param {number} now */
  #clock(sentAt, now) {
    const trip = Date.now() - sentAt;
    if (trip > this.#shortest) return;
    this.#shortest = trip;
    this.tell({ type: "clock", offset: Math.round(now + trip / 2 - Date.now()) });
  }

  #ping() {
    const socket = this.#socket;
    if (!socket || !this.send({ type: "ping", sent_at: Date.now() })) return;
    clearTimeout(this.#timers.silence);
    this.#timers.silence = setTimeout(() => this.#lost(socket, 0), SILENCE_MS);
  }

  /** @param {WebSocket} socket @param {number} code */
  #lost(socket, code) {
    if (this.#socket !== socket || this.#ended) return;
    this.#socket = null;
    socket.onclose = null;
    socket.close();
    this.#stopTimers();
    if (FINAL_CODES.has(code) && !this.#mayBeSomebodyElse(code)) {
      this.close();
      this.tell({ type: "link", link: "closed", code });
      return;
    }
    this.tell({ type: "link", link: "lost", code });
    this.#timers.again = setTimeout(() => this.#open(), waitBefore(this.#tries, code));
    this.#tries += 1;
  }

  /** Handles the end of a sign-in: a projector needs none, and the host's browser may have a new one. @param {number} code */
  #mayBeSomebodyElse(code) {
    return code === 4401 && this.#welcome && ["host", "watch"].includes(this.hello().type);
  }

  #stopTimers() {
    clearTimeout(this.#timers.again);
    clearTimeout(this.#timers.hello);
    clearTimeout(this.#timers.silence);
    clearInterval(this.#timers.beat);
  }
}
