"""XML inside a container, read as a stream: no tree, no entities, no document type that could declare any."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from xml.parsers import expat

from .verdict import Refusal

OnStart = Callable[[str, dict[str, str]], None]
# What old OpenOffice and drawing programs put on top; names a document type, declares nothing, is fetched by nobody.
_HARMLESS_TYPES: Final = ("-//W3C//DTD SVG", "-//OpenOffice.org//DTD", "-//W3C//DTD MathML")


class Reader:
    """Feed it bytes; it calls `on_start(name, attributes)` with names as "namespace local", and `on_text`.

    Raises Refusal: `entities` for anything that declares or asks for an entity, `corrupt` for XML that is broken.
    `lenient`: broken XML is let by unless it tries to declare something (Excel's own VML is not always well-formed).
    """

    def __init__(
        self, on_start: OnStart, on_text: Callable[[str], None] | None = None, *, lenient: bool = False
    ) -> None:
        self._lenient, self._broken, self._last = lenient, False, b""
        parser: Any = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = on_start
        if on_text:
            parser.CharacterDataHandler = on_text
        parser.StartDoctypeDeclHandler = _doctype
        parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = _entity
        parser.ExternalEntityRefHandler = parser.SkippedEntityHandler = _entity
        self._parser = parser

    def feed(self, piece: bytes, *, final: bool = False) -> None:
        if self._lenient:
            seen = self._last + piece
            self._last = seen[-12:]
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen or b"\x00" in piece:
                raise Refusal("entities")
        if self._broken:
            return
        try:
            self._parser.Parse(piece, final)
        except (expat.ExpatError, ValueError, LookupError):
            if not self._lenient:
                raise Refusal("corrupt") from None
            self._broken = True

    def close(self) -> None:
        self.feed(b"", final=True)


def _doctype(_name: str, _system: str | None, public: str | None, internal: int) -> None:
    if internal or not (public or "").startswith(_HARMLESS_TYPES):
        raise Refusal("entities")


def _entity(*_what: object) -> int:
    raise Refusal("entities")
