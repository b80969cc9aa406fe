/** /decks/{id}: the notes of a deck; for its owner also the link to share it, and what its learners forget. */
import "../ui/site-switches.js";
import { api } from "../ui/api.js";
import { boot, number, t, tn } from "../ui/boot.js";
import { confirmed } from "../ui/dialog.js";
import { debounce } from "../ui/debounce.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { limits } from "../ui/limits.js";
import { Page } from "../ui/page.js";
import { pager } from "../ui/pager.js";
import { guarded, toast } from "../ui/toast.js";
import { copyLink } from "../ui/copy-link.js";
import { askDeck } from "./deck-sheet.js";
import { addNote, askNote } from "./note-sheet.js";

/** @typedef {import("../ui/api-types.js").DeckItem} Deck */
/** @typedef {import("../ui/api-types.js").NoteOutput} Note */
/** @typedef {import("../ui/api-types.js").DifficultItem} Difficult */
/** @typedef {import("../ui/api-types.js").DeckQuestion} Question */
/** @typedef {{ deck: Deck, notes: import("../ui/api-types.js").NoteList | null, questions: import("../ui/api-types.js").DeckQuestionList | null }} Data */

const id = location.pathname.split("/")[2] ?? "";
const path = { deck_id: id };
const SEARCHED = 8; // notes from which on a search helps
const QUESTIONS = "/api/decks/{deck_id}/questions";
const PERCENT = 100;

/** What is forgotten most. It takes longer than the rest, which does not wait for it. @type {Difficult[] | null} */
let difficult = null;

async function loadDifficult() {
  difficult = [];
  ({ items: difficult } = await api("GET", "/api/decks/{deck_id}/difficulties", { path }));
  page.draw();
}

/** A deck has notes, or questions of the bank. @param {{ q: string, page: number }} url @returns {Promise<Data>} */
async function load({ q, page }) {
  const query = { page };
  const deck = await api("GET", "/api/decks/{deck_id}", { path });
  if (deck.is_own && deck.learner_count > 0 && !difficult) void guarded(loadDifficult)();
  return {
    deck,
    notes: deck.kind === "hand" ? await api("GET", "/api/decks/{deck_id}/notes", { path, query: { ...query, ...(q && { q }) } }) : null,
    questions: deck.question_count ? await api("GET", QUESTIONS, { path, query }) : null,
  };
}

/** @param {Data} data @param {{ url: { q: string } }} page */
const view = ({ deck, notes, questions }, { url: { q } }) => html`<div class="wide-page decks one">
  <nav data-key="back"><a href="/decks">${t("common.title_decks")}</a></nav>
  <header class="row spread head" data-key="head"><div><h1 dir="auto">${deck.title}</h1>
    <p class="muted small facts">${!deck.is_own && html`<span dir="auto">${t("decks.by", { name: deck.owner })}</span>`}${notes && html`<span>${tn("decks.notes", deck.note_count)}</span>`}
      ${deck.question_count > 0 && html`<span>${tn("decks.questions", deck.question_count)}</span>`}${deck.is_own && (deck.share_code || deck.learner_count > 0) && html`<span>${tn("decks.learners", deck.learner_count)}</span>`}
      ${deck.is_learned && html`<b class="due" data-some="${String(deck.due_count > 0)}">${t("decks.due", { n: number(deck.due_count) })}</b><span>${t("decks.unseen", { n: number(deck.new_count) })}</span>`}</p>
    ${deck.description && html`<p class="description" dir="auto">${deck.description}</p>`}</div>
    <div class="row" data-key="actions">${buttons(deck)}</div></header>
  ${deck.is_own && share(deck)}
  ${files(deck)}
  ${difficult && difficult.length > 0 && difficulties(difficult)}
  ${questions && asked(questions, deck)}
  ${notes && html`<section data-key="notes"><div class="row spread"><h2>${t("decks.notes_title")}</h2>${deck.is_own && html`<button class="button ${deck.note_count === 0 && "primary"}" data-do="add">${icon("plus")}${t("decks.new_note")}</button>`}</div>
    ${deck.note_count > SEARCHED && finder(q)}
    ${notes.items.length ? html`<ul class="note-list" data-key="list">${notes.items.map((note) => row(note, deck.is_own))}</ul>` : html`<p class="muted" data-key="none">${q ? t("decks.no_note_found", { search: q }) : t(deck.is_own ? "decks.first_note" : "decks.no_notes")}</p>`}${pager(notes)}</section>`}
</div>`;

/** @param {string} q */
const finder = (q) => html`<form role="search" data-do="search" data-key="finder"><label class="find">${icon("search")}<span class="visually-hidden">${t("decks.search_notes")}</span>
  <input type="search" class="input" data-do="search" value="${q}" placeholder="${t("decks.search_notes")}" maxlength="${limits.listNotes.q.maxLength}"></label></form>`;

