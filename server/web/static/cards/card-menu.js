/**
 * What else can be done with the card that is shown: bury, suspend, flag, reschedule. These need the network, because they count for
 * the card as the server has it.
 */
import { t } from "../ui/boot.js";
import { sheet } from "../ui/dialog.js";
import { html, listen } from "../ui/html.js";
import { wallTime } from "../ui/zones.js";
import { flagSign } from "./card-views.js";

const FLAGS = [1, 2, 3, 4, 5, 6, 7];
const DAY_MS = 86_400_000;
const DAYS_AHEAD = 7;

/** @param {import("../ui/html.js").Markup} content @returns {Promise<string>} the value of the button that closed it, or "" */
function chosen(content) {
  const dialog = sheet(html`<form method="dialog" class="stack">${content}</form>`);
  listen(dialog, "click", { cancel: () => dialog.close("") });
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue)));
}

const cancel = () => html`<button class="button" type="button" data-do="cancel">${t("common.cancel")}</button>`;

/** @param {{ flag: number }} card @returns {Promise<number | null>} 0 is no flag, null no choice */
export async function chooseFlag({ flag }) {
  const value = await chosen(html`<h2>${t("reviews.flag_title")}</h2>
    <div class="flags">${FLAGS.map((each) => html`<button class="button icon" value="${each}" aria-pressed="${String(each === flag)}" aria-label="${t("reviews.flag_n", { n: each })}">${flagSign(each)}</button>`)}</div>
    <div class="actions">${cancel()}${flag ? html`<button class="button" value="0">${t("reviews.no_flag")}</button>` : ""}</div>`);
  return value === "" ? null : Number(value);
}

/** The day in the learner's zone, as fields for dates have it. @param {number} ms */
const dayOf = (ms) => wallTime(ms).slice(0, 10);

/** @returns {Promise<string | null>} a day, as 2026-11-30 */
export async function chooseDay() {
  const today = dayOf(Date.now());
  const dialog = sheet(html`<form method="dialog" class="stack">
    <h2>${t("reviews.reschedule_title")}</h2>
    <div class="field"><label for="due_on">${t("reviews.due_on")}</label><input id="due_on" name="due_on" type="date" required min="${today}" value="${dayOf(Date.now() + DAYS_AHEAD * DAY_MS)}" /></div>
    <div class="actions">${cancel()}<button class="button primary" value="yes">${t("reviews.reschedule_do")}</button></div>
  </form>`);
  listen(dialog, "click", { cancel: () => dialog.close("") });
  const field = /** @type {HTMLInputElement} */ (dialog.querySelector("#due_on"));
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes" && field.value ? field.value : null)));
}

const KEYS = /** @type {const} */ ([
  ["Space", "key_space"],
  ["1–4", "key_grades"],
  ["A–H", "key_choices"],
  ["H", "key_hint"],
  ["U", "key_undo"],
]);

export const showHelp = () =>
  chosen(html`<h2>${t("reviews.help")}</h2>
    <dl class="keys">${KEYS.map(([key, text]) => html`<div><dt><kbd>${key === "Space" ? t("reviews.space") : key}</kbd></dt><dd>${t(`reviews.${text}`)}</dd></div>`)}</dl>
    <p class="muted small">${t("reviews.swipe_help")}</p>
    <div class="actions"><button class="button primary" value="">${t("common.close")}</button></div>`);
