"""`manage.py run_job ID`: run one job in this process, as a worker would."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from ser_portal.overview import jobs
from ser_portal.overview.models import Job, JobState


class Command(BaseCommand):
    help = "Voert één opdracht uit in dit proces, zoals een werker dat doet."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("job", type=UUID, help="het nummer van de opdracht")

    def handle(self, *args: Any, **options: Any) -> None:
        state = jobs.run(options["job"])
        job = Job.objects.filter(pk=options["job"]).first()
        if job is None:
            raise CommandError(_("Die opdracht bestaat niet."))
        if state is None:
            raise CommandError(
                _("De opdracht is niet uitgevoerd: %(state)s.") % {"state": job.get_state_display().lower()}
            )
        if state != JobState.SUCCEEDED:
            raise CommandError(job.failure or str(job.get_state_display()))
        self.stdout.write(_("Klaar."))
