/**
 * <item-statistics>: how a question worked in all games, in a few figures, with advice.
 *
 *     element.question = question.id;   // it loads the figures itself
 */
import { Problem, api } from "../ui/api.js";
import { boot, number, t, tn } from "../ui/boot.js";
import { duration, share } from "../ui/dates.js";
import { html, render } from "../ui/html.js";

/** @typedef {import("../ui/api-types.js").QuestionStatisticsOutput} Statistics */
/** @typedef {Statistics["advice"][number]} Advice */

const format = new Intl.NumberFormat(boot.locale, { maximumFractionDigits: 2 });

/** @param {number} value */
export const decimal = (value) => format.format(value);

/** @param {Advice} advice */
export const advised = (advice) => t(`item.advice_${advice}`);

/** Whether a question should be looked at. @param {Statistics} statistics */
export const isBad = ({ advice }) => advice.some((each) => each !== "works" && each !== "too_few");

/** What to do about a question, a sentence each. @param {Statistics} statistics */
export const adviceList = ({ advice }) => html`<ul class="item-advice">${advice.map((each) => html`<li data-advice="${each}"><b>${advised(each)}</b> ${t(`item.advice_${each}_hint`)}</li>`)}</ul>`;

/** @param {Statistics} statistics */
export const itemStatistics = (statistics) => html`<section class="item-statistics" aria-label="${t("item.title")}"><h3>${t("item.title")}</h3>
  ${statistics.answers ? html`<dl>${figures(statistics).map(([name, value]) => html`<div><dt>${name}</dt><dd class="figures" dir="auto">${value}</dd></div>`)}</dl>${adviceList(statistics)}${otherWording(statistics)}` : html`<p class="muted small">${t("item.never")}</p>`}
</section>`;

/** @param {Statistics} statistics @returns {[string, import("../ui/html.js").Value][]} */
function figures({ asked, answers, correct_share, discrimination, median_ms, wrong_text, wrong_times }) {
  return [
    [t("item.asked"), tn("item.asked_n", asked)],
    [t("item.answers"), number(answers)],
    [t("item.right"), correct_share === null ? "–" : share(correct_share)],
    [t("item.discrimination"), discrimination === null ? "–" : decimal(discrimination)],
    [t("item.median"), median_ms === null ? "–" : duration(median_ms)],
    [t("item.wrong"), wrong_text === null ? "–" : `${wrong_text} (${number(wrong_times ?? 0)})`],
  ];
}

/** @param {Statistics} statistics */
export const otherWording = ({ answers, other_wording }) =>
  other_wording > 0 && html`<p class="muted small" data-key="wording">${other_wording === answers ? t("item.all_other_wording") : tn("item.other_wording", other_wording, { of: number(answers) })}</p>`;

class ItemStatistics extends HTMLElement {
  /** @param {string} id */
  set question(id) {
    api("GET", "/api/questions/{question_id}/statistics", { path: { question_id: id } }).then(
      (statistics) => render(this, itemStatistics(statistics)),
      (error) => {
        if (!(error instanceof Problem)) throw error;
        render(this, html`<p class="muted small">${error.message}</p>`);
      },
    );
  }
}
customElements.define("item-statistics", ItemStatistics);
