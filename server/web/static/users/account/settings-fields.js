/** The fields of profile and preferences, which save themselves, with their state, problem and a retry button. */
import { t } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { around } from "../../ui/fields.js";

/** @typedef {import("./field-saver.js").FieldSaver} FieldSaver */
/** @typedef {{ name: string, label: string, act: string, saver: FieldSaver, hint?: string }} Setting */

/** @param {Setting} setting */
const described = ({ name, label, saver, hint = "" }) => ({ name, label, hint, problem: saver.problems[name], state: saver.state(name) });

/** @param {Setting} setting */
const common = ({ name, act, saver }) =>
  html`id="${name}" name="${name}" data-do="${act}" aria-invalid="${String(name in saver.problems)}" aria-describedby="${name}-hint ${name}-problem"`;

/** A retry button, shown if the server could not be reached; the field still has the value. @param {Setting} setting */
const again = ({ name, saver }) =>
  name in saver.problems && name in saver.values && html`<button type="button" class="button small" data-do="saveAgain" value="${name}">${t("common.try_again")}</button>`;

/** @param {Setting} setting @param {string} value @param {number} maxlength */
export const textSetting = (setting, value, maxlength) =>
  around(described(setting), html`<input ${common(setting)} type="text" dir="auto" required maxlength="${maxlength}" value="${value}" autocomplete="off">${again(setting)}`);

/** @param {Setting} setting @param {string} value */
export const linesSetting = (setting, value) =>
  around(described(setting), html`<textarea ${common(setting)} rows="3" dir="auto">${value}</textarea>${again(setting)}`);

/** @param {Setting} setting @param {number} value @param {{ minimum: number, maximum: number }} range */
export const numberSetting = (setting, value, { minimum, maximum }) =>
  around(
    described(setting),
    html`<input ${common(setting)} type="number" inputmode="numeric" required min="${minimum}" max="${maximum}" step="1" value="${value}" autocomplete="off">${again(setting)}`,
  );

/** @typedef {readonly [value: string, text: string]} Option */

/** @param {Setting} setting @param {string} value @param {import("../../ui/html.js").Markup} options */
export const selectSetting = (setting, value, options) =>
  around(described(setting), html`<select ${common(setting)} data-chosen="${value}">${options}</select>${again(setting)}`);

/** @param {readonly Option[]} options @param {string} chosen */
export const optionsOf = (options, chosen) =>
  html`${options.map(([value, words]) => html`<option value="${value}" ${value === chosen && "selected"}>${words}</option>`)}`;

/** @param {Setting} setting @param {boolean} value */
export const switchSetting = (setting, value) => html`<div data-key="field-${setting.name}"><label class="switch"><span><b>${setting.label}</b><small class="muted" role="status">${setting.saver.state(setting.name)}</small></span>
    <input ${common(setting)} type="checkbox" ${value && "checked"}></label>
  ${setting.saver.problems[setting.name] && html`<p class="problem" id="${setting.name}-problem">${setting.saver.problems[setting.name]}</p>`}${again(setting)}</div>`;
