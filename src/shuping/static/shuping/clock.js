// The clock on the floor. The server says at which instant the limit is reached; how far this machine's clock is off is
// measured against the server's answer, and from then on only the machine's steady counter is used. So a wrong clock, a
// change of the clock, daylight saving and a restart of the server do no harm; after a suspension it is measured again.
"use strict";

const MEASURES = 3; // of which the quickest answer counts
const EVERY = 60_000; // milliseconds between two measurements
const JUMP = 1500; // milliseconds by which the two clocks of this machine may drift apart before it is measured anew

/** The server's instant minus this machine's counter, in milliseconds, from one question and its answer. */
function offsetOf(asked, answered, serverNow) {
  return serverNow - (asked + answered) / 2;
}

/** Whole seconds left at an instant of the server; negative when over, counted like the server does. */
function secondsLeft(ends, serverNow) {
  return Math.ceil((ends - serverNow) / 1000);
}

/** Minutes and seconds, as the server writes them. */
function clockText(left) {
  const whole = Math.abs(left);
  return `${left < 0 ? "-" : ""}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Whether the machine slept or its clock was set: its two clocks no longer agree. */
function slept(steadyThen, wallThen, steadyNow, wallNow) {
  return Math.abs(wallNow - wallThen - (steadyNow - steadyThen)) > JUMP;
}

let offset = null; // server minus performance.now(); null until it is known
let stands = false; // an example whose clock was set by hand
let steady = 0;
let wall = 0;

async function ask() {
  const asked = performance.now();
  const answer = await (await fetch("/time/", { cache: "no-store" })).json();
  const answered = performance.now();
  return { took: answered - asked, offset: offsetOf(asked, answered, answer.now), stands: answer.stands };
}

async function measure() {
  [steady, wall] = [performance.now(), Date.now()];
  try {
    let best = await ask();
    for (let place = 1; place < MEASURES; place++) {
      const next = await ask();
      if (next.took < best.took) best = next;
    }
    ({ offset, stands } = best);
  } catch {
    // No answer: what was measured before goes on, else what the page was drawn with; it is asked again soon.
  }
  show();
}

function leftOn(face) {
  if (offset !== null && !stands && face.dataset.ends) {
    return secondsLeft(Number(face.dataset.ends), performance.now() + offset);
  }
  face.begun ??= performance.now();
  return Number(face.dataset.left) - Math.floor((performance.now() - face.begun) / 1000);
}

function show() {
  for (const face of document.querySelectorAll(".clock[data-runs]")) {
    const left = leftOn(face);
    const text = clockText(left);
    if (face.textContent !== text) face.textContent = text;
    face.classList.toggle("over", left < 0);
    face.classList.toggle("warning", left >= 0 && left <= Number(face.dataset.warning));
  }
}

function tick() {
  if (slept(steady, wall, performance.now(), Date.now())) measure();
  show();
}

if (typeof document !== "undefined") {
  measure();
  setInterval(tick, 250);
  setInterval(measure, EVERY);
  for (const event of ["online", "pageshow", "focus"]) addEventListener(event, measure);
  document.addEventListener("visibilitychange", () => document.hidden || measure());
}
