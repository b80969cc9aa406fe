/**
 * <item-scatter>: questions by difficulty (the share of right answers) and discrimination, as a picture with a title, a text
 * alternative and a table of all figures behind it.
 *
 *     scatter.items = [{ label: "3", stem: "…", statistics }];
 */
import { number, t, tn } from "../ui/boot.js";
import { duration, share } from "../ui/dates.js";
import { html, render } from "../ui/html.js";
import { advised, decimal, isBad } from "./item-statistics.js";

/** @typedef {import("./item-statistics.js").Statistics} Statistics */
/** @typedef {{ label: string, stem: string, statistics: Statistics }} Item */

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT] = [640, 340, 84, 36, 18, 60];
const LOWEST = -0.5;
const GOOD = 0.3;
const RADIUS = 13;

class ItemScatter extends HTMLElement {
  /** @param {Item[]} items */
  set items(items) {
    const placed = items.filter(({ statistics }) => statistics.correct_share !== null && statistics.discrimination !== null);
    const least = placed.some(({ statistics }) => (statistics.discrimination ?? 0) < LOWEST) ? -1 : LOWEST;
    const bad = placed.filter(({ statistics }) => isBad(statistics)).length;
    const alternative = `${tn("item.picture_alt", placed.length)} ${tn("item.picture_bad", bad)}`;
    render(this, html`<figure>${placed.length > 0 && picture(placed, least, alternative)}
      ${placed.length < items.length && html`<p class="muted small" data-key="unplaced">${tn("item.unplaced", items.length - placed.length)}</p>`}
      <details data-key="table"><summary class="small muted">${t("common.as_table")}</summary>${table(items, alternative)}</details></figure>`);
  }
}
customElements.define("item-scatter", ItemScatter);

/** @param {number} share */
const across = (share) => LEFT + share * (WIDTH - LEFT - RIGHT);

/** @param {Item[]} items @param {number} least @param {string} alternative */
function picture(items, least, alternative) {
  const down = (/** @type {number} */ value) => TOP + ((1 - value) / (1 - least)) * (HEIGHT - TOP - FOOT);
  const rows = [least, 0, GOOD, 1].map((value) => html`<line class="${value === 0 ? "zero" : "grid"}" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${down(value)}" y2="${down(value)}" />
    <text x="${LEFT - 8}" y="${down(value) + 5}" text-anchor="end">${decimal(value)}</text>`);
  const columns = [0, 0.25, 0.5, 0.75, 1].map((value) => html`<text x="${across(value)}" y="${HEIGHT - FOOT + 22}" text-anchor="middle">${share(value)}</text>`);
  return html`<svg data-key="picture" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${alternative}">
    <rect class="below" x="${LEFT}" y="${down(0)}" width="${WIDTH - LEFT - RIGHT}" height="${down(least) - down(0)}" />${rows}${columns}
    <text class="axis" x="${across(0.5)}" y="${HEIGHT - 8}" text-anchor="middle">${t("item.axis_right")}</text>
    <text class="axis" x="20" y="${(HEIGHT - FOOT + TOP) / 2}" text-anchor="middle" transform="rotate(-90 20 ${(HEIGHT - FOOT + TOP) / 2})">${t("item.discrimination")}</text>
    ${items.map(({ label, stem, statistics }) => {
      const [x, y] = [across(statistics.correct_share ?? 0), down(statistics.discrimination ?? 0)];
      return html`<g class="${isBad(statistics) ? "bad" : statistics.advice.includes("too_few") ? "few" : "good"}"><title>${stem}</title>
        <circle cx="${x}" cy="${y}" r="${RADIUS}" /><text class="mark" x="${x}" y="${y + 5}" text-anchor="middle">${label}</text></g>`;
    })}
  </svg>`;
}

/** @param {Item[]} items @param {string} caption */
const table = (items, caption) => html`<div class="item-table" tabindex="0" role="region" aria-label="${caption}"><table class="table"><caption class="visually-hidden">${caption}</caption>
  <thead><tr><th scope="col">${t("item.question")}</th>${["asked", "answers", "right", "discrimination", "median"].map((name) => html`<th scope="col" class="number">${t(`item.${name}`)}</th>`)}
    <th scope="col">${t("item.wrong")}</th><th scope="col">${t("item.advice")}</th></tr></thead>
  <tbody>${items.map(row)}</tbody></table></div>`;

/** @param {Item} item */
const row = ({ label, stem, statistics: { asked, answers, correct_share, discrimination, median_ms, wrong_text, wrong_times, advice } }) => html`<tr>
  <th scope="row" dir="auto">${label} ${stem}</th><td class="number">${number(asked)}</td><td class="number">${number(answers)}</td>
  <td class="number">${correct_share === null ? "–" : share(correct_share)}</td><td class="number">${discrimination === null ? "–" : decimal(discrimination)}</td>
  <td class="number">${median_ms === null ? "–" : duration(median_ms)}</td><td dir="auto">${wrong_text === null ? "–" : html`${wrong_text} (${number(wrong_times ?? 0)})`}</td>
  <td>${advice.map(advised).join(" ") || "–"}</td></tr>`;
