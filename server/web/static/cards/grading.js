/**
 * Grades a response on this device, as the server does: at once, and without the network. Only a short answer that is not
 * literally one of the accepted ones is left to the server, or to the learner.
 *
 * @typedef {import("../sessions/answers.js").Question} Question
 * @typedef {import("../ui/api-types.js").CardAnswer} Answer
 * @typedef {{ is_correct: boolean, share: number, suggested: import("./requests.js").Rating }} Checked
 */

const DOUBLE_DIGITS = 15;

/** Whether the server has to be asked, because its rules know more than this page. @param {Question} question */
export const needsServer = ({ kind }) => kind === "short_answer" || kind === "numeric";

/** @param {Question} question @param {Answer} answer @param {unknown} response null: the learner did not know @returns {Checked | null} null: not known here */
export function checkHere(question, { key, also }, response) {
  if (response === null) return graded(0);
  const keys = [key, ...also];
  switch (question.kind) {
    case "multiple_select":
      return graded(Math.max(...keys.map((each) => share(/** @type {string[]} */ (each), /** @type {string[]} */ (response)))));
    case "short_answer":
      return isLiterally(/** @type {{ accepted: string[] }} */ (key).accepted, String(response)) ? graded(1) : null;
    case "numeric":
      return graded(keys.some((each) => isNear(/** @type {{ value: number, tolerance?: number }} */ (each), Number(response))) ? 1 : 0);
    default:
      return graded(keys.some((each) => JSON.stringify(each) === JSON.stringify(response)) ? 1 : 0);
  }
}

/** @param {number} share @returns {Checked} */
const graded = (share) => ({ is_correct: share === 1, share, suggested: share === 1 ? "good" : "again" });

/** The right choices less the wrong ones, as a share of all right ones. @param {string[]} key @param {string[]} response */
function share(key, response) {
  const right = response.filter((id) => key.includes(id)).length;
  return Math.max(2 * right - response.length, 0) / key.length;
}

/** @param {string[]} accepted @param {string} response */
const isLiterally = (accepted, response) => accepted.some((text) => plain(text) === plain(response));

/** @param {string} text */
const plain = (text) => text.trim().toLowerCase().normalize("NFC");

/** In as many digits as people reckon with, so that a number on the edge of the tolerance is inside. @param {{ value: number, tolerance?: number }} key @param {number} response */
const isNear = ({ value, tolerance = 0 }, response) => Number(Math.abs(response - value).toPrecision(DOUBLE_DIGITS - 1)) <= tolerance;
