"""Parts of an office package as XML: nothing is fetched, no entity is put in, and none may be declared. For child
processes: nothing of the site is loaded here.
"""

from collections.abc import Iterator
from typing import IO, Any


class Active(Exception):
    """Something active, or doubtful, was found; its name is the message."""


def parsed(stream: IO[bytes], *names: str, begin: bool = False) -> Iterator[tuple[str, Any]]:
    """Each element of these local names as it ends ("end"), and with `begin` also as it begins ("start").

    Raises Active with doubtful for a part that declares a document type: no office program writes one.
    """
    from lxml import etree  # noqa: PLC0415 - only once the package has been looked at

    events = ("start", "end") if begin else ("end",)
    tags = [f"{{*}}{name}" for name in names]
    reader = etree.iterparse(
        stream, events, tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    for event, element in reader:
        if element.getroottree().docinfo.doctype:
            raise Active("doubtful")
        yield event, element


def local(element: Any) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def value(element: Any, name: str) -> str:
    """An attribute by its name without its namespace; empty when it is not there."""
    return next((text for key, text in element.attrib.items() if key.rpartition("}")[2] == name), "")
