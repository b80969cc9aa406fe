/** /sessions/{id}/homework: one homework for its teacher, with its code and the students at work. */
import "../ui/qr-box.js";
import "../ui/site-switches.js";
import { api } from "../ui/api.js";
import { boot, number, t, tn } from "../ui/boot.js";
import { ago, inFull } from "../ui/dates.js";
import { confirmed } from "../ui/dialog.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { Page } from "../ui/page.js";
import { toast } from "../ui/toast.js";
import { copyLink } from "../ui/copy-link.js";
import { momentOf, wallTime, zoneName } from "../ui/zones.js";

/** @typedef {import("../ui/api-types.js").HomeworkOutput} Homework */

const id = location.pathname.split("/")[2] ?? "";
const path = { homework_id: id };
const LOOK_AGAIN_MS = 5_000;

/** @param {Homework} homework */
const view = (homework) => html`<div class="wide-page homework-page">
  <header class="row spread head" data-key="head"><div><p class="tag ${homework.phase === "open" ? "live" : ""}">${t(`homework.phase_${homework.phase}`)}</p>
      <h1 dir="auto">${homework.title}</h1><p class="facts muted small">${facts(homework)}</p></div>
    <a class="button" href="/sessions/${id}">${icon("chart")}${t("homework.results")}</a></header>
  <div class="homework-grid">
    ${homework.phase === "closed" ? "" : invite(homework)}
    <section class="card" data-key="deadline"><h2>${t("homework.deadline")}</h2>
      <p class="lead">${inFull(homework.ended_at ?? homework.closes_at)}</p><p class="muted small">${t("homework.in_zone", { zone: zoneName() })}</p>
      ${homework.phase === "closed" ? "" : deadline(homework)}</section>
  </div>
  <section data-key="students"><h2>${tn("homework.students", homework.students.length)}</h2>${students(homework)}</section>
</div>`;

/** @param {Homework} homework */
const facts = ({ questions, settings }) =>
  [tn("homework.questions", questions), tn("homework.attempts", settings.attempts ?? 1), t(settings.timed ? "homework.timed" : "homework.untimed"), `${t("homework.feedback")}: ${t(`homework.feedback_${settings.feedback}`)}`].map((text) => html`<span>${text}</span>`);

/** @param {Homework} homework */
const invite = ({ code }) => html`<section class="card invite" data-key="invite"><div class="how"><h2>${t("homework.invite")}</h2>
    <p class="big-code figures">${code}</p>
    <p>${t("homework.type_code", { at: boot.join?.at ?? location.host })}</p></div>
  <qr-box code="${code}"></qr-box>
    <form class="row" data-do="keep"><label class="visually-hidden" for="link">${t("homework.link")}</label>
      <input id="link" name="link" class="input" readonly value="${boot.join?.url ?? location.origin}/homework/${code}"><button class="button" type="button" data-do="copy">${icon("copy")}${t("homework.copy")}</button></form></section>`;

/** @param {Homework} homework */
const deadline = ({ closes_at }) => html`<form class="stack" data-do="extend" novalidate>
    <label for="closes_at">${t("homework.move_deadline")}</label>
    <div class="row"><input id="closes_at" name="closes_at" type="datetime-local" class="input" value="${wallTime(Date.parse(closes_at))}"><button class="button">${t("homework.move")}</button></div></form>
  <p><button class="button danger" data-do="close">${icon("stop")}${t("homework.close_now")}</button></p>`;

/** @param {Homework} homework */
function students({ students: all, questions, phase }) {
  const isClosed = phase === "closed";
  if (!all.length) return html`<p class="muted" data-key="nobody">${t(isClosed ? "homework.nobody_was" : "homework.nobody")}</p>`;
  const done = all.filter(({ finished }) => finished).length;
  return html`${!isClosed && html`<p class="muted" role="status" data-key="done">${tn("homework.finished", done, { of: all.length })}</p>`}
    <ul class="at-work">${all.map(
      (each) => html`<li data-key="${each.player}" data-finished="${String(each.finished)}"><b dir="auto">${each.nickname}</b>
        <span class="small muted">${each.attempt > 1 ? t("homework.attempt_n", { n: each.attempt }) : ""}</span>
        <progress max="${questions}" value="${isClosed ? each.answered : each.finished ? questions : each.position + (each.answered > each.position ? 1 : 0)}" aria-label="${t("homework.progress")}"></progress>
        <span class="figures small">${isClosed ? t("homework.answered", { n: each.answered, of: questions }) : each.finished ? html`${icon("check")}${t("homework.done")}` : t("play.question_of", { n: each.position + 1, of: questions })}</span>
        <span class="figures small">${number(each.score)}</span><span class="small muted">${ago(each.last_seen_at)}</span>
        ${!isClosed && html`<button class="button small quiet icon" data-do="remove" value="${each.player}" data-name="${each.nickname}" aria-label="${t("homework.remove_of", { name: each.nickname })}" title="${t("homework.remove")}">${icon("trash")}</button>`}</li>`,
    )}</ul>`;
}

const page = new Page({
  load: () => api("GET", "/api/homework/{homework_id}", { path }),
  view,
  title: ({ title }) => title,
  actions: (shown) => ({
    click: {
      close: async () => {
        if (!(await confirmed({ title: t("homework.close_title"), body: t("homework.close_body"), action: t("homework.close_now"), danger: true }))) return;
        await api("POST", "/api/sessions/{session_id}/end", { path: { session_id: id } });
        await shown.reload();
      },
      remove: async (/** @type {HTMLButtonElement} */ { value, dataset }) => {
        const name = dataset["name"] ?? "";
        if (!(await confirmed({ title: t("homework.remove_title", { name }), body: t("homework.remove_body"), action: t("homework.remove"), danger: true }))) return;
        const student = { ...path, player: value };
        await api("DELETE", "/api/homework/{homework_id}/students/{player}", { path: student });
        const restore = () => api("POST", "/api/homework/{homework_id}/students/{player}/restore", { path: student }).then(() => shown.reload());
        toast(t("homework.removed", { name }), { action: t("homework.undo"), act: restore });
        await shown.reload();
      },
      copy: copyLink,
    },
    submit: {
      keep: () => {},
      extend: async (/** @type {HTMLFormElement} */ form) => {
        const closes = String(new FormData(form).get("closes_at") ?? "");
        if (!closes) return;
        await api("PATCH", "/api/homework/{homework_id}", { path, body: { closes_at: new Date(momentOf(closes)).toISOString() } });
        toast(t("homework.moved"));
        await shown.reload();
      },
    },
  }),
});
setInterval(() => document.visibilityState === "visible" && !page.data?.ended_at && page.reload(), LOOK_AGAIN_MS);
