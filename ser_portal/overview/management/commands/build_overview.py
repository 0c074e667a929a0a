"""`manage.py build_overview 2020 --out DIR`: the same job as on the screen, run here and now, without a broker."""

import contextlib
import errno
import os
import signal
import sys
import tempfile
import time
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from ser_portal import dates
from ser_portal.documents import FORMATS
from ser_portal.overview import jobs, services
from ser_portal.overview.models import BuildFile, Job, JobState


class Command(BaseCommand):
    help = "Maakt het jaaroverzicht van een jaar en schrijft de bestanden in een map."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", help="het jaar, bijvoorbeeld 2020")
        parser.add_argument("--formats", default=",".join(FORMATS), help="met komma's: " + ",".join(FORMATS))
        parser.add_argument("--out", required=True, help="de map waarin de bestanden komen")
        parser.add_argument("--language", default="nl", help="nl of en")
        parser.add_argument("--as-of", default="", help="peildatum in dat jaar; zonder is het 31 december, of vandaag")

    def handle(self, *args: Any, **options: Any) -> None:
        out = _writable(options["out"])
        job = self._ask(options)
        token = uuid.uuid4()
        # Ctrl-C and a polite end (systemd, docker stop) both leave a cancelled job behind, never a running one.
        before = signal.signal(signal.SIGTERM, _interrupt)
        try:
            state = self._run(job, token)
        except KeyboardInterrupt:
            with contextlib.suppress(ValidationError):
                services.stop(job, token=token, by=None)
            raise CommandError(_("Afgebroken; er is niets in de map geschreven."), returncode=130) from None
        finally:
            signal.signal(signal.SIGTERM, before)
        job.refresh_from_db()
        if state != JobState.SUCCEEDED:
            raise CommandError(
                job.failure or _("Het overzicht is niet gemaakt: de opdracht is geannuleerd of overgenomen.")
            )
        for path in self._write(job, out):
            self.stdout.write(str(path))

    def _ask(self, options: dict[str, Any]) -> Job:
        typed = options["as_of"]
        as_of = dates.read_day(typed) if typed else None
        if typed and as_of is None:
            raise CommandError(
                _("‘%(typed)s’ is geen dag. Schrijf bijvoorbeeld 31 december 2020 of 2020-12-31.")
                % {"typed": typed[:40]}
            )
        if not options["year"].isascii() or not options["year"].isdigit():
            raise CommandError(
                _("‘%(typed)s’ is geen jaar. Schrijf bijvoorbeeld 2020.") % {"typed": options["year"][:40]}
            )
        formats = [code.strip() for code in options["formats"].split(",") if code.strip()]
        try:
            return services.request_build(
                year=int(options["year"]), as_of=as_of, language=options["language"], formats=formats, by=None
            )
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from None

    def _run(self, job: Job, token: uuid.UUID) -> JobState | None:
        """Run the job, or wait for whoever is already making the same."""
        with tqdm(total=1000, file=sys.stderr, bar_format="{desc:<24}{percentage:3.0f}%|{bar}| {elapsed}") as bar:

            def report(step: str, permille: int) -> None:
                label = {"gather": _("Gegevens verzamelen"), "finish": _("Afronden")}.get(step)
                bar.set_description_str(label or _("%(format)s opmaken") % {"format": FORMATS[step].label})
                bar.update(permille - bar.n)

            state = jobs.run(job.pk, token=token, report=report)
            while state is None:
                job.refresh_from_db()
                if not job.is_open:
                    return JobState(job.state)
                report(job.step or "gather", job.permille)
                time.sleep(1)
                state = jobs.run(job.pk, token=token, report=report)
        return state

    def _write(self, job: Job, out: Path) -> list[Path]:
        """Each file whole or not at all: beside its place first, to disk, then renamed into place."""
        written = []
        for file in BuildFile.objects.filter(job=job).order_by("pk"):
            path = out / file.name
            try:
                handle, beside = tempfile.mkstemp(dir=out, prefix=f".{file.name}.")
                try:
                    with os.fdopen(handle, "wb") as stream:
                        stream.write(bytes(file.content))
                        stream.flush()
                        os.fsync(stream.fileno())
                    os.chmod(beside, 0o644)
                    os.replace(beside, path)
                except BaseException:
                    with contextlib.suppress(OSError):
                        os.unlink(beside)
                    raise
            except OSError as error:
                raise CommandError(
                    _("%(path)s kon niet worden geschreven: %(why)s.") % {"path": path, "why": _why(error)}
                ) from None
            written.append(path)
        return written


def _interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _writable(typed: str) -> Path:
    """The folder, made when it is not there; a sentence when nothing can be written in it."""
    out = Path(typed).expanduser()
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        raise CommandError(
            _("In de map %(path)s kan niet worden geschreven: %(why)s.") % {"path": out, "why": _why(error)}
        ) from None
    return out


def _why(error: OSError) -> str:
    return {
        errno.ENOSPC: _("de schijf is vol"),
        errno.EACCES: _("daar is geen recht toe"),
        errno.EPERM: _("daar is geen recht toe"),
        errno.EROFS: _("de schijf is alleen te lezen"),
        errno.ENOENT: _("die map kan niet worden gemaakt"),
        errno.ENOTDIR: _("het is geen map"),
        errno.EEXIST: _("het is geen map"),
        errno.EISDIR: _("er staat een map met die naam"),
    }.get(error.errno or 0, error.strerror or str(error))
