/**
 * <countdown-ring from="opens_at" to="closes_at" offset="server clock − ours, ms" still="paused_at"?>: a ring that
 * empties, with the seconds inside. It only shows the time.
 */
import { fragment, html } from "./html.js";

const ROUND = 2 * Math.PI * 42;
const LATE_MS = 5000;
const SECOND_MS = 1000;
const FRAME_MS = SECOND_MS / 60;
/** So many sizes has the ring, each a pixel or less from the next: to draw it more often only drains batteries. */
const SIZES = 250;

class CountdownRing extends HTMLElement {
  static observedAttributes = ["from", "to", "offset", "still"];
  #timer = 0;

  connectedCallback() {
    this.setAttribute("role", "timer");
    if (!this.firstChild)
      this.append(
        fragment(
          html`<svg viewBox="0 0 100 100" aria-hidden="true"><circle cx="50" cy="50" r="42" /><circle class="left" cx="50" cy="50" r="42" /></svg
            ><span></span>`,
        ),
      );
    this.#tick();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  attributeChangedCallback() {
    if (this.isConnected && this.firstChild) this.#tick();
  }

  /** @param {string} name */
  #at(name) {
    return Number(this.getAttribute(name) ?? 0);
  }

  #tick() {
    clearTimeout(this.#timer);
    const now = this.hasAttribute("still") ? this.#at("still") : Date.now() + this.#at("offset");
    const whole = Math.max(this.#at("to") - this.#at("from"), 1);
    const left = Math.min(Math.max(this.#at("to") - now, 0), whole);
    this.#show(left, left / whole);
    if (left <= 0 || this.hasAttribute("still")) return;
    const next = Math.min(Math.max(whole / SIZES, FRAME_MS), left % SECOND_MS || SECOND_MS);
    this.#timer = setTimeout(() => this.#tick(), next);
  }

  /** @param {number} left @param {number} share */
  #show(left, share) {
    const [ring, text] = [this.querySelector(".left"), this.querySelector("span")];
    ring?.setAttribute("stroke-dasharray", `${(share * ROUND).toFixed(1)} ${ROUND.toFixed(1)}`);
    const seconds = String(Math.ceil(left / 1000));
    if (text && text.textContent !== seconds) text.textContent = seconds;
    this.toggleAttribute("data-late", left <= LATE_MS && this.#at("to") - this.#at("from") >= LATE_MS);
  }
}
customElements.define("countdown-ring", CountdownRing);
