"""PDF (ISO 32000): a document to read, and nothing in it that runs, hides, fetches or locks.

Two looks. The first goes over the bytes themselves, object streams unpacked, so that it does not depend on which of
several cross-reference tables a reader believes. The second opens the file with pypdf, to know that it is whole.
"""

from __future__ import annotations

import io
import logging
import re
import zlib
from typing import Any, Final

from .verdict import MEGABYTE, PDF, Found, Limits, Refusal

_BEGIN: Final = re.compile(rb"^(\xef\xbb\xbf)?\s{0,16}%PDF-[12]\.\d")
_END: Final = re.compile(rb"%%EOF[\s\x00]*$")
_STREAM: Final = re.compile(rb"(?<!end)stream\r?\n")
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_AFTER: Final = rb"(?=[\s\x00/<>\[\](%]|$)"  # what may follow a name; not ")", which ends a text that mentions one
# Long enough to occur nowhere by chance, so these are looked for in every byte of the file.
_RUNS: Final = re.compile(
    rb"/(JavaScript|Launch|SubmitForm|ImportData|Rendition|RichMedia|RichMediaExecute|Movie|GoToE|GoToR)" + _AFTER
)
_CARRIES: Final = re.compile(rb"/(EmbeddedFiles?|FileAttachment|Collection|FFilter)" + _AFTER)
_LOCKS: Final = re.compile(rb"/Encrypt" + _AFTER)
# Short ones: only outside packed data.
_SHORT_RUNS: Final = re.compile(rb"/(JS|XFA)" + _AFTER)
_SHORT_CARRIES: Final = re.compile(rb"/(EF|AF|3D)" + rb"(?=\s*[<\[\d/])")
_HEADER: Final = 4096
_TWICE: Final = re.compile(rb"/(?:FlateDecode|Fl|LZWDecode|LZW)\b[^\]]*/(?:FlateDecode|Fl|LZWDecode|LZW)\b")
_FILTERS: Final = re.compile(rb"/Filter\s*(\[[^\]]*\]|/\w+)")
_MOST_DEPTH: Final = 200


def recognise(data: bytes) -> bool:
    return bool(_BEGIN.match(data[:64]))


def judge(data: bytes, limits: Limits) -> Found:
    """Raise Refusal: `corrupt`, `two_faced`, `encrypted`, `pdf_active`, `pdf_files`, `pdf_odd`, `bomb`."""
    at = data.rfind(b"%%EOF")
    if at < 0 or b"startxref" not in data:
        raise Refusal("corrupt")
    if not _END.search(data, at):
        raise Refusal("two_faced" if len(data) - at > 1024 else "corrupt")
    _refuse_by_name(_plain(data), everywhere=True)
    skeleton, packed = _take_apart(data)
    _refuse_by_name(_plain(skeleton), everywhere=False)
    left = limits.unpacked
    for content in packed:
        text = _unpack(content, left)
        left -= len(text)
        _refuse_by_name(_plain(text), everywhere=False)
        _refuse_by_name(_plain(text), everywhere=True)
    _open(data)
    return PDF


def _plain(data: bytes) -> bytes:
    """Names with their #xx escapes written out: /J#61vaScript is /JavaScript."""
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), data)


def _refuse_by_name(data: bytes, *, everywhere: bool) -> None:
    if everywhere:
        if _LOCKS.search(data):
            raise Refusal("encrypted")
        if _RUNS.search(data):
            raise Refusal("pdf_active")
        if _CARRIES.search(data):
            raise Refusal("pdf_files")
    else:
        if _SHORT_RUNS.search(data):
            raise Refusal("pdf_active")
        if _SHORT_CARRIES.search(data):
            raise Refusal("pdf_files")


def _take_apart(data: bytes) -> tuple[bytes, list[memoryview]]:
    """The file without the data of its streams, and the data of those that hold objects."""
    view = memoryview(data)
    skeleton: list[bytes] = []
    packed: list[memoryview] = []
    before = 0
    for found in _STREAM.finditer(data):
        start = found.end()
        begin = max(found.start() - _HEADER, 0)
        header = data[begin : found.start()]
        header = header[header.rfind(b" obj") + 1 :]
        if b"#" in header:
            header = _plain(header)
        if b"/ObjStm" in header:
            filters = _FILTERS.search(header)
            named = re.findall(rb"/\w+", filters[1]) if filters else []
            if named not in ([b"/FlateDecode"], []) or b"/Predictor" in header:
                raise Refusal("pdf_odd")
            if named:
                packed.append(view[start:])
        if (filters := _FILTERS.search(header)) and _TWICE.search(filters[1]):
            raise Refusal("bomb", most=100)
        if start < before:
            continue  # inside data that was left out already
        if b"/ObjStm" in header and not _FILTERS.search(header):
            continue  # not packed: stays in the skeleton
        end = data.find(b"endstream", start)
        skeleton.append(data[before:start])
        before = len(data) if end < 0 else end
    skeleton.append(data[before:])
    return b"\n".join(skeleton), packed


def _unpack(content: memoryview, most: int) -> bytes:
    machine = zlib.decompressobj()
    pieces: list[bytes] = []
    total = 0
    at = 0
    while not machine.eof and at < len(content):
        pending = bytes(content[at : at + 65_536])
        at += len(pending)
        while pending and not machine.eof:
            try:
                piece = machine.decompress(pending, 65_536)
            except zlib.error:
                return b"".join(pieces)  # broken: a reader sees no more than this either
            total += len(piece)
            if total > most:
                raise Refusal("bomb", most=most // MEGABYTE)
            pieces.append(piece)
            pending = machine.unconsumed_tail
    return b"".join(pieces)


def _open(data: bytes) -> None:
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise Refusal("encrypted")
        trailer: Any = reader.trailer
        _first_page(trailer["/Root"].get_object()["/Pages"].get_object(), 0)
    except (Refusal, MemoryError):
        raise
    except Exception:  # whatever a parser stumbles over: this file is not whole
        raise Refusal("corrupt") from None


def _first_page(node: object, depth: int) -> bool:
    """Whether there is a page at all, without walking through all of them."""
    if depth > _MOST_DEPTH or not isinstance(node, dict):
        raise Refusal("corrupt")
    if "/Kids" not in node:
        if node.get("/Type") != "/Page":
            raise Refusal("corrupt")
        return True
    for kid in node["/Kids"].get_object():
        return _first_page(kid.get_object(), depth + 1)
    raise Refusal("corrupt")
