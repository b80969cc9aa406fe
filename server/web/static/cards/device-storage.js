/**
 * What a review session keeps on this device, by account: the queue, and the grades that are not sent yet, each under a name of its
 * own, so that two tabs cannot overwrite each other's. What the browser does not store stays in memory.
 */
import { boot } from "../ui/boot.js";

const PREFIX = "kuis.reviews.";
const OWN = `${PREFIX}${boot.user?.id ?? ""}.`;
const SESSION = `${OWN}session`;
const ENTRIES = `${OWN}entry.`;
const CACHES = "kuis-reviews";
const DIGITS = 9;

/** @type {Map<string, string>} */
const memory = new Map();

/** @param {string} name @param {unknown} value */
function write(name, value) {
  const text = JSON.stringify(value);
  memory.delete(name);
  try {
    localStorage.setItem(name, text);
  } catch {
    memory.set(name, text); // storage is forbidden or full
  }
}

/** @param {string} name @returns {any} */
function read(name) {
  try {
    return JSON.parse(memory.get(name) ?? localStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} name */
function remove(name) {
  memory.delete(name);
  try {
    localStorage.removeItem(name);
  } catch {
    // Nothing was stored there.
  }
}

/** @param {string} prefix */
function names(prefix) {
  const found = [...memory.keys()];
  try {
    found.push(...Object.keys(localStorage));
  } catch {
    // The browser forbids storage.
  }
  return found.filter((name) => name.startsWith(prefix)).sort();
}

/** @returns {import("./queue.js").Session | null} */
export const keptSession = () => read(SESSION);

/** @param {import("./queue.js").Session} session */
export const keepSession = (session) => write(SESSION, session);

/** @returns {import("./outbox.js").Entry[]} in the order of their numbers */
export const keptEntries = () => names(ENTRIES).map(read).filter(Boolean);

/** @param {import("./outbox.js").Entry} entry */
const nameOf = ({ number, id }) => `${ENTRIES}${String(number).padStart(DIGITS, "0")}.${id}`;

/** @param {import("./outbox.js").Entry} entry */
export const keepEntry = (entry) => write(nameOf(entry), entry);

/** @param {import("./outbox.js").Entry} entry */
export const forgetEntry = (entry) => remove(nameOf(entry));

/** Deletes what belongs to other accounts, after somebody has signed in on this browser. @param {string} user */
export async function forgetReviewsOfOthers(user) {
  for (const name of names(PREFIX)) if (!name.startsWith(`${PREFIX}${user}.`)) remove(name);
  await forgetPages();
}

/** Deletes the page that opens without the network, which has its owner's name in it. Browsers have `caches` over HTTPS and on localhost. */
export async function forgetPages() {
  if (!("caches" in globalThis)) return;
  for (const name of await caches.keys()) if (name.startsWith(CACHES)) await caches.delete(name);
}

/** Keeps pictures for when the network is away, and deletes those that are no longer needed. @param {string[]} addresses */
export async function keepPictures(addresses) {
  if (!("caches" in globalThis)) return;
  const cache = await caches.open(`${CACHES}-pictures`);
  const wanted = new Set(addresses.map((each) => new URL(each, location.origin).href));
  const kept = new Set();
  for (const { url } of await cache.keys()) {
    if (wanted.has(url)) kept.add(url);
    else await cache.delete(url);
  }
  for (const url of wanted) if (!kept.has(url)) await cache.add(url).catch(() => {}); // a picture that is gone, or no network
}
