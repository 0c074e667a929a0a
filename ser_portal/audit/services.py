"""Writing the log. Call it inside the transaction of the change itself."""

from typing import Any

from django.db import models

from ser_portal.audit.models import Entry


def record(action: str, *, on: models.Model | None, by: Any, **details: Any) -> Entry:
    """Keep one intention; `action` is `app.what_happened` in the past tense, `details` plain values without names."""
    return Entry.objects.create(action=action, on=on, by=by, details=details)
