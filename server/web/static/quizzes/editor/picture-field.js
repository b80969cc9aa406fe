/** The field for the picture of a question: an uploaded file, or an address on the web. */
import { forPhone, isUploaded } from "../../sessions/picture.js";
import { t } from "../../ui/boot.js";
import { html } from "../../ui/html.js";
import { icon } from "../../ui/icon.js";
import { limits } from "../../ui/limits.js";
import { fileButton } from "../../ui/picture-upload.js";
import { isAddress } from "./phone-preview.js";
import { saidBeside } from "./problems.js";

/** @typedef {import("./draft.js").Question} Question */
/** @typedef {{ broken: boolean, upload: import("../../ui/picture-upload.js").Upload | undefined }} State broken: the picture cannot be loaded */

/** @param {Question} question @param {import("./problems.js").Problem[]} problems @param {State} state */
export const pictureField = ({ media }, problems, { broken, upload }) => html`<details class="extra picture-field" data-key="media" ${media && "open"}>
  <summary>${icon("image")}<span>${t("editor.image")}</span></summary>
  <div class="field" data-key="field">
    ${media && isUploaded(media) ? uploaded(media, broken, upload) : empty(upload)}
    ${upload?.problem && upload.media === media && html`<p class="problem" data-key="refused" role="alert">${upload.problem}</p>`}
    ${!(media && isUploaded(media)) && address(media, broken)}${saidBeside(problems, "media")}
  </div>
</details>`;

/** @param {string} media @param {boolean} broken @param {State["upload"]} upload */
const uploaded = (media, broken, upload) => html`<div class="uploaded" data-key="uploaded">
  ${!broken && html`<img data-key="thumbnail" src="${forPhone(media)}" alt="" />`}
  <div class="tools">${chooser(t("picture.replace"), upload)}
    <button type="button" class="button small quiet danger" data-do="removePicture" data-key="remove">${icon("trash")}${t("picture.remove")}</button></div>
</div>
${broken && html`<p class="problem" data-key="gone">${t("editor.picture_gone")}</p>`}`;

/** @param {State["upload"]} upload */
const empty = (upload) => html`<div class="drop-zone" data-key="empty">${chooser(t("picture.choose"), upload)}
  <p class="hint" id="picture-hint">${t("editor.picture_hint")}</p></div>`;

/** @param {string} label @param {State["upload"]} upload */
const chooser = (label, upload) => fileButton(label, upload?.busy ?? false, { id: "picture-file", act: "pictureFile" });

/** @param {string | null} media @param {boolean} broken */
const address = (media, broken) => html`<label class="visually-hidden" for="media">${t("editor.image_address")}</label>
  <input id="media" data-do="media" type="url" inputmode="url" maxlength="${limits.QuestionInput.media.maxLength}" placeholder="https://" value="${media}" aria-describedby="media-hint media-problem">
  <p class="hint" id="media-hint">${t("editor.image_hint")}</p>
  ${media && !isAddress(media) && html`<p class="problem" data-key="invalid">${t("editor.image_invalid")}</p>`}
  ${broken && html`<p class="problem" data-key="broken">${t("editor.image_broken")}</p>`}`;
