/**
 * The views of a student at work: `view(model) → markup`.
 *
 * @typedef {import("./requests.js").Summary} Summary
 * @typedef {import("./requests.js").Attempt} Attempt
 * @typedef {import("./requests.js").Results} Results
 * @typedef {import("../sessions/room-state.js").Response} Response
 * @typedef {import("../sessions/answers.js").Question} Question
 * @typedef {{
 *   code: string, summary: Summary | null, attempt: Attempt | null, results: Results | null, mine: import("../sessions/answers.js").Mine | null,
 *   draft: Response | null, problem: string, busy: boolean, offline: boolean, offset: number, now: number, link: string, isLost: boolean, isCutLink: boolean,
 * }} Model
 */
import { boot, number, said, t, tn } from "../ui/boot.js";
import { at, due, soon } from "../ui/dates.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { limits } from "../ui/limits.js";
import { numberBesideUnit, plainly } from "../ui/numerals.js";
import { skeleton } from "../ui/skeleton.js";
import { answers, isNoNumber } from "../sessions/answers.js";
import { readLocal } from "../sessions/local-store.js";
import { forPhone } from "../sessions/picture.js";
import { getsCards, keepMistakes } from "../sessions/keep-mistakes.js";
import { answerView, hint, texts } from "../sessions/wording.js";

/** @param {Model} model */
export function view(model) {
  const { summary, attempt } = model;
  if (!summary) return html`${offline(model)}${model.problem ? nowhere(model) : skeleton()}`;
  return html`<div class="play work" data-phase="${attempt?.question && !attempt.feedback ? "question" : "page"}">
    ${attempt?.question ? bar(attempt, model) : ""}${offline(model)}
    ${attempt?.question ? atWork(model, attempt) : summary.own?.attempts.length ? over(model, summary) : start(model, summary)}
  </div>`;
}

/** @param {Model} model */
const offline = ({ offline }) => (offline ? html`<p class="offline" data-key="offline" role="status">${icon("offline")}${t("play.reconnecting")}</p>` : "");

/** @param {Model} model */
const nowhere = ({ problem, code }) => html`<section class="centre" role="alert">
  <h1 tabindex="-1">${problem === "no_such_room" ? t("homework.none_title") : t("play.not_reached")}</h1>
  <p>${problem === "no_such_room" ? t("homework.none", { code }) : said(problem)}</p>
  <a class="button primary large" href="/">${t("play.other_code")}</a>
</section>`;

/** @param {Model} model @param {Summary} summary */
function start({ problem, busy, code, isCutLink }, summary) {
  const { title, questions, settings, phase } = summary;
  const mustSignIn = !settings.guests && !boot.user;
  return html`<site-switches class="corner"></site-switches>
  <section class="centre join" data-key="start">
    <p class="tag brand">${t("homework.homework")}</p>
    <h1 tabindex="-1" dir="auto">${title}</h1>
    <ul class="rules">
      <li>${tn("homework.questions", questions)}</li>
      <li>${settings.timed ? t("homework.timed") : t("homework.untimed")}</li>
      <li>${tn("homework.attempts", settings.attempts ?? 1)}</li>
      <li>${phase === "scheduled" ? html`${t("homework.opens")} ${moment(summary.opens_at)}` : html`${t(phase === "closed" ? "homework.closed" : "homework.until")} ${moment(summary.closes_at)}`}</li>
    </ul>
    ${isCutLink ? html`<p class="notice bad" role="alert">${t("homework.cut_link")}</p>` : ""}
    ${phase === "open" ? (mustSignIn ? signIn(summary) : form(problem, busy, code)) : html`<p class="notice">${t(phase === "closed" ? "homework.is_closed" : "homework.not_open")}</p>`}
  </section>`;
}

/** @param {Summary} summary */
const signIn = ({ code }) => html`<p>${t("homework.accounts_only")}</p>
  <a class="button primary large" href="${signInPath(code)}">${t("common.sign_in")}</a>`;

