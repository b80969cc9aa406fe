/** The first step: choose, drop or paste what is to be imported. */
import { t } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";

/** @param {import("./import-state.js").ImportState} importing */
export const chooser = ({ busy, problem, text, isTyped }) => html`<p class="muted" data-key="lead">${t("import.lead")}</p>
  <section class="drop-zone large" data-key="file" aria-busy="${String(busy)}">
    ${busy
      ? html`<p data-key="busy"><span class="spinner"></span> ${t("import.reading")}</p>`
      : html`<label class="button primary large file-button" data-key="choose">${icon("upload")}<span>${t("import.choose")}</span>
          <input type="file" id="file" data-do="file"></label>`}
    ${problem && !isTyped && refused(problem)}
    <p class="hint muted" data-key="hint">${t("import.choose_hint")}</p>
  </section>
  <section class="card stack" data-key="text">
    <div class="field"><label for="text">${t("import.paste")}</label>
      <textarea id="text" data-do="text" rows="6" dir="auto" spellcheck="false" placeholder="${t("import.paste_example")}">${text}</textarea></div>
    <div><button class="button" data-do="readText" aria-disabled="${String(busy)}">${t("import.read_text")}</button></div>
    ${problem && isTyped && refused(problem)}
  </section>
  <section class="formats" data-key="formats"><h2>${t("import.formats")}</h2>
    <ul>${["kahoot", "wayground", "moodle", "qti", "ours"].map((name) => html`<li><b>${t(`import.format_${name}`)}</b> ${t(`import.format_${name}_hint`)}</li>`)}</ul></section>`;

/** @param {string} problem */
export const refused = (problem) => html`<p class="notice bad" id="refused" tabindex="-1" role="alert" data-key="refused">${problem}</p>`;
