/** <phone-preview>: a preview of the question, drawn by the same views as on players' phones. */
import "../../ui/countdown-ring.js";
import { START } from "../../sessions/room-state.js";
import { view } from "../../sessions/play-views.js";
import { fit } from "../../sessions/fit.js";
import { isUploaded } from "../../sessions/picture.js";
import { t } from "../../ui/boot.js";
import { render } from "../../ui/html.js";

/** @typedef {import("./draft.js").Question} Question */
/** @typedef {{ question: Question, index: number, of: number, title: string, broken: boolean }} Shown */

/** @param {string | null} address */
export const isAddress = (address) => Boolean(address && (isUploaded(address) || /^https?:\/\/[^\s/?#\\]+[^\s\\]*$/.test(address)));

class PhonePreview extends HTMLElement {
  /** @param {Shown} shown */
  set shown(shown) {
    this.inert = true;
    render(this, view({ state: stateOf(shown), draft: null, now: NOW, code: "", cards: 0 }));
    fit(this.querySelector(".open-question"));
    this.querySelector("countdown-ring")?.setAttribute("still", String(NOW));
  }
}
customElements.define("phone-preview", PhonePreview);

const NOW = 1_700_000_000_000;

/** A room in which this question has just opened. @param {Shown} shown @returns {import("../../sessions/room-state.js").State} */
function stateOf({ question, index, of, title, broken }) {
  const { type, stem, points, time_limit, media, options } = question;
  const asked = {
    question: index,
    of,
    kind: type,
    stem: stem || t("editor.stem_placeholder"),
    ...(isAddress(media) && !broken ? { media: media ?? "" } : {}),
    choices: choicesOf(question),
    multiple: options["multiple"] !== false,
    points,
    time_limit,
    opens_at: NOW,
    closes_at: NOW + time_limit * 1000,
    now: NOW,
  };
  const room = { code: "", title, phase: "question", locked: false, paused: false, players: 1, question: asked, now: NOW, you: { score: 0, rank: 1, streak: 0 } };
  return { ...START, role: "player", link: "open", player: { id: "preview", nickname: t("editor.preview_name") }, room: /** @type {any} */ (room) };
}

/** @param {Question} question */
function choicesOf({ type, choices }) {
  const shown = choices.map(({ text, media }, index) => ({ id: idOf(type, index), text, ...(media ? { media } : {}) }));
  return type === "ordering" ? shuffled(shown) : shown;
}

/** @param {string} type @param {number} index */
const idOf = (type, index) => (type === "true_false" ? String(index === 0) : "abcdefgh".charAt(index));

/** Mixes a list, always in the same way, for the preview of an ordering question. @template T @param {T[]} list @returns {T[]} */
const shuffled = (list) => [...list.filter((_, index) => index % 2 === 1), ...list.filter((_, index) => index % 2 === 0)];
