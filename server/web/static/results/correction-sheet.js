/**
 * The sheet in which the host voids a question or gives it another key. It shows what that would change before it is applied.
 *
 *     correctionSheet(id, question, () => page.reload());
 */
import { Problem, api } from "../ui/api.js";
import { number, t, tn } from "../ui/boot.js";
import { debounce } from "../ui/debounce.js";
import { sheet } from "../ui/dialog.js";
import { html, listen, render } from "../ui/html.js";
import { toast } from "../ui/toast.js";
import { furtherKey, hasKey, keyForm, keyIn, keyStates } from "./key-form.js";

/** @typedef {import("./statistics.js").Question} Question */
/** @typedef {import("../ui/api-types.js").CorrectionRequest} Request */
/** @typedef {import("../ui/api-types.js").CorrectionOutcome} Outcome */
/** @typedef {import("../ui/api-types.js").Move} Move */
/** @typedef {{ action: Request["action"] | "", keys: import("./key-form.js").KeyState[], outcome: Outcome | null, waiting: boolean, problem: string }} State */

const ROUTE = "/api/sessions/{session_id}/corrections";

/** @param {string} session @param {Question} question @param {() => unknown} corrected */
export function correctionSheet(session, question, corrected) {
  const dialog = sheet(html`<form method="dialog" class="stack correction" data-do="apply" novalidate></form>`);
  dialog.classList.add("wide");
  const form = /** @type {HTMLFormElement} */ (dialog.firstElementChild);
  /** @type {State} */
  const state = { action: "", keys: keyStates(question), outcome: null, waiting: false, problem: "" };
  const draw = () => render(form, content(question, state));
  let previews = 0;

  /** @returns {Request | null} what is chosen, if it is complete */
  function wanted() {
    const { action } = state;
    if (!action) return null;
    if (action !== "key") return { question: question.index, action };
    const keys = keyIn(question, form, state.keys);
    return keys && { question: question.index, action, ...keys };
  }

  const preview = debounce(async () => {
    const [body, latest] = [wanted(), ++previews];
    Object.assign(state, { outcome: null, problem: "", waiting: Boolean(body) });
    draw();
    if (!body) return;
    const found = await api("POST", `${ROUTE}/preview`, { path: { session_id: session }, body }).catch(refused);
    if (latest !== previews) return;
    Object.assign(state, { outcome: found, waiting: false });
    draw();
  });

  /** @param {unknown} error */
  function refused(error) {
    if (!(error instanceof Problem)) throw error;
    const [code] = error.errors.map((each) => each.code);
    state.problem = code ? t("results.key_wrong") : error.message;
    return null;
  }

  async function apply() {
    const body = wanted();
    if (!body || state.waiting) return;
    state.waiting = true;
    draw();
    const done = await api("POST", ROUTE, { path: { session_id: session }, body }).catch(refused);
    state.waiting = false;
    draw();
    if (!done) return;
    dialog.close();
    toast(t(`results.correct_done_${body.action}`));
    corrected();
  }

  /** Moves a choice of an ordering, named by the number of its key and its own id. @param {string} name @param {number} by */
  function move(name, by) {
    const [number, id = ""] = name.split("/");
    const order = state.keys.find((each) => each.id === Number(number))?.order ?? [];
    const from = order.indexOf(id);
    const [moved] = order.splice(from, 1);
    if (moved) order.splice(from + by, 0, moved);
    draw();
    preview();
  }

  /** @param {State["keys"]} keys */
  function setKeys(keys) {
    state.keys = keys;
    draw();
    preview();
  }

  listen(form, "change", {
    action: ({ value }) => {
      state.action = value;
      draw();
      preview();
    },
    key: preview,
  });
  listen(form, "input", { key: preview });
  listen(form, "click", {
    keyUp: ({ value }) => move(value, -1),
    keyDown: ({ value }) => move(value, 1),
    addKey: () => setKeys([...state.keys, furtherKey(question, state.keys)]),
    dropKey: ({ value }) => setKeys(state.keys.filter(({ id }) => id !== Number(value))),
    cancel: () => dialog.close(),
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  draw();
}

/** @param {Question} question @param {State} state */
const content = (question, state) => html`<div><h2>${t("results.correct_title", { n: question.index + 1 })}</h2>
    <p class="muted" dir="auto">${question.stem}</p></div>
  <fieldset class="stack" data-key="actions"><legend class="visually-hidden">${t("results.correct_how")}</legend>
    ${option("void", state, !question.correction?.voided)}${option("key", state, hasKey(question))}${option("undo", state, Boolean(question.correction))}</fieldset>
  <div data-key="key" ${state.action !== "key" && "hidden"}>${hasKey(question) && keyForm(question, state.keys)}</div>
  <div class="preview" role="status" data-key="preview">${previewed(state)}</div>
  <div class="actions" data-key="buttons"><button class="button" type="button" data-do="cancel">${t("common.cancel")}</button>
    <button class="button primary" ${(!state.action || state.waiting || !state.outcome) && "disabled"}>${t("results.correct_apply")}</button></div>`;

/** @param {Request["action"]} action @param {State} state @param {boolean} possible */
const option = (action, state, possible) => possible && html`<label class="option" data-key="${action}">
  <input type="radio" name="action" value="${action}" data-do="action" ${state.action === action && "checked"}>
  <span><b>${t(`results.correct_${action}`)}</b><span class="muted small">${t(`results.correct_${action}_hint`)}</span></span></label>`;

/** @param {State} state */
function previewed({ outcome, waiting, problem }) {
  if (problem) return html`<p class="problem" data-key="problem">${problem}</p>`;
  if (waiting) return html`<p class="muted" data-key="waiting">${t("results.correct_waiting")}</p>`;
  if (!outcome) return html``;
  const { scores_changed, places_changed, moves } = outcome;
  if (!moves.length) return html`<p data-key="none">${t("results.correct_nothing")}</p>`;
  const more = Math.max(scores_changed, places_changed) - moves.length;
  return html`<p data-key="sum"><b>${tn("results.scores_changed", scores_changed)} ${tn("results.places_changed", places_changed)}</b></p>
    <div class="moves" data-key="moves" tabindex="0" role="region" aria-label="${t("results.moves")}"><table class="table"><caption class="visually-hidden">${t("results.moves")}</caption>
      <thead><tr><th scope="col">${t("results.column_nickname")}</th><th scope="col" class="number">${t("results.column_rank")}</th><th scope="col" class="number">${t("results.column_score")}</th></tr></thead>
      <tbody>${moves.map(moved)}</tbody></table></div>
    ${more > 0 && html`<p class="muted small" data-key="more">${tn("results.moves_more", more)}</p>`}`;
}

/** @param {Move} move */
const moved = ({ nickname, before, after }) => html`<tr><th scope="row" dir="auto">${nickname}</th>
  <td class="number">${changed(before.rank, after.rank)}</td><td class="number">${changed(before.score, after.score)}</td></tr>`;

/** @param {number | null} before @param {number | null} after */
const changed = (before, after) => (before === after ? shown(after) : html`${shown(before)} → <b>${shown(after)}</b>`);

/** @param {number | null} value */
const shown = (value) => (value === null ? "–" : number(value));
