"""The settings: what the variables of the environment say, and a sentence for each that says something wrong.

Nothing is looked at but the environment that is handed in. It is read before Django starts and before anybody's
language is known, so every sentence stands in both languages of the site.
"""

import difflib
import ipaddress
import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

ADDRESS, LISTEN = "http://127.0.0.1:8000", "127.0.0.1:8000"
LANGUAGE, LANGUAGES = "zh-hans", ("zh-hans", "en")
TIMEZONE = "Asia/Shanghai"
DATABASE = "postgresql://user:password@host:5432/name"
# The whole list, so that a name with a typing error is noticed.
KNOWN = (
    "SHUPING_ADDRESS",
    "SHUPING_BACKUP_PASSPHRASE",
    "SHUPING_CLOCK",
    "SHUPING_DATA",
    "SHUPING_DATABASE_URL",
    "SHUPING_HSTS",
    "SHUPING_LANGUAGE",
    "SHUPING_LISTEN",
    "SHUPING_OIDC_CLAIM",
    "SHUPING_OIDC_CLIENT",
    "SHUPING_OIDC_NAME",
    "SHUPING_OIDC_SECRET",
    "SHUPING_OIDC_URL",
    "SHUPING_PROXY_FROM",
    "SHUPING_TIMEZONE",
    "SHUPING_TRUSTED_PROXY",
)
YES, NO = frozenset({"yes", "on", "true", "是"}), frozenset({"no", "off", "false", "否"})
MOST_PROXIES, MOST_DAYS = 9, 730
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOPBACK: tuple[Network, ...] = (ipaddress.IPv4Network("127.0.0.0/8"), ipaddress.IPv6Network("::1/128"))
NEAR = 0.8  # how much alike two names are for one to be a typing error of the other
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*")  # what Django takes for one


@dataclass
class Configured:
    """What is set, each with its default. With `faults` the values that are at fault are defaults, too."""

    address: str = ADDRESS
    host: str = "127.0.0.1"
    port: int = 8000
    language: str = LANGUAGE
    timezone: str = TIMEZONE
    proxies: int = 0
    networks: tuple[Network, ...] = LOOPBACK  # from where proxies may come: this machine, and what is named
    hsts_days: int = 0
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class _Fault(Exception):
    """What is wrong with a value, in Chinese and in English, and what to write instead."""

    def __init__(self, zh: str, en: str, instead: str) -> None:
        super().__init__(en)
        self.zh, self.en, self.instead = zh, en, instead


def read(given: Mapping[str, str]) -> Configured:
    """The settings in an environment. A variable that is set to nothing counts as not set."""
    found = Configured(warnings=_unknown(given))
    readers = (
        ("SHUPING_ADDRESS", lambda text: {"address": _address(text)}),
        ("SHUPING_LISTEN", lambda text: dict(zip(("host", "port"), _listen(text), strict=True))),
        ("SHUPING_LANGUAGE", lambda text: {"language": _language(text)}),
        ("SHUPING_TIMEZONE", lambda text: {"timezone": _timezone(text)}),
        ("SHUPING_TRUSTED_PROXY", lambda text: {"proxies": how_many(text)}),
        ("SHUPING_PROXY_FROM", lambda text: {"networks": (*LOOPBACK, *_networks(text))}),
        ("SHUPING_HSTS", lambda text: {"hsts_days": _days(text)}),
        ("SHUPING_DATABASE_URL", _database),
        ("SHUPING_DATA", _data),
    )
    for name, reader in readers:
        if text := given.get(name, "").strip():
            try:
                vars(found).update(reader(text))
            except _Fault as fault:
                found.faults.append(_sentence(name, text, fault))
    return found


def _sentence(name: str, text: str, fault: _Fault) -> str:
    shown = f"{name}={without_password(text)}"
    return f"{shown}：{fault.zh}请写成 {fault.instead}。 / {fault.en} Write {fault.instead} instead."


def without_password(text: str) -> str:
    """An address as it may be shown: without who signs in there, and how."""
    return re.sub(r"(?<=//).*@|^[^/]*@", "…@", text)


def _unknown(given: Mapping[str, str]) -> list[str]:
    names = sorted(name for name in given if name.startswith("SHUPING_") and name not in KNOWN)
    return [_unknown_name(name, next(iter(difflib.get_close_matches(name, KNOWN, 1, NEAR)), "")) for name in names]


def _unknown_name(name: str, near: str) -> str:
    zh, en = (f"是否想写 {near}？", f" Is {near} meant?") if near else ("", "")
    return f"{name}：没有这个设置，已忽略。{zh} / There is no such setting; it is ignored.{en}"


