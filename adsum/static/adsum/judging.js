// Keys for who judges many: 1, 2, 3 say whether it is the same person, then a number gives the reason, Enter judges.
"use strict";
const form = document.querySelector(".judge-form");
const OFF = "adsum-judging-keys-off";

function isOff() {
  try { return localStorage.getItem(OFF) === "yes"; } catch { return false; }
}

function radios(name) {
  return [...form.elements].filter((one) => one.name === name && one.type === "radio" && one.offsetParent !== null);
}

function chosen() {
  return radios("verdict").some((one) => one.checked);
}

function mark() {
  form.querySelectorAll("kbd.of-choice").forEach((one) => one.remove());
  form.querySelector(".keys").hidden = false;
  document.getElementById("keys-off").textContent = isOff() ? "Keys on" : "Keys off";
  if (isOff()) return;
  for (const [at, one] of radios(chosen() ? "common" : "verdict").entries()) {
    const key = document.createElement("kbd");
    key.className = "of-choice";
    key.textContent = at + 1;
    one.after(key);
  }
}

function back() {
  for (const one of form.elements) if (one.type === "radio") one.checked = false;
  document.activeElement.blur();
  mark();
}

function press(event) {
  if (isOff() || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.key === "Escape") return back();
  if (event.target.matches("input:not([type=radio]), a, button, summary, textarea")) return;
  if (event.key === "Enter" && chosen()) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "9") {
    document.getElementById("skip-this")?.click();
  } else if (event.key === "0" && chosen()) {
    event.preventDefault();
    form.elements.reason.focus();
  } else if (/^[1-8]$/.test(event.key)) {
    const one = radios(chosen() ? "common" : "verdict")[Number(event.key) - 1];
    if (!one) return;
    event.preventDefault();
    one.checked = true;
    one.focus();
    mark();
  }
}

function check(event) {
  const own = form.elements.reason;
  const said = own.value.trim() || radios("common").some((one) => one.checked);
  own.setCustomValidity(said ? "" : "Choose a reason, or write one.");
  if (said) return;
  event.preventDefault();
  own.reportValidity();
}

if (form) {
  mark();
  form.addEventListener("change", mark);
  form.addEventListener("input", () => form.elements.reason.setCustomValidity(""));
  form.addEventListener("submit", check);
  document.addEventListener("keydown", press);
  document.getElementById("keys-off").addEventListener("click", () => {
    try { localStorage.setItem(OFF, isOff() ? "no" : "yes"); } catch { /* then they stay on */ }
    mark();
  });
}
