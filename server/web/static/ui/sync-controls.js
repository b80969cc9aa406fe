/**
 * To call after render(): sets form controls to the values in the markup, also if somebody typed before (undo, another version).
 * The focused control is left alone unless `all`, because the state was made from its text.
 */

/** @param {Element} root @param {boolean} [all] */
export function syncControls(root, all = false) {
  for (const control of root.querySelectorAll("input, textarea, select")) {
    if (!all && control === document.activeElement) continue;
    if (control instanceof HTMLSelectElement) chosen(control);
    else if (control instanceof HTMLTextAreaElement) write(control);
    else if (control instanceof HTMLInputElement) ["checkbox", "radio"].includes(control.type) ? check(control) : write(control);
  }
}

/** @param {HTMLSelectElement} select */
function chosen(select) {
  for (const option of select.options) if (option.selected !== option.defaultSelected) option.selected = option.defaultSelected;
}

/** @param {HTMLTextAreaElement | HTMLInputElement} control */
function write(control) {
  if (control.value !== control.defaultValue) control.value = control.defaultValue;
}

/** @param {HTMLInputElement} input */
function check(input) {
  if (input.checked !== input.defaultChecked) input.checked = input.defaultChecked;
}
