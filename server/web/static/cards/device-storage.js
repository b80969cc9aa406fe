/**
 * What a review session stores on this device, by account: the session, and the grades that are not sent yet, each under a name of its
 * own, so that two tabs cannot overwrite each other's. What the browser does not store stays in memory.
 */
import { boot } from "../ui/boot.js";

const PREFIX = "kuis.reviews.";
const OWN = `${PREFIX}${boot.user?.id ?? ""}.`;
const SESSIONS = { all: `${OWN}session`, deck: `${OWN}session-of-deck` };
const ENTRIES = `${OWN}entry.`;
const CACHES = "kuis-reviews";
const DIGITS = 9;
const FEWEST = 50; // cards and steps that fit where all of them do not

/** @type {Map<string, string>} */
const memory = new Map();

/** @param {string} name @param {unknown} value */
function write(name, value) {
  const text = JSON.stringify(value);
  memory.delete(name);
  try {
    localStorage.setItem(name, text);
  } catch {
    remove(name); // what is stored there is out of date
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
  const found = new Set(memory.keys());
  try {
    for (const name of Object.keys(localStorage)) found.add(name);
  } catch {
    // The browser forbids storage.
  }
  return [...found].filter((name) => name.startsWith(prefix)).sort();
}

/** A deck's session does not take the place of that with all cards, which an installed app opens. @param {string} scope */
const sessionOf = (scope) => (scope === "" ? SESSIONS.all : SESSIONS.deck);

/** The session as this version of the pages has stored it: another one may have another shape. @param {string} scope @returns {import("./queue.js").Session | null} */
export function storedSession(scope) {
  const { version, session } = read(sessionOf(scope)) ?? {};
  return session?.scope === scope && version === boot.version ? session : null;
}

/** @param {import("./queue.js").Session} session */
export function storeSession(session) {
  const name = sessionOf(session.scope);
  write(name, { version: boot.version, session });
  if (memory.has(name)) write(name, { version: boot.version, session: { ...session, queue: session.queue.slice(0, FEWEST), steps: session.steps.slice(-FEWEST) } });
}

/** @returns {import("./outbox.js").Entry[]} in the order of their numbers */
export function storedEntries() {
  const found = names(ENTRIES).map((name) => ({ name, entry: read(name) }));
  for (const { name, entry } of found) if (!entry?.key) remove(name); // nobody can read it
  return found.flatMap(({ entry }) => (entry?.key ? [entry] : []));
}

/** How many they are, for those who only want to know that: reading them takes long when they are many. */
export const countEntries = () => names(ENTRIES).length;

/** @param {import("./outbox.js").Entry} entry */
const nameOf = ({ number, id }) => `${ENTRIES}${String(number).padStart(DIGITS, "0")}.${id}`;

/** @param {import("./outbox.js").Entry} entry */
export function storeEntry(entry) {
  const name = nameOf(entry);
  write(name, entry);
  if (!memory.has(name)) return;
  for (const each of Object.values(SESSIONS)) remove(each); // grades matter more than sessions, which may have filled the storage
  write(name, entry);
}

/** @param {import("./outbox.js").Entry} entry */
export const forgetEntry = (entry) => remove(nameOf(entry));

/** Deletes what belongs to other accounts, after somebody has signed in on this browser. Grades wait until their account is back. @param {string} user */
export async function forgetReviewsOfOthers(user) {
  for (const name of names(PREFIX)) if (!name.startsWith(`${PREFIX}${user}.`) && !isEntry(name)) remove(name);
  await forgetPages();
}

/** @param {string} name */
const isEntry = (name) => name.split(".")[3] === "entry";

/** What other accounts have not sent yet, by name: it is not this one's to delete. @returns {[string, unknown][]} */
export const entriesOfOthers = () => names(PREFIX).filter((name) => isEntry(name) && !name.startsWith(ENTRIES)).map((name) => [name, read(name)]);

/** @param {[string, unknown][]} entries */
export const restoreEntries = (entries) => entries.forEach(([name, entry]) => write(name, entry));

/** Calls `act` when another tab has signed out, or in as somebody else: what this one shows is not theirs. @param {() => void} act */
export function whenForgotten(act) {
  addEventListener("storage", ({ key, newValue }) => (key === null || (Object.values(SESSIONS).includes(key) && newValue === null)) && act());
}

/** Deletes the page that opens without the network, which has its owner's name in it. Browsers have `caches` over HTTPS and on localhost. */
export async function forgetPages() {
  if (!("caches" in globalThis)) return;
  for (const name of await caches.keys()) if (name.startsWith(CACHES)) await caches.delete(name);
}

/** Stores pictures for when the network is away, and deletes those that are no longer needed. @param {string[]} addresses */
export async function storePictures(addresses) {
  if (!("caches" in globalThis)) return;
  const cache = await caches.open(`${CACHES}-pictures`);
  const wanted = new Set(addresses.map((each) => new URL(each, location.origin).href));
  const cached = new Set();
  for (const { url } of await cache.keys()) {
    if (wanted.has(url)) cached.add(url);
    else await cache.delete(url);
  }
  for (const url of wanted) if (!cached.has(url)) await cache.add(url).catch(() => {}); // a picture that is gone, or no network
}
