/** /decks/import: a deck from a file, with a preview before anything is stored. With `?deck=` its notes go into that deck. */
import "../ui/site-switches.js";
import { Problem, api } from "../ui/api.js";
import { boot, number, said, t, tn } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { limits } from "../ui/limits.js";
import { Page } from "../ui/page.js";
import { pager } from "../ui/pager.js";
import { takeDrops } from "../questions/import/drops.js";

/** @typedef {import("../ui/api-types.js").DeckPreview} Preview */
/** @typedef {import("../ui/api-types.js").PreviewedNote} Item */
/** @typedef {import("../ui/api-types.js").ImportedDeck} Imported */
/**
 * @typedef {{
 *   deck: { id: string, title: string } | null, file: File | null, preview: Preview | null, imported: Imported | null, title: string,
 *   withReviews: boolean, onlyProblems: boolean, page: number, busy: string, problem: string, unsent: File | null,
 * }} Importing `unsent`: a file that was chosen and did not reach the server
 */

const MOST_BYTES = 20 * 1024 * 1024;
const SHOWN = 50;
const RETRY_S = 3;
const PATIENCE_S = 60;
const PICTURES_AT_ONCE = limits.storeDeckPictures.address.maxItems;
const EMPTY = { file: null, preview: null, imported: null, title: "", withReviews: true, onlyProblems: false, page: 1, busy: "", problem: "", unsent: null };

/** @param {{ deck: string }} url @returns {Promise<Importing>} */
async function load({ deck }) {
  return { ...EMPTY, deck: deck ? await api("GET", "/api/decks/{deck_id}", { path: { deck_id: deck } }) : null };
}

/** @param {Importing} importing */
const view = (importing) => html`<div class="wide-page import decks" data-key="import">
  <h1 data-key="title">${importing.deck ? t("deck_import.title_into", { title: importing.deck.title }) : t("common.title_deck_import")}</h1>
  ${importing.imported ? done(importing.imported) : importing.preview ? preview(importing, importing.preview) : chooser(importing)}
</div>`;

/** @param {Importing} importing */
const chooser = ({ busy, problem, unsent }) => html`<p class="muted" data-key="lead">${t("deck_import.lead")}</p>
  <section class="drop-zone large" data-key="file" aria-busy="${String(busy !== "")}">
    ${busy
      ? html`<p data-key="busy" role="status"><span class="spinner"></span> ${busy}</p>`
      : html`<label class="button primary large file-button" data-key="choose">${icon("upload")}<span>${t("import.choose")}</span>
          <input type="file" id="file" data-do="file" accept=".apkg,.colpkg,.csv,.tsv,.txt,.json"></label>`}
    ${problem && refused(problem)}
    ${unsent && !busy && html`<button class="button" data-key="again" data-do="again">${t("common.try_again")}: <bdi>${unsent.name}</bdi></button>`}
    <p class="hint muted" data-key="hint">${t("deck_import.choose_hint")}</p>
  </section>
  <section class="formats" data-key="formats"><h2>${t("import.formats")}</h2>
    <ul>${["anki", "table", "json"].map((name) => html`<li><b>${t(`deck_import.format_${name}`)}</b> ${t(`deck_import.format_${name}_hint`)}</li>`)}</ul></section>`;

/** @param {string} problem */
const refused = (problem) => html`<p class="notice bad" id="refused" tabindex="-1" role="alert" data-key="refused">${problem}</p>`;

/** @param {Importing} importing @param {Preview} found */
function preview(importing, found) {
  const listed = importing.onlyProblems ? found.items.filter(({ problems }) => problems.length) : found.items;
  const lossy = found.items.filter(({ problems }) => problems.length).length;
  return html`<div class="import-columns" data-key="columns">
    <div data-key="items"><div class="import-head" data-key="head"><h2 id="counts" tabindex="-1">${tn("deck_import.found", found.items.length)}</h2>
        <div class="views" role="group" aria-label="${t("import.filter")}">${filter(false, found.items.length, importing)}${lossy > 0 && filter(true, lossy, importing)}</div></div>
      <ol class="imported">${listed.slice((importing.page - 1) * SHOWN, importing.page * SHOWN).map(row)}</ol>
      ${pager({ total: listed.length, page: importing.page, page_size: SHOWN })}</div>
    <aside class="stack" data-key="aside" aria-label="${t("import.where")}">${importing.problem && refused(importing.problem)}${destination(importing, found)}</aside>
  </div>`;
}

