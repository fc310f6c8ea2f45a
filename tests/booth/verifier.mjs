// A second reading of the specification, written apart from the prover: it recomputes every commitment and hash.

import { hashToScalar, digest, reduce } from "../../src/shuping/static/booth/hashing.js";

const total = (group, elements) => elements.reduce(group.add);

/** g^response * base^challenge, with the group's operations written additively. */
function commitment(group, base, value, { challenge, response }) {
  return group.add(group.mul(base, BigInt(response)), group.mul(value, BigInt(challenge)));
}

/** value - m * generator */
function without(group, value, m) {
  return m === 0 ? value : group.add(value, group.mul(group.generator, group.order - BigInt(m)));
}

function checkDisjunction(election, context, middle, { alpha, beta }, proofs, offset = 0) {
  const { group, publicKey } = election;
  const pairs = proofs.map((proof, i) => [
    commitment(group, group.generator, alpha, proof),
    commitment(group, publicKey, without(group, beta, i + offset), proof),
  ]);
  const written = pairs.flat().map(group.encode).join(",");
  const sum = proofs.reduce((a, proof) => a + BigInt(proof.challenge), 0n);
  const expected = hashToScalar(`prove|${context}|${middle}|${written}`, group.order);
  if (reduce(sum, group.order) !== expected) throw new Error(`a proof of ${middle.slice(0, 20)} does not hold`);
}

function checkAnswer(election, context, answer) {
  const { group } = election;
  const pairs = answer.choices.map((c) => ({ alpha: group.decode(c.alpha), beta: group.decode(c.beta) }));
  answer.choices.forEach(({ alpha, beta }, i) => {
    if (answer.individual_proofs[i].length !== 2) throw new Error("two branches are needed");
    checkDisjunction(election, context, `${alpha},${beta}`, pairs[i], answer.individual_proofs[i]);
  });
  const sum = { alpha: total(group, pairs.map((p) => p.alpha)), beta: total(group, pairs.map((p) => p.beta)) };
  const all = answer.choices.map(({ alpha, beta }) => `${alpha},${beta}`).join(",");
  const middle = `${all}|${group.encode(sum.alpha)},${group.encode(sum.beta)}`;
  if (answer.overall_proof.length !== 1) throw new Error("one branch is needed for exactly one mark");
  checkDisjunction(election, context, middle, sum, answer.overall_proof, 1);
}

/** Raises unless every proof and the signature of a raw ballot hold. */
export function verifyBallot(election, raw) {
  const { group } = election;
  const ballot = JSON.parse(raw);
  if (JSON.stringify(ballot) !== raw) throw new Error("not canonical");
  const { signature, ...body } = ballot;
  if (body.election_hash !== election.fingerprint) throw new Error("of another election");
  if (signature.hash !== digest(JSON.stringify(body))) throw new Error("the signed hash is of something else");
  const credential = group.decode(body.credential);
  const a = group.encode(commitment(group, group.generator, credential, signature.proof));
  const expected = hashToScalar(`sig|${signature.hash}|${a}`, group.order);
  if (BigInt(signature.proof.challenge) !== expected) throw new Error("the signature does not hold");
  if (body.answers.length !== election.questions.length) throw new Error("wrong number of answers");
  body.answers.forEach((answer) => checkAnswer(election, `${election.fingerprint}|${body.credential}`, answer));
}

/** Raises unless every factor of a raw partial decryption is proved. */
export function verifyShare(election, key, tally, raw) {
  const { group } = election;
  const share = JSON.parse(raw);
  if (JSON.stringify(share) !== raw) throw new Error("not canonical");
  const x = group.decode(key);
  JSON.parse(tally).forEach((row, i) =>
    row.forEach(({ alpha }, j) => {
      const proof = share.decryption_proofs[i][j];
      const a = group.encode(commitment(group, group.generator, x, proof));
      const b = group.encode(commitment(group, group.decode(alpha), group.decode(share.decryption_factors[i][j]), proof));
      const expected = hashToScalar(`decrypt|${election.fingerprint}|${key}|${a},${b}`, group.order);
      if (BigInt(proof.challenge) !== expected) throw new Error(`factor ${i},${j} is not proved`);
    }),
  );
}

/** The message of a ciphertext whose key is known: the m with beta = y^r g^m, searched up to `most`. */
export function open(election, secret, { alpha, beta }, most) {
  const { group } = election;
  const mask = group.mul(group.decode(alpha), group.order - secret);
  const point = group.encode(group.add(group.decode(beta), mask));
  for (let m = 0; m <= most; m++) if (point === group.encode(group.mul(group.generator, BigInt(m)))) return m;
  throw new Error("more than the most");
}
