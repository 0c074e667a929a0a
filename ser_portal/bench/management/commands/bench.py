"""`manage.py bench`: what pages and the overview cost on a volume the portal will not reach for years.

Every step is a command of its own in a database made for it (stage.py), so this process never opens the portal's own.
The figures are read, not judged: the exit code says only whether measuring itself went well.
"""

import json
import os
import platform
import subprocess
import sys
from argparse import SUPPRESS, ArgumentParser
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import django
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from tqdm import tqdm

from ser_portal.bench import pages
from ser_portal.bench.generator import Made
from ser_portal.bench.stage import Stage, stage

YEAR = 2020
FORMATS = "html,pdf,xlsx"
LONGEST_BUILD = 900


@dataclass(frozen=True)
class Spent:
    """What one command took. `peak_mb` is the largest single process among it and its children."""

    ok: bool
    seconds: float
    cpu_seconds: float
    peak_mb: float
    said: str = ""


class Command(BaseCommand):
    help = (
        "Meet bladzijden en de bouw van het jaaroverzicht op een verzonnen register, in een database die daarvoor "
        "wordt gemaakt en weer verdwijnt; die van het portaal blijft ongemoeid."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--parties", type=int, default=1_000, help="aantal partijen (standaard 1000)")
        parser.add_argument("--commitments", type=int, default=100_000, help="aantal afspraken (standaard 100000)")
        parser.add_argument("--updates", type=int, default=1_000_000, help="aantal voortgangsmeldingen")
        parser.add_argument("--requests", type=int, default=200, help="aanvragen per bladzijde (standaard 200)")
        parser.add_argument("--seed", type=int, default=2020, help="hetzelfde zaad geeft hetzelfde register")
        parser.add_argument("--json", type=Path, help="schrijf de uitkomst ook naar dit bestand")
        parser.add_argument("--skip-overview", action="store_true", help="meet alleen de bladzijden")
        parser.add_argument("--keep", action="store_true", help="laat de database en de map staan")
        parser.add_argument("--measure-here", type=Path, help=SUPPRESS)  # the inner step, in the database made for it

    def handle(self, *args: Any, **options: Any) -> None:
        if options["requests"] < 1:
            raise CommandError("Vraag elke bladzijde minstens één keer.")
        if options["measure_here"]:
            self._measure_here(options["measure_here"], options["requests"], quiet=options["verbosity"] == 0)
            return
        with stage(keep=options["keep"]) as made:
            if options["keep"]:
                self.stdout.write(f"Blijft staan: {made.url} en {made.folder}")
            outcome = self._all(made, options)
        if options["json"]:
            options["json"].write_text(json.dumps(outcome, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            self.stdout.write(f"Ook geschreven naar {options['json']}")

    def _all(self, made: Stage, options: dict[str, Any]) -> dict[str, Any]:
        for step in (["migrate", "-v", "0"], ["collectstatic", "--no-input", "-v", "0"]):
            self._must(made, step)
        volume = [f"--{key}={options[key]}" for key in ("parties", "commitments", "updates", "seed")]
        self.stdout.flush()  # before a child writes to the same place
        filled = self._must(made, ["make_volume", *volume], show=True)
        self.stdout.write(f"Piekgeheugen van het vullen: {filled.peak_mb:.0f} MB.")

        self.stdout.flush()
        result = made.folder / "pages.json"
        self._must(made, ["bench", f"--measure-here={result}", f"--requests={options['requests']}"], show=True)
        outcome: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        outcome["volume"] = {key: options[key] for key in ("parties", "commitments", "updates", "seed")}
        outcome["generator"] = asdict(filled)
        if not options["skip_overview"]:
            outcome["overview"] = asdict(self._overview(made))
        return outcome

    def _measure_here(self, result: Path, requests: int, *, quiet: bool) -> None:
        """Time the pages in this process's database, which has to be one made for it."""
        if os.environ.get("PORTAL_BENCH") != settings.DATABASE_URL or not settings.DATABASE_URL:
            raise CommandError("Deze stap hoort bij een meting; gebruik manage.py bench zonder --measure-here.")
        made = Made()
        total = requests * 2 * len(pages.pages(made))
        with tqdm(total=total, desc="Bladzijden meten", unit=" aanvragen", mininterval=1, disable=quiet) as bar:
            measured = pages.measure(made, rounds=requests, progress=bar.update)
            bar.total = bar.n
        machine = _machine()
        for line in [
            "",
            f"{requests} aanvragen per bladzijde, als procesbegeleider waar niets anders staat.",
            *pages.table(measured),
        ]:
            self.stdout.write(line)
        self.stdout.write(
            "Budget: CPU hoogstens 1,5 × een kale Django-lijst van 25 rijen in dezelfde ronde, liever 0,7 ×; "
            "laatste bladzijde hoogstens 1,1 × de eerste."
        )
        if connection.vendor == "postgresql":
            self.stdout.write(
                "CPU is met die van de databaseserver."
                if measured.server_cpu
                else "CPU is zonder die van de databaseserver: die was hier niet te meten."
            )
        self.stdout.write(f"Machine: {machine}")
        result.write_text(json.dumps(pages.as_json(measured) | {"machine": machine}), encoding="utf-8")

    def _overview(self, made: Stage) -> Spent:
        """Build the overview by its name: this app knows nothing of what stands above it."""
        out = made.folder / "overview"
        built = _run(made, ["build_overview", str(YEAR), "--formats", FORMATS, "--out", str(out)], show=False)
        if not built.ok:
            self.stdout.write(f"Jaaroverzicht {YEAR}: niet gemeten. {built.said}")
            return built
        files = ", ".join(
            f"{path.name} {path.stat().st_size / 1024:.0f} kB" for path in sorted(out.rglob("*")) if path.is_file()
        )
        self.stdout.write(
            f"Jaaroverzicht {YEAR} ({FORMATS}): {built.seconds:.1f} s, {built.cpu_seconds:.1f} s CPU, grootste proces "
            f"{built.peak_mb:.0f} MB. {files}"
        )
        return built

    def _must(self, made: Stage, arguments: list[str], *, show: bool = False) -> Spent:
        spent = _run(made, arguments, show=show)
        if not spent.ok:
            raise CommandError(f"manage.py {arguments[0]} mislukte. {spent.said}".strip())
        return spent


def _run(made: Stage, arguments: list[str], *, show: bool) -> Spent:
    """One of the portal's commands in the database of the measurement, with what it cost."""
    log = made.folder / "command.log"
    began = perf_counter()
    with log.open("wb") as sink:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own commands
            [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
            env=made.environment,
            stdin=subprocess.DEVNULL,
            stdout=None if show else sink,
            stderr=None if show else subprocess.STDOUT,
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    process.returncode = os.waitstatus_to_exitcode(status)
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return Spent(
        ok=process.returncode == 0,
        seconds=round(perf_counter() - began, 2),
        cpu_seconds=round(usage.ru_utime + usage.ru_stime, 2),
        peak_mb=round(usage.ru_maxrss / 1024, 1),
        said=lines[-1][:400] if lines else "",
    )


def _machine() -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
            database = f"PostgreSQL {cursor.fetchone()[0]}"
        else:
            cursor.execute("SELECT sqlite_version()")
            database = f"SQLite {cursor.fetchone()[0]}"
    return (
        f"{os.cpu_count()} kernen ({platform.machine()}), Python {platform.python_version()}, "
        f"Django {django.get_version()}, {database}"
    )
