/**
 * Parses and formats numbers as people write them. "17,000" means seventeen thousand in English and seventeen in
 * Indonesian; unambiguous numbers ("1,234.5", "1.000.000", "9,81") mean the same in both.
 */
import { boot, t } from "./boot.js";

const parts = new Intl.NumberFormat(boot.locale).formatToParts(12345.6);
const GROUP = parts.find(({ type }) => type === "group")?.value ?? ",";
const DECIMAL = parts.find(({ type }) => type === "decimal")?.value ?? ".";
const THOUSANDS = /^[+-]?[1-9]\d{0,2}[.,]\d{3}$/;
const plain = new Intl.NumberFormat(boot.locale, { maximumSignificantDigits: 15 });

/** The number that a text means; null if it is none. @param {string} text */
export function numberIn(text) {
  const written = text.replace(/[\s'’]/g, "").replace(/^−/, "-");
  const decimal = decimalMark(written);
  const group = decimal === "," ? "\\." : ",";
  const shape = new RegExp(`^[+-]?(\\d+|\\d{1,3}(${group}\\d{3})+)?(\\${decimal}\\d*)?(e[+-]?\\d+)?$`, "i");
  if (!shape.test(written) || !/\d/.test(written)) return null;
  const value = Number(written.replaceAll(decimal === "," ? "." : ",", "").replace(decimal, "."));
  return Number.isFinite(value) ? value : null;
}

const MONEY = /^\s*(\p{Sc}|Rp\.?(?=[\s\d-])|[~≈=])/u;
const UNIT = /[\p{L}\p{Sc}%‰°][^\d]*$/u;
const NUMBER_WORDS = new Set(t("common.number_words").split(" "));

/**
 * The same, but with a unit or a currency beside the number ("6400 km", "Rp 5.000", "12 %"). Words that make it another
 * number ("5 million", "2 or 3") are ambiguous, so it is none.
 * @param {string} text
 */
export function numberBesideUnit(text) {
  const [unit = ""] = UNIT.exec(text) ?? [];
  const [word = ""] = /^\p{L}*/u.exec(unit.toLowerCase()) ?? [];
  return numberIn(text) ?? (NUMBER_WORDS.has(word) ? null : numberIn(text.replace(UNIT, "").replace(MONEY, "")));
}

/** @param {string} written */
function decimalMark(written) {
  const marks = written.match(/[.,]/g) ?? [];
  const last = marks.at(-1) ?? DECIMAL;
  const isGroup = new Set(marks).size === 1 && (marks.length > 1 || (last === GROUP && THOUSANDS.test(written)));
  return isGroup ? (last === "," ? "." : ",") : last;
}

/** A number that cannot be misread, with thin spaces between thousands. @param {number} value */
export const plainly = (value) =>
  plain.formatToParts(value).map((part) => (part.type === "group" ? "\u202f" : part.value)).join("");

/** A number as the user would type it: without separators, with their decimal mark. @param {number} value */
export const typed = (value) => String(value).replace(".", DECIMAL);
