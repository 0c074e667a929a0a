"""What a branch association may know of its members in a round: that they answered, never what."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from covenants.models import Party, PartyMembership, PartyType, ProgressUpdate, ReportingRound, own_parties


@dataclass(frozen=True)
class MemberAnswer:
    """One member that is asked in the round. `sent_on` is the day on which all that was asked had been answered for
    the first time: a later version would tell that something was sent back."""

    name: str
    answered: bool
    sent_on: date | None


def own_associations(user: Any) -> QuerySet[Party]:
    """The branch associations, and others with members, this person acts for today, by name."""
    with_members = PartyMembership.objects.possible_on(timezone.localdate()).values("association")
    kind = Q(type=PartyType.TRADE_ASSOCIATION) | Q(pk__in=with_members)
    return Party.objects.filter(kind, pk__in=own_parties(user)).order_by("name", "pk")


def members_answered(reporting_round: ReportingRound, association: Party, *, user: Any) -> list[MemberAnswer]:
    """The members of today that are asked in this round, by name; at most a thousand, in one query.

    Answered means that something was sent about everything that is asked. How much was asked, how much of it was sent,
    how often, and what became of it do not leave this function.
    """
    members = PartyMembership.objects.visible_to(user).possible_on(timezone.localdate()).filter(association=association)
    first = ProgressUpdate.objects.filter(slot=OuterRef("pk"), number=1)
    asked = (
        reporting_round.slots.standing()
        .filter(party__in=members.values("member"))
        .annotate(first_sent=Subquery(first.values("submitted_at")))
        .order_by("party__name", "party")
        .values_list("party__name", "party")
        .annotate(asked=Count("pk"), sent=Count("current"), last=Max("first_sent"))
    )
    return [
        MemberAnswer(name, sent == number, timezone.localdate(last) if sent == number and last else None)
        for name, _party, number, sent, last in asked[:1000]
    ]
