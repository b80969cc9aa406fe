/** /reviews: a review session. It goes on while the network is away; what was graded meanwhile is sent later. */
import "../ui/site-switches.js";
import { Problem } from "../ui/api.js";
import { boot, t } from "../ui/boot.js";
import { limits } from "../ui/limits.js";
import { closeMenus } from "../ui/menus.js";
import { listen, render } from "../ui/html.js";
import { randomId } from "../ui/random-id.js";
import { ignoreStraySecondClicks } from "../ui/second-clicks.js";
import { complain, guarded, signIn, toast } from "../ui/toast.js";
import { zone } from "../ui/zones.js";
import { listenToAnswers } from "../sessions/answer-actions.js";
import { fitQuestion } from "../sessions/fit.js";
import { chooseDay, chooseFlag, showHelp } from "./card-menu.js";
import { storePictures, storeSession, storedSession, whenForgotten } from "./device-storage.js";
import { checkHere, needsServer } from "./grading.js";
import { listenToKeys } from "./keys.js";
import { Outbox } from "./outbox.js";
import * as queue from "./queue.js";
import { change, check, chooseZone, isAway, isBusy, loadQueue, questionOf, readCard, scope, send } from "./requests.js";
import { startServiceWorker } from "./service-worker.js";
import { view } from "./session-views.js";
import { longSpan } from "./spans.js";
import { listenToSwipes } from "./swipe.js";

/** @typedef {import("./queue.js").OwnCard} OwnCard */
/** @typedef {import("./requests.js").Rating} Rating */
/** @typedef {import("../ui/api-types.js").VersionedCardChange} Change */

const SCOPE = `${scope.deck ?? ""}${scope.cram ? " cram" : ""}`;
const PATIENCE_MS = 3000;
const LOW = 5;
const { maximum: MOST } = limits.readCardQueue.limit;
const LOOK_AGAIN_MS = 5 * 60_000;
const SECOND_MS = 1000;
const RETRY_MS = 15_000;
const TITLE_LENGTH = 80;

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
/** @type {import("./session-views.js").Model} */
let model = { session: null, shown: null, link: "online", unsent: 0, failure: null, isLoading: true, isCram: scope.cram, said: "", now: Date.now() };
const refit = fitQuestion(root);
const stored = storedSession(SCOPE);
let isChecked = false; // whether the server was asked for more cards since the last grade
/** @type {Promise<void> | null} */
let loading = null;
/** The cards that were graded or changed here since the queue was read last, which has them as before. @type {Set<string>} */
let changedMeanwhile = new Set();
let isLoadingMore = false;
let loadableAt = 0; // the server asked not to be asked for cards before
let isOutdated = false; // whether the server has a newer version of this page
let hasZone = boot.time_zone != null;
/** Where the focus goes at the next drawing. After an undo not into a field, where another "u" would be typed. @type {"card" | "field" | null} */
let focusTo = "field";
let redraw = 0;

/** @param {Partial<typeof model>} changes */
function set(changes) {
  model = { ...model, ...changes };
  draw();
}

/** @param {queue.Session} session */
function update(session) {
  storeSession(queue.shortened(session));
  set({ session, unsent: outbox.size });
}

const outbox = new Outbox({
  send,
  confirmed: (entry, answer) => model.session && update(queue.confirmed(model.session, entry, answer, outbox.entries, Date.now())),
  refused: async (entry, ids, { code, status }) => {
    const newer = status === 409 ? await readCard(entry.card).catch(() => null) : null;
    const { session } = model;
    if (session) update(queue.refused(session, entry, ids, code, newer && isDue(session, newer) ? newer : null, Date.now()));
  },
  rested: (state) => {
    if (state === "sent" && (model.link === "offline" || model.link === "busy")) void load(); // the network is back: other devices may have been used
    set({ link: state === "sent" ? "online" : state, unsent: outbox.size });
  },
});

/** @param {queue.Session} session @param {import("./requests.js").Card} card */
const isDue = ({ offset }, card) => queue.isAsked(card) && (card.state === "new" || (card.due_at !== null && Date.parse(card.due_at) <= Date.now() + offset));

/** Sends what waits, and loads the queue. Without the network the session goes on with the stored one. */
const load = () => (loading ??= loadNow().finally(() => (loading = null)));

