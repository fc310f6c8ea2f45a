// The groups that these programs know.

import { BELENIOS_2048 } from "./belenios2048.js";
import { ED25519 } from "./ed25519.js";
import { GroupError } from "./group.js";

/** Both groups, the usual one first. */
export const GROUPS = [ED25519, BELENIOS_2048];

/** @param {string} name @returns {import("./group.js").Group} @throws {GroupError} */
export function groupNamed(name) {
  const group = GROUPS.find((candidate) => candidate.name === name);
  if (!group) throw new GroupError(`This program does not know the group “${name}”.`);
  return group;
}
