/** <site-switches>: the header's switches for theme and language. */
import { chooseLocale, chooseTheme } from "./appearance.js";
import { boot, t } from "./boot.js";
import { html, listen, render } from "./html.js";
import { icon } from "./icon.js";

class SiteSwitches extends HTMLElement {
  connectedCallback() {
    this.draw();
    listen(this, "click", {
      theme: () => chooseTheme(this.dark ? "light" : "dark"),
      locale: () => chooseLocale(boot.locale === "id" ? "en" : "id"),
    });
    addEventListener("themechange", () => this.draw());
  }

  get dark() {
    return document.documentElement.dataset["theme"] === "dark";
  }

  draw() {
    const other = boot.locale === "id" ? "en" : "id";
    render(
      this,
      html`<button class="button quiet icon" data-do="locale" lang="${other}" aria-label="${t("common.other_language")}">
          ${other.toUpperCase()}</button
        ><button class="button quiet icon" data-do="theme" aria-pressed="${String(this.dark)}" aria-label="${t("common.dark")}">
          ${icon(this.dark ? "sun" : "moon")}
        </button>`,
    );
  }
}
customElements.define("site-switches", SiteSwitches);
