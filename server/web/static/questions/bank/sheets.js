/** The sheets of the bank: a look at a question, and questions to the teacher before something is done. */
import { boot, t, tn } from "../../ui/boot.js";
import { sheet } from "../../ui/dialog.js";
import { around } from "../../ui/fields.js";
import { formSheet } from "../../ui/form-sheet.js";
import { html } from "../../ui/html.js";
import { limits } from "../../ui/limits.js";
import { fromBank } from "../../quizzes/editor/draft.js";
import { tagsIn } from "../../quizzes/editor/more-fields.js";
import "../../quizzes/editor/phone-preview.js";
import "../item-statistics.js";
import { facts } from "./question-rows.js";

/** @typedef {import("./bank-state.js").BankQuestion} BankQuestion */
/** @typedef {import("./bank-state.js").QuestionSet} QuestionSet */

const TITLE_MAX = limits.NewQuiz.title.maxLength;
const NEW = "new";
const SAYS_SOMETHING = ".*[^\\s,].*"; // tags are separated by commas

/** The answer of a sheet: the value of its button and its fields, or null if it was closed. @param {HTMLDialogElement} dialog @returns {Promise<{ value: string, fields: FormData } | null>} */
const answered = (dialog) =>
  new Promise((answer) =>
    dialog.addEventListener("close", () => {
      const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
      answer(dialog.returnValue ? { value: dialog.returnValue, fields: new FormData(form) } : null);
    }),
  );

/** The question as it is on a phone. @param {BankQuestion} question @returns {Promise<boolean>} whether it is to be edited */
export async function look(question) {
  const dialog = sheet(html`<form method="dialog" class="stack look-sheet">
    <h2 class="visually-hidden">${t("bank.look_title")}</h2>
    <div class="phone"><phone-preview></phone-preview></div>
    <div class="look-facts">${facts(question)}${right(question)}${question.explanation && html`<p class="small" dir="auto">${question.explanation}</p>`}
      ${question.source_id && html`<p class="small muted">${t("bank.is_copy")}</p>`}<item-statistics></item-statistics></div>
    <div class="actions"><button class="button" value="">${t("bank.close")}</button>
      ${!question.archived_at && html`<button class="button primary" value="edit">${t("bank.edit")}</button>`}</div>
  </form>`);
  const shown = { question: fromBank(question), index: 0, of: 1, title: t("bank.title"), broken: false };
  /** @type {any} */ (dialog.querySelector("phone-preview")).shown = shown;
  /** @type {any} */ (dialog.querySelector("item-statistics")).question = question.id;
  return (await answered(dialog)) !== null;
}

/** The right answer in words. @param {BankQuestion} question */
function right({ type, choices, answer_key }) {
  const key = /** @type {import("../../ui/api-types.js").AnswerKey | null} */ (answer_key);
  const texts = type === "ordering" ? choices.map(({ text }) => text) : choices.filter(({ is_correct }) => is_correct).map(({ text }) => text);
  const numbers = typeof key?.value === "number" ? [key.value.toLocaleString(boot.locale)] : [];
  const all = [...texts, ...(key?.accepted ?? []), ...numbers];
  return all.length > 0 && html`<p class="small"><b>${t("bank.right_answer")}</b> <span dir="auto">${all.join(type === "ordering" ? " → " : ", ")}</span></p>`;
}

/** Asks for tags. @param {number} n @returns {Promise<{ do: "add_tags" | "remove_tags", tags: string[] } | null>} */
export async function askTags(n) {
  let values = /** @type {Record<string, string>} */ ({});
  const sent = await formSheet({
    view: ({ problems }) => html`<form class="stack" novalidate data-do="send" data-key="form">
      <h2>${tn("bank.tag_title", n)}</h2>
      ${textField({ id: "bank-tags", name: "tags", label: t("editor.tags"), hint: t("bank.tags_hint"), problem: problems["tags"] ?? "" }, html`required pattern="${SAYS_SOMETHING}" placeholder="${t("editor.tags_example")}"`)}
      <div class="actions" data-key="actions"><button class="button" type="button" data-do="close">${t("common.cancel")}</button>
        <button class="button" name="do" value="remove_tags">${t("bank.remove_tags")}</button><button class="button primary" name="do" value="add_tags">${t("bank.add_tags")}</button></div>
    </form>`,
    send: (given) => void (values = given),
    wrong: () => t("bank.wrong_tags"),
  });
  const tags = tagsIn(values["tags"] ?? "").slice(0, limits.AddTags.tags.maxItems);
  return sent && tags.length ? { do: values["do"] === "remove_tags" ? "remove_tags" : "add_tags", tags } : null;
}

