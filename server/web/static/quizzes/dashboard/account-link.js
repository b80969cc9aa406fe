/** The links to the account, the library and the bank on small screens, where the site's header has no room for them. */
import { t } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";

export const accountLink = () =>
  html`<a class="button icon quiet to-account" data-key="account" href="/account" aria-label="${t("common.account")}">${icon("people")}</a>`;

export const libraryLink = () =>
  html`<a class="button icon quiet to-account" data-key="to-library" href="/library" aria-label="${t("common.library")}">${icon("books")}</a>`;

export const bankLink = () => html`<a class="button to-account to-bank" data-key="to-bank" href="/bank">${icon("bank")}${t("common.bank")}</a>`;
