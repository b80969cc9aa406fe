/** The shapes and letters of the eight choices: `shape(2)` is a circle, `letter(2)` is "C". */
import { html } from "./html.js";

const PATHS = [
  "M12 3.2c.7 0 1.3.4 1.7 1l8.2 14.2c.8 1.3-.2 2.9-1.7 2.9H3.8c-1.5 0-2.5-1.6-1.7-2.9L10.3 4.2c.4-.6 1-1 1.7-1z",
  "M10.6 1.9a2 2 0 0 1 2.8 0l8.7 8.7a2 2 0 0 1 0 2.8l-8.7 8.7a2 2 0 0 1-2.8 0l-8.7-8.7a2 2 0 0 1 0-2.8z",
  "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20z",
  "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z",
  "M12 1.5l3.2 6.9 7.5.9-5.5 5.2 1.4 7.4L12 18.3l-6.6 3.6 1.4-7.4L1.3 9.3l7.5-.9z",
  "M7.3 2.8h9.4L22 12l-5.3 9.2H7.3L2 12z",
  "M8.5 2h7v6.5H22v7h-6.5V22h-7v-6.5H2v-7h6.5z",
  "M12 1.5c4 5 7.5 8.8 7.5 13a7.5 7.5 0 0 1-15 0c0-4.2 3.5-8 7.5-13z",
];

/** @param {number} index */
export const shape = (index) =>
  html`<svg class="shape" viewBox="0 0 24 24" aria-hidden="true"><path d="${PATHS[index % 8]}" /></svg>`;

/** @param {number} index */
export const letter = (index) => "ABCDEFGH".charAt(index);
