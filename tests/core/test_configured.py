"""What each variable may say; a fault names the variable, its value and what to write instead, in both languages."""

import os
import re
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest

import shuping
from shuping.core import configured, datafolder

ROOT = Path(shuping.__file__).parents[2]

SOUND = [
    ({}, {"address": "http://127.0.0.1:8000", "host": "127.0.0.1", "port": 8000, "language": "zh-hans", "proxies": 0}),
    ({"SHUPING_ADDRESS": "", "SHUPING_LISTEN": " "}, {"address": "http://127.0.0.1:8000", "port": 8000}),
    ({"SHUPING_ADDRESS": "https://Review.example.org/"}, {"address": "https://review.example.org"}),
    ({"SHUPING_ADDRESS": "http://[::1]:8106"}, {"address": "http://[::1]:8106"}),
    ({"SHUPING_LISTEN": "[::]:8106"}, {"host": "::", "port": 8106}),
    ({"SHUPING_LISTEN": "0.0.0.0:80"}, {"host": "0.0.0.0", "port": 80}),
    ({"SHUPING_LISTEN": "review.example.org:8000"}, {"host": "review.example.org"}),
    *(({"SHUPING_TRUSTED_PROXY": word}, {"proxies": 0}) for word in ("0", "no", "off", "false", "No", "否")),
    *(({"SHUPING_TRUSTED_PROXY": word}, {"proxies": 1}) for word in ("1", "yes", "on", "true", "是")),
    ({"SHUPING_TRUSTED_PROXY": "2"}, {"proxies": 2}),
    ({"SHUPING_PROXY_FROM": ""}, {"networks": configured.LOOPBACK}),
    (
        {"SHUPING_PROXY_FROM": "192.0.2.7, 2001:db8::/32"},
        {"networks": (*configured.LOOPBACK, ip_network("192.0.2.7/32"), ip_network("2001:db8::/32"))},
    ),
    ({"SHUPING_HSTS": "1"}, {"hsts_days": 1}),
    ({"SHUPING_HSTS": ""}, {"hsts_days": 0}),
    ({"SHUPING_TIMEZONE": "Europe/Vienna"}, {"timezone": "Europe/Vienna"}),
    ({"SHUPING_LANGUAGE": "en"}, {"language": "en"}),
    ({"SHUPING_DATABASE_URL": "postgresql://wei:p%40ss@[::1]:5433/shuping"}, {}),
    ({"SHUPING_DATABASE_URL": "postgresql://wei@%2Frun%2Fpostgresql/shuping"}, {}),
]

# The variable, what it says, and what to write instead.
WRONG = [
    ("ADDRESS", "review.example.org", "https://review.example.org"),
    ("ADDRESS", "localhost:8000", "https://localhost:8000"),
    ("ADDRESS", "ftp://review.example.org", "https://review.example.org"),
    ("ADDRESS", "http:/review.example.org", "https://review.example.org"),
    ("ADDRESS", "https://review.example.org/shuping", "https://review.example.org"),
    ("ADDRESS", "https://review.example.org?", "https://review.example.org"),
    ("ADDRESS", "https://wei@review.example.org", "https://review.example.org"),
    ("ADDRESS", "https://", "https://review.example.org"),
    ("ADDRESS", "https://[::1", "https://review.example.org"),
    ("ADDRESS", "https://two words", "https://review.example.org"),
    ("ADDRESS", "https://under_line.example", "https://review.example.org"),
    ("ADDRESS", "https://review.example.org:70000", "https://review.example.org"),
    ("ADDRESS", "https://述评.example", "https://xn--wd3a35f.example"),
    ("LISTEN", "8000", "127.0.0.1:8000"),
    ("LISTEN", ":8106", "127.0.0.1:8106"),
    ("LISTEN", "127.0.0.1", "127.0.0.1:8000"),
    ("LISTEN", "::1:8106", "[::1]:8106"),
    ("LISTEN", "http://127.0.0.1:8106", "127.0.0.1:8106"),
    ("LISTEN", "127.0.0.1:0", "127.0.0.1:8000"),
    ("LISTEN", "[::]:65536", "[::]:8000"),
    ("LISTEN", "127.0.0.1:port", "127.0.0.1:8000"),
    ("PROXY_FROM", "somewhere", "192.0.2.7,192.0.2.16/28"),
    ("PROXY_FROM", "192.0.2.0/8", "192.0.2.7,192.0.2.16/28"),
    ("PROXY_FROM", "192.0.2.1;192.0.2.2", "192.0.2.7,192.0.2.16/28"),
    ("HSTS", "1.5", "1"),
    ("HSTS", "-1", "1"),
    ("HSTS", "731", "1"),
    ("TRUSTED_PROXY", "maybe", "0 / 1"),
    ("TRUSTED_PROXY", "1.5", "0 / 1"),
    ("TRUSTED_PROXY", "127.0.0.1", "0 / 1"),
    ("TRUSTED_PROXY", "-1", "0 / 1"),
    ("TRUSTED_PROXY", "10", "0 / 1"),
    ("TRUSTED_PROXY", "²", "0 / 1"),
    ("TIMEZONE", "Asia/Shangha", "Asia/Shanghai"),
    ("TIMEZONE", "Asia", "Asia/Shanghai"),
    ("TIMEZONE", "../etc/passwd", "Asia/Shanghai"),
    ("LANGUAGE", "de", "zh-hans / en"),
    ("LANGUAGE", "zh_CN", "zh-hans / en"),
    ("DATABASE_URL", "mysql://x/y", "postgresql://user:password@host:5432/name"),
    ("DATABASE_URL", "shuping", "postgresql://user:password@host:5432/name"),
    ("DATABASE_URL", "postgresql://db.example", "postgresql://user:password@host:5432/name"),
    ("DATABASE_URL", "postgresql://db.example:port/shuping", "postgresql://user:password@host:5432/name"),
    ("DATABASE_URL", "postgresql://db.example/shuping?sslmode=require", "postgresql://user:password@host:5432/name"),
    ("DATA", "~/data", "/srv/shuping/data"),
]


