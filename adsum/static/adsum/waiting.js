"use strict";
// Tells how many check-ins wait on this device and when each was made, sends them, and keeps the app on the phone.
self.adsumWaiting = (() => {
  const box = document.getElementById("waiting"), outbox = self.adsumOutbox;
  const words = (key) => box.getAttribute("data-" + key);
  const made = (at) => new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });

  const line = (row) => {
    const item = document.createElement("li"), says = document.createElement("span");
    says.textContent = words(row.page ? "arrived" : row.refused ? "refused" : "kept").replace("{time}", made(row.at));
    if (row.page && box.dataset.signedIn) {
      const link = document.createElement("a");
      link.href = row.page;
      link.textContent = words("see");
      says.append(document.createElement("br"), link);
    }
    item.append(box.querySelector("template." + (row.page ? "done" : "waits")).content.cloneNode(true), says);
    return item;
  };
  const show = async () => {
    const rows = (await outbox.all()).sort((a, b) => a.at - b.at), waiting = rows.filter((row) => !row.page).length;
    box.hidden = !rows.length;
    box.querySelector("h2").textContent = !waiting ? words("none") : waiting === 1 ? words("one") : words("many").replace("{count}", waiting);
    box.querySelector("ul").replaceChildren(...rows.map(line));
    return rows;
  };
  const send = async () => {
    const before = await show(), wait = navigator.onLine && before.some((row) => !row.page);
    const rows = wait ? await outbox.flush() : before;
    for (const row of before) if (row.page) await outbox.drop(row.key);
    if (wait) await show();
    document.dispatchEvent(new CustomEvent("adsum-sent", { detail: rows }));
  };
  // While this page is open it tries by itself, less and less often: a service that was down gives no sign of its return.
  let pause = 0;
  const again = async () => {
    await send().catch(() => {});
    pause = await outbox.waits() ? Math.min(pause * 2, 120000) : 0;
    if (pause) setTimeout(again, pause);
  };
  const wantSync = async () => {
    const worker = await navigator.serviceWorker.ready;
    if (worker.sync) await worker.sync.register("adsum-outbox");
  };
  const kept = async () => {
    await show();
    if (!pause) setTimeout(again, pause = 4000);
    await wantSync().catch(() => {});
  };

  // Signed out: what could be read is gone, what was locked stays until it has arrived.
  const forget = async () => {
    sessionStorage.clear();
    if (self.caches) await caches.delete("adsum-mine");
    for (const row of await outbox.all()) if (row.page) await outbox.drop(row.key);
  };
  const live = async () => {
    if (!navigator.serviceWorker) return;
    await navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    active.postMessage({ language: document.documentElement.lang, signedIn: Boolean(box.dataset.signedIn) });
  };

  if (box.dataset.forget) forget();
  for (const leave of document.querySelectorAll("form[action='/sign-out/']")) leave.addEventListener("submit", forget);
  window.addEventListener("online", send);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
  send().catch(() => {});
  window.addEventListener("load", () => live().catch(() => {}));
  return { kept };
})();
