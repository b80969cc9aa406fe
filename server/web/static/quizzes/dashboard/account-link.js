/** The link to the account on small screens, where the site's header has no room for it. */
import { t } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";

export const accountLink = () =>
  html`<a class="button icon quiet to-account" data-key="account" href="/account" aria-label="${t("common.account")}">${icon("people")}</a>`;
