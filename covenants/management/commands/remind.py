"""`manage.py remind`: enter and send what is due now, without the queue; `--dry-run` shows what a day would bring."""

from argparse import ArgumentParser
from collections import Counter
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from covenants.models import DigestState
from covenants.services import digests, reminders
from ser_portal.workdays import is_working_day, next_working_day


class Command(BaseCommand):
    help = "Verstuurt de herinneringen die nu verschuldigd zijn, of toont met --dry-run wat er op een dag uit zou gaan."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="toon aantallen en soorten; verandert niets")
        parser.add_argument("--day", metavar="JJJJ-MM-DD", help="een andere dag dan vandaag; alleen met --dry-run")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["day"]:
            if not options["dry_run"]:
                raise CommandError("Een andere dag kan alleen worden bekeken; geef ook --dry-run.")
            try:
                day = date.fromisoformat(options["day"])
            except ValueError:
                raise CommandError(f"'{options['day']}' is geen dag; schrijf bijvoorbeeld 2026-11-26.") from None
            now = datetime.combine(day, time(9), tzinfo=timezone.get_default_timezone())
        try:
            if options["dry_run"]:
                self._show(now)
            else:
                self._send(now)
        except ImproperlyConfigured as refused:
            raise CommandError(str(refused)) from None

    def _show(self, now: datetime) -> None:
        day = timezone.localdate(now)
        if not is_working_day(day):
            self.stdout.write(f"{day}: geen werkdag; er gaat niets uit tot {next_working_day(day)}.")
            return
        if not reminders.may_send_at(now):
            now = datetime.combine(day, time(9), tzinfo=timezone.get_default_timezone())
        outcome, kinds = reminders.preview(now)
        self.stdout.write(f"{day}: {len(outcome.to_send)} berichten met {sum(kinds.values())} regels")
        for step, number in sorted(kinds.items()):
            self.stdout.write(f"  {number:>6}  {reminders.step_label(step)}")
        if outcome.without_anybody:
            self.stdout.write(f"  {outcome.without_anybody:>6}  waarvoor partij noch secretariaat iemand heeft")

    def _send(self, now: datetime) -> None:
        if not reminders.may_send_at(now):
            self.stdout.write("Nu gaat er niets uit: herinneringen gaan op werkdagen tussen zeven en zes.")
        outcome = reminders.remind(now)
        fates: Counter[str] = Counter()
        for digest_id in outcome.to_send:
            state = digests.send_digest(digest_id)
            fates[str(DigestState(state).label) if state else "niets meer te melden, of al onderweg"] += 1
        self.stdout.write(f"{sum(outcome.lines.values())} regels ingeschreven, {len(outcome.to_send)} berichten")
        for label, number in sorted(fates.items()):
            self.stdout.write(f"  {number:>6}  {label}")
