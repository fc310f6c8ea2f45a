// Small courtesies for every page; every page works without them.
"use strict";

// The clock on the floor: the server says how many seconds are left, this page only counts on from there, so that a
// wrong clock in the hall does no harm.
function tick() {
  for (const face of document.querySelectorAll(".clock[data-runs]")) {
    face.begun ??= performance.now();
    const left = Number(face.dataset.left) - Math.floor((performance.now() - face.begun) / 1000);
    const whole = Math.abs(left);
    const text = `${left < 0 ? "-" : ""}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
    if (face.textContent !== text) face.textContent = text;
    face.classList.toggle("over", left < 0);
    face.classList.toggle("warning", left >= 0 && left <= Number(face.dataset.warning));
  }
}
setInterval(tick, 250);

// What is wider than the screen can be moved with the keyboard, too.
function reachable() {
  for (const region of document.querySelectorAll(".scroll")) {
    if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  }
}
reachable();
addEventListener("resize", reachable);
new MutationObserver(reachable).observe(document.body, { childList: true, subtree: true });
