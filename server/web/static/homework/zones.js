/** Times in the teacher's time zone, as `<input type="datetime-local">` has them. */
import { api } from "../ui/api.js";

const MINUTE_MS = 60_000;

/** The zone of the account's preferences, or else the browser's. */
export async function ownZone() {
  const { time_zone } = await api("GET", "/api/me/preferences");
  return time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** What clocks show there: "2026-11-29T23:59". @param {number} ms @param {string} zone */
export function wallTime(ms, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(ms);
  const of = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return `${of["year"]}-${of["month"]}-${of["day"]}T${of["hour"]}:${of["minute"]}`;
}

/** The moment at which clocks there show this. Where clocks are put back, the later one. @param {string} local @param {string} zone */
export function momentOf(local, zone) {
  const wanted = Date.parse(`${local}Z`);
  let ms = wanted;
  for (let step = 0; step < 2; step += 1) ms += wanted - Date.parse(`${wallTime(ms, zone)}Z`);
  return Math.round(ms / MINUTE_MS) * MINUTE_MS;
}

/** In a week, a minute before midnight. @param {number} now @param {string} zone */
export const inAWeek = (now, zone) => `${wallTime(now + 7 * 24 * 60 * MINUTE_MS, zone).slice(0, 10)}T23:59`;
