/** /administration: what waits for an administrator, and the audit trail. */
import "../ui/site-switches.js";
import { api } from "../ui/api.js";
import { number, t } from "../ui/boot.js";
import { ago } from "../ui/dates.js";
import { html } from "../ui/html.js";
import { limits } from "../ui/limits.js";
import { Page } from "../ui/page.js";
import { pager } from "../ui/pager.js";
import { reportActions, reportList } from "../library/reports.js";

const KINDS = limits.listAuditEvents.kind.enum;

/** @typedef {import("../ui/api-types.js").AuditEventOutput} Event */
/** @typedef {{ kind: "" | typeof KINDS[number], account: string, page: number }} State */
/** @typedef {{ events: import("../ui/api-types.js").AuditEventList, reports: import("../ui/api-types.js").QuizReportList }} Shown */

/** @param {State} state @returns {Promise<Shown>} */
async function load({ kind, account, page }) {
  const query = { page, ...(kind && { kind }), ...(account && { account_id: account }) };
  const [events, reports] = await Promise.all([api("GET", "/api/audit-events", { query }), api("GET", "/api/quiz-reports", {})]);
  return { events, reports };
}

/** @param {Shown} shown @param {Page<Shown, State>} page */
const view = ({ events, reports }, { url }) => html`<div class="wide-page dashboard" data-key="administration">
  <header class="head stack" data-key="head"><h1>${t("administration.title")}</h1>
    <p class="muted">${t("administration.commands", { users: "kuis users", jobs: "kuis jobs" })}</p></header>
  ${reports.items.length ? reportList(reports.items) : html`<p class="notice good" data-key="none">${t("administration.no_reports")}</p>`}
  <section class="stack" data-key="trail"><div class="row spread"><h2>${t("administration.events")}</h2>${filters(url)}</div>
    ${events.items.length ? html`<ul class="quizzes">${events.items.map(row)}</ul>` : html`<p class="muted" data-key="empty">${t("administration.no_events")}</p>`}${pager(events)}</section>
</div>`;

/** @param {State} state */
const filters = ({ kind, account }) => html`<form class="row filters" data-key="filters">
  ${account && html`<button type="button" class="chip" data-do="account" value="">${t("administration.all_accounts")}</button>`}
  <label><span class="visually-hidden">${t("administration.kind")}</span><select class="input" data-do="kind">
    <option value="">${t("administration.all_kinds")}</option>
    ${KINDS.map((each) => html`<option value="${each}" ${each === kind && "selected"}>${t(`administration.${each}`)}</option>`)}</select></label></form>`;

/** @param {Event} event */
const row = (event) => html`<li class="quiz" data-key="${event.id}"><div class="what"><b>${t(`administration.${event.kind}`)}</b>
    ${event.count > 1 && html`<span class="tag">${number(event.count)} ×</span>`}
    <p class="facts muted small">${ago(event.created_at)}${event.address && html`<span>${event.address}</span>`}
      ${Object.entries(event.details).map(([name, value]) => html`<span>${name}: ${typeof value === "string" ? value : JSON.stringify(value)}</span>`)}</p></div>
  <div class="next">${event.account_id && account("administration.account", event.account_id)}
    ${event.actor_id && event.actor_id !== event.account_id && account("administration.actor", event.actor_id)}</div></li>`;

/** @param {string} key @param {string} id */
const account = (key, id) => html`<button class="chip code" data-do="account" value="${id}" title="${id}">${t(key, { id: id.slice(-6) })}</button>`;

/** @type {Page<Shown, State>} */
new Page({
  url: { defaults: { kind: "", account: "", page: 1 }, choices: { kind: ["", ...KINDS] } },
  load,
  view,
  synced: ".filters",
  actions: (page) => ({
    click: { account: ({ value }) => page.go({ account: value }), page: ({ value }) => page.go({ page: Number(value) }), ...reportActions(page) },
    change: { kind: ({ value }) => page.go({ kind: value }) },
  }),
});
