/** The lists of rooms: open ones on top of the page, and finished ones. */
import { t, tn } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";
import { ago } from "../../ui/dates.js";

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

/** @param {Room[]} rooms @param {string} quiz whose rooms these are, or "" for all */
export const roomList = (rooms, quiz) => html`${quiz && html`<p class="row" data-key="only"><span>${t("dashboard.only", { title: rooms[0]?.title ?? "" })}</span>
    <button class="chip" data-do="all">${t("dashboard.all_rooms")}</button></p>`}
  <ul class="quizzes" data-key="rooms">${rooms.map(row)}</ul>`;

/** @param {Room} room */
const row = ({ id, title, code, created_at, started_at, ended_at, players }) => html`<li class="quiz" data-key="${id}">
  <div class="what"><a class="title" href="${ended_at ? `/sessions/${id}` : `/host/${id}`}" dir="auto">${title}</a>
    <p class="facts muted small"><span>${ago(started_at ?? created_at)}</span><span>${tn("history.players", players)}</span><span class="code">${code}</span>
      ${!ended_at && html`<span class="tag live">${t("dashboard.live")}</span>`}</p></div>
  <div class="next">${
    ended_at
      ? html`<a class="button small" data-key="results" href="/sessions/${id}">${icon("chart")}${t("dashboard.results")}</a>`
      : html`<a class="button small primary" data-key="host" href="/host/${id}">${t("dashboard.go_on")}</a>`
  }</div>
</li>`;
