/**
 * Seats that somebody on this device took as a guest, and an account can claim for a day.
 *
 * Whoever presses the button at the end of the game and then signs up, or in, claims the seat. Otherwise a signed-in student is asked,
 * because several people may use the device.
 *
 * @typedef {{ token: string, title: string, nickname: string, at: number, wanted?: number }} Seat `at` is when it was over, `wanted` when the button was pressed
 */
import { Problem, api } from "../ui/api.js";
import { readLocal, writeLocal } from "./local-store.js";

const KEPT = "kuis.seats";
const DAY_MS = 24 * 3600 * 1000;
const MOST = 10;
const WANTED_MS = 30 * 60 * 1000;
const RECORDED_MS = 10 * 60 * 1000; // long after what was played is recorded; until then it may only be missing

/** The seats that can still be claimed, the latest first. @returns {Seat[]} */
export const seats = () => (readLocal(KEPT) ?? []).filter((/** @type {Seat} */ { at }) => at > Date.now() - DAY_MS);

/** @param {string} token */
const others = (token) => seats().filter((each) => each.token !== token);

/** Notes a seat when its game or attempt is over. @param {Omit<Seat, "at">} seat */
export function noteSeat(seat) {
  const known = seats().find(({ token }) => token === seat.token);
  writeLocal(KEPT, [{ ...known, ...seat, at: Date.now() }, ...others(seat.token)].slice(0, MOST));
}

/** Whoever signs in soon claims this seat. @param {string} token */
export const wantSeat = (token) => writeLocal(KEPT, seats().map((each) => (each.token === token ? { ...each, wanted: Date.now() } : each)));

/** @param {string} token */
export const dropSeat = (token) => writeLocal(KEPT, others(token));

/** Claims a seat, and returns whether it belongs to the account now. It is forgotten unless a later try may help. @param {Seat} seat */
export async function claimSeat({ token, at }) {
  try {
    await api("POST", "/api/me/claims", { body: { token } });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 409 || (error.status === 404 && at < Date.now() - RECORDED_MS)) dropSeat(token);
    return false;
  }
  dropSeat(token);
  return true;
}

/** @param {Seat} seat */
export const isWanted = ({ wanted = 0 }) => wanted > Date.now() - WANTED_MS;

/** Claims what was wanted before the sign-in, and returns the titles. */
export async function claimWanted() {
  const titles = [];
  for (const seat of seats()) if (isWanted(seat) && (await claimSeat(seat))) titles.push(seat.title);
  return titles;
}
