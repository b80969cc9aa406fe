/** The time zone in which times are shown and entered, and times as `<input type="datetime-local">` has them. */
import { boot } from "./boot.js";

const DAY_MS = 24 * 60 * 60_000;

/** The one that the account has chosen, or else the browser's. Every page shows its times in it. */
export const zone = known(boot.time_zone) ?? Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A zone may be newer than the browser. @param {string | null | undefined} timeZone */
function known(timeZone) {
  try {
    return timeZone && new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/** "America/New York". @param {string} [timeZone] */
export const zoneName = (timeZone = zone) => timeZone.replaceAll("_", " ");

/** What clocks show there: "2026-11-29T23:59". @param {number} ms @param {string} [timeZone] */
export function wallTime(ms, timeZone = zone) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(ms);
  const of = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return `${of["year"]}-${of["month"]}-${of["day"]}T${of["hour"]}:${of["minute"]}`;
}

/**
 * The moment at which clocks there show this. Where clocks are put back and show it twice, the later one; where they are put forward and
 * never show it, as much later as they are put forward: a deadline is never earlier than it was typed.
 *
 * @param {string} local
 * @param {string} [timeZone]
 */
export function momentOf(local, timeZone = zone) {
  const wanted = Date.parse(`${local}Z`);
  const moments = [-DAY_MS, DAY_MS].map((away) => wanted - offset(wanted + away, timeZone));
  const shown = moments.filter((ms) => wallTime(ms, timeZone) === local);
  return Math.max(...(shown.length ? shown : moments));
}

/** How far clocks there are ahead of UTC. @param {number} ms @param {string} timeZone */
const offset = (ms, timeZone) => Date.parse(`${wallTime(ms, timeZone)}Z`) - ms;

/** In a week, a minute before midnight. @param {number} now */
export const inAWeek = (now) => `${wallTime(now + 7 * DAY_MS).slice(0, 10)}T23:59`;
