/** The pagination of a list: buttons to the previous and next page. */
import { t } from "./boot.js";
import { html } from "./html.js";
import { icon } from "./icon.js";

/** @param {{ total: number, page: number, page_size: number, is_capped?: boolean }} list */
export function pager({ total, page, page_size, is_capped }) {
  const pages = Math.ceil(total / page_size);
  if (pages < 2) return html``;
  return html`<nav class="pager" data-key="pager" aria-label="${t("common.pages")}">
    <button class="button quiet icon back" data-do="page" value="${Math.max(page - 1, 1)}" aria-disabled="${String(page <= 1)}" aria-label="${t("common.page_before")}">${icon("next")}</button>
    <span class="figures">${t("common.page_of", { n: page, of: is_capped ? `${pages}+` : pages })}</span>
    <button class="button quiet icon" data-do="page" value="${Math.min(page + 1, pages)}" aria-disabled="${String(page >= pages)}" aria-label="${t("common.page_after")}">${icon("next")}</button>
  </nav>`;
}
