/** The sheet to publish a quiz in the library, to change how it is shown there, or to take it back. */
import { api } from "../ui/api.js";
import { boot, t } from "../ui/boot.js";
import { confirmed } from "../ui/dialog.js";
import { around, summary } from "../ui/fields.js";
import { formSheet } from "../ui/form-sheet.js";
import { html } from "../ui/html.js";
import { languages } from "../ui/languages.js";
import { limits } from "../ui/limits.js";
import { leaveFor } from "../ui/page.js";
import { guarded, toast } from "../ui/toast.js";
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
  return formSheet({
    view: (form) => view(quiz, form),
    send: (values) => publish(quiz, values),
    wrong: (name) => t(`library.wrong_${name}`),
    wide: true,
    actions: { back: guarded(async (/** @type {HTMLDialogElement} */ dialog) => (await unpublished(id)) && dialog.close("changed")) },
  });
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

/** With what the questions say, where nothing is stated yet. @param {Quiz} quiz @param {import("../ui/form.js").Form} form */
function view(quiz, { problems, busy }) {
  const { id, title, description, published_at } = quiz;
  const [language, level, topic] = published_at
    ? [quiz.language, quiz.level, quiz.topic]
    : [quiz.language ?? common(quiz, "language"), quiz.level ?? common(quiz, "level"), quiz.topic ?? common(quiz, "topic")];
  const about = (/** @type {"title" | "language"} */ name) => html`aria-invalid="${String(Boolean(problems[name]))}" aria-describedby="pub-${name}-problem"`;
  return html`<form class="stack publish-sheet" novalidate data-do="send" data-key="form">
  <h2>${t(published_at ? "library.published" : "library.publish_title")}</h2>
  <p class="notice">${t("library.publish_body")}</p>
  ${summary(problems)}
  ${around({ name: "pub-title", label: t("library.quiz_title"), problem: problems["title"] }, html`<input id="pub-title" name="title" required pattern=".*\\S.*" maxlength="${TITLE.maxLength}" dir="auto" value="${title}" ${about("title")}>`)}
  <div class="field" data-key="description"><label for="pub-description">${t("library.description")}</label><textarea id="pub-description" name="description" rows="3" maxlength="${DESCRIPTION.maxLength}" dir="auto">${description}</textarea></div>
  <div class="pair" data-key="pair">
    ${around(
      { name: "pub-language", label: t("library.language"), problem: problems["language"] },
      html`<select id="pub-language" name="language" required ${about("language")}>
      <option value="">${t("library.choose")}</option>${languages(language).map(([code, words]) => html`<option value="${code}" ${code === language && "selected"}>${words}</option>`)}</select>`,
    )}
    <div class="field" data-key="level"><label for="pub-level">${t("library.level")}</label><select id="pub-level" name="level">
      <option value="">${t("library.no_level")}</option>${LEVEL.enum.map((one) => html`<option value="${one}" ${one === level && "selected"}>${one}</option>`)}</select></div>
  </div>
  <div class="field" data-key="topic"><label for="pub-topic">${t("library.topic")}</label><input id="pub-topic" name="topic" maxlength="${TOPIC.maxLength}" dir="auto" autocomplete="off" value="${topic}"></div>
  ${published_at && html`<p class="row spread" data-key="published"><a href="/library/${id}">${t("library.see")}</a><button class="button small danger" type="button" data-do="back">${t("library.take_back")}</button></p>`}
  <div class="actions" data-key="actions"><button class="button" type="button" data-do="close">${t("common.cancel")}</button><button class="button primary" aria-disabled="${String(busy)}">${t(published_at ? "library.save" : "library.publish")}</button></div>
</form>`;
}

/** @param {Quiz} quiz @param {Record<string, string>} values */
async function publish({ id, published_at }, values) {
  const text = (/** @type {string} */ name) => (values[name] ?? "").replace(/\s+/g, " ").trim();
  const body = {
    title: text("title"),
    description: values["description"] ?? "",
    language: text("language"),
    level: /** @type {Quiz["level"]} */ (text("level") || null),
    topic: text("topic") || null,
  };
  await api("PUT", "/api/quizzes/{quiz_id}/publication", { path: { quiz_id: id }, body });
  toast(t(published_at ? "library.saved" : "library.is_published"), { action: t("library.see"), act: () => leaveFor(`/library/${id}`) });
}
