/** A small drawing of each kind of question. */
import { html } from "../../ui/html.js";

/** @typedef {import("./draft.js").Kind} Kind */

/** @type {Record<Kind, string>} */
const PATHS = {
  multiple_choice: "M4 5h7v5H4zM13 5h7v5h-7zM4 14h7v5H4zM15 16.5l1.5 1.5 3-3.5",
  true_false: "M3 12.5l3 3 5-6.5M15 9l6 6M21 9l-6 6",
  multiple_select: "M4 4.5h5v5H4zM4 14.5h5v5H4zM5.2 7l1.2 1.2L8 5.8M5.2 17l1.2 1.2 1.6-2.4M13 7h7M13 17h7",
  short_answer: "M4 7h16v10H4zM7 10v4",
  numeric: "M9 4L7 20M17 4l-2 16M4.5 9h16M3.5 15h16",
  ordering: "M10 6h10M10 12h10M10 18h10M4.5 5v14M2.5 16.5L4.5 19l2-2.5",
  poll: "M5 20v-7M12 20V5M19 20v-11",
};

/** @param {Kind} kind */
export const kindMark = (kind) =>
  html`<svg class="kind-mark" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="${PATHS[kind]}" /></svg>`;
