/** /cards: all cards of a learner, to find some of them and to change many. */
import "../ui/site-switches.js";
import { allItems } from "../ui/all-items.js";
import { api } from "../ui/api.js";
import { said, t, tn } from "../ui/boot.js";
import { soon } from "../ui/dates.js";
import { debounce } from "../ui/debounce.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { limits } from "../ui/limits.js";
import { Page } from "../ui/page.js";
import { pager } from "../ui/pager.js";
import { toast } from "../ui/toast.js";
import { chooseDay, chooseFlag } from "./card-menu.js";
import { showCard } from "./card-sheet.js";
import { flagSign } from "./card-views.js";
import { learningTabs } from "./learning-tabs.js";

/** @typedef {import("../ui/api-types.js").CardListItem} Item */
/** @typedef {import("../ui/api-types.js").CardList} List */
/** @typedef {Omit<import("../ui/api-types.js").CardsChange, "cards">} Change */
/** @typedef {{ q: string, state: string, deck: string, flag: string, page: number }} State */

const STATES = /** @type {const} */ (["due", "new", "learning", "review", "relearning", "leech", "buried", "suspended"]);
const FLAGS = ["1", "2", "3", "4", "5", "6", "7"];
const MOST = limits.CardsChange.cards.maxItems;

/** The cards that were chosen, on any page of the list. @type {Map<string, Item>} */
const selected = new Map();
/** @type {Promise<{ id: string, title: string }[]> | null} */
let decks = null;

/** All decks, for the filter. They are asked for once, and again if that has failed. */
function ownDecks() {
  decks ??= allItems((page) => api("GET", "/api/decks", { query: { page, page_size: limits.listDecks.page_size.maximum } }));
  decks.catch(() => (decks = null));
  return decks;
}

/** @param {State} url */
async function load({ q, state, deck, flag, page }) {
  const query = { page, ...(q && { q }), ...(state && { state: /** @type {any} */ (state) }), ...(deck && { deck }), ...(flag && { flag: Number(flag) }) };
  const [list, all] = await Promise.all([api("GET", "/api/cards", { query }), ownDecks()]);
  return { list, decks: all };
}

/** @type {Page<{ list: List, decks: { id: string, title: string }[] }, State>} */
const page = new Page({
  url: { defaults: { q: "", state: "", deck: "", flag: "", page: 1 }, choices: { state: ["", ...STATES], flag: ["", ...FLAGS] }, steps: ["state", "deck", "flag", "page"] },
  load,
  frame: (content, { url, data }) => html`<div class="wide-page own-cards">
    <header class="row spread head" data-key="head"><h1>${t("common.title_cards")}</h1>
      <a class="button primary" href="/reviews">${icon("play")}${t("reviews.review_now")}</a></header>
    ${learningTabs()}
    ${filters(url, data?.decks ?? [])}
    <div data-key="list">${content}</div>
    ${selection()}
  </div>`,
  view: ({ list }, { url }) => (list.items.length ? html`${listHead(list)}<ul class="card-list" data-key="cards">${list.items.map(row)}</ul>${pager(list)}` : nothing(url)),
  title: () => t("common.title_cards"),
  synced: ".filters, .card-list, .list-head",
  actions: () => ({
    submit: { search: () => page.reload() },
    input: { search: debounce((/** @type {HTMLInputElement} */ { value }) => page.go({ q: value })) },
    change: {
      filter: (/** @type {HTMLSelectElement} */ { name, value }) => page.go({ [name]: value }),
      select: (/** @type {HTMLInputElement} */ { value, checked }) => choose(page.data.list.items.filter(({ id }) => id === value), checked),
      selectAll: (/** @type {HTMLInputElement} */ { checked }) => choose(page.data.list.items, checked),
    },
    click: {
      page: ({ value }) => page.go({ page: Number(value) }),
      look: ({ value }) => showCard(value),
      unselect: () => {
        selected.clear();
        page.draw();
      },
      unfilter: () => page.go({ q: "", state: "", deck: "", flag: "" }),
      suspend: () => alter({ is_suspended: true }, t("cards.suspended"), ({ is_suspended }) => ({ is_suspended })),
      resume: () => alter({ is_suspended: false, is_buried: false }, t("cards.resumed"), (item) => ({ is_suspended: item.is_suspended, is_buried: isBuried(item) })),
      bury: () => alter({ is_buried: true }, t("reviews.buried"), (item) => ({ is_buried: isBuried(item) })),
      flag: async () => {
        const flag = await chooseFlag({ flag: [...selected.values()].find((each) => each.flag)?.flag ?? 0 });
        if (flag !== null) await alter({ flag }, t("cards.flagged"), (item) => ({ flag: item.flag }));
      },
      reschedule: async () => {
        const fresh = [...selected.values()].filter(({ state }) => state === "new").length; // they have no schedule yet
        if (fresh === selected.size) return toast(said("card_is_new"), { bad: true });
        const due_on = await chooseDay();
        if (due_on) await alter({ due_on }, fresh ? tn("cards.rescheduled_but", fresh) : t("cards.rescheduled"), () => ({ due_on: null }));
      },
    },
  }),
});

/** @param {Item[]} items @param {boolean} isOn */
function choose(items, isOn) {
  for (const item of items) {
    if (!isOn) selected.delete(item.id);
    else if (selected.size < MOST) selected.set(item.id, item);
  }
  page.draw();
}

/** Changes all that are chosen. `back`: what a card had before, to undo it. @param {Change} change @param {string} done @param {(item: Item) => Change} back */
async function alter(change, done, back) {
  const items = [...selected.values()];
  await api("POST", "/api/cards/batch", { body: { ...change, cards: items.map(({ id }) => id) } });
  selected.clear();
  await page.reload();
  toast(done, { action: t("reviews.take_back"), act: () => undo(items, back) });
}

