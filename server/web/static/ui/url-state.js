/**
 * The state of a page in its address, so that back, reload and bookmarks work.
 *
 *     const LIST = { defaults: { view: "all", search: "", page: 1 }, choices: { view: ["all", "mine"] }, steps: ["view"] };
 *     stateFromUrl(LIST, "?search=tenses")   // { view: "all", search: "tenses", page: 1 }
 *
 * Values that equal their default are left out of the address. A text that is not one of its `choices`, or a number below 1, becomes the default.
 * A change of a name in `steps` adds an entry to the history; any other, such as a search while typing, does not.
 */

/** @typedef {Record<string, string | number>} State */
/** @template {State} S @typedef {{ defaults: S, choices?: { [name in keyof S]?: readonly string[] }, steps?: (keyof S)[] }} UrlOptions */

/** @template {State} S @param {UrlOptions<S>} options @param {string} search @returns {S} */
export function stateFromUrl({ defaults, choices = {} }, search) {
  const given = new URLSearchParams(search);
  const values = Object.entries(defaults).map(([name, initial]) => {
    const text = given.get(name);
    if (typeof initial === "number") return [name, Math.max(Math.trunc(Number(text)), 1) || initial];
    return [name, text === null || choices[name]?.includes(text) === false ? initial : text];
  });
  return Object.fromEntries(values);
}

/** @template {State} S @param {UrlOptions<S>} options @param {S} state */
export function searchOf({ defaults }, state) {
  const changed = Object.entries(state).filter(([name, value]) => value !== defaults[name]);
  const text = new URLSearchParams(changed.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}

/** @template {State} S @param {UrlOptions<S>} options @param {S} state */
export function writeUrl(options, state) {
  const search = searchOf(options, state);
  if (search === location.search) return;
  const was = stateFromUrl(options, location.search);
  const isStep = options.steps?.some((name) => was[name] !== state[name]);
  history[isStep ? "pushState" : "replaceState"](null, "", location.pathname + search);
}
