/**
 * A sheet with a form, whose problems are beside its fields.
 *
 *     const sent = await formSheet({ view: (form) => html`<form data-do="send" novalidate>…`, send: (values) => api("POST", …, values), wrong });
 *
 * A button with `data-do="close"` closes it. It closes by itself when `send` has succeeded; a refusal becomes the problem of the whole form.
 */
import { sheet } from "./dialog.js";
import { Form } from "./form.js";
import { html, listen, render } from "./html.js";

/**
 * @param {{ view: (form: Form) => import("./html.js").Markup, send: (values: Record<string, string>) => unknown, wrong: (name: string) => string,
 *   wide?: boolean, actions?: Record<string, (dialog: HTMLDialogElement) => unknown>,
 *   tables?: (draw: () => void) => Record<string, Record<string, (element: any, event: any) => unknown>> }} options `tables`: more actions, by the type of event
 * @returns {Promise<boolean>} whether it was sent, or closed by an action with a value
 */
export function formSheet({ view, send, wrong, wide = false, actions = {}, tables = () => ({}) }) {
  const form = new Form({
    send: async (values) => {
      await send(values);
      dialog.close("sent");
    },
    wrong,
    placed: (problem) => ({ "": problem.message }),
    draw: () => render(root, view(form)),
  });
  const dialog = sheet(html`<div>${view(form)}</div>`);
  const root = /** @type {HTMLElement} */ (dialog.firstElementChild);
  if (wide) dialog.classList.add("wide");
  listen(root, "submit", {
    send: (/** @type {HTMLFormElement} */ element, /** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      return form.submit(element, event.submitter);
    },
  });
  const clicks = Object.entries(actions).map(([name, act]) => [name, () => act(dialog)]);
  listen(root, "click", { close: () => dialog.close(), ...Object.fromEntries(clicks) });
  for (const [type, table] of Object.entries(tables(form.options.draw))) listen(root, type, table);
  return new Promise((answer) => dialog.addEventListener("close", () => answer(dialog.returnValue !== "")));
}