/** @param {boolean} problems @param {number} count @param {Importing} importing */
const filter = (problems, count, { onlyProblems }) => html`<button class="chip" data-key="${String(problems)}" data-do="filter" value="${String(problems)}" aria-pressed="${String(problems === onlyProblems)}">${
  t(problems ? "deck_import.filter_problems" : "import.filter_all")} <b>${number(count)}</b></button>`;

/** @param {Item} item @param {number} index */
const row = ({ line, place, fate, note, problems, pictures }, index) => html`<li data-key="${`${line}-${index}`}">
  <div class="item-head"><div class="what">
    <p class="muted small facts"><span>${t(`import.place_${place}`, { n: line })}</span><span class="tag ${{ taken: "good", taken_with_loss: "warn", refused: "bad" }[fate]}">${t(`import.fate_${fate}`)}</span>${
      pictures.length > 0 && html`<span>${icon("image")} ${t("import.pictures")}</span>`}${note?.is_reversed && html`<span>${t("decks.both_ways")}</span>`}</p>
    ${note && html`<p class="stem" dir="auto">${note.front}</p><p dir="auto">${note.back}</p>`}
    ${problems.length > 0 && html`<ul class="reasons">${problems.map((problem) => html`<li>${reason(problem)}</li>`)}</ul>`}
  </div></div></li>`;

/** Why a note is refused, or what it loses. @param {import("../ui/api-types.js").ItemProblem} problem */
function reason({ code, path }) {
  if (code.startsWith("loss.")) return t(`deck_import.loss_${code.slice("loss.".length)}`);
  return `deck_import.code_${code}` in boot.catalogue ? t(`deck_import.code_${code}`, { field: path || "?" }) : said(code);
}

/** @param {Importing} importing @param {Preview} found */
const destination = ({ deck, title, withReviews, busy }, { taken, refused: left, reviews }) => html`<section class="card stack" data-key="where">
  ${!deck && html`<div class="field" data-key="name"><label for="deck-title">${t("decks.title")}</label>
    <input class="input" id="deck-title" data-do="title" maxlength="${limits.NewDeck.title.maxLength}" value="${title}" dir="auto"></div>`}
  ${reviews > 0 && html`<label class="check" data-key="reviews"><input type="checkbox" data-do="reviews" ${withReviews && "checked"}><span>${tn("deck_import.reviews", reviews)}</span></label>
    <p class="muted small" data-key="reviews-hint">${t("deck_import.reviews_hint")}</p>`}
  ${left > 0 && html`<p class="muted small" data-key="left">${tn("deck_import.left_out", left)}</p>`}
  ${busy && html`<p role="status" data-key="busy"><span class="spinner"></span> ${busy}</p>`}
  <button class="button primary large" data-key="save" data-do="save" aria-disabled="${String(busy !== "" || taken === 0)}">${tn("deck_import.save", taken)}</button>
  <button class="button" data-key="another" data-do="another">${t("import.another")}</button>
</section>`;

/** @param {Imported} imported */
const done = ({ deck_id, added, changed, reviews, reviews_left, reviews_skipped, lost_pictures }) => html`<div class="notice good row" id="saved" tabindex="-1" role="status" data-key="saved">
    ${icon("check")}<p>${tn("deck_import.added", added)}${changed > 0 && html` ${tn("deck_import.changed", changed)}`}${reviews > 0 && html` ${tn("deck_import.reviewed", reviews)}`}${
      reviews_left > 0 && html` ${tn("deck_import.reviews_left", reviews_left)}`}${reviews_skipped > 0 && html` ${tn("deck_import.reviews_skipped", reviews_skipped)}`}${
      lost_pictures > 0 && html` ${tn("deck_import.lost_pictures", lost_pictures)}`}</p></div>
  <p class="row" data-key="next"><a class="button primary" href="/decks/${deck_id}">${t("deck_import.open")}</a><button class="button" data-do="another">${t("import.another")}</button></p>`;

