/** Starts the service worker. Browsers have them over HTTPS and on localhost only; the page works without. */

const ADDRESS = "/reviews/sw.js";

export async function startServiceWorker() {
  if (!("serviceWorker" in navigator)) return;
  // In browsers with Trusted Types, this policy allows no other script.
  const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("kuis-reviews", { createScriptURL: () => ADDRESS });
  try {
    await navigator.serviceWorker.register(policy ? policy.createScriptURL("") : ADDRESS, { scope: "/reviews" });
  } catch {
    // The browser does not want it, as in a private window.
  }
}
