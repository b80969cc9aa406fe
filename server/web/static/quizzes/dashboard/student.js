/** A student's dashboard: what is due, a form to join by code, and the games played. */
import { api } from "../../ui/api.js";
import { boot, t } from "../../ui/boot.js";
import { due } from "../../ui/dates.js";
import { html } from "../../ui/html.js";
import { limits } from "../../ui/limits.js";
import { Page } from "../../ui/page.js";
import { pager } from "../../ui/pager.js";
import { opened } from "../../homework/opened.js";
import { playedGames } from "../../results/played-games.js";
import { claimSeat, claimWanted, dropSeat, isWanted, seats } from "../../sessions/seat-claims.js";
import { toast } from "../../ui/toast.js";
import { dueCards } from "./due-cards.js";

/** @typedef {{ list: import("../../ui/api-types.js").History, today: import("./due-cards.js").Today }} Data */

const SOON_MS = 3000; // until what was claimed is recorded, and its cards are made
const TRIES = 5;

export function studentPage() {
  let tries = 0;
  /** @type {Page<Data, { page: number }>} */
  const page = new Page({
    url: { defaults: { page: 1 } },
    load: async (url) => {
      const claimed = await claimWanted();
      if (claimed.length) toast(t("dashboard.claimed", { title: claimed.join(", ") }));
      const [list, today] = await Promise.all([api("GET", "/api/me/history", { query: { page: url.page } }), api("GET", "/api/cards/queue", { query: { limit: 0 } })]);
      if (claimed.length || (seats().some(isWanted) && tries++ < TRIES)) setTimeout(() => page.reload(), SOON_MS);
      return { list, today };
    },
    view,
    title: () => t("common.my_games"),
    actions: () => ({
      click: {
        page: ({ value }) => page.go({ page: Number(value) }),
        claim: async ({ value }) => {
          const seat = seats().find(({ token }) => token === value);
          const claimed = seat && (await claimSeat(seat));
          toast(claimed ? t("dashboard.claimed", { title: seat.title }) : t("dashboard.not_claimed"), { bad: !claimed });
          await page.reload();
          if (claimed) setTimeout(() => page.reload(), SOON_MS);
        },
        disown: ({ value }) => {
          dropSeat(value);
          page.draw();
        },
      },
    }),
  });
}

/** @param {Data} data */
const view = ({ list, today }) => html`<div class="wide-page dashboard student" data-key="student">
  <form class="card join-card" action="/" method="get" data-key="join">
    <h1 dir="auto">${t("dashboard.hello", { name: boot.user?.full_name ?? "" })}</h1>
    <label for="code">${t("dashboard.join_label")}</label>
    <div class="row">
      <input class="input code" id="code" name="code" required maxlength="${limits.Room.code.maxLength}" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="KQ7M2X">
      <button class="button primary">${t("dashboard.join")}</button>
    </div>
  </form>
  ${seats().filter((seat) => !isWanted(seat)).map(offer)}
  ${dueCards(today)}
  ${waiting(opened())}
  <section data-key="played"><h2>${t("history.title")}</h2>
    ${list.items.length ? playedGames(list.items) : html`<p class="muted" data-key="none">${t("history.none")}</p>`}${pager(list)}</section>
</div>`;

/** The homework that was opened on this device and not started. @param {import("../../homework/opened.js").Opened[]} homework */
const waiting = (homework) =>
  homework.length > 0 &&
  html`<section data-key="waiting"><h2>${t("dashboard.to_start")}</h2><ul class="played">${homework.map(
    ({ code, title, opens_at, closes_at }) => html`<li data-key="${code}"><div class="what"><a class="title" href="/homework/${code}" dir="auto">${title}</a>
    <span class="muted small">${opens_at > Date.now() ? html`${t("homework.opens")} ${due(new Date(opens_at).toISOString())}` : html`${t("homework.until")} ${due(new Date(closes_at).toISOString())}`}</span></div></li>`,
  )}</ul></section>`;

/** Somebody played on this device as a guest: whose answers are they? @param {import("../../sessions/seat-claims.js").Seat} seat */
const offer = ({ token, title, nickname }) => html`<section class="notice offer" data-key="offer-${token}">
  <p dir="auto">${t("dashboard.offer", { title, nickname })}</p>
  <p class="row"><button class="button primary small" data-do="claim" value="${token}">${t("dashboard.offer_yes")}</button>
    <button class="button small" data-do="disown" value="${token}">${t("dashboard.offer_no")}</button></p>
</section>`;
