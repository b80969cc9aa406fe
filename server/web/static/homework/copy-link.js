import { t } from "../ui/boot.js";
import { toast } from "../ui/toast.js";

/** Copies the link in the button's form. @param {HTMLButtonElement} button */
export function copyLink({ form }) {
  /** @type {HTMLInputElement} */ (form?.elements.namedItem("link")).select();
  document.execCommand("copy"); // over plain HTTP browsers have no other way
  toast(t("homework.copied"));
}
