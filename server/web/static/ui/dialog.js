/**
 * Dialogs with <dialog>, for which the browser handles focus and Escape. Their first heading is their name.
 *
 *     if (await confirmed({ title, body, action: t("host.end"), danger: true })) …
 *     const dialog = sheet(html`<h2>…</h2>…`);   // removed from the page when it closes
 */
import { t } from "./boot.js";
import { fragment, html } from "./html.js";

/** @param {import("./html.js").Markup} content @returns {HTMLDialogElement} */
export function sheet(content) {
  const part = fragment(html`<dialog class="sheet">${content}</dialog>`);
  const dialog = /** @type {HTMLDialogElement} */ (part.firstElementChild);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  // The second click of a double click on the button that opened it does not close it.
  dialog.addEventListener("click", ({ target, detail }) => target === dialog && detail < 2 && dialog.close());
  const name = () => dialog.setAttribute("aria-label", dialog.querySelector("h2")?.textContent ?? "");
  name();
  new MutationObserver(name).observe(dialog, { childList: true, characterData: true, subtree: true }); // many are drawn later, or again
  dialog.showModal();
  return dialog;
}

/** @param {{ title: string, body?: string, action: string, danger?: boolean }} options @returns {Promise<boolean>} */
export function confirmed({ title, body = "", action, danger = false }) {
  const dialog = sheet(
    html`<form method="dialog" class="stack">
      <h2>${title}</h2>
      <p>${body}</p>
      <div class="actions">
        <button class="button" value="" autofocus>${t("common.cancel")}</button>
        <button class="button primary ${danger && "danger"}" value="yes">${action}</button>
      </div>
    </form>`,
  );
  return new Promise((answer) => dialog.addEventListener("close", () => answer(dialog.returnValue === "yes")));
}
