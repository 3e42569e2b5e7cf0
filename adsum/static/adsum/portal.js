"use strict";
// The place of a check-in. Every word shown stands translated in the page; without this file the form is sent as it is.
(() => {
  const form = document.getElementById("check-in");
  if (!form) return;
  const status = document.getElementById("place-status");
  const withPlace = document.getElementById("send-with-place");
  const send = document.getElementById("send");
  const words = (key) => status.getAttribute("data-" + key) || "";
  const field = (name) => form.elements.namedItem(name);
  let why = "not-asked", pressed = null, asking = 0, sending = false, nudged = false;

  const say = (key) => { status.textContent = words(key); };
  const label = (button, text) => { button.querySelector("span").textContent = text; };
  const fill = (values) => {
    for (const name of ["place_status", "latitude", "longitude", "accuracy_m", "taken_at"]) {
      field(name).value = values[name] === undefined ? "" : values[name];
    }
  };
  const ready = () => { sending = false; withPlace.disabled = send.disabled = false; };
  const reset = () => { asking++; why = "not-asked"; fill({}); say(""); ready(); };

  // Not form.submit(): when the network fails on the way, the page and its answers must stay.
  const submit = async () => {
    if (!navigator.onLine) { say("offline"); ready(); return; }
    sending = true;
    say("sending");
    withPlace.disabled = send.disabled = true;
    const patience = new AbortController();
    const alarm = setTimeout(() => patience.abort(), 40000);
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body, signal: patience.signal });
      if (answer.ok) location.assign(answer.url);
      else if (answer.status < 500) form.submit();
      else throw new Error(answer.status);
    } catch {
      say(navigator.onLine ? "lost" : "offline");
      ready();
    } finally { clearTimeout(alarm); }
  };
  const fail = (reason) => {
    why = reason;
    fill({ place_status: reason });
    say(reason);
    label(withPlace, words("again"));
    withPlace.disabled = false;
  };
  const moment = (stamp) => {
    const taken = new Date(stamp);
    return isNaN(taken) ? "" : taken.toISOString();
  };
  const findPlace = () => {
    if (!navigator.onLine) { say("offline"); return; }
    if (!navigator.geolocation || !window.isSecureContext) { fail("unavailable"); return; }
    const mine = ++asking;
    say("finding");
    withPlace.disabled = true;
    navigator.geolocation.getCurrentPosition((position) => {
      if (mine !== asking || sending) return;
      const { latitude, longitude, accuracy } = position.coords;
      fill({ place_status: "granted", latitude, longitude, accuracy_m: accuracy, taken_at: moment(position.timestamp) });
      submit();
    }, (error) => {
      if (mine !== asking || sending) return;
      fail({ 1: "refused", 3: "timed-out" }[error.code] || "unavailable");
    }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 });
  };

  for (const button of [withPlace, send]) button.addEventListener("click", () => { pressed = button; });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (sending) return;
    const first = form.querySelector("[name=lives_there]");
    if (!nudged && first.type === "radio" && !form.querySelector("[name=lives_there]:checked")) {
      nudged = true;
      say("unanswered");
      first.focus();
      return;
    }
    if ((event.submitter || pressed) === send) {
      asking++;
      fill({ place_status: why });
      submit();
    } else findPlace();
  });
  window.addEventListener("online", () => { if (status.textContent === words("offline")) say("online"); });
  window.addEventListener("offline", () => say("offline"));
  window.addEventListener("pageshow", (event) => { if (event.persisted) reset(); });

  // Another language is another page: what was filled in goes along, within this tab only.
  const KEPT = "adsum-answers";
  const kept = JSON.parse(sessionStorage.getItem(KEPT) || "[]");
  sessionStorage.removeItem(KEPT);
  for (const [name, value] of kept) {
    const same = [...form.elements].find((e) => e.name === name && (e.type !== "radio" || e.value === value));
    if (same) { if (same.type === "radio" || same.type === "checkbox") same.checked = true; else same.value = value; }
  }
  for (const other of document.querySelectorAll(".langs")) other.addEventListener("submit", () => {
    const answers = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    sessionStorage.setItem(KEPT, JSON.stringify(answers));
  });

  reset();
  withPlace.hidden = false;
  send.classList.add("plain");
  label(send, words("without"));
})();
