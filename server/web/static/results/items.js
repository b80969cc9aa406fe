/** How the questions of a game work in all games: the picture, and those that need a look. */
import { t } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { adviceList, isBad, otherWording } from "../questions/item-statistics.js";

/** @typedef {import("../ui/api-types.js").SessionQuestion} Item */

/** @param {Item[]} questions */
export const items = (questions) => html`<section class="items" data-key="items" ${!questions.some(({ statistics }) => statistics.answers) && "hidden"}>
  <div><h2>${t("item.title_all")}</h2><p class="muted small">${t("item.hint")}</p></div>
  <item-scatter></item-scatter>
  <ol class="items-bad">${questions.map(({ index, statistics }) => isBad(statistics) && html`<li data-key="${index}"><b dir="auto">${index + 1}. ${statistics.stem}</b>${adviceList(statistics)}${otherWording(statistics)}</li>`)}</ol>
</section>`;

/** @param {Element} root @param {Item[]} questions */
export function drawItems(root, questions) {
  const scatter = /** @type {any} */ (root.querySelector("item-scatter"));
  if (scatter) scatter.items = questions.map(({ index, statistics }) => ({ label: String(index + 1), stem: statistics.stem, statistics }));
}
