/** The sheet to publish a quiz in the library, to change how it is shown there, or to take it back. */
import { Problem, api } from "../ui/api.js";
import { boot, t } from "../ui/boot.js";
import { confirmed, sheet } from "../ui/dialog.js";
import { html } from "../ui/html.js";
import { languages } from "../ui/languages.js";
import { limits } from "../ui/limits.js";
import { leaveFor } from "../ui/page.js";
import { toast } from "../ui/toast.js";
import { unpublished } from "./reports.js";

const { title: TITLE, description: DESCRIPTION, topic: TOPIC, level: LEVEL } = limits.Publication;

/** @typedef {import("../ui/api-types.js").QuizOutput} Quiz */

/** Resolves when the sheet is closed, to whether something changed. @param {string} id @returns {Promise<boolean>} */
export async function publishSheet(id) {
  const quiz = await api("GET", "/api/quizzes/{quiz_id}", { path: { quiz_id: id } });
  if (quiz.takedown_reason) return takenDown(quiz);
  if (!quiz.playable && !quiz.published_at) {
    toast(t("library.not_playable"), { bad: true, action: t("library.edit"), act: () => leaveFor(`/quizzes/${id}`) });
    return false;
  }
  const dialog = sheet(form(quiz));
  dialog.classList.add("wide");
  dialog.querySelector('[value="cancel"]')?.addEventListener("click", () => dialog.close());
  dialog.querySelector('[value="back"]')?.addEventListener("click", async () => {
    if (await unpublished(id)) dialog.close("changed");
  });
  const element = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    send(quiz, element, dialog);
  });
  return new Promise((answer) => dialog.addEventListener("close", () => answer(dialog.returnValue === "changed")));
}

/** Says why the quiz may not be published; an administrator may allow it. @param {Quiz} quiz @returns {Promise<boolean>} whether something changed */
async function takenDown({ id, takedown_reason }) {
  const isAdministrator = boot.user?.role === "super_admin";
  const reason = t(`library.reason_${/** @type {string} */ (takedown_reason)}`);
  const said = { title: t("library.taken_down"), body: t(isAdministrator ? "library.taken_down_allow" : "library.taken_down_body", { reason }) };
  if (!(await confirmed({ ...said, action: t(isAdministrator ? "library.allow" : "library.edit") }))) return false;
  if (!isAdministrator) return leaveFor(`/quizzes/${id}`);
  await api("POST", "/api/quizzes/{quiz_id}/publication/allow", { path: { quiz_id: id } });
  toast(t("library.allowed"));
  return true;
}

/** What all questions have in common; null if they differ. @param {Quiz} quiz @param {"language" | "level" | "topic"} name */
const common = ({ questions }, name) => (questions.every((question) => question[name] === questions[0]?.[name]) ? (questions[0]?.[name] ?? null) : null);

/** With what the questions say, where nothing is stated yet. @param {Quiz} quiz */
function form(quiz) {
  const { id, title, description, published_at } = quiz;
  const [language, level, topic] = published_at
    ? [quiz.language, quiz.level, quiz.topic]
    : [quiz.language ?? common(quiz, "language"), quiz.level ?? common(quiz, "level"), quiz.topic ?? common(quiz, "topic")];
  return html`<form class="stack publish-sheet">
  <h2>${t(published_at ? "library.published" : "library.publish_title")}</h2>
  <p class="notice">${t("library.publish_body")}</p>
  <p class="notice bad" role="alert" hidden></p>
  <div class="field"><label for="pub-title">${t("library.quiz_title")}</label><input id="pub-title" name="title" required maxlength="${TITLE.maxLength}" dir="auto" value="${title}"></div>
  <div class="field"><label for="pub-description">${t("library.description")}</label><textarea id="pub-description" name="description" rows="3" maxlength="${DESCRIPTION.maxLength}" dir="auto">${description}</textarea></div>
  <div class="pair">
    <div class="field"><label for="pub-language">${t("library.language")}</label><select id="pub-language" name="language" required>
      <option value="">${t("library.choose")}</option>${languages(language).map(([code, words]) => html`<option value="${code}" ${code === language && "selected"}>${words}</option>`)}</select></div>
    <div class="field"><label for="pub-level">${t("library.level")}</label><select id="pub-level" name="level">
      <option value="">${t("library.no_level")}</option>${LEVEL.enum.map((one) => html`<option value="${one}" ${one === level && "selected"}>${one}</option>`)}</select></div>
  </div>
  <div class="field"><label for="pub-topic">${t("library.topic")}</label><input id="pub-topic" name="topic" maxlength="${TOPIC.maxLength}" dir="auto" autocomplete="off" value="${topic}"></div>
  ${published_at && html`<p class="row spread"><a href="/library/${id}">${t("library.see")}</a><button class="button small danger" type="button" value="back">${t("library.take_back")}</button></p>`}
  <div class="actions"><button class="button" type="button" value="cancel">${t("common.cancel")}</button><button class="button primary">${t(published_at ? "library.save" : "library.publish")}</button></div>
</form>`;
}

/** @param {Quiz} quiz @param {HTMLFormElement} form @param {HTMLDialogElement} dialog */
async function send({ id, published_at }, form, dialog) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector(".primary"));
  if (button.disabled) return;
  button.disabled = true;
  const said = new FormData(form);
  const text = (/** @type {string} */ name) => String(said.get(name)).replace(/\s+/g, " ").trim();
  const body = {
    title: text("title"),
    description: String(said.get("description")),
    language: text("language"),
    level: /** @type {Quiz["level"]} */ (text("level") || null),
    topic: text("topic") || null,
  };
  try {
    await api("PUT", "/api/quizzes/{quiz_id}/publication", { path: { quiz_id: id }, body });
    dialog.close("changed");
    toast(t(published_at ? "library.saved" : "library.is_published"), { action: t("library.see"), act: () => leaveFor(`/library/${id}`) });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    button.disabled = false;
    const place = /** @type {HTMLElement} */ (form.querySelector('[role="alert"]'));
    place.textContent = error.message;
    place.hidden = false;
  }
}