@pytest.mark.parametrize(("given", "expected"), SOUND)
def test_what_is_sound_is_taken(given, expected):
    found = configured.read(given)

    assert (found.faults, found.warnings) == ([], [])
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(("name", "said", "instead"), WRONG)
def test_a_fault_says_what_to_write_instead(name, said, instead):
    [fault] = configured.read({f"SHUPING_{name}": said}).faults

    zh, en = fault.split(" / ", 1) if name not in ("LANGUAGE", "TRUSTED_PROXY") else (fault, fault)
    assert f"请写成 {instead}" in zh
    assert f"Write {instead} instead." in en
    assert fault.startswith(f"SHUPING_{name}=")
    assert "\n" not in fault


@pytest.mark.parametrize("said", ["mysql://wei:geheim@db.example/y", "mysql:wei:geheim@db", "postgresql://w:geheim@x"])
def test_no_fault_shows_a_password(said):
    [fault] = configured.read({"SHUPING_DATABASE_URL": said}).faults

    assert "geheim" not in fault
    assert "=" in fault


def test_all_faults_are_told_at_once():
    given = {"SHUPING_ADDRESS": "x", "SHUPING_LISTEN": "8000", "SHUPING_LANGUAGE": "de", "SHUPING_TIMEZONE": "x"}

    assert len(configured.read(given).faults) == 4


def test_a_name_with_a_typing_error_is_told_with_the_one_that_is_meant():
    near, far = configured.read({"SHUPING_ADRESS": "x", "SHUPING_QQ": "", "ELSE": "x"}).warnings

    assert "Is SHUPING_ADDRESS meant?" in near
    assert "SHUPING_QQ" in far
    assert "meant" not in far


def test_every_variable_that_is_read_anywhere_is_known():
    words = {
        word
        for file in (ROOT / "src" / "shuping").rglob("*.py")
        for word in re.findall(r"\"(SHUPING_[A-Z_]+)\"", file.read_text("utf-8"))
    }

    assert words == set(configured.KNOWN)


def test_every_variable_stands_in_the_instructions():
    told = "\n".join(file.read_text("utf-8") for file in (ROOT / "docs" / "operate").glob("*.md"))

    assert [name for name in configured.KNOWN if name not in told] == []


@pytest.mark.parametrize(
    ("address", "listen", "answers"),
    [
        ("https://review.example.org", "127.0.0.1", ["127.0.0.1", "[::1]", "localhost", "review.example.org"]),
        ("http://[fe80::1]:8000", "::", ["127.0.0.1", "[::1]", "[fe80::1]", "localhost"]),
        ("http://a.example", "0.0.0.0", ["127.0.0.1", "[::1]", "a.example", "localhost"]),
    ],
)
def test_the_site_answers_to_its_address_and_where_it_listens(address, listen, answers):
    assert datafolder.allowed_hosts(address, listen) == answers


def test_the_folder_of_a_socket_keeps_its_capitals(monkeypatch, tmp_path):
    monkeypatch.setenv("SHUPING_DATABASE_URL", "postgresql://wei@%2Ftmp%2FAbC/shuping")

    assert datafolder.database(tmp_path)["HOST"] == "/tmp/AbC"
    assert datafolder.called(datafolder.database(tmp_path)) == "PostgreSQL, shuping at /tmp/AbC"


def _run(*words, **given):
    environment = {"PYTHONPATH": str(ROOT / "src"), "PATH": os.environ["PATH"], "HOME": "/nonexistent"} | given
    command = [sys.executable, "-m", "shuping.cli", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("command", [["check"], ["serve"], ["upgrade"], ["demo"], ["backup", "x"]])
def test_every_command_refuses_wrong_settings_with_exit_status_two(command, tmp_path):
    wrong = {"SHUPING_LISTEN": "8000", "SHUPING_TIMEZONE": "Europe/Nowhere", "SHUPING_DATA": str(tmp_path / "data")}

    done = _run(*command, **wrong, SHUPING_ADRESS="x")

    assert done.returncode == 2
    assert [line.partition("=")[0].partition("：")[0] for line in done.stderr.splitlines()] == [
        "SHUPING_ADRESS",
        "SHUPING_LISTEN",
        "SHUPING_TIMEZONE",
    ]
    assert list(tmp_path.iterdir()) == []


def test_whoever_imports_the_settings_otherwise_gets_the_sentence_too(tmp_path):
    code = "from django.conf import settings; settings.DATA"
    given = {
        "SHUPING_LANGUAGE": "de",
        "SHUPING_DATA": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "shuping.settings",
    }
    environment = {"PYTHONPATH": str(ROOT / "src")} | given

    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)

    assert "ImproperlyConfigured: SHUPING_LANGUAGE=de" in done.stderr


def test_importing_the_settings_makes_nothing(tmp_path):
    code = "import django; django.setup(); from django.conf import settings; print(settings.SECRET_KEY)"
    environment = {
        "PYTHONPATH": str(ROOT / "src"),
        "SHUPING_DATA": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "shuping.settings",
    }

    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)

    assert len(done.stdout) > 50
    assert list(tmp_path.iterdir()) == []
