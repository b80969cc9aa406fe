/**
 * The data that the server put into the page, and its texts.
 *
 *     t("play.place", { place: 3 })     tn("play.players", count)   // keys play.players.one and .other, {n} inside
 *
 * @typedef {Pick<import("./api-types.js").Account, "id" | "full_name" | "role">} User
 * @typedef {{ locale: string, catalogue: Record<string, string>, user: User | null, time_zone?: string | null, cards_from_answers?: boolean, version: string, page: string, join?: Join }} Boot
 * @typedef {{ at: string, url: string, reachable: boolean }} Join the address where players join, as it is typed and in full, and whether phones can reach it
 */
import { limits } from "./limits.js";

/** @type {Boot} */
export const boot = JSON.parse(document.getElementById("boot")?.textContent ?? "{}");

const plural = new Intl.PluralRules(boot.locale);
const figures = new Intl.NumberFormat(boot.locale);

/** @param {number} value */
export const number = (value) => figures.format(value);

/** @param {string} key @param {Record<string, string | number>} [values] */
export function t(key, values = {}) {
  const text = boot.catalogue[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : (value ?? whole);
  });
}

/** @param {string} key @param {number} n @param {Record<string, string | number>} [values] */
export const tn = (key, n, values = {}) => t(`${key}.${plural.select(n) === "one" ? "one" : "other"}`, { n, ...values });

/** Values for the texts of some error codes. @type {Record<string, Record<string, number>>} */
const LIMITS = { nickname_invalid: { n: limits.Join.nickname.maxLength } };

/** The text for an error code. @param {string} code */
export const said = (code) => (`error.${code}` in boot.catalogue ? t(`error.${code}`, LIMITS[code]) : t("error.unknown"));

/** @param {string} name @param {string} value */
export function remember(name, value) {
  document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax`;
}

// Browsers keep a left page as it was for Back, which may be somebody's who has signed out since, or a form that is still being sent.
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
