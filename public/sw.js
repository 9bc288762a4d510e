// The service worker: one build, kept whole, opened without a network.
//
// `cargo xtask dist-assets` fills in the three constants. A build is precached as one
// set: every file is fetched with the hash that the list gives, so a set that a server
// switched in the middle fails as a whole and is tried again later. A new version waits
// until a page says so, because a page with a draft or a running write must not lose its
// code. Nothing below /api/ is ever answered from here.
//
// It never looks into a response and never builds one: the stored `Response` itself goes
// back, which lets browsers reuse the wasm that they compiled before.

const BUILD = "__BUILD__";
const FILES = [/*__FILES__*/];
// A withdrawn worker deletes its caches and itself: the switch for a build that harms.
const WITHDRAWN = false /*__WITHDRAWN__*/;

const PREFIX = "baton-";
const CACHE = PREFIX + BUILD;
const PAGE = "/index.html";
const PATHS = new Set(FILES.map(([path]) => path));
// Names with a hash never change their content, so the browser's own cache may answer.
const HASHED = /-[0-9a-f]{12,16}[._]/;
const SERVERS_OWN = ["/api/", "/healthz", "/readyz", "/lan"];

self.addEventListener("install", (event) => {
  if (WITHDRAWN) {
    self.skipWaiting();
    return;
  }
  event.waitUntil(Promise.all([bypass(event), precache()]));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(WITHDRAWN ? withdraw() : takeOver());
});

self.addEventListener("message", (event) => {
  const kind = event.data && event.data.type;
  if (kind === "skip-waiting") self.skipWaiting();
  if (kind === "kill") event.waitUntil(withdraw());
  if (kind === "build" && event.ports[0]) event.ports[0].postMessage(BUILD);
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (WITHDRAWN || request.method !== "GET") return;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (SERVERS_OWN.some((start) => url.pathname.startsWith(start))) return;
  if (PATHS.has(url.pathname)) {
    event.respondWith(stored(url.pathname, request));
  } else if (request.mode === "navigate") {
    event.respondWith(stored(PAGE, request));
  }
});

// Where the browser can, it sends what is the server's own past this worker: it need not start
// for that, and is not kept busy, which would keep the next version from taking over.
async function bypass(event) {
  if (!event.addRoutes) return;
  const route = (start) => ({ condition: { urlPattern: start + "*" }, source: "network" });
  await event.addRoutes(SERVERS_OWN.map(route)).catch(() => {});
}

async function precache() {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(
      FILES.map(async ([path, integrity]) => {
        const mode = HASHED.test(path) ? "default" : "no-cache";
        const response = await fetch(new Request(path, { cache: mode, integrity }));
        if (!response.ok) throw new Error(`${path}: ${response.status}`);
        await cache.put(path, response);
      }),
    );
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

async function stored(path, request) {
  const cache = await caches.open(CACHE);
  // A cache that the browser emptied is a reason to ask the server, never to fail.
  return (await cache.match(path)) || fetch(request);
}

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  // The very first visit is served without a reload, too.
  await self.clients.claim();
}

async function withdraw() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX)) await caches.delete(name);
  }
  await self.registration.unregister();
  for (const client of await self.clients.matchAll({ type: "window" })) {
    client.navigate(client.url).catch(() => {});
  }
}