/** Asks for a title. @param {string} heading @param {string} label @param {string} action @param {string} [title] @returns {Promise<string | null>} */
export async function askTitle(heading, label, action, title = "") {
  let answer = "";
  const sent = await formSheet({
    view: ({ problems }) => html`<form class="stack" novalidate data-do="send" data-key="form">
      <h2>${heading}</h2>
      ${textField({ id: "bank-title", name: "title", label, problem: problems["title"] ?? "" }, html`required pattern="${SAYS_SOMETHING}" maxlength="${TITLE_MAX}" value="${title}"`)}
      <div class="actions" data-key="actions"><button class="button" type="button" data-do="close">${t("common.cancel")}</button><button class="button primary">${action}</button></div>
    </form>`,
    send: (given) => void (answer = (given["title"] ?? "").trim()),
    wrong: () => t("bank.wrong_title"),
  });
  return sent ? answer : null;
}

/** @param {{ id: string, name: string, label: string, hint?: string, problem: string }} field @param {import("../../ui/html.js").Markup} attributes */
const textField = ({ id, name, label, hint = "", problem }, attributes) =>
  around({ name: id, label, hint, problem }, html`<input id="${id}" name="${name}" ${attributes} dir="auto" autocomplete="off" autofocus aria-invalid="${String(Boolean(problem))}" aria-describedby="${id}-hint ${id}-problem">`);

/**
 * Asks for one of these things, or for the title of a new one.
 * @param {{ heading: string, label: string, action: string, title: string }} words
 * @param {{ id: string, title: string }[]} items @returns {Promise<{ id: string } | { title: string } | null>}
 */
export async function askWhich({ heading, label, action, title }, items) {
  const answer = await answered(
    sheet(html`<form method="dialog" class="stack">
      <h2>${heading}</h2>
      <div class="which" role="radiogroup" aria-label="${heading}">
        <label class="check"><input type="radio" name="which" value="${NEW}" checked><span>${label}</span></label>
        <input class="input" name="title" maxlength="${TITLE_MAX}" dir="auto" value="${title}" autocomplete="off" aria-label="${t("bank.new_name")}">
        ${items.map(({ id, title }) => html`<label class="check"><input type="radio" name="which" value="${id}"><span dir="auto">${title}</span></label>`)}
      </div>
      <div class="actions"><button class="button" value="" formnovalidate>${t("common.cancel")}</button><button class="button primary" value="yes">${action}</button></div>
    </form>`),
  );
  if (!answer) return null;
  const which = String(answer.fields.get("which"));
  return which === NEW ? { title: String(answer.fields.get("title")).trim() || title } : { id: which };
}

/** Asks for a quiz whose questions are copied. @param {{ id: string, title: string, question_count: number }[]} quizzes */
export async function askQuiz(quizzes) {
  const answer = await answered(
    sheet(html`<form method="dialog" class="stack">
      <h2>${t("bank.from_quiz_title")}</h2>
      <div class="field"><label for="bank-quiz">${t("bank.quiz")}</label><select id="bank-quiz" name="quiz">${quizzes.map(
        ({ id, title, question_count }) => html`<option value="${id}">${title} (${question_count})</option>`,
      )}</select></div>
      <label class="check"><input type="checkbox" name="skip" checked><span>${t("bank.skip_duplicates")}</span></label>
      <div class="actions"><button class="button" value="">${t("common.cancel")}</button><button class="button primary" value="yes">${t("bank.from_quiz_action")}</button></div>
    </form>`),
  );
  return answer && { quiz_id: String(answer.fields.get("quiz")), skip_duplicates: answer.fields.has("skip") };
}
