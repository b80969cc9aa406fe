/** The form for the answers of a question: choices, accepted answers or a number. */
import { t } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";
import { limits } from "../../ui/limits.js";
import { plainly, typed } from "../../ui/numerals.js";
import { glyph } from "../../ui/glyph.js";
import { letter } from "../../ui/shape.js";
import { MAX_ACCEPTED, MAX_CHOICES, MIN_CHOICES, accepted, hasChoices, marksRight, oneRight } from "./draft.js";
import { problemsIn, saidBeside } from "./problems.js";

/** @typedef {import("./draft.js").Question} Question */
/** @typedef {import("./draft.js").Choice} Choice */
/** @typedef {import("./problems.js").Problem[]} Problems */

const IGNORES = /** @type {const} */ (["ignore_case", "ignore_space", "ignore_accents", "ignore_punctuation"]);

/** @param {Question} question @param {Problems} problems */
export function answerForm(question, problems) {
  if (hasChoices(question.type)) return choicesForm(question, problems);
  return question.type === "numeric" ? numericForm(question, problems) : acceptedForm(question, problems);
}

/** @param {Question} question @param {Problems} problems */
const choicesForm = (question, problems) => html`<fieldset class="answers" data-key="choices-${question.type}">
  <legend>${t(`editor.answers_${question.type}`)}</legend>
  <ol class="answer-list">${question.choices.map((one, index) => choiceRow(question, one, index, problems))}</ol>
  ${saidBeside(problems, "choices", "answer_key", "key")}
  <div class="row" data-key="more">
    ${question.type !== "true_false" &&
    question.choices.length < MAX_CHOICES &&
    html`<button type="button" class="button small" data-key="add-choice" data-do="addChoice">${icon("plus")}${t("editor.add_choice")}</button>`}
    ${question.type === "poll" &&
    html`<label class="check"><input type="checkbox" data-do="multiple" ${question.options["multiple"] !== false && "checked"}> ${t("editor.poll_multiple")}</label>`}
  </div>
</fieldset>`;

/** @param {Question} question @param {Choice} one @param {number} index @param {Problems} problems */
function choiceRow(question, one, index, problems) {
  const wrong = problemsIn(problems, `choices[${index}]`);
  const name = question.type === "ordering" ? String(index + 1) : letter(index);
  return html`<li class="answer ${one.is_correct && marksRight(question.type) && "right"}" data-key="${one.key}" data-choice="${index}">
    ${question.type === "ordering" ? placeTile(one, index, question.choices.length) : html`<span class="answer-tile">${glyph(index)}</span>`}
    <textarea id="choice-${one.key}" data-do="choice" data-of="${one.key}" rows="1" maxlength="${limits.ChoiceInput.text.maxLength}" dir="auto" autocomplete="off"
      aria-label="${t("editor.choice", { name })}" placeholder="${t("editor.choice", { name })}"
      aria-invalid="${String(wrong.length > 0)}" aria-describedby="problem-${one.key}">${one.text}</textarea>
    ${marksRight(question.type) && rightMark(question, one, name)}
    ${question.type !== "true_false" && removeButton(one, name, question.choices.length <= MIN_CHOICES)}
    <p class="problem" id="problem-${one.key}" ${!wrong.length && "hidden"}>${wrong.map((problem) => problem.message).join(" ")}</p>
  </li>`;
}

/** @param {Choice} one @param {number} index @param {number} of */
const placeTile = (one, index, of) => html`<span class="answer-tile place"><b>${index + 1}</b></span>
  <span class="step-buttons">
    <button type="button" data-do="choiceUp" value="${one.key}" aria-disabled="${String(index === 0)}" aria-label="${t("editor.choice_up", { name: index + 1 })}">${icon("up")}</button>
    <button type="button" data-do="choiceDown" value="${one.key}" aria-disabled="${String(index === of - 1)}" aria-label="${t("editor.choice_down", { name: index + 1 })}">${icon("down")}</button>
  </span>`;

/** @param {Question} question @param {Choice} one @param {string} name */
const rightMark = (question, one, name) => html`<label class="right-mark" title="${t("editor.mark_right")}">
  <input type="${oneRight(question.type) ? "radio" : "checkbox"}" name="right" data-do="mark" value="${one.key}" ${one.is_correct && "checked"}
    aria-label="${t("editor.is_right", { name })}">
  <span aria-hidden="true">${icon("check")}<span>${t("editor.right")}</span></span>
</label>`;

