// Keys for who decides about many: a number chooses the step, a letter the reason, Enter decides.
"use strict";
const form = document.querySelector(".miss-form");
const LETTERS = "abcdefg";

function shown(name) {
  return [...form.elements].filter((one) => one.name === name && one.offsetParent !== null);
}

function mark() {
  const keyed = [...shown("decision").map((one, at) => [one, String((at + 1) % 10)]),
    ...shown("common").map((one, at) => [one, LETTERS[at]])];
  for (const [one, key] of keyed) {
    const hint = one.parentElement.querySelector("kbd") || one.after(document.createElement("kbd"));
    (hint || one.parentElement.querySelector("kbd")).textContent = key;
  }
}

function choose(event) {
  const typing = event.target.matches("textarea, select, input:not([type=radio])");
  if (typing || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const steps = shown("decision");
  const step = /^[0-9]$/.test(event.key) ? steps[(Number(event.key) + 9) % 10] : undefined;
  const reason = event.key.length === 1 ? shown("common")[LETTERS.indexOf(event.key)] : undefined;
  const chosen = step || reason;
  if (!chosen) return;
  event.preventDefault();
  chosen.checked = true;
  chosen.focus();
  mark();
}

if (form) {
  mark();
  form.addEventListener("change", mark);
  document.addEventListener("keydown", choose);
}
