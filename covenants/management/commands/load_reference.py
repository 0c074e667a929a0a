"""`manage.py load_reference PATH`: the register's reference data, all or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from covenants.reference import loader


class Command(BaseCommand):
    help = "Laadt een referentiebestand: alles of niets; een tweede keer verandert niets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="het JSON-bestand")

    def handle(self, *args: Any, path: Path, verbosity: int, **options: Any) -> None:
        try:
            data, _, _ = loader.read_file(path)
            with tqdm(
                total=loader.count_records(data), desc="Referentiegegevens", unit=" records", disable=verbosity == 0
            ) as bar:

                def tick() -> None:
                    bar.update()

                outcome = loader.load(path, progress=tick)
                bar.total = bar.n
        except loader.ReferenceError as refused:
            for error in refused.errors:
                self.stderr.write(self.style.ERROR(error))
            raise CommandError(f"{len(refused.errors)} fout(en) in {path}; er is niets gewijzigd.") from None
        for kept in outcome.kept:
            self.stdout.write(f"Met de hand gewijzigd, daarom zo gelaten: {kept}")
        if outcome.created or outcome.changed:
            self.stdout.write(
                f"{outcome.created} rijen gemaakt, {outcome.changed} bijgewerkt, {outcome.unchanged} ongewijzigd."
            )
        else:
            self.stdout.write(f"Niets gewijzigd: alle {outcome.total} rijen stonden er al.")
