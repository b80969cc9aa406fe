/** Changes of the selected questions, each with a way to undo it; and question sets. */
import { api } from "../../ui/api.js";
import { t, tn } from "../../ui/boot.js";
import { confirmed } from "../../ui/dialog.js";
import { limits } from "../../ui/limits.js";
import { toast } from "../../ui/toast.js";
import { shown } from "./bank-state.js";
import { askTags, askTitle, askWhich } from "./sheets.js";

/** @typedef {import("./bank-state.js").BankPage} BankPage */
/** @typedef {import("./bank-state.js").Bank} Bank */
/** @typedef {import("../../ui/api-types.js").ChangesRequest["changes"]} Changes */

const LONG = 500;
const SET_MAX = limits.SetOrder.questions.maxItems;

/** Makes the changes in one request, and offers to undo them. @param {BankPage} page @param {(n: number) => string} said @param {Changes} changes */
async function make(page, said, changes) {
  if (changes.some(({ questions }) => questions.length >= LONG)) toast(t("bank.working"));
  const { changed, undo } = await api("POST", "/api/questions/changes", { body: { changes } });
  const act = async () => {
    await api("POST", "/api/questions/changes", { body: { changes: undo } });
    toast(t("bank.undone"));
    await page.reload();
  };
  toast(said(changed), undo.length ? { action: t("bank.undo"), act } : {});
  await page.reload();
}

/** @param {BankPage} page @param {Bank} bank @returns {import("../../ui/page.js").Table} */
export const changes = (page, bank) => ({
  ...selectionChanges(page, bank),
  ...setChanges(page),
  keepOldest: async ({ value }) => {
    const group = page.data.list.items.find((item) => "questions" in item && item.questions[0]?.id === value);
    if (!group || !("questions" in group)) return;
    await make(page, (n) => tn("bank.archived", n), [{ do: "archive", questions: group.questions.slice(1).map(({ id }) => id) }]);
  },
});

/** @param {BankPage} page @param {Bank} bank */
function selectionChanges(page, bank) {
  const done = async (/** @type {Parameters<typeof make>} */ ...args) => {
    await make(...args);
    bank.unselect();
    page.draw(true);
  };
  return {
    archive: () => done(page, (n) => tn("bank.archived", n), [{ do: "archive", questions: bank.ids }]),
    restore: () => done(page, (n) => tn("bank.restored", n), [{ do: "restore", questions: bank.ids }]),
    tag: async () => {
      const asked = await askTags(bank.ids.length);
      if (asked) await make(page, (n) => tn("bank.tagged", n), [{ ...asked, questions: bank.ids }]);
    },
    toSet: async () => {
      if (bank.ids.length > SET_MAX) return toast(t("bank.too_many_for_set", { n: SET_MAX }), { bad: true });
      const words = { heading: tn("bank.to_set_title", bank.ids.length), label: t("bank.new_set"), action: t("bank.add"), title: t("bank.new_set_title") };
      const which = await askWhich(words, page.data.sets);
      if (!which) return;
      const set = "id" in which ? page.data.sets.find(({ id }) => id === which.id) : await api("POST", "/api/question-sets", { body: which });
      if (set) await done(page, (n) => tn("bank.added_to_set", n, { title: set.title }), [{ do: "add_to_set", set_id: set.id, questions: bank.ids }]);
    },
    outOfSet: () => done(page, (n) => tn("bank.removed_from_set", n), [{ do: "remove_from_set", set_id: page.url.set, questions: bank.ids }]),
    deleteForGood: async () => {
      const n = bank.ids.length;
      if (!(await confirmed({ title: tn("bank.delete_title", n), body: t("bank.delete_body"), action: t("bank.delete"), danger: true }))) return;
      await done(page, (n) => tn("bank.deleted", n), [{ do: "delete", questions: bank.ids }]);
    },
  };
}

/** @param {BankPage} page */
const setChanges = (page) => ({
  newSet: async () => {
    const title = await askTitle(t("bank.new_set"), t("bank.set_name"), t("bank.create"), t("bank.new_set_title"));
    if (title) page.go({ view: "questions", set: (await api("POST", "/api/question-sets", { body: { title } })).id });
  },
  renameSet: async () => {
    const path = { set_id: page.url.set };
    const now = page.data.sets.find(({ id }) => id === path.set_id)?.title ?? "";
    const title = await askTitle(t("bank.rename_set"), t("bank.set_name"), t("bank.save"), now);
    if (!title) return;
    await api("PATCH", "/api/question-sets/{set_id}", { path, body: { title } });
    await page.reload();
  },
  deleteSet: async () => {
    const title = page.data.sets.find(({ id }) => id === page.url.set)?.title ?? "";
    if (!(await confirmed({ title: t("bank.delete_set_title", { title }), body: t("bank.delete_set_body"), action: t("bank.delete_set"), danger: true }))) return;
    await api("DELETE", "/api/question-sets/{set_id}", { path: { set_id: page.url.set } });
    toast(t("bank.set_deleted"));
    page.go({ set: "" });
  },
  up: (/** @type {HTMLButtonElement} */ { value }) => shift(page, value, -1),
  down: (/** @type {HTMLButtonElement} */ { value }) => shift(page, value, 1),
});

/** Exchanges a question of a set with its neighbour. @param {BankPage} page @param {string} id @param {number} by */
async function shift(page, id, by) {
  const ids = [...shown(page).keys()];
  const at = ids.indexOf(id);
  const other = ids[at + by];
  if (!other) return;
  const questions = by < 0 ? [id, other] : [other, id];
  await api("PUT", "/api/question-sets/{set_id}/order", { path: { set_id: page.url.set }, body: { questions } });
  await page.reload();
}
