/** Shared by the pages of signing in: the form, where to go afterwards, the texts for wrong fields. */
import { Problem, api } from "../ui/api.js";
import { boot, t, tn } from "../ui/boot.js";
import { listen, render } from "../ui/html.js";
import { limits } from "../ui/limits.js";
import { readLocal, writeLocal } from "../sessions/local-store.js";
import { forgetDraftsOfOthers } from "../quizzes/editor/draft-storage.js";
import { focusProblem, problemsOf } from "../ui/fields.js";

/** The fields that have words of their own when they are wrong, with the limits that these name. @type {Record<string, Record<string, number>>} */
const FIELDS = {
  email: {},
  password: limits.Registration.password,
  full_name: limits.Registration.full_name,
  role: {},
  current_password: {},
  new_password: limits.PasswordChange.new_password,
};

/** Refusals that concern one field. @type {Record<string, string>} */
const FIELD_OF_CODE = { teacher_signup_closed: "role", email_taken: "email", wrong_password: "current_password" };

/** Where to go after signing in. An address of another site becomes the dashboard. @param {string} search */
function nextAddress(search) {
  const wanted = new URLSearchParams(search).get("next") ?? "";
  if (!URL.canParse(wanted, location.origin)) return "/dashboard";
  const address = new URL(wanted, location.origin);
  const own = wanted.startsWith("/") && address.origin === location.origin;
  return own ? address.href : "/dashboard"; // the whole address, because a path with two slashes at the start would name a host
}

/** The address of the other page, with the same `next`. @param {string} path */
export const withNext = (path) => path + location.search;

/** Goes on after signing in or registering. @param {Promise<import("../ui/api-types.js").Welcome>} welcome */
export async function enter(welcome) {
  const { user } = await welcome;
  forgetDraftsOfOthers(user.id);
}

// A room knows by this which device a player was removed from. It does not belong to the account.
const DEVICE = "kuis.device";

/** Signs out and clears this device's storage; `Clear-Site-Data` does that only over HTTPS. */
export async function leave() {
  const device = readLocal(DEVICE);
  await api("POST", "/api/auth/logout");
  try {
    localStorage.clear();
    sessionStorage.clear();
  } catch {
    // The browser forbids storage, so there is nothing to clear.
  }
  writeLocal(DEVICE, device);
  location.assign("/");
}

/** @param {string} path @param {string} code */
const wordsFor = (path, code) =>
  boot.catalogue[`error.${code}`] ?? (Object.hasOwn(FIELDS, path) ? t(`auth.wrong_${path}`, FIELDS[path]) : t("error.unknown"));

/** The problems that the browser finds in a form, in our texts. @param {HTMLFormElement} form */
export const missing = (form) =>
  Object.fromEntries(
    [...form.querySelectorAll("input")].filter((input) => !input.validity.valid).map(({ name }) => [name, wordsFor(name, "")]),
  );

/** @param {Problem} problem @returns {import("../ui/fields.js").Problems} */
export function placed(problem) {
  if (problem.code === "sign_in_guarded") return { "": tn("auth.guarded", problem.wait) };
  if (problem.code === "rate_limited" && problem.wait) return { "": tn("auth.wait", problem.wait) };
  const name = FIELD_OF_CODE[problem.code];
  return name ? { [name]: problem.message } : problemsOf(problem, wordsFor);
}

/**
 * @typedef {{ busy: boolean, shown: boolean, problems: import("../ui/fields.js").Problems, values: Record<string, string> }} FormState
 */

/**
 * A page with a single form.
 * @param {Element} root
 * @param {(state: FormState) => import("../ui/html.js").Markup} view
 * @param {(values: Record<string, string>) => Promise<unknown>} send
 * @param {() => void} [sent] by default it goes to where the visitor came from
 * @param {(problem: Problem) => import("../ui/fields.js").Problems} [place] assigns a refusal to fields
 */
export function formPage(root, view, send, sent = () => location.assign(nextAddress(location.search)), place = placed) {
  /** @type {FormState} */
  const state = { busy: false, shown: false, problems: {}, values: {} };
  const draw = () => render(root, view(state));
  listen(root, "click", {
    show: () => {
      state.shown = !state.shown;
      draw();
    },
  });
  root.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (state.busy) return;
    const form = /** @type {HTMLFormElement} */ (event.target);
    Object.assign(state, { problems: missing(form), values: Object.fromEntries(new FormData(form)) });
    if (Object.keys(state.problems).length) return refuse(state.problems);
    state.busy = true;
    draw();
    try {
      await send(state.values);
      sent();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refuse(place(error));
    }
  });
  /** @param {import("../ui/fields.js").Problems} problems */
  function refuse(problems) {
    Object.assign(state, { busy: false, problems });
    draw();
    focusProblem(root);
  }
  draw();
}
