// Used by the Python tests: reads one JSON task on standard input and answers with one line of JSON.

import { publicCredential, secretOf } from "../../src/shuping/static/booth/credential.js";
import { firstMessage, gather, readCeremony, secondMessage, thirdMessage } from "../../src/shuping/static/booth/exchange.js";
import { makeSlips } from "../../src/shuping/static/booth/slip-maker.js";
import { qrCode } from "../../src/shuping/static/booth/qr.js";
import { readElection } from "../../src/shuping/static/booth/election.js";
import { finish, prepare } from "../../src/shuping/static/booth/encrypt.js";
import { sealOpinion } from "../../src/shuping/static/booth/opinion-seal.js";
import { askForTokens, readKey } from "../../src/shuping/static/booth/opinion-tokens.js";
import { GROUPS, groupNamed } from "../../src/shuping/static/booth/groups.js";
import { partialDecryption, partialOpening, readKeyFile } from "../../src/shuping/static/booth/trustee.js";
import { text } from "node:stream/consumers";

function power(base, exponent, n) {
  let [result, square] = [1n, base % n];
  for (let rest = exponent; rest; rest >>= 1n, square = (square * square) % n) if (rest & 1n) result = (result * square) % n;
  return result;
}

/** The issuer's part of RSA blind signatures, with its private exponent. */
function signed(blinded, d, n) {
  const value = power(BigInt("0x" + Buffer.from(blinded, "base64").toString("hex")), BigInt(d), n);
  return Buffer.from(value.toString(16).padStart(512, "0"), "hex").toString("base64");
}

const ACTS = {
  opinions: ({ election, written }) => written.map(([entry, text]) => sealOpinion(readElection(election, GROUPS), entry, text)),
  tokens({ group, ballot, credential, modulus, d, count }) {
    const key = readKey(modulus);
    const { body, finish } = askForTokens(groupNamed(group), ballot, credential, key, count);
    return { body, tokens: finish(JSON.parse(body).blinded.map((one) => signed(one, d, key.n))) };
  },
  opening: ({ key, tasks }) => partialOpening(readKeyFile(key), tasks, tasks.opinions, async () => {}),
  credential: ({ group, ballot, credential }) => publicCredential(groupNamed(group), secretOf(groupNamed(group), ballot, credential)),
  ballots({ election: raw, ballot, voters }) {
    const election = readElection(raw, GROUPS);
    return voters.map(({ credential, choices }) =>
      finish(prepare(election, secretOf(election.group, ballot, credential)), choices),
    );
  },
  step: ({ file, index, step, seed }) => [firstMessage, secondMessage, thirdMessage][step - 1](readCeremony(file), index, seed),
  gather: ({ file }) => gather(readCeremony(file)),
  slips: ({ task, numbers }) => makeSlips(task, numbers, async () => {}),
  qr({ text }) {
    const code = qrCode(text);
    const places = Array.from({ length: code.getModuleCount() }, (_, i) => i);
    return places.map((row) => places.map((column) => Number(code.isDark(row, column))));
  },
  share: ({ key, tasks }) => partialDecryption(readKeyFile(key), tasks, tasks.categories[0], async () => {}),
  async time({ election: raw, rounds }) {
    const election = readElection(raw, GROUPS);
    const choices = election.questions.map((question, i) => i % question.answers.length);
    const times = { prepare: [], finish: [], bytes: 0 };
    for (let i = 0; i < rounds; i++) {
      const fresh = readElection(raw, GROUPS);
      const start = performance.now();
      const prepared = prepare(fresh, 123456789n);
      const ready = performance.now();
      times.bytes = finish(prepared, choices).ballot.length;
      times.finish.push(performance.now() - ready);
      times.prepare.push(ready - start);
    }
    return times;
  },
};

const task = JSON.parse(await text(process.stdin));
process.stdout.write(JSON.stringify(await ACTS[task.act](task)) + "\n");
