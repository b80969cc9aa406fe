/** /homework/{code}: a student at work, one question a screen. What is sent while the network is away is kept here and sent later. */
import "../ui/countdown-ring.js";
import "../ui/site-switches.js";
import { Problem } from "../ui/api.js";
import { boot, t } from "../ui/boot.js";
import { confirmed, sheet } from "../ui/dialog.js";
import { listen, render } from "../ui/html.js";
import { ignoreStraySecondClicks } from "../ui/second-clicks.js";
import { signIn } from "../ui/toast.js";
import { listenToAnswers } from "../sessions/answer-actions.js";
import { codeInAddress } from "../sessions/code-in-address.js";
import { fitQuestion } from "../sessions/fit.js";
import { readLocal, writeLocal } from "../sessions/local-store.js";
import { noteSeat, wantSeat } from "../sessions/seat-claims.js";
import { copyLink } from "../ui/copy-link.js";
import { forget as forgetOpened, remember } from "./opened.js";
import { requests } from "./requests.js";
import { elsewhere, view } from "./work-views.js";

/** @typedef {import("../sessions/room-state.js").Response} Response */
/** @typedef {import("./requests.js").Attempt} Attempt */

const code = codeInAddress();
const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const refit = fitQuestion(root);
const { personalLink, forget, isCutLink, isOthersLink, takeLink, token, ...server } = requests(code);
const KEPT = { draft: `kuis.homework.draft.${code}`, sent: `kuis.homework.sent.${code}`, nickname: "kuis.nickname" };
const RETRY_MS = 2000;
const LOOK_AGAIN_MS = 15_000;
const LOOK_SPREAD_MS = 3_000;
const LONGEST_MS = 2 ** 31 - 1;
const DEADLINE_SPREAD_MS = 3000;
const PLACE_SOON_MS = 3_000;

/** @type {import("./work-views.js").Model} */
let model = { code, summary: null, attempt: null, results: null, mine: null, draft: null, problem: "", busy: false, offline: false, offset: 0, now: 0, link: "", isLost: false, isCutLink };
/** @type {{ attempt: string, position: number, value: Response } | null} */
let draft = readLocal(KEPT.draft);
let redraw = 0;
let opensOrCloses = 0;
let look = 0;
/** @type {(() => Promise<void>) | null} */
let news = null; // what the page asks for from time to time

/** @param {Partial<typeof model>} changes */
function set(changes) {
  model = { ...model, ...changes };
  draw();
}

/** Repeats a request until the server answers. Every request may be repeated. @template T @param {() => Promise<T>} ask @returns {Promise<T>} */
async function insist(ask) {
  for (;;) {
    try {
      const answer = await ask();
      set({ offline: false });
      return answer;
    } catch (error) {
      if (!(error instanceof Problem) || ![0, 429, 503].includes(error.status)) throw error;
      set({ offline: true });
      const wait = Math.max(error.wait * 1000, RETRY_MS);
      await new Promise((retry) => {
        setTimeout(retry, wait);
        addEventListener("online", retry, { once: true });
      });
    }
  }
}

/** Does something, and shows why it was refused. @param {() => Promise<void>} act */
async function guarded(act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    await refused(error);
  }
}

/** @param {Problem} problem */
async function refused(problem) {
  if (problem.status === 401) return signIn(); // the account was signed out meanwhile; what was not sent is kept here
  if (["homework_closed", "attempt_finished", "no_such_attempt"].includes(problem.code)) return load();
  set({ busy: false, problem: problem.code, mine: problem.code === "bad_response" ? null : model.mine });
  if (problem.code !== "already_answered" || !model.attempt) return;
  const { attempt } = model;
  writeLocal(KEPT.sent, null);
  await shown(await insist(() => server.look(attempt.id)));
  if (model.attempt?.question?.question === attempt.question?.question) set({ problem: problem.code });
}

/** A personal link takes the place of another guest who has begun here only if that is meant. */
async function arrive() {
  if (isOthersLink && !boot.user) {
    const { own } = await insist(server.summary);
    const name = own?.nickname ?? "";
    if (!own || (await confirmed({ title: t("homework.others_link"), body: t("homework.others_link_hint", { name }), action: t("homework.take_link") }))) takeLink();
  }
  await load();
}

