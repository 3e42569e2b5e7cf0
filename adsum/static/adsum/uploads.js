"use strict";
// A file in pieces, so that a cut of the network loses no more than one. Without this file the form is sent as it is.
(() => {
  const form = document.getElementById("send-document");
  if (!form || !window.fetch || !window.AbortController) return;
  const status = document.getElementById("upload-status"), chooser = document.getElementById("file");
  const button = document.getElementById("send-file") || chooser;
  chooser.setAttribute("form", form.id);
  const field = (name) => form.elements.namedItem(name);
  const words = (key) => status.getAttribute("data-" + key) || "";
  let sending = false;

  class Final extends Error {}
  const hashOf = async (blob) => {
    if (!window.crypto || !crypto.subtle) return "";
    const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  // The key comes from the file: chosen again after a reload, the same file goes on where it stopped.
  const keyOf = (sha) => sha ? sha.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-") : field("key").value;
  const ask = async (method, url, headers, body) => {
    const patience = new AbortController(), alarm = setTimeout(() => patience.abort(), 60000);
    const token = { "X-CSRFToken": field("csrfmiddlewaretoken").value };
    try {
      const answer = await fetch(url, { method, body, headers: { ...token, ...headers }, signal: patience.signal });
      if (answer.redirected || answer.status === 403) throw new Final(words("expired"));
      return answer;
    } finally { clearTimeout(alarm); }
  };
  const pause = (ms) => new Promise((go) => {
    const timer = setTimeout(go, ms);
    window.addEventListener("online", () => { clearTimeout(timer); go(); }, { once: true });
  });
  const refusalIn = async (answer) => {
    if (answer.status < 400 || answer.status >= 500 || answer.status === 408) throw new Error(answer.status);
    throw new Final((await answer.json()).error);
  };
  const show = (share) => { status.textContent = words("sending").replace("{percent}", Math.floor(share * 100)); };
  const announce = async (key, blob, sha256) => {
    const body = JSON.stringify({ key, length: String(blob.size), sha256 });
    const answer = await ask("POST", form.dataset.uploads, { "Content-Type": "application/json" }, body);
    return answer.status === 201 ? answer.json() : refusalIn(answer);
  };
  const piece = async (place, blob, offset, size) => {
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) };
    const answer = await ask("PATCH", place, headers, blob.slice(offset, offset + size));
    if (answer.status === 204 || answer.status === 409) return Number(answer.headers.get("Upload-Offset"));
    if (answer.status === 404) throw new Error("announce it again");
    return refusalIn(answer);
  };
  const finish = async (key) => {
    const body = new FormData(form);
    body.delete("file");
    body.set("upload", key);
    const answer = await ask("POST", form.action, { Accept: "application/json" }, body);
    if (answer.status !== 200) return refusalIn(answer);
    const { page } = await answer.json();
    if (!page) throw new Error("not ours");
    return page;
  };
  // Each failure that may pass is tried again, after asking how much has arrived; what is refused is said.
  const patiently = async (steps) => {
    for (let tries = 0; ; tries++) {
      try { return await steps(() => { tries = 0; }); } catch (error) {
        if (error instanceof Final) throw error;
        status.textContent = words("cut");
        document.dispatchEvent(new CustomEvent("adsum-problem", { detail: "upload-failed" }));
        await pause(Math.min(30000, 500 * 2 ** tries));
      }
    }
  };
  // Beside a check-in a photo goes as soon as it is chosen: its page stays, and waits for it a little.
  const stays = "stays" in form.dataset;
  const stay = () => {
    document.getElementById("photo-choices").hidden = true;
    status.textContent = words("done");
  };
  const send = async (blob) => {
    if (sending || !blob) return;
    sending = button.disabled = true;
    try {
      show(0);
      const sha = await hashOf(blob), key = keyOf(sha);
      let whole = false;
      const page = await patiently(async (alive) => {
        if (whole) return finish(key);
        let { place, offset, piece: size } = await announce(key, blob, sha);
        for (show(offset / blob.size); offset < blob.size; show(offset / blob.size)) {
          offset = await piece(place, blob, offset, size);
          alive();
        }
        whole = true;
        status.textContent = words("finishing");
        return finish(key);
      });
      if (stays) stay();
      else location.assign(page);
    } catch (error) {
      status.textContent = error instanceof Final ? error.message : words("cut");
      sending = button.disabled = false;
    }
  };
  form.addEventListener("submit", (event) => {
    const chosen = field("file").files[0];
    if (!chosen) return;
    event.preventDefault();
    send(chosen);
  });
  if (stays) chooser.addEventListener("change", () => window.adsumSendFile(chooser.files[0]));
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  window.adsumSendFile = (blob) => { self.adsumUnderway = send(blob); };
})();
