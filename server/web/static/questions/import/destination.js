/** What is set for all questions that are taken, and where they go. */
import { t, tn } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { limits } from "../../ui/limits.js";
import { languages } from "../../ui/languages.js";
import { MOST_OF_QUIZ } from "./import-state.js";

/** @typedef {import("./import-state.js").ImportState} ImportState */

const LIMITS = limits.QuestionInput;

/** @param {ImportState} importing */
export const destination = (importing) => html`<section class="card stack" data-key="where"><h2>${t("import.where")}</h2>
    <fieldset class="stack"><legend class="visually-hidden">${t("import.where")}</legend>
      ${["new", "quiz", "bank"].map((to) => (to !== "quiz" || importing.quizzes.length > 0) && html`<label class="check" data-key="${to}"><input type="radio" name="to" data-do="to" value="${to}" ${importing.to === to && "checked"}>
        ${t(`import.to_${to}`)}</label>`)}
    </fieldset>
    ${importing.to === "new" && html`<div class="field" data-key="title"><label for="quiz-title">${t("import.quiz_title")}</label>
      <input id="quiz-title" data-do="quizTitle" maxlength="${limits.NewQuiz.title.maxLength}" dir="auto" value="${importing.title}">
      ${importing.parts > 1 && html`<p class="hint muted small" data-key="several">${t("import.several", { most: importing.most, n: importing.parts, first: importing.titleOf(0), last: importing.titleOf(importing.parts - 1) })}</p>`}</div>`}
    ${importing.to === "quiz" && html`<div class="field" data-key="quiz">
      ${importing.hasManyQuizzes && html`<label for="quiz-search" data-key="search-label">${t("import.search_quiz")}</label>
        <input id="quiz-search" type="search" data-key="search" data-do="quizSearch" dir="auto" autocomplete="off">`}
      <label for="quiz" data-key="label">${t("import.which_quiz")}</label>
      <select id="quiz" data-key="list" data-do="quiz">${importing.quizzes.map(({ id, title }) => html`<option value="${id}" ${id === importing.quiz && "selected"}>${title}</option>`)}</select>
      ${room(importing) < importing.taken.length && html`<p class="notice bad" data-key="full">${tn("import.no_room", Math.max(room(importing), 0), { most: MOST_OF_QUIZ })}</p>`}</div>`}
    ${saver(importing)}
  </section>
  <section class="card stack" data-key="all"><h2>${t("import.for_all")}</h2>
    <p class="hint muted small">${t("import.for_all_hint")}</p>
    ${line(importing, "tags", 200)}
    <div class="for-all">${choose(importing, "language", languages(null))}${choose(importing, "level", LIMITS.level.enum.map((level) => [level, level]))}
    ${line(importing, "skill", LIMITS.skill.maxLength)}${line(importing, "topic", LIMITS.topic.maxLength)}</div>
  </section>`;

/** How many questions the chosen quiz can still take. @param {ImportState} importing */
const room = ({ quizzes, quiz }) => MOST_OF_QUIZ - (quizzes.find(({ id }) => id === quiz)?.question_count ?? 0);

/** @param {ImportState} importing */
function saver({ taken, busy, progress }) {
  if (busy) return html`<div data-key="busy"><progress max="${taken.length + progress}" value="${progress}" aria-label="${t("import.saving")}"></progress><p class="muted small">${t("import.saving")}</p></div>`;
  return html`<button class="button primary large" data-key="save" data-do="save" ${!taken.length && "disabled"}>${tn("import.save", taken.length)}</button>`;
}

/** @param {ImportState} importing @param {"tags" | "skill" | "topic"} name @param {number} most */
const line = ({ forAll }, name, most) => html`<div class="field" data-key="${name}"><label for="all-${name}">${t(`editor.${name}`)}</label>
  <input id="all-${name}" name="${name}" data-do="all" maxlength="${most}" dir="auto" autocomplete="off" placeholder="${t(`editor.${name}_example`)}" value="${[forAll[name]].flat().join(", ")}"></div>`;

/** @param {ImportState} importing @param {"language" | "level"} name @param {string[][]} options */
const choose = ({ forAll }, name, options) => html`<div class="field" data-key="${name}"><label for="all-${name}">${t(`editor.${name}`)}</label>
  <select id="all-${name}" name="${name}" data-do="all"><option value="">${t("import.as_in_file")}</option>
    ${options.map(([code, words]) => html`<option value="${code}" ${code === forAll[name] && "selected"}>${words}</option>`)}</select></div>`;