/** @param {string} code */
const signInPath = (code) => `/sign-in?next=${encodeURIComponent(`/homework/${code}`)}`;

/** @param {string} problem @param {boolean} busy @param {string} code */
const form = (problem, busy, code) => html`<form class="stack" data-do="start">
  ${boot.user ? html`<p class="muted" dir="auto">${t("homework.as", { name: boot.user.full_name })}</p>` : html`<div class="field">
    <label for="nickname">${t("homework.your_name")}</label>
    <input id="nickname" name="nickname" class="input big" value="${readLocal("kuis.nickname") ?? ""}" required maxlength="${limits.Join.nickname.maxLength}" dir="auto" autofocus
      autocomplete="name" enterkeyhint="go" ${problem ? html`aria-invalid="true"` : ""} aria-describedby="who problem" />
    <p class="hint" id="who">${t("homework.your_name_hint")}</p>
  </div>`}
  <p id="problem" class="problem" role="alert">${problem ? said(problem) : ""}</p>
  <button class="button primary large" ${busy ? html`aria-disabled="true"` : ""}>${t("homework.start")}</button>
  ${boot.user ? "" : html`<p class="small muted">${t("homework.have_account")} <a href="${signInPath(code)}">${t("common.sign_in")}</a></p>`}
</form>`;

/** @param {Attempt} attempt @param {Model} model */
function bar({ question, of, settings }, { offset, link, summary }) {
  if (!question) return "";
  const { question: position, opens_at, closes_at } = question;
  return html`<header class="bar" data-key="bar">
    <div class="progress"><p class="small figures"><span>${t("play.question_of", { n: position + 1, of })}</span>
        ${summary ? html`<span class="muted">${t("homework.until")} ${soon(summary.closes_at)}</span>` : ""}</p>
      <progress max="${of}" value="${position}" aria-label="${t("homework.progress")}"></progress></div>
    ${settings.timed ? html`<countdown-ring data-key="ring-${position}" from="${opens_at}" to="${closes_at}" offset="${offset}" aria-label="${t("play.seconds_left")}"></countdown-ring>` : ""}
    ${link ? html`<button class="button quiet icon" data-key="elsewhere" data-do="elsewhere" aria-label="${t("homework.elsewhere")}" title="${t("homework.elsewhere")}">${icon("devices")}</button>` : ""}
  </header>`;
}

/** @param {Model} model @param {Attempt} attempt */
const atWork = (model, attempt) => (attempt.feedback ? told(model, attempt) : openQuestion(model, attempt));

/** @param {Model} model @param {Attempt} attempt */
function openQuestion(model, attempt) {
  const { mine, draft, problem, busy } = model;
  const question = asked(attempt.question);
  if (!question) return "";
  const late = model.now >= question.closes_at;
  const refused = problem === "bad_response";
  const word = html`<p class="word" id="word" data-key="word" role="status" data-look="${refused ? "refused" : (mine?.status ?? "free")}">${signOf(model)}${wordOf(model, question, late)}</p>`;
  return html`<section class="open-question" data-key="question-${attempt.id}-${question.question}">
    <div class="stem">${question.media ? html`<img class="picture" src="${forPhone(question.media)}" alt="" />` : ""}<h1 tabindex="-1" dir="auto">${question.stem}</h1></div>
    ${answers({ question, draft, mine, locked: late, refused, word })}
    <div class="onward" data-key="onward">${mine?.status === "sending" ? "" : onward(attempt, Boolean(mine) || late, busy)}</div>
  </section>`;
}

/** @param {Attempt} attempt @param {boolean} done @param {boolean} busy */
function onward({ question, of }, done, busy) {
  const last = question?.question === of - 1;
  const text = done ? t(last ? "homework.finish" : "homework.next") : t(last ? "homework.skip_last" : "homework.skip");
  return html`<button class="button ${done ? "primary large" : "quiet"}" data-do="next" ${busy ? html`aria-disabled="true"` : ""}>${text}${done ? icon("next") : ""}</button>`;
}

