"""`manage.py make_volume`: an invented register of a given size, in an empty database that is named for it."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from ser_portal.bench import generator


class Command(BaseCommand):
    help = "Vult een lege database, genoemd in DATABASE_URL, met een verzonnen register; nooit in productie."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--parties", type=int, default=1_000, help="aantal partijen (standaard 1000)")
        parser.add_argument("--commitments", type=int, default=100_000, help="aantal afspraken (standaard 100000)")
        parser.add_argument("--updates", type=int, default=1_000_000, help="aantal voortgangsmeldingen")
        parser.add_argument("--seed", type=int, default=2020, help="hetzelfde zaad geeft dezelfde rijen")

    def handle(
        self, *args: Any, parties: int, commitments: int, updates: int, seed: int, verbosity: int, **options: Any
    ) -> None:
        if settings.PRODUCTION:
            raise CommandError("Een verzonnen register hoort niet in productie.")
        if not os.environ.get("DATABASE_URL", "").strip():
            raise CommandError("Noem met DATABASE_URL de lege database die gevuld mag worden.")
        try:
            volume = generator.Volume(parties=parties, commitments=commitments, updates=updates, seed=seed)
        except ValueError as refused:
            raise CommandError(f"Dit volume kan niet: {refused}.") from None
        try:
            with tqdm(
                total=generator.expected_rows(volume),
                desc="Register maken",
                unit=" rijen",
                mininterval=1,
                disable=verbosity == 0,
            ) as bar:
                made = generator.make(volume, progress=bar.update)
                bar.total = bar.n
        except generator.NotEmpty as refused:
            raise CommandError(f"De database is niet leeg (er zijn {refused}); er is niets gewijzigd.") from None
        self.stdout.write(
            f"{made.total} rijen in {made.seconds:.1f} s ({made.per_second:.0f} rijen/s): "
            f"{volume.agreements} akkoorden, {parties} partijen, {made.rows['covenants.Participation']} deelnames, "
            f"{commitments} afspraken, elk met geschiedenis."
        )
        rows = made.rows
        self.stdout.write(
            f"Gerapporteerd: {rows['covenants.ReportingRound']} rondes, "
            f"{rows['covenants.ReportingSlot']} verplichtingen, "
            f"{rows['covenants.ProgressUpdate']} meldingen, {rows['covenants.Review']} beoordelingen, "
            f"{rows['covenants.Confirmation']} bevestigingen, {rows['covenants.ProgressDraft']} concepten."
        )
        self.stdout.write(f"Zaad {seed}, kenmerk {generator.digest()}.")
