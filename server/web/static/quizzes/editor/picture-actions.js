/** Choosing, dropping, pasting and removing the picture of the selected question. */
import { t } from "../../ui/boot.js";
import { saidOf, upload } from "../../ui/picture-upload.js";
import { toast } from "../../ui/toast.js";
import { changed, indexOf } from "./draft.js";
import { say } from "./say.js";

/** @typedef {import("./form-actions.js").FormPage} FormPage */
/** @typedef {import("./form-actions.js").Editing} Editing */

/** @param {FormPage} page */
export const pictureActions = (page) => ({
  clicks: { removePicture: () => remove(page) },
  changes: { pictureFile: (/** @type {HTMLInputElement} */ { files }) => take(page, files?.[0]) },
});

/** Takes pictures that are dropped or pasted anywhere on the page. @param {FormPage} page */
export function takeFiles(page) {
  const taken = (/** @type {File | undefined} */ file) => take(page, file);
  dropping(taken);
  document.addEventListener("paste", (event) => pasted(event, taken));
}

/** @param {FormPage} page @param {File | undefined} file */
function take(page, file) {
  const { question, uploads } = page.data;
  if (file && question && !uploads.get(question.key)?.busy) send(page, question, file);
}

/** @param {FormPage} page @param {import("./draft.js").Question} question @param {File} file */
async function send(page, { key, media: before }, file) {
  const { data: editing } = page;
  editing.uploads.set(key, { busy: true, problem: "", media: before });
  draw(page, key);
  try {
    const media = await upload(file);
    editing.uploads.delete(key);
    editing.brokenPicture = "";
    put(editing, key, media);
    say(t("editor.picture_uploaded"));
  } catch (error) {
    editing.uploads.set(key, { busy: false, problem: saidOf(error), media: before });
  }
  draw(page, key);
}

/** Draws the page, with the field open if its question is selected. @param {FormPage} page @param {string} key */
function draw(page, key) {
  page.draw(true);
  const field = /** @type {HTMLDetailsElement | null} */ (document.querySelector(".picture-field"));
  if (field && page.data.selected === key) field.open = true;
}

/** Changes the picture, unless the question was removed in the meantime. @param {Editing} editing @param {string} key @param {string | null} media */
function put(editing, key, media) {
  if (indexOf(editing.draft, key) >= 0) editing.edit(changed(editing.draft, key, (question) => ({ ...question, media })));
}

/** @param {FormPage} page */
function remove(page) {
  const { data: editing } = page;
  if (!editing.question) return;
  const { key, media } = editing.question;
  editing.uploads.delete(key);
  put(editing, key, null);
  draw(page, key);
  document.getElementById("picture-file")?.focus();
  toast(t("editor.picture_removed"), {
    action: t("editor.undo"),
    act: () => {
      put(editing, key, media);
      draw(page, key);
    },
  });
}

/** Takes files that are dropped. Otherwise the browser would leave the page to show them. @param {(file: File | undefined) => void} take */
function dropping(take) {
  const mark = (/** @type {boolean} */ over) => document.body.classList.toggle("file-over", over);
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || mark(false));
  document.addEventListener("drop", (event) => {
    mark(false);
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (!isCovered()) take(event.dataTransfer.files[0]);
  });
}

/** Takes a picture, but not text with a picture of it, as office programs copy it. @param {ClipboardEvent} event @param {(file: File) => void} take */
function pasted(event, take) {
  const { files, types } = event.clipboardData ?? {};
  const picture = [...(files ?? [])].find(({ type }) => type.startsWith("image/"));
  if (!picture || types?.includes("text/plain") || isCovered()) return;
  event.preventDefault();
  take(picture);
}

const isCovered = () => document.querySelector("dialog[open]") !== null;