/** @param {import("../ui/api-types.js").DeckQuestionList} list @param {Deck} deck */
const asked = (list, { is_own, kind }) => html`<section data-key="questions"><div class="row spread"><h2>${t("decks.questions_title")}</h2>
    ${is_own && kind !== "hand" && html`<button class="button" data-do="refill">${icon("plus")}${t("decks.refill")}</button>`}</div>
  <ul class="note-list">${list.items.map((question) => questionRow(question, is_own))}</ul>${pager(list)}</section>`;

/** @param {Question} question @param {boolean} isOwn */
const questionRow = ({ id, stem, topic, tags }, isOwn) => html`<li class="card" data-key="${id}"><div class="side wide" id="side-${id}" dir="auto">${stem}</div>
  ${(topic || tags.length > 0) && html`<p class="muted small facts">${topic && html`<span dir="auto">${topic}</span>`}${tags.map((tag) => html`<span dir="auto">#${tag}</span>`)}</p>`}
  ${isOwn && html`<div class="row acts"><button class="button small quiet icon" data-do="takeOut" value="${id}" aria-label="${t("decks.remove_question")}" aria-describedby="side-${id}" title="${t("decks.remove_question")}">${icon("close")}</button></div>`}</li>`;

/** @param {Deck} deck */
const buttons = ({ is_own, is_learned, due_count, new_count, note_count, question_count }) => html`
  ${is_learned ? note_count + question_count > 0 && html`<a class="button ${due_count + new_count > 0 && "primary"}" href="/reviews?deck=${id}">${icon("play")}${t("decks.review")}</a>` : html`<button class="button primary" data-do="learn">${t("decks.learn")}</button>`}
  ${is_learned && note_count + question_count > 0 && html`<a class="button" href="/reviews?deck=${id}&cram=true" title="${t("decks.cram_hint")}">${icon("cards")}${t("decks.cram")}</a>`}
  ${is_own && html`<button class="button" data-do="change">${icon("edit")}${t("decks.change")}</button>`}
  ${is_learned && html`<button class="button quiet" data-do="leave">${t("decks.stop_learning")}</button>`}
  ${is_own && html`<button class="button quiet icon" data-do="remove" aria-label="${t("decks.delete")}" title="${t("decks.delete")}">${icon("trash")}</button>`}`;

/** @param {Deck} deck */
const share = ({ share_code }) => html`<details class="card share" data-key="share"><summary>${icon("people")}${t("decks.share")}</summary>
  <p class="muted small">${t(share_code ? "decks.shared_hint" : "decks.share_hint")}</p>
  ${share_code && html`<form class="row" data-key="link"><label class="visually-hidden" for="link">${t("decks.link")}</label>
    <input id="link" name="link" class="input" readonly value="${boot.join?.url ?? location.origin}/decks/shared/${share_code}"><button class="button" type="button" data-do="copy">${icon("copy")}${t("decks.copy")}</button></form>
    <img class="qr" data-key="qr" src="/api/decks/shared/${share_code}/qr.svg" alt="${t("decks.qr")}">`}
  <p><button class="button small" data-do="share" value="${share_code ? "" : "on"}">${t(share_code ? "decks.stop_sharing" : "decks.start_sharing")}</button></p></details>`;

/** @param {Deck} deck */
const files = ({ is_own, kind }) => html`<details class="card share" data-key="files"><summary>${icon("download")}${t("decks.files")}</summary>
  <ul class="files">${["apkg", "csv", "json"].map((format) => html`<li data-key="${format}"><a href="/api/decks/${id}/file?format=${format}${format === "json" && "&with_reviews=true"}" download>${t(`decks.file_${format}`)}</a>
    <span class="muted small">${t(`decks.file_${format}_hint`)}</span></li>`)}</ul>
  ${is_own && kind === "hand" && html`<p><a class="button small" href="/decks/import?deck=${id}">${icon("upload")}${t("decks.import_into")}</a></p>`}</details>`;

/** @param {Difficult[]} items */
const difficulties = (items) => html`<section class="card" data-key="difficult"><h2>${t("decks.difficult")}</h2><p class="muted small">${t("decks.difficult_hint")}</p>
  ${!items.some(({ forgotten }) => forgotten) && html`<p data-key="none">${t("decks.none_forgotten")}</p>`}
  <ol class="difficult">${items.filter(({ forgotten }) => forgotten).map(({ note_id, review_question_id, is_reversed, front, forgotten }) => html`<li data-key="${note_id ?? review_question_id}-${String(is_reversed)}">
    <span dir="auto">${front}</span><meter value="${forgotten}" aria-label="${t("decks.forgotten", { n: forgotten * PERCENT })}"></meter><span class="figures small muted">${t("decks.forgotten", { n: forgotten * PERCENT })}</span></li>`)}</ol></section>`;

