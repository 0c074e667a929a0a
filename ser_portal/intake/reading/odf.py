"""OpenDocument files (ISO/IEC 26300): which one it is, and what must not be in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from . import drawings
from .verdict import ODP, ODS, ODT, Found, Refusal
from .xml import OnStart

_KINDS: Final = {found.mime.encode(): found for found in (ODT, ODS, ODP)}
_MACRO_NAME: Final = re.compile(r"^(.*/)?(Basic|Scripts|Dialogs)/", re.IGNORECASE)
_URN: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_HREF: Final = "http://www.w3.org/1999/xlink href"
_LINKS: Final = {_URN + "text:1.0 a", _URN + "drawing:1.0 a"}
_TEMPLATE: Final = _URN + "meta:1.0 template"
_OUTSIDE: Final = {
    _URN + "office:1.0 dde-source",
    _URN + "text:1.0 dde-connection",
    _URN + "text:1.0 dde-connection-decl",
    _URN + "table:1.0 dde-link",
    _URN + "table:1.0 table-source",
    _URN + "table:1.0 cell-range-source",
    _URN + "table:1.0 database-source-sql",
    _URN + "table:1.0 database-source-query",
    _URN + "table:1.0 database-source-table",
    _URN + "form:1.0 connection-resource",
    _URN + "drawing:1.0 floating-frame",
}
_OBJECTS: Final = {_URN + "drawing:1.0 object-ole", _URN + "drawing:1.0 applet", _URN + "drawing:1.0 plugin"}
_MACROS: Final = {_URN + "text:1.0 script", _URN + "script:1.0 event-listener", _URN + "office:1.0 script"}
_MACRO_LINK: Final = re.compile(
    r"^\s*(vnd\.sun\.star\.(script|expand)|macro|javascript|vbscript|service|data|ms-[a-z]+):", re.IGNORECASE
)
_FAR: Final = re.compile(r"^\s*([a-z][a-z0-9+.-]+:|//|\\\\|\.\./|/)", re.IGNORECASE)
_REMOTE: Final = re.compile(r"^\s*(https?:|ftp:|smb:|dav|//|\\\\|file:/{2,}[^/]|file:/{4,})", re.IGNORECASE)


class Format:
    """Gathers what kind of document this is; raises Refusal on the first part that may not be there."""

    def __init__(self, names: set[str]) -> None:
        self._found: Found | None = None
        self._names = names

    def name(self, name: str) -> None:
        if _MACRO_NAME.match(name):
            raise Refusal("macros")

    def may_embed(self, _name: str) -> bool:
        return False  # a chart in ODF is a folder in the same container

    def part(self, name: str) -> tuple[OnStart, Callable[[str], None] | None]:
        if name.lower().endswith(".svg"):
            return drawings.on_start, None
        return self._element, None

    def part_ends(self, _name: str) -> None: ...

    def wants_bytes(self, name: str) -> bool:
        return name == "mimetype"

    def take_bytes(self, _name: str, content: bytes) -> None:
        kind = content.strip()
        if kind in _KINDS:
            self._found = _KINDS[kind]
        elif kind.startswith(b"application/vnd.oasis.opendocument."):
            raise Refusal("template" if kind.endswith(b"-template") else "unknown")
        else:
            raise Refusal("archive")

    def found(self) -> Found:
        if self._found is None or not {"content.xml", "META-INF/manifest.xml"} <= self._names:
            raise Refusal("archive" if self._found is None else "corrupt")
        return self._found

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        if name.endswith((" encryption-data", " encrypted-key")):
            raise Refusal("encrypted")
        if name in _MACROS:
            raise Refusal("macros")
        if name in _OBJECTS:
            raise Refusal("embedded")
        if name in _OUTSIDE:
            raise Refusal("outside")
        href = attributes.get(_HREF) if attributes else None
        if href:
            if _MACRO_LINK.match(href):
                raise Refusal("macros")
            if name == _TEMPLATE:
                if _REMOTE.match(href):
                    raise Refusal("remote_template")
            elif name not in _LINKS and _FAR.match(href):
                raise Refusal("outside")
