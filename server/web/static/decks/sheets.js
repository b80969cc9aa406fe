/** The sheets to make or change a deck, and to write a note. */
import { api } from "../ui/api.js";
import { t } from "../ui/boot.js";
import { around, field, summary } from "../ui/fields.js";
import { formSheet } from "../ui/form-sheet.js";
import { html } from "../ui/html.js";
import { limits } from "../ui/limits.js";

const { title: TITLE, description: DESCRIPTION } = limits.NewDeck;
const { front: SIDE, hint: HINT, tags: TAGS } = limits.NoteInput;

/** @typedef {import("../ui/api-types.js").DeckItem} Deck */
/** @typedef {import("../ui/api-types.js").NoteOutput} Note */
/** @typedef {Record<string, string>} Values */

/** @param {string} name @param {string} label @param {string} value @param {{ limit: { maxLength: number }, problem?: string | undefined, hint?: string, required?: boolean, rows?: number }} options */
const area = (name, label, value, { limit, problem, hint = "", required = false, rows = 3 }) =>
  around({ name, label, hint, problem }, html`<textarea id="${name}" name="${name}" rows="${rows}" dir="auto" maxlength="${limit.maxLength}" ${required && "required"}
    aria-invalid="${String(Boolean(problem))}" aria-describedby="${name}-hint ${name}-problem">${value}</textarea>`);

/** @param {string} save */
const buttons = (save) => html`<div class="actions" data-key="actions"><button class="button" type="button" data-do="close">${t("common.cancel")}</button>
  <button class="button primary">${save}</button></div>`;

/** Makes a deck, or changes one. @param {Deck | null} deck @param {(values: { title: string, description: string | null }) => unknown} send */
export const askDeck = (deck, send) =>
  formSheet({
    view: ({ problems, values }) => html`<form class="stack" data-do="send" novalidate>
      <h2>${t(deck ? "decks.change" : "decks.new")}</h2>${summary(problems)}
      ${field({ name: "title", label: t("decks.title"), value: values["title"] ?? deck?.title ?? "", limit: TITLE, problem: problems["title"] })}
      ${area("description", t("decks.description"), values["description"] ?? deck?.description ?? "", { limit: DESCRIPTION, problem: problems["description"] })}
      ${buttons(t("decks.save"))}</form>`,
    send: ({ title = "", description = "" }) => send({ title: title.trim(), description: description.trim() || null }),
    wrong: () => t("decks.wrong_title"),
  });

/** Writes a note, or changes one. @param {Note | null} note @param {(note: Partial<Note>) => unknown} send */
export const askNote = (note, send) =>
  formSheet({
    view: ({ problems, values }) => html`<form class="stack" data-do="send" novalidate>
      <h2>${t(note ? "decks.change_note" : "decks.new_note")}</h2>${summary(problems)}
      ${noteFields(note, values, problems)}${buttons(t(note ? "decks.save" : "decks.add"))}</form>`,
    send: (values) => send(noteOf(values)),
    wrong: () => t("decks.wrong_side"),
  });

/** @param {Partial<Note> | null} note @param {Values} values @param {Values} problems */
const noteFields = (note, values, problems) => html`
  ${area("front", t("decks.front"), values["front"] ?? note?.front ?? "", { limit: SIDE, problem: problems["front"], required: !note?.front_media })}
  ${area("back", t("decks.back"), values["back"] ?? note?.back ?? "", { limit: SIDE, problem: problems["back"], required: !note?.back_media })}
  ${field({ name: "hint", label: t("decks.hint"), value: values["hint"] ?? note?.hint ?? "", limit: HINT, required: false, problem: problems["hint"] })}
  ${field({ name: "tags", label: t("decks.tags"), value: values["tags"] ?? (note?.tags ?? []).join(", "), required: false, hint: t("decks.tags_hint", { n: TAGS.maxItems }), problem: problems["tags"] })}
  <label class="check" data-key="both"><input type="checkbox" name="is_reversed" ${(values["front"] === undefined ? note?.is_reversed : values["is_reversed"]) && "checked"}><span>${t("decks.both_ways")}</span></label>`;

/** @param {Values} values */
const noteOf = ({ front = "", back = "", hint = "", tags = "", ...more }) => ({
  front: front.trim(),
  back: back.trim(),
  hint: hint.trim() || null,
  tags: [...new Set(tags.split(",").map((tag) => tag.trim()).filter(Boolean))],
  is_reversed: "is_reversed" in more,
});

/** @param {string} deck @param {Partial<Note>} note */
export const addNote = (deck, note) => api("POST", "/api/decks/{deck_id}/notes", { path: { deck_id: deck }, body: { notes: [note] } });
