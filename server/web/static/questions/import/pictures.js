/** Stores the pictures that came inside of a file, before a question with them is shown or stored. */
import { api } from "../../ui/api.js";
import { limits } from "../../ui/limits.js";

/** @typedef {import("./import-state.js").ImportState} ImportState */
/** @typedef {import("./import-state.js").Item} Item */
/** @typedef {import("./import-state.js").Question} Question */

const AT_ONCE = limits.storeImportedPictures.address.maxItems;

/** Puts the addresses of stored pictures into questions. What cannot be stored is left out, which the item says. @param {ImportState} importing @param {Item[]} items */
export async function storePictures({ file, pictures: known }, items) {
  const waiting = items.filter(({ pictures }) => pictures.length);
  const missing = [...new Set(waiting.flatMap(({ pictures }) => pictures))].filter((one) => !known.has(one));
  for (let at = 0; file && at < missing.length; at += AT_ONCE) {
    const { pictures } = await api("POST", "/api/imports/pictures", { query: { address: missing.slice(at, at + AT_ONCE) }, body: file });
    for (const { address, uploaded } of pictures) known.set(address, uploaded);
  }
  for (const item of waiting) take(item, known);
}

/** @param {Item} item @param {Map<string, string | null>} known */
function take(item, known) {
  const { question, pictures } = item;
  const instead = (/** @type {string | null} */ media) => (media && known.has(media) ? (known.get(media) ?? null) : media);
  if (question) item.question = { ...question, media: instead(question.media), choices: question.choices.map((one) => ({ ...one, media: instead(one.media ?? null) })) };
  if (pictures.some((address) => !known.get(address))) {
    item.problems = [...item.problems, { path: "", code: "loss.picture", message: "", cell: null }];
    if (item.fate === "taken") item.fate = "taken_with_loss";
  }
  item.pictures = [];
}
