/** What was corrected after the game, as words beside the results. */
import { number, t } from "../ui/boot.js";
import { at } from "../ui/dates.js";
import { html } from "../ui/html.js";
import { keyText } from "./answers.js";

/** @typedef {import("./statistics.js").Question} Question */
/** @typedef {import("./statistics.js").Results} Results */

/** @param {Results} results */
export const correctedNotice = ({ session }) =>
  session.corrected_at && html`<p class="notice" data-key="corrected"><b>${t("results.corrected")}</b> ${at(session.corrected_at)}. ${t("results.corrected_hint")}</p>`;

/** @param {Question} question */
export function correctionNote(question) {
  const { correction } = question;
  if (!correction) return html``;
  const played = keyText({ ...question, key: correction.original_key, also: [] });
  return html`<p class="notice small" data-key="correction"><b>${t(correction.voided ? "results.note_void" : "results.note_key")}</b>
    ${at(correction.at)}. <span dir="auto">${correction.voided ? t("results.note_void_hint") : t("results.note_played", { key: played })}</span></p>`;
}

/** A value that counts, with the one that the game ended with beside it, if that is another one. @param {number | null} value @param {number | null | undefined} original */
export function withOriginal(value, original) {
  const shown = value === null ? "–" : number(value);
  if (original === undefined || original === null || original === value) return html`${shown}`;
  return html`${shown} <s class="original"><span class="visually-hidden">${t("results.before")}</span>${number(original)}</s>`;
}
