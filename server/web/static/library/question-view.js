/** A question as students see it, with its key, for teachers who only look. */
import { t } from "../ui/boot.js";
import { glyph } from "../ui/glyph.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { forPhone } from "../sessions/picture.js";

/** @typedef {import("../ui/api-types.js").QuestionOutput} Question */
/** @typedef {import("../ui/api-types.js").ChoiceOutput} Choice */

/** @param {Question} question @param {number} index */
export const questionView = (question, index) => html`<li class="card question" data-key="${question.id}">
  <p class="facts muted small"><b>${index + 1}</b><span>${t(`library.kind_${question.type}`)}</span><span>${t("library.seconds", { n: question.time_limit })}</span><span>${t("library.points", { n: question.points })}</span>
    ${question.level && html`<span class="tag">${question.level}</span>`}</p>
  <h3 dir="auto">${question.stem || t("library.no_stem")}</h3>
  ${question.media && html`<img class="picture" src="${forPhone(question.media)}" alt="" loading="lazy" referrerpolicy="no-referrer">`}
  ${answers(question)}
  ${question.explanation && html`<p class="explanation" dir="auto"><b>${t("library.explanation")}</b> ${question.explanation}</p>`}
</li>`;

/** @param {Question} question */
function answers({ type, choices, answer_key }) {
  if (type === "short_answer") return key(/** @type {string[]} */ (answer_key?.["accepted"] ?? []).join(" · "));
  if (type === "numeric") return key(range(answer_key ?? {}));
  return html`<ol class="choices" data-kind="${type}">${choices.map((choice, index) => choiceView(choice, index, type))}</ol>`;
}

/** @param {string} text */
const key = (text) => html`<p class="key">${icon("check")}<span class="visually-hidden">${t("library.right")}</span><span dir="auto">${text || "–"}</span></p>`;

/** @param {Record<string, unknown>} key */
const range = ({ value, tolerance }) => (tolerance ? `${value} ± ${tolerance}` : String(value ?? "–"));

/** @param {Choice} choice @param {number} index @param {string} type */
const choiceView = ({ text, media, is_correct }, index, type) => html`<li class="${is_correct && type !== "ordering" ? "right" : ""}" data-choice="${index % 8}">
  ${type === "ordering" ? html`<b class="place">${index + 1}</b>` : glyph(index)}
  ${media && html`<img src="${forPhone(media)}" alt="" loading="lazy" referrerpolicy="no-referrer">`}
  <span dir="auto">${text}</span>
  ${is_correct && type !== "ordering" && html`<span class="tick">${icon("check")}<span class="visually-hidden">${t("library.right")}</span></span>`}
</li>`;
