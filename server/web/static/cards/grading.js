/**
 * Grades a response on this device, as the server does: at once, and without the network. Only a short answer that is not
 * literally one of the accepted ones is left to the server, or to the learner.
 *
 * @typedef {import("../sessions/answers.js").Question} Question
 * @typedef {import("../ui/api-types.js").CardAnswer} Answer
 * @typedef {import("../ui/api-types.js").AcceptedAnswers} Accepted
 * @typedef {{ is_correct: boolean, share: number, suggested: import("./requests.js").Rating }} Checked
 */

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
      return isLiterally(/** @type {Accepted} */ (key), String(response)) ? graded(1) : null;
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

/** @param {Accepted} key @param {string} response */
function isLiterally({ accepted, ignore_case, ignore_space }, response) {
  const plain = (/** @type {string} */ text) => {
    const bare = (ignore_space ? text.trim() : text).normalize("NFC");
    return ignore_case ? bare.toLowerCase() : bare;
  };
  return accepted.some((text) => plain(text) === plain(response));
}

/** A number on the edge of the tolerance is inside, although doubles are not exact. @param {{ value: number, tolerance?: number }} key @param {number} response */
const isNear = ({ value, tolerance = 0 }, response) => Math.abs(response - value) - tolerance <= 4 * Number.EPSILON * Math.max(Math.abs(response), Math.abs(value), tolerance);
