/** Why a note is refused and what it loses, in the reader's language. */
import { boot, said, t } from "../ui/boot.js";

/** @param {import("../ui/api-types.js").ItemProblem} problem */
export function reason({ code, path }) {
  if (code.startsWith("loss.")) return t(`deck_import.loss_${code.slice("loss.".length)}`);
  return `deck_import.code_${code}` in boot.catalogue ? t(`deck_import.code_${code}`, { field: path || "?" }) : said(code);
}
