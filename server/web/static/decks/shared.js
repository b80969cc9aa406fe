/** /decks/shared/{code}: what is in a shared deck, and a button to learn it. */
import "../ui/site-switches.js";
import { api } from "../ui/api.js";
import { t, tn } from "../ui/boot.js";
import { html } from "../ui/html.js";
import { Page } from "../ui/page.js";

const path = { share_code: location.pathname.split("/")[3] ?? "" };

/** @param {import("../ui/api-types.js").SharedDeck} deck */
const view = ({ title, description, owner, note_count, question_count }) => html`<div class="wide-page decks one">
  <section class="card stack">
    <h1 dir="auto">${title}</h1>
    <p class="muted small facts"><span dir="auto">${t("decks.by", { name: owner })}</span>${(note_count > 0 || question_count === 0) && html`<span>${tn("decks.notes", note_count)}</span>`}${question_count > 0 && html`<span>${tn("decks.questions", question_count)}</span>`}</p>
    ${description && html`<p class="description" dir="auto">${description}</p>`}
    <p>${t("decks.shared_body")}</p>
    <button class="button primary large" data-do="learn">${t("decks.learn")}</button>
  </section>
</div>`;

new Page({
  load: () => api("GET", "/api/decks/shared/{share_code}", { path }),
  view,
  title: ({ title }) => title,
  actions: () => ({
    click: {
      learn: async () => {
        const { id } = await api("POST", "/api/decks/shared/{share_code}/subscription", { path });
        location.assign(`/decks/${id}`);
      },
    },
  }),
});
