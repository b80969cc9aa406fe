/** Sets language and theme, for this browser and for the account of a signed-in user. */
import { Problem, api } from "./api.js";
import { boot, remember } from "./boot.js";
import { toast } from "./toast.js";

/** @typedef {import("./api-types.js").PreferencesChange} Preferences */

const THEME = /(?:^|; )kuis_theme=(light|dark)/;

/** The chosen theme: "light", "dark" or "system". */
export const theme = () => THEME.exec(document.cookie)?.[1] ?? "system";

/** @param {string} value */
export async function chooseTheme(value) {
  remember("kuis_theme", value);
  dispatchEvent(new Event("themechange"));
  await keep(/** @type {Preferences} */ ({ theme: value }));
}

/** Changes the language and reloads the page. @param {string} value */
export async function chooseLocale(value) {
  if (!(await keep(/** @type {Preferences} */ ({ locale: value })))) return; // the next page would have the account's language again
  remember("kuis_lang", value);
  location.reload();
}

/** Stores the choice in the account, if there is one; false if that failed. @param {Preferences} changes */
async function keep(changes) {
  if (!boot.user) return true;
  try {
    await api("PATCH", "/api/me/preferences", { body: changes });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401) return true; // signed out meanwhile: the choice is only for this browser
    toast(error.message, { bad: true });
    return false;
  }
  return true;
}
