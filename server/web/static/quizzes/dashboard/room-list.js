/** The lists of rooms: open ones on top of the dashboard, finished ones, and homework. */
import { t, tn } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";
import { ago, due } from "../../ui/dates.js";

/** @typedef {import("../../ui/api-types.js").SessionListItem} Room */

/** The newest open room, and the others on demand: the list below is what most come for. @param {Pick<import("../../ui/api-types.js").SessionList, "items" | "total">} open */
export function running({ items: [first, ...others], total }) {
  return html`<section class="running" data-key="running" aria-label="${t("dashboard.running")}" ${!first && "hidden"}>
    ${first && now(first)}
    ${others.length > 0 && html`<details data-key="others"><summary>${tn("dashboard.more_rooms", total - 1)}</summary>
      ${others.map(now)}${total > others.length + 1 && html`<button class="chip" data-key="all" data-do="rooms" value="">${t("dashboard.all_rooms")}</button>`}</details>`}
  </section>`;
}

/** @param {Room} room */
const now = ({ id, title, code, players }) => html`<article class="now" data-key="${id}">
  <span class="tag live">${t("dashboard.live")}</span>
  <p class="what"><b class="title" dir="auto">${title}</b><span class="small"><span class="code">${code}</span>${players ? html` · ${tn("history.players", players)}` : ""}</span></p>
  <a class="button small" href="/screen/${code}" target="_blank" rel="noopener" aria-label="${t("dashboard.screen_of", { title })}">${icon("screen")}${t("dashboard.screen")}</a>
  <a class="button small primary" href="/host/${id}" aria-label="${t("dashboard.go_on_of", { title })}">${t("dashboard.go_on")}</a>
</article>`;

/** @param {Room[]} rooms @param {string} [quiz] whose rooms these are, or "" for all */
export const roomList = (rooms, quiz = "") => html`${quiz && html`<p class="row" data-key="only"><span>${t("dashboard.only", { title: rooms[0]?.title ?? "" })}</span>
    <button class="chip" data-do="all">${t("dashboard.all_rooms")}</button></p>`}
  <ul class="quizzes" data-key="rooms">${rooms.map(row)}</ul>`;

/** Where a session is: an open room at its host's page, an open homework at its own, else the results. @param {Room} room */
function addressOf({ id, mode, ended_at }) {
  if (ended_at) return `/sessions/${id}`;
  return mode === "live" ? `/host/${id}` : `/sessions/${id}/homework`;
}

/** @param {Room} room */
const row = (room) => html`<li class="quiz" data-key="${room.id}">
  <div class="what"><a class="title" href="${addressOf(room)}" dir="auto">${room.title}</a>
    <p class="facts muted small">${room.mode === "live" ? html`<span>${ago(room.started_at ?? room.created_at)}</span>` : html`<span>${deadline(room)}</span>`}<span>${tn("history.players", room.players)}</span><span class="code">${room.code}</span>
      ${!room.ended_at && phase(room)}</p></div>
  <div class="next">${next(room)}</div>
</li>`;

/** @param {Room} room */
function deadline({ ended_at, closes_at }) {
  const at = ended_at ?? closes_at ?? "";
  return html`${t(Date.parse(at) <= Date.now() ? "dashboard.closed" : "dashboard.until")} ${due(at)}`;
}

/** @param {Room} room */
function phase({ mode, opens_at, closes_at }) {
  if (mode === "live") return html`<span class="tag live">${t("dashboard.live")}</span>`;
  const now = Date.now();
  const name = Date.parse(opens_at ?? "") > now ? "scheduled" : Date.parse(closes_at ?? "") <= now ? "closed" : "open";
  return html`<span class="tag ${name === "open" && "live"}">${t(`homework.phase_${name}`)}</span>`;
}

/** @param {Room} room */
function next(room) {
  if (room.ended_at) return html`<a class="button small" data-key="results" href="${addressOf(room)}">${icon("chart")}${t("dashboard.results")}</a>`;
  return html`<a class="button small primary" data-key="host" href="${addressOf(room)}">${t(room.mode === "live" ? "dashboard.go_on" : "dashboard.watch")}</a>`;
}
