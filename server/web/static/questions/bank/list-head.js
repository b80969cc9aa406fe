/** The line above the list: selects the page, and then all questions that match. */
import { t, tn } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { SORTS, listed } from "./bank-state.js";

/** @typedef {import("./bank-state.js").QuestionList} QuestionList */
/** @typedef {import("./bank-state.js").Bank} Bank */
/** @typedef {import("./bank-state.js").ListState} ListState */

/** @param {QuestionList} list @param {Bank} bank @param {ListState} url */
export function listHead(list, bank, url) {
  const own = list.items.filter(({ quiz }) => !quiz);
  const all = own.every(({ id }) => bank.selected.has(id));
  return html`<div class="row spread list-head" data-key="list-head">
      ${own.length > 0 && html`<label class="check small"><input type="checkbox" data-do="selectAll" ${all && "checked"}><span>${t("bank.select_all")}</span></label>`}
      <span class="row"><span class="muted small figures">${list.is_capped ? t("bank.count_capped", { n: list.total }) : tn("bank.count", list.total)}</span>${!url.q && url.where === "bank" && order(url)}</span></div>
    <div class="matching small" role="status" data-key="matching" ${!(own.length && all) && "hidden"}>${own.length > 0 && all && matching(list, bank, url)}</div>`;
}

/** A search has the best ones first. @param {ListState} url */
const order = ({ set, sort }) => html`<label data-key="sort"><span class="visually-hidden">${t("bank.sort")}</span>
  <select class="input small" data-do="sort">${SORTS.map((name) => html`<option value="${name}" ${name === sort && "selected"}>${t(set && name === "latest" ? "bank.sort_set" : `bank.sort_${name}`)}</option>`)}</select></label>`;

/** What is selected, or the offer to select all that match, also those of other pages. @param {QuestionList} list @param {Bank} bank @param {ListState} url */
function matching({ items, total, is_capped }, bank, url) {
  const n = bank.selected.size;
  if (bank.matching?.of === keyOf(url)) {
    const isPart = is_capped || bank.matching.n < total;
    return html`<span>${isPart ? t("bank.matching_part", { n: bank.matching.n, of: is_capped ? `${total}+` : total }) : tn("bank.matching_all", n)}</span>`;
  }
  if (url.where !== "bank" || total <= items.length) return "";
  return html`<span>${tn("bank.page_selected", items.length)}</span>
    <button class="link" data-do="selectMatching">${is_capped ? t("bank.select_matching_capped", { n: total }) : t("bank.select_matching", { n: total })}</button>`;
}

/** The list without its page. @param {ListState} url */
export const keyOf = (url) => JSON.stringify(listed(url));
