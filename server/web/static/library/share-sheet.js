/** The sheet to share a quiz with colleagues. */
import { Problem, api } from "../ui/api.js";
import { t } from "../ui/boot.js";
import { sheet } from "../ui/dialog.js";
import { html, listen, render } from "../ui/html.js";
import { icon } from "../ui/icon.js";
import { limits } from "../ui/limits.js";
import { guarded } from "../ui/toast.js";

const { email: EMAIL } = limits.NewShare;
const ALL = limits.listQuizShares.page_size.maximum;

/** @typedef {import("../ui/api-types.js").QuizShareOutput} Share */

/** Resolves when the sheet is closed. @param {string} quiz @param {string} title @returns {Promise<void>} */
export async function shareSheet(quiz, title) {
  const path = { quiz_id: quiz };
  const list = async () => (await api("GET", "/api/quizzes/{quiz_id}/shares", { path, query: { page_size: ALL } })).items;
  let problem = "";
  let shares = await list();
  const dialog = sheet(html`<div class="share-sheet"></div>`);
  dialog.classList.add("wide");
  const root = /** @type {HTMLElement} */ (dialog.firstElementChild);
  const draw = () => render(root, view(title, shares, problem));
  const refresh = async () => {
    shares = await list();
    draw();
  };
  listen(root, "submit", {
    share: guarded(async (/** @type {HTMLFormElement} */ form, /** @type {Event} */ event) => {
      event.preventDefault();
      const given = new FormData(form);
      problem = form.checkValidity() ? "" : t("library.wrong_email");
      if (problem) {
        draw();
        return root.querySelector("input")?.focus();
      }
      problem = await refusal(() => api("POST", "/api/quizzes/{quiz_id}/shares", { path, body: { email: String(given.get("email")).trim(), may_edit: given.has("may_edit") } }));
      if (!problem) form.reset();
      await refresh();
      root.querySelector("input")?.focus();
    }),
  });
  listen(root, "click", {
    close: () => dialog.close(),
    remove: guarded(async (/** @type {HTMLButtonElement} */ { value }) => {
      await api("DELETE", "/api/quizzes/{quiz_id}/shares/{user_id}", { path: { ...path, user_id: value } });
      await refresh();
    }),
  });
  listen(root, "change", {
    right: guarded(async (/** @type {HTMLSelectElement} */ { value, dataset }) => {
      await api("POST", "/api/quizzes/{quiz_id}/shares", { path, body: { email: dataset["email"] ?? "", may_edit: value === "edit" } });
      await refresh();
    }),
  });
  draw();
  root.querySelector("input")?.focus();
  return new Promise((closed) => dialog.addEventListener("close", () => closed()));
}

/** The text of a refusal, or "". @param {() => Promise<unknown>} send */
async function refusal(send) {
  try {
    await send();
    return "";
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.message;
  }
}

/** @param {string} title @param {Share[]} shares @param {string} problem */
const view = (title, shares, problem) => html`<div class="stack">
  <div data-key="head"><h2>${t("library.share_title")}</h2><p class="muted" dir="auto">${title}</p></div>
  <p class="small muted" data-key="about">${t("library.share_body")}</p>
  <form class="stack" novalidate data-do="share" data-key="form">
    <div class="field"><label for="share-email">${t("library.share_email")}</label>
      <input id="share-email" name="email" type="email" required maxlength="${EMAIL.maxLength}" autocomplete="off" aria-invalid="${String(Boolean(problem))}" aria-describedby="share-problem">
      <p class="problem" id="share-problem" role="alert" ${!problem && "hidden"}>${problem}</p></div>
    <div class="row spread"><label class="check"><input type="checkbox" name="may_edit"><span>${t("library.may_edit")}</span></label>
      <button class="button primary">${icon("plus")}${t("library.share")}</button></div>
  </form>
  ${shares.length > 0 && html`<ul class="shares" data-key="shares" aria-label="${t("library.shared_with")}">${shares.map(row)}</ul>`}
  <div class="actions" data-key="actions"><button class="button" type="button" data-do="close">${t("library.done")}</button></div>
</div>`;

/** @param {Share} share */
const row = ({ user_id, full_name, email, is_verified, may_edit }) => html`<li data-key="${user_id}">
  <div class="what"><b dir="auto">${full_name}</b><span class="small muted">${email}${!is_verified && html` · ${t("library.unverified")}`}</span></div>
  <label><span class="visually-hidden">${t("library.right_of", { name: full_name })}</span><select class="input" data-do="right" data-email="${email}">
    <option value="view" ${!may_edit && "selected"}>${t("library.right_view")}</option><option value="edit" ${may_edit && "selected"}>${t("library.right_edit")}</option></select></label>
  <button class="button small quiet icon" type="button" data-do="remove" value="${user_id}" aria-label="${t("library.remove_of", { name: full_name })}">${icon("close")}</button>
</li>`;
