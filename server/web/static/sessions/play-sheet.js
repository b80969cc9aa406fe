/**
 * The sheet with the settings of a new room. The last settings are remembered on this device.
 *
 * @typedef {Pick<import("../ui/api-types.js").QuizOutput, "id" | "title">} Quiz
 * @typedef {Pick<import("../ui/api-types.js").QuestionOutput, "stem" | "type">} Asked
 */
import { Problem, api } from "../ui/api.js";
import { t } from "../ui/boot.js";
import { sheet } from "../ui/dialog.js";
import { html } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { limits } from "../ui/limits.js";

const MEMORY = "kuis.room-settings";
const SETTINGS = limits.RoomSettings;
const FRONT = /** @type {const} */ (["streak_bonus", "auto_advance", "friendly_names"]);
const REST = /** @type {const} */ (["word_filter", "late_join", "shuffle_questions", "shuffle_choices"]);
const PAUSES_S = [5, 8, 15, 30];

/** @returns {Record<string, unknown>} */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(MEMORY) ?? "{}");
  } catch {
    return {};
  }
}

/** @param {typeof FRONT[number] | typeof REST[number]} name @param {Record<string, unknown>} last */
const toggle = (name, last) => html`<label class="switch">
  <span><b>${t(`room.${name}`)}</b><small class="muted">${t(`room.${name}_hint`)}</small></span>
  <input type="checkbox" role="switch" name="${name}" ${(last[name] ?? SETTINGS[name].default) && "checked"}>
</label>`;

/** @param {Record<string, unknown>} last */
const pause = (last) => html`<div class="field pause">
  <label for="auto_advance_ms">${t("room.pause")}</label>
  <select id="auto_advance_ms" name="auto_advance_ms">${PAUSES_S.map(
    (seconds) => html`<option value="${seconds * 1000}" ${seconds * 1000 === (last["auto_advance_ms"] ?? SETTINGS.auto_advance_ms.default) && "selected"}>${t("room.seconds", { n: seconds })}</option>`,
  )}</select>
</div>`;

/** @param {Asked[]} questions */
const doubles = (questions) => html`<details><summary>${t("room.double_points")}</summary>
  <div class="doubles">${questions.map(
    ({ stem, type }, index) =>
      type !== "poll" && html`<label class="check"><input type="checkbox" name="double_points" value="${index}"><span dir="auto">${index + 1}. ${stem}</span></label>`,
  )}</div></details>`;

/** Opens the sheet. When a room was opened, the browser goes to its host page. @param {Quiz} quiz @param {Asked[]} questions */
export function playSheet({ id, title }, questions) {
  const last = remembered();
  const most = SETTINGS.max_players;
  const dialog = sheet(
    html`<form class="stack play-sheet">
      <div><h2>${t("room.open_title")}</h2><p class="muted" dir="auto">${title}</p></div>
      <p class="notice bad" role="alert" hidden></p>
      <div class="switches">${FRONT.map((name) => toggle(name, last))}${pause(last)}</div>
      ${doubles(questions)}
      <details><summary>${t("room.more")}</summary><div class="switches">${REST.map((name) => toggle(name, last))}
        <div class="field"><label for="max_players">${t("room.max_players")}</label>
          <input id="max_players" name="max_players" type="number" inputmode="numeric" min="${most.minimum}" max="${most.maximum}" value="${String(last["max_players"] ?? most.default)}"></div></div></details>
      <div class="actions"><button class="button" type="button" value="cancel">${t("common.cancel")}</button>
        <button class="button primary" autofocus>${icon("play")}${t("room.open")}</button></div>
    </form>`,
  );
  dialog.querySelector('[value="cancel"]')?.addEventListener("click", () => dialog.close());
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    open(id, form);
  });
}

/** @param {HTMLFormElement} form */
function settingsIn(form) {
  const data = new FormData(form);
  const switches = Object.fromEntries([...FRONT, ...REST].map((name) => [name, data.has(name)]));
  return {
    ...switches,
    auto_advance_ms: Number(data.get("auto_advance_ms")),
    max_players: Number(data.get("max_players")) || SETTINGS.max_players.default,
    double_points: data.getAll("double_points").map(Number),
  };
}

/** @param {string} quiz @param {HTMLFormElement} form */
async function open(quiz, form) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector(".primary"));
  if (button.disabled) return;
  const settings = settingsIn(form);
  button.disabled = true;
  try {
    const session = await api("POST", "/api/quizzes/{quiz_id}/sessions", { path: { quiz_id: quiz }, body: { settings } });
    remember(settings);
    location.assign(`/host/${session.id}`);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    button.disabled = false;
    const place = /** @type {HTMLElement} */ (form.querySelector('[role="alert"]'));
    place.textContent = [error.message, ...error.errors.map(({ message }) => message)].join(" ");
    place.hidden = false;
  }
}

/** Double points belong to one quiz's questions and are not remembered. @param {Record<string, unknown>} settings */
function remember({ double_points, ...settings }) {
  try {
    localStorage.setItem(MEMORY, JSON.stringify(settings));
  } catch {
    // Storage is forbidden or full: next time the sheet shows the defaults.
  }
}