/** @param {Model} model */
function signOf({ mine, offline }) {
  if (mine?.status === "stored") return icon("check");
  return mine?.status === "sending" && offline ? icon("offline") : "";
}

/** @param {Model} model @param {Question} question @param {boolean} late */
function wordOf({ mine, draft, problem, offline }, question, late) {
  if (mine?.status === "refused") return said(mine.code ?? "");
  if (mine?.status === "stored") return problem === "already_answered" ? said(problem) : t("homework.saved");
  if (mine) return offline ? t("play.saved_here") : t("play.sending");
  if (late) return t("play.time_up");
  if (problem) return said(problem);
  if (isNoNumber(question, draft)) return t("play.no_number");
  const value = question.kind === "numeric" && /[^\d-]/.test(String(draft ?? "")) ? numberBesideUnit(String(draft)) : null;
  return value === null ? hint(question) : t("play.read_as", { value: plainly(value) });
}

/** What was right, after a question. @param {Model} model @param {Attempt} attempt */
function told({ busy }, attempt) {
  const question = asked(attempt.question);
  if (!question || !attempt.feedback) return "";
  const { correct, points } = attempt.feedback;
  const look = verdict(question.kind, attempt.is_answered, correct, points);
  return html`<section class="revealed" data-key="told-${attempt.id}-${question.question}" data-verdict="${look}">
    <div class="verdict" role="status"><span class="mark">${icon(look === "none" ? "more" : look === "wrong" ? "close" : "check")}</span>
      <h1 tabindex="-1">${headline(look)}</h1>${points > 0 ? html`<p class="gained figures">+${number(points)}</p>` : ""}</div>
    ${solution(question, attempt.feedback, attempt.response)}
    <div class="onward">${onward(attempt, true, busy)}</div>
  </section>`;
}

/** @param {string} kind @param {boolean} given @param {boolean | null} correct @param {number} points */
function verdict(kind, given, correct, points) {
  if (!given) return "none";
  if (kind === "poll") return "poll";
  return correct ? "right" : points > 0 ? "partly" : "wrong";
}

/** @param {string} look */
const headline = (look) =>
  ({ none: t("play.no_answer"), poll: t("play.voted"), right: t("play.right"), partly: t("play.partly"), void: t("homework.void") })[look] ?? t("play.wrong");

/** @param {Question} question @param {import("../ui/api-types.js").WorkFeedback} feedback @param {unknown} response */
function solution(question, { correct, key, also, explanation }, response) {
  return html`<div class="key-card">
    <p class="muted" dir="auto">${question.stem}</p>
    ${texts(question, key).length ? html`<h2 class="small">${t("play.right_answer")}</h2>${answerView(question, key)}` : ""}
    ${also.length ? html`<h2 class="small">${t("homework.also_right")}</h2>${also.map((each) => answerView(question, each))}` : ""}
    ${texts(question, response).length && !correct ? html`<h2 class="small">${t("play.your_answer")}</h2>${answerView(question, response)}` : ""}
    ${explanation ? html`<p class="explanation" dir="auto">${explanation}</p>` : ""}
  </div>`;
}

