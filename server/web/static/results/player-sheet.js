/** The sheet of one player: every answer, the right answers, and the times. */
import { number, t } from "../ui/boot.js";
import { sheet } from "../ui/dialog.js";
import { html } from "../ui/html.js";
import { duration } from "../ui/dates.js";
import { answerText, keyText } from "./answers.js";
import { correctionNote } from "./corrections.js";
import { asked, isVoided, scored } from "./statistics.js";

/** @param {import("./statistics.js").Player} player @param {import("./statistics.js").Question[]} questions */
export function playerSheet(player, questions) {
  const dialog = sheet(
    html`<form method="dialog" class="stack" tabindex="-1" autofocus>${ownGame(player, questions)}<div class="actions"><button class="button">${t("common.close")}</button></div></form>`,
  );
  dialog.classList.add("wide");
}

/** @param {import("./statistics.js").Player} player @param {import("./statistics.js").Question[]} questions */
export function ownGame(player, questions) {
  const place = player.rank ? t("history.place", { n: player.rank }) : t("history.no_place");
  return html`<section class="stack" data-key="own-${player.player}"><div><h2 dir="auto">${player.nickname}</h2>
      <p class="muted">${place} · ${t("results.points", { n: player.score })} · ${t("history.right", { n: player.correct, of: asked(scored(questions)).length })}${(player.attempts ?? 1) > 1 && html` · ${t("results.attempt_of", { n: player.counting_attempt ?? 1, of: player.attempts ?? 1 })}`}</p>
      ${player.original && html`<p class="muted small">${t("results.before")} ${t("history.place", { n: player.original.rank })} · ${t("results.points", { n: player.original.score })} · ${t("results.was_right", { n: player.original.correct })}</p>`}</div>
    <ol class="own-answers">${asked(questions).map((question) => answered(question, player.answers[question.index] ?? null))}</ol></section>`;
}

/** @param {import("./statistics.js").Question} question @param {import("./statistics.js").Answer | null} answer */
function answered(question, answer) {
  const key = keyText(question); // a poll has none
  const look = !answer ? "none" : isVoided(question) ? "void" : answer.correct === null ? "poll" : answer.correct ? "right" : "wrong";
  return html`<li data-look="${look}"><b dir="auto">${question.index + 1}. ${question.stem}</b>
    <p dir="auto">${answer ? answerText(question, answer.response) : t("results.mark_none")}</p>
    ${look !== "right" && key && html`<p class="muted small" dir="auto">${t("results.right_is", { key })}</p>`}
    ${answer && html`<p class="muted small">${t(`results.mark_${look}`)} · ${number(answer.points)}${answer.original && html` (${t("results.before")} ${number(answer.original.points)})`} · ${duration(answer.elapsed_ms)}</p>`}
    ${correctionNote(question)}
  </li>`;
}
