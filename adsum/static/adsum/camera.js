"use strict";
// The camera of a computer, in the page. Phones open theirs from the file field; without a camera there is the form below.
(() => {
  const box = document.getElementById("camera");
  if (!box || !window.adsumSendFile || !navigator.mediaDevices || matchMedia("(pointer: coarse)").matches) return;
  const view = document.getElementById("camera-view"), status = document.getElementById("camera-status");
  const open = document.getElementById("camera-open"), take = document.getElementById("camera-take");
  let stream = null;

  const close = () => {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    view.hidden = take.hidden = true;
    open.hidden = false;
  };
  open.addEventListener("click", async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user", width: { ideal: 1280 } } });
      view.srcObject = stream;
      await view.play();
      view.hidden = take.hidden = false;
      open.hidden = true;
      status.textContent = "";
      take.focus();
    } catch {
      close();
      status.textContent = box.dataset.denied;
      document.dispatchEvent(new CustomEvent("adsum-problem", { detail: "photo-failed" }));
    }
  });
  take.addEventListener("click", () => {
    const canvas = document.createElement("canvas");
    canvas.width = view.videoWidth;
    canvas.height = view.videoHeight;
    canvas.getContext("2d").drawImage(view, 0, 0);
    canvas.toBlob((blob) => { close(); window.adsumSendFile(blob); }, "image/jpeg", 0.9);
  });
  window.addEventListener("pagehide", close);
  box.hidden = false;
})();
