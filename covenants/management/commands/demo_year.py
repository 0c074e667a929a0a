"""`manage.py demo_year`: a fictional year for two sample agreements, or away with it."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from covenants import sample
from covenants.sample.making import DEFAULT_SEED


class Command(BaseCommand):
    help = (
        "Maakt een verzonnen rapportagejaar voor twee voorbeeldakkoorden, of haalt het weg. Nooit in productie. "
        "Een tweede keer verandert niets."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="hetzelfde zaad geeft dezelfde rijen")
        parser.add_argument(
            "--today", default="", help="de dag waar het jaar omheen ligt, JJJJ-MM-DD (standaard vandaag)"
        )
        parser.add_argument("--remove", action="store_true", help="haal het voorbeeldjaar weer weg")

    def handle(self, *args: Any, seed: int, today: str, remove: bool, **options: Any) -> None:
        try:
            self.stdout.write(self._remove() if remove else self._make(self._day(today), seed))
        except sample.Refused as refused:
            for sentence in refused.sentences:
                self.stderr.write(self.style.ERROR(sentence))
            raise CommandError("Er is niets gewijzigd.") from None

    @staticmethod
    def _day(typed: str) -> date:
        """Today, or the day that was asked for; not one that is still to come."""
        if not typed:
            return timezone.localdate()
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            raise CommandError(f"‘{typed[:40]}’ is geen dag; schrijf JJJJ-MM-DD.") from None
        if day > timezone.localdate():
            raise CommandError(f"{day:%d-%m-%Y} ligt in de toekomst.")
        return day

    @staticmethod
    def _make(day: date, seed: int) -> str:
        made = sample.make(today=day, seed=seed)
        sample.join_demo_people()
        if not made.total:
            return "Het voorbeeldjaar stond er al; er is niets gewijzigd."
        rows = made.rows
        return (
            f"Voorbeeldjaar gemaakt: {made.total} rijen in {made.seconds:.1f} s, alle verzonnen. "
            f"{rows['covenants.Agreement']} akkoorden, {rows['covenants.Party']} partijen, "
            f"{rows['covenants.ReportingSlot']} verplichtingen, {rows['covenants.ProgressUpdate']} meldingen."
        )

    @staticmethod
    def _remove() -> str:
        number = sample.remove()
        return f"Voorbeeldjaar weggehaald: {number} rijen." if number else "Er is geen voorbeeldjaar."
