// Keys for who judges many: a letter says whether it is the same person and why, Enter judges, and the next one comes.
"use strict";
const form = document.querySelector(".judge-form");
const OFF = "adsum-judging-keys-off";
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
let sent = false;

function isOff() {
  try { return localStorage.getItem(OFF) === "yes"; } catch { return false; }
}

function radios(name) {
  return [...form.elements].filter((one) => one.name === name && one.type === "radio");
}

function chosen() {
  return radios("verdict").some((one) => one.checked);
}

function mark() {
  form.querySelectorAll("kbd.of-choice").forEach((one) => one.remove());
  form.querySelector(".keys").hidden = false;
  document.getElementById("keys-off").textContent = isOff() ? "Keys on" : "Keys off";
  if (isOff()) return;
  const keyed = [...radios("verdict").map((one, at) => [one, at + 1]),
    ...radios("common").map((one, at) => [one, LETTERS[at]])];
  for (const [one, key] of keyed) {
    const hint = document.createElement("kbd");
    hint.className = "of-choice";
    hint.textContent = key;
    one.after(hint);
  }
}

// A reason belongs to what it is a reason for: whoever gives it has said that too, and takes it back with it.
function settle(one) {
  const mine = one.closest(".verdict");
  if (one.name === "common") mine.querySelector("[name=verdict]").checked = true;
  if (one.name === "verdict") for (const why of radios("common")) if (!mine.contains(why)) why.checked = false;
}

function choose(one) {
  one.checked = true;
  settle(one);
  one.focus();
  form.elements.reason.setCustomValidity("");
}

function back() {
  for (const one of form.elements) if (one.type === "radio") one.checked = false;
  document.getElementById("asked").focus();
}

function press(event) {
  if (sent || isOff() || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.key === "Escape") return back();
  if (event.target.matches("input:not([type=radio]), a, button, summary, textarea")) return;
  const one = /^[1-8]$/.test(event.key) ? radios("verdict")[Number(event.key) - 1]
    : event.key.length === 1 ? radios("common")[LETTERS.indexOf(event.key.toLowerCase())] : undefined;
  if (one) {
    event.preventDefault();
    choose(one);
  } else if (event.key === "Enter" && chosen()) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "9") {
    document.getElementById("skip-this")?.click();
  } else if (event.key === "0") {
    event.preventDefault();
    form.elements.reason.focus();
  }
}

// Once only: a second Enter would be a second judgement of the same lead.
function check(event) {
  const own = form.elements.reason;
  const said = own.value.trim() || radios("common").some((one) => one.checked);
  own.setCustomValidity(said ? "" : "Choose a reason, or write one.");
  if (said && !sent) {
    sent = true;
    return;
  }
  event.preventDefault();
  own.reportValidity();
}

if (form) {
  mark();
  form.addEventListener("change", (event) => event.target.type === "radio" && choose(event.target));
  form.addEventListener("input", () => form.elements.reason.setCustomValidity(""));
  form.addEventListener("submit", check);
  document.addEventListener("keydown", press);
  addEventListener("pageshow", () => { sent = false; });
  document.getElementById("keys-off").addEventListener("click", () => {
    try { localStorage.setItem(OFF, isOff() ? "no" : "yes"); } catch { /* then they stay on */ }
    mark();
  });
  if (!document.getElementById("error")) document.getElementById("asked").focus({ preventScroll: true });
}
