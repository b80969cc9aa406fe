/** Shared by the pages of signing in: a page with a form, where to go afterwards, the texts for wrong fields. */
import { boot, t, tn } from "../ui/boot.js";
import { problemsOf } from "../ui/fields.js";
import { Form } from "../ui/form.js";
import { limits } from "../ui/limits.js";
import { Page } from "../ui/page.js";
import { forgetDraftsOfOthers } from "../quizzes/editor/draft-storage.js";
import { forgetReviewsOfOthers } from "../cards/device-storage.js";

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

/** Goes on after signing in or registering, to where the visitor came from. @param {Promise<import("../ui/api-types.js").Welcome>} welcome */
export async function enter(welcome) {
  const { user } = await welcome;
  forgetDraftsOfOthers(user.id);
  await forgetReviewsOfOthers(user.id);
  location.assign(nextAddress(location.search));
}

/** @param {string} path @param {string} code */
const wordsFor = (path, code) =>
  boot.catalogue[`error.${code}`] ?? (Object.hasOwn(FIELDS, path) ? t(`auth.wrong_${path}`, FIELDS[path]) : t("error.unknown"));

/** The text for an invalid field. @param {string} name */
export const wrong = (name) => wordsFor(name, "");

/** Assigns a refusal to fields. @param {import("../ui/api.js").Problem} problem @returns {import("../ui/fields.js").Problems} */
export function placed(problem) {
  if (problem.code === "sign_in_guarded") return { "": tn("auth.guarded", problem.wait) };
  if (problem.code === "rate_limited" && problem.wait) return { "": tn("auth.wait", problem.wait) };
  const name = FIELD_OF_CODE[problem.code];
  return name ? { [name]: problem.message } : problemsOf(problem, wordsFor);
}

/**
 * A page with a single form, `<form data-do="send">`.
 * @param {object} options
 * @param {() => Promise<unknown>} [options.load] runs before the form is shown
 * @param {(form: Form) => import("../ui/html.js").Markup} options.view
 * @param {(values: Record<string, string>) => Promise<unknown>} options.send
 * @param {typeof placed} [options.place] assigns a refusal to fields
 */
export function formPage({ load = async () => {}, view, send, place = placed }) {
  const form = new Form({ send, wrong, placed: place, draw: () => page.draw() });
  const page = new Page({
    load: () => load().then(() => form),
    view,
    actions: () => ({ click: { show: () => form.show() }, submit: { send: (element) => form.submit(element) } }),
  });
}
