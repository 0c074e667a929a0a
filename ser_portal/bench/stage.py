"""A database of its own for a measurement: made for it, gone after it, never the portal's."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, connection

SUFFIX = "_bench"
MARK = "ser_portal: database van een meting, mag weg"
LONGEST_NAME = 63  # of a PostgreSQL identifier


@dataclass(frozen=True)
class Stage:
    """Where the commands of a measurement run: the environment they get, and a folder that goes with it."""

    folder: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """This process's, but for the database, the folder, and whatever would make two machines differ."""
        own = {
            "DATABASE_URL": self.url,
            "PORTAL_VAR": str(self.folder),
            "PORTAL_ENV": "development",
            "PORTAL_DEBUG": "0",
            "PORTAL_DEMO_ACCOUNTS": "0",
            "PORTAL_LOG_LEVEL": "ERROR",
            "PORTAL_STATIC_STORAGE": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
            "PORTAL_BENCH": self.url,
        }
        kept = {key: value for key, value in os.environ.items() if key not in {"REDIS_URL", "ALLOWED_HOSTS"}}
        return kept | own


@contextmanager
def stage(*, keep: bool = False) -> Iterator[Stage]:
    """Makes the folder and the database, and removes both, also after Ctrl-C. With `keep` they stay.

    Raises CommandError for a database that is neither SQLite nor PostgreSQL, or when one of that name exists that no
    measurement made.
    """
    if connection.vendor not in ("sqlite", "postgresql"):
        raise CommandError("Meten kan op SQLite of op PostgreSQL; DATABASE_URL noemt iets anders.")
    Path(settings.VAR).mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=settings.VAR))
    name = ""
    try:
        if connection.vendor == "sqlite":
            yield Stage(folder, f"sqlite:///{folder / 'bench.sqlite3'}")
        else:
            name = _create()
            parts = urlsplit(settings.DATABASE_URL)
            yield Stage(folder, urlunsplit(parts._replace(path=f"/{quote(name)}")))
    finally:
        if not keep:
            if name:
                _run(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)}")
            shutil.rmtree(folder, ignore_errors=True)


def _create() -> str:
    """A PostgreSQL database named after the portal's; one that an earlier measurement left behind is replaced."""
    name = f"{settings.DATABASES['default']['NAME']}{SUFFIX}"
    if len(name.encode()) > LONGEST_NAME:
        raise CommandError(f"De naam {name} is te lang voor PostgreSQL.")
    quoted = connection.ops.quote_name(name)
    found = _run("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
    if found:
        if found[0][0] != MARK:
            raise CommandError(f"De database {name} bestaat al en is niet van een meting; die blijft ongemoeid.")
        _run(f"DROP DATABASE {quoted}")
    _run(f"CREATE DATABASE {quoted}")
    _run(f"COMMENT ON DATABASE {quoted} IS '{MARK}'")
    return name


def _run(statement: str, params: list[Any] | None = None) -> list[Any]:
    """One statement on the server, outside the portal's database and outside a transaction."""
    try:
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(statement, params)
            return cursor.fetchall() if cursor.description else []
    except DatabaseError as refused:
        raise CommandError(f"PostgreSQL weigert: {refused}".strip()) from None
