/**
 * What the controls of answers.js do: they compose a response, which the page keeps as a draft, or send one.
 *
 * @typedef {import("./answers.js").Question} Question
 * @typedef {import("./answers.js").Response} Response
 */
import { listen } from "../ui/html.js";
import { numberBesideUnit } from "../ui/numerals.js";
import { isOneTap, tapped } from "./answers.js";
import { dragOrder } from "./order-drag.js";

/**
 * @param {HTMLElement} root
 * @param {() => { question: Question | null | undefined, draft: Response | null, isOpen: boolean }} present `isOpen`: whether an answer may be given
 * @param {(value: Response) => void} drafted
 * @param {(value: Response) => void} answer
 */
export function listenToAnswers(root, present, drafted, answer) {
  const chosen = () => /** @type {string[]} */ (present().draft ?? []);
  const order = () => /** @type {string[] | null} */ (present().draft) ?? present().question?.choices?.map(({ id }) => id) ?? [];

  /** @param {string} id @param {number} by */
  function shift(id, by) {
    const list = order();
    const place = list.indexOf(id);
    const [there, here] = [list[place + by], list[place]];
    if (there === undefined || here === undefined) return;
    drafted(list.map((each, index) => (index === place ? there : index === place + by ? here : each)));
  }

  listen(root, "click", {
    tap: (button) => {
      const { question } = present();
      if (question && isOneTap(question)) answer(tapped(question, button.value));
    },
    toggle: ({ value }) => {
      if (present().isOpen) drafted(chosen().includes(value) ? chosen().filter((id) => id !== value) : [...chosen(), value]);
    },
    up: (button) => shift(button.value, -1),
    down: (button) => shift(button.value, 1),
    // Changes the sign of the number, for number pads without a minus.
    sign: () => {
      const input = /** @type {HTMLInputElement | null} */ (document.getElementById("typed"));
      if (!input || input.readOnly) return;
      input.value = /^\s*[-−]/.test(input.value) ? input.value.replace(/^\s*[-−]\s*/, "") : `-${input.value.trim()}`;
      input.focus();
      drafted(input.value);
    },
    send: (button, event) => {
      if (button.form) return;
      event.preventDefault();
      const value = present().question?.kind === "ordering" ? order() : chosen();
      if (value.length) answer(value);
    },
  });
  listen(root, "input", { draft: (input) => drafted(input.value) });
  listen(root, "submit", {
    type: (form, event) => {
      event.preventDefault();
      const text = String(new FormData(form).get("answer") ?? "").trim();
      const value = present().question?.kind === "numeric" ? numberBesideUnit(text) : text;
      if (value !== null && value !== "") answer(value);
    },
  });
  dragOrder(root, drafted);
}
