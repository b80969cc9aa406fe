/**
 * The views of the class screen, on the projector and on the host's page: `classScreen(model) → markup`.
 *
 * @typedef {import("./room-state.js").State} State
 * @typedef {import("./room-state.js").Room} Room
 * @typedef {import("./room-state.js").Question} Question
 * @typedef {import("./room-state.js").Place} Place
 * @typedef {{ state: State, now: number, board: "off" | "old" | "new", kicks: boolean }} Model
 */
import { boot, number, t, tn } from "../ui/boot.js";
import { glyph, sign } from "../ui/glyph.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { skeleton } from "../ui/skeleton.js";
import { hint, isRight, sentences, texts } from "./wording.js";

const NAMES_SHOWN = 60; // a class and more; they all fit
const GIVEN_SHOWN = 6;

/** @param {Model} model @param {Room} room */
export function classScreen(model, room) {
  return html`<div class="class-screen" data-phase="${room.phase}" data-joining="${String(room.phase !== "lobby" && isOpen(room))}">
    ${model.state.link === "lost" ? html`<p class="offline" data-key="offline">${icon("offline")}${t("screen.reconnecting")}</p>` : ""}
    ${scene(model, room)}
    ${room.phase !== "lobby" && isOpen(room) ? wayIn(room) : ""}
    <p class="visually-hidden" role="status" aria-live="polite" data-key="live">${announcement(room)}</p>
  </div>`;
}

/** Whether players can still join. @param {Room} room */
const isOpen = ({ phase, locked, late_join: late }) => !locked && phase !== "finished" && (phase === "lobby" || late !== false);

/** The code and QR code in a corner, for latecomers. @param {Room} room */
const wayIn = ({ code }) =>
  html`<aside class="late" data-key="late" aria-label="${t("screen.code", { code })}"><qr-box code="${code}"></qr-box><p class="figures" aria-hidden="true">${code.slice(0, 3)} ${code.slice(3)}</p></aside>`;

/** @param {Model} model @param {Room} room */
function scene(model, room) {
  switch (room.phase) {
    case "lobby":
      return lobby(room, model);
    case "question":
      return openQuestion(model, room);
    case "reveal":
      return model.board === "off" ? revealed(model, room) : leaderboard(room, model.board === "new");
    default:
      return podium(room);
  }
}

/** The names of players, the newest first. Of a crowd only the newest, and the number of others. @param {Room} room @param {Model} model */
function lobby(room, { kicks }) {
  const newest = [...(room.roster ?? [])].reverse();
  const shown = newest.slice(0, NAMES_SHOWN);
  const others = newest.length - shown.length;
  const name = (/** @type {{ id: string, nickname: string }} */ person) => html`${sign(person.id)}<span dir="auto">${person.nickname}</span>`;
  return html`<section class="lobby" data-key="lobby">
    <div class="invite">
      <div class="way-in">
        <p class="at">${t("screen.join_at")} <b dir="ltr">${boot.join?.at}</b></p>
        <p class="giant" aria-label="${t("screen.code", { code: room.code })}">${[...room.code].map((sign) => html`<span>${sign}</span>`)}</p>
        <h1 dir="auto">${room.title}</h1>
      </div>
      <qr-box code="${room.code}"></qr-box>
    </div>
    <p class="gathering">
      <b class="figures">${number(room.players)}</b> ${tn("screen.are_here", room.players)}
      ${room.locked ? html`<span class="tag">${icon("lock")}${t("screen.locked")}</span>` : ""}
      ${boot.join?.reachable === false ? html`<strong class="unreachable" role="note">${icon("offline")}<span>${t("screen.unreachable")}</span></strong>` : ""}
    </p>
    ${shown.length ? html`<ul class="names">${shown.map((person) => html`<li data-key="${person.id}">${kicks ? html`<button data-do="kick" value="${person.id}" aria-label="${t("screen.kick_name", { name: person.nickname })}">${name(person)}</button>` : name(person)}</li>`)}${others > 0 ? html`<li class="others figures" data-key="others">+${number(others)}<span class="visually-hidden"> ${tn("screen.are_here", others)}</span></li>` : ""}</ul>` : html`<p class="waiting muted">${t("screen.waiting")}</p>`}
  </section>`;
}

/** @param {Model} model @param {Room} room */
function openQuestion({ state, now }, room) {
  const { question } = room;
  if (!question) return "";
  const lead = now < question.opens_at && !room.paused;
  return html`<section class="open-question" data-key="open-question-${question.question}" data-lead="${String(lead)}">
    <header class="head">
      <p class="where"><span class="tag brand">${t("screen.question_of", { n: question.question + 1, of: question.of })}</span><span class="muted">${hint(question)}</span>${room.paused ? html`<span class="tag">${icon("pause")}${t("screen.paused")}</span>` : ""}</p>
      <h1 dir="auto">${question.stem}</h1>
      ${lead ? "" : ring(state, room, question)}
    </header>
    <div class="body" data-picture="${String(Boolean(question.media))}">
      ${question.media ? html`<img class="picture" data-key="picture" src="${question.media}" alt="" />` : ""}
      ${lead ? html`<div class="lead-in"><countdown-ring data-key="lead" from="${question.opens_at - 3000}" to="${question.opens_at}" offset="${state.offset}" aria-label="${t("screen.starts_in")}"></countdown-ring></div>` : options(question)}
    </div>
    ${lead ? "" : tally(room)}
  </section>`;
}

