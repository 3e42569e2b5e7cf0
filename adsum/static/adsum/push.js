"use strict";
// Messages on this phone. The browser asks for leave after a tap only; every word shown stands translated in the page.
(() => {
  const box = document.getElementById("push"), [start, stop] = box.querySelectorAll("form");
  const ask = start.querySelector("button");
  const possible = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

  const show = (state) => {
    for (const part of box.querySelectorAll("[data-state]")) part.hidden = !part.dataset.state.split(" ").includes(state);
    box.hidden = ask.disabled = false;
  };
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const isOurs = ({ options }) => !options.applicationServerKey || text(options.applicationServerKey) === box.dataset.key;

  const current = async () => {
    const worker = await navigator.serviceWorker.getRegistration();
    return worker ? worker.pushManager.getSubscription() : null;
  };
  const state = async () => {
    if (!possible) return "impossible";
    if (Notification.permission === "denied") return "refused";
    if (box.dataset.failed) return "failed";
    const subscription = await current();
    return box.dataset.on && subscription && isOurs(subscription) ? "on" : "off";
  };
  const subscribe = async () => {
    await navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" });
    const { pushManager } = await navigator.serviceWorker.ready, old = await pushManager.getSubscription();
    if (old && !isOurs(old)) await old.unsubscribe();
    return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(box.dataset.key) });
  };

  start.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (ask.disabled) return;
    ask.disabled = true;
    try {
      const leave = await Notification.requestPermission();
      if (leave !== "granted") { show(leave === "denied" ? "refused" : "off"); return; }
      const subscription = await subscribe();
      start.elements.endpoint.value = subscription.endpoint;
      for (const name of ["p256dh", "auth"]) start.elements[name].value = text(subscription.getKey(name));
      start.submit();
    } catch { show("failed"); }
  });
  stop.addEventListener("submit", async (event) => {
    event.preventDefault();
    try { await (await current()).unsubscribe(); } catch { /* The server ends it anyway. */ }
    stop.submit();
  });
  state().then(show, () => show("failed"));
})();
