/** The settings of reviews on the account page: where cards come from, how many a day, and how they are scheduled. */
import { boot, t } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { limits } from "../../ui/limits.js";
import { costOf, parametersPart } from "./review-parameters.js";
import { numberSetting, optionsOf, selectSetting, switchSetting } from "./settings-fields.js";

/** @typedef {import("./field-saver.js").FieldSaver} FieldSaver */
/** @typedef {import("../../ui/api-types.js").CardParameters} CardParameters */
/** @typedef {import("../../ui/api-types.js").Preferences} Preferences */

const NUMBERS = /** @type {const} */ (["daily_goal_minutes", "new_cards_per_day", "reviews_per_day", "desired_retention", "maximum_interval_days"]);
/** What may be chosen for a day of the week, in percent of a normal one. */
const SHARES = [100, 50, 0];
const A_MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 24 * 3600 * 1000;
const HOURS = Array.from({ length: limits.PreferencesChange.reminder_hour.maximum + 1 }, (_, hour) => hour);

/** @param {Preferences} chosen @param {CardParameters} parameters @param {FieldSaver} saver @param {boolean} isVerified whether mails arrive */
export const reviewsCard = (chosen, parameters, saver, isVerified) => html`<details class="card" data-key="reviews" id="reviews" ${location.hash === "#reviews" && "open"}><summary><h2>${t("account.reviews")}</h2></summary><div class="stack">
    <div class="switches">${switchSetting({ name: "cards_from_answers", label: t("account.cards_from_answers"), act: "preference", saver }, chosen.cards_from_answers)}
      ${switchSetting({ name: "email_reminders", label: t("account.email_reminders"), act: "preference", saver }, chosen.email_reminders)}
      ${chosen.email_reminders && reminderHour(chosen, saver, isVerified)}</div>
    <div class="pair">${NUMBERS.map((name) => numberSetting({ name, label: t(`account.${name}`), act: "preference", saver, hint: name === "desired_retention" ? costOf(chosen, parameters) : t(`account.${name}_hint`) }, shownNumber(name, chosen[name]), rangeOf(name)))}
    ${selectSetting({ name: "scheduler", label: t("account.scheduler"), act: "preference", saver, hint: t("account.scheduler_hint") }, chosen.scheduler, optionsOf(limits.PreferencesChange.scheduler.enum.map((name) => [name, t(`account.scheduler_${name}`)]), chosen.scheduler))}</div>
    ${easyDays(chosen.easy_days, saver)}
    ${chosen.scheduler === "fsrs" && parametersPart(parameters)}
  </div></details>`;

/** When a mail says what is due. @param {Preferences} chosen @param {FieldSaver} saver @param {boolean} isVerified */
const reminderHour = ({ reminder_hour: chosen }, saver, isVerified) =>
  selectSetting({ name: "reminder_hour", label: t("account.reminder_hour"), act: "preference", saver, hint: t(isVerified ? "account.reminder_hour_hint" : "account.reminder_unverified") }, String(chosen), optionsOf(HOURS.map((hour) => [String(hour), `${String(hour).padStart(2, "0")}:00`]), String(chosen)));

/** @param {number[]} shares @param {FieldSaver} saver */
const easyDays = (shares, saver) => html`<fieldset class="easy-days" data-key="field-easy_days"><legend>${t("account.easy_days")} <span class="state" role="status">${saver.state("easy_days")}</span></legend>
  <p class="muted small">${t("account.easy_days_hint")}</p>
  <div class="days">${shares.map(
    (share, day) => html`<div class="field"><label for="easy-day-${day}">${dayName(day)}</label>
      <select id="easy-day-${day}" name="${day}" data-do="easyDay" data-chosen="${share}">${optionsOf(sharesWith(share), String(share))}</select></div>`,
  )}</div>
  ${saver.problems["easy_days"] && html`<p class="problem" id="easy_days-problem">${saver.problems["easy_days"]} <button type="button" class="button small" data-do="saveAgain" value="easy_days">${t("common.try_again")}</button></p>`}
</fieldset>`;

/** The choices for a day, with one that a program may have set. @param {number} share @returns {[string, string][]} */
const sharesWith = (share) => [...new Set([...SHARES, share])].map((each) => [String(each), SHARES.includes(each) ? t(`account.easy_${each}`) : t("account.easy_share", { n: each })]);

/** @param {number} day 0 is Monday */
const dayName = (day) => new Intl.DateTimeFormat(boot.locale, { weekday: "short", timeZone: "UTC" }).format(A_MONDAY + day * DAY_MS);

/** @param {Preferences} chosen @param {FieldSaver} saver @param {HTMLSelectElement} control */
export function saveEasyDay(chosen, saver, { name, value }) {
  chosen.easy_days = /** @type {Preferences["easy_days"]} */ (chosen.easy_days.map((share, day) => (day === Number(name) ? Number(value) : share)));
  return saver.save("easy_days", chosen.easy_days);
}

/** The shown value: shares in percent. @param {string} name @param {number} value */
const shownNumber = (name, value) => (name === "desired_retention" ? Math.round(value * 100) : value);

/** @param {typeof NUMBERS[number]} name */
export function rangeOf(name) {
  const { minimum, maximum } = limits.PreferencesChange[name];
  return { minimum: shownNumber(name, minimum), maximum: shownNumber(name, maximum) };
}

/** @param {string} name @returns {name is typeof NUMBERS[number]} */
export const isNumber = (name) => NUMBERS.some((one) => one === name);
