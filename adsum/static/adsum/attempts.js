"use strict";
// What failed is told to the server as soon as it can be reached; kept within this tab only, so nobody else's phone tells it.
(() => {
  const noted = document.getElementById("attempt-noted");
  const form = document.getElementById("check-in");
  if (!noted || !form) return;
  const KEPT = "adsum-attempts", MOST = 5;
  const read = () => { try { return JSON.parse(sessionStorage.getItem(KEPT) || "[]"); } catch { return []; } };
  const keep = (waiting) => sessionStorage.setItem(KEPT, JSON.stringify(waiting.slice(-MOST)));
  const newKey = () => "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
    (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));
  let telling = false;

  const tell = async () => {
    if (telling || !navigator.onLine) return;
    telling = true;
    try {
      for (let waiting = read(); waiting.length; waiting = read()) {
        const headers = { "Content-Type": "application/json", "X-CSRFToken": form.elements.namedItem("csrfmiddlewaretoken").value };
        const answer = await fetch(noted.dataset.to, { method: "POST", headers, body: JSON.stringify(waiting[0]) });
        if (answer.status >= 500) break;
        const receipt = answer.ok && !answer.redirected ? await answer.json() : {};
        keep(read().filter((one) => one.key !== waiting[0].key));
        if (receipt.number) {
          noted.textContent = noted.dataset.words.replace("{number}", receipt.number.replace(/(.{4})(?=.)/g, "$1-"));
        }
      }
    } catch { /* tried again when the network is back */ } finally { telling = false; }
  };
  const note = (step, failure, at = new Date().toISOString()) => {
    keep([...read(), { key: newKey(), step, failure, at }]);
    setTimeout(tell, 3000);
  };
  // The service worker notes when the form could not be had from the network, and a copy was shown instead.
  const noteUnopened = async () => {
    const mine = self.caches && await caches.has("adsum-mine") ? await caches.open("adsum-mine") : null;
    const mark = mine && await mine.match("/unopened/");
    if (mark && await mine.delete("/unopened/")) note("open", "network", await mark.text());
  };

  document.addEventListener("adsum-failed", (event) => note(event.detail.step, event.detail.failure));
  window.addEventListener("error", (event) => { if (event.error) note("fill", "script"); });
  window.addEventListener("online", tell);
  noteUnopened().catch(() => {}).finally(tell);
})();
