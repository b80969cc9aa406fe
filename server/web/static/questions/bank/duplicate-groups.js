/** Groups of equal questions. */
import { t, tn } from "../../ui/boot.js";
import { ago } from "../../ui/dates.js";
import { html } from "../../ui/html.js";
import { facts, selectBox } from "./question-rows.js";

/** @param {import("../../ui/api-types.js").DuplicatesGroup[]} groups @param {import("./bank-state.js").Bank} bank */
export const duplicateGroups = (groups, bank) => html`<p class="muted small" data-key="hint">${t("bank.duplicates_hint")}</p>
  ${groups.map(({ questions, total }) => {
    const [oldest] = questions;
    return oldest && html`<section class="card duplicates" data-key="${oldest.id}">
      <div class="row spread"><h2 dir="auto">${oldest.stem || t("editor.untitled_question")}</h2>
        <button class="button small" data-do="keepOldest" value="${oldest.id}">${t("bank.keep_oldest")}</button></div>
      <p class="muted small">${tn("bank.times", total)}</p>
      <ul class="bank-list">${questions.map(
        (question) => html`<li class="bank-row" data-key="${question.id}" data-selected="${String(bank.selected.has(question.id))}">${selectBox(question, bank)}
          <button class="what" data-do="look" value="${question.id}"><span class="said"><span class="bank-stem" dir="auto">${question.choices.map(({ text }) => text).join(" · ") || question.stem}</span>
            ${facts(question)}<span class="muted small">${t("bank.added_when")} ${ago(question.created_at)}</span></span></button></li>`,
      )}</ul></section>`;
  })}`;
