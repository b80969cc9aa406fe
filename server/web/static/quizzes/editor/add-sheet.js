/** The sheet to choose the kind of a new question; each of the seven has a line that explains it. */
import { t } from "../../ui/boot.js";
import { sheet } from "../../ui/dialog.js";
import { html } from "../../ui/html.js";
import { KINDS } from "./draft.js";
import { kindMark } from "./kind-mark.js";

/** @typedef {import("./draft.js").Kind} Kind */

/** @returns {Promise<Kind | null>} null when the writer thought better of it */
export function askKind() {
  const dialog = sheet(
    html`<form method="dialog" class="stack">
      <h2>${t("editor.add_title")}</h2>
      <div class="kinds">
        ${KINDS.map(
          (kind, index) => html`<button class="kind-card" value="${kind}" ${index === 0 && "autofocus"}>${kindMark(kind)}<span><b>${t(`editor.kind_${kind}`)}</b>
            <small>${t(`editor.kind_${kind}_hint`)}</small></span></button>`,
        )}
      </div>
      <div class="actions"><button class="button" value="">${t("common.cancel")}</button></div>
    </form>`,
  );
  dialog.classList.add("wide");
  return new Promise((answer) =>
    dialog.addEventListener("close", () => answer(KINDS.find((kind) => kind === dialog.returnValue) ?? null)),
  );
}
