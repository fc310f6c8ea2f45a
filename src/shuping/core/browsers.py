"""What a browser says of itself, in words that its owner knows: the kind of browser and the system below it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# In this order: most browsers also name those that came before them.
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("QQBrowser", "QQ"),
    ("UCBrowser", "UC"),
    ("HuaweiBrowser", "Huawei"),
    ("SamsungBrowser", "Samsung"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chromium", "Chromium"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
# Debian's Chromium and others that are built from it say that they are Chrome; names that are words are translated.
WORDS = {"WeChat": gettext_lazy("WeChat"), "Chrome": gettext_lazy("Chrome or Chromium")}


def kind_of(told: str) -> tuple[str, str]:
    """The browser and the system that a `User-Agent` names; empty where it names none that is known."""
    return _first(BROWSERS, told), _first(SYSTEMS, told)


def _first(known: tuple[tuple[str, str], ...], told: str) -> str:
    return next((name for mark, name in known if mark in told), "")


def words(browser: str, system: str) -> str:
    """Both as a page shows them, in the user's language."""
    named: Any = {
        "browser": WORDS.get(browser, browser) or _("another browser"),
        "system": system or _("another system"),
    }
    return str(_("%(browser)s on %(system)s") % named)
