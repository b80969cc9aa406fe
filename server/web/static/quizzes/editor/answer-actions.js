/** The editor's actions on the answers of the selected question. */
import { limits } from "../../ui/limits.js";
import { numberIn } from "../../ui/numerals.js";
import { MAX_ACCEPTED, MAX_CHOICES, accepted, choice, marked, moved, withLines, withText } from "./draft.js";

/** @typedef {import("./draft.js").Question} Question */
/** @typedef {import("./form-actions.js").FormPage} FormPage */

/** @param {FormPage} page @param {import("./form-actions.js").Change} change */
export function answerActions(page, change) {
  const addChoice = () => {
    const one = choice();
    change((question) => ({ ...question, choices: [...question.choices, one] }));
    document.getElementById(`choice-${one.key}`)?.focus();
  };
  const addAccepted = () => {
    change((question) => withAccepted(question, [...accepted(question), ""]));
    document.getElementById(`accepted-${accepted(/** @type {Question} */ (page.data.question)).length - 1}`)?.focus();
  };
  // After removing an answer, the focus moves to the next one, or to the last.
  const removeChoice = (/** @type {string} */ key) => {
    const choices = page.data.question?.choices ?? [];
    const index = choices.findIndex((one) => one.key === key);
    const next = choices[index + 1] ?? choices[index - 1];
    change((question) => ({ ...question, choices: question.choices.filter((one) => one.key !== key) }));
    document.getElementById(`choice-${next?.key}`)?.focus();
  };
  const removeAccepted = (/** @type {number} */ index) => {
    change((question) => withAccepted(question, accepted(question).toSpliced(index, 1)));
    document.getElementById(`accepted-${Math.min(index, accepted(/** @type {Question} */ (page.data.question)).length - 1)}`)?.focus();
  };
  const move = (/** @type {string} */ key, /** @type {number} */ by) => {
    const choices = page.data.question?.choices ?? [];
    const to = choices.findIndex((one) => one.key === key) + by;
    if (to >= 0 && to < choices.length) change((question) => ({ ...question, choices: moved(question.choices, key, to) }));
  };

  return {
    clicks: {
      addChoice,
      addAccepted,
      choiceUp: (/** @type {HTMLButtonElement} */ { value }) => move(value, -1),
      choiceDown: (/** @type {HTMLButtonElement} */ { value }) => move(value, 1),
      removeChoice: (/** @type {HTMLButtonElement} */ { value }) => removeChoice(value),
      removeAccepted: (/** @type {HTMLButtonElement} */ { value }) => removeAccepted(Number(value)),
    },
    inputs: {
      choice: (/** @type {HTMLInputElement} */ { dataset, value }) => {
        const key = dataset["of"] ?? "";
        change((question) => withText(question, key, value), key);
      },
      accepted: (/** @type {HTMLInputElement} */ { dataset, value }) => {
        const index = Number(dataset["of"]);
        change((question) => withAccepted(question, accepted(question).with(index, value)), `accepted ${index}`);
      },
      number: (/** @type {HTMLInputElement} */ { name, value }) =>
        change((question) => ({ ...question, answer_key: { ...question.answer_key, [name]: name === "tolerance" ? Math.abs(numberIn(value) ?? 0) : numberIn(value) } }), name),
    },
    changes: {
      mark: (/** @type {HTMLInputElement} */ { value }) => change((question) => marked(question, value)),
      multiple: (/** @type {HTMLInputElement} */ { checked }) =>
        change((question) => ({ ...question, options: { ...question.options, multiple: checked } })),
      ignore: (/** @type {HTMLInputElement} */ { name, checked }) =>
        change((question) => ({ ...question, options: { ...question.options, [name]: checked } })),
    },
    keys: {
      // Enter moves to the next answer, and adds one after the last.
      choice: (/** @type {HTMLInputElement} */ element, /** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        const { choices, type } = /** @type {Question} */ (page.data.question);
        const next = choices[choices.findIndex((one) => one.key === element.dataset["of"]) + 1];
        if (next) document.getElementById(`choice-${next.key}`)?.focus();
        else if (type !== "true_false" && choices.length < MAX_CHOICES) addChoice();
      },
      accepted: (/** @type {HTMLInputElement} */ element, /** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Enter" || event.isComposing) return;
        event.preventDefault();
        const next = document.getElementById(`accepted-${Number(element.dataset["of"]) + 1}`);
        if (next) next.focus();
        else if (accepted(/** @type {Question} */ (page.data.question)).length < MAX_ACCEPTED) addAccepted();
      },
    },
    pastes: {
      // A pasted list becomes choices, one per line.
      choice: (/** @type {HTMLInputElement} */ element, /** @type {ClipboardEvent} */ event) => {
        const lines = (event.clipboardData?.getData("text/plain") ?? "").split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
        if (lines.length < 2) return;
        event.preventDefault();
        change((question) => withLines(question, element.dataset["of"] ?? "", lines.map((line) => line.slice(0, limits.ChoiceInput.text.maxLength))));
        element.value = element.defaultValue;
      },
    },
  };
}

/** @param {Question} question @param {string[]} texts @returns {Question} */
const withAccepted = (question, texts) => ({ ...question, answer_key: { ...question.answer_key, accepted: texts } });