/** @returns {Promise<void>} */
async function load() {
  const summary = await insist(server.summary);
  const attempts = summary.own?.attempts ?? [];
  const last = attempts.at(-1);
  const offset = summary.now - Date.now();
  askLater(null);
  remember(summary);
  set({ summary, offset, attempt: null, results: null, problem: "", busy: false, link: summary.own && !boot.user ? personalLink() : "" });
  lookWhenItOpensOrCloses();
  if (last && summary.phase === "open" && !last.finished) return shown(await insist(() => server.look(last.id)));
  if (last && summary.own && !boot.user) noteSeat({ token: token(), title: summary.title, nickname: summary.own.nickname });
  if (last) await sendLeftOver(last.id);
  if (last) await finished(last.id);
}

/** Nobody has to tap to learn that the deadline is over. Not all students ask in the same moment. */
function lookWhenItOpensOrCloses() {
  clearTimeout(opensOrCloses);
  const { summary, offset } = model;
  if (!summary || summary.phase === "closed") return;
  const at = summary.phase === "scheduled" ? summary.opens_at : summary.closes_at;
  const left = at - offset - Date.now() + 1000 + Math.random() * DEADLINE_SPREAD_MS;
  if (left < LONGEST_MS) opensOrCloses = setTimeout(() => guarded(load), left);
}

/** What was kept here when the attempt ended may have arrived without our knowing. If it came too late, its student is told. @param {string} attempt */
async function sendLeftOver(attempt) {
  const sent = readLocal(KEPT.sent);
  if (sent?.attempt !== attempt) return;
  try {
    await insist(() => server.answer(attempt, sent.position, sent.response));
    writeLocal(KEPT.sent, null);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    set({ isLost: ["homework_closed", "attempt_finished", "too_late"].includes(error.code) });
  }
}

/** Asks once after a while, and whenever the page comes to be looked at before that. @param {typeof news} ask null for nothing @param {number} [after] */
function askLater(ask, after = LOOK_AGAIN_MS) {
  clearTimeout(look);
  news = ask;
  if (ask) look = setTimeout(askIfSeen, after + Math.random() * LOOK_SPREAD_MS);
}

/** Nobody looks at a hidden page, and there may be thousands of them: it asks when it is shown. */
function askIfSeen() {
  if (news && document.visibilityState === "visible") void guarded(news);
}

/**
 * Looks for what was done on another device, in another tab, or by the teacher meanwhile. Whoever answers hears of a new deadline or an
 * early end. A page that is only looked at asks for it.
 */
async function lookAgain() {
  const { attempt, busy, mine } = model;
  if (!attempt?.question || busy || mine?.status === "sending") return askLater(lookAgain);
  const now = await insist(() => server.look(attempt.id));
  if (model.attempt !== attempt || model.busy || isSame(attempt, now)) askLater(lookAgain);
  else await shown(now);
}

/** Whether there is nothing new to show: what the student is doing stays as it is. @param {Attempt} one @param {Attempt} other */
const isSame = (one, other) =>
  one.question?.question === other.question?.question && one.question?.closes_at === other.question?.closes_at && one.is_answered === other.is_answered && !one.feedback === !other.feedback;

/** @param {Attempt} attempt @returns {Promise<void>} */
async function shown(attempt) {
  const { question } = attempt;
  const mine = question && attempt.is_answered ? { question: question.question, response: /** @type {Response} */ (attempt.response), status: /** @type {const} */ ("stored") } : null;
  const was = model.mine;
  const kept = mine ?? (was?.status === "sending" && was.question === question?.question ? was : null);
  if (mine) writeLocal(KEPT.sent, null);
  set({ attempt, mine: kept, problem: "", busy: false, offset: attempt.now - Date.now() });
  if (question && !attempt.settings.timed && model.summary) {
    set({ summary: { ...model.summary, closes_at: question.closes_at } }); // the teacher may have moved it
    lookWhenItOpensOrCloses();
  }
  if (!question) return load();
  askLater(lookAgain);
  const sent = readLocal(KEPT.sent);
  if (!kept && sent?.attempt === attempt.id && sent.position === question.question) await send(sent.response); // the page was closed before the server answered
}

