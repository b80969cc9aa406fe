/** /host/{session}: the class screen with the host's bar. After a reload it continues where the room is. */
import { Problem, api } from "../ui/api.js";
import { said, t } from "../ui/boot.js";
import { confirmed, sheet } from "../ui/dialog.js";
import { toggleFullScreen } from "../ui/full-screen.js";
import { html, listen, render } from "../ui/html.js";
import { ignoreClicksWhileSettling } from "../ui/second-clicks.js";
import { skeleton } from "../ui/skeleton.js";
import { toast } from "../ui/toast.js";
import { helpSheet, hostBar, peopleSheet, step } from "./host-bar.js";
import { openClassScreen } from "./class-screen.js";
import { classScreen, cutOff, instead, waiting } from "./class-screen-views.js";
import { BROKEN_CODES } from "./close-codes.js";

const STEADY_MS = 500;
const session = location.pathname.split("/")[2] ?? "";
const root = /** @type {HTMLElement} */ (document.getElementById("app"));
/** @type {ReturnType<typeof openClassScreen> | null} */
let page = null;
/** @type {HTMLDialogElement | null} */
let people = null;
let settling = 0; // until then taps are ignored, because they may have been meant for the screen before
let stepping = false; // whether a step was sent to which the room has not responded yet

async function open() {
  render(root, skeleton(5));
  try {
    const { code } = await api("GET", "/api/sessions/{session_id}", { path: { session_id: session } });
    page = openClassScreen(root, { code, hello: () => ({ type: "host" }), draw, heard });
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    const { status, message } = problem;
    render(root, status === 403 || status === 404 ? forbidden() : instead(t("host.not_opened"), message, again()));
  }
}

const again = () => html`<button class="button primary" data-do="again">${t("common.try_again")}</button>`;
const forbidden = () => instead(t("host.forbidden_title"), t("host.forbidden"), html`<a class="button primary" href="/dashboard">${t("common.dashboard")}</a>`);

/** @type {import("./class-screen.js").Options["draw"]} */
function draw(state, screen, now) {
  if (state.link === "closed") return ended(state.closed);
  if (!state.room) return waiting(state);
  return html`<div class="hosted">${classScreen({ state, now, ...screen, kicks: true }, state.room)}${hostBar(state.room, session, calm())}</div>`;
}

/** @param {number} code */
function ended(code) {
  if (BROKEN_CODES.has(code)) return cutOff();
  if (code === 4401) return instead(t("host.sign_in_title"), t("host.sign_in"), html`<a class="button primary" href="/sign-in?next=/host/${session}">${t("common.sign_in")}</a>`);
  if (code === 4403) return forbidden();
  if (code === 4409) return instead(t("host.elsewhere_title"), t("host.elsewhere"), html`<button class="button primary" data-do="reload">${t("host.here_instead")}</button>`);
  return instead(t("host.over_title"), t("host.over"), html`<a class="button primary" href="/sessions/${session}">${t("host.results")}</a>`);
}

const calm = () => (settling ? "settling" : stepping ? "stepping" : "steady");
const ENDS_A_STEP = new Set(["error", "link", "welcome"]);

/** @type {NonNullable<import("./class-screen.js").Options["heard"]>} */
function heard(state, was, { type }) {
  const [room, before] = [state.room, was.room];
  const moved = before && (room?.phase !== before.phase || room.question?.question !== before.question?.question || room.view !== before.view);
  if (moved) settle();
  if (moved || ENDS_A_STEP.has(type)) stepping = false;
  if (state.refusal && state.refusal !== was.refusal) toast(said(state.refusal), { bad: true });
  if (people?.open && state.room) render(people, peopleSheet(state.room));
}

/** @param {import("./socket.js").Message} message @returns {boolean} whether it is on its way */
function tell(message) {
  const sent = Boolean(page?.socket.send(message));
  if (page && !sent) toast(t("screen.reconnecting"), { bad: true });
  return sent;
}

function settle() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    settling = 0;
    page?.show();
  }, STEADY_MS);
}

function advance() {
  const room = page?.state().room;
  if (!page || !room || calm() !== "steady") return;
  const { act } = step(room);
  if (act === "start" && room.players === 0) return;
  if (act === "results") return location.assign(`/sessions/${session}`);
  settle();
  stepping = tell(act === "show" ? { type: act, view: "places" } : { type: act });
  page.show();
}

/** Goes back from the places to the answer; no other step can be undone. */
function back() {
  if (page?.state().room?.view === "places") tell({ type: "show", view: "answer" });
}

function flip() {
  const room = page?.state().room;
  if (room && (room.phase === "question" || room.next_at)) tell({ type: room.paused ? "unpause" : "pause" });
}

/** @param {string} player */
async function kick(player) {
  const { roster = [], absent = [] } = page?.state().room ?? {};
  const name = [...roster, ...absent].find((person) => person.id === player)?.nickname ?? "";
  if (await confirmed({ title: t("host.kick_title", { name }), body: t("host.kick_body"), action: t("host.kick"), danger: true })) tell({ type: "kick", player });
}

async function clearAbsent() {
  if (await confirmed({ title: t("host.clear_absent_title"), body: t("host.clear_absent_body"), action: t("host.clear_absent"), danger: true })) tell({ type: "clear_absent" });
}

async function newCode() {
  const code = page?.state().room?.code ?? "";
  if (await confirmed({ title: t("host.new_code_title"), body: t("host.new_code_body", { code }), action: t("host.new_code") })) tell({ type: "new_code" });
}

async function end() {
  if (await confirmed({ title: t("host.end_title"), body: t("host.end_body"), action: t("host.end"), danger: true })) tell({ type: "end" });
}

function showPeople() {
  const room = page?.state().room;
  if (!room || people?.open) return;
  people = sheet(peopleSheet(room));
}

ignoreClicksWhileSettling(root);
listen(document.body, "click", {
  step: advance,
  extend: (button) => tell({ type: "extend", seconds: Number(button.value) }),
  pause: () => tell({ type: "pause" }),
  unpause: () => tell({ type: "unpause" }),
  lock: () => tell({ type: "lock" }),
  unlock: () => tell({ type: "unlock" }),
  answers: back,
  people: showPeople,
  kick: (button) => kick(button.value),
  readmit: (button) => tell({ type: "readmit", player: button.value }),
  clear: clearAbsent,
  recode: newCode,
  end,
  full: toggleFullScreen,
  help: () => sheet(helpSheet()),
  again: open,
  reload: () => location.reload(),
});

/** Shortcuts. A presenter's remote sends Page Down or an arrow. @type {Record<string, () => void>} */
const KEYS = {
  " ": advance,
  pagedown: advance,
  arrowright: advance,
  pageup: back,
  arrowleft: back,
  p: flip,
  l: () => tell({ type: page?.state().room?.locked ? "unlock" : "lock" }),
  "+": () => page?.state().room?.phase === "question" && tell({ type: "extend", seconds: 10 }),
  f: toggleFullScreen,
  "?": () => sheet(helpSheet()),
};

/** Handles shortcuts, whatever has the focus; Enter presses a focused button. @param {KeyboardEvent} event */
function shortcut(event) {
  const typing = event.target instanceof Element && event.target.closest("input, textarea, select");
  const busy = typing || document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey;
  const act = busy ? undefined : KEYS[event.key.toLowerCase()];
  if (act) event.preventDefault();
  return act;
}
addEventListener(
  "keydown",
  (event) => {
    const act = shortcut(event);
    if (!event.repeat) act?.();
  },
  true,
);
addEventListener("keyup", shortcut, true); // browsers press a button when the space bar is released

void open();
