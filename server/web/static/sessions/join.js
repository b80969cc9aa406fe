/** /: join by code, typed, from a link (`/?code=`) or from the QR code. */
import "../ui/site-switches.js";
import { boot, said, t } from "../ui/boot.js";
import { html, listen, render } from "../ui/html.js";
import { limits } from "../ui/limits.js";
import { shape } from "../ui/shape.js";
import { readRoom } from "./join-form.js";

const root = /** @type {HTMLElement} */ (document.getElementById("app"));
const { minLength: LENGTH, maxLength: TYPED_MAX } = limits.Room.code;
let code = clean(new URLSearchParams(location.search).get("code") ?? "");
let problem = "";
let busy = false;

/** Upper case, and only what a code can hold. @param {string} text */
function clean(text) {
  return text.toUpperCase().replace(/[^0-9A-Z]/g, "").slice(0, LENGTH);
}

/** @param {"assign" | "replace"} way a link's own page is replaced: going back must not lead here again */
async function enter(way) {
  if (busy || !code) return;
  busy = true;
  problem = "";
  draw();
  const room = code.length === LENGTH ? await readRoom(code) : { problem: "no_such_room" };
  if (!("problem" in room)) return location[way](room.mode === "live" ? `/play/${code}` : `/homework/${code}`);
  busy = false;
  problem = room.problem;
  draw();
  root.querySelector("input")?.focus();
}

function draw() {
  render(
    root,
    html`<section class="welcome">
        <div class="shapes" aria-hidden="true">${[0, 1, 2, 3, 4, 5, 6, 7].map((index) => html`<i data-choice="${index}">${shape(index)}</i>`)}</div>
        <h1>${t("join.title")}</h1>
        <p class="lead muted">${t("join.lead")}</p>
        <form data-do="enter" class="code-form" novalidate>
          <label for="code" class="visually-hidden">${t("join.code")}</label>
          <input id="code" name="code" class="code-input figures" data-do="code" value="${code}" placeholder="${t("join.placeholder")}" maxlength="${TYPED_MAX}"
            autocomplete="off" autocapitalize="characters" autocorrect="off" spellcheck="false" inputmode="text" enterkeyhint="go" autofocus
            ${problem ? html`aria-invalid="true"` : ""} aria-describedby="code-problem" />
          <button class="button primary large" ${busy ? html`aria-disabled="true"` : ""}>${busy ? t("join.looking") : t("join.enter")}</button>
          <p id="code-problem" class="problem" role="alert">${problem ? said(problem) : ""}</p>
        </form>
      </section>
      <section class="for-teachers">
        <h2>${t("join.teachers")}</h2>
        <ol class="how">
          <li><b>1</b><span>${t("join.how_write")}</span></li>
          <li><b>2</b><span>${t("join.how_open")}</span></li>
          <li><b>3</b><span>${t("join.how_read")}</span></li>
        </ol>
        <p class="row">${boot.user ? html`<a class="button" href="/dashboard">${t("join.to_quizzes")}</a>` : html`<a class="button" href="/register">${t("join.host")}</a><a class="button quiet" href="/sign-in?next=/dashboard">${t("common.sign_in")}</a>`}</p>
      </section>`,
  );
}

listen(root, "input", {
  code: (input) => {
    const next = clean(input.value);
    if (input.value !== next) input.value = next;
    [code, problem] = [next, ""];
  },
});
listen(root, "submit", {
  enter: (element, event) => {
    event.preventDefault();
    code = clean(String(new FormData(element).get("code")));
    void enter("assign");
  },
});

draw();
void enter("replace");
