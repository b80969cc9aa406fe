/** /homework: a teacher's homework, the newest first. */
import "../ui/site-switches.js";
import { api } from "../ui/api.js";
import { t } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { Page } from "../ui/page.js";
import { pager } from "../ui/pager.js";
import { roomList } from "../quizzes/dashboard/room-list.js";

new Page({
  url: { defaults: { page: 1 } },
  load: ({ page }) => api("GET", "/api/sessions", { query: { page, mode: "self_paced" } }),
  frame: (content) => html`<div class="wide-page dashboard">
    <header class="head" data-key="head"><h1>${t("common.homework")}</h1></header>
    <div data-key="list">${content}</div>
  </div>`,
  view: (list) => html`${list.items.length ? roomList(list.items) : nothing()}${pager(list)}`,
  actions: (page) => ({ click: { page: ({ value }) => page.go({ page: Number(value) }) } }),
});

const nothing = () => html`<div class="empty" data-key="empty">
  <h2>${t("dashboard.none_homework")}</h2><p class="muted">${t("dashboard.none_homework_hint")}</p>
  <a class="button primary large" href="/dashboard">${t("dashboard.to_quizzes")}</a>
</div>`;
