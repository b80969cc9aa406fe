/** The preferences form: language, theme, time zone, and in closed sections reviews and mails. Each field saves itself. */
import { theme } from "../../ui/appearance.js";
import { boot, t } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { isNumber, rangeOf, reviewsCard } from "./review-settings.js";
import { optionsOf, selectSetting, switchSetting } from "./settings-fields.js";

/** @typedef {import("./field-saver.js").FieldSaver} FieldSaver */
/** @typedef {import("../../ui/api-types.js").Preferences} Preferences */

/** @type {Record<NonNullable<Preferences["locale"]>, string>} */
const LANGUAGES = { en: "English", id: "Bahasa Indonesia" };
/** @type {NonNullable<Preferences["theme"]>[]} */
const THEMES = ["system", "light", "dark"];
const MAILS = /** @type {const} */ (["email_summaries", "email_news", "email_shares"]);

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** @param {{ me: import("../../ui/api-types.js").Account, preferences: Preferences, zones: string[], parameters: import("../../ui/api-types.js").CardParameters }} account @param {FieldSaver} saver */
export const preferencesCards = ({ me, preferences: chosen, zones, parameters }, saver) => html`<section class="card" data-key="look"><h2>${t("account.look")}</h2><div class="choices-row">
    ${segments("locale", t("account.language"), Object.entries(LANGUAGES), boot.locale)}
    ${segments("theme", t("account.theme"), THEMES.map((name) => [name, t(`account.theme_${name}`)]), theme())}</div>
    ${timeZone(chosen, zones, saver)}</section>
  ${reviewsCard(chosen, parameters, saver, me.is_verified)}
  <details class="card" data-key="mail"><summary><h2>${t("account.mail")}</h2></summary><div class="stack">
    <p class="muted small">${t("account.mail_hint")}</p>
    <div class="switches">${MAILS.map((name) => switchSetting({ name, label: t(`account.${name}`), act: "preference", saver }, chosen[name]))}</div>
  </div></details>`;

/** @param {string} name @param {string} label @param {[string, string][]} options @param {string} chosen */
const segments = (name, label, options, chosen) => html`<div class="field" data-key="${name}"><span class="label" id="${name}-label">${label}</span>
  <div class="segments" role="radiogroup" aria-labelledby="${name}-label">${options.map(
    ([value, words]) => html`<label><input type="radio" name="${name}" data-do="${name}" value="${value}" ${value === chosen && "checked"}>${words}</label>`,
  )}</div></div>`;

/** @param {Preferences} chosen @param {string[]} zones @param {FieldSaver} saver */
function timeZone({ time_zone: chosen }, zones, saver) {
  const suggested = here && here !== chosen;
  return html`<div class="stack" data-key="time-zone">${selectSetting(
    { name: "time_zone", label: t("account.time_zone"), act: "preference", saver, hint: t("account.time_zone_hint") },
    chosen ?? "",
    html`<option value="" ${!chosen && "selected"}>${t("account.not_said")}</option>${[...areas(zones, chosen)].map(
      ([area, places]) => html`<optgroup label="${area}">${optionsOf(places, chosen ?? "")}</optgroup>`,
    )}`,
  )}${suggested && html`<div data-key="suggested"><button type="button" class="button small" data-do="useTimeZone" value="${here}">${t("account.use_time_zone", { zone: placeName(here) })}</button></div>`}</div>`;
}

/** Time zones by continent or ocean, with the chosen one among them. @param {string[]} zones @param {string | null} chosen */
function areas(zones, chosen) {
  /** @type {Map<string, (readonly [string, string])[]>} */
  const found = new Map();
  for (const zone of chosen && !zones.includes(chosen) ? [...zones, chosen] : zones) {
    const [area = zone] = zone.split("/");
    found.set(area, [...(found.get(area) ?? []), [zone, placeName(zone)]]);
  }
  return found;
}

/** @param {string} zone */
const placeName = (zone) => zone.slice(zone.indexOf("/") + 1).replaceAll("_", " ").replace("/", ", ");

/** @param {Preferences} chosen @param {FieldSaver} saver @param {HTMLInputElement} control */
export function savePreference(chosen, saver, control) {
  const { name, value, validity } = control;
  if (isNumber(name) && !validity.valid) return saver.refuse(name, t("account.wrong_number", rangeOf(name)));
  if (name === "email_reminders" && control.checked) chooseWhatIsHere(chosen, saver);
  return putPreference(chosen, saver, name, valueOf(control, name, value));
}

/** A mail comes at an hour and in a language: of here and now, unless others were chosen. @param {Preferences} chosen @param {FieldSaver} saver */
function chooseWhatIsHere(chosen, saver) {
  if (!chosen.time_zone && here) void putPreference(chosen, saver, "time_zone", here);
  if (!chosen.locale) void putPreference(chosen, saver, "locale", boot.locale);
}

/** @param {HTMLInputElement} control @param {string} name @param {string} value */
function valueOf(control, name, value) {
  if (name === "desired_retention") return Number(value) / 100;
  if (isNumber(name) || name === "reminder_hour") return Number(value);
  return control.type === "checkbox" ? control.checked : value || null;
}

/** @param {object} chosen @param {FieldSaver} saver @param {string} name @param {unknown} value */
export function putPreference(chosen, saver, name, value) {
  Object.assign(chosen, { [name]: value });
  return saver.save(name, value);
}
