/** Formats dates, times and shares in the user's language, and times in their time zone. */
import { boot, t } from "./boot.js";
import { html } from "./html.js";
import { zone, zoneName } from "./zones.js";

// The order of day and month depends on the region, which only the browser knows.
export const region = navigator.languages.find((each) => each.split("-")[0] === boot.locale) ?? boot.locale;

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];
const relative = new Intl.RelativeTimeFormat(boot.locale, { numeric: "auto" });
/** @param {Intl.DateTimeFormatOptions} options */
const formatter = (options, timeZone = zone) => new Intl.DateTimeFormat(region, { ...options, timeZone });
const day = formatter({ dateStyle: "medium" });
export const moment = formatter({ dateStyle: "medium", timeStyle: "short" });
const wholeMoment = formatter({ dateStyle: "full", timeStyle: "short" });
const moments = /** @type {const} */ ({ year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
const zonedMoment = formatter({ ...moments, timeZoneName: "short" });
const LONG_AGO_MS = 14 * 86_400_000;

/** "2 days ago", or a date if it is longer ago. @param {string} iso */
export function ago(iso) {
  const at = new Date(iso);
  const by = at.getTime() - Date.now();
  const [unit, size] = UNITS.find(([, ms]) => Math.abs(by) >= ms) ?? ["minute", 0];
  const words = Math.abs(by) > LONG_AGO_MS ? day.format(at) : size ? relative.format(Math.round(by / size), unit) : t("common.just_now");
  return html`<time datetime="${iso}" title="${moment.format(at)}">${words}</time>`;
}

/** @param {string} iso */
export const at = (iso) => html`<time datetime="${iso}">${moment.format(new Date(iso))}</time>`;

/** A deadline, with its zone: others may live in another one. @param {string} iso */
export const due = (iso) => html`<time datetime="${iso}">${zonedMoment.format(new Date(iso))}</time>`;

/** The same in many words, for where the zone is written beside. @param {string} iso */
export const inFull = (iso) => html`<time datetime="${iso}">${wholeMoment.format(new Date(iso))}</time>`;

/** "Mon, 30 Nov, 18:00 (Asia/Jakarta)", what somebody typed. @param {number} ms @param {string} [timeZone] */
export function spelled(ms, timeZone = zone) {
  const options = /** @type {const} */ ({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  return `${formatter(options, timeZone).format(ms)} (${zoneName(timeZone)})`;
}

const time = formatter({ timeStyle: "short" });
const dayOfYear = formatter({ day: "numeric", month: "short" });

const HALF_A_YEAR_MS = 182 * 86_400_000;

/** The time if it is today, else the day, which needs its year if it is far away. @param {number} ms */
export function soon(ms) {
  const then = new Date(ms);
  const isToday = day.format(then) === day.format(new Date());
  const isFar = Math.abs(ms - Date.now()) > HALF_A_YEAR_MS;
  return html`<time datetime="${then.toISOString()}" title="${zonedMoment.format(then)}">${(isToday ? time : isFar ? day : dayOfYear).format(then)}</time>`;
}

const seconds = new Intl.NumberFormat(boot.locale, { maximumFractionDigits: 1 });

/** @param {number} ms */
export const duration = (ms) => t("common.seconds_short", { n: seconds.format(ms / 1000) });

const percent = new Intl.NumberFormat(boot.locale, { style: "percent", maximumFractionDigits: 0 });

/** @param {number} share 0..1 */
export const share = (share) => percent.format(share);
