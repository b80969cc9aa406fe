/** What is known of a quiz, in a line of small words. */
import { t, tn } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { languageName } from "../ui/languages.js";

/** @param {{ question_count: number, copy_count: number, language: string | null, level: string | null, topic: string | null }} quiz */
export const labels = ({ question_count, copy_count, language, level, topic }) => html`<p class="facts muted small">
  <span>${tn("library.questions", question_count)}</span>
  ${language && html`<span>${languageName(language)}</span>`}
  ${level && html`<span class="tag" title="${t("library.by_level")}">${level}</span>`}
  ${topic && html`<button type="button" class="chip" data-do="topic" value="${topic}" aria-label="${t("library.with_topic", { topic })}">${topic}</button>`}
  ${copy_count > 0 && html`<span>${tn("library.copies", copy_count)}</span>`}
</p>`;
