/** Stores values on the device, or in memory if the browser forbids that. */

/** @type {Map<string, string>} */
const memory = new Map();

/** @param {string} key @returns {any} what was kept, or null */
export function readLocal(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? memory.get(key) ?? "null");
  } catch {
    return JSON.parse(memory.get(key) ?? "null");
  }
}

/** @param {string} key @param {unknown} value null forgets it */
export function writeLocal(key, value) {
  const text = JSON.stringify(value ?? null);
  memory.set(key, text);
  try {
    if (value == null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // Storage is forbidden or full: the value is in memory.
  }
}
