"""Ballots that are not what they seem."""

import json

from ballotbox.credentials import private_exponent
from ballotbox.encoding import base64_sha256, canonical
from ballotbox.proofs import prove_knowledge
from tests.ballots.halls import GROUP


def with_a_false_proof(hall, choices: list[int], code: str = "A", slip: int = 0) -> bytes:
    """Signed by the voter, but one answer's proof is another's: only the worker notices."""
    body = json.loads(hall.seal(choices, code, slip))
    del body["signature"]
    proofs = body["answers"][0]["individual_proofs"]
    proofs[0], proofs[1] = proofs[1], proofs[0]
    digest = base64_sha256(canonical(body))
    secret = private_exponent(GROUP, hall.ballot.identifier, hall.slips[code][slip])
    proof = prove_knowledge(GROUP, secret, f"sig|{digest}|").json()
    return canonical(body | {"signature": {"hash": digest, "proof": proof}})
