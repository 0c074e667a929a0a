"""Word, Excel and PowerPoint files (ECMA-376): which one it is, and what must not be in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from . import drawings
from .verdict import DOCX, PPTX, XLSX, Found, Refusal
from .xml import OnStart

_MAIN: Final = {
    "wordprocessingml.document.main+xml": DOCX,
    "spreadsheetml.sheet.main+xml": XLSX,
    "presentationml.presentation.main+xml": PPTX,
}
_MACRO_TYPE: Final = re.compile(r"macroenabled|vbaproject|vbadata|macrosheet|keymapcustomizations", re.IGNORECASE)
_MACRO_NAME: Final = re.compile(r"vbaproject|vbadata|macrosheets/|attachedtoolbars", re.IGNORECASE)
_OBJECT_NAME: Final = re.compile(r"(^|/)activex/|oleobject\d*\.bin$|(^|/)ctrlprops/.*\.bin$|afchunk", re.IGNORECASE)
_OUTSIDE_NAME: Final = re.compile(r"(^|/)(externallinks|querytables)/|^xl/connections\.xml$", re.IGNORECASE)
_PACKAGE_NAME: Final = re.compile(r"(^|/)embeddings/[^/]+\.(xlsx|docx|pptx)$", re.IGNORECASE)
_MACRO_RELATION: Final = {"vbaProject", "wordVbaData", "xlMacrosheet", "xlIntlMacrosheet", "attachedToolbars"}
_OBJECT_RELATION: Final = {"oleObject", "control", "activeXControlBinary", "aFChunk"}
_OUTSIDE_RELATION: Final = {"connections", "queryTable", "externalLink", "mailMergeSource", "subDocument", "frame"}
_FIELDS: Final = re.compile(
    r"(?:^|[\s\"{])(?:DDEAUTO|DDE|LINK|INCLUDETEXT|IMPORT|DATABASE|MACROBUTTON)(?:\s|$|\")|QUOTE(?:\s+\d{2,3}){3}",
    re.IGNORECASE,
)
_BAD_LINK: Final = re.compile(
    r"^\s*(javascript|vbscript|data|shell|search-ms|search|mhtml|ms-[a-z]+|file:.*\.(exe|bat|cmd|hta|lnk|scr|ps1|vbs|js)$)\s*:?",
    re.IGNORECASE,
)
_LOCAL: Final = re.compile(r"^(file:/{0,3})?(/?[A-Za-z]:[\\/]|[^\\/:]+$)|^/?(Users|home|Applications|Library)/")
_FAR_ACTION: Final = re.compile(r"^ppaction://(macro|program|ole)", re.IGNORECASE)
_MOST_FIELD_TEXT: Final = 2_000_000


class Format:
    """Gathers, part by part, what kind of document this is; raises Refusal on the first part that may not be there."""

    def __init__(self, names: set[str]) -> None:
        self._kinds: list[Found] = []
        self._template = False
        self._names = {name.lower() for name in names}
        self._field: list[str] = []
        self._field_length = 0
        self._in_field = False

    def name(self, name: str) -> None:
        if _MACRO_NAME.search(name):
            raise Refusal("macros")
        if _OBJECT_NAME.search(name):
            raise Refusal("embedded")
        if _OUTSIDE_NAME.search(name):
            raise Refusal("outside")

    def may_embed(self, name: str) -> bool:
        """A chart keeps its numbers in a workbook of its own; that is read as strictly as the document itself."""
        return bool(_PACKAGE_NAME.search(name))

    def part(self, name: str) -> tuple[OnStart, Callable[[str], None] | None]:
        if name == "[Content_Types].xml":
            return self._content_type, None
        if name.lower().endswith(".rels"):
            return self._relation, None
        if name.lower().endswith(".svg"):
            return drawings.on_start, None
        self._in_field = False
        return self._element, self._text

    def part_ends(self, _name: str) -> None:
        if self._field:
            code = "".join(self._field)
            self._field, self._field_length = [], 0
            if _FIELDS.search(code):
                raise Refusal("outside")

    def wants_bytes(self, _name: str) -> bool:
        return False

    def take_bytes(self, _name: str, _content: bytes) -> None: ...

    def found(self) -> Found:
        if self._template:
            raise Refusal("template")
        if len(self._kinds) != 1 or "_rels/.rels" not in self._names:
            raise Refusal("archive" if not self._kinds else "odd_container")
        return self._kinds[0]

    def _content_type(self, name: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "")
        if _MACRO_TYPE.search(kind):
            raise Refusal("macros")
        part = attributes.get("PartName", "")
        if part and "controlproperties" not in kind.lower() and re.search("activex|oleobject", kind, re.IGNORECASE):
            raise Refusal("embedded")
        kind = kind.lower()
        main = _MAIN.get(kind.removeprefix("application/vnd.openxmlformats-officedocument."))
        if main and name.rpartition(" ")[2] == "Override" and part.lstrip("/").lower() in self._names:
            self._kinds.append(main)
        elif kind.endswith(("template.main+xml", "slideshow.main+xml")):
            self._template = True

    def _relation(self, _name: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2]
        if kind in _MACRO_RELATION:
            raise Refusal("macros")
        if kind in _OBJECT_RELATION:
            raise Refusal("embedded")
        if kind in _OUTSIDE_RELATION or kind.startswith("xlExternal"):
            raise Refusal("outside")
        if attributes.get("TargetMode", "").lower() == "external":
            target = attributes.get("Target", "")
            if kind == "hyperlink":
                if _BAD_LINK.match(target):
                    raise Refusal("outside")
            elif kind == "attachedTemplate":
                if not _LOCAL.match(target):
                    raise Refusal("remote_template")
            else:
                raise Refusal("outside")

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        self._in_field = name.endswith((" instrText", " delInstrText"))
        if attributes:
            if name.endswith(" fldSimple"):
                self._remember("\n" + " ".join(attributes.values()) + "\n")
            elif name.endswith(" fldChar"):
                self._remember("\n")
            elif "action" in attributes and _FAR_ACTION.match(attributes["action"]):
                raise Refusal("macros")
        if name.endswith((" ddeLink", " oleLink", " dbPr", " webPr")):
            raise Refusal("outside")

    def _text(self, text: str) -> None:
        if self._in_field:
            self._remember(text)

    def _remember(self, text: str) -> None:
        self._field_length += len(text)
        if self._field_length > _MOST_FIELD_TEXT:
            raise Refusal("too_heavy")
        self._field.append(text)
