/** Shows whether the quiz is saved, being saved, or not saved and why. */
import { t } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";

/** A colleague may not edit the quiz any more, or not even see it. */
const NOT_ALLOWED = ["quiz_read_only", "no_such_quiz"];

/** @param {import("./editor-state.js").EditorState["saver"]} saver */
export function saveState({ state, problem }) {
  if (state === "failed" && problem) {
    const text = problem.status === 0 ? t("editor.not_saved_offline") : t("editor.not_saved");
    return html`<span class="save-state bad" data-key="save" data-state="failed">${icon(problem.status === 0 ? "offline" : "help")}<span>${text}</span></span>`;
  }
  const saved = state === "saved";
  return html`<span class="save-state" data-key="save" data-state="${state}">${saved ? icon("check") : html`<i class="spinner"></i>`}<span>${t(saved ? "editor.saved" : "editor.saving")}</span></span>`;
}

/** A notice that explains why saving failed, with buttons for what to do. @param {import("./editor-state.js").EditorState["saver"]} saver */
export function saveTrouble({ state, problem, again }) {
  if (state !== "failed" || !problem) return html`<div class="trouble" role="alert" data-key="trouble" hidden></div>`;
  return html`<div class="trouble notice bad" role="alert" data-key="trouble">${problem.code === "changed_elsewhere" ? conflict() : plain(problem, again)}</div>`;
}

const conflict = () => html`<p data-key="text"><b>${t("editor.conflict")}</b> ${t("editor.conflict_hint")}</p>
  <div class="row" data-key="ways"><button class="button small" data-do="keepMine">${t("editor.keep_mine")}</button>
  <button class="button small" data-do="takeTheirs">${t("editor.take_theirs")}</button></div>`;

/** @param {import("../../ui/api.js").Problem} problem @param {boolean} again */
function plain(problem, again) {
  if (problem.status === 401) return signedOut();
  const where = problem.errors.map(({ path, message }) => `${path}: ${message}`).join(" · ");
  return html`<p data-key="text"><b>${t("editor.not_saved_because", { why: problem.message })}</b> ${where}
      ${t(again ? "editor.kept_retry" : "editor.kept")}</p>
    <div class="row" data-key="ways">${NOT_ALLOWED.includes(problem.code) && html`<button class="button small primary" data-key="new" data-do="saveAsNew">${t("editor.save_as_new")}</button>`}
      <button class="button small" data-key="now" data-do="saveNow">${t("editor.save_now")}</button></div>`;
}

const signedOut = () => html`<p data-key="text"><b>${t("editor.signed_out")}</b> ${t("editor.signed_out_hint")}</p>
  <div class="row" data-key="ways"><a class="button small" href="/sign-in?next=/account" target="_blank" rel="noopener">${t("common.sign_in")}</a>
  <button class="button small" data-do="saveNow">${t("editor.save_now")}</button></div>`;
