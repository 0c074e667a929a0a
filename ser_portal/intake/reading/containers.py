"""A zip container: which office format it is, and nothing in it that acts, hides or fetches."""

from __future__ import annotations

import re
from typing import Final

from . import odf, ooxml
from .signatures import OLE, ZIP, archive, program
from .verdict import Found, Limits, Refusal
from .xml import Reader
from .zips import Budget, Entry, entries, unpack

_XML_NAME: Final = re.compile(r"\.(xml|rels|vml|svg|rdf|xhtml|xsl|xslt)$", re.IGNORECASE)
_XML_START: Final = re.compile(rb"^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<")
_PROGRAM_NAME: Final = re.compile(
    r"\.(exe|dll|scr|com|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|msi|lnk|jar|class|sh|py|chm|reg|html?|mht|swf)$",
    re.IGNORECASE,
)


def judge(data: bytes, limits: Limits) -> Found:
    """What this zip is: a Word, Excel, PowerPoint or ODF document. Raises Refusal on everything else."""
    return _judge(data, Budget(len(data), limits), depth=0)


def _judge(data: bytes, budget: Budget, *, depth: int) -> Found:
    found = entries(data, budget)
    names = {entry.name for entry in found}
    format_: ooxml.Format | odf.Format
    if "[Content_Types].xml" in names:
        format_ = ooxml.Format(names)
    elif found and found[0].name == "mimetype":
        format_ = odf.Format(names)
    else:
        raise Refusal("archive")
    for entry in found:
        _look_into(data, entry, format_, budget, depth)
    return format_.found()


def _look_into(data: bytes, entry: Entry, format_: ooxml.Format | odf.Format, budget: Budget, depth: int) -> None:
    """One entry, unpacked to its end whatever it is: the measure counts and the checksum has to be right."""
    pieces = unpack(data, entry, budget)
    head = next(pieces, b"")
    format_.name(entry.name)
    if head.startswith(ZIP):
        if depth or not format_.may_embed(entry.name):
            raise Refusal("nested")
        inner = b"".join([head, *pieces])  # bounded: the budget is spent while it grows
        _judge(inner, budget, depth=1)
        return
    if head.startswith(OLE):
        raise Refusal("embedded")
    if program(head) or _PROGRAM_NAME.search(entry.name):
        raise Refusal("embedded")
    if archive(head):
        raise Refusal("nested")
    if head.startswith((b"%PDF-", b"{\\rtf")):
        raise Refusal("embedded")
    if not head:  # LibreOffice writes an empty Configurations2/accelerator/current.xml
        return
    if _XML_NAME.search(entry.name) or _XML_START.match(head[:64]):
        reader = Reader(*format_.part(entry.name), lenient=entry.name.lower().endswith(".vml"))
        reader.feed(head)
        for piece in pieces:
            reader.feed(piece)
        reader.close()
        format_.part_ends(entry.name)
        return
    kept = [head] if format_.wants_bytes(entry.name) else []
    for piece in pieces:
        if kept and len(kept) < 4:
            kept.append(piece)
    if kept:
        format_.take_bytes(entry.name, b"".join(kept))
