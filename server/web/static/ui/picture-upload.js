/** Uploads pictures. Large ones are scaled down first to the size that the server keeps, so that little is sent. */
import { api, Problem } from "./api.js";
import { t } from "./boot.js";
import { html } from "./html.js";
import { icon } from "./icon.js";
import { limits } from "./limits.js";

/** The state of an upload. Its problem is shown as long as the question has the same `media`. @typedef {{ busy: boolean, problem: string, media: string | null }} Upload */

const TYPES = ["image/jpeg", "image/png", "image/webp", "image/gif"];
const SENT_AS_IT_IS = 512 * 1024;
const QUALITY = 0.92;
const { file: FILE, edge: EDGE } = limits.Picture;

/** A button to choose a file, or that it is being sent. @param {string} label @param {boolean} busy @param {{ id: string, act: string }} input */
export const fileButton = (label, busy, { id, act }) =>
  busy
    ? html`<span class="uploading" data-key="busy"><span class="spinner"></span>${t("picture.uploading")}</span>`
    : html`<label class="button small quiet file-button" data-key="file">${icon("image")}<span>${label}</span><input id="${id}" type="file"
        accept="${TYPES.join(",")}" data-do="${act}"></label>`;

/** Uploads a file and returns its address. Throws a Problem. @param {File} file */
export async function upload(file) {
  const body = await shrunk(file);
  if (body.size > FILE.maxLength) throw new Problem(413, { code: "too_large" });
  return (await api("POST", "/api/pictures", { body })).address;
}

/** The message for a failed upload. @param {unknown} error */
export const saidOf = (error) =>
  error instanceof Problem && error.code === "too_large" ? t("picture.too_large", { n: FILE.maxLength / 1024 / 1024 }) : /** @type {Error} */ (error).message;

/** The file, or a smaller copy of it in a type that the server accepts. @param {File} file @returns {Promise<Blob>} */
async function shrunk(file) {
  const fits = TYPES.includes(file.type);
  if (fits && file.size <= SENT_AS_IT_IS) return file;
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return file;
  const drawn = await encoded(bitmap, file.type === "image/jpeg" ? "image/jpeg" : "image/webp");
  bitmap.close();
  return drawn && (drawn.size < file.size || !fits) ? drawn : file;
}

/** @param {ImageBitmap} bitmap @param {string} type @returns {Promise<Blob | null>} */
function encoded(bitmap, type) {
  const scale = Math.min(1, EDGE.maximum / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
}
