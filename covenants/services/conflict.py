"""Two people at once: the second is told, and keeps what was typed."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _


class Conflict(ValidationError):
    """Somebody else saved first. The form shows the record as it is now beside what was typed."""

    def __init__(self, message: Any = None) -> None:
        super().__init__(
            message
            or _("Iemand anders heeft dit intussen gewijzigd. Hieronder staat wat er nu is vastgelegd en wat u typte; "
                 "sla opnieuw op als uw wijziging nog klopt."),
            code="conflict",
        )  # fmt: skip


def claim(record: models.Model, version: int) -> None:
    """Take the next version of a record, or raise Conflict. Locks the row until the transaction ends."""
    model = type(record)
    taken = model._default_manager.filter(pk=record.pk, version=version).update(version=F("version") + 1)
    if not taken:
        raise Conflict
    record.refresh_from_db()