async function loadNow() {
  isChecked = true;
  if (model.link === "online") set({ isLoading: true });
  await outbox.send();
  if (model.session && Date.now() < loadableAt) return set({ link: "busy", isLoading: false });
  try {
    if (!hasZone) await chooseZone(zone).then(() => (hasZone = true)).catch(() => {}); // else the learner's day would be one of UTC
    const isFirst = !scope.cram && !model.session?.queue.length; // nobody should wait for more cards than can be shown soon
    await loadCards(isFirst || scope.cram ? undefined : MOST);
    if (isFirst && model.session && queue.hasMore(model.session)) await loadCards(MOST);
    if (model.session) storeAllPictures(model.session);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    notLoaded(error);
  }
}

/** @param {number} [limit] */
async function loadCards(limit) {
  changedMeanwhile = new Set(outbox.entries.map(({ card }) => card));
  const session = merged(await loadQueue(limit ? { limit } : {}));
  if (isChangedElsewhere(session)) show(null);
  update(session);
  set({ link: outbox.size ? model.link : "online", failure: null, isLoading: false });
}

/** Those of this session, and of that with all cards. @param {queue.Session} session */
function storeAllPictures(session) {
  const all = storedSession("");
  void storePictures([...queue.pictures(session), ...(all ? queue.pictures(all) : [])]);
}

/** @param {import("./requests.js").Queue} fresh @returns {queue.Session} */
function merged(fresh) {
  const now = Date.now();
  if (scope.cram && model.session) return queue.resumed(model.session, fresh, now);
  return queue.loaded(scope.cram ? null : (model.session ?? stored), fresh, changedMeanwhile, SCOPE, now);
}

/** Whether another device was faster with the card that is shown. @param {queue.Session} fresh */
function isChangedElsewhere(fresh) {
  const { session, shown } = model;
  const [was, is] = [session, fresh].map((each) => each && shown && queue.find(each, shown.id));
  return Boolean(was && is && !was.after && was.version !== is.version);
}

/** Loads the next cards of a deck that is crammed. */
async function loadMore() {
  const after = model.session?.last;
  if (!after || isLoadingMore) return;
  isLoadingMore = true;
  try {
    const page = await loadQueue({ after });
    if (!model.session) return;
    update(queue.extended(model.session, page));
    storeAllPictures(model.session);
  } catch (error) {
    complain(error);
  } finally {
    isLoadingMore = false;
  }
}

/** @param {Problem} problem */
function notLoaded(problem) {
  const session = model.session ?? (isAway(problem) ? stored : null);
  if (problem.status === 401 && !session) return signIn();
  loadableAt = Date.now() + problem.wait * SECOND_MS;
  const link = problem.status === 401 ? "signed_out" : isBusy(problem) ? "busy" : isAway(problem) ? "offline" : model.link;
  set({ session, link, isLoading: false, failure: problem });
  if (session && link === "online") complain(problem);
}

/** The card that is shown, and the next one if it is gone. */
function present() {
  const { session, shown } = model;
  if (!session) return null;
  const card = shown && queue.find(session, shown.id);
  if (card) return card;
  const next = queue.next(session, Date.now());
  show(next);
  return next;
}

/** @param {OwnCard | null} card @param {"card" | "field"} [focus] */
function show(card, focus = "field") {
  const shown = card && { id: card.id, phase: /** @type {const} */ ("ask"), since: performance.now(), draft: null, response: null, result: null, isUnchecked: false, isChecking: false, hint: false, problem: "" };
  model = { ...model, shown };
  focusTo = focus;
  if (isOutdated && model.link === "online") location.reload(); // nothing is being answered; the newer page cannot read this session, and loads its own
}

/** @param {Partial<import("./card-views.js").Shown>} changes */
function changeShown(changes) {
  if (model.shown) set({ shown: { ...model.shown, ...changes } });
}

/** Shows what is right. @param {Partial<import("./card-views.js").Shown>} result */
function tell(result) {
  focusTo = "card";
  changeShown({ phase: "tell", isChecking: false, problem: "", ...result });
}

