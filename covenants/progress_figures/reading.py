"""What a round holds, read once: who could be asked, who was, and what came in time. The figures count over this.

- Late updates never count: whatever was sent after the lock is left out, also when it was approved. The status of a
  slot is that of its last approved update that was sent in time.
- Withdrawn slots are not asked.
- Who may not have taken part in the period counts and is reported as uncertain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.models import (
    BINDING_ROLES,
    Confirmation,
    Participation,
    Party,
    PartyMembership,
    PartyType,
    ProgressUpdate,
    ReportingRound,
    UpdateState,
    Verdict,
)
from ser_portal.dates import ImpreciseDate
from ser_portal.figures import shared

RUNGS: Final = ("members", "asked", "answered", "assessed", "compliant")
"""The denominator ladder, in parties, widest first."""
JUDGED: Final = (Verdict.COMPLIANT, Verdict.PARTLY, Verdict.NOT_COMPLIANT)


@dataclass(frozen=True, slots=True)
class Approved:
    """The last update of a slot that was sent in time and approved."""

    status: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    verdict: str
    sent_on: date
    confirmed_on: date | None  # "nothing changed", said of this very update


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """What one party owes about one commitment, and what became of it in time."""

    pk: int
    commitment: int
    party: int
    rung_required: int
    uncertain: bool
    withdrawn: bool
    sent: str  # the state of the last update sent in time; '' when nothing was
    late: bool  # something was sent after the lock
    approved: Approved | None

    @property
    def judged(self) -> bool:
        """Whether the secretariat concluded something about it."""
        return self.approved is not None and self.approved.verdict in JUDGED

    @property
    def compliant(self) -> bool:
        return self.approved is not None and self.approved.verdict == Verdict.COMPLIANT

    @property
    def last_confirmed(self) -> date | None:
        """The last day on which the party said that this is how it stands; None without an approved status."""
        if self.approved is None:
            return None
        return max(self.approved.sent_on, self.approved.confirmed_on or self.approved.sent_on)


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A party on the ladder; `why` says how it came there when that is not certain."""

    pk: int
    name: str
    slug: str
    group: str
    uncertain: bool = False
    why: str = ""

    @property
    def counts_as(self) -> str:
        """The name under which it counts once with its sisters; '' for a party on its own."""
        return " ".join(self.group.casefold().split())


@dataclass(frozen=True)
class RoundFacts:
    """Everything the figures of one round count over; `members` by name, `unbound` took part without being bound."""

    round: ReportingRound
    members: dict[int, PartyFacts]
    unbound: tuple[tuple[PartyFacts, str], ...]
    slots: tuple[SlotFacts, ...]
    today: date = field(default_factory=timezone.localdate)

    @classmethod
    def of(cls, reporting_round: ReportingRound) -> RoundFacts:
        """Reads the round in seven queries at most; inside `one_reading` once for all figures."""
        return shared(("round facts", reporting_round.pk), lambda: _read(reporting_round))

    @cached_property
    def standing(self) -> tuple[SlotFacts, ...]:
        return tuple(slot for slot in self.slots if not slot.withdrawn)

    @cached_property
    def by_party(self) -> dict[int, list[SlotFacts]]:
        """The standing slots of every party that is asked."""
        found: dict[int, list[SlotFacts]] = defaultdict(list)
        for slot in self.standing:
            found[slot.party].append(slot)
        return dict(found)

    @cached_property
    def rung_of(self) -> dict[int, str]:
        """The last rung of the ladder each member reached."""
        return {pk: self._rung(self.by_party.get(pk, [])) for pk in self.members}

    @staticmethod
    def _rung(slots: list[SlotFacts]) -> str:
        if not slots:
            return "members"
        if not any(slot.sent for slot in slots):
            return "asked"
        if not all(slot.judged for slot in slots):
            return "answered"
        return "compliant" if all(slot.compliant for slot in slots) else "assessed"

    def reached(self, rung: str) -> list[PartyFacts]:
        """The parties that came at least this far, by name."""
        height = RUNGS.index(rung)
        return [party for pk, party in self.members.items() if RUNGS.index(self.rung_of[pk]) >= height]


def silent_parties(reporting_round: ReportingRound) -> QuerySet[Party]:
    """The parties that are asked something and sent nothing in time: those of the figure `round.silent`."""
    standing = reporting_round.slots.standing().order_by().filter(party=OuterRef("pk"))
    in_time = ProgressUpdate.objects.filter(slot=OuterRef("pk"), late=False)
    answered = standing.filter(Q(current__late=False) | Q(current__late=True) & Exists(in_time))
    return Party.objects.filter(Exists(standing), ~Exists(answered))


