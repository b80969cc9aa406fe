/** What is due today, on a student's dashboard: a ring of the day, how many cards are left, and the way to them. */
import { number, t, tn } from "../../ui/boot.js";
import { soon } from "../../ui/dates.js";
import { html } from "../../ui/html.js";

/** @typedef {import("../../ui/api-types.js").CardQueue} Today */

/** @param {Today} today */
export function dueCards(today) {
  if (!today.has_cards) return "";
  const { counts, done, streak, next_due_at } = today;
  const left = counts.learning + counts.review + counts.new;
  const did = done.new + done.reviews;
  return html`<section class="card due-cards" data-key="due">
    ${ring(did, left)}
    <div class="what"><h2>${left ? tn("dashboard.due", left) : t("dashboard.nothing_due")}</h2>
      <p class="muted small">${details(did, streak, left ? null : next_due_at)}</p></div>
    <a class="button ${left ? "primary" : ""}" href="/reviews">${t(left ? "dashboard.review" : "dashboard.reviews")}</a>
  </section>`;
}

/** How much of the day is done. @param {number} did @param {number} left */
function ring(did, left) {
  const share = did + left ? Math.round((100 * did) / (did + left)) : 100;
  return html`<svg class="day-ring" viewBox="0 0 40 40" role="img" aria-label="${t("dashboard.day_done", { n: did, of: did + left })}">
    <circle cx="20" cy="20" r="17" pathLength="100"></circle>
    ${share > 0 && html`<circle class="done" cx="20" cy="20" r="17" pathLength="100" stroke-dasharray="${share} 100"></circle>`}
    <text x="20" y="21">${left ? number(left) : "✓"}</text>
  </svg>`;
}

/** @param {number} did @param {number} streak @param {string | null} next */
function details(did, streak, next) {
  const parts = [did > 0 && tn("dashboard.done_today", did), streak > 1 && tn("dashboard.streak", streak), next && html`${t("dashboard.next_due")} ${soon(Date.parse(next))}`].filter(Boolean);
  return html`${parts.map((part, index) => html`${index > 0 && " · "}${part}`)}`;
}
