/**
 * The problems that keep a quiz from being played, shown beside the fields that cause them.
 *
 * @typedef {import("../../ui/api-types.js").Detail} Problem
 */
import { boot, t } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { MAX_CHOICES, MIN_CHOICES } from "./draft.js";

/** A problem in the reader's language. @param {Problem} problem @returns {Problem} */
export function worded({ path, code, message }) {
  const field = path.replace(/\[\d+\]/g, "").split(".")[0];
  const key = [`editor.problem_${code}_${field}`, `editor.problem_${code}`].find((one) => one in boot.catalogue);
  return { path, code, message: key ? t(key, { least: MIN_CHOICES, most: MAX_CHOICES }) : message };
}

/** The problems at a path or below it. @param {Problem[]} problems @param {string} path */
export const problemsIn = (problems, path) =>
  problems.filter((problem) => problem.path === path || problem.path.startsWith(`${path}.`) || problem.path.startsWith(`${path}[`));

/** A paragraph with the problems at these paths, for `aria-describedby` of a field. @param {Problem[]} problems @param {...string} paths */
export function saidBeside(problems, ...paths) {
  const here = problems.filter((problem) => paths.includes(problem.path.split(/[.[]/)[0] ?? "") && !/\[\d+\]/.test(problem.path));
  const text = [...new Set(here.map((problem) => problem.message))].join(" ");
  return html`<p class="problem" id="${paths[0]}-problem" data-key="${paths[0]}-problem" ${!text && "hidden"}>${text}</p>`;
}
