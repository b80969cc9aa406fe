/** The second step: every item with its fate, and where the questions go. */
import { t, tn } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";
import { pager } from "../../ui/pager.js";
import { kindMark } from "../../quizzes/editor/kind-mark.js";
import { worded } from "../../quizzes/editor/problems.js";
import { questionForm } from "../../quizzes/editor/question-form.js";
import { refused } from "./chooser.js";
import { destination } from "./destination.js";
import { FILTERS, SHOWN, groupOf } from "./import-state.js";
import { placed, reason } from "./words.js";

/** @typedef {import("./import-state.js").ImportState} ImportState */
/** @typedef {import("./import-state.js").Item} Item */

/** @param {ImportState} importing */
export function preview(importing) {
  const { items, saved, problem } = importing;
  return html`${saved && done(saved)}
    ${items.length > 0 && html`<div class="import-columns" data-key="columns"><div data-key="items">${counts(importing)}${list(importing)}</div>
      <aside class="stack" data-key="aside" aria-label="${t("import.where")}">${problem && refused(problem)}${destination(importing)}</aside></div>`}
    <p class="row" data-key="another"><button class="button ${saved && !items.length && "primary"}" data-do="another">${t("import.another")}</button></p>`;
}

/** @type {Record<string, string>} */
const GO = { "/bank": "import.go_bank", "/dashboard": "import.go_quizzes" };

/** @param {{ count: number, address: string }} saved */
const done = ({ count, address }) => html`<div class="notice good row spread" id="saved" tabindex="-1" role="status" data-key="saved">
  <span class="row">${icon("check")}${tn("import.saved", count)}</span>
  <a class="button small primary" href="${address}">${t(GO[address] ?? "import.go_quiz")}</a>
</div>`;

/** @param {ImportState} importing */
const counts = (importing) => html`<div class="import-head" data-key="head">
  <h2 id="counts" tabindex="-1">${importing.saved ? tn("import.left", importing.items.length) : tn("import.found", importing.items.length)}</h2>
  ${importing.encoding && html`<p class="notice" data-key="encoding">${t("import.encoding", { encoding: importing.encoding })}</p>`}
  <div class="views" role="group" aria-label="${t("import.filter")}">${FILTERS.map((name) => filter(importing, name))}</div>
  <div class="row tools">
    <button class="button small" data-do="takeAll">${t("import.take_all")}</button>
    <button class="button small" data-do="takeNone">${t("import.take_none")}</button>
  </div>
</div>`;

/** @param {ImportState} importing @param {string} name */
function filter(importing, name) {
  const count = importing.matching(name).length;
  return (count > 0 || name === "all" || name === importing.filter) && html`<button class="chip" data-key="${name}" data-do="filter" value="${name}" aria-pressed="${String(importing.filter === name)}">${t(`import.filter_${name}`)}
    <b>${count}</b></button>`;
}

/** @param {ImportState} importing */
function list(importing) {
  const { listed } = importing;
  const shown = listed.slice((importing.page - 1) * SHOWN, importing.page * SHOWN);
  return html`<ol class="imported">${shown.map((item) => row(importing, item))}</ol>
    ${listed.length === 0 && html`<p class="muted" data-key="none">${t("import.none_left")}</p>`}
    ${pager({ total: listed.length, page: importing.page, page_size: SHOWN })}`;
}

/** @param {ImportState} importing @param {Item} item */
function row(importing, item) {
  const { key, question, isTaken, isDuplicate } = item;
  const isOpen = question !== null && question.key === importing.selected;
  const where = placed(item);
  return html`<li data-key="${key}" data-fate="${groupOf(item)}">
    <div class="item-head">
      <label class="check"><input type="checkbox" data-do="take" value="${key}" ${isTaken && "checked"} ${!question && "disabled"} aria-label="${t("import.take", { where })}"></label>
      <div class="what">
        <p class="muted small facts"><span>${where}</span>${question && html`<span>${kindMark(question.type)} ${t(`editor.kind_${question.type}`)}</span>`}${mark(item)}${
          item.pictures.length > 0 && html`<span>${icon("image")} ${t("import.pictures")}</span>`}${isDuplicate && html`<span class="tag">${t("import.duplicate")}</span>`}</p>
        ${question && !isOpen && glance(question)}
        ${item.problems.length > 0 && html`<ul class="reasons">${item.problems.map((problem) => html`<li>${reason(problem)}</li>`)}</ul>`}
      </div>
      ${opener(item, isOpen, where)}
    </div>
    ${isOpen && form(importing, item)}
  </li>`;
}

/** @param {Item} item @param {boolean} isOpen @param {string} where */
function opener({ key, question, fate }, isOpen, where) {
  if (!question) return html`<button class="button small" data-do="write" value="${key}" aria-label="${t("import.write_of", { where })}">${icon("edit")}<span>${t("import.write")}</span></button>`;
  const name = isOpen ? "close" : fate === "refused" ? "mend" : "edit";
  return html`<button class="button small" data-do="open" value="${key}" aria-expanded="${String(isOpen)}" aria-label="${t(`import.${name}_of`, { where })}">${icon(isOpen ? "up" : "edit")}<span>${t(`import.${name}`)}</span></button>`;
}

/** @param {Item} item */
function mark({ fate }) {
  const look = { taken: "good", mended: "good", taken_with_loss: "warn", refused: "bad" }[fate];
  return html`<span class="tag ${look}">${t(`import.fate_${fate}`)}</span>`;
}

/** The question with its answers, the right ones marked. @param {import("./import-state.js").Question} question */
const glance = ({ stem, choices, answer_key, type }) => html`<p class="stem" dir="auto">${stem || t("editor.untitled_question")}</p>
  ${choices.length > 0 && html`<ul class="answers-glance">${choices.map(
    ({ text, is_correct }) => html`<li class="${is_correct && "right"}" dir="auto">${is_correct && html`<span class="visually-hidden">${t("editor.right")}</span>${icon("check")}`}${text}</li>`,
  )}</ul>`}
  ${type === "short_answer" && html`<p class="small" dir="auto">${(answer_key?.accepted ?? []).join(" · ")}</p>`}
  ${type === "numeric" && html`<p class="small">${String(answer_key?.value ?? "")}${answer_key?.tolerance ? ` ± ${answer_key.tolerance}` : ""}</p>`}`;

/** @param {ImportState} importing @param {Item} item */
function form({ brokenPicture, uploads }, { question, problems }) {
  if (!question) return "";
  const broken = brokenPicture !== "" && brokenPicture === question.media;
  const here = problems.filter(({ code }) => !code.startsWith("loss.")).map((problem) => worded(problem));
  return questionForm(question, 0, 1, here, { broken, upload: uploads.get(question.key) }, html``);
}
