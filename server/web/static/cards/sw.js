/**
 * The service worker of /reviews, and of no other page: opens the page without the network. It caches the page's HTML with all files
 * that it names; these have the version in their address, so what fits together stays together. Requests to the API are not touched.
 */
const PAGE = "/reviews";
const SHELL = "kuis-reviews-shell";
const PATIENCE_MS = 4000;
const FILES = /(?:src|href)="(\/static\/[^"]+)"/g;
const IGNORING = { ignoreSearch: true, ignoreVary: true };

const worker = /** @type {any} */ (globalThis); // a ServiceWorkerGlobalScope, which has no types beside those of pages

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(fetch(PAGE).then(store).catch(() => {})); // without a network, the next visit caches it
  worker.skipWaiting();
});

worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === PAGE) event.respondWith(page(event));
  else if (/^\/(static|pictures)\//.test(pathname)) event.respondWith(file(request));
});

/** Only the page itself is cached, not the sign-in page to which it may lead. @param {Response} response */
const isPage = (response) => response.ok && !response.redirected && response.type === "basic";

/** Whether a file is of the version in its address. While a server is being replaced, the other one may have answered. @param {Response} response */
const isOfItsVersion = ({ ok, headers }) => ok && headers.get("Cache-Control")?.includes("immutable");

/** @param {Response} response @returns {Promise<boolean>} whether it has other files than the page that was cached before */
async function store(response) {
  if (!isPage(response)) return false;
  const html = await response.clone().text();
  const wanted = [...new Set([...html.matchAll(FILES)].map((match) => match[1] ?? ""))];
  const cache = await caches.open(SHELL);
  const cached = new Map((await cache.keys()).map((request) => [new URL(request.url).pathname, request]));
  const others = wanted.filter((path) => !cached.has(path));
  const files = await Promise.all(others.map(async (path) => /** @type {const} */ ([path, await fetch(path)])));
  if (!files.every(([, file]) => isOfItsVersion(file))) return false;
  await Promise.all(files.map(([path, file]) => cache.put(path, file)));
  await cache.put(PAGE, response);
  if (others.length > 0) return true; // the files of the page before go at the next visit: it may still be loading them
  for (const [path, request] of cached) if (path !== PAGE && !wanted.includes(path)) await cache.delete(request);
  return false;
}

/** The page from the network; if that fails or takes long, as it was cached. Then it hears when the server has a newer one. @param {any} event @returns {Promise<Response>} */
async function page(event) {
  const asked = fetch(event.request);
  const copy = asked.then((response) => response.clone());
  const cached = caches.open(SHELL).then((cache) => cache.match(PAGE, IGNORING));
  const isOutdated = Promise.all([copy, cached]).then(([response]) => store(response)).catch(() => false);
  event.waitUntil(isOutdated);
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS)).then(() => cached);
  const shown = (await Promise.race([asked.catch(() => cached), late])) ?? (await asked);
  if (shown === (await cached)) event.waitUntil(isOutdated.then((newer) => newer && tell(event.resultingClientId)));
  return shown;
}

/** @param {string} id */
const tell = async (id) => (await worker.clients.get(id))?.postMessage("outdated");

/** @param {Request} request @returns {Promise<Response>} */
const file = async (request) => (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
