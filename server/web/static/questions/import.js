/** /import: questions of a file or a pasted text, with a preview before anything is saved. */
import "../ui/site-switches.js";
import { Problem, api } from "../ui/api.js";
import { t } from "../ui/boot.js";
import { debounce } from "../ui/debounce.js";
import { html } from "../ui/html.js";
import { Page } from "../ui/page.js";
import { formActions } from "../quizzes/editor/form-actions.js";
import { chooser } from "./import/chooser.js";
import { takeDrops } from "./import/drops.js";
import { ImportState } from "./import/import-state.js";
import { preview } from "./import/preview.js";
import { save } from "./import/saving.js";

/** @typedef {Page<ImportState, { quiz: string, to: string }>} ImportPage */

const MOST_BYTES = 5 * 1024 * 1024;

/** @param {ImportState} importing */
const view = (importing) => html`<div class="wide-page import" data-key="import">
  <h1 data-key="title">${t("import.title")}</h1>
  ${importing.items.length || importing.saved ? preview(importing) : chooser(importing)}
  <p class="visually-hidden" role="status" id="said" data-key="said"></p>
</div>`;

/** @param {{ quiz: string, to: string }} url @param {ImportPage} page */
async function load({ quiz, to }, page) {
  const importing = new ImportState(quiz, to, () => page.draw());
  await importing.findQuizzes();
  return importing;
}

/** Reads a file. If that fails, what was there before stays. @param {ImportPage} page @param {Blob} file @param {string} name */
export async function read(page, file, name) {
  const { data: importing } = page;
  if (importing.busy) return;
  Object.assign(importing, { busy: true, problem: "", isTyped: !name });
  page.draw();
  try {
    if (file.size > MOST_BYTES) throw new Problem(413, { code: "import_too_large_here" });
    await importing.show(await api("POST", "/api/imports", { query: { preview: true }, body: file }), file, name);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    importing.problem = error.message;
  }
  importing.busy = false;
  page.draw(true);
  document.getElementById(importing.problem ? "refused" : "counts")?.focus();
}

/** @param {ImportPage} page */
function actions(page) {
  const fields = formActions(/** @type {any} */ (page));
  const drawn = (/** @type {(importing: ImportState, element: any) => unknown} */ act) => async (/** @type {any} */ element) => {
    await act(page.data, element);
    page.draw(true);
  };
  return {
    ...fields,
    click: {
      ...fields.click,
      readText: () => read(page, new Blob([page.data.text], { type: "text/plain" }), ""),
      filter: drawn((importing, { value }) => importing.choose(value)),
      page: drawn((importing, { value }) => (importing.page = Number(value))),
      open: drawn((importing, { value }) => importing.open(value)),
      write: drawn((importing, { value }) => importing.write(value)),
      takeAll: drawn((importing) => importing.takeAll(true)),
      takeNone: drawn((importing) => importing.takeAll(false)),
      another: drawn((importing) => importing.forget()),
      save: () => save(page),
    },
    input: {
      ...fields.input,
      text: (/** @type {HTMLTextAreaElement} */ { value }) => (page.data.text = value),
      all: (/** @type {HTMLInputElement} */ { name, value }) => page.data.setForAll(name, value),
      quizSearch: debounce((/** @type {HTMLInputElement} */ { value }) => page.data.searchQuizzes(value)),
      quizTitle: (/** @type {HTMLInputElement} */ { value }) => (page.data.title = value),
    },
    change: {
      ...fields.change,
      file: (/** @type {HTMLInputElement} */ { files }) => files?.[0] && read(page, files[0], files[0].name),
      take: drawn((importing, { value, checked }) => importing.take(value, checked)),
      to: drawn((importing, { value }) => importing.sendTo(value)),
      quiz: drawn((importing, { value }) => (importing.quiz = value)),
      all: drawn((importing, { name, value }) => importing.setForAll(name, value)),
    },
  };
}

/** @type {ImportPage} */
const page = new Page({ url: { defaults: { quiz: "", to: "" } }, load, view, actions, synced: ".import" });
await page.ready;
takeDrops((file) => read(page, file, file.name));
addEventListener("beforeunload", (event) => page.data.items.length && event.preventDefault());
