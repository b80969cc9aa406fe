/**
 * Statistics of a game's results: pure functions over what the server returned.
 *
 * @typedef {import("../ui/api-types.js").AnswerResult} Answer
 * @typedef {import("../ui/api-types.js").PlayerResult} Player
 * @typedef {import("../ui/api-types.js").QuestionResult} Question
 * @typedef {import("../ui/api-types.js").Results} Results
 */

const NEEDS_HELP_BELOW = 0.5;
const MOST_BARS = 13;

/** Whether a question was voided after the game, and so counts for nobody. @param {Question} question */
export const isVoided = ({ correction }) => Boolean(correction?.voided);

/** Whether a question can be right or wrong. @param {Question} question */
export const isScored = (question) => question.kind !== "poll" && !isVoided(question);

/** @param {Question[]} questions */
export const scored = (questions) => questions.filter(isScored);

/** Questions that were revealed and count. @param {Question[]} questions */
export const counting = (questions) => asked(questions).filter((question) => !isVoided(question));

/** Questions that were revealed; a game may end before the others are asked. @param {Question[]} questions */
export const asked = (questions) => questions.filter((question) => question.asked);

/** Players with a place, so without those who were removed. @param {Player[]} players */
export const placed = (players) => players.filter((player) => !player.kicked);

/** A histogram of the number of right answers per player, with at most thirteen bars. @param {Player[]} players @param {number} of */
export function distribution(players, of) {
  const width = Math.ceil((of + 1) / MOST_BARS);
  const steps = Array.from({ length: Math.ceil((of + 1) / width) }, (_, index) => ({
    from: index * width,
    to: Math.min(index * width + width - 1, of),
    players: 0,
  }));
  for (const { correct } of placed(players)) {
    const step = steps[Math.floor(Math.min(correct, of) / width)];
    if (step) step.players += 1;
  }
  return steps;
}

/** The questions with the fewest right answers, without those that everybody got right. @param {Question[]} questions @param {number} most */
export const hardest = (questions, most) =>
  asked(scored(questions))
    .filter((question) => (question.correct_share ?? 1) < 1)
    .toSorted((a, b) => (a.correct_share ?? 1) - (b.correct_share ?? 1) || a.index - b.index)
    .slice(0, most);

/** Players with fewer than half of the answers right, the weakest first. @param {Player[]} players @param {number} of */
export const needHelp = (players, of) =>
  placed(players)
    .filter((player) => of > 0 && player.correct / of < NEEDS_HELP_BELOW)
    .toSorted((a, b) => a.correct - b.correct || a.answered - b.answered || a.score - b.score);

/** The share of right answers, among answers to questions that have a right one. @param {Question[]} questions */
export function rightShare(questions) {
  const judged = scored(questions);
  const answered = judged.reduce((sum, question) => sum + question.answered, 0);
  return answered ? judged.reduce((sum, question) => sum + (question.correct ?? 0), 0) / answered : null;
}

/** The share of possible answers that were given. @param {Player[]} players @param {number} of */
export function answeredShare(players, of) {
  const all = placed(players);
  return all.length && of ? all.reduce((sum, player) => sum + player.answered, 0) / (all.length * of) : null;
}

/** @typedef {"rank" | "nickname" | "score" | "correct" | number} Column a number is a question */

/** @param {Player} player @param {Column} column */
function value(player, column) {
  if (column === "nickname") return player.nickname;
  if (column === "rank") return player.rank ?? Number.MAX_SAFE_INTEGER;
  if (column === "score" || column === "correct") return player[column];
  const answer = player.answers[column];
  return answer ? (answer.correct === false ? 1 : 2) + answer.points / 1e6 : 0;
}

/** @param {Player[]} players @param {Column} column @param {boolean} down @param {Intl.Collator} collator */
export function sorted(players, column, down, collator) {
  const way = down ? -1 : 1;
  return players.toSorted((a, b) => {
    const [x, y] = [value(a, column), value(b, column)];
    const order = typeof x === "string" && typeof y === "string" ? collator.compare(x, y) : Number(x) - Number(y);
    return order * way || (a.rank ?? Infinity) - (b.rank ?? Infinity) || 0;
  });
}

/** @param {Player[]} players @param {string} text */
export function found(players, text) {
  const wanted = text.trim().toLocaleLowerCase();
  return wanted ? players.filter((player) => player.nickname.toLocaleLowerCase().includes(wanted)) : players;
}
