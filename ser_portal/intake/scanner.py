"""A virus scanner beside the portal: clamd, spoken to over INSTREAM. The portal sends bytes, never a path."""

from __future__ import annotations

import re
import socket
import struct
import time
from dataclasses import dataclass
from enum import Enum
from typing import IO, Any, Final
from urllib.parse import urlsplit

_CHUNK: Final = 128 * 1024
_MOST_REPLY: Final = 4096


class Scan(Enum):
    """What the scanner said. Only CLEAN lets a file through; NOT_CONFIGURED is the choice of who runs the portal."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNAVAILABLE = "unavailable"  # no answer, or none that can be trusted: quarantine
    NOT_CONFIGURED = "not_configured"


@dataclass(frozen=True)
class Verdict:
    """`name`: what was found, or why there is no answer; for the log, never for a screen of a party."""

    scan: Scan
    name: str = ""


def parse_address(address: str) -> tuple[str, int] | str | None:
    """`clamd://host:3310` (port 3310 when left out), `clamd:///run/clamd.sock`, or nothing. Raises ValueError."""
    if not address:
        return None
    parts = urlsplit(address)
    if parts.scheme != "clamd" or parts.query or parts.fragment or parts.username is not None:
        raise ValueError(address)
    if parts.hostname:
        if parts.path not in ("", "/") or parts.port == 0:  # .port raises ValueError by itself when it is nonsense
            raise ValueError(address)
        return parts.hostname, parts.port or 3310
    if parts.netloc or not re.match(r"/[^\x00]+$", parts.path) or len(parts.path.encode()) > 100:
        raise ValueError(address)
    return parts.path


@dataclass(frozen=True)
class Scanner:
    """`address` as `parse_address` takes it. `timeout`: seconds for the whole conversation."""

    address: str = ""
    timeout: float = 60.0

    def scan(self, file: IO[bytes] | Any) -> Verdict:
        """Send the content from its start. Raises ValueError on an address that makes no sense, and nothing else."""
        where = parse_address(self.address)
        if where is None:
            return Verdict(Scan.NOT_CONFIGURED)
        until = time.monotonic() + self.timeout
        try:
            with _connect(where, min(5.0, self.timeout)) as line:
                return _understand(_talk(line, file, until))
        except TimeoutError:
            return Verdict(Scan.UNAVAILABLE, "timeout")
        except OSError as error:
            return Verdict(Scan.UNAVAILABLE, f"{type(error).__name__}")


def _connect(where: tuple[str, int] | str, timeout: float) -> socket.socket:
    if isinstance(where, tuple):
        return socket.create_connection(where, timeout)
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(timeout)
        line.connect(where)
    except OSError:
        line.close()
        raise
    return line


def _talk(line: socket.socket, file: IO[bytes] | Any, until: float) -> bytes:
    try:
        _send(line, b"zINSTREAM\x00", until)
        file.seek(0)
        while piece := file.read(_CHUNK):
            _send(line, struct.pack(">I", len(piece)) + piece, until)
        _send(line, struct.pack(">I", 0), until)
    except (BrokenPipeError, ConnectionResetError):
        pass  # clamd hangs up as soon as a file is too large for it, and may have said so
    finally:
        file.seek(0)
    reply = b""
    while not reply.endswith(b"\x00"):
        _hurry(line, until)
        piece = line.recv(_MOST_REPLY)
        if not piece:
            break
        reply += piece
        if len(reply) > _MOST_REPLY:
            raise ConnectionError("reply without end")
    return reply


def _send(line: socket.socket, content: bytes, until: float) -> None:
    _hurry(line, until)
    line.sendall(content)


def _hurry(line: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    line.settimeout(left)


def _understand(reply: bytes) -> Verdict:
    """Only a whole reply counts: it ends in NUL, and is exactly one of the two that clamd gives about a stream."""
    said = reply.decode("ascii", errors="replace")
    if said == "stream: OK\x00":
        return Verdict(Scan.CLEAN)
    if found := re.fullmatch(r"stream: ([\x21-\x7e][\x20-\x7e]{0,199}) FOUND\x00", said):
        return Verdict(Scan.INFECTED, found[1])
    if "size limit exceeded" in said:
        return Verdict(Scan.UNAVAILABLE, "size limit of the scanner exceeded")
    return Verdict(Scan.UNAVAILABLE, "no whole answer" if not reply.endswith(b"\x00") else "no answer that is known")
