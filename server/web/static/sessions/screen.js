/** /screen/{code}: the projector, a class screen without controls. */
import { t } from "../ui/boot.js";
import { toggleFullScreen } from "../ui/full-screen.js";
import { html } from "../ui/html.js";
import { openClassScreen } from "./class-screen.js";
import { classScreen, cutOff, instead, waiting } from "./class-screen-views.js";
import { BROKEN_CODES } from "./close-codes.js";
import { codeInAddress } from "./code-in-address.js";

const code = codeInAddress();
const root = /** @type {HTMLElement} */ (document.getElementById("app"));

const out = html`<a class="button primary" href="/">${t("common.to_start")}</a>`;

/** @param {number} reason a close code */
function closed(reason) {
  if (BROKEN_CODES.has(reason)) return cutOff();
  if (reason === 4404) return instead(t("screen.no_room_title"), t("screen.no_room", { code }), out);
  if (reason === 4413) return instead(t("screen.too_many_title"), t("screen.too_many"), out);
  return instead(t("screen.over_title"), t("screen.over"), out);
}

openClassScreen(root, {
  code,
  hello: () => ({ type: "watch" }),
  draw: (state, screen, now) => {
    if (state.link === "closed") return closed(state.closed);
    return state.room ? classScreen({ state, now, ...screen, kicks: false }, state.room) : waiting(state);
  },
  heard: ({ room }) => {
    if (room && room.code !== code) history.replaceState(null, "", `/screen/${room.code}`);
  },
});

addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "f" || event.ctrlKey || event.metaKey || event.altKey) return;
  toggleFullScreen();
});
