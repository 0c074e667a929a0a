"""Recording what happened."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from covenants.models import Activity, Agreement
from covenants.services.checks import happened, note_newer, required
from ser_portal.audit import services as audit
from ser_portal.dates import ImpreciseDate


@transaction.atomic
def record_activity(
    agreement: Agreement,
    *,
    kind: str,
    occurred: ImpreciseDate,
    title_nl: str,
    title_en: str = "",
    carried_by: str = "",
    source: str = "",
    by: Any,
) -> Activity:
    """Something that happened in an agreement. Raises ValidationError for a date ahead or an unknown kind."""
    happened(occurred, "occurred")
    activity = Activity(
        agreement=agreement,
        kind=kind,
        occurred=occurred,
        title_nl=required(title_nl, "title_nl", _("Zeg in een zin wat er gebeurde.")),
        title_en=title_en.strip(),
        carried_by=carried_by.strip(),
        source=source.strip(),
    )
    activity.full_clean(exclude={"agreement"})
    activity.save()
    audit.record("covenants.activity_recorded", on=agreement, by=by, activity=activity.pk)
    note_newer(occurred)
    return activity
