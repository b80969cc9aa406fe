/** Language and colours: chosen for this browser, and for the account of who is signed in, so for all their devices. */
import { Problem, api } from "./api.js";
import { boot, remember } from "./boot.js";
import { toast } from "./toast.js";

/** @typedef {import("./api-types.js").PreferencesChange} Preferences */

const THEME = /(?:^|; )kuis_theme=(light|dark)/;

/** What was chosen: "light", "dark" or "system". */
export const theme = () => THEME.exec(document.cookie)?.[1] ?? "system";

/** @param {string} value */
export async function chooseTheme(value) {
  remember("kuis_theme", value);
  dispatchEvent(new Event("themechange"));
  await keep(/** @type {Preferences} */ ({ theme: value }));
}

/** The page is drawn anew, by the server. @param {string} value */
export async function chooseLocale(value) {
  if (!(await keep(/** @type {Preferences} */ ({ locale: value })))) return; // the next page would be in the account's language again
  remember("kuis_lang", value);
  location.reload();
}

/** Whether it is kept with the account, if there is one. @param {Preferences} changes */
async function keep(changes) {
  if (!boot.user) return true;
  try {
    await api("PATCH", "/api/me/preferences", { body: changes });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401) return true; // signed out meanwhile: it is this browser's choice alone
    toast(error.message, { bad: true });
    return false;
  }
  return true;
}