/** The learner has answered; null: did not know. @param {unknown} response */
async function respond(response) {
  const card = present();
  const question = questionOf(card);
  if (!card?.answer || !question || model.shown?.phase !== "ask" || model.shown.isChecking) return;
  const here = checkHere(question, card.answer, response);
  const asks = response !== null && needsServer(question) && model.link === "online";
  if (!asks) return tell({ response, result: here, isUnchecked: here === null });
  changeShown({ isChecking: true, draft: /** @type {any} */ (response) });
  try {
    const result = await check(card.id, response);
    if (model.shown?.id === card.id) tell({ response, result: { ...result, is_correct: result.is_correct === true } });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (model.shown?.id !== card.id) return;
    if (isAway(error)) tell({ response, result: here, isUnchecked: here === null });
    else {
      changeShown({ isChecking: false, problem: error.code });
      if (error.code === "card_held_back") void load(); // the new queue is without it
    }
  }
}

/** @param {Rating} rating */
function grade(rating) {
  const card = present();
  const { session, shown } = model;
  if (!session || !card || shown?.phase !== "tell") return;
  const key = randomId();
  const took_ms = Math.round(performance.now() - shown.since);
  const now = Date.now();
  const name = t(`reviews.${rating}`);
  const said = card.is_stale ? t("reviews.graded_only", { rating: name }) : t("reviews.graded", { rating: name, span: longSpan(card.intervals[rating].days, queue.stepMs(card, rating)) });
  isChecked = false;
  changedMeanwhile.add(card.id);
  model = { ...model, session: queue.graded(session, card, { key, rating, took_ms, is_cram: scope.cram }, now), shown: null, said };
  outbox.add({ id: key, kind: "grade", key, card: card.id, title: titleOf(card), rating, version: card.version, after: card.after ?? null, took_ms, response: shown.response, at: now, is_cram: scope.cram });
  update(/** @type {queue.Session} */ (model.session));
}

/** @param {OwnCard} card */
const titleOf = ({ question, note }) => (question?.stem ?? (note?.is_reversed ? note.back : note?.front) ?? "").slice(0, TITLE_LENGTH);

function undo() {
  const { session } = model;
  const step = session?.steps.at(-1);
  if (!session || !step) return;
  const { key, card, rating } = step;
  const id = `undo-${key}`;
  changedMeanwhile.add(card.id);
  const isUnsent = outbox.withdraw(key);
  const before = queue.undone(session, scope.cram, isUnsent ? undefined : id);
  model = { ...model, session: before, said: t("reviews.undone") };
  if (!isUnsent) outbox.add({ id, kind: "undo", key, card: card.id, title: titleOf(card), rating, version: 0, after: null, took_ms: 0, response: null, at: Date.now(), is_cram: scope.cram });
  show(queue.find(before, card.id), "card");
  update(before);
}

/**
 * Changes the card that is shown on the server.
 * @param {Omit<Change, "version">} changes @param {string} done what is said @param {Omit<Change, "version">} back what takes it back @param {boolean} [stays] whether it is still asked today
 */
async function alter(changes, done, back, stays = false) {
  const { id } = present() ?? {};
  await outbox.send();
  const card = model.session && id && queue.find(model.session, id);
  if (!card || card.after) return toast(t("reviews.needs_network"), { bad: true });
  changedMeanwhile.add(card.id);
  const newer = await changed(card.id, { version: card.version, ...changes });
  if (!model.session) return;
  update(stays ? queue.changed(model.session, newer, Date.now()) : queue.removed(model.session, newer.id));
  const act = async () => {
    const before = await changed(newer.id, { version: newer.version, ...back });
    changedMeanwhile.add(before.id);
    if (stays && model.session) return update(queue.changed(model.session, before, Date.now()));
    await loading; // which may have read the queue before
    await load();
  };
  toast(done, { action: t("reviews.take_back"), act });
}

/** @param {string} id @param {Change} changes */
async function changed(id, changes) {
  try {
    return await change(id, changes);
  } catch (error) {
    if (error instanceof Problem && error.status === 409) void load(); // it was changed elsewhere
    if (error instanceof Problem && isAway(error) && !isBusy(error)) set({ link: "offline" });
    throw error;
  }
}

const turn = () => model.shown?.phase === "ask" && present()?.note && tell({});
const good = () => model.shown?.result?.suggested ?? (model.shown?.isUnchecked ? null : "good");

/** Shows a learning card before its step ends. */
function ahead() {
  const card = model.session && queue.soonest(model.session.waiting);
  if (!card || model.shown) return;
  show(card);
  draw();
}

function confirm() {
  const rating = good();
  if (model.shown?.phase === "tell") return rating && grade(rating);
  if (model.shown) return turn();
  ahead();
}