/** @param {Model} model @param {Summary} summary */
function over(model, summary) {
  const { results, busy, problem } = model;
  const { own, phase } = summary;
  const last = own?.attempts.at(-1);
  return html`<site-switches class="corner"></site-switches>
  <section class="over-work" data-key="over">
    <p class="muted" dir="auto">${summary.title}</p>
    <h1 tabindex="-1">${t(phase === "closed" ? "homework.is_closed" : "homework.handed_in")}</h1>
    ${model.isLost ? html`<p class="notice bad" role="alert">${t("homework.lost")}</p>` : ""}
    ${results ? score(results) : html`<p class="lead">${tn("homework.answered_of", last?.answered ?? 0, { of: summary.questions })}</p>
      <p>${phase === "closed" ? t("homework.results_soon") : html`${t("homework.results_after")} ${moment(summary.closes_at)}`}</p>`}
    ${phase === "open" && own && own.attempts_left > 0 ? html`<p><button class="button primary large" data-do="again" ${busy ? html`aria-disabled="true"` : ""}>${t("homework.again")}</button>
      <span class="muted small">${tn("homework.attempts_left", own.attempts_left)}</span></p>` : ""}
    <p class="problem" role="alert">${problem ? said(problem) : ""}</p>
    ${boot.user ? inReviews(results) : keepMistakes()}
    ${model.link ? keep(model.link, own?.nickname ?? "", html`<button class="button quiet small" type="button" data-do="other">${t("homework.not_you")}</button>`) : ""}
    ${results ? html`<h2>${t("homework.your_answers")}</h2><ol class="solutions">${results.questions.map(solved)}</ol>` : ""}
    <p><a class="button" href="/">${t("play.another")}</a></p>
  </section>`;
}

/** Where what was missed can be learned, once the results may be seen. @param {Results | null} results */
const inReviews = (results) => (getsCards() && results && results.correct < results.correct_of ? html`<p class="in-reviews" data-key="in-reviews"><a class="button" href="/reviews">${t("play.in_reviews")}</a></p>` : "");

/** @param {Results} results */
const score = ({ score, correct, correct_of, place, students, final, original }) => html`<p class="lead figures"><b>${tn("play.points", score)}</b>${correct_of ? html` · ${t("play.correct_of", { correct, of: correct_of })}` : ""}</p>
  ${place ? html`<p class="tag brand figures">${final ? t("homework.place_of", { place, of: students }) : t("homework.place_so_far", { place, of: students })}</p>` : ""}
  ${original ? html`<p class="notice" data-key="corrected"><b>${t("homework.corrected")}</b> ${t("homework.before", { score: number(original.score), correct: number(original.correct) })}</p>` : ""}`;

/** @param {Results["questions"][number]} answered */
function solved({ question: of, is_answered, response, feedback, correction, original }) {
  const question = /** @type {Question} */ (asked(of));
  const look = correction?.voided ? "void" : verdict(question.kind, is_answered, feedback.correct, feedback.points);
  return html`<li data-look="${look}"><p class="mark">${icon(["none", "void"].includes(look) ? "more" : look === "wrong" ? "close" : "check")}<b>${headline(look)}</b>
    <span class="figures">${feedback.points > 0 ? `+${number(feedback.points)}` : ""}</span></p>
    ${correction ? html`<p class="notice small" data-key="correction"><b>${t(correction.voided ? "homework.voided" : "homework.key_corrected")}</b> ${at(correction.at)}.
      ${original ? t("homework.points_before", { points: number(original.points) }) : ""}</p>` : ""}${solution(question, feedback, response)}</li>`;
}

/** The link with which a guest comes back. @param {string} link @param {string} name @param {import("../ui/html.js").Markup} below */
const keep = (link, name, below) => html`<form class="keep" data-do="keep"><label for="link">${t("homework.keep_link", { name })}</label>
  <div class="row"><input id="link" name="link" class="input" readonly value="${link}" /><button class="button" type="button" data-do="copy">${icon("copy")}${t("homework.copy")}</button></div>
  ${below}</form>`;

/** The sheet for a guest who wants to go on elsewhere. @param {string} link @param {string} name */
export const elsewhere = (link, name) => html`<h2>${t("homework.elsewhere")}</h2>
  ${keep(link, name, html`<p class="hint">${t("homework.elsewhere_hint")}</p><div class="actions"><button class="button primary" type="button" data-do="close">${t("common.close")}</button></div>`)}`;

/** @param {number} ms */
const moment = (ms) => due(new Date(ms).toISOString());

/** The question as the controls of rooms take it. @param {import("../ui/api-types.js").WorkQuestion | null} question */
const asked = (question) => /** @type {Question | null} */ (/** @type {unknown} */ (question));
