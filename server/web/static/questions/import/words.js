/** Why an item is refused and what it loses, in the reader's language. */
import { boot, t } from "../../ui/boot.js";
import { worded } from "../../quizzes/editor/problems.js";

/** @param {import("../../ui/api-types.js").ItemProblem} problem */
export function reason({ path, code, message, cell }) {
  const text = said(path, code, message);
  return cell ? t("import.in_cell", { cell, text }) : text;
}

/** @param {string} path @param {string} code @param {string} message */
function said(path, code, message) {
  if (code.startsWith("loss.")) return t(`import.loss_${code.slice("loss.".length)}`);
  if (`import.code_${code}` in boot.catalogue) return t(`import.code_${code}`, { field: path || "?" });
  return worded({ path, code, message }).message;
}

/** @param {Pick<import("../../ui/api-types.js").PreviewedItem, "place" | "line">} item */
export const placed = ({ place, line }) => t(`import.place_${place}`, { n: line });
