"""Makes the portal ready to serve: the database, the reference and sample data, the translations, the static files.

Where demo accounts are asked for it makes those too, and ends with who they are.
"""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Maakt het portaal klaar voor gebruik. Kan altijd opnieuw; verandert niets wat al klopt."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reference", type=Path, help="laad ook deze referentiegegevens (JSON)")
        parser.add_argument("--sample-year", action="store_true", help="maak ook het verzonnen voorbeeldjaar")

    def handle(self, *args: Any, reference: Path | None, sample_year: bool = False, **options: Any) -> None:
        self._step("Database bijwerken", lambda: call_command("migrate", interactive=False, verbosity=0))
        if reference is not None:
            self._step("Referentiegegevens laden", lambda: call_command("load_reference", str(reference)))
        if sample_year:
            self._step("Voorbeeldjaar maken", self._sample_year)
        self._step("Vertalingen maken", lambda: call_command("compile_translations", verbosity=0))
        self._step("Statische bestanden verzamelen", self._static)
        if settings.DEMO_ACCOUNTS:
            self.stdout.write("")
            call_command("demo_accounts", stdout=self.stdout)
            self.stdout.write("")

    def _sample_year(self) -> None:
        """Something to try the portal with; that it cannot be made is said, and is no reason not to start."""
        try:
            call_command("demo_year", stdout=self.stdout)
        except CommandError as refused:
            self.stdout.write(f"  Geen voorbeeldjaar. {refused}")

    def _step(self, title: str, work: Callable[[], Any]) -> None:
        self.stdout.write(f"{title} …")
        self.stdout.flush()
        began = time.monotonic()
        work()
        self.stdout.write(f"  klaar ({time.monotonic() - began:.1f} s)")

    def _static(self) -> None:
        """Collects only when a source file changed: hashing and compressing all of them takes seconds."""
        stamp = Path(settings.STATIC_ROOT) / ".bron"
        now = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
        for finder in get_finders():
            for name, storage in finder.list(ignore_patterns=None):
                status = Path(storage.path(name)).stat()
                now.update(f"{name}:{status.st_size}:{status.st_mtime_ns}\n".encode())
        if stamp.exists() and stamp.read_text() == now.hexdigest():
            return
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(now.hexdigest())
