/**
 * <year-calendar>: the last year as a square a day, darker the more was done, with a text alternative and a table of the months.
 *
 *     calendar.data = { title, today: "2026-11-22", counts: { "2026-11-21": 12 }, of: (n) => "12 reviews" };
 *
 * @typedef {{ title: string, today: string, counts: Record<string, number>, of: (n: number) => string }} Data
 */
import { number, t } from "../ui/boot.js";
import { region } from "../ui/dates.js";
import { html, render } from "../ui/html.js";

const DAY_MS = 86_400_000;
const [WEEKS, DAYS, CELL, HEAD] = [53, 7, 13, 16];
const SHADES = 4;
const utc = (/** @type {Intl.DateTimeFormatOptions} */ options) => new Intl.DateTimeFormat(region, { ...options, timeZone: "UTC" });
const [monthName, monthAndYear, whole] = [utc({ month: "short" }), utc({ month: "long", year: "numeric" }), utc({ dateStyle: "long" })];
const monday = (/** @type {number} */ ms) => (new Date(ms).getUTCDay() + DAYS - 1) % DAYS;

class YearCalendar extends HTMLElement {
  /** @param {Data} data */
  set data({ title, today, counts, of }) {
    const last = Date.parse(today);
    const first = last - (monday(last) + DAYS * (WEEKS - 1)) * DAY_MS;
    const most = Math.max(1, ...Object.values(counts));
    const days = Array.from({ length: (last - first) / DAY_MS + 1 }, (_, index) => {
      const ms = first + index * DAY_MS;
      return { ms, n: counts[new Date(ms).toISOString().slice(0, 10)] ?? 0, week: Math.floor(index / DAYS), day: index % DAYS };
    });
    const square = (/** @type {(typeof days)[number]} */ { ms, n, week, day }) =>
      html`<rect x="${week * CELL}" y="${HEAD + day * CELL}" width="${CELL - 2}" height="${CELL - 2}" rx="3" data-shade="${n && Math.ceil((n / most) * SHADES)}"><title>${whole.format(ms)}: ${of(n)}</title></rect>`;
    const months = days.filter(({ ms, day }) => day === 0 && new Date(ms).getUTCDate() <= DAYS);
    const name = (/** @type {(typeof days)[number]} */ { ms, week }) => html`<text x="${week * CELL}" y="${HEAD - 5}">${monthName.format(ms)}</text>`;
    render(
      this,
      html`<figure><div class="scroll" tabindex="0" role="group" aria-label="${title}"><svg viewBox="0 0 ${WEEKS * CELL} ${HEAD + DAYS * CELL}" role="img" aria-label="${title}">${months.map(name)}${days.map(square)}</svg></div>
        <details><summary class="small muted">${t("common.as_table")}</summary><table class="table"><caption class="visually-hidden">${title}</caption>
          <tbody>${byMonth(counts).map(([ms, n]) => html`<tr><th scope="row">${monthAndYear.format(ms)}</th><td class="number">${number(n)}</td></tr>`)}</tbody></table></details></figure>`,
    );
    const scroll = /** @type {HTMLElement} */ (this.querySelector(".scroll"));
    scroll.scrollLeft = document.documentElement.dir === "rtl" ? 0 : scroll.scrollWidth; // today is at the end
  }
}

/** @param {Record<string, number>} counts @returns {[number, number][]} the months with their sums, the latest first */
function byMonth(counts) {
  const sums = new Map();
  for (const [day, n] of Object.entries(counts)) sums.set(day.slice(0, 7), (sums.get(day.slice(0, 7)) ?? 0) + n);
  return [...sums].sort().reverse().map(([month, n]) => [Date.parse(`${month}-01`), n]);
}

customElements.define("year-calendar", YearCalendar);
