/** /cards/statistics: what will be due, what was reviewed, how much of it was known, and how well cards are known. */
import "../ui/bar-chart.js";
import "../ui/site-switches.js";
import "./year-calendar.js";
import { api } from "../ui/api.js";
import { number, t, tn } from "../ui/boot.js";
import { region, share } from "../ui/dates.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { Page } from "../ui/page.js";
import { learningTabs } from "./learning-tabs.js";
import { longSpan } from "./spans.js";

/** @typedef {import("../ui/api-types.js").CardStatistics} Statistics */
/** @typedef {{ forecast: import("../ui/api-types.js").CardForecast, found: Statistics }} Data */

const [WEEKS, TICK_EVERY, MONTH_DAYS] = [12, 5, 30];
const HUNDRED = 100;
const NARROW = 330; // so that the texts of charts can be read on a phone
const isNarrow = matchMedia("(max-width: 480px)").matches;
const dayName = new Intl.DateTimeFormat(region, { day: "numeric", month: "short", timeZone: "UTC" });
const short = (/** @type {string} */ day) => dayName.format(Date.parse(day));

/** @returns {Promise<Data>} */
async function load() {
  const [forecast, found] = await Promise.all([api("GET", "/api/cards/forecast"), api("GET", "/api/cards/statistics")]);
  return { forecast, found };
}

/** @param {Data} data */
const view = ({ forecast, found }) => html`<div class="wide-page card-statistics">
  <header class="row spread head" data-key="head"><h1>${t("common.title_card_statistics")}</h1>
    <a class="button primary" href="/reviews">${icon("play")}${t("reviews.review_now")}</a></header>
  ${learningTabs()}
  ${isEmpty(found) ? nothing() : html`<dl class="facts-row" data-key="facts">${facts(forecast.days, found)}</dl>
  <div class="charts" data-key="charts">
    ${chart("forecast", t("reviews.forecast"))}
    ${found.weeks.length ? chart("retention", t("reviews.retention"), t("reviews.retention_hint")) : html`<section class="card" data-key="no-retention"><h2>${t("reviews.retention")}</h2><p class="muted">${t("reviews.retention_none")}</p></section>`}
    <section class="card wide" data-key="year"><h2>${t("reviews.year")}</h2><year-calendar></year-calendar></section>
    ${chart("grades", t("reviews.grades"))}${chart("states", t("reviews.states"))}
    ${found.stability.some(({ cards }) => cards) && html`${chart("stability", t("reviews.stability"), t("reviews.stability_hint"))}${chart("difficulty", t("reviews.difficulty"), t("reviews.difficulty_hint"))}`}
  </div>`}
</div>`;

/** @param {Statistics} found */
const isEmpty = ({ totals, states }) => totals.days === 0 && Object.values(states).every((n) => n === 0);

const nothing = () => html`<div class="empty" data-key="empty"><h2>${t("reviews.none")}</h2><p class="muted">${t("reviews.none_body")}</p><a class="button primary large" href="/decks">${t("common.title_decks")}</a></div>`;

/** @param {string} name @param {string} title */
const chart = (name, title, hint = "") => html`<section class="card" data-key="${name}"><h2>${title}</h2>${hint && html`<p class="muted small">${hint}</p>`}<bar-chart id="${name}"></bar-chart></section>`;

/** @param {Data["forecast"]["days"]} days @param {Statistics} found */
function facts(days, { streak, totals, weeks }) {
  const lately = weeks.slice(-WEEKS);
  const reviews = sum(lately.map((week) => week.reviews));
  const known = sum(lately.map((week) => week.reviews * week.retention));
  return [
    [t("reviews.fact_due"), number(days[0]?.cards ?? 0)],
    [t("reviews.fact_streak"), html`${streak > 0 && icon("flame")}${tn("reviews.days", streak)}`],
    [t("reviews.fact_known"), reviews ? share(known / reviews) : "–"],
    [t("reviews.fact_time"), totals.took_ms ? longSpan(0, totals.took_ms) : "–"],
  ].map(([name, value]) => html`<div><dt>${name}</dt><dd class="figures">${value}</dd></div>`);
}

const sum = (/** @type {number[]} */ numbers) => numbers.reduce((all, one) => all + one, 0);

/** @param {Data} data @returns {Record<string, import("../ui/bar-chart.js").Data>} */
function charts({ forecast, found }) {
  const cards = t("reviews.cards");
  const { totals, states } = found;
  return {
    forecast: {
      title: t("reviews.forecast"),
      columns: [t("reviews.day"), cards],
      bars: forecast.days.map(({ day, cards }, index) => ({ label: short(day), value: cards, tick: index % TICK_EVERY === 0 ? short(day) : "" })),
    },
    retention: {
      title: t("reviews.retention"),
      full: HUNDRED,
      columns: [t("reviews.week"), "%"],
      bars: found.weeks.slice(-WEEKS).map(({ begins_on, retention }, index) => ({ label: short(begins_on), value: Math.round(retention * HUNDRED), tick: index % 2 === 0 ? short(begins_on) : "" })),
    },
    grades: { title: t("reviews.grades"), columns: [t("reviews.grades"), t("reviews.reviews")], bars: /** @type {const} */ (["again", "hard", "good", "easy"]).map((name) => ({ label: t(`reviews.${name}`), value: totals[name] })) },
    states: { title: t("reviews.states"), columns: [t("reviews.state"), cards], bars: Object.entries(states).map(([name, value]) => ({ label: t(`reviews.state_${name}`), tick: t(`reviews.state_${name}`).replaceAll(" ", "\n"), value })) },
    stability: {
      title: t("reviews.stability"),
      columns: [t("reviews.stability"), cards],
      bars: found.stability.map(({ since, until, cards }, index) => ({ label: until === null ? `≥ ${longer(since)}` : `< ${longer(until)}`, tick: isNarrow && index % 2 ? "" : until === null ? `≥${since}` : `<${until}`, value: cards })),
    },
    difficulty: { title: t("reviews.difficulty"), columns: [t("reviews.difficulty"), cards], bars: found.difficulty.map(({ difficulty, cards }) => ({ label: number(difficulty), value: cards })) },
  };
}

/** @param {number} days */
const longer = (days) => (days < MONTH_DAYS ? tn("reviews.days", days) : longSpan(days, 0));

new Page({
  load,
  view,
  drawn: ({ root, data }) => {
    if (isEmpty(data.found)) return;
    for (const [id, shown] of Object.entries(charts(data))) {
      const chart = /** @type {any} */ (root.querySelector(`#${id}`));
      if (chart) chart.data = { ...shown, ...(isNarrow && { width: NARROW }) };
    }
    const counts = Object.fromEntries(data.found.days.map(({ day, grades }) => [day, grades]));
    const of = (/** @type {number} */ n) => tn("reviews.reviews_n", n);
    /** @type {any} */ (root.querySelector("year-calendar")).data = { title: t("reviews.year"), today: data.found.today, counts, of };
  },
});
