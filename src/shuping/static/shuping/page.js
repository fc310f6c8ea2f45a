// Small courtesies for every page; every page works without them.
"use strict";

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

// On a narrow screen the part of the year that one is in would be out of sight.
for (const here of document.querySelectorAll("nav [aria-current]")) {
  const nav = here.parentElement;
  nav.scrollLeft = here.offsetLeft - nav.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
}
