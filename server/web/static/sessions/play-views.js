/**
 * The views of a player's phone: `view(model) → markup`.
 *
 * @typedef {import("./room-state.js").State} State
 * @typedef {import("./room-state.js").Room} Room
 * @typedef {import("./room-state.js").Response} Response
 * @typedef {import("./room-state.js").OwnResult} OwnResult
 * @typedef {import("./room-state.js").OwnPlace} OwnPlace
 * @typedef {{ state: State, draft: Response | null, now: number, code: string, cards: number, isSettling?: boolean | undefined }} Model
 */
import { boot, number, said, t, tn } from "../ui/boot.js";
import { sign } from "../ui/glyph.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { skeleton } from "../ui/skeleton.js";
import { numberBesideUnit, plainly } from "../ui/numerals.js";
import { answers, isNoNumber } from "./answers.js";
import { BROKEN_CODES } from "./close-codes.js";
import { getsCards, keepMistakes } from "./keep-mistakes.js";
import { answerView, hint, sentences, texts } from "./wording.js";
import { forPhone } from "./picture.js";

/** @param {Model} model */
export function view(model) {
  const { state, code } = model;
  if (state.link === "closed") return closed(state.closed, code);
  if (!state.room) return html`${offline(state)}${skeleton()}`;
  const { phase } = state.room;
  return html`<div class="play" data-phase="${phase}">
    ${bar(model, state.room)}${offline(state)}
    ${phase === "lobby" ? lobby(state, state.room) : phase === "question" ? openQuestion(model, state.room) : phase === "reveal" ? revealed(state.room) : over(model, state.room)}
    <p class="visually-hidden" role="status" aria-live="polite" data-key="live">${announcement(model, state.room)}</p>
  </div>`;
}

/** @param {Model} model @param {Room} room */
function bar({ state, now }, room) {
  const open = room.phase === "question" ? room.question : null;
  const begun = open && now >= open.opens_at;
  const score = room.you?.score ?? 0;
  return html`<header class="bar" data-key="bar">
    <span class="me">${sign(state.player?.id ?? "")}<b dir="auto">${state.player?.nickname ?? ""}</b></span>
    ${open ? html`<span class="muted small figures">${t("play.question_of", { n: open.question + 1, of: open.of })}</span>` : ""}
    ${begun && open ? ring(state, room, open) : html`<b class="score figures">${tn("play.points", score)}</b>`}
  </header>`;
}

/** @param {State} state @param {Room} room @param {import("./room-state.js").Question} open */
const ring = (state, room, open) =>
  html`<countdown-ring data-key="ring" from="${open.opens_at}" to="${open.closes_at}" ${room.paused ? html`still="${room.paused_at ?? room.now}"` : ""}
    offset="${state.offset}" aria-label="${t("play.seconds_left")}"></countdown-ring>`;

/** @param {State} state */
const offline = ({ link }) => (link === "lost" ? html`<p class="offline" data-key="offline">${icon("offline")}${t("play.reconnecting")}</p>` : "");

/** @param {State} state @param {Room} room */
const lobby = (state, room) =>
  html`<section class="centre lobby" data-key="lobby">
    <div class="badge">${sign(state.player?.id ?? "")}</div>
    <h1 dir="auto">${state.player?.nickname ?? ""}</h1>
    <p class="lead">${t("play.you_are_in")}</p>
    <p class="muted" dir="auto">${room.title}</p>
    <p class="tag brand">${icon("people")}${tn("play.players", room.players)}</p>
  </section>`;

/** @param {Model} model @param {Room} room */
function openQuestion(model, room) {
  const { state, draft, now, isSettling } = model;
  const { question } = room;
  if (!question) return "";
  if (now < question.opens_at && !room.paused) return ready(state, question);
  const { mine } = state;
  const late = now >= question.closes_at && !room.paused;
  const locked = late || room.paused;
  return html`<section class="open-question" data-key="open-question-${question.question}">
    <div class="stem">${picture(question.media)}<h1 dir="auto">${question.stem}</h1></div>
    ${answers({ question, draft, mine, locked, isSettling, refused: isRefused(state), word: html`<p class="word" id="word" data-key="word" data-look="${isRefused(state) ? "refused" : (mine?.status ?? "free")}">${signOf(state, room)}${word(model, room)}</p>` })}
  </section>`;
}

/** @param {string | undefined} media */
export const picture = (media) => (media ? html`<img class="picture" src="${forPhone(media)}" alt="" />` : "");

/** Whether the answer was refused and another one can be given. @param {State} state */
const isRefused = ({ mine, refusal }) => !mine && refusal === "bad_response";

