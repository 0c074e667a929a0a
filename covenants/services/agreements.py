"""Registering an agreement and keeping its facts."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.models import NEXT_PHASES, Agreement, FacilitatorAssignment, Sector, Visibility
from covenants.services.checks import apply, because, free_slug, happened, note_newer, required
from covenants.services.conflict import claim
from covenants.services.phases import _append
from ser_portal.audit import services as audit
from ser_portal.dates import ImpreciseDate

EDITABLE = {
    "name_nl", "name_en", "abbreviation_nl", "abbreviation_en", "visibility", "intended_duration_months",
    "reporting_year", "note", "source",
}  # fmt: skip


@transaction.atomic
def register_agreement(
    *,
    sector_name: str,
    name_nl: str,
    name_en: str = "",
    visibility: str,
    phase: str,
    effective_on: ImpreciseDate,
    reason: str,
    source: str = "",
    by: Any,
) -> Agreement:
    """A new agreement with its first phase; who registers it becomes its facilitator.

    The sector is found by its name, or made. Raises ValidationError when `by` can see an agreement of that name, or
    when its first phase is neither exploration nor negotiation. What `by` may not know of is not given away: neither
    by a refusal nor by a number behind the address.
    """
    name_nl = required(name_nl, "name_nl", _("Geef het akkoord een naam."))
    sector_name = required(sector_name, "sector_name", _("Noem de sector."))
    reason = required(reason, "reason", _("Geef een reden; die blijft in de geschiedenis staan."))
    if phase not in NEXT_PHASES[""]:
        raise ValidationError({"phase": _("Een akkoord begint met een verkenning of een onderhandeling.")})
    happened(effective_on, "effective_on")
    if Agreement.objects.visible_to(by).filter(name_nl__iexact=name_nl).exists():
        raise ValidationError({"name_nl": _("Er bestaat al een akkoord met deze naam.")})

    sector = Sector.objects.filter(name_nl__iexact=sector_name).first()
    if sector is None:
        sector = Sector(slug=free_slug(Sector, sector_name), name_nl=sector_name)
        _clean(sector, {"name_nl": "sector_name"})
        sector.save()
    agreement = Agreement(
        slug=free_slug(Agreement, name_nl, secret=visibility != Visibility.PUBLIC),
        sector=sector,
        name_nl=name_nl,
        name_en=name_en.strip(),
        visibility=visibility,
        source=source.strip(),
    )
    agreement.full_clean(exclude={"sector"})
    because(agreement, reason)
    agreement.save()
    FacilitatorAssignment.objects.create(agreement=agreement, user=by, began_on=timezone.localdate())
    _append(agreement, to=phase, effective_on=effective_on, reason=reason, source=source, label="", by=by)
    audit.record("covenants.agreement_registered", on=agreement, by=by, phase=phase)
    note_newer(effective_on)
    return agreement


def _clean(record: Any, names: dict[str, str]) -> None:
    """Validate, with the errors under the names the form uses."""
    try:
        record.full_clean()
    except ValidationError as refused:
        raise ValidationError(
            {names.get(field, field): errors for field, errors in refused.message_dict.items()}
        ) from None


@transaction.atomic
def edit_agreement(agreement: Agreement, *, version: int, changes: dict[str, Any], reason: str, by: Any) -> Agreement:
    """Change facts of an agreement; before, after and reason stay in its history.

    Raises Conflict when somebody saved first, ValidationError when nothing changed or a value is refused.
    """
    claim(agreement, version)
    reason = required(reason, "reason", _("Geef een reden; die blijft in de geschiedenis staan."))
    changed = apply(agreement, changes, allowed=EDITABLE)
    if not changed:
        raise ValidationError(_("Er is niets gewijzigd."))
    others = Agreement.objects.visible_to(by).exclude(pk=agreement.pk)
    if "name_nl" in changed and others.filter(name_nl__iexact=agreement.name_nl).exists():
        raise ValidationError({"name_nl": _("Er bestaat al een akkoord met deze naam.")})
    because(agreement, reason)
    agreement.save(update_fields=sorted(changed))
    audit.record("covenants.agreement_edited", on=agreement, by=by, fields=sorted(changed))
    return agreement
