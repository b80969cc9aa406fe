/**
 * The common part of host and projector: the connection, redraws by the clock, the two steps of the leaderboard, confetti.
 * The room decides whether the answer or the places are shown, so that all screens show the same.
 *
 *     const page = openClassScreen({ code, hello, draw: (state, { board }) => markup });
 */
import "../ui/count-up.js";
import "../ui/countdown-ring.js";
import "../ui/qr-box.js";
import { keepAwake } from "../ui/wake-lock.js";
import { render } from "../ui/html.js";
import { confetti } from "./confetti.js";
import { fit } from "./fit.js";
import { START, reduce } from "./room-state.js";
import { connect } from "./socket.js";

/**
 * @typedef {import("./room-state.js").State} State
 * @typedef {"off" | "old" | "new"} Board
 * @typedef {import("./room-state.js").ToClient | import("./room-state.js").LocalEvent} Event
 * @typedef {{ code: string, hello: () => import("./socket.js").Message,
 *   draw: (state: State, screen: { board: Board }, now: number) => import("../ui/html.js").Markup, heard?: (state: State, was: State, event: Event) => void }} Options
 */

const OLD_PLACES_MS = 900;
const LARGEST = -4; // the step of `fit` for the fewest and shortest words
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/** @param {HTMLElement} root @param {Options} options */
export function openClassScreen(root, { code, hello, draw, heard }) {
  let state = START;
  /** @type {Board} */
  let board = "off";
  const timers = { redraw: 0, board: 0 };

  const show = () => {
    const now = Date.now() + state.offset;
    const places = tops(root);
    render(root, draw(state, { board }, now));
    glide(root, places);
    fit(root.querySelector(".lobby"));
    fit(root.querySelector(".open-question, .revealed"), LARGEST);
    clearTimeout(timers.redraw);
    const { question, next_at } = state.room ?? {};
    const next = [question?.opens_at, question?.closes_at, next_at].find((at) => at !== undefined && at > now);
    if (next) timers.redraw = setTimeout(show, next - now + 5);
  };

  /** @param {State} was */
  const turned = (was) => {
    const [now, then] = [state.room, was.room];
    if (showsPlaces(now) !== showsPlaces(then)) setBoard(!showsPlaces(now) ? "off" : then?.phase === "reveal" ? "old" : "new");
    if (now?.finished?.podium.length && then && then.phase !== "finished" && !CALM.matches) confetti();
  };

  /** Shows the former places for a moment, and then the present ones. @param {Board} next */
  const setBoard = (next) => {
    clearTimeout(timers.board);
    board = next;
    if (next !== "old") return;
    timers.board = setTimeout(() => {
      board = "new";
      show();
    }, CALM.matches ? 0 : OLD_PLACES_MS);
  };

  const socket = connect(code, hello, (event) => {
    const was = state;
    state = reduce(state, event);
    turned(was);
    if (state.room && state.room.code !== was.room?.code) socket.move(state.room.code);
    heard?.(state, was, event);
    show();
  });
  addEventListener("resize", show);
  // A picture that cannot be loaded is hidden, so that the choices get its place.
  root.addEventListener("error", ({ target }) => target instanceof HTMLImageElement && target.style.setProperty("display", "none"), true);
  keepAwake();
  return { socket, show, state: () => state };
}

/** @param {import("./room-state.js").Room | null} room */
const showsPlaces = (room) => room?.phase === "reveal" && room.view === "places";

/** The positions of the rows of the leaderboard. @param {HTMLElement} root */
const tops = (root) => new Map([...root.querySelectorAll(".places > li")].map((row) => [row.getAttribute("data-key"), row.getBoundingClientRect().top]));

/** Animates the rows from their former positions. @param {HTMLElement} root @param {Map<string | null, number>} places */
function glide(root, places) {
  if (CALM.matches) return;
  for (const row of root.querySelectorAll(".places > li")) {
    const by = (places.get(row.getAttribute("data-key")) ?? NaN) - row.getBoundingClientRect().top;
    if (by) row.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: 600, easing: "cubic-bezier(0.2, 0.8, 0.2, 1)" });
  }
}
