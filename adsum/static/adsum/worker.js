"use strict";
// The service worker, after VERSION and FILES. Pages come from the network; without one, the check-in form as it was
// last given (never after a sign-out, or to whose turn it is next on a shared phone), or a page that says so.
const OURS = "adsum-files-" + VERSION, MINE = "adsum-mine", FORM = "/check-in/", OFFLINE = "/offline/";
const SOMEBODY_ELSE = ["/who/", "/start/", "/come-back/"];
const DAY_MS = 86400000;

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const files = await caches.open(OURS);
  await files.addAll([...FILES, OFFLINE]);
  await self.skipWaiting();
})()));
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith("adsum-files-") && name !== OURS);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
  // The form that was kept asks for files that are gone now.
  if (old.length && await caches.match(FORM, { cacheName: MINE })) await fetch(FORM).then(keepForm).catch(() => {});
})()));

// The pass in its head says that the form is ours; the time is what the device's clock said when it came.
const keepForm = async (answer) => {
  if (!answer.ok || answer.redirected || !answer.headers.get("Adsum-Pass")) return;
  const headers = new Headers(answer.headers);
  for (const ofTheWire of ["Content-Encoding", "Content-Length"]) headers.delete(ofTheWire);
  headers.set("Adsum-Opened-At", new Date().toISOString());
  const copy = new Response(await answer.blob(), { headers });
  await (await caches.open(MINE)).put(FORM, copy);
};
const page = async (event, path) => {
  try {
    const answer = await fetch(event.request);
    if (path === FORM) event.waitUntil(keepForm(answer.clone()));
    return answer;
  } catch {
    const kept = path === FORM && await caches.match(FORM, { cacheName: MINE });
    if (kept) await (await caches.open(MINE)).put("/unopened/", new Response(new Date().toISOString()));
    return kept || await caches.match(OFFLINE) || Response.error();
  }
};
// Signed out: nothing is pushed here any more, and what is shown already goes.
const hush = async () => {
  for (const shown of await self.registration.getNotifications?.() || []) shown.close();
  const pushes = await self.registration.pushManager?.getSubscription();
  if (pushes) await pushes.unsubscribe();
};
self.addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST" && pathname === "/sign-out/") event.waitUntil(Promise.all([caches.delete(MINE), hush()]));
  if (request.method === "POST" && navigator.onLine && SOMEBODY_ELSE.some((path) => pathname.startsWith(path))) {
    event.waitUntil(caches.delete(MINE));
  }
  if (request.method !== "GET" || pathname.startsWith("/console/")) return;
  if (request.mode === "navigate") event.respondWith(page(event, pathname));
  else if (FILES.includes(pathname)) event.respondWith(caches.match(pathname).then((kept) => kept || fetch(request)));
});

// A page says its language, and whether somebody is signed in: then the form is kept before it is needed.
const keepUp = async ({ language, signedIn }) => {
  const offline = await caches.match(OFFLINE);
  const files = await caches.open(OURS);
  if (!offline || offline.headers.get("Content-Language") !== language) await files.add(OFFLINE);
  if (signedIn) {
    const form = await caches.match(FORM, { cacheName: MINE });
    const since = form ? Date.now() - Date.parse(form.headers.get("Adsum-Opened-At")) : DAY_MS;
    const fits = form && form.headers.get("Content-Language") === language && since >= 0 && since < DAY_MS;
    if (!fits) await keepForm(await fetch(FORM));
  }
};
self.addEventListener("message", (event) => event.waitUntil(keepUp(event.data).catch(() => {})));
self.addEventListener("sync", (event) => {
  if (event.tag === "adsum-outbox") event.waitUntil((async () => {
    await self.adsumOutbox.flush();
    if (await self.adsumOutbox.waits()) throw new Error("some still wait");
  })());
});

// Browsers want each push shown, whatever it holds. What it is about stands behind the sign-in only.
self.addEventListener("push", (event) => {
  let said = {};
  try { said = event.data.json(); } catch { /* No words came along. */ }
  event.waitUntil(self.registration.showNotification(said.title || "Adsum", {
    body: said.body || "", lang: said.language || "", dir: "auto", tag: "adsum", renotify: true,
  }));
});
// The browser changes where its pushes go: the server learns it from who knows the old place, without a page.
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil((async () => {
  const old = event.oldSubscription;
  if (!old) return;
  const applicationServerKey = old.options.applicationServerKey;
  const next = event.newSubscription
    || await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  const body = JSON.stringify({ before: old.endpoint, endpoint: next.endpoint, ...next.toJSON().keys });
  await fetch("/my-reminders/phone/renewal/", { method: "POST", headers: { "Content-Type": "application/json" }, body });
})()));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil((async () => {
    const pages = await self.clients.matchAll({ type: "window" });
    const home = pages.find((page) => new URL(page.url).pathname === "/home/");
    return home ? home.focus() : self.clients.openWindow("/home/");
  })());
});
