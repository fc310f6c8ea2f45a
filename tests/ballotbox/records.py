"""Taking records apart and putting them together again, altered but with a chain that fits."""

import io
import json

import ballotbox as bb
from ballotbox.archive import header
from ballotbox.encoding import canonical, sha256_hex

STAMP = 1_672_272_000


def bodies(record):
    """(kind, body) of every record after the first; kind is "data" or "event"."""
    found, position = [], 0
    while position < len(record):
        size = int(record[position + 124 : position + 135], 8)
        name = record[position : position + 100].rstrip(b"\0").decode()
        found.append((name.split(".")[1] if "." in name else name, record[position + 512 :][:size]))
        position += 512 + size + -size % 512
    return found[1:]


def pack(listed, stamp=STAMP):
    """A record from these bodies, named as they must be."""
    out = io.BytesIO()
    for kind, body in [("BELENIOS", canonical({"version": 1, "timestamp": str(stamp)})), *listed]:
        name = kind if kind == "BELENIOS" else f"{sha256_hex(body)}.{kind}.json"
        out.write(header(name, len(body), stamp) + body + bytes(-len(body) % 512))
    return out.getvalue()


def rechained(groups):
    """A record of (type, data bodies) with a chain that fits."""
    chain, listed = bb.Chain(), []
    for kind, data in groups:
        listed += [("data", body) for body in data]
        listed.append(("event", chain.append(kind, data[-1] if data else None).raw))
    return pack(listed)


def grouped(record):
    groups, data = [], []
    for kind, body in bodies(record):
        if kind == "data":
            data.append(body)
        else:
            groups.append((json.loads(body)["type"], data))
            data = []
    return groups


def index_of(groups, kind):
    return next(i for i, (name, _) in enumerate(groups) if name == kind)


def spoiled(record, change):
    groups = grouped(record)
    change(groups)
    return rechained(groups)


def change_setup(position, body):
    def change(groups):
        data = groups[0][1]
        data[position] = body(data[position])
        data[3] = bb.setup_payload(*data[:3])

    return change


def list_change(change):
    def apply(raw):
        listed = json.loads(raw)
        change(listed)
        return canonical(listed)

    return apply
