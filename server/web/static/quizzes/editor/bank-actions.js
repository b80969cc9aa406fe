/** Copies questions between the quiz in the editor and the question bank. */
import { api } from "../../ui/api.js";
import { t, tn } from "../../ui/boot.js";
import { confirmed } from "../../ui/dialog.js";
import { toast } from "../../ui/toast.js";
import { askQuestions } from "./bank-sheet.js";
import { copyFromBank, indexOf } from "./draft.js";

/** @typedef {import("./actions.js").EditorPage} EditorPage */

/** @param {EditorPage} page */
export const bankActions = (page) => ({ toBank: () => toBank(page), fromBank: () => fromBank(page) });

/** Copies the selected question into the bank, as it is saved. @param {EditorPage} page */
async function toBank({ data: editing }) {
  await editing.saver.flush();
  const id = editing.ids.get(editing.selected);
  if (editing.saver.dirty || !id) return toast(t("editor.bank_unsaved"), { bad: true });
  const body = { quiz_id: editing.id, questions: [id] };
  const { added } = await api("POST", "/api/questions/copy-from-quiz", { body: { ...body, skip_duplicates: true } });
  if (!added.length) {
    if (!(await confirmed({ title: t("bank.repeated_title"), body: t("bank.repeated_body"), action: t("bank.repeated_add") }))) return;
    await api("POST", "/api/questions/copy-from-quiz", { body });
  }
  toast(t("editor.in_bank"));
}

/** Inserts copies of questions of the bank after the selected question. @param {EditorPage} page */
async function fromBank(page) {
  const { data: editing } = page;
  const { draft, selected } = editing;
  const chosen = (await askQuestions()).map(copyFromBank);
  const [first] = chosen;
  if (!first) return;
  const place = indexOf(draft, selected) + 1 || draft.questions.length;
  editing.listOpen = false;
  editing.edit({ ...draft, questions: draft.questions.toSpliced(place, 0, ...chosen) }, { select: first.key });
  page.draw(true);
  toast(tn("editor.from_bank_added", chosen.length));
}