function draw() {
  const card = present();
  const { session } = model;
  model = { ...model, now: Date.now() };
  render(root, view(model));
  refit();
  if (focusTo && session) moveFocus(focusTo);
  lookForMore(card);
}

/** A keyboard and a screen reader go on where the new card begins; somebody who types, in the field. @param {"card" | "field"} to */
function moveFocus(to) {
  if (document.querySelector("dialog[open]")) return;
  const typed = to === "field" && matchMedia("(pointer: fine)").matches ? root.querySelector("#typed:not([readonly])") : null;
  const target = /** @type {HTMLElement | null} */ (typed ?? root.querySelector("[data-focus]"));
  if (!target) return;
  focusTo = null;
  target.focus({ preventScroll: true });
  if (target.matches(".answer-line")) target.scrollIntoView({ block: "nearest" });
  else if (!typed) scrollTo(0, 0);
}

/** Looks whether the network is back, loads more cards when few are left, or waits until others are due. @param {OwnCard | null} card */
function lookForMore(card) {
  const { session, isLoading, link } = model;
  clearTimeout(redraw);
  if (!session || isLoading || outbox.size || link === "signed_out") return;
  if (link !== "online") redraw = setTimeout(load, Math.max(RETRY_MS, loadableAt - Date.now()));
  else if (scope.cram) session.queue.length < LOW && void loadMore();
  else if (isLow(session, card) && !isChecked) void load();
  else redraw = laterOn(session, card);
}

/** @param {queue.Session} session @param {OwnCard | null} card */
const isLow = (session, card) => !card || (session.queue.length < LOW && queue.hasMore(session));

/** Counts down to the next learning step when there is nothing else to do; and loads the queue of the next day, with its intervals. @param {queue.Session} session @param {OwnCard | null} card */
function laterOn(session, card) {
  const step = card ? null : queue.stepEndsAt(session);
  const at = step ?? queue.dayEndsAt(session);
  const left = at - Date.now();
  if (left <= 0) return setTimeout(load, session.loaded_at < at ? SECOND_MS : RETRY_MS);
  return step ? setTimeout(draw, SECOND_MS) : setTimeout(() => document.visibilityState === "visible" && load(), left); // else when it is looked at
}

/** An action that the server must hear of. @param {() => Promise<void>} act */
const online = (act) => guarded(() => (model.link === "offline" ? toast(t("reviews.needs_network"), { bad: true }) : act()));

closeMenus();
ignoreStraySecondClicks(root, () => model.shown && `${model.shown.id} ${model.shown.phase}`);
listen(root, "click", {
  turn: () => turn(),
  hint: () => changeShown({ hint: true }),
  give_up: () => void respond(null),
  grade: ({ value }) => grade(value),
  undo: () => undo(),
  ahead: () => ahead(),
  dismiss: () => {
    focusTo = "card";
    if (model.session) update({ ...model.session, refused: [] });
  },
  retry: () => void load(),
  bury: online(() => alter({ is_buried: true }, t("reviews.buried"), { is_buried: false })),
  suspend: online(() => alter({ is_suspended: true }, t("reviews.suspended"), { is_suspended: false })),
  flag: online(async () => {
    const card = present();
    const flag = card && (await chooseFlag(card));
    if (card && flag != null) await alter({ flag }, t("reviews.flagged"), { flag: card.flag }, true);
  }),
  reschedule: online(async () => {
    const due_on = await chooseDay();
    if (due_on) await alter({ due_on }, t("reviews.rescheduled"), { due_on: null });
  }),
  help: () => void showHelp(),
});
listenToAnswers(
  root,
  () => ({ question: questionOf(present()), draft: model.shown?.draft ?? null, isOpen: model.shown?.phase === "ask" && !model.shown.isChecking }),
  (draft) => changeShown({ draft, problem: "" }),
  (response) => void respond(response),
);
listenToKeys(root, { phase: () => model.shown?.phase ?? null, grade, confirm, undo });
listenToSwipes(root, (side) => {
  const rating = side === "left" ? "again" : good();
  if (rating) grade(rating);
});
addEventListener("online", load);
addEventListener("offline", () => set({ link: "offline" }));
addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && (model.link !== "online" || Date.now() - (model.session?.loaded_at ?? 0) > LOOK_AGAIN_MS)) void load();
});
whenForgotten(() => location.reload());

setTimeout(() => stored && !model.session && update(stored), PATIENCE_MS);
void load();
void startServiceWorker(() => (isOutdated = true));
