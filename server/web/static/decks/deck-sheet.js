/** The sheet to make or change a deck. */
import { t } from "../ui/boot.js";
import { around, field, summary } from "../ui/fields.js";
import { formSheet } from "../ui/form-sheet.js";
import { html } from "../ui/html.js";
import { limits } from "../ui/limits.js";

const { title: TITLE, description: DESCRIPTION } = limits.NewDeck;

/** @typedef {import("../ui/api-types.js").DeckItem} Deck */

/** @param {string} name @param {string} label @param {string} value @param {{ limit: { maxLength: number }, problem?: string | undefined, hint?: string, required?: boolean, rows?: number, act?: string }} options */
export const area = (name, label, value, { limit, problem, hint = "", required = false, rows = 2, act = "" }) =>
  around({ name, label, hint, problem }, html`<textarea id="${name}" name="${name}" rows="${rows}" dir="auto" maxlength="${limit.maxLength}" ${required && "required"} ${act && html`data-do="${act}"`}
    aria-invalid="${String(Boolean(problem))}" aria-describedby="${name}-hint ${name}-problem">${value}</textarea>`);

/** @param {string} save */
export const buttons = (save) => html`<div class="actions" data-key="actions"><button class="button" type="button" data-do="close">${t("common.cancel")}</button>
  <button class="button primary">${save}</button></div>`;

/** What a teacher's bank can fill a deck with. @typedef {{ sets: { id: string, title: string }[], topics: string[] }} Sources */
/** @typedef {{ title: string, description: string | null, topic?: string, set_id?: string }} DeckValues */

/** Makes a deck, or changes one. @param {Deck | null} deck @param {(values: DeckValues) => unknown} send @param {Sources} [sources] */
export const askDeck = (deck, send, sources = { sets: [], topics: [] }) =>
  formSheet({
    view: ({ problems, values }) => html`<form class="stack" data-do="send" novalidate>
      <h2>${t(deck ? "decks.change" : "decks.new")}</h2>${summary(problems)}
      ${field({ name: "title", label: t("decks.title"), value: values["title"] ?? deck?.title ?? "", limit: TITLE, problem: problems["title"] })}
      ${area("description", t("decks.description"), values["description"] ?? deck?.description ?? "", { limit: DESCRIPTION, problem: problems["description"] })}
      ${sources.sets.length + sources.topics.length > 0 && sourceField(sources, values["source"] ?? "")}
      ${buttons(t("decks.save"))}</form>`,
    send: ({ title = "", description = "", source = "" }) => send({ title: title.trim(), description: description.trim() || null, ...filledFrom(source) }),
    wrong: () => t("decks.wrong_title"),
  });

/** @param {Sources} sources @param {string} chosen */
const sourceField = ({ sets, topics }, chosen) => {
  const option = (/** @type {string} */ value, /** @type {string} */ text) => html`<option value="${value}" ${value === chosen && "selected"}>${text}</option>`;
  return around({ name: "source", label: t("decks.source"), hint: t("decks.source_hint") }, html`<select id="source" name="source" aria-describedby="source-hint">
    ${option("", t("decks.source_notes"))}
    ${sets.length > 0 && html`<optgroup label="${t("decks.source_set")}">${sets.map(({ id, title }) => option(`set_id ${id}`, title))}</optgroup>`}
    ${topics.length > 0 && html`<optgroup label="${t("decks.source_topic")}">${topics.map((topic) => option(`topic ${topic}`, topic))}</optgroup>`}</select>`);
};

/** @param {string} source */
function filledFrom(source) {
  const [kind, ...rest] = source.split(" ");
  return source && kind ? { [kind]: rest.join(" "), is_learned: false } : {};
}
