"use strict";
// Getting ready: ask for the place once, and tell what did not work. Without this file the forms go on by themselves.
(() => {
  const line = navigator.connection || {}, network = line.type || "";
  const tell = (failed) => {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]"), said = new FormData();
    if (!token) return;
    said.set("csrfmiddlewaretoken", token.value);
    said.set("failed", failed);
    said.set("network", network);
    fetch("/get-ready/problems/", { method: "POST", body: said, keepalive: true }).catch(() => {});
  };
  let told = 0;
  window.addEventListener("error", (event) => { if (event.error && told++ < 2) tell("script-error"); });
  document.addEventListener("adsum-problem", (event) => { if (told++ < 5) tell(event.detail); });

  const form = document.getElementById("get-ready");
  if (!form) return;
  form.elements.namedItem("network").value = network;
  const status = document.getElementById("ready-status"), ask = document.getElementById("ask-place");
  const go = (failed) => { form.elements.namedItem("failed").value = failed; form.submit(); };
  ask.hidden = false;
  ask.addEventListener("click", (event) => {
    event.preventDefault();
    if (!navigator.geolocation || !window.isSecureContext) { go("location-unsupported"); return; }
    status.textContent = status.dataset.finding;
    ask.disabled = true;
    navigator.geolocation.getCurrentPosition(
      () => go(""),
      (error) => go(error.code === 1 ? "" : "location-failed"),
      { timeout: 20000, maximumAge: 600000 },
    );
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
