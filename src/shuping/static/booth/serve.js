// A booth's worker for one group: it holds the credential's secret and the ballot's random numbers, prepares while the
// voter reads, and hands out nothing but the public credential, the finished ballot and its tracker.

import { publicCredential, secretOf } from "./credential.js";
import { readElection } from "./election.js";
import { finish, prepare } from "./encrypt.js";

/** @typedef {{id: number, act: string, ballot: string, credential: string, election: string, choices: number[]}} Task */

/** @param {import("./group.js").Group} group @returns {Record<string, (task: Task) => unknown>} what may be asked */
export function actsOf(group) {
  /** @type {import("./encrypt.js").Prepared | null} */
  let prepared = null;
  return {
    credential({ ballot, credential }) {
      return publicCredential(group, secretOf(group, ballot, credential));
    },
    /** What the page shows of an election, after all of it was checked. */
    read({ election: raw }) {
      const { name, questions, fingerprint } = readElection(raw, [group]);
      return { name, questions, fingerprint };
    },
    prepare({ ballot, credential, election: raw }) {
      prepared = prepare(readElection(raw, [group]), secretOf(group, ballot, credential));
    },
    finish({ choices }) {
      if (!prepared) throw new Error("nothing prepared");
      const result = finish(prepared, choices);
      prepared = null;
      return result;
    },
  };
}

/** @param {import("./group.js").Group} group answers the page's messages from now on */
export function serve(group) {
  const scope = /** @type {any} */ (self);
  const acts = actsOf(group);
  scope.onmessage = (/** @type {MessageEvent<Task>} */ { data }) => {
    try {
      scope.postMessage({ id: data.id, result: acts[data.act](data) });
    } catch (error) {
      scope.postMessage({ id: data.id, error: String(error) });
    }
  };
}