/** @param {State} state @param {Room} room @param {Question} question */
const ring = (state, room, question) =>
  html`<countdown-ring data-key="ring" from="${question.opens_at}" to="${question.closes_at}" offset="${state.offset}" aria-label="${t("screen.seconds_left")}"
    ${room.paused ? html`still="${room.paused_at ?? room.now}"` : ""}></countdown-ring>`;

/** @param {Question} question */
function options({ choices, kind }) {
  if (!choices?.length) return html`<p class="on-your-phone">${kind === "numeric" ? t("screen.type_number") : t("screen.type_answer")}</p>`;
  return html`<ul class="options" data-count="${choices.length}">
    ${choices.map((choice, index) => html`<li class="option" data-key="${choice.id}" data-choice="${index}">${glyph(index)}${choice.media ? html`<img src="${choice.media}" alt="" />` : ""}<span dir="auto">${choice.text}</span></li>`)}
  </ul>`;
}

/** @param {Room} room */
const tally = (room) =>
  html`<div class="tally" data-key="tally">
    <progress max="${Math.max(room.players, 1)}" value="${room.answered ?? 0}" aria-label="${t("screen.answers")}"></progress>
    <p class="figures">${answeredOf(room)}</p>
  </div>`;

/**
 * How many have answered, of the connected players and those who answered and left.
 * @param {Room} room
 */
function answeredOf({ answered = 0, players }) {
  if (players + answered === 0) return t("screen.nobody_here");
  return t("screen.answered_of", { answered, players: Math.max(players, answered) });
}

/** @param {Model} model @param {Room} room */
function revealed({ state, now }, room) {
  const { question, reveal } = room;
  if (!question || !reveal) return "";
  const bars = question.choices?.length && question.kind !== "ordering";
  return html`<section class="revealed" data-key="revealed-${question.question}">
    <header class="head">
      <p class="where"><span class="tag brand">${t("screen.question_of", { n: question.question + 1, of: question.of })}</span><span class="muted">${reveal.answered ? answeredOf(room) : t("screen.nobody_answered")}</span></p>
      <h1 dir="auto">${question.stem}</h1>
      ${onward(state, room, now)}
    </header>
    ${bars ? results(question, reveal) : solution(question, reveal)}
    ${reveal.explanation ? html`<p class="explanation" dir="auto">${reveal.explanation}</p>` : ""}
  </section>`;
}

/** With auto-advance, the time until the room moves on. @param {State} state @param {Room} room @param {number} now */
const onward = (state, { next_at: at, paused_at: still }, now) =>
  at && (still || at > now) ? html`<p class="onward muted">${t("screen.goes_on")}<countdown-ring data-key="next" from="${at - 8000}" to="${at}" offset="${state.offset}" ${still ? html`still="${still}"` : ""} aria-label="${t("screen.goes_on")}"></countdown-ring></p>` : "";

/** @param {Question} question @param {NonNullable<Room["reveal"]>} reveal */
function results(question, reveal) {
  const choices = question.choices ?? [];
  const most = Math.max(1, ...Object.values(reveal.counts));
  return html`<ul class="results" data-count="${choices.length}" data-kind="${question.kind}">
    ${choices.map((choice, index) => {
      const count = reveal.counts[choice.id] ?? 0;
      const right = isRight(question, reveal.key, choice.id);
      return html`<li data-key="${choice.id}" data-choice="${index}" data-right="${String(right)}">
        ${glyph(index)}
        <p class="text" dir="auto">${choice.text}</p>
        <svg class="track" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="bar" width="${((count / most) * 100).toFixed(1)}" height="10" /></svg>
        <b class="count figures">${number(count)}</b>
        ${right ? html`<span class="tick">${icon("check")}<span class="visually-hidden">${t("screen.right")}</span></span>` : ""}
      </li>`;
    })}
  </ul>`;
}

/** @param {Question} question @param {NonNullable<Room["reveal"]>} reveal */
function solution(question, reveal) {
  const key = texts(question, reveal.key);
  if (question.kind === "ordering")
    return html`<div class="solution">
      <ol class="in-order">${key.map((text, place) => html`<li dir="auto"><b class="figures">${place + 1}</b>${text}</li>`)}</ol>
      ${reveal.answered ? html`<p class="muted">${inOrder(reveal.counts["right"] ?? 0, reveal.answered)}</p>` : ""}
    </div>`;
  const [first, ...others] = key;
  return html`<div class="solution">
    <p class="big" dir="auto">${icon("check")}${first ?? ""}</p>
    ${others.length ? html`<p class="muted" dir="auto">${t("screen.also_right")} ${others.join(" · ")}</p>` : ""}
    ${given(reveal.counts)}
  </div>`;
}

