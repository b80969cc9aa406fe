const TYPING_MS = 250;

/** Calls `act` once nothing has been typed for a moment. @template {unknown[]} A @param {(...args: A) => void} act */
export function debounce(act) {
  let timer = 0;
  return (/** @type {A} */ ...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...args), TYPING_MS);
  };
}
