/** Copies quizzes of others to the own ones. */
import { api } from "../ui/api.js";
import { t } from "../ui/boot.js";
import { leaveFor } from "../ui/page.js";
import { toast } from "../ui/toast.js";

/** @param {string} quiz */
export async function copyPublished(quiz) {
  copied(await api("POST", "/api/library/{published_id}/copy", { path: { published_id: quiz } }));
}

/** @param {string} quiz */
export async function copyShared(quiz) {
  copied(await api("POST", "/api/quizzes/{quiz_id}/copy", { path: { quiz_id: quiz } }));
}

/** @param {import("../ui/api-types.js").QuizOutput} quiz */
const copied = ({ id }) => toast(t("library.copied"), { action: t("library.open_copy"), act: () => leaveFor(`/quizzes/${id}`) });
