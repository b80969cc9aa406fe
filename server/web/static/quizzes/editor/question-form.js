/** The form for one question. The part for its answers depends on its kind (answer-form.js). */
import { t } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";
import { limits } from "../../ui/limits.js";
import { answerForm } from "./answer-form.js";
import { KINDS } from "./draft.js";
import { moreFields } from "./more-fields.js";
import { pictureField } from "./picture-field.js";
import { problemsIn, saidBeside } from "./problems.js";

/** @typedef {import("./draft.js").Question} Question */
/** @typedef {import("./problems.js").Problem[]} Problems */

const LIMITS = limits.QuestionInput;
const TIMES = [10, 20, 30, 60, 120];
const POINTS = [0, 500, 1000, 2000];

/** @param {Question} question */
const kindSelect = (question) => html`<div class="field kind">
  <label for="kind">${t("editor.kind")}</label>
  <select id="kind" data-do="kind">
    ${KINDS.map((kind) => html`<option value="${kind}" ${kind === question.type && "selected"}>${t(`editor.kind_${kind}`)}</option>`)}
  </select>
</div>`;

/** @param {"points" | "time_limit"} name @param {number} value @param {number[]} presets @param {Problems} problems */
const amount = (name, value, presets, problems) => html`<div class="field amount" role="group" aria-labelledby="${name}-label">
  <label for="${name}" id="${name}-label">${t(`editor.${name}`)}</label>
  <div class="row">
    <input id="${name}" data-do="amount" name="${name}" type="number" inputmode="numeric" min="${LIMITS[name].minimum}" max="${LIMITS[name].maximum}" value="${value}"
      aria-describedby="${name}-problem">
    <span class="presets">${presets.map(
      (preset) => html`<button type="button" class="chip" data-do="preset" data-name="${name}" value="${preset}"
        aria-pressed="${String(preset === value)}">${t(`editor.${name}_short`, { n: preset })}</button>`,
    )}</span>
  </div>
  ${saidBeside(problems, name)}
</div>`;

/** @param {Question} question @param {Problems} problems */
const explanationField = ({ explanation }, problems) => html`<div class="field" data-key="explanation">
  <label for="explanation">${t("editor.explanation")}</label>
  <textarea id="explanation" data-do="explanation" rows="2" maxlength="${LIMITS.explanation.maxLength}" dir="auto" aria-describedby="explanation-hint">${explanation}</textarea>
  <p class="hint" id="explanation-hint">${t("editor.explanation_hint")}</p>${saidBeside(problems, "explanation")}
</div>`;

/** The head of the form in the editor. @param {number} index @param {number} of */
const formHead = (index, of) => html`<div class="form-head">
    <h2>${t("editor.question_n", { n: index + 1 })}</h2>
    <div class="tools">
      <button type="button" class="button quiet icon" data-do="up" aria-disabled="${String(index === 0)}" aria-label="${t("editor.move_up")}" title="${t("editor.move_up")} (Alt ↑)">${icon("up")}</button>
      <button type="button" class="button quiet icon" data-do="down" aria-disabled="${String(index === of - 1)}" aria-label="${t("editor.move_down")}" title="${t("editor.move_down")} (Alt ↓)">${icon("down")}</button>
      <button type="button" class="button quiet icon" data-do="toBank" aria-label="${t("editor.to_bank")}" title="${t("editor.to_bank")}">${icon("bank")}</button>
      <button type="button" class="button quiet icon" data-do="duplicate" aria-label="${t("editor.duplicate")}" title="${t("editor.duplicate")}">${icon("copy")}</button>
      <button type="button" class="button quiet icon danger" data-do="delete" aria-label="${t("editor.delete")}" title="${t("editor.delete")}">${icon("trash")}</button>
    </div>
  </div>`;

/**
 * @param {Question} question @param {number} index @param {number} of @param {Problems} problems
 * @param {import("./picture-field.js").State} picture @param {import("../../ui/html.js").Markup} [head]
 */
export const questionForm = (question, index, of, problems, picture, head = formHead(index, of)) => html`<form class="stack question-form" data-key="${question.key}"
  aria-label="${t("editor.question_of", { n: index + 1, of })}" novalidate>
  ${head}
  ${kindSelect(question)}
  <div class="field" data-key="stem">
    <label for="stem">${t("editor.stem")}</label>
    <textarea id="stem" class="stem-text" data-do="stem" rows="2" maxlength="${LIMITS.stem.maxLength}" dir="auto" placeholder="${t("editor.stem_placeholder")}"
      aria-invalid="${String(problemsIn(problems, "stem").length > 0)}" aria-describedby="stem-problem">${question.stem}</textarea>
    ${saidBeside(problems, "stem")}
  </div>
  ${pictureField(question, problems, picture)}${answerForm(question, problems)}
  <div class="amounts" data-key="amounts">
    ${amount("time_limit", question.time_limit, TIMES, problems)}
    ${question.type !== "poll" && amount("points", question.points, POINTS, problems)}
  </div>
  ${explanationField(question, problems)}${moreFields(question, problems)}
</form>`;