/** @param {number} right @param {number} answered */
const inOrder = (right, answered) => (right ? t("screen.in_order", { right, answered }) : t("screen.nobody_in_order"));

/** The most frequent typed answers. @param {Record<string, number>} counts */
function given(counts) {
  const most = Object.entries(counts).sort(([, one], [, other]) => other - one).slice(0, GIVEN_SHOWN);
  if (!most.length) return "";
  return html`<h2 class="muted">${t("screen.given")}</h2>
    <ul class="given">${most.map(([text, count]) => html`<li><span dir="auto">${text}</span><b class="figures">${number(count)}</b></li>`)}</ul>`;
}

/** The leaderboard of the best five, at first with their former places and points. @param {Room} room @param {boolean} settled */
function leaderboard({ reveal, question }, settled) {
  if (!reveal || !question) return "";
  const before = (/** @type {Place} */ place) => place.previous_rank || Number.MAX_SAFE_INTEGER;
  const rows = settled ? reveal.top : [...reveal.top].sort((one, other) => before(one) - before(other) || one.rank - other.rank);
  return html`<section class="leaderboard" data-key="board-${question.question}">
    <h1>${t("screen.places")}</h1>
    <ol class="places">${rows.map((place) => placeRow(place, settled))}</ol>
  </section>`;
}

/** @param {Place} place @param {boolean} settled */
function placeRow(place, settled) {
  const rise = (place.previous_rank ?? place.rank) - place.rank;
  return html`<li data-key="${place.id}">
    <b class="rank figures">${settled ? place.rank : (place.previous_rank ?? "·")}</b>${sign(place.id)}<span class="name" dir="auto">${place.nickname}</span>
    <span class="gained figures" data-on="${String(settled && place.gained > 0)}">+${number(place.gained)}</span>
    <b class="score"><count-up to="${settled ? place.score : place.score - place.gained}"></count-up></b>
    <span class="move" data-on="${String(settled && rise > 0)}">${icon("up")}</span>
  </li>`;
}

/** @param {Room} room */
function podium({ finished, title }) {
  if (!finished) return "";
  const steps = [1, 0, 2].flatMap((index) => finished.podium[index] ?? []);
  return html`<section class="podium" data-key="podium">
    <h1 dir="auto">${title}</h1>
    ${steps.length ? html`<ol class="steps">${steps.map((place) => html`<li data-key="${place.id}" data-step="${finished.podium.indexOf(place) + 1}"><span class="who">${sign(place.id)}<span class="name" dir="auto">${place.nickname}</span><span class="figures muted">${tn("screen.points", place.score)}</span></span><b class="block figures">${place.rank}</b></li>`)}</ol>` : html`<p class="waiting muted">${t("screen.nobody")}</p>`}
    ${finished.players ? html`<p class="muted played">${tn("screen.played", finished.players)}</p>` : ""}
  </section>`;
}

/** @param {Room} room */
function announcement(room) {
  const { phase, question, reveal, players } = room;
  if (phase === "lobby") return players === 0 ? t("screen.waiting") : tn("screen.players", players < 5 ? players : players - (players % 5)); // not each of a whole class
  if (phase === "finished") return t("screen.finished");
  if (phase === "reveal" && question && reveal) return answer(room, question, reveal);
  return question ? sentences(t("screen.question_of", { n: question.question + 1, of: question.of }), question.stem) : "";
}

/** The right answer in words, or for a poll the number of answers. @param {Room} room @param {Question} question @param {NonNullable<Room["reveal"]>} reveal */
function answer(room, question, { key, answered }) {
  const right = texts(question, key);
  if (right.length) return sentences(`${t("screen.right_answer")} ${right.join(", ")}`);
  return sentences(answered ? answeredOf(room) : t("screen.nobody_answered"));
}

/** The view before the first snapshot. @param {State} state */
export const waiting = ({ link }) => html`${link === "lost" ? html`<p class="offline" role="status">${icon("offline")}${t("screen.reconnecting")}</p>` : ""}${skeleton(5)}`;

/** The view if there is no room to show. @param {string} title @param {string} text @param {import("../ui/html.js").Markup} [more] */
export const instead = (title, text, more = html``) => html`<section class="instead" role="alert"><h1>${title}</h1><p>${text}</p>${more}</section>`;

/** After a close code of BROKEN_CODES. */
export const cutOff = () => instead(t("common.cut_off_title"), t("common.cut_off"), html`<a class="button primary" href="">${t("common.reload")}</a>`);
