/** The form for the whole quiz: title, description, code, and a list of what keeps it from being played. */
import { t, tn } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";
import { limits } from "../../ui/limits.js";
import { ABOUT } from "./editor-state.js";
import { languages } from "../../ui/languages.js";
import { choose, line } from "./more-fields.js";

const { level: LEVEL, topic: TOPIC } = limits.QuizChange;

/** @param {import("./editor-state.js").EditorState} editing */
export const aboutForm = ({ id, draft, code, shown, problems, touched }) => html`<form class="stack question-form" data-key="about" aria-label="${t("editor.about")}" novalidate>
  <h2>${t("editor.about")}</h2>
  <div class="field" data-key="title-field">
    <label for="title">${t("editor.title")}</label>
    <input id="title" data-do="title" maxlength="${limits.QuizChange.title.maxLength}" dir="auto" value="${draft.title}" aria-invalid="${String(!draft.title.trim())}" aria-describedby="title-problem">
    <p class="problem" id="title-problem" ${draft.title.trim() && "hidden"}>${t("editor.title_missing")}</p>
  </div>
  <div class="field" data-key="description-field">
    <label for="description">${t("editor.description")}</label>
    <textarea id="description" data-do="description" rows="3" maxlength="${limits.QuizChange.description.maxLength}" dir="auto">${draft.description}</textarea>
  </div>
  <div class="more-fields" data-key="labels">
    ${choose("language", draft.language, languages(draft.language), [], "label")}
    ${choose("level", draft.level, LEVEL.enum.map((level) => [level, level]), [], "label")}
    ${line("topic", draft.topic, TOPIC.maxLength, [], "label")}
  </div>
  ${origin(shown)}
  ${code && html`<div class="code-box" data-key="code"><span class="muted small">${t("editor.code")}</span><b class="code">${code}</b>
    <span class="muted small">${t("editor.code_hint")}</span></div>`}
  <div class="row" data-key="files"><a class="button small" href="/import?quiz=${id}">${icon("upload")}${t("editor.import")}</a>
    ${draft.questions.length > 0 && html`<button type="button" class="button small" data-do="export">${icon("download")}${t("editor.export")}</button>`}</div>
  ${draft.questions.length > 0 && ready(draft, problems, touched.isAsked)}
</form>
${draft.questions.length === 0 && html`<div class="first" data-key="first"><h2>${t("editor.first_question")}</h2><p class="muted">${t("editor.first_question_hint")}</p>
  <button type="button" class="button primary large" data-do="add">${icon("plus")}${t("editor.add_question")}</button></div>`}`;

/** Whose quiz it is, where it comes from, and who sees it. @param {import("./editor-state.js").EditorState["shown"]} quiz */
const origin = ({ access, teacher, source, published_at }) => html`
  ${access !== "own" && html`<p class="notice" data-key="shared">${t("editor.shared_by", { name: teacher })}</p>`}
  ${published_at && html`<p class="notice" data-key="published">${t("editor.in_library")}</p>`}
  ${source && html`<p class="muted small" data-key="source">${t("editor.copied_from")} ${source.quiz_id ? html`<a href="/library/${source.quiz_id}" dir="auto">${source.title}</a>` : html`<b dir="auto">${source.title}</b>`}, <span dir="auto">${source.author}</span></p>`}`;

/** @param {import("./draft.js").Draft} draft @param {Map<string, import("./problems.js").Problem[]>} problems @param {boolean} isAsked whether Play was pressed */
function ready(draft, problems, isAsked) {
  const wrong = [...draft.questions.entries()].filter(([, { key }]) => problems.has(key));
  if (!wrong.length && !problems.has(ABOUT)) return html`<p class="notice good" data-key="ready">${tn("editor.ready", draft.questions.length)}</p>`;
  return html`<div class="notice ${isAsked && "bad"}" data-key="missing"><b>${t("editor.missing")}</b>
    <ul class="missing">
      ${problems.get(ABOUT)?.map((problem) => html`<li>${problem.message}</li>`)}
      ${wrong.map(
        ([index, { key }]) => html`<li><button type="button" class="link" data-do="select" value="${key}">${t("editor.question_n", { n: index + 1 })}</button>
          ${[...new Set(problems.get(key)?.map((problem) => problem.message))].join(" ")}</li>`,
      )}
    </ul></div>`;
}
