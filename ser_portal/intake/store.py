"""Files under a random name, in a folder that no web server knows of. Written whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, BinaryIO, Final

from django.utils.translation import gettext as _

_NAME: Final = re.compile(r"[0-9a-f]{40}")
_CHUNK: Final = 256 * 1024


class StoreError(Exception):
    """The file was not kept, and nothing is left of it. `sentence` is for the person who sent it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Store:
    """`root/ab/ab12…`: forty hexadecimal digits (160 random bits) in a folder named after the first two.

    Folders are for the owner only (0700), files too (0600). Nothing about the content is in the name.
    """

    root: Path

    def save(self, file: IO[bytes] | Any, *, sha256: str, most: int) -> str:
        """Keep the content, at most `most` bytes; return the name to find it by.

        `sha256` is that of what was inspected: another content is not kept. When this returns the file is on the disk,
        under its name, also after a power cut. Raises StoreError.
        """
        name = secrets.token_hex(20)
        waiting = self.root / "incoming" / name
        try:
            self._folder(self.root)
            self._folder(waiting.parent)
            self._folder(self.root / name[:2])
            with open(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as copy:
                digest, size = hashlib.sha256(), 0
                file.seek(0)
                while piece := file.read(_CHUNK):
                    size += len(piece)
                    if size > most:
                        raise StoreError(_("Het bestand is intussen groter geworden; stuur het opnieuw."))
                    digest.update(piece)
                    copy.write(piece)
                if not secrets.compare_digest(digest.hexdigest(), sha256):
                    raise StoreError(_("Het bestand is tijdens het versturen veranderd; stuur het opnieuw."))
                copy.flush()
                os.fsync(copy.fileno())
            os.rename(waiting, self._path(name))
            _sync(self._path(name).parent)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StoreError(_("Het bestand is niet bewaard: de schijf van het portaal is vol.")) from error
            raise StoreError(_("Het bestand is niet bewaard door een storing; probeer het later opnieuw.")) from error
        finally:
            with suppress(OSError):
                waiting.unlink()
        return name

    def open(self, name: str) -> BinaryIO:
        """The content, to read. Raises FileNotFoundError, also for a name that this store never gave."""
        return open(os.open(self._path(name), os.O_RDONLY | os.O_NOFOLLOW), "rb")

    def size(self, name: str) -> int:
        """In bytes. Raises FileNotFoundError."""
        return self._path(name).lstat().st_size

    def delete(self, name: str) -> bool:
        """Remove the file; whether it was there. A second time does no harm."""
        try:
            self._path(name).unlink()
        except FileNotFoundError:
            return False
        return True

    def sweep(self, known: Collection[str], *, older_than: timedelta) -> list[str]:
        """Remove what no row knows, as a worker that was killed leaves it; return the names that went.

        Give the names of *all* rows, asked for before this is called, and an `older_than` longer than any request: a
        file that was just saved has no row yet. Only what this store could have written is touched.
        """
        before = time.time() - older_than.total_seconds()
        known = known if isinstance(known, set | frozenset) else set(known)
        gone = []
        for folder in sorted(self.root.glob("*")) if self.root.is_dir() else ():
            if folder.is_symlink() or not folder.is_dir():
                continue
            for path in folder.iterdir():
                ours = _NAME.fullmatch(path.name) and folder.name in (path.name[:2], "incoming")
                if not ours or (path.name in known and folder.name != "incoming"):
                    continue
                with suppress(FileNotFoundError):
                    if path.lstat().st_mtime < before:
                        path.unlink()
                        gone.append(path.name)
        return gone

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise FileNotFoundError(errno.ENOENT, "no such file in this store")
        return self.root / name[:2] / name

    def _folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _sync(folder: Path) -> None:
    """The name itself is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
