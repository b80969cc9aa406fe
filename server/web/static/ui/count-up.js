/** <count-up to="3810">: a score that counts up to its new value. */
import { number } from "./boot.js";

const RUNS_MS = 700;

class CountUp extends HTMLElement {
  static observedAttributes = ["to"];
  #shown = NaN;

  attributeChangedCallback() {
    const [from, to] = [this.#shown, Number(this.getAttribute("to"))];
    if (Number.isNaN(from) || matchMedia("(prefers-reduced-motion: reduce)").matches) return this.#show(to);
    const start = performance.now();
    const tick = (/** @type {number} */ time) => {
      const share = Math.min(Math.max((time - start) / RUNS_MS, 0), 1);
      this.#show(Math.round(from + (to - from) * (1 - (1 - share) ** 3)));
      if (share < 1 && Number(this.getAttribute("to")) === to) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  /** @param {number} value */
  #show(value) {
    this.#shown = value;
    this.textContent = number(value);
  }
}
customElements.define("count-up", CountUp);
