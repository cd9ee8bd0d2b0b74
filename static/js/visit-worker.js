/* Keeps the page of one site visit, so that it opens where there is no network. It lies beside that page and so can
   have no other one in its scope. It keeps the page and the files the page is made of, and nothing else; whoever is
   signed out, or no longer writes the record, has nothing kept. See docs/decisions/0023. */
"use strict";

const PAGE = new URL(self.registration.scope).pathname;
const KEPT = `visit:${PAGE}`;
const LASTS = 12 * 60 * 60 * 1000; // milliseconds: a day's work
const KEPT_AT = "X-Kept-At";
const FORM = 'id="visit"'; // the page has it as long as the record may be written

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keep(event.data.files)));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (address.pathname === PAGE) event.respondWith(page(request));
  } else if (["script", "style", "image"].includes(request.destination) && !address.pathname.startsWith(PAGE)) {
    event.respondWith(file(request));
  }
});

async function page(request) {
  let answer;
  try {
    answer = await fetch(request);
  } catch (trouble) {
    const kept = await keptPage();
    if (kept) return kept;
    throw trouble;
  }
  if (answer.status < 500) await take(answer.clone());
  return answer;
}

async function keep(files) {
  try {
    await take(await fetch(PAGE, { credentials: "same-origin", redirect: "manual" }));
    const kept = await caches.open(KEPT);
    if (await kept.match(PAGE)) await kept.addAll(files.filter((href) => new URL(href).origin === self.location.origin));
  } catch {
    /* Without a network what was kept before stays. */
  }
}

/* The page as it came, or nothing any more. */
async function take(answer) {
  const text = answer.status === 200 && !answer.redirected ? await answer.text() : "";
  if (!text.includes(FORM)) return forget();
  const headers = new Headers(answer.headers);
  headers.set(KEPT_AT, String(Date.now()));
  headers.delete("Content-Encoding");
  await (await caches.open(KEPT)).put(PAGE, new Response(text, { headers }));
}

async function keptPage() {
  const kept = await caches.match(PAGE, { cacheName: KEPT });
  if (!kept) return null;
  if (Date.now() - Number(kept.headers.get(KEPT_AT)) <= LASTS) return kept;
  await forget();
  return null;
}

async function file(request) {
  try {
    return await fetch(request);
  } catch (trouble) {
    const kept = await caches.match(request, { cacheName: KEPT });
    if (kept) return kept;
    throw trouble;
  }
}

async function forget() {
  await caches.delete(KEPT);
  await self.registration.unregister();
}
