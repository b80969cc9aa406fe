/** /administration: what waits for an administrator, and the audit trail. */
import "../ui/site-switches.js";
import { api } from "../ui/api.js";
import { number, t } from "../ui/boot.js";
import { ago } from "../ui/dates.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { limits } from "../ui/limits.js";
import { Page } from "../ui/page.js";
import { pager } from "../ui/pager.js";
import { reportActions, reportList } from "../library/reports.js";

const KINDS = limits.listAuditEvents.kind.enum;

/** @typedef {import("../ui/api-types.js").AuditEventOutput} Event */
/** @typedef {{ kind: "" | typeof KINDS[number], account: string, email: string, page: number }} State */
/** @typedef {{ events: import("../ui/api-types.js").AuditEventList, reports: import("../ui/api-types.js").QuizReportList }} Shown */

/** @param {State} state @returns {Promise<Shown>} */
async function load({ kind, account, email, page }) {
  const query = { page, ...(kind && { kind }), ...(account && { account_id: account }), ...(email && { email }) };
  const [events, reports] = await Promise.all([api("GET", "/api/audit-events", { query }), api("GET", "/api/quiz-reports", {})]);
  return { events, reports };
}

/** @param {Shown} shown @param {Page<Shown, State>} page */
const view = ({ events, reports }, { url }) => html`<div class="wide-page dashboard" data-key="administration">
  <header class="head stack" data-key="head"><h1>${t("administration.title")}</h1>
    <p class="muted">${t("administration.commands", { users: "kuis users", jobs: "kuis jobs" })}</p></header>
  ${reports.items.length ? reportList(reports.items) : html`<p class="notice good" data-key="none">${t("administration.no_reports")}</p>`}
  <section class="stack" data-key="trail"><div class="row spread"><h2>${t("administration.events")}</h2>${filters(url, events.items)}</div>
    ${events.items.length ? html`<ul class="quizzes">${events.items.map(row)}</ul>` : html`<p class="muted" data-key="empty">${t("administration.no_events")}</p>`}${pager(events)}</section>
</div>`;

/** @param {State} state @param {Event[]} events */
const filters = ({ kind, account, email }, events) => html`<form class="row filters" data-key="filters" data-do="search">
  ${account && html`<button type="button" class="chip" data-do="account" value="" aria-label="${t("administration.all_accounts")}"><span dir="auto">${nameOf(account, events)}</span> ${icon("close")}</button>`}
  <label class="find">${icon("search")}<span class="visually-hidden">${t("administration.email")}</span>
    <input type="search" inputmode="email" name="email" class="input" data-do="email" value="${email}" placeholder="${t("administration.email")}" maxlength="${limits.SignInRequest.email.maxLength}"></label>
  <label><span class="visually-hidden">${t("administration.kind")}</span><select class="input" data-do="kind">
    <option value="">${t("administration.all_kinds")}</option>
    ${KINDS.map((each) => html`<option value="${each}" ${each === kind && "selected"}>${t(`administration.${each}`)}</option>`)}</select></label></form>`;

/** @param {Event} event */
const row = (event) => html`<li class="quiz" data-key="${event.id}"><div class="what"><b>${t(`administration.${event.kind}`)}</b>
    ${event.count > 1 && html`<span class="tag">${number(event.count)} ×</span>`}
    <p class="facts muted small">${ago(event.created_at)}${event.address && html`<span>${event.address}</span>`}
      ${Object.entries(event.details).map(([name, value]) => detail(event, name, typeof value === "string" ? value : JSON.stringify(value)))}</p></div>
  <div class="next">${event.account_id && chip(event.account_id, event.account)}
    ${event.actor_id && event.actor_id !== event.account_id && html`<span class="small muted">${t("administration.by")}</span>${chip(event.actor_id, event.actor)}`}</div></li>`;

/** @type {Record<string, string>} */
const PAGES = { quiz: "/quizzes", session: "/sessions" };

/** What is still there is linked. @param {Event} event @param {string} name @param {string} value */
function detail({ kind }, name, value) {
  const page = kind === "quiz_deleted" ? null : PAGES[name];
  return html`<span>${page ? html`<a href="${page}/${value}">${t(`administration.to_${name}`)}</a>` : `${name}: ${value}`}</span>`;
}

/** A button that shows the events of this account only. @param {string} id @param {Event["account"]} account null if it was removed */
const chip = (id, account) => html`<button class="chip" data-do="account" value="${id}" title="${id}"><b dir="auto">${shown(id, account)}</b>
  ${account && html`<span dir="ltr">${account.email}</span>`}${account && !account.is_active && html`<span class="tag">${t("administration.closed")}</span>`}</button>`;

/** @param {string} id @param {Event["account"]} account */
const shown = (id, account) => account?.full_name ?? t("administration.removed", { id: id.slice(-6) });

/** @param {string} id @param {Event[]} events */
function nameOf(id, events) {
  const all = events.flatMap(({ account, actor }) => [account, actor]);
  return shown(id, all.find((account) => account?.id === id) ?? null);
}

/** @type {Page<Shown, State>} */
new Page({
  url: { defaults: { kind: "", account: "", email: "", page: 1 }, choices: { kind: ["", ...KINDS] } },
  load,
  view,
  synced: ".filters",
  actions: (page) => ({
    click: { account: ({ value }) => page.go({ account: value }), page: ({ value }) => page.go({ page: Number(value) }), ...reportActions(page) },
    change: { kind: ({ value }) => page.go({ kind: value }), email: ({ value }) => page.go({ email: value.trim() }) },
    submit: { search: (form) => page.go({ email: form.elements.email.value.trim() }) },
  }),
});
