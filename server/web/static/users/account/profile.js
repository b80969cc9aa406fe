/** The profile form: name, level, language, goals. Each field saves itself. */
import { boot, t } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { languageName } from "../../ui/languages.js";
import { limits } from "../../ui/limits.js";
import { linesSetting, optionsOf, selectSetting, textSetting } from "./settings-fields.js";

/** @typedef {import("./field-saver.js").FieldSaver} FieldSaver */
/** @typedef {import("../../ui/api-types.js").Account} Profile */

const LEVELS = limits.ProfileChange.current_level.enum;
const LANGUAGES =
  "ar ban bn bug de en es fa fr hi id it ja jv km ko lo mad min ms my nl pl pt ru su sw ta th tl tr uk ur vi zh".split(" ");
const { maxItems: MAX_GOALS, items: { maxLength: MAX_GOAL } } = limits.ProfileChange.learning_goals;

/** @param {string | null} chosen @returns {(readonly [string, string])[]} */
function languages(chosen) {
  const codes = new Set([...LANGUAGES, ...(chosen ? [chosen] : [])]);
  const named = [...codes].map((code) => /** @type {const} */ ([code, languageName(code)]));
  return [["", t("account.not_said")], ...named.sort((one, other) => one[1].localeCompare(other[1], boot.locale))];
}

/** @param {Profile} me @param {FieldSaver} saver */
export const profileCard = (me, saver) => html`<section class="card" data-key="profile"><h2>${t("account.profile")}</h2>
  ${textSetting({ name: "full_name", label: t("account.name"), act: "profile", saver }, me.full_name, limits.ProfileChange.full_name.maxLength)}
  <div class="pair">${selectSetting(
    { name: "current_level", label: t("account.level"), act: "profile", saver },
    me.current_level ?? "",
    optionsOf([["", t("account.not_said")], ...LEVELS.map((level) => /** @type {const} */ ([level, `${level} · ${t(`account.level_${level.toLowerCase()}`)}`]))], me.current_level ?? ""),
  )}${selectSetting(
    { name: "language_code", label: t("account.first_language"), act: "profile", saver },
    me.language_code ?? "",
    optionsOf(languages(me.language_code), me.language_code ?? ""),
  )}</div>
  ${linesSetting({ name: "learning_goals", label: t("account.goals"), act: "profile", saver, hint: t("account.goals_hint", { n: MAX_GOALS }) }, me.learning_goals.join("\n"))}
</section>`;

/** @param {Profile} me @param {FieldSaver} saver @param {HTMLInputElement} control */
export function saveProfile(me, saver, { name, value }) {
  if (name === "full_name" && !value.trim()) return saver.refuse(name, t("auth.wrong_full_name", limits.ProfileChange.full_name));
  if (name !== "learning_goals") return put(me, saver, name, name === "full_name" ? value.trim() : value || null);
  const goals = value
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  if (goals.length > MAX_GOALS || goals.some((goal) => goal.length > MAX_GOAL)) return saver.refuse(name, t("account.wrong_goals", { goals: MAX_GOALS, characters: MAX_GOAL }));
  return put(me, saver, name, goals);
}

/** @param {object} me @param {FieldSaver} saver @param {string} name @param {unknown} value */
function put(me, saver, name, value) {
  Object.assign(me, { [name]: value });
  return saver.save(name, value);
}
