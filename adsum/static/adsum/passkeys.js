"use strict";
// Passkeys: a form with data-passkey asks the device, and sends what it answers. Every word stands in the page.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const ask = async (options) => {
    const asked = { ...options, challenge: bytes(options.challenge) };
    if (!options.user) return navigator.credentials.get({ publicKey: { ...asked, allowCredentials: named(options.allowCredentials) } });
    asked.user = { ...options.user, id: bytes(options.user.id) };
    return navigator.credentials.create({ publicKey: { ...asked, excludeCredentials: named(options.excludeCredentials) } });
  };
  const told = ({ id, rawId, type, response }) => {
    const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    const given = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
    return JSON.stringify({ id, rawId: text(rawId), type, response: Object.fromEntries(given) });
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const box = form.closest("[data-passkey-box]"), problem = box.querySelector("[data-problem]"), button = form.querySelector("button");
    box.hidden = !("PublicKeyCredential" in window);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      problem.hidden = true;
      try {
        (form.querySelector("[data-passkey-answer]") || form.elements.answer).value = told(await ask(JSON.parse(form.dataset.passkey)));
        form.submit();
      } catch { problem.hidden = false; } finally { button.disabled = false; }
    });
  }
})();
