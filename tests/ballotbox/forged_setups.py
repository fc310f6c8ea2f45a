"""Records forged before anybody voted: the file, its chain, the set-up, the trustees; and what forging needs."""

import ballotbox as bb
from ballotbox.encoding import canonical
from tests.ballotbox.forger import MIXED, parsed, shifted
from tests.ballotbox.records import index_of

IDENTITY = "00" * 31 + "01"
OFF_CURVE = "00" * 31 + "02"


def pair(body, question=0, answer=1):
    return body["answers"][question]["choices"][answer]


def proof(body):
    return body["answers"][0]["individual_proofs"][0][0]


def drop(kind):
    return lambda groups: groups.pop(index_of(groups, kind))


def double(kind):
    return lambda groups: groups.insert(index_of(groups, kind), groups[index_of(groups, kind)])


def exchange(first, second):
    def change(groups):
        groups[first], groups[second] = groups[second], groups[first]

    return change


def last_event(change):
    return lambda groups: groups.__setitem__(-1, ("Result", [change(groups[-1][1][0])]))


def result(counts):
    return lambda f: f.events(last_event(lambda _: canonical({"result": counts})))


def owner(number):
    return lambda f: f.data("PartialDecryption", 1, parsed(lambda body: body.update(owner=number)))


def rogue_key(f):
    """A key chosen so that the product is one whose secret the forger knows; its proof is another key's."""

    def change(listed):
        g = f.group
        listed[0][1]["public_key"] = g.divide(g.generate(5), f.meeting.trustees.members[1].public_key)

    return f.trustees(change)


FILE = {
    "a mode in a header": (lambda f: f.altered(512 * 2 + 106, ord("7")), bb.BadRecord, "record 1", "header"),
    "a checksum in a header": (lambda f: f.altered(512 * 2 + 149, ord("9")), bb.BadRecord, "record 1", "header"),
    "something in the padding": (lambda f: f.altered(1023, 1), bb.BadRecord, "record 0", "padding"),
    "a timestamp that is a number": (
        lambda f: f.first(b'{"version":1,"timestamp":1672272000}'),
        bb.WrongShape,
        "record 0",
        "text",
    ),
    "another timestamp": (
        lambda f: f.first(b'{"version":1,"timestamp":"1672272001"}'),
        bb.BadRecord,
        "record 0",
        "header",
    ),
    "another version": (
        lambda f: f.first(b'{"version":2,"timestamp":"1672272000"}'),
        bb.BadRecord,
        "record 0",
        "version 1",
    ),
    "end-of-archive blocks": (lambda f: f.record + bytes(1024), bb.BadRecord, "record", "size"),
    "an extra data record": (
        lambda f: f.repacked(lambda listed: listed.insert(5, ("data", b"1"))),
        bb.BrokenChain,
        "record 8",
        "2 data records",
    ),
    "a data record twice": (
        lambda f: f.repacked(lambda listed: listed.insert(5, listed[5])),
        bb.BrokenChain,
        "record 8",
        "2 data records",
    ),
    "data at the end": (
        lambda f: f.repacked(lambda listed: listed.append(("data", b"1"))),
        bb.BadRecord,
        "record",
        "no event",
    ),
    "a file cut short": (lambda f: f.record[:-512], bb.BadRecord, "record", "middle"),
}

CHAIN = {
    "a parent": (
        lambda f: f.event(2, parsed(lambda event: event.update(parent="0" * 64))),
        bb.BrokenChain,
        "record 9",
        "continue",
    ),
    "a height": (lambda f: f.event(2, parsed(lambda event: event.update(height=7))), bb.BrokenChain, "record 9", ""),
    "a payload": (
        lambda f: f.event(2, parsed(lambda event: event.update(payload="0" * 64))),
        bb.BrokenChain,
        "record 9",
        "continue",
    ),
    "a field more in an event": (
        lambda f: f.event(2, parsed(lambda event: event.update(note=1))),
        bb.BrokenChain,
        "record 9",
        "continue",
    ),
    "a space in an event": (lambda f: f.event(2, lambda raw: raw + b" "), bb.BrokenChain, "record 9", "continue"),
    "a field twice in an event": (
        lambda f: f.event(2, lambda raw: raw[:-1] + b',"height":2}'),
        bb.NotCanonical,
        "record 9",
        "twice",
    ),
    "no set-up": (lambda f: f.events(drop("Setup")), bb.BrokenChain, "record 2", "Setup is expected"),
    "the sum before the end": (
        lambda f: f.events(exchange(5, 6)),
        bb.BrokenChain,
        "record 16",
        "Ballot or EndBallots",
    ),
    "a ballot after the end": (lambda f: f.events(exchange(4, 5)), bb.BrokenChain, "record 14", "EncryptedTally"),
    "a ballot twice": (lambda f: f.events(double("Ballot")), bb.DuplicateBallot, "record 9", "twice"),
    "a ballot dropped": (lambda f: f.events(lambda groups: groups.pop(2)), bb.BadTally, "record 15", "not the sum"),
    "a later ballot dropped": (
        lambda f: f.events(lambda groups: groups.pop(4)),
        bb.BadTally,
        "record 15",
        "not the sum",
    ),
    "the later ballot put first": (lambda f: f.events(exchange(1, 4)), bb.BadTally, "record 17", "not the sum"),
    "no result": (lambda f: f.events(drop("Result")), bb.BrokenChain, "end of the file", "ends before"),
}

