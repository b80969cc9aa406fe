/**
 * The sheet to give a quiz as homework. The last settings are remembered on this device.
 *
 * @typedef {import("../ui/api-types.js").HomeworkSettings} Settings
 */
import { Problem, api } from "../ui/api.js";
import { said, t } from "../ui/boot.js";
import { sheet } from "../ui/dialog.js";
import { spelled } from "../ui/dates.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { limits } from "../ui/limits.js";
import { leaveFor } from "../ui/page.js";
import { inAWeek, momentOf, zoneName } from "../ui/zones.js";
import { readLocal, writeLocal } from "../sessions/local-store.js";

const MEMORY = "kuis.homework-choices";
const SETTINGS = limits.NewHomework;
const SWITCHES = /** @type {const} */ (["timed", "shuffle_questions", "shuffle_choices", "guests"]);

/** @param {string} name @param {readonly string[]} values @param {unknown} chosen */
const select = (name, values, chosen) => html`<div class="field"><label for="${name}">${t(`homework.${name}`)}</label>
  <select id="${name}" name="${name}" class="input">${values.map((value) => html`<option value="${value}" ${value === chosen && "selected"}>${t(`homework.${name}_${value}`)}</option>`)}</select></div>`;

/** @param {typeof SWITCHES[number]} name @param {Record<string, unknown>} last */
const toggle = (name, last) => html`<label class="switch">
  <span><b>${t(`homework.set_${name}`)}</b><small class="muted">${t(`homework.set_${name}_hint`)}</small></span>
  <input type="checkbox" role="switch" name="${name}" ${(last[name] ?? SETTINGS[name].default) && "checked"}>
</label>`;

/** Opens the sheet. When the homework is given, the browser goes to its page. @param {{ id: string, title: string, isPublished: boolean }} quiz */
export function giveSheet({ id, title, isPublished }) {
  /** @type {Record<string, unknown>} */
  const last = readLocal(MEMORY) ?? {};
  const { attempts } = SETTINGS;
  const dialog = sheet(
    html`<form class="stack give-sheet" novalidate>
      <div><h2>${t("homework.give_title")}</h2><p class="muted" dir="auto">${title}</p></div>
      <p class="notice bad" role="alert" hidden></p>
      ${isPublished && html`<p class="notice">${t("homework.published")}</p>`}
      <div class="field"><label for="closes_at">${t("homework.closes_at")}</label>
        <input id="closes_at" name="closes_at" type="datetime-local" class="input" required value="${inAWeek(Date.now())}">
        <p class="hint" id="closes" role="status"></p></div>
      <div class="field"><label for="attempts">${t("homework.set_attempts")}</label>
        <input id="attempts" name="attempts" type="number" class="input" inputmode="numeric" min="${attempts.minimum}" max="${attempts.maximum}" value="${String(last["attempts"] ?? attempts.default)}"></div>
      <div class="stack early">${select("feedback", SETTINGS.feedback.enum, last["feedback"] ?? SETTINGS.feedback.default)}
        <p class="hint" role="status"></p></div>
      <details><summary>${t("homework.more")}</summary><div class="stack">
        ${select("counts", SETTINGS.counts.enum, last["counts"] ?? SETTINGS.counts.default)}
        <div class="field"><label for="opens_at">${t("homework.opens_at")}</label>
          <input id="opens_at" name="opens_at" type="datetime-local" class="input"><p class="hint" id="opens" role="status"></p></div>
        <div class="switches">${SWITCHES.map((name) => toggle(name, last))}</div></div></details>
      <div class="actions"><button class="button" type="button" value="cancel">${t("common.cancel")}</button>
        <button class="button primary">${icon("next")}${t("homework.give")}</button></div>
    </form>`,
  );
  dialog.querySelector('[value="cancel"]')?.addEventListener("click", () => dialog.close());
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  const explain = () => explainIn(form);
  form.addEventListener("input", explain);
  explain();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void give(id, form);
  });
}

/** Says what the times and the feedback mean. @param {HTMLFormElement} form */
function explainIn(form) {
  const say = (/** @type {string} */ where, /** @type {string} */ text) => {
    /** @type {HTMLElement} */ (form.querySelector(where)).textContent = text;
  };
  const data = new FormData(form);
  const moment = (/** @type {string} */ name, /** @type {string} */ empty) => {
    const local = String(data.get(name) ?? "");
    return local ? spelled(momentOf(local)) : empty;
  };
  say("#closes", moment("closes_at", t("homework.in_zone", { zone: zoneName() })));
  say("#opens", moment("opens_at", t("homework.opens_at_hint")));
  say(".early .hint", data.get("feedback") === "after_deadline" ? "" : t("homework.feedback_early"));
}

/** @param {HTMLFormElement} form @returns {Settings} */
function settingsIn(form) {
  const data = new FormData(form);
  const switches = Object.fromEntries(SWITCHES.map((name) => [name, data.has(name)]));
  const chosen = { attempts: Number(data.get("attempts")), counts: data.get("counts"), feedback: data.get("feedback") };
  return /** @type {Settings} */ (/** @type {unknown} */ ({ ...switches, ...chosen }));
}

/** @param {string} quiz @param {HTMLFormElement} form */
async function give(quiz, form) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector(".primary"));
  const place = /** @type {HTMLElement} */ (form.querySelector('[role="alert"]'));
  const [closes, opens] = ["closes_at", "opens_at"].map((name) => String(new FormData(form).get(name) ?? ""));
  if (button.disabled) return;
  if (!closes) return refuse(place, t("homework.no_deadline"));
  const settings = settingsIn(form);
  button.disabled = true;
  try {
    const body = { mode: /** @type {const} */ ("self_paced"), ...settings, closes_at: iso(closes), ...(opens ? { opens_at: iso(opens) } : {}) };
    const given = await api("POST", "/api/quizzes/{quiz_id}/sessions", { path: { quiz_id: quiz }, body });
    writeLocal(MEMORY, settings);
    await leaveFor(given.url);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    button.disabled = false;
    refuse(place, [error.code === "invalid" ? "" : error.message, ...error.errors.map(({ code }) => said(code))].join(" ").trim());
  }
}

/** @param {HTMLElement} place @param {string} text */
function refuse(place, text) {
  place.textContent = text;
  place.hidden = false;
}

/** @param {string} local */
const iso = (local) => new Date(momentOf(local)).toISOString();