def _read(reporting_round: ReportingRound) -> RoundFacts:
    slots = _slots(reporting_round)
    standing = {slot.party for slot in slots if not slot.withdrawn}
    certain = {slot.party for slot in slots if not slot.withdrawn and not slot.uncertain}
    bound, unbound = _participants(reporting_round)
    associations = [pk for pk, found in bound.items() if found[0].type == PartyType.TRADE_ASSOCIATION]
    through = _through(associations, reporting_round.period_first, reporting_round.period_last)
    members: dict[int, PartyFacts] = {}
    for pk, party in Party.objects.only("name", "slug", "group").in_bulk(standing - bound.keys()).items():
        members[pk] = _party(party, uncertain=pk not in certain)
    for pk, (party, sure) in through.items():
        if pk not in members:
            members[pk] = _party(party, uncertain=not sure, why="" if sure else _("onzeker lidmaatschap in de periode"))
    for pk, (party, sure) in bound.items():
        doubt = not sure and pk not in certain
        members[pk] = _party(party, uncertain=doubt, why=_("onzekere deelname in de periode") if doubt else "")
    left = [(_party(party), role) for pk, (party, role) in unbound.items() if pk not in members]
    by_name = dict(sorted(members.items(), key=lambda item: (item[1].name.casefold(), item[0])))
    return RoundFacts(reporting_round, by_name, tuple(left), slots)


def _party(party: Party, *, uncertain: bool = False, why: str = "") -> PartyFacts:
    return PartyFacts(party.pk, party.name, party.slug, party.group, uncertain, why)


def _slots(reporting_round: ReportingRound) -> tuple[SlotFacts, ...]:
    sent: dict[int, str] = {}
    approved: dict[int, Approved] = {}
    late: set[int] = set()
    confirmed: dict[int, date] = dict(
        Confirmation.objects.filter(slot__round=reporting_round, update_confirmed__late=False)
        .order_by()
        .values_list("update_confirmed")
        .annotate(Max("confirmed_on"))
    )
    updates = ProgressUpdate.objects.filter(slot__round=reporting_round).order_by("slot", "number")
    for pk, slot, is_late, state, status, value, numerator, denominator, verdict, at in updates.values_list(
        "pk", "slot", "late", "state", "status", "value", "numerator", "denominator", "review__verdict", "submitted_at"
    ):
        if is_late:
            late.add(slot)
            continue
        sent[slot] = state
        if state == UpdateState.APPROVED:
            day = timezone.localdate(at)
            approved[slot] = Approved(status, value, numerator, denominator, verdict or "", day, confirmed.get(pk))
    rows = reporting_round.slots.order_by("commitment", "party").values_list(
        "pk", "commitment", "party", "rung_required", "uncertain", "withdrawn_at"
    )
    return tuple(
        SlotFacts(
            pk, commitment, party, rung, uncertain, withdrawn_at is not None,
            sent.get(pk, ""), pk in late, approved.get(pk),
        )
        for pk, commitment, party, rung, uncertain, withdrawn_at in rows
    )  # fmt: skip


def _participants(
    reporting_round: ReportingRound,
) -> tuple[dict[int, tuple[Party, bool]], dict[int, tuple[Party, str]]]:
    """Who is bound in the period, with whether that is certain; and who takes part in another role only."""
    first, last = reporting_round.period_first, reporting_round.period_last
    bound: dict[int, tuple[Party, bool]] = {}
    unbound: dict[int, tuple[Party, str]] = {}
    rows = Participation.objects.filter(_in_period(first, last), agreement=reporting_round.agreement_id)
    for row in rows.select_related("party").order_by("party__name", "party", "pk"):
        if row.role not in BINDING_ROLES:
            unbound.setdefault(row.party_id, (row.party, str(row.get_role_display())))
            continue
        before = bound.get(row.party_id, (row.party, False))[1]
        bound[row.party_id] = (row.party, before or _certainly(row.began, row.ended, first, last))
    return bound, {pk: found for pk, found in unbound.items() if pk not in bound}


def _through(associations: Iterable[int], first: date, last: date) -> dict[int, tuple[Party, bool]]:
    """The members of these associations in the period, with whether that is certain."""
    found: dict[int, tuple[Party, bool]] = {}
    wanted = list(associations)
    if not wanted:
        return found
    rows = PartyMembership.objects.filter(_in_period(first, last), association__in=wanted)
    for row in rows.select_related("member").order_by("member__name", "member", "pk"):
        before = found.get(row.member_id, (row.member, False))[1]
        found[row.member_id] = (row.member, before or _certainly(row.began, row.ended, first, last))
    return found


def _in_period(first: date, last: date) -> Q:
    """Certainly or possibly within the period, as the carriers of a commitment are found."""
    return (Q(began_earliest__isnull=True) | Q(began_earliest__lte=last)) & (
        Q(ended_latest__isnull=True) | Q(ended_latest__gte=first)
    )


def _certainly(began: ImpreciseDate, ended: ImpreciseDate, first: date, last: date) -> bool:
    """Whether it certainly holds on some day of the period."""
    stayed = not (ended.is_known or ended.words) or (ended.earliest is not None and ended.earliest >= first)
    return began.certain_on(last) and stayed
