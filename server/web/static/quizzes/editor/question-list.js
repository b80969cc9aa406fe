/** The list of questions at the side: select, reorder by dragging or with the keyboard, add. */
import { t } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";

/** @typedef {import("./draft.js").Draft} Draft */

/**
 * @param {Draft} draft @param {string} selected a question's key, or "about"
 * @param {(question: import("./draft.js").Question) => number} problems the number of problems that are shown of a question
 */
export const questionList = (draft, selected, problems) => html`<div class="list-scroll">
    <button type="button" class="about" id="item-about" data-do="select" value="about" aria-current="${String(selected === "about")}">
      ${icon("edit")}<span>${t("editor.about")}</span></button>
    <ol class="questions" id="questions" aria-label="${t("editor.questions")}">${draft.questions.map((question, index) => item(question, index, selected, problems(question)))}</ol>
  </div>
  <div class="add-buttons"><button type="button" class="button add" data-do="add">${icon("plus")}${t("editor.add_question")}</button>
    <button type="button" class="button" data-do="fromBank">${icon("bank")}${t("editor.from_bank")}</button></div>
  ${draft.questions.length > 1 && html`<p class="muted small keys" data-key="keys">${t("editor.list_keys")}</p>`}`;

/** @param {import("./draft.js").Question} question @param {number} index @param {string} selected @param {number} wrong */
const item = (question, index, selected, wrong) => html`<li class="item" data-key="${question.key}" data-drag="${question.key}">
  <span class="handle" data-handle aria-hidden="true">${icon("drag")}</span>
  <button type="button" class="pick" id="item-${question.key}" data-do="select" value="${question.key}" aria-current="${String(question.key === selected)}">
    <span class="n">${index + 1}</span>
    <span class="what"><span class="pick-stem" dir="auto">${question.stem || t("editor.untitled_question")}</span>
      <span class="meta">${t(`editor.kind_${question.type}`)}</span></span>
    ${wrong > 0 && html`<span class="wrong" role="img" aria-label="${t("editor.has_problems")}" title="${t("editor.has_problems")}">!</span>`}
  </button>
</li>`;
