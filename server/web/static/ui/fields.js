/**
 * Form fields with a label and a place for their problem.
 *
 *     field({ name: "email", label: t("auth.email"), type: "email", problem: problems.email })
 */
import { Problem } from "./api.js";
import { t } from "./boot.js";
import { html } from "./html.js";

/** @typedef {Record<string, string>} Problems texts by field name; "" is the whole form */
/**
 * @typedef {{ name: string, label: string, type?: string, value?: string, hint?: string, problem?: string | undefined,
 *   autocomplete?: string, required?: boolean, limit?: { minLength?: number, maxLength: number }, act?: string, state?: string }} Field
 */

/** @param {Field} field @param {import("./html.js").Markup} control */
export const around = ({ name, label, hint = "", problem = "", state }, control) =>
  html`<div class="field" data-key="field-${name}">
    <label for="${name}">${label}</label>${state !== undefined && html`<span class="state" role="status">${state}</span>`}${control}
    ${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}${problem && html`<p class="problem" id="${name}-problem">${problem}</p>`}
  </div>`;

/** @param {Field} field @param {string} type */
const input = (field, type) =>
  html`<input id="${field.name}" name="${field.name}" type="${type}" value="${field.value}" dir="auto"
    ${field.act && html`data-do="${field.act}"`} autocomplete="${field.autocomplete ?? "off"}" ${field.required !== false && "required"}
    ${field.limit?.minLength && html`minlength="${field.limit.minLength}"`} ${field.limit && html`maxlength="${field.limit.maxLength}"`}
    aria-invalid="${String(Boolean(field.problem))}" aria-describedby="${field.name}-hint ${field.name}-problem">`;

/** @param {Field} field */
export const field = (field) => around(field, input(field, field.type ?? "text"));

/** A password with a button that shows it. @param {Field} field @param {boolean} shown */
export const secret = (field, shown) =>
  around(
    field,
    html`<div class="secret">${input(field, shown ? "text" : "password")}
      <button class="button quiet small" type="button" data-do="show" value="${field.name}" aria-pressed="${String(shown)}"
        aria-controls="${field.name}">${t(shown ? "common.hide" : "common.show")}</button>
    </div>`,
  );

/** @param {Problems} problems */
export const summary = (problems) =>
  html`<p class="notice bad" role="alert" data-key="summary" ${!problems[""] && "hidden"}>${problems[""]}</p>`;

/** @param {Problem} problem @param {(path: string, code: string) => string} words @returns {Problems} */
export function problemsOf(problem, words) {
  const beside = Object.fromEntries(problem.errors.map(({ path, code }) => [path, words(path, code)]));
  return Object.keys(beside).length ? beside : { "": problem.message };
}

/** Puts the focus on the first field with a problem. @param {ParentNode} root */
export function focusProblem(root) {
  const wrong = root.querySelector('[aria-invalid="true"]');
  if (wrong instanceof HTMLElement) wrong.focus();
}
