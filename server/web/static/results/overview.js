/** The overview of results: figures, the chart of scores, the hardest questions, players who need help. */
import { number, t, tn } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { share } from "../ui/dates.js";
import { answeredShare, asked, counting, distribution, hardest, needHelp, placed, rightShare, scored } from "./statistics.js";

/** @typedef {import("./statistics.js").Results} Results */

const HARDEST = 5;
const NEEDY = 8;

/** The number of revealed questions that have a right answer. @param {Results} results */
const outOf = ({ questions }) => asked(scored(questions)).length;

/** @param {Results} results */
export const overview = (results) => html`<section class="picture-row" data-key="picture" aria-label="${t("results.picture")}">
  <dl class="figures-row" data-key="figures">${facts(results)}</dl>
  ${results.questions.some(({ answered }) => answered) ? cards(results) : html`<p class="muted" data-key="none">${t("results.nobody_yet")}</p>`}
</section>`;

/** @param {Results} results */
const cards = (results) => html`<div class="cards" data-key="cards">
    <article class="card" data-key="distribution"><h2>${t("results.distribution")}</h2><bar-chart id="distribution"></bar-chart></article>
    <article class="card" data-key="hardest"><h2>${t("results.hardest")}</h2>${hard(results)}</article>
    <article class="card" data-key="help"><h2>${t("results.help")}</h2>${help(results)}</article>
  </div>`;

/** @param {Results} results */
function facts({ players, questions }) {
  const all = placed(players);
  const right = rightShare(questions);
  const answered = answeredShare(players, counting(questions).length);
  const best = all.reduce((most, player) => Math.max(most, player.score), 0);
  return [
    [t("results.fact_players"), number(all.length)],
    [t("results.fact_right"), right === null ? "–" : share(right)],
    [t("results.fact_answered"), answered === null ? "–" : share(answered)],
    [t("results.fact_best"), all.length ? number(best) : "–"],
  ].map(([name, value]) => html`<div><dt>${name}</dt><dd class="figures">${value}</dd></div>`);
}

/** The data of the chart of scores. @param {Results} results @returns {import("../ui/bar-chart.js").Data} */
export function chartOf(results) {
  const { players } = results;
  const of = outOf(results);
  const steps = distribution(players, of);
  return {
    title: t("results.distribution_alt", { of, n: placed(players).length }),
    columns: [t("results.right_answers"), t("results.fact_players")],
    bars: steps.map(({ from, to, players }) => ({ label: from === to ? number(from) : `${number(from)}–${number(to)}`, value: players })),
  };
}

/** @param {Results} results */
function hard({ questions }) {
  const list = hardest(questions, HARDEST);
  if (!list.length) return html`<p class="muted">${t("results.none_hard")}</p>`;
  return html`<ol class="shares">${list.map(
    ({ index, stem, correct_share }) => html`<li><a href="#question-${index}" dir="auto"><b>${index + 1}</b> ${stem}</a>
      <span class="figures">${share(correct_share ?? 0)}</span>
      <svg aria-hidden="true"><rect class="all" width="100%" height="100%" rx="4" /><rect class="some" width="${(correct_share ?? 0) * 100}%" height="100%" rx="4" /></svg></li>`,
  )}</ol><p class="muted small">${t("results.hardest_hint")}</p>`;
}

/** @param {Results} results */
function help(results) {
  const { players } = results;
  const of = outOf(results);
  const list = needHelp(players, of);
  if (!list.length) return html`<p class="muted">${t(placed(players).length ? "results.none_need_help" : "results.nobody")}</p>`;
  return html`<ul class="needy">${list.slice(0, NEEDY).map(
    ({ player, nickname, correct }) => html`<li><button class="link" data-do="choose" value="${player}" dir="auto">${nickname}</button><span class="figures muted">${t("results.n_of", { n: correct, of })}</span></li>`,
  )}</ul><p class="muted small">${list.length > NEEDY ? tn("results.help_more", list.length - NEEDY) : t("results.help_hint")}</p>`;
}
