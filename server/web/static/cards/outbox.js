/**
 * Grades and undos that the server does not have yet. They are kept on this device until it has answered, and are sent one after
 * the other in their order. Each has a key of its own, by which the server knows one that it has already stored.
 *
 * @typedef {import("./requests.js").Rating} Rating
 * @typedef {{
 *   id: string, number: number, kind: "grade" | "undo", key: string, card: string, title: string, rating: Rating, version: number, after: string | null,
 *   took_ms: number, response: unknown, at: number, is_cram: boolean, is_tried: boolean,
 * }} Entry `after`: the entry whose answer has the card's version; `is_tried`: the server may have it; `at`: when it was made
 * @typedef {object} Owner
 * @property {(entry: Entry) => Promise<import("./requests.js").Graded>} send
 * @property {(entry: Entry, answer: import("./requests.js").Graded) => void} confirmed
 * @property {(entry: Entry, ids: string[], problem: Problem) => Promise<void>} refused
 * @property {(state: "sent" | "offline" | "busy" | "signed_out") => void} rested called when there is nothing more to send for now
 */
import { Problem } from "../ui/api.js";
import { isAway, isBusy, send } from "./requests.js";
import { countEntries, forgetEntry, storeEntry, storedEntries } from "./device-storage.js";

const RETRY_MS = 2000;
const LONGEST_RETRY_MS = 60_000;

export class Outbox {
  #retry = 0;
  #failures = 0;
  #heldUntil = 0; // the server asked to send nothing before
  /** @type {Promise<void> | null} */
  #running = null;

  /** @param {Owner} owner */
  constructor(owner) {
    this.owner = owner;
  }

  /** @returns {Entry[]} in the order in which they are sent */
  get entries() {
    return storedEntries();
  }

  get size() {
    return countEntries();
  }

  /** @param {Omit<Entry, "number" | "is_tried">} made */
  add(made) {
    storeEntry({ ...made, number: (this.entries.at(-1)?.number ?? 0) + 1, is_tried: false });
    void this.send();
  }

  /** Takes an entry back, if the server cannot have it. @param {string} id @returns {boolean} whether it will never be sent */
  withdraw(id) {
    const entry = this.entries.find((each) => each.id === id);
    if (!entry || entry.is_tried) return false;
    forgetEntry(entry);
    return true;
  }

  /** Sends all that there is; resolves when there is nothing more to send for now. @returns {Promise<void>} */
  send() {
    this.#running ??= this.#run().finally(() => (this.#running = null));
    return this.#running;
  }

  /** Tries no more. */
  stop() {
    clearTimeout(this.#retry);
  }

  async #run() {
    clearTimeout(this.#retry);
    if (this.size === 0 && this.#failures === 0) return; // after a failure, another tab may have sent everything
    const held = this.#heldUntil - Date.now();
    if (held > 0 && this.size > 0) return this.#pause(held, "busy");
    for (let entry = this.entries[0]; entry; entry = this.entries[0]) {
      storeEntry({ ...entry, is_tried: true });
      try {
        const answer = await this.owner.send(entry);
        this.#failures = 0;
        this.#settle(entry, answer.card.version);
        this.owner.confirmed(entry, answer);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (await this.#failed(entry, error)) return;
      }
    }
    this.#failures = 0;
    this.owner.rested("sent");
  }

  /** @param {Entry} entry @param {Problem} problem @returns {Promise<boolean>} whether to stop for now */
  async #failed(entry, problem) {
    if (problem.status === 401) {
      this.owner.rested("signed_out");
      return true;
    }
    if (isAway(problem)) {
      this.#failures += 1;
      const wait = Math.min(RETRY_MS * 2 ** (this.#failures - 1), LONGEST_RETRY_MS);
      this.#heldUntil = Date.now() + problem.wait * 1000;
      this.#pause(Math.max(problem.wait * 1000, wait), isBusy(problem) ? "busy" : "offline");
      return true;
    }
    await this.owner.refused(entry, this.#drop(entry), problem);
    return false;
  }

  /** @param {number} ms @param {"offline" | "busy"} why */
  #pause(ms, why) {
    this.#retry = setTimeout(() => this.send(), ms);
    this.owner.rested(why);
  }

  /** The entry has arrived, and the next one about its card goes by the new version. @param {Entry} entry @param {number} version */
  #settle(entry, version) {
    forgetEntry(entry);
    for (const each of this.entries) if (each.after === entry.id) storeEntry({ ...each, version, after: null });
  }

  /** Forgets an entry and all that was built on it. @param {Entry} entry @returns {string[]} their ids */
  #drop(entry) {
    const gone = [entry.id];
    for (const each of this.entries) {
      const isBuiltOnIt = (each.after !== null && gone.includes(each.after)) || (each.kind === "undo" && gone.includes(each.key));
      if (isBuiltOnIt && each.id !== entry.id) gone.push(each.id);
      if (gone.includes(each.id)) forgetEntry(each);
    }
    return gone;
  }
}

/** Sends what waits on this device, before a sign-out deletes it. @returns {Promise<number>} how many grades could not be sent */
export async function sendWaiting() {
  const outbox = new Outbox({ send, confirmed: () => {}, refused: async () => {}, rested: () => {} });
  await outbox.send();
  outbox.stop();
  return outbox.size;
}
