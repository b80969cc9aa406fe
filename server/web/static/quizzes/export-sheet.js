/** The dialog to download the questions of a quiz. It says first what the chosen format cannot carry. */
import { Problem, api, address } from "../ui/api.js";
import { t, tn } from "../ui/boot.js";
import { sheet } from "../ui/dialog.js";
import { html, render } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { limits } from "../ui/limits.js";

/** @typedef {import("../ui/api-types.js").QuestionLosses} Losses */

const FORMATS = limits.exportQuiz.format.enum;
const FIRST = "xlsx";
const LISTED = 20;

/** @param {string} quiz its id @param {string} title */
export function exportSheet(quiz, title) {
  const dialog = sheet(html`<h2>${t("export.title")}</h2><p class="muted" dir="auto">${title}</p>
    <fieldset class="formats stack"><legend class="visually-hidden">${t("export.format")}</legend>
      ${FORMATS.map((name) => html`<label class="check"><input type="radio" name="format" value="${name}" ${name === FIRST && "checked"}><span><b>${t(`export.${name}`)}</b> <span class="muted">${t(`export.${name}_hint`)}</span></span></label>`)}
    </fieldset>
    <p class="muted small">${t("export.only_read")}</p>
    <div class="told stack" aria-live="polite"></div>
    <div class="actions"><button class="button" data-do="close">${t("common.close")}</button></div>`);
  dialog.classList.add("wide");
  const told = /** @type {HTMLElement} */ (dialog.querySelector(".told"));
  let asked = "";
  const ask = async (/** @type {typeof FORMATS[number]} */ format) => {
    asked = format;
    render(told, html`<p class="muted"><span class="spinner"></span> ${t("export.looking")}</p>`);
    const content = await losses(quiz, format);
    if (asked === format) render(told, content);
  };
  dialog.addEventListener("change", ({ target }) => target instanceof HTMLInputElement && ask(/** @type {typeof FORMATS[number]} */ (target.value)));
  dialog.querySelector("[data-do=close]")?.addEventListener("click", () => dialog.close());
  return ask(FIRST);
}

/** @param {string} quiz @param {typeof FORMATS[number]} format */
async function losses(quiz, format) {
  const path = { quiz_id: quiz };
  try {
    const { questions } = await api("GET", "/api/quizzes/{quiz_id}/export/losses", { path, query: { format } });
    return html`${questions.length ? lost(questions) : html`<p class="notice good">${t("export.complete")}</p>`}
      <a class="button primary large" href="${address("/api/quizzes/{quiz_id}/export", { path, query: { format } })}" download>${icon("download")}${t("export.download")}</a>`;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return html`<p class="notice bad" role="alert">${error.message}</p>`;
  }
}

/** @param {Losses[]} questions */
const lost = (questions) => html`<div class="notice"><b>${tn("export.lossy", questions.length)}</b>
  <ul>${questions.slice(0, LISTED).map(({ index, lost }) => html`<li>${t("export.question", { n: index + 1 })} ${lost.map((field) => t(`export.field_${field}`)).join(", ")}</li>`)}</ul>
  ${questions.length > LISTED && html`<p>${tn("export.more", questions.length - LISTED)}</p>`}</div>`;
