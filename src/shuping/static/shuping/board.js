// The booth opens the board with the tracker behind "#", which no browser sends: it is put into the field and out of the
// address bar. Looking it up stays the voter's own step.
"use strict";

const field = document.getElementById("tracker");
const told = /^#tracker=(.+)$/.exec(location.hash);
if (told && field) {
  field.value = decodeURIComponent(told[1]);
  history.replaceState(null, "", location.pathname);
  field.focus();
}
