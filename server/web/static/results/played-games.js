/** A list of the games that a student played, with places and scores. */
import { number, t, tn } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { ago } from "../ui/dates.js";

/** @typedef {import("../ui/api-types.js").PastSession} Played */

/** @param {Played[]} items */
export const playedGames = (items) => html`<ul class="played">${items.map(row)}</ul>`;

/** @param {Played} played */
const row = ({ session, title, score, rank, players, correct, of, played_at, original, corrected_at, mode, code, ended_at }) => html`<li data-key="${session}">
  <span class="medal" data-place="${rank ?? ""}" aria-label="${rank ? t("history.place", { n: rank }) : t("history.no_place")}">${rank ? html`#${number(rank)}` : "–"}</span>
  <div class="what"><a class="title" href="${mode === "self_paced" && !ended_at ? `/homework/${code}` : `/sessions/${session}`}" dir="auto">${title}</a>
    <span class="muted small">${ago(played_at)} · ${tn("history.players", players)}</span>
    ${original && corrected_at && html`<span class="muted small">${t("history.corrected")} ${ago(corrected_at)} · ${t("history.was", { place: original.rank, score: number(original.score) })}</span>`}</div>
  ${score !== null && html`<div class="numbers"><b class="figures">${number(score)}</b><span class="muted small">${t("history.right", { n: correct ?? 0, of: of ?? 0 })}</span></div>`}
</li>`;
