import { t } from "./boot.js";
import { toast } from "./toast.js";

/** Copies the link in the button's form. @param {HTMLButtonElement} button */
export function copyLink({ form }) {
  /** @type {HTMLInputElement} */ (form?.elements.namedItem("link")).select();
  document.execCommand("copy"); // over plain HTTP browsers have no other way
  toast(t("common.link_copied"));
}
