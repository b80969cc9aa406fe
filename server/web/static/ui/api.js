/**
 * Calls the JSON API. A refusal is thrown as a Problem with the server's stable code, a lost network with the code "offline".
 * The parameters and responses of each route are in api-types.d.ts, which is generated from the server's structs.
 *
 *     const quiz = await api("GET", "/api/quizzes/{quiz_id}", { path: { quiz_id: id } });
 *     const list = await api("GET", "/api/quizzes", { query: { page: 2 } });
 *     await api("PATCH", "/api/quizzes/{quiz_id}", { path: { quiz_id: id }, body: { title } });
 */
import { boot, said } from "./boot.js";

export class Problem extends Error {
  /**
   * @param {number} status
   * @param {Partial<import("./api-types.js").Problem>} body
   * @param {number} wait seconds to wait before a retry, or 0 if unknown
   */
  constructor(status, body, wait = 0) {
    super(said(body.code ?? "unknown"));
    this.status = status;
    this.code = body.code ?? "unknown";
    this.detail = body.detail ?? "";
    this.errors = body.errors ?? [];
    this.wait = wait;
  }
}

/** @typedef {string | number | boolean | null} Parameter */
/** @typedef {{ path?: Record<string, string>, query?: Record<string, Parameter | Parameter[]>, body?: unknown }} Given */

/** @type {import("./api-types.js").Api} */
export const api = (method, path, ...[given]) => {
  const { body, ...where } = /** @type {Given} */ (given ?? {});
  return request(method, address(path, where), body);
};

/** @param {string} method @param {string} url @param {unknown} [body] @param {Record<string, string>} [more] further headers @returns {Promise<any>} */
export async function request(method, url, body, more) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json", ...(boot.user && { "Kuis-Account": boot.user.id }), ...more };
  const isFile = body instanceof Blob || body instanceof FormData; // whose type the browser says
  if (body !== undefined && !isFile) headers["Content-Type"] = "application/json";
  const sent = body === undefined ? null : isFile ? body : JSON.stringify(body);
  const response = await fetch(url, { method, headers, body: sent }).catch(lost);
  const answer = parsed(await response.text().catch(lost));
  if (!response.ok) throw new Problem(response.status, answer ?? {}, Number(response.headers.get("Retry-After")) || 0);
  return answer === undefined ? lost() : answer; // the sign-in page of a network, for example
}

/** @returns {never} */
function lost() {
  throw new Problem(0, { code: "offline" });
}

/** @param {string} text @returns {any} null for an empty one, undefined for one that is no JSON */
function parsed(text) {
  try {
    return JSON.parse(text || "null");
  } catch {
    return undefined;
  }
}

/** The path with its parameters filled in. @param {string} template @param {Given} given */
export function address(template, { path = {}, query = {} }) {
  const filled = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(path[name] ?? ""));
  const asked = Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]));
  return asked.length ? `${filled}?${new URLSearchParams(asked)}` : filled;
}