/** @param {Item[]} items @param {(item: Item) => Change} back */
async function undo(items, back) {
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  for (const item of items) groups.set(JSON.stringify(back(item)), [...(groups.get(JSON.stringify(back(item))) ?? []), item.id]);
  for (const [change, cards] of groups) await api("POST", "/api/cards/batch", { body: { ...JSON.parse(change), cards } });
  await page.reload();
}

/** @param {State} url @param {{ id: string, title: string }[]} all */
function filters(url, all) {
  const decks = all.map(({ id, title }) => ({ value: id, text: title }));
  const states = STATES.map((value) => ({ value, text: t(`cards.state_${value}`) }));
  const flags = FLAGS.map((value) => ({ value, text: t("reviews.flag_n", { n: Number(value) }) }));
  return html`<form class="filters" role="search" data-do="search" data-key="filters">
    <label class="find">${icon("search")}<span class="visually-hidden">${t("cards.search")}</span>
      <input type="search" class="input" data-do="search" value="${url.q}" placeholder="${t("cards.search")}" maxlength="${limits.listCards.q.maxLength}"></label>
    ${choice("state", url.state, states)}${choice("deck", url.deck, decks)}${choice("flag", url.flag, flags)}
  </form>`;
}

/** @param {"state" | "deck" | "flag"} name @param {string} chosen @param {{ value: string, text: string }[]} options */
function choice(name, chosen, options) {
  return html`<select class="input" name="${name}" data-do="filter" data-key="${name}" aria-label="${t(`cards.filter_${name}`)}">
    <option value="">${t(`cards.filter_${name}`)}</option>${options.map(({ value, text }) => html`<option value="${value}" ${value === chosen && "selected"}>${text}</option>`)}</select>`;
}

/** @param {List} list */
const listHead = ({ items, total, is_capped }) => html`<p class="row spread list-head" data-key="list-head">
  <label class="check"><input type="checkbox" data-do="selectAll" ${items.every(({ id }) => selected.has(id)) && "checked"}>${t("cards.select_page")}</label>
  <span class="muted small figures">${is_capped ? t("cards.found_capped", { n: total }) : tn("cards.found", total)}</span></p>`;

/** @param {Item} item */
const row = (item) => html`<li data-key="${item.id}" data-off="${String(item.is_suspended)}"><label>
  <input type="checkbox" data-do="select" value="${item.id}" ${selected.has(item.id) && "checked"}>
  <span class="what"><span class="text" id="text-${item.id}" dir="auto">${item.text || t("cards.picture")}</span>
    <span class="facts small muted">${item.flag ? html`<span class="tag">${flagSign(item.flag)}${t("reviews.flag_n", { n: item.flag })}</span>` : ""}
      ${item.is_leech ? html`<span class="tag bad">${t("reviews.leech")}</span>` : ""}<span class="tag">${t(`cards.state_${stateOf(item)}`)}</span>
      ${!item.is_suspended && !item.is_held_back && item.due_at ? html`<span>${t(Date.parse(item.due_at) > Date.now() ? "cards.next" : "cards.since")} ${soon(Date.parse(item.due_at))}</span>` : ""}
      ${item.lapses ? html`<span>${tn("cards.lapses", item.lapses)}</span>` : ""}${from(item)}</span></span></label>
  <button class="button quiet icon" data-do="look" value="${item.id}" aria-label="${t("cards.look")}" aria-describedby="text-${item.id}" title="${t("cards.look")}">${icon("next")}</button></li>`;

/** @param {Item} item */
const isBuried = ({ buried_until }) => buried_until !== null && Date.parse(buried_until) > Date.now();

/** @param {Item} item @returns {typeof STATES[number] | "held_back"} */
function stateOf(item) {
  const { state, is_suspended, is_held_back, due_at } = item;
  if (is_suspended) return "suspended";
  if (is_held_back) return "held_back";
  if (isBuried(item)) return "buried";
  return state === "review" && due_at && Date.parse(due_at) <= Date.now() ? "due" : state;
}

/** @param {Item} item */
function from({ deck, missed_in }) {
  const title = missed_in?.title ? t("reviews.missed_in", { title: missed_in.title }) : deck?.title;
  return title ? html`<span dir="auto">${title}</span>` : "";
}

/** @param {State} url */
const nothing = ({ q, state, deck, flag }) =>
  q || state || deck || flag
    ? html`<div class="empty" data-key="empty"><p>${t("cards.none_found")}</p><button class="button" data-do="unfilter">${t("cards.unfilter")}</button></div>`
    : html`<div class="empty" data-key="empty"><h2>${t("reviews.none")}</h2><p class="muted">${t("reviews.none_body")}</p><a class="button primary" href="/decks">${t("reviews.decks")}</a></div>`;

/** What can be done with the chosen cards. */
function selection() {
  const act = (/** @type {string} */ name, /** @type {Parameters<typeof icon>[0]} */ sign, /** @type {string} */ words) =>
    html`<button class="button small" data-do="${name}" data-key="${name}">${icon(sign)}${words}</button>`;
  return html`<div class="selection" role="region" aria-label="${t("cards.selection")}" data-key="selection" ${selected.size === 0 && "hidden"}>
    <b class="figures">${tn("cards.selected", selected.size)}</b>
    <div class="row">${act("flag", "flag", t("reviews.flag"))}${act("bury", "next", t("reviews.bury"))}${act("reschedule", "calendar", t("reviews.reschedule"))}
      ${act("suspend", "pause", t("cards.suspend"))}${act("resume", "play", t("cards.resume"))}</div>
    <button class="button quiet icon" data-do="unselect" aria-label="${t("cards.unselect")}">${icon("close")}</button></div>`;
}
