/** The placeholder while a page loads. It appears only after 200 ms. */
import { t } from "./boot.js";
import { html } from "./html.js";

/** @param {number} [rows] */
export const skeleton = (rows = 4) =>
  html`<div class="skeleton page" role="status" aria-label="${t("common.loading")}">${Array.from({ length: rows }, () => html`<i></i>`)}</div>`;
