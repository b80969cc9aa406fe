/** <qr-box code="KUIS42">: the QR code that leads to a room's join page. */
import { t } from "./boot.js";
import { html, render } from "./html.js";

class QrBox extends HTMLElement {
  static observedAttributes = ["code"];

  attributeChangedCallback() {
    const code = this.getAttribute("code") ?? "";
    render(this, html`<img src="/api/rooms/${encodeURIComponent(code)}/qr.svg" alt="${t("common.qr", { code })}" />`);
  }
}
customElements.define("qr-box", QrBox);
