/** The glyph of a choice (its letter inside its shape), and the sign of a player, derived from the id: the same on every screen. */
import { html } from "./html.js";
import { letter, shape } from "./shape.js";

/** @param {number} index */
export const glyph = (index) => html`<span class="glyph" data-shape="${index % 8}">${shape(index)}<b aria-hidden="true">${letter(index)}</b></span>`;

/** @param {string} id */
export function sign(id) {
  let sum = 7;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 64_007;
  return html`<span class="sign" data-choice="${sum % 8}">${shape(Math.floor(sum / 8) % 8)}</span>`;
}
