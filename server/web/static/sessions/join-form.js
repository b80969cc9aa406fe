/**
 * The form to join a room: the room of the code, and the player's name.
 *
 * @typedef {import("../ui/api-types.js").RoomOutput | { problem: string }} RoomInfo
 * @typedef {{ nickname: string, problem: string, busy: boolean, room: RoomInfo | null }} Form
 */
import { api } from "../ui/api.js";
import { said, t, tn } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { limits } from "../ui/limits.js";
import { skeleton } from "../ui/skeleton.js";

/** @param {string} code @returns {Promise<RoomInfo>} */
export async function readRoom(code) {
  try {
    return await api("GET", "/api/rooms/{code}", { path: { code } });
  } catch (problem) {
    const { code: reason, status } = /** @type {import("../ui/api.js").Problem} */ (problem);
    return { problem: status === 404 ? "no_such_room" : reason };
  }
}

/** @param {Form} form @param {string} code */
export function joinForm({ nickname, problem, busy, room }, code) {
  if (!room) return skeleton(3);
  if ("problem" in room) return nowhere(room.problem, code);
  if (room.phase === "finished") return over(room.title);
  const shut = room.locked ? "room_locked" : "";
  const shown = problem || shut;
  const names = !room.friendly_names;
  return html`<site-switches class="corner"></site-switches>
  <section class="centre join">
    <p class="tag brand figures">${code}</p>
    <h1 dir="auto">${room.title}</h1>
    <p class="muted">${room.players ? tn("play.players", room.players) : t("play.nobody_yet")}</p>
    <form class="stack" data-do="join">
      ${names ? html`<div class="field">
        <label for="nickname">${t("play.nickname")}</label>
        <input id="nickname" name="nickname" class="input big" value="${nickname}" required maxlength="${limits.Join.nickname.maxLength}" dir="auto" autofocus
          autocomplete="nickname" enterkeyhint="go" ${shown ? html`aria-invalid="true"` : ""} aria-describedby="nickname-problem" />
      </div>` : html`<p>${t("play.friendly_names")}</p>`}
      <p id="nickname-problem" class="problem" role="alert">${shown ? said(shown) : ""}</p>
      <button class="button primary large" ${busy ? html`aria-disabled="true"` : ""}>${busy ? t("play.joining") : t("play.join")}</button>
    </form>
    <p><a href="/">${t("play.other_code")}</a></p>
  </section>`;
}

/** @param {string} title */
const over = (title) =>
  html`<section class="centre join" role="alert">
    <p class="muted" dir="auto">${title}</p>
    <h1>${t("play.room_over_title")}</h1>
    <p>${t("play.room_over")}</p>
    <a class="button primary large" href="/">${t("play.other_code")}</a>
  </section>`;

/** @param {string} problem @param {string} code */
const nowhere = (problem, code) =>
  html`<section class="centre join" role="alert">
    <h1>${problem === "no_such_room" ? t("play.no_room_title") : t("play.not_reached")}</h1>
    <p>${problem === "no_such_room" ? t("play.no_room", { code }) : said(problem)}</p>
    <a class="button primary large" href="/">${t("play.other_code")}</a>
    <a href="">${t("common.try_again")}</a>
  </section>`;
