/** The part of the review settings about FSRS: what remembering more costs, and parameters fitted to one's own reviews. */
import { api } from "../../ui/api.js";
import { boot, t } from "../../ui/boot.js";
import { at } from "../../ui/dates.js";
import { html } from "../../ui/html.js";
import { toast } from "../../ui/toast.js";

/** @typedef {import("../../ui/api-types.js").CardParameters} CardParameters */
/** @typedef {import("../../ui/api-types.js").Preferences} Preferences */
/** @typedef {{ draw: () => void, data: { parameters: CardParameters } }} Shown a page that shows them */

const PATH = "/api/cards/parameters";
const LOOK_AGAIN_MS = 2000;
/** For those who learn no new cards at present. */
const SOME_CARDS = 10;

const whole = new Intl.NumberFormat(boot.locale, { maximumFractionDigits: 0 });
const loss = new Intl.NumberFormat(boot.locale, { minimumFractionDigits: 3, maximumFractionDigits: 3 });

/** What the chosen share costs, in reviews a day. @param {Preferences} chosen @param {CardParameters} parameters */
export function costOf({ desired_retention: wanted, new_cards_per_day: cards, scheduler }, { workload }) {
  const cost = workload.find(({ retention }) => Math.round(retention * 100) === Math.round(wanted * 100));
  if (scheduler !== "fsrs" || !cost) return t("account.desired_retention_hint");
  const each = cards || SOME_CARDS;
  return t("account.desired_retention_cost", { cards: each, reviews: whole.format(cost.reviews_per_new_card * each) });
}

/** @param {CardParameters} parameters */
export const parametersPart = (parameters) => html`<section class="parameters" data-key="parameters" aria-labelledby="parameters-title">
  <h3 id="parameters-title">${t("account.parameters")}</h3>
  <p class="muted small">${t("account.parameters_hint")}</p>
  <div role="status" class="stack" data-key="state">${stateOf(parameters)}</div>
  ${canFit(parameters) && html`<div class="row" data-key="buttons"><button type="button" class="button" data-do="fitParameters">${t(parameters.fitted ? "account.fit_again" : "account.fit")}</button>
    ${parameters.fitted && html`<button type="button" class="button quiet" data-do="takeParametersBack">${t("account.take_back")}</button>`}</div>`}
</section>`;

/** @param {CardParameters} parameters */
const canFit = (parameters) => !isFitting(parameters) && (parameters.reviews >= parameters.reviews_needed || parameters.fitted !== null);

/** @param {CardParameters} parameters */
function stateOf(parameters) {
  const { fitted, last_fit: last, reviews, reviews_needed: needed } = parameters;
  if (isFitting(parameters)) return html`<p>${t("account.fit_waiting")}</p>`;
  return html`${last?.status === "no_better" && html`<p>${t("account.fit_no_better")}</p>`}
    ${last?.status === "failed" && html`<p class="problem">${t("account.fit_failed")}</p>`}
    ${
      fitted
        ? html`<p>${t("account.fitted", { reviews: whole.format(fitted.reviews), before: loss.format(fitted.log_loss_before), after: loss.format(fitted.log_loss_after) })} <span class="muted small">${at(fitted.fitted_at)}</span></p>`
        : reviews < needed && html`<p>${t("account.fit_too_few", { reviews: whole.format(reviews), needed: whole.format(needed) })}</p>`
    }`;
}

/** Asks for a fit, and shows what comes of it. @param {Shown} page */
export async function fitParameters(page) {
  page.data.parameters = await api("POST", PATH);
  page.draw();
  await follow(page);
}

/** @param {CardParameters} parameters */
export const isFitting = ({ last_fit: last }) => last?.status === "waiting";

let following = false;

/** Looks again until a fit is done. @param {Shown} page */
export async function follow(page) {
  if (following) return;
  following = true;
  try {
    do {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      page.data.parameters = await api("GET", PATH);
      page.draw();
    } while (isFitting(page.data.parameters));
  } finally {
    following = false;
  }
}

/** @param {Shown} page */
export async function takeParametersBack(page) {
  page.data.parameters = await api("DELETE", PATH);
  page.draw();
  toast(t("account.taken_back"));
}