/** The line about the state of the answer. @param {Model} model @param {Room} room */
function word({ state, draft, now }, { question, paused }) {
  const { mine, link } = state;
  if (mine?.status === "refused") return mine.code === "too_late" ? t("play.too_late") : mine.code ? said(mine.code) : t("play.refused");
  if (mine?.status === "stored") return t("play.answered");
  if (mine) return link === "open" ? t("play.sending") : t("play.saved_here");
  if (paused) return t("play.paused");
  if (!question) return "";
  if (now >= question.closes_at) return t("play.time_up");
  if (isRefused(state)) return said(state.refusal);
  return typedWord(question, draft) || hint(question);
}

/** The number that was understood, if more than digits was typed. @param {import("./room-state.js").Question} question @param {Response | null} draft */
function typedWord(question, draft) {
  if (isNoNumber(question, draft)) return t("play.no_number");
  const value = question.kind === "numeric" && /[^\d-]/.test(String(draft ?? "")) ? numberBesideUnit(String(draft)) : null;
  return value === null ? "" : t("play.read_as", { value: plainly(value) });
}

/** @param {State} state @param {Room} room */
function signOf({ mine, link }, { paused }) {
  if (mine?.status === "stored") return icon("check");
  if (mine?.status === "sending" && link !== "open") return icon("offline");
  return !mine && paused ? icon("pause") : "";
}

/** @param {State} state @param {import("./room-state.js").Question} question */
const ready = (state, question) =>
  html`<section class="centre ready" data-key="ready-${question.question}">
    <p class="tag brand">${t("play.question_of", { n: question.question + 1, of: question.of })}</p>
    <div class="stem">${picture(question.media)}<h1 dir="auto">${question.stem}</h1></div>
    <p class="muted">${hint(question)}${question.kind !== "poll" && question.points > 0 ? html` · ${tn("play.points", question.points)}` : ""}</p>
    <countdown-ring data-key="lead" from="${question.opens_at - 3000}" to="${question.opens_at}" offset="${state.offset}"
      aria-label="${t("play.starts_in")}"></countdown-ring>
  </section>`;

/** @param {Room} room */
function revealed(room) {
  const { question, reveal } = room;
  if (!question || !reveal) return "";
  const you = /** @type {OwnResult | undefined} */ (room.you && "gained" in room.you ? room.you : undefined);
  return html`<section class="revealed" data-key="revealed-${question.question}" data-verdict="${verdict(question.kind, you)}">
    <div class="verdict">
      <span class="mark">${markOf(question.kind, you)}</span>
      <h1>${headline(question.kind, you)}</h1>
      ${verdict(question.kind, you) === "new" ? html`<p>${t("play.next_is_yours")}</p>` : ""}
      ${you && you.gained > 0 ? html`<p class="gained figures">+${number(you.gained)}</p>` : ""}
      ${you && you.streak > 1 ? html`<p class="tag streak">${icon("flame")}${tn("play.streak", you.streak)}</p>` : ""}
    </div>
    ${you ? standing(you, reveal.players) : ""}
    ${keyCard(question, reveal, you)}
  </section>`;
}

/** @param {string} kind @param {OwnResult | undefined} you */
function verdict(kind, you) {
  if (you?.rank === 0) return "new"; // joined after this question
  if (!you || you.response == null) return "none";
  if (kind === "poll") return "poll";
  return you.correct ? "right" : you.gained > 0 ? "partly" : "wrong";
}

/** @param {string} kind @param {OwnResult | undefined} you */
function headline(kind, you) {
  return {
    new: t("play.just_joined"),
    none: t("play.no_answer"),
    poll: t("play.voted"),
    right: t("play.right"),
    partly: t("play.partly"),
    wrong: t("play.wrong"),
  }[verdict(kind, you)];
}

/** @param {string} kind @param {OwnResult | undefined} you */
function markOf(kind, you) {
  const how = verdict(kind, you);
  return icon(how === "none" ? "more" : how === "wrong" ? "close" : "check");
}

/** @param {OwnResult} you @param {number} players */
function standing({ rank, score, previous_rank: before }, players) {
  const rise = before && rank ? before - rank : 0;
  const way = rise > 0 ? html`<p class="tag good change">${icon("up")}${tn("play.up", rise)}</p>` : rise < 0 ? html`<p class="tag change">${icon("down")}${tn("play.down", -rise)}</p>` : "";
  return html`<dl class="standing">
    ${rank ? html`<div><dt>${t("play.place")}</dt><dd class="figures"><b>${rank}</b> <small>/ ${number(Math.max(players, rank))}</small></dd></div>` : ""}
    <div><dt>${t("play.score")}</dt><dd class="figures"><b>${number(score)}</b></dd></div>
  </dl>
  ${way}`;
}