/** What may fail shows its reason, and the focus goes there or to what comes of it. @param {() => Promise<unknown>} act @param {string} next */
async function tried(act, next) {
  const importing = page.data;
  if (importing.busy) return;
  importing.problem = "";
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    importing.problem = isAway(error) && navigator.onLine ? t("deck_import.server_busy") : error.message;
    if (!isAway(error)) importing.unsent = null;
  }
  importing.busy = "";
  page.draw(true);
  document.getElementById(importing.problem ? "refused" : next)?.focus();
}

/** @param {string} text */
function busy(text) {
  page.data.busy = text;
  page.draw();
}

/** Whether the server refused for now what was sent, or there was no answer. @param {Problem} problem */
const isAway = ({ status }) => status === 0 || status === 503;

/** Sends once more what the server has no room for. @template T @param {() => Promise<T>} send @param {boolean} [isSafe] whether it may arrive twice @returns {Promise<T>} */
async function patiently(send, isSafe = true) {
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof Problem) || !isAway(error) || !navigator.onLine || error.wait > PATIENCE_S || (error.status === 0 && !isSafe)) throw error;
    const { busy: doing } = page.data;
    busy(t("deck_import.waiting"));
    await new Promise((resolve) => setTimeout(resolve, (error.wait || RETRY_S) * 1000));
    busy(doing);
    return send();
  }
}

/** @param {File} file */
const read = (file) =>
  tried(async () => {
    busy(t("import.reading"));
    if (file.size > MOST_BYTES) throw new Problem(413, { code: "deck_too_large" });
    page.data.unsent = file;
    const found = await patiently(() => api("POST", "/api/decks/imports/preview", { body: file }));
    const title = (found.title ?? file.name.replace(/\.[^.]*$/, "")).slice(0, limits.NewDeck.title.maxLength);
    Object.assign(page.data, { file, preview: found, title, imported: null, page: 1, onlyProblems: false, unsent: null });
  }, "counts");

const save = () =>
  tried(async () => {
    const { file, preview: found, deck, title, withReviews } = page.data;
    if (!file || !found || found.taken === 0) return;
    busy(t("deck_import.saving"));
    const pictures = [...new Set(found.items.filter(({ fate }) => fate !== "refused").flatMap((item) => item.pictures))];
    for (let at = 0; at < pictures.length; at += PICTURES_AT_ONCE) {
      busy(t("deck_import.pictures", { n: number(at), of: number(pictures.length) }));
      await patiently(() => api("POST", "/api/decks/imports/pictures", { query: { address: pictures.slice(at, at + PICTURES_AT_ONCE) }, body: file }));
    }
    busy(t("deck_import.saving"));
    const form = new FormData();
    form.set("file", file);
    if (deck) form.set("deck", deck.id);
    else if (title.trim()) form.set("title", title.trim());
    const query = { with_reviews: withReviews && found.reviews > 0 };
    const imported = await patiently(() => api("POST", "/api/decks/imports", { query, body: /** @type {any} */ (form) }), false); // a second one would be a second deck
    Object.assign(page.data, { imported, preview: null });
  }, "saved");

const drawn = (/** @type {(importing: Importing, element: any) => unknown} */ act) => (/** @type {any} */ element) => {
  act(page.data, element);
  page.draw(true);
};

/** @type {Page<Importing, { deck: string }>} */
const page = new Page({
  url: { defaults: { deck: "" } },
  load,
  view,
  actions: () => ({
    click: {
      save,
      again: () => page.data.unsent && read(page.data.unsent),
      another: drawn((importing) => Object.assign(importing, EMPTY)),
      filter: drawn((importing, { value }) => Object.assign(importing, { onlyProblems: value === "true", page: 1 })),
      page: drawn((importing, { value }) => (importing.page = Number(value))),
    },
    input: { title: (/** @type {HTMLInputElement} */ { value }) => (page.data.title = value) },
    change: {
      file: (/** @type {HTMLInputElement} */ { files }) => files?.[0] && read(files[0]),
      reviews: (/** @type {HTMLInputElement} */ { checked }) => (page.data.withReviews = checked),
    },
  }),
  synced: ".import",
});
await page.ready;
takeDrops(read);
