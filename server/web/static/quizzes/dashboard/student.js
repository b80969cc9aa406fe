/** A student's dashboard: a form to join by code, and the games played. */
import { api } from "../../ui/api.js";
import { boot, t } from "../../ui/boot.js";
import { due } from "../../ui/dates.js";
import { html } from "../../ui/html.js";
import { limits } from "../../ui/limits.js";
import { Page } from "../../ui/page.js";
import { pager } from "../../ui/pager.js";
import { opened } from "../../homework/opened.js";
import { playedGames } from "../../results/played-games.js";

export const studentPage = () =>
  new Page({
    url: { defaults: { page: 1 } },
    load: ({ page }) => api("GET", "/api/me/history", { query: { page } }),
    view,
    title: () => t("common.my_games"),
    actions: (page) => ({ click: { page: ({ value }) => page.go({ page: Number(value) }) } }),
  });

/** @param {import("../../ui/api-types.js").History} list */
const view = (list) => html`<div class="wide-page dashboard student" data-key="student">
  <form class="card join-card" action="/" method="get" data-key="join">
    <h1 dir="auto">${t("dashboard.hello", { name: boot.user?.full_name ?? "" })}</h1>
    <label for="code">${t("dashboard.join_label")}</label>
    <div class="row">
      <input class="input code" id="code" name="code" required maxlength="${limits.Room.code.maxLength}" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="KQ7M2X">
      <button class="button primary">${t("dashboard.join")}</button>
    </div>
  </form>
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