/** @param {import("./room-state.js").Question} question @param {NonNullable<Room["reveal"]>} reveal @param {OwnResult | undefined} you */
function keyCard(question, reveal, you) {
  const isGiven = texts(question, you?.response).length > 0;
  return html`<div class="key-card">
    <p class="muted" dir="auto">${question.stem}</p>
    ${texts(question, reveal.key).length ? html`<h2 class="small">${t("play.right_answer")}</h2>${answerView(question, reveal.key)}` : ""}
    ${isGiven && (question.kind === "poll" || !you?.correct) ? html`<h2 class="small">${t("play.your_answer")}</h2>${answerView(question, you?.response)}` : ""}
    ${reveal.explanation ? html`<p class="explanation" dir="auto">${reveal.explanation}</p>` : ""}
  </div>`;
}

/** @param {Model} model @param {Room} room */
function over({ state: { player }, cards }, { finished, you }) {
  if (!finished) return "";
  const own = /** @type {OwnPlace | undefined} */ (you && "correct" in you ? you : undefined);
  return html`<section class="centre over" data-key="over">
    <div class="badge" data-place="${own?.rank || ""}">${sign(player?.id ?? "")}</div>
    ${own?.rank ? html`<h1>${own.rank <= 3 && own.score > 0 ? t("play.podium", { place: own.rank }) : t("play.final_place", { place: own.rank })}</h1>` : html`<h1>${t("play.game_over")}</h1>`}
    ${own ? html`<p class="lead figures">${tn("play.points", own.score)}${own.of ? ` · ${t("play.correct_of", { correct: own.correct, of: own.of })}` : ""}</p>` : ""}
    <ol class="winners">
      ${finished.podium.map((row) => html`<li data-me="${String(row.id === player?.id)}"><b class="figures">${row.rank}</b>${sign(row.id)}<span dir="auto">${row.nickname}</span><b class="figures">${number(row.score)}</b></li>`)}
    </ol>
    ${own && own.correct < own.of ? missed(cards) : ""}
    <p><a class="button" href="/">${t("play.another")}</a></p>
  </section>`;
}

/** Where what was missed can be learned. @param {number} cards those of this game, 0 if they are not known */
function missed(cards) {
  if (!boot.user) return keepMistakes();
  if (!getsCards()) return "";
  return html`<p class="in-reviews" data-key="in-reviews" role="status"><a class="button primary large" href="/reviews">${cards ? tn("play.cards_tonight", cards) : t("play.in_reviews")}</a></p>`;
}

/** @param {number} code @param {string} room */
function wayOut(code, room) {
  if (code === 4409) return html`<button class="button primary large" data-do="here">${t("play.here_instead")}</button>`;
  if (BROKEN_CODES.has(code)) return html`<a class="button primary large" href="">${t("common.reload")}</a>`;
  if (code !== 4401) return html`<a class="button primary large" href="/">${t("play.another")}</a>`;
  const address = `/play/${encodeURIComponent(room)}`;
  return html`<a class="button primary large" href="/sign-in?next=${address}">${t("common.sign_in")}</a>
    <a class="button large" href="${address}">${t("play.as_guest")}</a>`;
}

/** @param {number} code @param {string} room */
function closed(code, room) {
  const other = BROKEN_CODES.has(code) ? [t("common.cut_off_title"), t("common.cut_off")] : [t("play.room_over_title"), t("play.room_over")];
  const [title, text] = {
    4000: [t("play.kicked_title"), t("play.kicked")],
    4401: [t("play.signed_out_title"), t("play.signed_out")],
    4404: [t("play.no_room_title"), t("play.no_room", { code: room })],
    4409: [t("play.elsewhere_title"), t("play.elsewhere")],
  }[code] ?? other;
  return html`<section class="centre closed" role="alert">
    <h1>${title}</h1>
    <p>${text}</p>
    ${wayOut(code, room)}
  </section>`;
}

/** The text for screen readers when the phase changes. @param {Model} model @param {Room} room */
function announcement(model, room) {
  const { state } = model;
  const { question, reveal, phase } = room;
  if (state.link === "lost") return t("play.reconnecting");
  if (phase === "lobby") return t("play.you_are_in");
  if (phase === "finished") return ending(room);
  if (phase === "reveal" && question && reveal) {
    const you = /** @type {OwnResult | undefined} */ (room.you && "gained" in room.you ? room.you : undefined);
    return sentences(headline(question.kind, you), Boolean(you?.rank) && t("play.final_place", { place: you?.rank ?? 0 }));
  }
  if (!question) return "";
  const [said, todo] = [word(model, room), hint(question)];
  return said === todo ? sentences(t("play.question_of", { n: question.question + 1, of: question.of }), question.stem, todo) : sentences(said);
}

/** @param {Room} room */
function ending({ you }) {
  if (!you?.rank) return sentences(t("play.game_over"));
  return sentences(t("play.game_over"), t("play.final_place", { place: you.rank }), tn("play.points", you.score));
}
