"""Voters who write an opinion without a browser, over HTTP, with the code of their slip."""

import base64

import httpx

import ballotbox
from ballotbox import blind, opinions, tokens
from ballotbox.credentials import private_exponent
from ballotbox.encoding import canonical


def write(address, ballot, code, entry, text):
    """One slip is given tokens and spends one of them."""

    def post(name, body):
        answer = httpx.post(f"{address}/v/{ballot}/{name}", content=body, trust_env=False)
        assert answer.is_success, answer.text
        return answer.json()

    told = _which(post, ballot, code)
    election = ballotbox.Election.parse(told["opinions"]["election"].encode())
    key = blind.TokenKey(int(told["opinions"]["modulus"], 16))
    prepared = [blind.prepare(tokens.message(ballot)) for _ in told["entries"]]
    blinded = [blind.blind(key, one) for one in prepared]
    secret = private_exponent(election.group, ballot, code)
    asked = tokens.request(election.group, ballot, secret, [message for message, _ in blinded])
    signed = base64.b64decode(post("tokens", asked)["signatures"][0])
    token = blind.finalize(key, prepared[0], signed, blinded[0][1])
    post("opinion", tokens.post(prepared[0], token, opinions.seal(election, entry, text)))


def _which(post, ballot, code):
    for name in ("Ed25519", "BELENIOS-2048"):
        public = ballotbox.public_credential(ballotbox.group(name), ballot, code)
        try:
            return post("which", canonical({"credential": public}))
        except AssertionError:
            continue
    raise AssertionError("no ballot knows this slip")
