/**
 * <bar-chart>: a vertical bar chart with a title, a text alternative and a table of its data.
 *
 *     chart.data = { title, columns: ["Score", "Players"], bars: [{ label: "0–10 %", value: 3, choice?: 2 }] };
 *
 * @typedef {{ label: string, value: number, choice?: number, tick?: string }} Bar `tick` is what the axis shows instead of the label, perhaps in lines
 * @typedef {{ title: string, columns: [string, string], bars: Bar[], width?: number, full?: number }} Data `full`: what a bar of full height would be, else the largest value. `width`: of the drawing; the smaller it is, the larger are its texts on the screen
 */
import { number, t } from "./boot.js";
import { html, render } from "./html.js";

const NUMBERED_MAX = 14; // bars; more have no room for their numbers
const [WIDTH, HEIGHT, FOOT, HEAD, LINE] = [640, 220, 26, 22, 14];

class BarChart extends HTMLElement {
  /** @type {Data | null} */
  #data = null;

  /** @param {Data} data */
  set data(data) {
    this.#data = data;
    this.#draw(data);
  }

  get data() {
    return this.#data ?? { title: "", columns: ["", ""], bars: [] };
  }

  /** @param {Data} data */
  #draw({ title, columns, bars, width: all = WIDTH, full = 1 }) {
    const most = Math.max(full, ...bars.map((bar) => bar.value));
    const step = all / Math.max(bars.length, 1);
    const foot = FOOT + LINE * (Math.max(1, ...bars.map((bar) => linesOf(bar).length)) - 1);
    const row = (/** @type {Bar} */ bar) => html`<tr><th scope="row">${bar.label}</th><td class="number">${number(bar.value)}</td></tr>`;
    const column = (/** @type {Bar} */ bar, /** @type {number} */ index) => {
      const height = (bar.value / most) * (HEIGHT - foot - HEAD);
      const [middle, top] = [step * (index + 0.5), HEIGHT - foot - height];
      const width = Math.min(step * 0.68, 84);
      return html`<g ${bar.choice === undefined ? "" : html`data-choice="${bar.choice}"`}>
        <rect class="bar" x="${middle - width / 2}" y="${top}" width="${width}" height="${height}" rx="${Math.min(8, height / 2, width / 4)}" />
        ${bars.length <= NUMBERED_MAX && html`<text x="${middle}" y="${top - 7}" text-anchor="middle">${number(bar.value)}</text>`}
        ${linesOf(bar).map((text, line) => html`<text x="${middle}" y="${HEIGHT - foot + FOOT - 7 + line * LINE}" text-anchor="middle">${text}</text>`)}
      </g>`;
    };
    render(
      this,
      html`<figure>
        <svg viewBox="0 0 ${all} ${HEIGHT}" role="img" aria-label="${title}">
          <line x1="0" x2="${all}" y1="${HEIGHT - foot}" y2="${HEIGHT - foot}" stroke="var(--line)" />${bars.map(column)}
        </svg>
        <details>
          <summary class="small muted">${t("common.as_table")}</summary>
          <table class="table"><caption class="visually-hidden">${title}</caption>
            <thead><tr>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
            <tbody>${bars.map(row)}</tbody>
          </table>
        </details>
      </figure>`,
    );
  }
}
/** What the axis shows below a bar. @param {Bar} bar */
const linesOf = ({ tick, label }) => (tick ?? label).split("\n");

customElements.define("bar-chart", BarChart);
