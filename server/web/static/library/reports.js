/** Reports of quizzes: the form of teachers, and the list of administrators. */
import { api } from "../ui/api.js";
import { t } from "../ui/boot.js";
import { ago } from "../ui/dates.js";
import { confirmed } from "../ui/dialog.js";
import { summary } from "../ui/fields.js";
import { formSheet } from "../ui/form-sheet.js";
import { html } from "../ui/html.js";
import { limits } from "../ui/limits.js";
import { toast } from "../ui/toast.js";

const { comment: COMMENT } = limits.NewReport;
/** The most likely first. @type {Report["reason"][]} */
const REASONS = ["wrong", "offensive", "copyright", "personal_data", "other"];

/** @typedef {import("../ui/api-types.js").QuizReportOutput} Report */

/** @param {Report[]} reports */
export const reportList = (reports) => html`<section class="reports notice bad" data-key="reports" aria-label="${t("library.reports")}"><h2>${t("library.reports")}</h2>
  <ul>${reports.map(
    (report) => html`<li data-key="${report.id}"><div class="what"><b><a href="/library/${report.quiz_id}" dir="auto">${report.title}</a></b>
        <span class="small">${t("library.by")} <span dir="auto">${report.author}</span> · ${t(`library.reason_${report.reason}`)} · <span dir="auto">${report.reporter}</span>, ${ago(report.created_at)}</span>
        ${report.comment && html`<p dir="auto">${report.comment}</p>`}</div>
      <div class="next"><button class="button small" data-do="dismiss" value="${report.id}">${t("library.dismiss")}</button>
        <button class="button small danger" data-do="unpublish" value="${report.quiz_id}">${t("library.unpublish")}</button></div></li>`,
  )}</ul></section>`;

/** @param {{ reload: () => unknown }} page @returns {import("../ui/page.js").Table} */
export const reportActions = (page) => ({
  dismiss: async ({ value }) => {
    await api("POST", "/api/quiz-reports/{report_id}/dismiss", { path: { report_id: value } });
    await page.reload();
  },
  unpublish: async ({ value }) => {
    if (await unpublished(value)) await page.reload();
  },
});

/** Asks, then takes a quiz out of the library. @param {string} quiz @returns {Promise<boolean>} */
export async function unpublished(quiz) {
  if (!(await confirmed({ title: t("library.unpublish_title"), body: t("library.unpublish_body"), action: t("library.unpublish"), danger: true }))) return false;
  await api("DELETE", "/api/quizzes/{quiz_id}/publication", { path: { quiz_id: quiz } });
  toast(t("library.unpublished"));
  return true;
}

/** Opens the form; resolves when it is closed, to whether a report was sent. @param {string} quiz @returns {Promise<boolean>} */
export const reportSheet = (quiz) =>
  formSheet({
    view: reportForm,
    send: async ({ reason, comment = "" }) => {
      await api("POST", "/api/library/{published_id}/reports", { path: { published_id: quiz }, body: { reason: /** @type {Report["reason"]} */ (reason), comment } });
      toast(t("library.reported"));
    },
    wrong: () => t("library.wrong_reason"),
  });

/** @param {import("../ui/form.js").Form} form */
const reportForm = ({ problems, busy }) => html`<form class="stack" novalidate data-do="send" data-key="form">
  <h2>${t("library.report_title")}</h2><p class="muted">${t("library.report_body")}</p>
  ${summary(problems)}
  <fieldset class="reasons field" data-key="reasons"><legend class="visually-hidden">${t("library.report_title")}</legend>${REASONS.map(
    (reason, index) => html`<label class="check"><input type="radio" name="reason" value="${reason}" required ${index === 0 && "autofocus"}
      aria-invalid="${String(Boolean(problems["reason"]))}" aria-describedby="reason-problem"><span>${t(`library.reason_${reason}`)}</span></label>`,
  )}<p class="problem" id="reason-problem" ${!problems["reason"] && "hidden"}>${problems["reason"]}</p></fieldset>
  <div class="field" data-key="comment"><label for="comment">${t("library.comment")}</label><textarea id="comment" name="comment" rows="3" maxlength="${COMMENT.maxLength}" dir="auto"></textarea></div>
  <div class="actions" data-key="actions"><button class="button" type="button" data-do="close">${t("common.cancel")}</button><button class="button primary" aria-disabled="${String(busy)}">${t("library.report_send")}</button></div>
</form>`;
