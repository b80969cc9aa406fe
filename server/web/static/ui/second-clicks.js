/**
 * The second click of a double click is for what was there at the first one. If the first has changed that, as a tap that leads to the next
 * card, it does nothing.
 *
 * @param {HTMLElement} root @param {() => unknown} present what is shown, as a value to compare
 */
export function ignoreStraySecondClicks(root, present) {
  /** @type {unknown} */
  let atFirst = null;
  root.addEventListener(
    "click",
    (event) => {
      if (event.detail < 2) atFirst = present();
      else if (atFirst !== present()) event.stopPropagation();
    },
    true,
  );
}

/**
 * A control with `data-settling` has just come under the finger: a click was meant for what was there before. Keys are heard.
 *
 * @param {HTMLElement} root
 */
export function ignoreClicksWhileSettling(root) {
  root.addEventListener(
    "click",
    (event) => {
      if (event.detail === 0 || !(event.target instanceof Element && event.target.closest("[data-settling]"))) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
}
