"""A zip container, read without trust: the directory first, then every entry, measured while it unpacks.

Written by hand because `zipfile` believes the directory: it stops at the size that the header claims, accepts entries
that share bytes, and builds an object for each of a million entries before anybody can say no.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from .verdict import MEGABYTE, Limits, Refusal

_CHUNK = 256 * 1024
_MOST_GAP = 1024  # between two entries: a data descriptor, alignment; nothing can hide in it
_BAD_NAME = re.compile(r"[\x00-\x1f\\:]|^/|(^|/)\.\.(/|$)")


@dataclass(frozen=True)
class Entry:
    name: str
    method: int
    checksum: int
    packed: int
    size: int
    starts_at: int


class Budget:
    """What may still be unpacked; shared by a container and the containers inside it."""

    def __init__(self, packed: int, limits: Limits) -> None:
        self._packed, self._limits = max(packed, 1), limits
        self._unpacked = self._entries = 0

    def enter(self, entries: int) -> None:
        self._entries += entries
        if self._entries > self._limits.entries:
            raise Refusal("too_many_entries", most=self._limits.entries)

    def spend(self, count: int) -> None:
        self._unpacked += count
        self.allow(self._unpacked)

    def allow(self, unpacked: int) -> None:
        if unpacked > self._limits.unpacked:
            raise Refusal("bomb", most=self._limits.unpacked // MEGABYTE)
        if unpacked > MEGABYTE and unpacked > self._limits.ratio * self._packed:
            raise Refusal("bomb", most=self._limits.unpacked // MEGABYTE)


def entries(data: bytes, budget: Budget) -> list[Entry]:
    """The directory, checked: complete, one after another, nothing before, behind or over each other.

    Raises Refusal: `corrupt`, `odd_container`, `encrypted`, `too_many_entries`, `bomb` (already by its own account).
    """
    count, at, end = _directory(data)
    begins_at = at
    budget.enter(count)
    found: list[Entry] = []
    spans: list[tuple[int, int]] = []
    names: set[str] = set()
    for _ in range(count):
        entry, span, at = _entry(data, at, end)
        if entry.name.lower() in names or _BAD_NAME.search(entry.name):
            raise Refusal("odd_container")
        names.add(entry.name.lower())
        found.append(entry)
        spans.append(span)
    budget.allow(sum(entry.size for entry in found))
    if at != end:
        raise Refusal("odd_container")
    before = 0
    for start, stop in sorted(spans):
        if start < before or start - before > (_MOST_GAP if before else 0):
            raise Refusal("odd_container")
        before = stop
    if begins_at - before > _MOST_GAP or begins_at < before:
        raise Refusal("odd_container")
    return found


def _directory(data: bytes) -> tuple[int, int, int]:
    """How many entries, and where the directory begins and ends."""
    end = len(data) - 22
    if end < 0 or data[end : end + 4] != b"PK\x05\x06":
        elsewhere = data.rfind(b"PK\x05\x06", max(0, end - 65_536))
        raise Refusal("odd_container" if 0 <= elsewhere < end else "corrupt")  # behind it: the record itself is cut off
    disk, disk_of_directory, here, count, size, at, _comment = struct.unpack_from("<4H2IH", data, end + 4)
    if end >= 76 and data[end - 20 : end - 16] == b"PK\x06\x07":  # zip64: written by some, needed by none
        end -= 76
        if data[end : end + 4] != b"PK\x06\x06":
            raise Refusal("odd_container")
        disk, disk_of_directory, here, count, size, at = struct.unpack_from("<2I4Q", data, end + 16)
    if disk or disk_of_directory or here != count or at + size != end:
        raise Refusal("odd_container")
    if size < 46 * count:
        raise Refusal("corrupt")
    return count, at, end


def _entry(data: bytes, at: int, end: int) -> tuple[Entry, tuple[int, int], int]:
    """One line of the directory, compared with what stands before the entry itself."""
    if at + 46 > end or data[at : at + 4] != b"PK\x01\x02":
        raise Refusal("corrupt")
    flags, method, _time, checksum, packed, size, name_length, extra_length, comment_length, disk = struct.unpack_from(
        "<2HI3I4H", data, at + 8
    )
    (starts_at,) = struct.unpack_from("<I", data, at + 42)
    raw = data[at + 46 : at + 46 + name_length]
    extra = data[at + 46 + name_length : at + 46 + name_length + extra_length]
    if 0xFFFFFFFF in (packed, size, starts_at):
        size, packed, starts_at = _wide(extra, size, packed, starts_at)
    if flags & 0x2041:
        raise Refusal("encrypted")
    if method not in (0, 8) or disk or (method == 0 and packed != size):
        raise Refusal("odd_container")
    if starts_at + 30 > end or data[starts_at : starts_at + 4] != b"PK\x03\x04":
        raise Refusal("corrupt")
    own_flags, own_method = struct.unpack_from("<2H", data, starts_at + 6)
    own_name_length, own_extra_length = struct.unpack_from("<2H", data, starts_at + 26)
    content = starts_at + 30 + own_name_length + own_extra_length
    if data[starts_at + 30 : starts_at + 30 + own_name_length] != raw or own_method != method or own_flags & 0x2041:
        raise Refusal("odd_container")
    if content + packed > end:
        raise Refusal("corrupt")
    try:
        name = raw.decode("utf-8" if flags & 0x800 else "cp437")
    except UnicodeDecodeError:
        raise Refusal("odd_container") from None
    entry = Entry(name, method, checksum, packed, size, content)
    return entry, (starts_at, content + packed), at + 46 + name_length + extra_length + comment_length


def _wide(extra: bytes, size: int, packed: int, starts_at: int) -> tuple[int, int, int]:
    """The sizes from the zip64 field, where the ordinary ones say 'see there'."""
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<2H", extra, at)
        if tag == 1:
            field = extra[at + 4 : at + 4 + length]
            values = []
            for value in (size, packed, starts_at):
                if value == 0xFFFFFFFF:
                    if len(field) < 8:
                        break
                    value, field = struct.unpack_from("<Q", field)[0], field[8:]
                values.append(value)
            if len(values) == 3:
                return values[0], values[1], values[2]
        at += 4 + length
    raise Refusal("corrupt")


def unpack(data: bytes, entry: Entry, budget: Budget) -> Iterator[bytes]:
    """The content in pieces of at most 256 kB; raises Refusal as soon as the budget is gone or the header lied."""
    view = memoryview(data)[entry.starts_at : entry.starts_at + entry.packed]
    total = checksum = 0
    for piece in _inflate(view) if entry.method else _slices(view):
        budget.spend(len(piece))
        total += len(piece)
        checksum = zlib.crc32(piece, checksum)
        yield piece
    if total != entry.size:
        raise Refusal("odd_container")
    if checksum != entry.checksum:
        raise Refusal("corrupt")


def _slices(view: memoryview) -> Iterator[bytes]:
    for at in range(0, len(view), _CHUNK):
        yield bytes(view[at : at + _CHUNK])


def _inflate(view: memoryview) -> Iterator[bytes]:
    machine = zlib.decompressobj(-15)
    at = 0
    pending = b""
    while not machine.eof:
        if not pending:
            if at >= len(view):
                raise Refusal("corrupt")
            pending = bytes(view[at : at + _CHUNK])
            at += len(pending)
        try:
            piece = machine.decompress(pending, _CHUNK)
        except zlib.error:
            raise Refusal("corrupt") from None
        pending = machine.unconsumed_tail
        if piece:
            yield piece
    if machine.unused_data or pending or at < len(view):
        raise Refusal("odd_container")
