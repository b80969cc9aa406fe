/** Times in the teacher's time zone, as `<input type="datetime-local">` has them. */
import { api } from "../ui/api.js";
import { region } from "../ui/dates.js";

const DAY_MS = 24 * 60 * 60_000;

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

/**
 * The moment at which clocks there show this. Where clocks are put back and show it twice, the later one; where they are put forward and
 * never show it, as much later as they are put forward: a deadline is never earlier than it was typed.
 *
 * @param {string} local
 * @param {string} zone
 */
export function momentOf(local, zone) {
  const wanted = Date.parse(`${local}Z`);
  const moments = [-DAY_MS, DAY_MS].map((away) => wanted - offset(wanted + away, zone));
  const shown = moments.filter((ms) => wallTime(ms, zone) === local);
  return Math.max(...(shown.length ? shown : moments));
}

/** How far clocks there are ahead of UTC. @param {number} ms @param {string} zone */
const offset = (ms, zone) => Date.parse(`${wallTime(ms, zone)}Z`) - ms;

/** "Mon, 30 Nov, 18:00 (Asia/Jakarta)", in the language of the page. @param {number} ms @param {string} zone */
export function spelled(ms, zone) {
  const options = /** @type {const} */ ({ timeZone: zone, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  return `${new Intl.DateTimeFormat(region, options).format(ms)} (${zone.replaceAll("_", " ")})`;
}

/** In a week, a minute before midnight. @param {number} now @param {string} zone */
export const inAWeek = (now, zone) => `${wallTime(now + 7 * DAY_MS, zone).slice(0, 10)}T23:59`;
