/**
 * After render(): form controls show what the markup says, also where somebody typed before (undo, another version).
 * The control in use is left alone unless `all`: its text is what the state came from.
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
