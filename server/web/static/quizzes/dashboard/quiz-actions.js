/** The actions on quizzes of the list, by the `data-do` of the button. */
import { api } from "../../ui/api.js";
import { boot, t } from "../../ui/boot.js";
import { confirmed } from "../../ui/dialog.js";
import { leaveFor } from "../../ui/page.js";
import { toast } from "../../ui/toast.js";
import { giveSheet } from "../../homework/give-sheet.js";
import { publishSheet } from "../../library/publish-sheet.js";
import { shareSheet } from "../../library/share-sheet.js";
import { exportSheet } from "../export-sheet.js";
import { playSheet } from "../../sessions/play-sheet.js";

/** @typedef {import("./teacher.js").Dashboard} Dashboard */

/** @param {Dashboard} page @returns {import("../../ui/page.js").Table} */
export const quizActions = (page) => ({
  create: async () => {
    const quiz = await api("POST", "/api/quizzes", { body: { title: t("dashboard.new_title") } });
    await leaveFor(`/quizzes/${quiz.id}`);
  },
  export: ({ value, dataset }) => exportSheet(value, dataset["title"] ?? ""),
  play: async ({ value }) => {
    const quiz = await api("GET", "/api/quizzes/{quiz_id}", { path: { quiz_id: value } });
    playSheet(quiz, quiz.questions);
  },
  give: ({ value, dataset }) => giveSheet({ id: value, title: dataset["title"] ?? "", isPublished: "published" in dataset }),
  copy: async ({ value }) => {
    await api("POST", "/api/quizzes/{quiz_id}/copy", { path: { quiz_id: value } });
    toast(t("dashboard.copied"));
    await page.reload();
  },
  share: async ({ value, dataset }) => {
    await shareSheet(value, dataset["title"] ?? "");
    await page.reload();
  },
  publish: async ({ value }) => {
    if (await publishSheet(value)) await page.reload();
  },
  leave: async ({ value }) => {
    const texts = { title: t("dashboard.leave_title"), body: t("dashboard.leave_body"), action: t("dashboard.leave") };
    if (!(await confirmed(texts))) return;
    await api("DELETE", "/api/quizzes/{quiz_id}/shares/{user_id}", { path: { quiz_id: value, user_id: boot.user?.id ?? "" } });
    toast(t("dashboard.left"));
    await page.reload();
  },
  archive: async ({ value }) => {
    await api("POST", "/api/quizzes/{quiz_id}/archive", { path: { quiz_id: value } });
    toast(t("dashboard.archived"), { action: t("dashboard.undo"), act: () => restore(value).then(() => page.reload()) });
    await page.reload();
  },
  restore: async ({ value }) => {
    await restore(value);
    toast(t("dashboard.restored"));
    await page.reload();
  },
  purge: async ({ value, dataset }) => {
    const title = t("dashboard.purge_title", { title: dataset["title"] ?? "" });
    if (!(await confirmed({ title, body: t("dashboard.purge_body"), action: t("dashboard.purge"), danger: true }))) return;
    await api("DELETE", "/api/quizzes/{quiz_id}", { path: { quiz_id: value }, query: { purge: true } });
    toast(t("dashboard.purged"));
    await page.reload();
  },
});

/** @param {string} quiz */
const restore = (quiz) => api("POST", "/api/quizzes/{quiz_id}/restore", { path: { quiz_id: quiz } });