/** @param {string} attempt */
async function finished(attempt) {
  try {
    set({ results: await insist(() => server.results(attempt)) });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "results_later") throw error;
    set({ results: null });
  }
  const placed = model.results?.place !== null;
  if (!model.results?.final || !placed) askLater(load, placed ? LOOK_AGAIN_MS : PLACE_SOON_MS);
}

/** @param {Response} response */
async function send(response) {
  const { attempt } = model;
  if (!attempt?.question || (model.mine && model.mine.status !== "refused")) return;
  const position = attempt.question.question;
  writeLocal(KEPT.sent, { attempt: attempt.id, position, response });
  set({ mine: { question: position, response, status: "sending" }, problem: "" });
  await guarded(async () => shown(await insist(() => server.answer(attempt.id, position, response))));
  if (model.mine?.status === "sending" && model.problem) {
    writeLocal(KEPT.sent, null);
    set({ mine: { question: position, response, status: "refused", code: model.problem } });
  }
}

/** @param {Response} value */
function drafted(value) {
  const { attempt } = model;
  if (!attempt?.question) return;
  draft = { attempt: attempt.id, position: attempt.question.question, value };
  writeLocal(KEPT.draft, draft);
  draw();
}

/** The response to the question as composed so far. */
const current = () => (draft && draft.attempt === model.attempt?.id && draft.position === model.attempt.question?.question ? draft.value : null);
const isOpen = () => Boolean(model.attempt?.question) && !model.mine && Date.now() + model.offset < (model.attempt?.question?.closes_at ?? 0);

function draw() {
  const now = Date.now() + model.offset;
  model = { ...model, now, draft: current() };
  const hadFocus = root.contains(document.activeElement);
  render(root, view(model));
  // What had the focus may be gone, such as the button to send: a keyboard goes on from the top of the screen.
  if (hadFocus && !document.activeElement?.matches("#app *:enabled, #app [tabindex]")) root.querySelector("h1")?.focus({ preventScroll: true });
  refit();
  clearTimeout(redraw);
  const closes = model.attempt?.question?.closes_at ?? 0;
  if (closes > now && closes - now < LONGEST_MS) redraw = setTimeout(draw, closes - now + 5);
}

const question = () => /** @type {import("../sessions/answers.js").Question | null} */ (/** @type {unknown} */ (model.attempt?.question ?? null));

ignoreStraySecondClicks(root, () => `${model.attempt?.question?.question} ${Boolean(model.mine)}`);
listen(root, "click", {
  next: () => {
    const { attempt, busy } = model;
    if (busy || !attempt?.question || model.mine?.status === "sending") return;
    const position = attempt.question.question;
    set({ busy: true });
    void guarded(async () => {
      const moved = await insist(() => server.next(attempt.id, position));
      model = { ...model, mine: null };
      await shown(moved);
    });
  },
  again: () => guarded(begin),
  other: () => {
    forget();
    void guarded(load);
  },
  elsewhere: () => {
    const dialog = sheet(elsewhere(model.link, model.summary?.own?.nickname ?? readLocal(KEPT.nickname) ?? ""));
    listen(dialog, "click", { copy: copyLink, close: () => dialog.close() });
    listen(dialog, "submit", { keep: (_, event) => event.preventDefault() });
  },
  copy: copyLink,
  keepSeat: () => wantSeat(token()),
});
listen(root, "submit", {
  start: (element, event) => {
    event.preventDefault();
    const nickname = String(new FormData(element).get("nickname") ?? "").trim();
    if (nickname) writeLocal(KEPT.nickname, nickname);
    void guarded(begin);
  },
  keep: (_, event) => event.preventDefault(),
});
listenToAnswers(
  root,
  () => ({ question: question(), draft: current(), isOpen: isOpen() }),
  (value) => isOpen() && drafted(value),
  (value) => isOpen() && void send(value),
);

async function begin() {
  if (model.busy) return;
  set({ busy: true, problem: "" });
  const attempt = await insist(() => server.start(readLocal(KEPT.nickname) ?? ""));
  forgetOpened(code);
  model = { ...model, mine: null, results: null, link: boot.user ? "" : personalLink() };
  await shown(attempt);
}

addEventListener("visibilitychange", askIfSeen);
document.title = `${code} · ${document.title}`;
draw();
void guarded(arrive);
