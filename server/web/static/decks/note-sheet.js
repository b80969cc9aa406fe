/** The sheet to write or change a note: two sides, each with a text, a picture or both. */
import { api } from "../ui/api.js";
import { t } from "../ui/boot.js";
import { field, summary } from "../ui/fields.js";
import { formSheet } from "../ui/form-sheet.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { limits } from "../ui/limits.js";
import { fileButton, saidOf, upload } from "../ui/picture-upload.js";
import { forPhone } from "../sessions/picture.js";
import { area, buttons } from "./deck-sheet.js";

const { front: SIDE, hint: HINT, tags: TAGS } = limits.NoteInput;

/** @typedef {import("../ui/api-types.js").NoteOutput} Note */
/** @typedef {Record<string, string>} Values */
/** @typedef {"front" | "back"} Side */
/** The picture of a side. `upload`: while it is being sent. @typedef {{ media: string | null, upload: Promise<unknown> | null, problem: string }} Picture */
/** @typedef {Record<Side, Picture>} Pictures */

/** Writes a note, or changes one. @param {Note | null} note @param {(note: Partial<Note>) => unknown} send @param {Partial<Note>} [like] what a new one begins with */
export function askNote(note, send, like = {}) {
  /** @type {Pictures} */
  const pictures = { front: pictureOf(note?.front_media), back: pictureOf(note?.back_media) };
  return formSheet({
    view: ({ problems, values }) => html`<form class="stack" data-do="send" novalidate>
      <h2>${t(note ? "decks.change_note" : "decks.new_note")}</h2>${summary(problems)}
      ${noteFields(note ?? like, values, problems, pictures)}${buttons(t(note ? "decks.save" : "decks.add"))}</form>`,
    send: async (values) => {
      await Promise.all([pictures.front.upload, pictures.back.upload]);
      return send(noteOf(values, pictures));
    },
    wrong: () => t("decks.wrong_side"),
    tables: (draw) => pictureActions(pictures, draw),
  });
}

/** @param {string | null} [media] @returns {Picture} */
const pictureOf = (media = null) => ({ media, upload: null, problem: "" });

/** Choosing, pasting and removing pictures; Ctrl and Enter send, because Enter begins a line. @param {Pictures} pictures @param {() => void} draw */
const pictureActions = (pictures, draw) => ({
  change: { picture: (/** @type {HTMLInputElement} */ { id, files }) => take(pictures[sideOf(id)], files?.[0], draw) },
  click: {
    removePicture: (/** @type {HTMLButtonElement} */ { value }) => {
      Object.assign(pictures[sideOf(value)], pictureOf());
      draw();
      document.getElementById(`${sideOf(value)}-picture`)?.focus();
    },
  },
  keydown: {
    side: (/** @type {HTMLTextAreaElement} */ { form }, /** @type {KeyboardEvent} */ { key, ctrlKey, metaKey, repeat }) => {
      if (key === "Enter" && (ctrlKey || metaKey) && !repeat) form?.requestSubmit();
    },
  },
  paste: {
    side: (/** @type {HTMLTextAreaElement} */ { name }, /** @type {ClipboardEvent} */ event) => {
      const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
      if (!file || event.clipboardData?.types.includes("text/plain")) return; // office programs copy text with a picture of it
      event.preventDefault();
      take(pictures[sideOf(name)], file, draw);
    },
  },
});

/** @param {string} name of a control of this side @returns {Side} */
const sideOf = (name) => (name.startsWith("front") ? "front" : "back");

/** @param {Picture} picture @param {File | undefined} file @param {() => void} draw */
function take(picture, file, draw) {
  if (!file || picture.upload) return;
  const sent = upload(file);
  Object.assign(picture, { upload: sent, problem: "" });
  sent.then((media) => Object.assign(picture, { media })).catch((error) => (picture.problem = saidOf(error))).finally(() => {
    picture.upload = null;
    draw();
  });
  draw();
}

/** @param {Partial<Note> | null} note @param {Values} values @param {Values} problems @param {Pictures} pictures */
const noteFields = (note, values, problems, { front, back }) => html`
  ${sideField("front", values["front"] ?? note?.front ?? "", problems["front"], front)}
  ${sideField("back", values["back"] ?? note?.back ?? "", problems["back"], back)}
  ${field({ name: "hint", label: t("decks.hint"), value: values["hint"] ?? note?.hint ?? "", limit: HINT, required: false, problem: problems["hint"] })}
  ${field({ name: "tags", label: t("decks.tags"), value: values["tags"] ?? (note?.tags ?? []).join(", "), required: false, hint: t("decks.tags_hint", { n: TAGS.maxItems }), problem: problems["tags"] })}
  <label class="check" data-key="both"><input type="checkbox" name="is_reversed" ${(values["front"] === undefined ? note?.is_reversed : values["is_reversed"]) && "checked"}><span>${t("decks.both_ways")}</span></label>`;

/** A text, a picture, or both. @param {Side} name @param {string} value @param {string | undefined} problem @param {Picture} picture */
const sideField = (name, value, problem, { media, upload, problem: refused }) => html`<div class="note-side" data-key="side-${name}">
  ${area(name, t(`decks.${name}`), value, { limit: SIDE, problem, required: !media && !upload, act: "side" })}
  <div class="uploaded" data-key="picture">${media && html`<img src="${forPhone(media)}" alt="" data-key="thumbnail">`}
    ${fileButton(t(media ? "picture.replace" : "picture.choose"), upload !== null, { id: `${name}-picture`, act: "picture" })}
    ${media && html`<button type="button" class="button small quiet danger" data-do="removePicture" value="${name}" data-key="remove">${icon("trash")}${t("picture.remove")}</button>`}</div>
  ${refused && html`<p class="problem" role="alert" data-key="refused">${refused}</p>`}</div>`;

/** @param {Values} values @param {Pictures} pictures */
const noteOf = ({ front = "", back = "", hint = "", tags = "", ...more }, pictures) => ({
  front: front.trim(),
  back: back.trim(),
  hint: hint.trim() || null,
  front_media: pictures.front.media,
  back_media: pictures.back.media,
  tags: [...new Set(tags.split(",").map((tag) => tag.trim()).filter(Boolean))],
  is_reversed: "is_reversed" in more,
});

/** @param {string} deck @param {Partial<Note>} note */
export const addNote = (deck, note) => api("POST", "/api/decks/{deck_id}/notes", { path: { deck_id: deck }, body: { notes: [note] } });
