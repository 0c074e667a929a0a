"""Who is a member of which association. An association may see that its members answered, never what."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from covenants.models import Party, PartyMembership
from covenants.services.checks import because, happened, note_newer, required
from covenants.services.delegates import hold
from ser_portal.audit import services as audit
from ser_portal.dates import ImpreciseDate


@transaction.atomic
def add_membership(association: Party, *, member: Party, began: ImpreciseDate, by: Any) -> PartyMembership:
    """A party is a member from a day. Raises ValidationError when it is one already, or is the association itself.

    Locks the association, so that two people adding the same member make one membership.
    """
    hold(association)
    happened(began, "began")
    if member.pk == association.pk:
        raise ValidationError({"member": _("Een partij is geen lid van zichzelf.")})
    if association.members.filter(member=member, ended_earliest__isnull=True, ended_latest__isnull=True).exists():
        raise ValidationError({"member": _("Deze partij is al lid.")})
    membership = PartyMembership(association=association, member=member, began=began)
    membership.full_clean(exclude={"association", "member"})
    membership.save()
    audit.record("covenants.membership_added", on=association, by=by, membership=membership.pk, member=member.pk)
    note_newer(began)
    return membership


@transaction.atomic
def end_membership(membership: PartyMembership, *, ended: ImpreciseDate, reason: str, by: Any) -> PartyMembership:
    """The last day of a membership; the history keeps who recorded it and why.

    Raises ValidationError when it has an end already, or the day cannot be.
    """
    hold(membership.association)
    membership = PartyMembership.objects.select_related("association", "member").get(pk=membership.pk)
    if membership.ended.is_known:
        raise ValidationError(
            _("Iemand anders beëindigde dit lidmaatschap al: tot en met %(day)s.") % {"day": membership.ended}
        )
    happened(ended, "ended")
    began = membership.began.earliest
    if began is not None and ended.latest is not None and ended.latest < began:
        raise ValidationError({"ended": _("De einddatum ligt voor de begindatum.")})
    reason = required(reason, "reason", _("Geef een reden; die blijft in de geschiedenis staan."))
    membership.ended = ended
    membership.full_clean(exclude={"association", "member"})
    because(membership, reason)
    membership.save()
    audit.record(
        "covenants.membership_ended",
        on=membership.association,
        by=by,
        membership=membership.pk,
        member=membership.member_id,
    )
    note_newer(ended)
    return membership
