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
  let why = "not-asked", pressed = null, asking = 0, sending = false, nudged = false, rough = false;

  const say = (key) => { status.textContent = words(key); };
  const label = (button, text) => { button.querySelector("span").textContent = text; };
  const fill = (values) => {
    for (const name of ["place_status", "latitude", "longitude", "accuracy_m", "taken_at"]) {
      field(name).value = values[name] === undefined ? "" : values[name];
    }
  };
  const failed = (step, failure) => document.dispatchEvent(new CustomEvent("adsum-failed", { detail: { step, failure } }));
  const ready = () => { sending = false; withPlace.disabled = send.disabled = false; };
  const reset = () => { asking++; why = "not-asked"; fill({}); say(""); ready(); };

  const standInLine = (tryAt) => {
    const time = tryAt.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", numberingSystem: "latn" });
    status.textContent = words("in-line").replace("{time}", time);
    setTimeout(() => { if (!sending) submit(); }, Math.max(1000, tryAt - Date.now()));
    ready();
  };

  // The key is kept before it is sent: after a lost answer and a reload, the same check-in is sent again, not another.
  // After an hour it is another one: a tab that a phone brings back next week must not take that check-in for this one.
  // A form that was kept for offline use opens many times, so each time it makes a key of its own.
  const SENT = "adsum-sent-key", HOUR_MS = 3600000;
  const sentKey = () => {
    const [key, at] = (sessionStorage.getItem(SENT) || "").split(" ");
    const since = Date.now() - Number(at);
    return since >= 0 && since < HOUR_MS ? key : "";
  };
  const newKey = () => {
    const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"));
    return hex.join("").replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  };
  field("key").value = sentKey() || newKey();

  // What this device's clock said when the form came, which may be days ago; ours stands in the form's pass.
  const loadedAt = new Date().toISOString();
  const openedAt = async () => {
    try {
      const copy = await caches.match("/check-in/", { cacheName: "adsum-mine" });
      if (field("pass").value.endsWith("." + copy.headers.get("Adsum-Pass"))) return copy.headers.get("Adsum-Opened-At");
    } catch { /* No copy: the form came just now. */ }
    return loadedAt;
  };
  const stamped = async () => {
    field("opened_at").value = await openedAt();
    field("sent_at").value = field("sent_at").value || new Date().toISOString();
    const { csrfmiddlewaretoken, ...fields } = Object.fromEntries(new FormData(form));
    return [csrfmiddlewaretoken, fields];
  };
  // What was written is locked now: whoever takes the phone next reads none of it, on this page neither.
  const putAway = () => {
    form.reset();
    form.hidden = true;
    document.getElementById("waiting").scrollIntoView();
  };
  // A tablet in an office keeps nothing: there what did not get through stays in the form, and its sender is still here.
  const keep = async (fields) => {
    if (!self.adsumWaiting) { say("lost"); ready(); return; }
    try {
      await self.adsumOutbox.keep(fields, form.dataset);
      sessionStorage.removeItem(SENT);
      await self.adsumWaiting.kept();
      say(navigator.onLine ? "not-yet" : "kept");
      if (!navigator.onLine) putAway();
    } catch { say(navigator.onLine ? "lost" : "offline"); }
    ready();
  };

  // After this long without an answer the check-in is locked up here and its sender is told: they may wait, press
  // again, or close the page. What was sent goes on; whichever answer comes first, it is one report.
  const SLOW_MS = 10000;
  const PHOTO_MS = 20000;  // a photo that is on its way may end this long after the check-in; it can be sent again

  // Not form.submit(): when the network fails on the way, the page and its answers must stay.
  const submit = async () => {
    const outbox = self.adsumOutbox;
    const photo = field("file");
    if (!outbox || (photo && photo.files.length && navigator.onLine)) { form.submit(); return; }
    sending = true;
    say("sending");
    withPlace.disabled = send.disabled = true;
    const [token, fields] = await stamped();
    if (!navigator.onLine) { failed("send", "network"); await keep(fields); return; }
    const slow = setTimeout(() => keep(fields), SLOW_MS);
    try {
      sessionStorage.setItem(SENT, fields.key + " " + Date.now());
      const answer = await outbox.post(form.action, { "X-CSRFToken": token }, JSON.stringify(fields));
      if (answer.redirected) { await keep(fields); location.assign(answer.url); return; }
      if (answer.status === 403) { form.submit(); return; }
      if (answer.status >= 500 && answer.status !== 503) throw new Error(answer.status);
      const receipt = await answer.json();
      if (receipt.in_line) standInLine(new Date(receipt.in_line.try_at));
      else if (answer.ok && await outbox.isOurs(receipt, fields.key, form.dataset.signedBy)) {
        sessionStorage.removeItem(SENT);
        await outbox.drop(fields.key);
        await Promise.race([self.adsumUnderway, new Promise((go) => setTimeout(go, PHOTO_MS))]);
        location.assign(receipt.page);
      } else throw new Error(answer.status);
    } catch (error) {
      failed("send", error.name === "AbortError" ? "timeout" : /^5/.test(error.message) ? "server" : "network");
      await keep(fields);
    } finally { clearTimeout(slow); }
  };
  const fail = (reason) => {
    why = reason;
    fill({ place_status: reason });
    say(reason);
    if (reason !== "refused") failed("place", reason === "timed-out" ? "timeout" : "not-found");
    label(withPlace, words("again"));
    withPlace.disabled = false;
    const how = document.getElementById("allow-place");
    if (how) how.open = how.open || reason === "refused";
  };
  const moment = (stamp) => {
    const taken = new Date(stamp);
    return isNaN(taken) ? "" : taken.toISOString();
  };
  const findPlace = () => {
    if (!navigator.geolocation || !window.isSecureContext) { fail("unavailable"); return; }
    const mine = ++asking;
    say("finding");
    withPlace.disabled = true;
    navigator.geolocation.getCurrentPosition((position) => {
      if (mine !== asking || sending) return;
      const { latitude, longitude, accuracy } = position.coords;
      if (!rough && accuracy > Number(form.dataset.roughM) && matchMedia("(pointer: fine)").matches) {
        rough = true;
        say("rough");
        label(withPlace, words("as-it-is"));
        ready();
        return;
      }
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
  form.addEventListener("handed-over", () => {
    asking++;
    why = "handed-over";
    say("handed-over");
    label(send, words("send"));
    send.classList.remove("plain");
    withPlace.hidden = true;
    send.disabled = false;
    send.focus();
  });
  window.addEventListener("online", () => { if (status.textContent === words("offline")) say("online"); });
  window.addEventListener("offline", () => { if (!sending) say("offline"); });
  document.addEventListener("adsum-sent", ({ detail }) => {
    const mine = detail.find((row) => row.key === field("key").value && row.page);
    if (mine && !sending) self.adsumOutbox.drop(mine.key).then(() => location.assign(mine.page));
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) reset(); });

  // Another language is another page: what was filled in goes along, within this tab only.
  const KEPT = "adsum-answers";
  const kept = JSON.parse(sessionStorage.getItem(KEPT) || "[]");
  sessionStorage.removeItem(KEPT);
  for (const [name, value] of kept) {
    const same = [...form.elements].find((e) => e.name === name && (e.type !== "radio" || e.value === value));
    if (same) { if (same.type === "radio" || same.type === "checkbox") same.checked = true; else same.value = value; }
  }
  for (const other of document.querySelectorAll(".tongue")) other.addEventListener("click", () => {
    const ofThisPage = ["csrfmiddlewaretoken", "pass", "opened_at", "sent_at", "file"];
    const answers = [...new FormData(form)].filter(([name]) => !ofThisPage.includes(name));
    sessionStorage.setItem(KEPT, JSON.stringify(answers));
  });

  reset();
  withPlace.hidden = false;
  send.classList.add("plain");
  label(send, words("without"));
})();
