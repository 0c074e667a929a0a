"""Parties and what they take part in."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from covenants.models import Agreement, Participation, Party
from covenants.services.checks import apply, because, free_slug, happened, note_newer, required
from covenants.services.conflict import claim
from ser_portal.audit import services as audit
from ser_portal.dates import ImpreciseDate, ImpreciseDateField

PARTY_FACTS = {"name", "abbreviation", "type", "size_class", "group", "note", "source"}


@transaction.atomic
def register_party(
    *,
    name: str,
    type: str,
    abbreviation: str = "",
    size_class: str = "",
    group: str = "",
    source: str = "",
    by: Any,
) -> Party:
    """A new party. Raises ValidationError when `by` can see one of that name; a hidden one is not given away."""
    name = required(name, "name", _("Geef de partij een naam."))
    if Party.objects.visible_to(by).filter(name__iexact=name).exists():
        raise ValidationError({"name": _("Er bestaat al een partij met deze naam.")})
    party = Party(
        slug=free_slug(Party, name, secret=True),
        name=name,
        type=type,
        abbreviation=abbreviation.strip(),
        size_class=size_class,
        group=group.strip(),
        source=source.strip(),
    )
    party.full_clean()
    party.save()
    audit.record("covenants.party_registered", on=party, by=by)
    return party


@transaction.atomic
def edit_party(party: Party, *, version: int, changes: dict[str, Any], reason: str, by: Any) -> Party:
    """Change a party's facts; before, after and reason stay in its history. Raises Conflict, ValidationError."""
    claim(party, version)
    reason = required(reason, "reason", _("Geef een reden; die blijft in de geschiedenis staan."))
    changed = apply(party, changes, allowed=PARTY_FACTS)
    if not changed:
        raise ValidationError(_("Er is niets gewijzigd."))
    others = Party.objects.visible_to(by).exclude(pk=party.pk)
    if "name" in changed and others.filter(name__iexact=party.name).exists():
        raise ValidationError({"name": _("Er bestaat al een partij met deze naam.")})
    because(party, reason)
    party.save(update_fields=sorted(changed))
    audit.record("covenants.party_edited", on=party, by=by, fields=sorted(changed))
    return party


@transaction.atomic
def add_participation(
    agreement: Agreement, *, party: Party, role: str, began: ImpreciseDate, source: str = "", note: str = "", by: Any
) -> Participation:
    """A party takes part from a day. Raises ValidationError when it has that role here already without an end.

    Locks the agreement, so that two people adding the same party make one participation.
    """
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    happened(began, "began")
    running = agreement.participations.filter(
        party=party, role=role, ended_earliest__isnull=True, ended_latest__isnull=True
    )
    if running.exists():
        raise ValidationError({"party": _("Deze partij doet in deze rol al mee.")})
    participation = Participation(
        agreement=agreement, party=party, role=role, began=began, source=source.strip(), note=note.strip()
    )
    participation.full_clean(exclude={"agreement", "party"})
    participation.save()
    audit.record("covenants.participation_added", on=agreement, by=by, participation=participation.pk, role=role)
    note_newer(began)
    return participation


@transaction.atomic
def edit_participation(
    participation: Participation, *, version: int, changes: dict[str, Any], reason: str, by: Any
) -> Participation:
    """Change the dates, role or reason of leaving; the history keeps what was. Raises Conflict, ValidationError."""
    claim(participation, version)
    reason = required(reason, "reason", _("Geef een reden; die blijft in de geschiedenis staan."))
    for name in ("began", "ended"):
        if name in changes and changes[name].is_known:
            happened(changes[name], name)
    changed = apply(participation, changes, allowed={"role", "began", "ended", "leaving_reason", "source", "note"})
    if not changed:
        raise ValidationError(_("Er is niets gewijzigd."))
    columns = [
        column
        for name in changed
        for column in (ImpreciseDateField.columns(name) if name in {"began", "ended"} else [name])
    ]
    because(participation, reason)
    participation.save(update_fields=columns)
    audit.record(
        "covenants.participation_edited",
        on=participation.agreement,
        by=by,
        participation=participation.pk,
        fields=sorted(changed),
    )
    for name in ("began", "ended"):
        if name in changed:
            note_newer(changes[name])
    return participation
