// Sound of the hall's clock, made here and played only after somebody allowed it: one tone at the warning, two when the
// time is over.
"use strict";

const button = document.getElementById("sound");
let audio = null;
let heard = "";

function tone(after) {
  const [voice, volume] = [audio.createOscillator(), audio.createGain()];
  const start = audio.currentTime + after;
  voice.frequency.value = 880;
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(0.4, start + 0.05);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.9);
  voice.connect(volume).connect(audio.destination);
  voice.start(start);
  voice.stop(start + 1);
}

function listen() {
  const face = document.querySelector(".clock[data-runs]");
  const state = face ? (face.classList.contains("over") ? "over" : face.classList.contains("warning") ? "warning" : "") : "";
  if (state && state !== heard) for (let place = 0; place < (state === "over" ? 2 : 1); place++) tone(place * 1.1);
  if (state !== heard) document.body.dataset.sounded = state;
  heard = state;
}

if ("AudioContext" in globalThis) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    audio = new AudioContext();
    await audio.resume();
    tone(0);
    button.hidden = true;
    setInterval(listen, 200);
  });
}
