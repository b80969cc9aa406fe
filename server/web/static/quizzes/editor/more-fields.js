/** The section "More about this question": fields that help to find it again. Players do not see them. */
import { t } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";
import { languageName, languages } from "../../ui/languages.js";
import { limits } from "../../ui/limits.js";
import { problemsIn, saidBeside } from "./problems.js";

/** @typedef {import("./draft.js").Question} Question */
/** @typedef {import("./problems.js").Problem[]} Problems */

const { level: LEVEL, difficulty: DIFFICULTY, skill: SKILL, topic: TOPIC, tags: TAGS } = limits.QuestionInput;
const DIFFICULTIES = Array.from({ length: DIFFICULTY.maximum + 1 - DIFFICULTY.minimum }, (_, index) => String(DIFFICULTY.minimum + index));
const { maxItems: TAGS_MAX, items: { maxLength: TAG_MAX } } = TAGS;

/** The tags in a line with commas between them, without duplicates. @param {string} text */
export function tagsIn(text) {
  const tags = text.split(",").map((tag) => tag.replace(/\s+/g, " ").trim()).filter(Boolean);
  const words = tags.map((tag) => tag.toLowerCase());
  return tags.filter((_, index) => words.indexOf(words[index] ?? "") === index);
}

/** The tags that can be saved. @param {string[]} tags */
export const savableTags = (tags) => tags.filter((tag) => [...tag].length <= TAG_MAX).slice(0, TAGS_MAX);

/** @param {string} text what is typed into a field of one line @returns {string | null} */
export const lineOf = (text) => text.replace(/\s+/g, " ").trim() || null;

/** @param {Question} question @param {Problems} problems */
export const moreFields = (question, problems) => html`<details class="extra" data-key="more-fields">
  <summary>${icon("more")}<span>${t("editor.more")}</span><span class="said" dir="auto">${summary(question)}</span></summary>
  <p class="hint muted small">${t("editor.more_hint")}</p>
  <div class="more-fields">
    ${choose("language", question.language, languages(question.language), problems)}
    ${choose("level", question.level, LEVEL.enum.map((level) => [level, level]), problems)}
    ${choose("difficulty", question.difficulty && String(question.difficulty), DIFFICULTIES.map((one) => [one, t(`editor.difficulty_${one}`)]), problems)}
    ${line("skill", question.skill, SKILL.maxLength, problems)}
    ${line("topic", question.topic, TOPIC.maxLength, problems)}
    ${tagsField(question.tags, problems)}
  </div>
</details>`;

/** @param {Question} question */
const summary = ({ language, level, difficulty, skill, topic, tags }) =>
  [language && languageName(language), level, difficulty && t(`editor.difficulty_${difficulty}`), skill, topic, ...tags].filter(Boolean).join(" · ");

/** @param {string} name @param {string | number | null} value @param {string[][]} options @param {Problems} problems @param {string} [action] */
export const choose = (name, value, options, problems, action = "fact") => html`<div class="field" data-key="${name}">
  <label for="${name}">${t(`editor.${name}`)}</label>
  <select id="${name}" name="${name}" data-do="${action}" aria-invalid="${String(problemsIn(problems, name).length > 0)}" aria-describedby="${name}-problem">
    <option value="" ${!value && "selected"}>${t("editor.not_said")}</option>
    ${options.map(([code, words]) => html`<option value="${code}" ${code === value && "selected"}>${words}</option>`)}
  </select>
  ${saidBeside(problems, name)}
</div>`;

/** @param {string} name @param {string | null} value @param {number} most @param {Problems} problems @param {string} [action] */
export const line = (name, value, most, problems, action = "line") => html`<div class="field" data-key="${name}">
  <label for="${name}">${t(`editor.${name}`)}</label>
  <input id="${name}" name="${name}" data-do="${action}" maxlength="${most}" dir="auto" autocomplete="off" placeholder="${t(`editor.${name}_example`)}" value="${value}"
    aria-invalid="${String(problemsIn(problems, name).length > 0)}" aria-describedby="${name}-problem">
  ${saidBeside(problems, name)}
</div>`;

/** @param {string[]} tags @param {Problems} problems */
function tagsField(tags, problems) {
  const wrong = tagsProblem(tags);
  const found = [...problems, ...(wrong ? [{ path: "tags", code: "", message: wrong }] : [])];
  return html`<div class="field wide" data-key="tags">
    <label for="tags">${t("editor.tags")}</label>
    <input id="tags" name="tags" data-do="tags" dir="auto" autocomplete="off" placeholder="${t("editor.tags_example")}" value="${tags.join(", ")}"
      aria-invalid="${String(problemsIn(found, "tags").length > 0)}" aria-describedby="tags-hint tags-problem">
    <p class="hint" id="tags-hint">${t("editor.tags_hint", { n: TAGS_MAX })}</p>
    ${saidBeside(found, "tags")}
  </div>`;
}

/** @param {string[]} tags */
function tagsProblem(tags) {
  if (tags.some((tag) => [...tag].length > TAG_MAX)) return t("editor.tag_too_long", { n: TAG_MAX });
  return tags.length > TAGS_MAX ? t("editor.tags_too_many", { n: TAGS_MAX }) : "";
}
