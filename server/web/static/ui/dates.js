/** Formats dates, times and shares in the user's language. */
import { boot, t } from "./boot.js";
import { html } from "./html.js";

// The order of day and month depends on the region, which only the browser knows.
export const region = navigator.languages.find((each) => each.split("-")[0] === boot.locale) ?? boot.locale;

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];
const relative = new Intl.RelativeTimeFormat(boot.locale, { numeric: "auto" });
const day = new Intl.DateTimeFormat(region, { dateStyle: "medium" });
const moment = new Intl.DateTimeFormat(region, { dateStyle: "medium", timeStyle: "short" });
const LONG_AGO_MS = 14 * 86_400_000;

/** "2 days ago", or a date if it is longer ago. @param {string} iso */
export function ago(iso) {
  const at = new Date(iso);
  const by = at.getTime() - Date.now();
  const [unit, size] = UNITS.find(([, ms]) => Math.abs(by) >= ms) ?? ["minute", 0];
  const words = Math.abs(by) > LONG_AGO_MS ? day.format(at) : size ? relative.format(Math.round(by / size), unit) : t("common.just_now");
  return html`<time datetime="${iso}" title="${moment.format(at)}">${words}</time>`;
}

/** @param {string} iso @param {string} [timeZone] another than the browser's */
export function at(iso, timeZone) {
  const format = timeZone ? new Intl.DateTimeFormat(region, { dateStyle: "medium", timeStyle: "short", timeZone }) : moment;
  return html`<time datetime="${iso}">${format.format(new Date(iso))}</time>`;
}

const time = new Intl.DateTimeFormat(region, { timeStyle: "short" });
const dayOfYear = new Intl.DateTimeFormat(region, { day: "numeric", month: "short" });

/** The time if it is today, else the day. @param {number} ms */
export function soon(ms) {
  const then = new Date(ms);
  const isToday = then.toDateString() === new Date().toDateString();
  return html`<time datetime="${then.toISOString()}" title="${moment.format(then)}">${(isToday ? time : dayOfYear).format(then)}</time>`;
}

const seconds = new Intl.NumberFormat(boot.locale, { maximumFractionDigits: 1 });

/** @param {number} ms */
export const duration = (ms) => t("common.seconds_short", { n: seconds.format(ms / 1000) });

const percent = new Intl.NumberFormat(boot.locale, { style: "percent", maximumFractionDigits: 0 });

/** @param {number} share 0..1 */
export const share = (share) => percent.format(share);
