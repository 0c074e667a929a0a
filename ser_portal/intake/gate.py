"""The gate: an uploaded file comes in, or a sentence goes back."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from typing import IO, Any, Final

from ser_portal.intake import names, worker
from ser_portal.intake.reading.verdict import MEGABYTE, Limits
from ser_portal.intake.refusals import CODES, refused

log = logging.getLogger(__name__)

_CHUNK: Final = 256 * 1024


@dataclass(frozen=True)
class Accepted:
    """What a file that comes in turned out to be; nothing here was taken from what the browser said."""

    kind: str  # pdf, image, document, spreadsheet, presentation, csv, text
    mime: str
    extension: str  # small letters, no dot
    size: int  # bytes
    sha256: str
    safe_name: str  # fit to show and to save under; never a path


def inspect(file: IO[bytes] | Any, name: str, limits: Limits | None = None) -> Accepted:
    """Decide whether this file may come in; reads it from the start and leaves it there.

    `file` needs `read` and `seek` (an UploadedFile will do). The content is read by another process, which is given
    `limits.seconds` and `limits.memory` and nothing else. Raises `Refused` with one sentence, also when that process
    dies or takes too long.
    """
    limits = limits or Limits()
    try:
        stem, extension = names.tidy(name)
    except names.BadName as bad:
        raise refused(bad.code) from None
    if getattr(file, "cut", False) or (getattr(file, "size", None) or 0) > limits.size:
        # `cut`: the upload handler threw the content away, because this file or the whole request went too far
        raise refused(
            "too_large" if getattr(file, "size", 0) > limits.size else "too_many", {"most": limits.size // MEGABYTE}
        )
    with tempfile.TemporaryFile() as copy:
        size, sha256 = _copy(file, copy, limits)
        answer = _ask(copy, extension, limits)
    if "found" not in answer:
        raise refused(answer["refused"], answer["details"])
    found = answer["found"]
    extension = extension or found["extensions"][0]
    return Accepted(found["kind"], found["mime"], extension, size, sha256, f"{stem}.{extension}")


def _copy(file: IO[bytes] | Any, copy: IO[bytes], limits: Limits) -> tuple[int, str]:
    """A copy that only the worker gets; stops one piece past the limit, whatever the file says of its size."""
    file.seek(0)
    size, digest = 0, hashlib.sha256()
    while piece := file.read(_CHUNK):
        size += len(piece)
        if size > limits.size:
            raise refused("too_large", {"most": limits.size // MEGABYTE})
        digest.update(piece)
        copy.write(piece)
    file.seek(0)
    if not size:
        raise refused("empty")
    copy.flush()
    copy.seek(0)
    return size, digest.hexdigest()


def _ask(copy: IO[bytes], extension: str, limits: Limits) -> dict[str, Any]:
    """Let the worker judge, and turn whatever becomes of it into an answer."""
    order = json.dumps({"extension": extension, "limits": asdict(limits)})
    with tempfile.TemporaryFile() as output:  # a file, because its size can be capped
        try:
            # -I: neither the environment nor this folder gets in the way of the worker's imports.
            done = subprocess.run(  # noqa: S603  our own interpreter and script; the upload is on stdin
                [sys.executable, "-I", "-B", worker.__file__, order],
                stdin=copy,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=limits.seconds,
                check=False,
                env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
            )
        except subprocess.TimeoutExpired:
            log.warning("intake: the reader took more than %s seconds", limits.seconds)
            return {"refused": "too_heavy", "details": {}}
        except OSError as error:  # no process, no memory: not the fault of the file
            log.error("intake: the reader did not start: %s", error.strerror)
            return {"refused": "not_checked", "details": {}}
        output.seek(0)
        raw = output.read(worker.MOST_OUTPUT)
    try:
        answer = json.loads(raw) if done.returncode == 0 else {}
    except ValueError:
        answer = {}
    if "found" in answer or answer.get("refused") in CODES:
        return dict(answer)
    log.warning("intake: the reader ended with %s and no verdict", done.returncode)
    killed = done.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
    return {"refused": "too_heavy" if killed else "corrupt", "details": {}}
