/** The list of questions: each with a box to select it, its facts, and the form if it is being edited. */
import { t, tn } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";
import { languageName } from "../../ui/languages.js";
import { kindMark } from "../../quizzes/editor/kind-mark.js";
import { questionForm } from "../../quizzes/editor/question-form.js";

/** @typedef {import("./bank-state.js").BankQuestion} BankQuestion */
/** @typedef {import("./bank-state.js").Bank} Bank */

/** @typedef {import("./bank-state.js").ListedQuestion} ListedQuestion */

/** @param {ListedQuestion[]} items @param {Bank} bank @param {{ inSet: boolean, archived: boolean }} where */
export const questionRows = (items, bank, where) => html`<ul class="bank-list" data-key="rows">${items.map((question, index) =>
  question.quiz ? quizRow(question, question.quiz) : bank.editing?.stored?.id === question.id ? editRow(bank) : row(question, bank, { ...where, index, of: items.length }),
)}</ul>`;

/** @param {Bank} bank */
export const editRow = ({ editing }) =>
  editing && html`<li class="bank-edit" data-key="edit-${editing.stored?.id ?? "new"}"><div class="desk">
    ${questionForm(editing.question, 0, 1, editing.shownProblems, { broken: editing.brokenPicture !== "" && editing.brokenPicture === editing.question.media, upload: editing.uploads.get(editing.question.key) }, html`<h2>${t(editing.stored ? "bank.edit_title" : "bank.new_title")}</h2>`)}
    <div class="row edit-actions" data-key="edit-actions"><button class="button primary" data-do="save" aria-disabled="${String(editing.isUploading)}">${t("bank.save")}</button>
      <button class="button" data-do="cancel">${t("common.cancel")}</button></div>
  </div></li>`;

/** @param {ListedQuestion} question @param {Bank} bank @param {{ inSet: boolean, archived: boolean, index: number, of: number }} where */
function row(question, bank, { inSet, archived, index, of }) {
  const stem = question.stem || t("editor.untitled_question");
  return html`<li class="bank-row" data-key="${question.id}" data-selected="${String(bank.selected.has(question.id))}">
    ${selectBox(question, bank)}
    <button class="what" data-do="look" value="${question.id}">${kindMark(question.type)}
      <span class="said">${texts(question)}${facts(question)}</span></button>
    <span class="tools" data-key="tools">
      ${inSet && html`<button class="button quiet icon" data-do="up" value="${question.id}" aria-disabled="${String(index === 0)}" aria-label="${t("bank.up_of", { stem })}">${icon("up")}</button>
        <button class="button quiet icon" data-do="down" value="${question.id}" aria-disabled="${String(index === of - 1)}" aria-label="${t("bank.down_of", { stem })}">${icon("down")}</button>`}
      ${!archived && html`<button class="button quiet icon" data-do="edit" data-key="edit" value="${question.id}" aria-label="${t("bank.edit_of", { stem })}">${icon("edit")}</button>`}
    </span>
  </li>`;
}

/** A question that was found in a quiz. @param {ListedQuestion} question @param {NonNullable<ListedQuestion["quiz"]>} quiz */
const quizRow = (question, { id, title }) => html`<li class="bank-row in-quiz" data-key="${question.id}">
  <a class="what" href="/quizzes/${id}">${kindMark(question.type)}
    <span class="said">${texts(question)}<span class="small">${t("bank.in_quiz")} <b dir="auto">${title}</b></span>${facts(question)}</span></a>
</li>`;

/** The question, with what was searched for marked, and the explanation if it is there. @param {ListedQuestion} question */
const texts = ({ stem, highlights }) => html`<span class="bank-stem" dir="auto">${marked(highlights?.stem) ?? (stem || t("editor.untitled_question"))}</span>
  ${highlights?.explanation.some(({ is_hit }) => is_hit) && html`<span class="small found-in" dir="auto">${marked(highlights.explanation)}</span>`}`;

/** @param {import("../../ui/api-types.js").Fragment[]} [fragments] */
const marked = (fragments) => fragments?.length ? fragments.map(({ text, is_hit }) => (is_hit ? html`<mark>${text}</mark>` : text)) : null;

/** @param {BankQuestion} question @param {Bank} bank */
export const selectBox = ({ id, stem }, { selected }) =>
  html`<label class="pick-box" data-key="box"><input type="checkbox" data-do="select" value="${id}" ${selected.has(id) && "checked"}
    aria-label="${t("bank.select_of", { stem: stem || t("editor.untitled_question") })}"></label>`;

/** @param {BankQuestion} question */
export const facts = ({ type, level, difficulty, language, skill, topic, tags, problems }) => html`<span class="facts small muted">
  ${problems.length > 0 && html`<span class="tag bad">${t("bank.unfinished")}</span>`}
  <span>${[t(`editor.kind_${type}`), level, difficulty && tn("bank.difficulty", difficulty), language && languageName(language), skill, topic].filter(Boolean).join(" · ")}</span>
  ${tags.map((tag) => html`<span class="tag" dir="auto">${tag}</span>`)}</span>`;
