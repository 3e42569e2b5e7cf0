"use strict";
// A tablet in an office: who sits still for too long is signed out, and the way in forgets what pages kept in the browser.
(() => {
  const here = document.getElementById("kiosk");
  if (!here) return;
  const { to, seconds } = here.dataset;
  const leave = () => location.replace(to);
  const atTheStart = location.pathname === to;
  let touched = document.querySelector("[role=alert]") !== null;
  let alarm = setTimeout(() => { if (!atTheStart || touched) leave(); }, seconds * 1000);
  const stir = () => {
    touched = true;
    clearTimeout(alarm);
    alarm = setTimeout(leave, seconds * 1000);
  };
  for (const kind of ["pointerdown", "keydown", "input", "scroll", "touchmove"]) addEventListener(kind, stir, { passive: true });
  addEventListener("pageshow", (event) => { if (event.persisted) leave(); });
  // The answer's Clear-Site-Data says the same; not every browser heeds it.
  const wipe = async () => {
    sessionStorage.clear();
    localStorage.clear();
    const bases = indexedDB.databases ? await indexedDB.databases() : [{ name: "adsum-outbox" }];
    for (const base of bases) indexedDB.deleteDatabase(base.name);
    for (const name of self.caches ? await caches.keys() : []) await caches.delete(name);
    for (const worker of navigator.serviceWorker ? await navigator.serviceWorker.getRegistrations() : []) await worker.unregister();
  };
  if (atTheStart) wipe();
  else {
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (!link || link.hasAttribute("download") || link.origin !== location.origin) return;
      event.preventDefault();
      location.replace(link.href);
    });
  }
})();
