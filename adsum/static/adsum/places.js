"use strict";
// The phone that gives a place for a computer's check-in, and the computer that waits for it. Without it, forms work.
(() => {
  const at = (id) => document.getElementById(id);

  // Ask the device once; `done` gets the fields of a form.
  const findPlace = (done) => {
    if (!navigator.geolocation || !window.isSecureContext) { done({ place_status: "unavailable" }); return; }
    navigator.geolocation.getCurrentPosition((position) => {
      const { latitude, longitude, accuracy } = position.coords, taken = new Date(position.timestamp);
      const taken_at = isNaN(taken) ? "" : taken.toISOString();
      done({ place_status: "granted", latitude, longitude, accuracy_m: accuracy, taken_at });
    }, (error) => {
      done({ place_status: { 1: "refused", 3: "timed-out" }[error.code] || "unavailable" });
    }, { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 });
  };
  const fill = (form, values) => {
    for (const [name, value] of Object.entries(values)) form.elements.namedItem(name).value = value;
  };

  const giving = at("give-place");
  if (giving) giving.addEventListener("submit", (event) => {
    event.preventDefault();
    at("give-status").textContent = at("give-status").dataset.finding;
    giving.querySelector("button").disabled = true;
    findPlace((values) => { fill(giving, values); giving.submit(); });
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted && giving) location.reload(); });

  // While the page stays open the place is shared again; each time the page says what became of it.
  const sharing = at("share-point"), ON = "adsum-sharing";
  if (!sharing) sessionStorage.removeItem(ON);
  else {
    const share = () => {
      at("share-status").textContent = at("share-status").dataset.finding;
      sharing.querySelector("button").disabled = true;
      findPlace((values) => { fill(sharing, values); sharing.submit(); });
    };
    sharing.addEventListener("submit", (event) => {
      event.preventDefault();
      sessionStorage.setItem(ON, "yes");
      share();
    });
    at("stop-sharing").addEventListener("submit", () => sessionStorage.removeItem(ON));
    if (sessionStorage.getItem(ON)) setTimeout(share, Number(sharing.dataset.every) * 60000 + 5000);
  }

  // Looks for the phone's place: after two seconds, then more and more seldom, until the code has ended.
  const wait = (box, arrived) => {
    const status = box.querySelector("#hand-off-status");
    if (!status) { arrived(); return; }
    const say = (key) => { const words = status.dataset[key]; if (status.textContent !== words) status.textContent = words; };
    let pause = 2000;
    const look = async () => {
      if (!box.isConnected) return;
      try {
        const answer = await fetch(box.dataset.look, { headers: { Accept: "application/json" } });
        const { arrived: here, open } = await answer.json();
        if (here) { say("arrived"); arrived(); return; }
        if (!open) { say("ended"); return; }
        say("waiting");
      } catch { say("lost"); }
      pause = Math.min(15000, pause * 1.3);
      setTimeout(look, pause);
    };
    say("waiting");
    setTimeout(look, pause);
  };

  const page = at("with-phone");
  if (page) wait(at("hand-off"), () => {
    const again = at("look-again"), send = at("send-handed");
    if (again) again.hidden = true;
    send.querySelector("span").textContent = send.dataset.send || send.textContent;
  });

  // In the check-in itself the code appears in place, so that nothing that was filled in or taken is lost.
  const button = at("use-phone");
  if (button) button.addEventListener("click", async (event) => {
    event.preventDefault();
    const form = button.form, asked = new FormData();
    for (const name of ["csrfmiddlewaretoken", "key"]) asked.set(name, form.elements.namedItem(name).value);
    button.disabled = true;
    try {
      const answer = await fetch(button.formAction, { method: "POST", body: asked });
      const box = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("hand-off");
      if (!box) throw new Error(answer.status);
      at("hand-off-here").replaceChildren(box);
      wait(box, () => form.dispatchEvent(new Event("handed-over")));
    } catch { form.action = button.formAction; form.submit(); }
    setTimeout(() => { button.disabled = false; }, 3000);
  });
})();
