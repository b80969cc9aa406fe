/** Signs out of this device. */
import { api } from "../../ui/api.js";
import { t, tn } from "../../ui/boot.js";
import { confirmed } from "../../ui/dialog.js";
import { leaveFor } from "../../ui/page.js";
import { entriesOfOthers, forgetPages, restoreEntries } from "../../cards/device-storage.js";
import { sendWaiting } from "../../cards/outbox.js";
import { readLocal, writeLocal } from "../../sessions/local-store.js";

// A room knows by this which device a player was removed from. It does not belong to the account.
const DEVICE = "kuis.device";

/** Signs out and clears this device's storage; `Clear-Site-Data` does that only over HTTPS. */
export async function signOut() {
  if (!(await mayForget(await sendWaiting()))) return;
  const device = readLocal(DEVICE);
  const others = entriesOfOthers();
  await api("POST", "/api/auth/logout");
  try {
    localStorage.clear();
    sessionStorage.clear();
  } catch {
    // The browser forbids storage, so there is nothing to clear.
  }
  writeLocal(DEVICE, device);
  restoreEntries(others);
  await forgetPages();
  await leaveFor("/");
}

/** @param {number} unsent grades that were given without the network; nobody could send them afterwards */
const mayForget = async (unsent) =>
  unsent === 0 || confirmed({ title: tn("account.unsent", unsent), body: t("account.unsent_body"), action: t("account.sign_out"), danger: true });
