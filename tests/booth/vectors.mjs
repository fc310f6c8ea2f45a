// The records that Debian's belenios-tool wrote, read just far enough for these tests.

import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = new URL("../vectors/belenios/", import.meta.url);

/** The names of the vector elections. */
export const NAMES = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort();

/** A JSON file that lies beside a record. */
export function beside(name, file) {
  return readFileSync(fileURLToPath(new URL(`${name}/${file}`, FOLDER)), "utf8");
}

/** A file beside the record whose name ends so. */
export function ending(name, suffix) {
  return readdirSync(new URL(`${name}/`, FOLDER)).filter((file) => file.endsWith(suffix)).sort();
}

/** The parts of a record: {election, trustees, credentials, ballots, tally, shares: [[owner, raw]]}. */
export function readRecord(name) {
  const [file] = ending(name, ".bel");
  const bytes = readFileSync(fileURLToPath(new URL(`${name}/${file}`, FOLDER)));
  const bodies = new Map();
  const events = [];
  for (let at = 0; at < bytes.length; ) {
    const title = bytes.toString("latin1", at, at + 100).replace(/\0+$/, "");
    const size = parseInt(bytes.toString("latin1", at + 124, at + 135), 8);
    const body = bytes.toString("utf8", at + 512, at + 512 + size);
    if (title.endsWith(".data.json")) bodies.set(title.slice(0, 64), body);
    if (title.endsWith(".event.json")) events.push(JSON.parse(body));
    at += 512 + 512 * Math.ceil(size / 512);
  }
  const payloads = (type) => events.filter((event) => event.type === type).map((event) => bodies.get(event.payload));
  const setup = JSON.parse(payloads("Setup")[0]);
  const sized = JSON.parse(payloads("EncryptedTally")[0]);
  const owned = payloads("PartialDecryption").map((text) => JSON.parse(text));
  return {
    election: bodies.get(setup.election),
    trustees: bodies.get(setup.trustees),
    credentials: JSON.parse(bodies.get(setup.credentials)),
    ballots: payloads("Ballot"),
    tally: bodies.get(sized.encrypted_tally),
    shares: owned.map(({ owner, payload }) => [owner, bodies.get(payload)]),
  };
}
