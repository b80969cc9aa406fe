/**
 * JSON over HTTP. A refusal is thrown as a Problem with the server's stable code; no network is the code "offline".
 *
 *     const quiz = await api("GET", `/api/quizzes/${id}`);
 *     await api("PATCH", `/api/quizzes/${id}`, { title });
 */
import { said } from "./boot.js";

export class Problem extends Error {
  /**
   * @param {number} status
   * @param {{ code?: string, detail?: string, errors?: { path: string, code: string, message: string }[] }} body
   * @param {number} wait seconds after which it makes sense again, if that is known; else 0
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

/** @param {string} method @param {string} path @param {unknown} [body] @returns {Promise<any>} */
export async function api(method, path, body) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) }).catch(() => {
    throw new Problem(0, { code: "offline" });
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Problem(response.status, answer ?? {}, Number(response.headers.get("Retry-After")));
  return answer;
}
