/**
 * The homework that a signed-in student has opened here and not started. The server knows nothing of it: whoever has the code may open it.
 *
 * @typedef {{ code: string, title: string, opens_at: number, closes_at: number }} Opened
 */
import { boot } from "../ui/boot.js";
import { readLocal, writeLocal } from "../sessions/local-store.js";

const MEMORY = `kuis.homework.opened.${boot.user?.id ?? ""}`;
const MOST = 20;

/** Those whose deadline is not over, the next one first. @returns {Opened[]} */
export const opened = () => /** @type {Opened[]} */ (readLocal(MEMORY) ?? []).filter(({ closes_at }) => closes_at > Date.now()).toSorted((one, other) => one.closes_at - other.closes_at);

/** Notes it if it can still be started. @param {import("./requests.js").Summary} summary */
export function remember({ code, title, opens_at, closes_at, phase, own }) {
  forget(code);
  if (!boot.user || phase === "closed" || own?.attempts.length) return;
  writeLocal(MEMORY, [{ code, title, opens_at, closes_at }, ...opened()].slice(0, MOST));
}

/** Nothing is to be started here any more. @param {string} code */
export const forget = (code) => writeLocal(MEMORY, opened().filter((each) => each.code !== code));
