/** The lists of rooms: open ones on top of the dashboard, finished ones, and homework. */
import { t, tn } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";
import { ago, due } from "../../ui/dates.js";

/** @typedef {import("../../ui/api-types.js").SessionListItem} Room */

/** @param {Room[]} rooms */
export const running = (rooms) =>
  html`<section class="running" data-key="running" aria-label="${t("dashboard.running")}" ${!rooms.length && "hidden"}>
    ${rooms.map(
      ({ id, title, code, players }) => html`<article class="now" data-key="${id}">
        <div class="what"><span class="tag live">${t("dashboard.live")}</span><b class="title" dir="auto">${title}</b>
          <p class="facts small"><span class="code">${code}</span>${players ? html`<span>${tn("history.players", players)}</span>` : ""}</p></div>
        <div class="next"><a class="button small" href="/screen/${code}" target="_blank" rel="noopener">${icon("screen")}${t("dashboard.screen")}</a>
          <a class="button primary" href="/host/${id}">${icon("play")}${t("dashboard.go_on")}</a></div>
      </article>`,
    )}
  </section>`;

/** @param {Room[]} rooms @param {string} [quiz] whose rooms these are, or "" for all @param {string} [zone] the time zone of deadlines, if it is not the browser's */
export const roomList = (rooms, quiz = "", zone) => html`${quiz && html`<p class="row" data-key="only"><span>${t("dashboard.only", { title: rooms[0]?.title ?? "" })}</span>
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
    <p class="facts muted small">${room.mode === "live" ? html`<span>${ago(room.started_at ?? room.created_at)}</span>` : html`<span>${t("dashboard.until")} ${due(room.ended_at ?? room.closes_at ?? "")}</span>`}<span>${tn("history.players", room.players)}</span><span class="code">${room.code}</span>
      ${!room.ended_at && phase(room)}</p></div>
  <div class="next">${next(room)}</div>
</li>`;

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
