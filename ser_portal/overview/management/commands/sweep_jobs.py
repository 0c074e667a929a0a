"""`manage.py sweep_jobs`: what Celery beat does every few seconds, by hand."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ser_portal.overview import jobs


class Command(BaseCommand):
    help = "Zoekt opdrachten waar niemand aan werkt en wekt een werker; met --run doet dit proces het werk zelf."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--run", action="store_true", help="voer de opdrachten hier uit, zonder wachtrij")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["run"]:
            jobs.give_up(jobs.Job.objects.all())
            found = [job_id for job_id in jobs.due().values_list("pk", flat=True) if jobs.run(job_id)]
            number = len(found)
        else:
            number = jobs.sweep()
        text = ngettext("%(number)s opdracht opgepakt.", "%(number)s opdrachten opgepakt.", number)
        self.stdout.write(text % {"number": number})
        if left := jobs.due().count():
            self.stdout.write(_("Nog %(number)s wachten; is de wachtrij bereikbaar?") % {"number": left})