/** @param {Choice} one @param {string} name @param {boolean} kept */
const removeButton = (one, name, kept) => html`<button type="button" class="button quiet icon remove" data-do="removeChoice" value="${one.key}"
  ${kept && "disabled"} aria-label="${t("editor.remove_choice", { name })}">${icon("close")}</button>`;

/** @param {Question} question @param {Problems} problems */
const acceptedForm = (question, problems) => html`<fieldset class="answers" data-key="accepted">
  <legend>${t("editor.answers_short_answer")}</legend>
  <ol class="answer-list">${accepted(question).map((text, index, all) => acceptedRow(text, index, all.length, problems))}</ol>
  ${saidBeside(problems, "answer_key", "key")}
  <div class="row" data-key="more">${
    accepted(question).length < MAX_ACCEPTED &&
    html`<button type="button" class="button small" data-do="addAccepted">${icon("plus")}${t("editor.add_accepted")}</button>`
  }</div>
  <div class="ignores" role="group" aria-labelledby="ignores" data-key="ignores">
    <span class="label" id="ignores">${t("editor.ignore")}</span>
    ${IGNORES.map(
      (name) => html`<label class="check"><input type="checkbox" data-do="ignore" name="${name}" ${question.options[name] !== false && "checked"}> ${t(`editor.${name}`)}</label>`,
    )}
  </div>
</fieldset>`;

/** @param {string} text @param {number} index @param {number} of @param {Problems} problems */
function acceptedRow(text, index, of, problems) {
  const wrong = problemsIn(problems, `answer_key.accepted[${index}]`);
  const name = String(index + 1);
  return html`<li class="answer" data-key="accepted-${index}">
    <input id="accepted-${index}" data-do="accepted" data-of="${index}" value="${text}" maxlength="${limits.AnswerKey.accepted.items.maxLength}" dir="auto" autocomplete="off"
      aria-label="${t("editor.accepted", { n: name })}" placeholder="${t(index ? "editor.accepted_more" : "editor.accepted_first")}"
      aria-invalid="${String(wrong.length > 0)}" aria-describedby="accepted-problem-${index}">
    <button type="button" class="button quiet icon remove" data-do="removeAccepted" value="${index}" ${of === 1 && "disabled"}
      aria-label="${t("editor.remove_accepted", { n: name })}">${icon("close")}</button>
    <p class="problem" id="accepted-problem-${index}" ${!wrong.length && "hidden"}>${wrong.map((problem) => problem.message).join(" ")}</p>
  </li>`;
}

/** @param {Question} question @param {Problems} problems */
function numericForm(question, problems) {
  const [value, tolerance] = [question.answer_key?.["value"], question.answer_key?.["tolerance"] ?? 0];
  return html`<fieldset class="answers" data-key="numeric">
    <legend>${t("editor.answers_numeric")}</legend>
    <div class="numbers">
      <div class="field"><label for="value">${t("editor.value")}</label>
        <input id="value" data-do="number" name="value" inputmode="decimal" autocomplete="off" value="${number(value)}"
          aria-invalid="${String(problemsIn(problems, "answer_key").length > 0)}" aria-describedby="answer_key-problem"></div>
      <div class="field"><label for="tolerance">${t("editor.tolerance")}</label>
        <input id="tolerance" data-do="number" name="tolerance" inputmode="decimal" autocomplete="off" value="${number(tolerance)}" aria-describedby="accepts"></div>
    </div>
    <p class="hint muted small" id="accepts">${accepts(value, tolerance)}</p>
    ${saidBeside(problems, "answer_key", "key")}
  </fieldset>`;
}

/** @param {unknown} value */
const number = (value) => (typeof value === "number" ? typed(value) : "");

/** A sentence that shows which numbers are accepted. @param {unknown} value @param {unknown} tolerance */
function accepts(value, tolerance) {
  if (typeof value !== "number" || typeof tolerance !== "number") return "";
  if (tolerance === 0) return t("editor.accepts_exactly", { value: plainly(value) });
  return t("editor.accepts_range", { low: tidy(value - tolerance), high: tidy(value + tolerance) });
}

/** A number without rounding errors of binary fractions (0.30000000000000004). @param {number} value */
const tidy = (value) => plainly(Number(value.toPrecision(12)));
