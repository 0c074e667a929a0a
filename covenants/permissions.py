"""Each question one function; no HTTP, no templates. Which rows exist for somebody is the querysets' business."""

from typing import Any

from django.utils import timezone

from covenants.models import (
    Agreement,
    Delegate,
    DelegateRole,
    FacilitatorAssignment,
    Party,
    ReportingSlot,
    kept_agreements,
)

SUBMITTERS = (DelegateRole.SUBMITTER, DelegateRole.COORDINATOR)


def may_consult(user: Any) -> bool:
    """May open the working pages: the register, parties, climate, figures. A reader sees issued overviews only."""
    return bool(user.is_authenticated and user.is_active and not user.is_reader)


def may_register(user: Any) -> bool:
    """May register a new agreement or party."""
    return bool(user.is_authenticated and user.is_active and user.is_facilitator)


def may_keep(user: Any, agreement: Agreement) -> bool:
    """May change what belongs to this agreement, open and lock its rounds and review what parties send: its own
    facilitators."""
    if not may_register(user):
        return False
    return FacilitatorAssignment.objects.current().filter(user=user, agreement=agreement).exists()


def may_follow_deadlines(user: Any) -> bool:
    """May have the own deadlines in a calendar: who reports for a party, and who looks after agreements."""
    return bool(user.is_authenticated and user.is_active and (user.is_delegate or user.is_facilitator))


def may_build_overview(user: Any) -> bool:
    """May build, cancel and download a yearly overview that is not issued."""
    return bool(user.is_authenticated and user.is_active and user.is_reporting)


def _acts(user: Any, party: Party | int, roles: Any = None) -> bool:
    if not (user.is_authenticated and user.is_active and user.is_delegate):
        return False
    rows = Delegate.objects.current().filter(user=user, party=party)
    return (rows if roles is None else rows.filter(role__in=roles)).exists()


def may_report(user: Any, slot: ReportingSlot) -> bool:
    """May write the draft of this slot and add evidence: every current delegate of its party, until it is withdrawn."""
    return slot.withdrawn_at is None and _acts(user, slot.party_id)


def may_submit(user: Any, slot: ReportingSlot) -> bool:
    """May send what was written, confirm that nothing changed and reply to an assessment."""
    return slot.withdrawn_at is None and _acts(user, slot.party_id, SUBMITTERS)


def may_coordinate(user: Any, party: Party) -> bool:
    """May invite people for this party, end their rights and hand over their work: its coordinators."""
    return _acts(user, party, (DelegateRole.COORDINATOR,))


def may_facilitate_party(user: Any, party: Party) -> bool:
    """Looks after an agreement this party takes part in today, certainly or possibly."""
    if not may_register(user):
        return False
    return party.participations.possible_on(timezone.localdate()).filter(agreement__in=kept_agreements(user)).exists()


def may_manage_people(user: Any, party: Party) -> bool:
    """May invite people for this party, change their role, end it and hand over their work: its coordinators, and a
    facilitator as long as everything the party was ever asked belongs to agreements this facilitator looks after.

    Whoever acts for a party reads all it reports. So the secretariat of one agreement cannot let somebody in on what
    the party reports in another; there a coordinator does it, or the administrator where there is none.
    """
    if may_coordinate(user, party):
        return True
    if not may_facilitate_party(user, party):
        return False
    return not ReportingSlot.objects.filter(party=party).exclude(agreement__in=kept_agreements(user)).exists()


def may_see_people(user: Any, party: Party) -> bool:
    """May look at who acts for this party: who manages them, and everybody who acts for it."""
    return _acts(user, party) or may_facilitate_party(user, party)


def may_hand_over(user: Any, slot: ReportingSlot) -> bool:
    """May give this slot another owner: the party's coordinators, the facilitators of the agreement, and any delegate
    of the party when the slot is their own or nobody's."""
    if slot.withdrawn_at is not None:
        return False
    if slot.owner_id is None or slot.owner_id == user.pk:
        own = _acts(user, slot.party_id)
    else:
        own = _acts(user, slot.party_id, (DelegateRole.COORDINATOR,))
    return own or may_keep(user, slot.agreement)
