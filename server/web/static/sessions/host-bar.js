/**
 * The host's bar: a button for the next step, and everything else that a host can do.
 *
 * @typedef {import("./room-state.js").Room} Room
 */
import { number, t, tn } from "../ui/boot.js";
import { sign } from "../ui/glyph.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";

/** The next step, for the big button and the space bar. @param {Room} room */
export function step(room) {
  switch (room.phase) {
    case "lobby":
      return { act: "start", label: t("host.start") };
    case "question":
      return { act: "close_question", label: t("host.close_question") };
    case "reveal":
      if (room.view !== "places") return { act: "show", label: t("host.places") };
      return { act: "next", label: isLast(room) ? t("host.podium") : t("host.next") };
    default:
      return { act: "results", label: t("host.results") };
  }
}

/** @param {Room} room */
const isLast = ({ question, of }) => question !== undefined && question.question + 1 >= of;

/** @param {Room} room @param {string} session @param {"settling" | "stepping" | "steady"} calm a new screen, a step on its way, or neither */
export function hostBar(room, session, calm) {
  const { act, label } = step(room);
  const open = room.phase === "question";
  const main =
    act === "results"
      ? html`<a class="button primary" data-key="step" href="/sessions/${session}">${icon("chart")}${label}</a>`
      : html`<button class="button primary" data-key="step" data-do="step" ${calm !== "steady" || (act === "start" && room.players === 0) ? html`aria-disabled="true"` : ""}>${label}${icon("next")}</button>`;
  return html`<nav class="host-bar" data-key="host-bar" aria-label="${t("host.controls")}">
    <div class="group">
      <button class="button quiet" data-do="people">${icon("people")}<span class="figures">${number(room.players)}</span><span class="visually-hidden">${t("host.people")}</span>${room.absent?.length && room.phase !== "finished" ? html`<span class="muted small figures">${tn("host.absent", room.absent.length)}</span>` : ""}</button>
      ${room.phase === "finished" ? "" : tool(room.locked ? "unlock" : "lock", room.locked ? "lock" : "unlock", room.locked ? t("host.unlock") : t("host.lock"), room.locked)}
      <a class="button quiet icon" href="/screen/${room.code}" target="_blank" rel="noopener" aria-label="${t("host.screen")}" title="${t("host.screen")}">${icon("screen")}</a>
    </div>
    <div class="group" ${calm === "settling" ? html`data-settling aria-disabled="true"` : ""}>
      ${open ? html`<button class="button quiet" data-do="extend" value="10" aria-label="${t("host.extend", { n: 10 })}">${t("host.extend_short", { n: 10 })}</button><button class="button quiet" data-do="extend" value="30" aria-label="${t("host.extend", { n: 30 })}">${t("host.extend_short", { n: 30 })}</button>` : ""}
      ${open || room.next_at ? tool(room.paused ? "unpause" : "pause", room.paused ? "play" : "pause", room.paused ? t("host.unpause") : t("host.pause"), room.paused) : ""}
      ${room.phase === "reveal" && room.view === "places" ? html`<button class="button quiet" data-do="answers">${t("host.answers")}</button>` : ""}
      ${main}
    </div>
    <div class="group">
      ${tool("full", "full", t("host.full"))}${tool("help", "help", t("host.help"))}
      ${room.phase === "finished" ? "" : html`<button class="button quiet danger" data-do="end">${icon("stop")}${t("host.end")}</button>`}
    </div>
  </nav>`;
}

/** @param {string} act @param {Parameters<typeof icon>[0]} sign @param {string} label @param {boolean} [on] */
const tool = (act, sign, label, on = false) =>
  html`<button class="button quiet icon" data-key="tool-${sign === "lock" || sign === "unlock" ? "lock" : sign === "play" ? "pause" : sign}" data-do="${act}" aria-label="${label}" title="${label}" data-on="${String(on)}">${icon(sign)}</button>`;

/** @param {import("./room-state.js").Person} person */
const seated = ({ id, nickname }) =>
  html`<li data-key="${id}">${sign(id)}<span dir="auto">${nickname}</span><button class="button small danger" data-do="kick" value="${id}" aria-label="${t("screen.kick_name", { name: nickname })}">${t("host.kick")}</button></li>`;

/** @param {import("./room-state.js").Person} person */
const kept = ({ id, nickname }) =>
  html`<li data-key="${id}">${sign(id)}<span dir="auto">${nickname}</span><button class="button small" data-do="readmit" value="${id}" aria-label="${t("host.readmit_name", { name: nickname })}">${t("host.readmit")}</button></li>`;

/** @param {Room} room */
export const peopleSheet = ({ phase, roster = [], absent = [], removed = [] }) =>
  html`<div class="stack">
    <h2>${tn("screen.players", roster.length)}</h2>
    ${roster.length ? html`<ul class="people">${roster.map(seated)}</ul>` : html`<p class="muted">${t("screen.waiting")}</p>`}
    ${absent.length ? html`<h3>${tn("host.absent", absent.length)}</h3>
    <p class="muted small">${t("host.absent_hint")}</p>
    <ul class="people absent">${absent.map(seated)}</ul>
    ${phase === "finished" ? "" : html`<p><button class="button danger" data-do="clear">${t("host.clear_absent")}</button></p>`}` : ""}
    ${removed.length && phase !== "finished" ? html`<h3>${tn("host.removed", removed.length)}</h3>
    <p class="muted small">${t("host.removed_hint")}</p>
    <ul class="people removed">${removed.map(kept)}</ul>` : ""}
    <form method="dialog" class="actions">${phase === "finished" ? "" : html`<button type="button" class="button quiet" data-do="recode">${t("host.new_code")}</button>`}<button class="button">${t("common.close")}</button></form>
  </div>`;

export const helpSheet = () =>
  html`<div class="stack">
    <h2>${t("host.help")}</h2>
    <dl class="keys">
      ${[
        [["␣", "Page ↓", "→"], t("host.key_next")],
        [["Page ↑", "←"], t("host.answers")],
        [["P"], t("host.key_pause")],
        [["+"], t("host.extend", { n: 10 })],
        [["L"], t("host.key_lock")],
        [["F"], t("host.full")],
        [["?"], t("host.help")],
        [["↵"], t("host.key_press")],
      ].map(([keys, text]) => html`<div><dt>${/** @type {string[]} */ (keys).map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${/** @type {string} */ (text)}</dd></div>`)}
    </dl>
    <form method="dialog" class="actions"><button class="button" autofocus>${t("common.close")}</button></form>
  </div>`;
