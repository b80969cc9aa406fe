/**
 * The views of a review session: `view(model) → markup`.
 *
 * @typedef {import("./queue.js").Session} Session
 * @typedef {import("./queue.js").OwnCard} OwnCard
 * @typedef {{
 *   session: Session | null, shown: import("./card-views.js").Shown | null, link: "online" | "offline" | "busy" | "signed_out", unsent: number, failure: import("../ui/api.js").Problem | null,
 *   isLoading: boolean, isCram: boolean, said: string, now: number,
 * }} Model `said`: what was done last, for screen readers
 */
import { boot, number, said, t, tn } from "../ui/boot.js";
import { soon } from "../ui/dates.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { failure } from "../ui/page-failure.js";
import { skeleton } from "../ui/skeleton.js";
import { bottom, cardView, deckOf } from "./card-views.js";
import { find, left, onDevice, stepEndsAt, sums } from "./queue.js";
import { span } from "./spans.js";

const SWIPES_EXPLAINED = 3;
/** What the menu changes on the server. */
const CHANGES = /** @type {const} */ ([
  ["bury", "next"],
  ["suspend", "pause"],
  ["flag", "flag"],
  ["reschedule", "calendar"],
]);
const KINDS = /** @type {const} */ (["learning", "review", "new"]);

/** @param {Model} model */
export function view(model) {
  const { session, shown, failure: problem } = model;
  if (!session) return problem ? html`<site-switches class="corner"></site-switches>${failure(problem)}` : skeleton();
  const card = shown && find(session, shown.id);
  const isOpen = card?.question && shown?.phase === "ask";
  return html`<div class="play review" data-phase="${isOpen ? "question" : "page"}">
    ${bar(model, session, card)}${status(model, session)}${refusals(session)}
    ${card && shown ? html`${cardView(card, shown)}${swipes(session, shown)}${bottom(card, shown)}` : rest(model, session)}
    <p class="visually-hidden" role="status" data-key="said">${model.said}</p>
  </div>`;
}

/** @param {Model} model @param {Session} session @param {OwnCard | null | undefined} card */
function bar({ isCram, link }, session, card) {
  const { counts, steps } = session;
  const todo = isCram ? session.queue.length : left(counts);
  const done = isCram ? new Set(steps.map(({ card }) => card.id)).size : sums(session).answers;
  const kinds = KINDS.filter((kind) => counts[kind] > 0);
  return html`<header class="bar" data-key="bar">
    <a class="button quiet icon" href="/dashboard" aria-label="${t("reviews.leave")}" title="${t("reviews.leave")}">${icon("close")}</a>
    <div class="progress">
      ${isCram ? html`<p class="small">${t("reviews.cram")} · ${tn("reviews.left", todo, session.more ? { n: `${number(todo)}+` } : {})}</p>` : ""}
      ${!isCram && kinds.length ? html`<ul class="counts small figures" aria-label="${t("reviews.left_today")}">${kinds.map((kind) => html`<li data-kind="${kind}"><b>${number(counts[kind])}</b> ${t(`reviews.count_${kind}`)}</li>`)}</ul>` : ""}
      ${done + todo ? html`<progress max="${done + todo}" value="${done}" aria-label="${t("reviews.progress")}"></progress>` : ""}
    </div>
    <button class="button quiet icon" data-do="undo" aria-keyshortcuts="u" aria-label="${t("reviews.undo")}" title="${t("reviews.undo_hint")}" ${steps.length ? "" : html`aria-disabled="true"`}>${icon("undo")}</button>
    ${card && !isCram ? menu(card, link === "offline") : ""}
  </header>`;
}

/** @param {OwnCard} card @param {boolean} isOffline */
const menu = (card, isOffline) => html`<details class="menu" data-key="menu"><summary class="button quiet icon" aria-label="${t("reviews.more")}" title="${t("reviews.more")}">${icon("more")}</summary>
  <div class="menu-items">
    ${isOffline ? html`<p class="small muted" id="needs-network">${t("reviews.needs_network")}</p>` : ""}
    ${CHANGES.map(([act, sign]) => html`<button data-do="${act}" ${isOffline ? html`aria-disabled="true" aria-describedby="needs-network"` : ""}>${icon(sign)}${t(`reviews.${act}`)}</button>`)}
    ${card.deck && html`<a href="${deckOf(card)}">${icon("edit")}${t("reviews.open_deck")}</a>`}
    <a href="/decks">${icon("books")}${t("reviews.decks")}</a>
    <a href="/cards">${icon("cards")}${t("common.title_cards")}</a>
    <a href="/cards/statistics">${icon("chart")}${t("common.title_card_statistics")}</a>
    <a href="/account#reviews">${icon("settings")}${t("common.settings")}</a>
    <button data-do="help">${icon("keyboard")}${t("reviews.help")}</button>
  </div>
</details>`;

/** @param {Model} model @param {Session} session */
function status({ link, unsent }, session) {
  const [cards, grades] = [onDevice(session), unsent ? tn("reviews.unsent", unsent) : ""];
  if (link === "signed_out")
    return html`<p class="offline" data-key="link" role="status">${icon("lock")}<span>${t("reviews.signed_out")} ${grades}</span>
      <a href="/sign-in?next=${encodeURIComponent(location.pathname + location.search)}">${t("common.sign_in")}</a></p>`;
  if (link === "online") return "";
  if (link === "busy") return html`<p class="offline" data-key="link">${icon("pause")}<span><span role="status">${t("reviews.busy")}</span> ${grades}</span></p>`;
  return html`<p class="offline" data-key="link">${icon("offline")}<span><span role="status">${t("reviews.offline")}</span> ${cards ? tn("reviews.go_on", cards) : ""} ${grades} ${reopens() ? "" : t("reviews.keep_open")}</span></p>`;
}

