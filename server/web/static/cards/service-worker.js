/** Starts the service worker. Browsers have them over HTTPS and on localhost only; the page works without. */

const ADDRESS = "/reviews/sw.js";

/** @param {() => void} outdated called if this page came from the service worker, and the server has a newer one */
export async function startServiceWorker(outdated) {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", outdated);
  navigator.serviceWorker.startMessages();
  // In browsers with Trusted Types, this policy allows no other script.
  const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("kuis-reviews", { createScriptURL: () => ADDRESS });
  try {
    await navigator.serviceWorker.register(policy ? policy.createScriptURL("") : ADDRESS, { scope: "/reviews" });
  } catch {
    // The browser does not want it, as in a private window.
  }
}
