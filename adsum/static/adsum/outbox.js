"use strict";
// Check-ins that wait on this device, each locked for the server's key at once. For pages and for the service worker.
self.adsumOutbox = (() => {
  const LONGEST_WAIT_MS = 40000;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (data) => {
    const letters = Array.from(new Uint8Array(data), (byte) => String.fromCharCode(byte)).join("");
    return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const encode = (words) => new TextEncoder().encode(words);

  const opened = () => new Promise((done, fail) => {
    const asked = indexedDB.open("adsum-outbox", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("reports", { keyPath: "key" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  const store = async (mode, act) => {
    const base = await opened();
    try {
      return await new Promise((done, fail) => {
        const change = base.transaction("reports", mode);
        const asked = act(change.objectStore("reports"));
        change.oncomplete = () => done(asked.result);
        change.onabort = () => fail(change.error);
      });
    } finally { base.close(); }
  };
  const all = async () => {
    try { return await store("readonly", (rows) => rows.getAll()); } catch { return []; }
  };
  const drop = (key) => store("readwrite", (rows) => rows.delete(key)).catch(() => {});

  // The same scheme as adsum/core/sealing.py: a key for this one envelope, which nobody on this device can open again.
  const lock = async (fields, name, key) => {
    const own = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
    const theirs = await crypto.subtle.importKey("raw", bytes(key), { name: "ECDH", namedCurve: "P-256" }, false, []);
    const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, own.privateKey, 256);
    const point = await crypto.subtle.exportKey("raw", own.publicKey);
    const root = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
    const info = encode("adsum report 1\n" + name), iv = crypto.getRandomValues(new Uint8Array(12));
    const how = { name: "HKDF", hash: "SHA-256", salt: point, info };
    const secret = await crypto.subtle.deriveKey(how, root, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
    const said = encode(JSON.stringify(fields));
    const locked = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: info }, secret, said);
    return { key_name: name, device_key: text(point), iv: text(iv), locked: text(locked) };
  };
  const keep = async (fields, form) => {
    const envelope = await lock(fields, form.sealName, form.sealKey);
    const row = { key: fields.key, at: Date.parse(fields.sent_at), signedBy: form.signedBy, envelope };
    await store("readwrite", (rows) => rows.put(row));
  };

  // A “200 OK” may come from the café's login page: only our signed receipt says that the check-in has arrived.
  const isOurs = async (receipt, key, signedBy) => {
    const [kind, number, sameKey] = String(receipt.statement).split("\n");
    if (kind !== "adsum receipt" || sameKey !== key || receipt.page !== "/receipts/" + number + "/") return false;
    if (!self.crypto || !crypto.subtle) return true;
    try {
      const ours = await crypto.subtle.importKey("raw", bytes(signedBy), "Ed25519", false, ["verify"]);
      return await crypto.subtle.verify("Ed25519", ours, bytes(receipt.signature), encode(receipt.statement));
    } catch (error) { return error.name === "NotSupportedError"; }
  };
  const post = async (address, headers, body) => {
    const patience = new AbortController();
    const alarm = setTimeout(() => patience.abort(), LONGEST_WAIT_MS);
    headers = { "Content-Type": "application/json", ...headers };
    try { return await fetch(address, { method: "POST", headers, body, signal: patience.signal }); }
    finally { clearTimeout(alarm); }
  };
  const deliver = async (row) => {
    try {
      const answer = await post("/check-in/sealed/", {}, JSON.stringify(row.envelope));
      const receipt = await answer.json();
      if (answer.ok && await isOurs(receipt, row.key, row.signedBy)) {
        await store("readwrite", (rows) => rows.put({ key: row.key, at: row.at, page: receipt.page }));
      } else if (answer.status === 403 && receipt.error) {
        await store("readwrite", (rows) => rows.put({ ...row, refused: true }));
      }
    } catch { /* It stays; the next page, the next network, or Background Sync tries again. */ }
  };
  const flush = async () => {
    for (const row of await all()) if (row.envelope) await deliver(row);
    return all();
  };
  const waits = async () => (await all()).some((row) => row.envelope);
  return { all, drop, flush, isOurs, keep, post, waits };
})();
