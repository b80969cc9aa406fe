/** <site-switches>: light or dark, English or Indonesian. Both are kept in cookies, so the server draws the next page right. */
import { boot, remember, t } from "./boot.js";
import { html, listen, render } from "./html.js";
import { icon } from "./icon.js";

class SiteSwitches extends HTMLElement {
  connectedCallback() {
    this.draw();
    listen(this, "click", {
      theme: () => {
        remember("kuis_theme", this.dark ? "light" : "dark");
        dispatchEvent(new Event("themechange"));
        this.draw();
      },
      locale: () => {
        remember("kuis_lang", boot.locale === "id" ? "en" : "id");
        location.reload();
      },
    });
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
