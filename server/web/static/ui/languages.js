/** The languages of questions and quizzes, with their names in the reader's language. */
import { boot } from "./boot.js";

const LANGUAGES = ["en", "id", "ar", "de", "es", "fr", "hi", "it", "ja", "jv", "ko", "ms", "nl", "pt", "ru", "su", "th", "tr", "vi", "zh"];
const names = new Intl.DisplayNames([boot.locale], { type: "language" });

/** The name of a language, or its code: browsers throw at what is no tag, as in a draft that one has kept for long. @param {string} code */
export function languageName(code) {
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

/** @param {string | null} chosen @returns {string[][]} codes with names, in the order of the names */
export function languages(chosen) {
  const codes = new Set(chosen ? [...LANGUAGES, chosen] : LANGUAGES);
  return [...codes].map((code) => [code, languageName(code)]).sort(([, a = ""], [, b = ""]) => a.localeCompare(b, boot.locale));
}
