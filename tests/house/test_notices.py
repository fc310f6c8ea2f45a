"""What others wrote goes out with its notice and the words of its licence: on the site and in every page alone."""

import json
import re
import subprocess
import sys

import pytest
from django.test import Client

from tests.house.test_supply import ROOT

TOOLS = str(ROOT / "tools")
BUILT = ROOT / "src" / "shuping" / "static" / "built"
NAME = "THIRD-PARTY-NOTICES.txt"
LOCK = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
PARTS = re.compile(r"^(\S+) (\S+), in (.+)$", re.MULTILINE)
BUILDS_ONLY = {"esbuild"}  # nothing of it is in what it builds
GRANT = {"MIT": "Permission is hereby granted", "OFL-1.1": "SIL OPEN FONT LICENSE"}


@pytest.fixture(scope="module")
def tools():
    """The modules that build."""
    sys.path.insert(0, TOOLS)
    try:
        import build_standalone  # noqa: PLC0415 - from the folder of tools
        import build_static  # noqa: PLC0415
        import notices  # noqa: PLC0415
    finally:
        sys.path.remove(TOOLS)
    return build_static, build_standalone, notices


def _parts(text):
    """Package -> its version, the files that it is in, and its words."""
    found = {}
    for part in text.split("=" * 100 + "\n")[1:]:
        package, version, where = PARTS.match(part).groups()
        found[package] = (version, set(where.split(", ")), part.partition("\n")[2])
    return found


TOLD = _parts((BUILT / NAME).read_text("utf-8"))


def _locked():
    """The packages of the lock that are not for development alone, with what the lock says of them."""
    prefix = "node_modules/"
    return {
        place.removeprefix(prefix): about
        for place, about in LOCK.items()
        if place and not about.get("dev") and not about.get("optional")
    }


def test_every_package_that_is_not_for_development_alone_is_told_with_its_version():
    locked = _locked()

    assert set(TOLD) == set(locked) - BUILDS_ONLY
    assert {name: version for name, (version, _where, _words) in TOLD.items()} == {
        name: locked[name]["version"] for name in TOLD
    }


@pytest.mark.parametrize("package", sorted(TOLD))
def test_notice_and_licence_stand_there_in_full(package):
    _version, _where, words = TOLD[package]
    licence = "OFL-1.1" if "google-fonts" in package else LOCK[f"node_modules/{package}"]["license"]

    assert re.search(r"Copyright (\(c\) )?\d{4}", words)
    assert GRANT[licence] in words
    assert "WITHOUT WARRANTY OF ANY KIND" in words


def test_what_esbuild_packs_into_a_script_is_told_and_nothing_else(tools, tmp_path):
    build_static, _standalone, _notices = tools
    for target, source in build_static.BUNDLES.items():
        meta = tmp_path / "meta.json"
        made = [*build_static.esbuild(), str(build_static.SOURCES / source), f"--outfile={tmp_path / target}"]
        options = ["--bundle", "--format=iife", f"--metafile={meta}", "--log-level=error"]
        subprocess.run([*made, *options], cwd=ROOT, check=True)
        [output] = json.loads(meta.read_text("utf-8"))["outputs"].values()
        parts = {name.split("node_modules/")[1] for name, told in output["inputs"].items() if "node_modules/" in name}
        inside = {"/".join(part.split("/")[: 2 if part.startswith("@") else 1]) for part in parts}

        assert {package for package, (_version, where, _words) in TOLD.items() if target in where} == inside


def test_every_font_and_style_that_is_handed_out_is_told():
    told = {file for _version, where, _words in TOLD.values() for file in where}
    others = {f"fonts/{file.name}" for file in (BUILT / "fonts").iterdir()} | {"pico.css"}

    assert others <= told


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("trustee.html", {"@noble/ciphers", "@noble/curves", "@noble/hashes", "qrcode-generator"}),
        ("slips.html", {"@noble/curves", "@noble/hashes", "qrcode-generator"}),
    ],
)
def test_a_page_that_is_handed_on_alone_has_its_notices_inside(tools, tmp_path, name, inside):
    tools[1].build(tmp_path)

    text = (tmp_path / name).read_text("utf-8")
    _page, _end, behind = text.partition("</html>\n<!--\n")

    assert set(_parts(behind)) == inside
    assert {word for package in inside for word in [_parts(behind)[package][2].strip()[:60]]} <= {
        TOLD[package][2].strip()[:60] for package in inside
    }
    assert behind.endswith("-->\n")
    assert (tmp_path / NAME).read_bytes() == (BUILT / NAME).read_bytes()
    assert NAME in (tmp_path / "SHA256SUMS").read_text()


def test_a_package_without_the_words_of_its_licence_stops_the_build(tools, tmp_path, monkeypatch):
    notices = tools[2]
    (tmp_path / "nameless").mkdir()
    (tmp_path / "nameless" / "package.json").write_text('{"version": "1", "license": "MIT", "module": "main.js"}')
    (tmp_path / "nameless" / "main.js").write_text("// nothing\n\nexport {};\n")
    monkeypatch.setattr(notices, "MODULES", tmp_path)

    with pytest.raises(notices.NoLicence, match="nameless came without the words of its licence"):
        notices.notices({"nameless": ["x.js"]})


def test_words_that_would_end_a_comment_stop_the_build(tools, tmp_path, monkeypatch):
    notices = tools[2]
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "package.json").write_text('{"version": "1"}')
    (tmp_path / "odd" / "LICENSE").write_text("--> <script>")
    monkeypatch.setattr(notices, "MODULES", tmp_path)

    with pytest.raises(notices.NoLicence, match="would end the comment"):
        notices.comment({"odd": ["x.js"]})


@pytest.mark.django_db
def test_the_site_hands_them_out_and_its_pages_say_where():
    client = Client()
    page = client.get("/accounts/login/", follow=True).content.decode()
    [place] = re.findall(r'<link rel="license" href="([^"]+)">', page)

    answer = client.get(place)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert b"".join(answer.streaming_content) == (BUILT / NAME).read_bytes()
