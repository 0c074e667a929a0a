"""What the first bytes of a file say, for everything that is refused at the door."""

from __future__ import annotations

import re
import struct
from typing import Final

from .verdict import Refusal

OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP: Final = b"PK\x03\x04"
_ARCHIVES: Final = (
    ZIP,
    b"PK\x05\x06",
    b"PK\x07\x08",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"\x1f\x9d",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"\x04\x22\x4d\x18",
    b"LZIP",
    b"MSCF",
    b"ITSF",
    b"!<arch>\n",
    b"xar!",
    b"SIT!",
    b"StuffIt",
    b"koly",
)
_PROGRAMS: Final = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"#!",
    b"L\x00\x00\x00\x01\x14\x02\x00",
    b"dex\n",
    b"\x00asm",
)
_OTHER_IMAGES: Final = (
    b"II*\x00",
    b"MM\x00*",
    b"BM",
    b"8BPS",
    b"\x00\x00\x01\x00",
    b"\xff\x0a",
    b"\x00\x00\x00\x0cJXL ",
)


def archive(head: bytes) -> bool:
    """Whether these bytes begin an archive or a compressed file."""
    return head.startswith(_ARCHIVES) or head[257:262] == b"ustar" or head[2:5] == b"-lh" or head[7:14] == b"**ACE**"


def program(head: bytes) -> bool:
    """Whether these bytes begin something that a computer would run."""
    if head.startswith(b"MZ"):  # a text may begin with these two letters; a program has bytes that no text has
        return b"\x00" in head[:512]
    return head.startswith(_PROGRAMS)


def refuse_at_the_door(data: bytes) -> None:
    """Raise a Refusal that names what the file is, when it is something known that never comes in."""
    head = data[:1024]
    if data.startswith(OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data or "EncryptionInfo".encode("utf-16-le") in data
        raise Refusal("encrypted" if encrypted else "legacy")
    if archive(head) or (len(data) > 0x8006 and data[0x8001:0x8006] == b"CD001"):
        raise Refusal("archive")
    if program(head):
        raise Refusal("program")
    if head.startswith(b"{\\rtf"):
        raise Refusal("rtf")
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"):
        raise Refusal("other_image")
    if head.startswith(_OTHER_IMAGES) and b"\x00" in head:
        raise Refusal("other_image")
    if head.startswith((b"%!PS", b"\xc5\xd0\xd3\xc6")):
        raise Refusal("unknown")


def refuse_second_face(data: bytes, *, is_pdf: bool) -> None:
    """Raise a Refusal when the file is, to another program, something else as well (an archive behind a picture)."""
    if not is_pdf and b"%PDF-" in data[:1030]:
        raise Refusal("two_faced")
    tail = max(0, len(data) - 65_557 - 22)
    at = data.find(b"PK\x05\x06", tail)
    while at >= 0:
        if len(data) - at >= 22:
            size, comment = struct.unpack_from("<I4xH", data, at + 12)
            if at + 22 + comment <= len(data) and (size == 0 or data[max(0, at - size) :][:4] == b"PK\x01\x02"):
                raise Refusal("two_faced")
        at = data.find(b"PK\x05\x06", at + 1)
    # Other programs look for these anywhere; by chance they occur in no file of this size.
    if re.search(
        rb"Rar!\x1a\x07[\x00\x01]|7z\xbc\xaf\x27\x1c\x00[\x00-\x04]|PK\x06\x06.{8}[\x2d-\x3f]\x00", data, re.DOTALL
    ):
        raise Refusal("two_faced")
    if data[257:262] == b"ustar":
        raise Refusal("two_faced")
