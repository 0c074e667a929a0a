"""The words judge and gate share: what was found, what is refused, and how far reading may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How large and how costly a file may be. Bytes and seconds; the defaults are those of the portal."""

    size: int = 25 * MEGABYTE
    unpacked: int = 100 * MEGABYTE  # all that a container holds, measured while unpacking
    ratio: int = 100  # unpacked to packed; counts from one megabyte on
    entries: int = 2_000  # in a container, containers inside it included
    pixels: int = 50_000_000  # width × height: what phones make today
    frames: int = 500  # of an animation; all frames together hold at most four times `pixels`
    seconds: float = 10.0  # by the clock; of the processor two less
    memory: int = 500_000_000  # address space of the process that reads

    def __post_init__(self) -> None:
        for name in ("size", "unpacked", "ratio", "entries", "pixels", "frames", "seconds", "memory"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be more than nothing")


@dataclass(frozen=True)
class Found:
    """What the content is. `extensions`: those its name may carry, the usual one first."""

    kind: str  # pdf, image, document, spreadsheet, presentation, csv, text
    mime: str
    extensions: tuple[str, ...]


class Refusal(Exception):
    """Why a file stays out: a code that `intake/refusals.py` has a sentence for, and what to fill in there."""

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


PDF: Final = Found("pdf", "application/pdf", ("pdf",))
PNG: Final = Found("image", "image/png", ("png",))
JPEG: Final = Found("image", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"))
GIF: Final = Found("image", "image/gif", ("gif",))
WEBP: Final = Found("image", "image/webp", ("webp",))
CSV: Final = Found("csv", "text/csv", ("csv", "tsv"))
TEXT: Final = Found("text", "text/plain", ("txt", "text", "md"))
_OOXML: Final = "application/vnd.openxmlformats-officedocument."
DOCX: Final = Found("document", _OOXML + "wordprocessingml.document", ("docx",))
XLSX: Final = Found("spreadsheet", _OOXML + "spreadsheetml.sheet", ("xlsx",))
PPTX: Final = Found("presentation", _OOXML + "presentationml.presentation", ("pptx",))
_ODF: Final = "application/vnd.oasis.opendocument."
ODT: Final = Found("document", _ODF + "text", ("odt",))
ODS: Final = Found("spreadsheet", _ODF + "spreadsheet", ("ods",))
ODP: Final = Found("presentation", _ODF + "presentation", ("odp",))

ALL: Final = (PDF, PNG, JPEG, GIF, WEBP, CSV, TEXT, DOCX, XLSX, PPTX, ODT, ODS, ODP)
EXTENSIONS: Final = frozenset(extension for found in ALL for extension in found.extensions)
