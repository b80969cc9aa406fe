/** The way between the pages about what somebody learns: decks, cards, statistics, settings. */
import { t } from "../ui/boot.js";
import { html } from "../ui/html.js";

const TABS = /** @type {const} */ ([
  ["/decks", "common.title_decks"],
  ["/cards", "common.title_cards"],
  ["/cards/statistics", "common.title_card_statistics"],
  ["/account#reviews", "common.settings"],
]);

export const learningTabs = () => html`<nav class="tabs" aria-label="${t("common.learning")}" data-key="tabs">${TABS.map(
  ([path, name]) => html`<a class="chip" href="${path}" ${path === location.pathname && html`aria-current="page"`}>${t(name)}</a>`,
)}</nav>`;
