"""Sealed files of any content, made by the project's own Sealer: what a backup could be if somebody else wrote it."""

import io
import tarfile

from shuping import backup
from shuping.core import sealing
from tests.operate.sites import WORDS

FILE, FOLDER = tarfile.REGTYPE, tarfile.DIRTYPE


def seal(place, members, magic=None):
    """Write `place`/NAME with these members: (name, type, body or the link's target)."""
    out = io.BytesIO()
    sealer = sealing.Sealer(out, WORDS)
    with tarfile.open(fileobj=sealer, mode="w|") as tar:
        for name, kind, told in members:
            _add(tar, name, kind, told)
    sealer.finish()
    raw = out.getvalue()
    place.mkdir(parents=True, exist_ok=True)
    (place / backup.NAME).write_bytes((magic or raw[:16]) + raw[16:])
    return place


def _add(tar, name, kind, told):
    member = tarfile.TarInfo(name)
    member.type, member.mode = kind, 0o777
    if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
        member.linkname = told
    body = told if kind == FILE else b""
    member.size = len(body)
    tar.addfile(member, io.BytesIO(body))


def members(place):
    """The members of a backup, as `seal` takes them."""
    opener = sealing.Opener(io.BytesIO((place / backup.NAME).read_bytes()), WORDS)
    with tarfile.open(fileobj=opener, mode="r|") as tar:
        return [(one.name, one.type, tar.extractfile(one).read() if one.isfile() else "") for one in tar]