/** Whether the page opens without the network: then a service worker controls it. */
const reopens = () => Boolean(navigator.serviceWorker?.controller);

/** What the server refused, until the learner has read it. @param {Session} session */
const refusals = ({ refused }) =>
  refused.length
    ? html`<div class="notice bad refused" role="alert" data-key="refused">
        <ul>${refused.map((each) => html`<li data-key="${each.id}"><b dir="auto">${each.title}</b> ${refusal(each)}</li>`)}</ul>
        <button class="button small" data-do="dismiss">${t("reviews.dismiss")}</button>
      </div>`
    : "";

/** @param {import("./queue.js").Refused} refused */
function refusal({ kind, rating, code }) {
  if (kind === "undo") return code === "card_changed" ? t("reviews.undo_refused") : said(code);
  const name = t(`reviews.${rating}`);
  if (code === "card_changed") return t("reviews.grade_refused", { rating: name });
  return code === "no_such_card" ? t("reviews.card_gone", { rating: name }) : html`${t("reviews.grade_failed", { rating: name })} ${said(code)}`;
}

/** How to grade by a swipe, while it is new. @param {Session} session @param {import("./card-views.js").Shown} shown */
function swipes({ steps }, { phase, isUnchecked, result }) {
  if (phase === "ask" || steps.length >= SWIPES_EXPLAINED) return "";
  const right = isUnchecked ? "again" : (result?.suggested ?? "good");
  return html`<p class="swipe-hint small muted" data-key="swipe">${right === "again" ? t("reviews.swipe_left") : t("reviews.swipe", { rating: t(`reviews.${right}`) })}</p>`;
}

/** When there is no card to show. @param {Model} model @param {Session} session */
function rest(model, session) {
  if (model.isLoading || (model.unsent && model.link === "online")) return skeleton();
  const at = stepEndsAt(session);
  if (at && !model.isCram && (session.waiting.length || at > model.now)) return pause(model, session, at);
  return session.has_cards || session.steps.length ? over(model, session) : none();
}

/** @param {Model} model @param {Session} session @param {number} at */
const pause = ({ now }, session, at) => html`<section class="centre" data-key="pause">
  <h1 tabindex="-1" data-focus>${t("reviews.pause")}</h1>
  <p class="lead">${t("reviews.next_in")} <b class="figures">${clock(at - now)}</b></p>
  ${session.waiting.length ? html`<button class="button primary large" data-do="ahead" aria-keyshortcuts="Space">${t("reviews.ahead")}</button>` : ""}
  ${today(session)}
</section>`;

/** @param {number} ms */
function clock(ms) {
  const seconds = Math.max(Math.ceil(ms / 1000), 0);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** @param {Model} model @param {Session} session */
function over({ isCram, link }, session) {
  const { steps, streak, next_due_at, held_back, done } = session;
  const isDone = steps.length > 0 || done.reviews + done.new > 0;
  return html`<section class="centre over" data-key="over">
    ${isDone ? html`<div class="done-mark">${icon("check")}</div>` : ""}
    <h1 tabindex="-1" data-focus>${t(isCram ? "reviews.cram_done" : isDone ? "reviews.done" : "reviews.nothing_due")}</h1>
    ${today(session)}
    ${streak > 0 && !isCram ? html`<p class="tag streak">${icon("flame")}${tn("reviews.streak", streak)}</p>` : ""}
    ${!isCram && next_due_at ? html`<p class="muted">${t("reviews.next_due")} ${soon(Date.parse(next_due_at))}</p>` : ""}
    ${held_back?.length ? html`<p class="muted">${tn("reviews.held_back", held_back.length)}</p>` : ""}
    ${link === "offline" ? html`<p class="muted">${t("reviews.more_online")}</p>` : ""}
    <div class="row ways"><a class="button primary large" href="/dashboard">${t(boot.user?.role === "student" ? "common.my_games" : "common.dashboard")}</a>
      <a class="button large" href="/decks">${t("reviews.decks")}</a><a class="button large" href="/cards">${t("common.title_cards")}</a>
      <a class="button large" href="/cards/statistics">${t("common.title_card_statistics")}</a></div>
  </section>`;
}

/** What was done in this session, and before it on the same day. @param {Session} session */
function today(session) {
  const { answers, known, took_ms } = sums(session);
  const before = session.done.reviews + session.done.new;
  if (!answers) return before > 0 ? html`<p class="muted">${tn("reviews.done_today", before)}</p>` : "";
  return html`<dl class="standing" data-key="today">
    <div><dt>${t("reviews.answers")}</dt><dd class="figures"><b>${number(answers)}</b></dd></div>
    <div><dt>${t("reviews.known")}</dt><dd class="figures"><b>${number(known)}</b></dd></div>
    <div><dt>${t("reviews.time")}</dt><dd class="figures"><b>${span(0, took_ms)}</b></dd></div>
  </dl>`;
}

/** Somebody who has no cards yet. */
const none = () => html`<section class="centre" data-key="none">
  <div class="badge" aria-hidden="true">${icon("cards")}</div>
  <h1 tabindex="-1" data-focus>${t("reviews.none")}</h1>
  <p class="lead">${t("reviews.none_body")}</p>
  <div class="row ways"><a class="button primary large" href="/">${t("reviews.none_join")}</a><a class="button large" href="/decks">${t("reviews.decks")}</a></div>
</section>`;