/** @param {Note} note @param {boolean} isOwn */
const row = ({ id, front, back, hint, front_media, back_media, tags, is_reversed }, isOwn) => html`<li class="card" data-key="${id}">
  <div class="side" id="side-${id}" dir="auto">${side(front, front_media)}</div><div class="side back" dir="auto">${side(back, back_media)}</div>
  ${(hint || is_reversed || tags.length > 0) && html`<p class="muted small facts">${hint && html`<span dir="auto">${t("decks.hint")}: ${hint}</span>`}${is_reversed && html`<span>${t("decks.both_ways")}</span>`}${tags.map((tag) => html`<span dir="auto">#${tag}</span>`)}</p>`}
  ${isOwn && html`<div class="row acts"><button class="button small quiet icon" data-do="edit" value="${id}" aria-label="${t("decks.change_note")}" aria-describedby="side-${id}">${icon("edit")}</button>
    <button class="button small quiet icon" data-do="drop" value="${id}" aria-label="${t("decks.delete_note")}" aria-describedby="side-${id}">${icon("trash")}</button></div>`}
</li>`;

/** @param {string} text @param {string | null} media */
const side = (text, media) => html`${media && html`<img class="picture" src="${media}" alt="" loading="lazy">`}${text}`;

/** @type {Page<Data, { q: string, page: number }>} */
const page = new Page({
  url: { defaults: { q: "", page: 1 } },
  load,
  view,
  title: ({ deck }) => deck.title,
  synced: ".find",
  actions: (shown) => ({
    click: {
      page: ({ value }) => shown.go({ page: Number(value) }),
      copy: copyLink,
      change: async () => {
        if (await askDeck(shown.data.deck, (body) => api("PATCH", "/api/decks/{deck_id}", { path, body }))) await shown.reload();
      },
      share: async ({ value }) => {
        await api("PATCH", "/api/decks/{deck_id}", { path, body: { is_shared: value === "on" } });
        await shown.reload();
      },
      learn: async () => {
        await api("POST", "/api/decks/{deck_id}/subscription", { path });
        await shown.reload();
      },
      leave: async () => {
        if (!(await confirmed({ title: t("decks.stop_title"), body: t("decks.stop_body"), action: t("decks.stop_learning") }))) return;
        await api("DELETE", "/api/decks/{deck_id}/subscription", { path });
        if (!shown.data.deck.is_own) return location.assign("/decks");
        await shown.reload();
      },
      remove: async () => {
        if (!(await confirmed({ title: t("decks.delete_title"), body: t(shown.data.deck.kind === "hand" ? "decks.delete_body" : "decks.delete_body_questions"), action: t("decks.delete"), danger: true }))) return;
        await api("DELETE", "/api/decks/{deck_id}", { path });
        location.assign("/decks");
      },
      add: async () => {
        /** Tags and direction of the note before: many have the same. @type {Partial<Note>} */
        let like = {};
        const send = (/** @type {Partial<Note>} */ { tags = [], is_reversed = false, ...note }) => {
          like = { tags, is_reversed };
          return addNote(id, { ...note, ...like });
        };
        // The message comes when the next sheet is open, and so above it.
        for (let asked = askNote(null, send); await asked; toast(t("decks.added"))) {
          await shown.reload();
          asked = askNote(null, send, like);
        }
      },
      refill: async () => {
        const { found, left_out } = await api("POST", QUESTIONS, { path });
        toast(tn("decks.refilled", found - left_out));
        await shown.reload();
      },
      takeOut: async ({ value }) => {
        await api("DELETE", "/api/decks/{deck_id}/questions/{question_id}", { path: { ...path, question_id: value } });
        await shown.reload();
      },
      edit: async ({ value }) => {
        const note = shown.data.notes?.items.find((each) => each.id === value);
        if (note && (await askNote(note, (body) => api("PATCH", "/api/notes/{note_id}", { path: { note_id: value }, body })))) await shown.reload();
      },
      drop: async ({ value }) => {
        if (!(await confirmed({ title: t("decks.delete_note_title"), body: t("decks.delete_note_body"), action: t("decks.delete_note"), danger: true }))) return;
        await api("DELETE", "/api/notes/{note_id}", { path: { note_id: value } });
        await shown.reload();
      },
    },
    input: { search: debounce((/** @type {HTMLInputElement} */ { value }) => shown.go({ q: value })) },
    submit: { search: () => shown.reload() },
  }),
});