def how_many(text: str) -> int:
    """How many of something a yes, a no or a number asks for: a yes is one, a no is none."""
    plain = text.lower()
    if plain in YES:
        return 1
    if plain in NO:
        return 0
    if not (plain.isascii() and plain.isdigit() and int(plain) <= MOST_PROXIES):
        raise _Fault(
            f"既不是“是”或“否”，也不是 0 至 {MOST_PROXIES} 的数字。",
            f"This is neither yes nor no, nor a number from 0 to {MOST_PROXIES}.",
            "0 / 1",
        )
    return int(plain)


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(one.strip()) for one in text.split(",") if one.strip())
    except ValueError:
        zh, en = "不是以逗号分隔的地址或网段。", "These are no addresses or networks with commas between."
        raise _Fault(zh, en, "192.0.2.7,192.0.2.16/28") from None


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= MOST_DAYS):
        raise _Fault(f"不是 0 至 {MOST_DAYS} 的天数。", f"This is no number of days from 0 to {MOST_DAYS}.", "1")
    return int(text)


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise _Fault("本站没有这种语言。", "The site does not speak this language.", " / ".join(LANGUAGES))
    return text


def _timezone(text: str) -> str:
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        near = difflib.get_close_matches(text, zoneinfo.available_timezones(), 1, NEAR)
        raise _Fault("没有这个时区。", "There is no such time zone.", next(iter(near), TIMEZONE)) from None
    return text


def _address(text: str) -> str:
    """Scheme, host and port, and nothing else: everything below belongs to the site."""
    parts = _split(text, "https://review.example.org")
    if parts.scheme not in ("http", "https") or "://" not in text:
        raise _Fault("缺少 https:// 或 http://。", "It does not begin with https:// or http://.", _with_scheme(text))
    bare = f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
    if not HOST.fullmatch(_ascii(parts.hostname or "")):
        raise _Fault("不是网址。", "This is no address.", "https://review.example.org")
    if _ascii(parts.hostname or "") != parts.hostname:
        coded = f"{parts.scheme}://{_ascii(parts.hostname or '')}" + (f":{parts.port}" if parts.port else "")
        raise _Fault("浏览器会换一种写法发送域名。", "Browsers send this name in another form.", coded)
    if text.lower().rstrip("/") != bare:
        raise _Fault("网址后面还有别的内容。", "The site has its address to itself, without path or name.", bare)
    return bare


def _with_scheme(text: str) -> str:
    host = re.sub(r"^[a-z+]*:/+", "", text, flags=re.IGNORECASE).partition("/")[0].rpartition("@")[2]
    return f"https://{host if HOST.fullmatch(host.partition(':')[0].lower()) else 'review.example.org'}"


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return ""


def _split(text: str, instead: str) -> SplitResult:
    """The parts of an address whose port is one."""
    try:
        parts = urlsplit(text)
        bad_port = parts.port == 0
    except ValueError:
        bad_port = True
    if bad_port or re.search(r"\s", text):
        raise _Fault(
            "不是网址，或端口不在 1 至 65535 之内。", "This is no address, or its port is not 1 to 65535.", instead
        )
    return parts


LISTENING = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.%]+)\]|(?P<name>[^\s:/\[\]]+)):(?P<port>[0-9]{1,5})", re.ASCII)


def _listen(text: str) -> tuple[str, int]:
    """Host and port; the brackets around an IPv6 address are for its colons only."""
    found = LISTENING.fullmatch(text)
    if found is None:
        raise _Fault("应为 主机:端口。", "This is not host:port.", _listened(text))
    if not 1 <= (port := int(found["port"])) <= 65535:
        raise _Fault("端口不在 1 至 65535 之内。", "The port is not 1 to 65535.", text.rpartition(":")[0] + ":8000")
    return found["six"] or found["name"], port


def _listened(text: str) -> str:
    """What whoever wrote this will have meant."""
    rest = text.partition("://")[2].partition("/")[0] or text.partition("/")[0]
    host, colon, port = rest.rpartition(":")
    if not colon:
        host, port = ("", rest) if rest.isdigit() else (rest, "8000")
    guess = f"{f'[{host}]' if ':' in host else host or '127.0.0.1'}:{port if port.isdigit() else '8000'}"
    return guess if LISTENING.fullmatch(guess) else LISTEN


def _database(text: str) -> dict[str, str]:
    parts = _split(text, DATABASE)
    if parts.scheme != "postgresql":
        raise _Fault(
            "只能是 PostgreSQL；不设置则用 SQLite。",
            "Only PostgreSQL can be named here; without it SQLite is used.",
            DATABASE,
        )
    if parts.query or parts.fragment:
        raise _Fault(
            "“?”或“#”之后的内容不起作用；密码中的特殊字符须写成 %xx，连接方式用 PGSSLMODE 等变量设置。",
            "What follows a ? or # does nothing: a sign in a password is written %xx, PGSSLMODE and its like are "
            "variables.",
            DATABASE,
        )
    if not parts.path.strip("/"):
        raise _Fault("没有写数据库名。", "It names no database.", DATABASE)
    return {}


def _data(text: str) -> dict[str, str]:
    if text.startswith("~"):
        raise _Fault("这里的“~”不代表个人文件夹。", "Nothing expands the ~ here.", "/srv/shuping/data")
    return {}