SETUP = {
    "a question's words": (
        lambda f: f.setup(0, lambda raw: raw.replace("林".encode(), "李".encode(), 1)),
        bb.WrongElection,
        "record 7, ballot.election_hash",
        "another version",
    ),
    "questions in another order": (
        lambda f: f.setup(0, parsed(lambda election: election["questions"].reverse())),
        bb.WrongElection,
        "record 7, ballot.election_hash",
        "another version",
    ),
    "another key in the election": (
        lambda f: f.setup(0, parsed(lambda election: election.update(public_key=f.group.generate(9)))),
        bb.BadTrustees,
        "trustees",
        "public key",
    ),
    "a field more in the election": (
        lambda f: f.setup(0, parsed(lambda election: election.update(extra=1))),
        bb.WrongShape,
        "election",
        "fields",
    ),
    "a field twice in the election": (
        lambda f: f.setup(0, lambda raw: raw.replace(b'"name"', b'"version":1,"name"')),
        bb.NotCanonical,
        "election",
        "twice",
    ),
    "more required than allowed": (
        lambda f: f.setup(0, parsed(lambda election: election["questions"][0].update(min=2))),
        bb.WrongShape,
        "election.questions[0]",
        "from 2",
    ),
    "a credential twice": (
        lambda f: f.setup(2, parsed(lambda listed: listed.append(listed[0]))),
        bb.DuplicateCredential,
        "public_credentials[4]",
        "twice",
    ),
    "a credential of low order": (
        lambda f: f.setup(2, parsed(lambda listed: listed.append(MIXED))),
        bb.BadPoint,
        "public_credentials[4]",
        "prime order",
    ),
    "a credential taken from the list": (
        lambda f: f.setup(2, parsed(lambda listed: listed.pop(1))),
        bb.UnknownCredential,
        "record 9, ballot.credential",
        "not on the list",
    ),
    "a weight given afterwards": (
        lambda f: f.setup(2, parsed(lambda listed: listed.__setitem__(1, listed[1] + ",3"))),
        bb.BadTally,
        "record 17",
        "not the sum",
    ),
    "a list that the set-up does not name": (
        lambda f: f.events(lambda groups: groups[0][1].__setitem__(2, b"[]")),
        bb.BrokenChain,
        "record 5",
        "set-up",
    ),
}

TRUSTEES = {
    "the server's proof": (
        lambda f: f.trustees(lambda listed: shifted(listed[0][1]["pok"])),
        bb.BadTrustees,
        "trustees[0]",
        "proof",
    ),
    "a rogue key": (rogue_key, bb.BadTrustees, "trustees[0]", "proof"),
    "a certificate's signature": (
        lambda f: f.pedersen(lambda item: shifted(item["certs"][0]["signature"])),
        bb.BadTrustees,
        "trustees[1].trustee[1]",
        "not signed",
    ),
    "a commitment's signature": (
        lambda f: f.pedersen(lambda item: shifted(item["coefexps"][2]["signature"])),
        bb.BadTrustees,
        "trustees[1].trustee[3]",
        "not signed",
    ),
    "the agreement's signature": (
        lambda f: f.pedersen(lambda item: shifted(item["signatures"][0])),
        bb.BadTrustees,
        "trustees[1].trustee[1]",
        "not signed",
    ),
    "commitments exchanged": (
        lambda f: f.pedersen(lambda item: item["coefexps"].reverse()),
        bb.BadTrustees,
        "trustees[1].trustee[1]",
        "not signed",
    ),
    "certificates exchanged": (
        lambda f: f.pedersen(lambda item: item["certs"].reverse()),
        bb.BadTrustees,
        "trustees[1]",
        "certificate",
    ),
    "verification keys exchanged": (
        lambda f: f.pedersen(lambda item: item["verification_keys"].reverse()),
        bb.BadTrustees,
        "trustees[1].trustee[1]",
        "",
    ),
    "a verification key's proof": (
        lambda f: f.pedersen(lambda item: shifted(item["verification_keys"][0]["pok"])),
        bb.BadTrustees,
        "trustees[1].trustee[1]",
        "proof",
    ),
    "a lower threshold": (
        lambda f: f.pedersen(lambda item: item.update(threshold=1)),
        bb.BadTrustees,
        "trustees[1]",
        "",
    ),
    "the trustees left out": (
        lambda f: f.trustees(lambda listed: listed.pop()),
        bb.BadTrustees,
        "trustees",
        "public key",
    ),
}
