"""Small checks that several services share."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from django.utils.translation import gettext as _

from covenants.models import ReferenceLoad
from ser_portal.dates import ImpreciseDate

LONGEST_REASON = 5000
# Words that already mean something in an address under /convenanten/ or /partijen/.
TAKEN_SLUGS = {"nieuw", "kader"}
RANDOM = "abcdefghjkmnpqrstuvwxyz23456789"  # without what looks alike


def required(value: str, field: str, sentence: str) -> str:
    """The text without spaces around it. Raises ValidationError when there is none, or far too much."""
    value = (value or "").strip()
    if not value:
        raise ValidationError({field: sentence})
    if len(value) > LONGEST_REASON:
        raise ValidationError(
            {
                field: _("Dit zijn %(length)s tekens; er passen er %(most)s.")
                % {"length": len(value), "most": LONGEST_REASON}
            }
        )
    return value


def happened(when: ImpreciseDate, field: str) -> ImpreciseDate:
    """A date of something that has happened. Raises ValidationError when nothing is known or it lies ahead."""
    if not when.is_known:
        raise ValidationError({field: _("Geef een datum, zo precies als u hem weet.")})
    if when.earliest and when.earliest > timezone.localdate():
        raise ValidationError({field: _("Deze datum ligt in de toekomst; leg vast wat al is gebeurd.")})
    return when


def because(record: Any, reason: str) -> None:
    """Give the next save of this record its reason; simple-history keeps it beside the new state."""
    record._change_reason = reason


def note_newer(when: ImpreciseDate) -> None:
    """Remember that the portal now holds something newer than its reference data, so that it opens on today."""
    day = when.latest or when.earliest
    if day:
        ReferenceLoad.objects.filter(newer_since__isnull=True, as_of__lt=day).update(newer_since=day)


def free_slug(model: type[models.Model], name: str, *, secret: bool = False) -> str:
    """An address for a new record, made of its name and not yet taken.

    A `secret` one always ends in a few random characters, so that an address never tells whether the plain one was
    taken by a record that somebody may not know of.
    """
    stem = slugify(name)[:70].strip("-") or "zonder-naam"
    slug, number = stem, 1
    if secret:
        slug = f"{stem}-{get_random_string(5, RANDOM)}"
    while slug in TAKEN_SLUGS or model._default_manager.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{get_random_string(5, RANDOM) if secret else number}"
    return slug


def apply(record: models.Model, changes: dict[str, Any], *, allowed: set[str]) -> dict[str, list[str]]:
    """Set the changed values; returns {field: [before, after]} of what really changed.

    Raises KeyError for a field that this service may not change, ValidationError for a value the model refuses.
    """
    changed: dict[str, list[str]] = {}
    for name, value in changes.items():
        if name not in allowed:
            raise KeyError(name)
        before = getattr(record, name)
        if isinstance(value, str):
            value = value.strip()
        if before != value:
            setattr(record, name, value)
            changed[name] = [str(before), str(value)]
    if changed:
        record.full_clean(exclude={"version"})
    return changed
