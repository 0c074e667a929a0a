"""What each party owes in a round: planned first, made in batches, added later, withdrawn for a reason.

A plan is read from the records and changes nothing; the page that shows it and the service that makes the slots read
the same plan, and `RoundPlan.fingerprint` says whether it still is.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.models import (
    Commitment,
    Delegate,
    DelegateRole,
    Party,
    ReportingRound,
    ReportingSlot,
)
from covenants.services.carriers import resolve_all, rung_for
from covenants.services.checks import required
from covenants.services.conflict import Conflict, claim
from ser_portal.accounts.models import Role
from ser_portal.audit import services as audit

BATCH = 2_000  # slots made at one go, so that 60,000 never stand in memory at once
LONGEST_WITHDRAWAL = 500
BY_RANK = {DelegateRole.COORDINATOR: 0, DelegateRole.SUBMITTER: 1, DelegateRole.CONTRIBUTOR: 2}


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    """What a party would owe about a commitment; `why` says how it came into the list."""

    commitment_id: int
    party_id: int
    size_class: str
    rung_required: int
    uncertain: bool
    why: str
    owner_id: int | None


@dataclass(frozen=True)
class RoundPlan:
    """Who would get what, and what stands in the way. `fingerprint` is the same as long as nothing of it changed."""

    first: date
    last: date
    commitments: tuple[Commitment, ...]
    slots: tuple[PlannedSlot, ...]  # by name of the party, then by commitment
    parties: dict[int, Party]
    overlapping: tuple[ReportingRound, ...] = ()  # rounds of the agreement about (a part of) the same period
    fingerprint: str = field(default="", compare=False)

    @property
    def uncertain(self) -> tuple[PlannedSlot, ...]:
        """The slots of parties that may not have taken part in the period."""
        return tuple(slot for slot in self.slots if slot.uncertain)

    @property
    def without_carrier(self) -> tuple[Commitment, ...]:
        """The commitments for which nobody can be found, in this period."""
        carried = {slot.commitment_id for slot in self.slots}
        return tuple(row for row in self.commitments if row.pk not in carried)

    @property
    def without_delegate(self) -> tuple[Party, ...]:
        """The parties for which nobody can act today, by name."""
        nobody = {slot.party_id for slot in self.slots if slot.owner_id is None}
        return tuple(party for pk, party in self.parties.items() if pk in nobody)

    def by_party(self) -> list[tuple[Party, list[PlannedSlot]]]:
        """The slots of each party, by name."""
        return [(self.parties[pk], list(rows)) for pk, rows in groupby(self.slots, lambda slot: slot.party_id)]


class Owners:
    """Who picks up a new slot: the one coordinator, else who did so last time, else whoever acts for the party.

    Two queries, however many slots there are.
    """

    def __init__(self, agreement_round: ReportingRound | None, parties: Iterable[int]) -> None:
        wanted = set(parties)
        rows = Delegate.objects.current().filter(user__is_active=True, user__role=Role.DELEGATE)
        if len(wanted) <= BATCH:
            rows = rows.filter(party__in=wanted)
        self._people: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for party, user, role in rows.order_by("began_on", "pk").values_list("party_id", "user_id", "role"):
            if party in wanted:
                self._people[party].append((BY_RANK.get(DelegateRole(role), 9), len(self._people[party]), user))
        self._before: dict[tuple[int, int], int] = {}
        if agreement_round is not None:
            owned = agreement_round.slots.filter(owner__isnull=False)
            self._before = {
                (commitment, party): owner
                for commitment, party, owner in owned.values_list("commitment_id", "party_id", "owner_id")
            }

    def of(self, commitment: int, party: int) -> int | None:
        """The key of the person, or None when nobody acts for the party."""
        people = self._people.get(party)
        if not people:
            return None
        coordinators = {user for rank, _place, user in people if rank == 0}
        if len(coordinators) == 1:
            return coordinators.pop()
        before = self._before.get((commitment, party))
        if before is not None and before in {user for _rank, _place, user in people}:
            return before
        return min(people)[2]


def plan_slots(
    commitments: Sequence[Commitment], *, first: date, last: date, previous: ReportingRound | None,
    besides: set[tuple[int, int]] | None = None, overlapping: tuple[ReportingRound, ...] = (),
) -> RoundPlan:  # fmt: skip
    """Who would owe what about these commitments (with their evidence requirements fetched) in this period.

    `besides` are pairs of commitment and party that have a slot already. Reads only; five queries at most.
    """
    carriers = resolve_all(commitments, first=first, last=last)
    parties = {found.party.pk: found.party for rows in carriers.values() for found in rows}
    owners = Owners(previous, parties)
    have = besides or set()
    slots = [
        PlannedSlot(
            commitment_id=commitment.pk,
            party_id=found.party.pk,
            size_class=found.party.size_class,
            rung_required=int(rung_for(requirements, found.party.size_class)),
            uncertain=found.uncertain,
            why=found.why,
            owner_id=owners.of(commitment.pk, found.party.pk),
        )
        for commitment in commitments
        for requirements in [list(commitment.evidence_requirements.all())]
        for found in carriers[commitment.pk]
        if (commitment.pk, found.party.pk) not in have
    ]
    slots.sort(key=lambda slot: (parties[slot.party_id].name.lower(), slot.party_id, slot.commitment_id))
    asked = dict.fromkeys(slot.party_id for slot in slots)
    return RoundPlan(
        first=first,
        last=last,
        commitments=tuple(commitments),
        slots=tuple(slots),
        parties={pk: parties[pk] for pk in asked},
        overlapping=overlapping,
        fingerprint=_fingerprint(slots, first, last, overlapping),
    )


def _fingerprint(slots: list[PlannedSlot], first: date, last: date, overlapping: tuple[ReportingRound, ...]) -> str:
    told = hashlib.sha256(f"{first} {last} {[row.pk for row in overlapping]}".encode())
    for slot in slots:
        told.update(
            f"{slot.commitment_id},{slot.party_id},{slot.size_class},{slot.rung_required},{slot.uncertain},"
            f"{slot.owner_id is None};".encode()
        )
    return told.hexdigest()[:32]


def make_slots(reporting_round: ReportingRound, planned: Iterable[PlannedSlot], *, due_on: dict[int, date]) -> int:
    """Write planned slots; `due_on` has the date of the parties that have one of their own. Returns how many.

    One prepared statement instead of `bulk_create`: of 60,000 slots Django spent most of the time on writing down the
    same columns again (measured: a fifth of the time), and meanwhile nobody else can write to SQLite.
    """
    blank = ReportingSlot(
        round_id=reporting_round.pk, agreement_id=reporting_round.agreement_id, due_on=reporting_round.due_on
    )
    columns = [column for column in ReportingSlot._meta.concrete_fields if not column.primary_key]
    same = [column.get_db_prep_save(getattr(blank, column.attname), connection) for column in columns]
    place = {column.attname: number for number, column in enumerate(columns)}
    day = columns[place["due_on"]].get_db_prep_save
    written = {given: day(given, connection) for given in {*due_on.values(), reporting_round.due_on}}
    yes, no = (columns[place["extended"]].get_db_prep_save(value, connection) for value in (True, False))

    def row(slot: PlannedSlot) -> list[Any]:
        own = due_on.get(slot.party_id, reporting_round.due_on)
        values = same.copy()
        values[place["commitment_id"]] = slot.commitment_id
        values[place["party_id"]] = slot.party_id
        values[place["due_on"]] = written[own]
        values[place["extended"]] = yes if own != reporting_round.due_on else no
        values[place["rung_required"]] = slot.rung_required
        values[place["size_class"]] = slot.size_class
        values[place["uncertain"]] = yes if slot.uncertain else no
        values[place["owner_id"]] = slot.owner_id
        return values

    quote = connection.ops.quote_name
    names = ", ".join(quote(str(column.column)) for column in columns)
    into = f"INSERT INTO {quote(ReportingSlot._meta.db_table)} ({names})"
    statement = f"{into} VALUES ({', '.join(['%s'] * len(columns))})"
    number, left = 0, iter(planned)
    with connection.cursor() as cursor:
        while batch := list(islice(left, BATCH)):
            cursor.executemany(statement, [row(slot) for slot in batch])
            number += len(batch)
    return number


def chosen_commitments(agreement_id: int, keys: Iterable[int]) -> list[Commitment]:
    """The running commitments of this agreement with these keys. Raises ValidationError when one is no such thing."""
    wanted = set(keys)
    if not wanted:
        raise ValidationError({"commitments": _("Kies minstens één afspraak.")})
    rows = Commitment.objects.running().filter(agreement=agreement_id, pk__in=wanted)
    found = list(rows.order_by("pk").prefetch_related("evidence_requirements"))
    if len(found) != len(wanted):
        raise ValidationError({"commitments": _("Een van de gekozen afspraken loopt niet (meer) in dit akkoord.")})
    return found


# --- Later: who joined, what was added ----------------------------------------------------------------------------


def plan_added_slots(reporting_round: ReportingRound, *, commitments: Iterable[int]) -> RoundPlan:
    """What is not asked in this round yet: of parties that joined later, or about commitments that were added.

    A slot that was withdrawn does not come back. Reads only. Raises ValidationError for a commitment of elsewhere.
    """
    chosen = chosen_commitments(reporting_round.agreement_id, commitments)
    have = set(reporting_round.slots.order_by().values_list("commitment_id", "party_id"))
    return plan_slots(
        chosen,
        first=reporting_round.period_first,
        last=reporting_round.period_last,
        previous=reporting_round.previous,
        besides=have,
    )


@transaction.atomic
def add_slots(
    reporting_round: ReportingRound, *, version: int, commitments: Iterable[int], due_on: date, by: Any, seen: str = ""
) -> int:
    """Ask what is not asked yet in an open round; returns the number of new slots.

    `due_on` is the date for what is added; a party that already has a later one of its own keeps that. `seen` is the
    fingerprint of the plan somebody looked at. Raises Conflict when it or the round changed meanwhile, ValidationError
    when the round is locked or there is nothing to add.
    """
    claim(reporting_round, version)
    refuse_locked(reporting_round)
    if due_on < reporting_round.period_first:
        raise ValidationError({"due_on": _("De inleverdatum ligt voor het begin van de periode.")})
    plan = plan_added_slots(reporting_round, commitments=commitments)
    if seen and seen != plan.fingerprint:
        raise Conflict(plan_changed())
    if not plan.slots:
        raise ValidationError(_("Er valt niets toe te voegen: iedereen die het aangaat is al gevraagd."))
    extended = reporting_round.slots.standing().filter(extended=True, party__in=list(plan.parties))
    own = {pk: day for pk, day in extended.order_by().values_list("party").annotate(Max("due_on")) if day > due_on}
    made = make_slots(reporting_round, plan.slots, due_on={pk: own.get(pk, due_on) for pk in plan.parties})
    audit.record(
        "covenants.slots_added", on=reporting_round, by=by, slots=made, parties=len(plan.parties), due_on=str(due_on)
    )
    return made


# --- No longer owed -----------------------------------------------------------------------------------------------


@transaction.atomic
def withdraw_slot(slot: ReportingSlot, *, version: int, reason: str, by: Any) -> ReportingSlot:
    """No longer owed (merged, left, asked by mistake); what was sent is kept. Raises Conflict, ValidationError."""
    claim(slot, version)
    reason = _reason(reason)
    if slot.withdrawn_at is not None:
        raise ValidationError(_("Deze verplichting is al vervallen."))
    refuse_released(slot.round)
    slot.withdrawn_at, slot.withdrawn_reason = timezone.now(), reason
    slot.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    audit.record("covenants.slot_withdrawn", on=slot, by=by, round=slot.round_id, party=slot.party_id)
    return slot


@transaction.atomic
def withdraw_party(reporting_round: ReportingRound, party: Party, *, version: int, reason: str, by: Any) -> int:
    """Nothing of this round is owed by this party any more; returns how many slots that were.

    Raises Conflict, and ValidationError when the party owes nothing in the round.
    """
    claim(reporting_round, version)
    reason = _reason(reason)
    refuse_released(reporting_round)
    standing = reporting_round.slots.standing().filter(party=party)
    number = standing.update(withdrawn_at=timezone.now(), withdrawn_reason=reason, version=F("version") + 1)
    if not number:
        raise ValidationError({"party": _("Van deze partij wordt in deze ronde niets (meer) gevraagd.")})
    audit.record("covenants.party_withdrawn", on=reporting_round, by=by, party=party.pk, slots=number)
    return number


def _reason(typed: str) -> str:
    reason = required(typed, "reason", _("Geef een reden; die blijft in de geschiedenis staan."))
    if len(reason) > LONGEST_WITHDRAWAL:
        raise ValidationError({"reason": _("Houd de reden onder de %(most)s tekens.") % {"most": LONGEST_WITHDRAWAL}})
    return reason


def refuse_locked(reporting_round: ReportingRound) -> None:
    """Raises ValidationError for a locked round: it is never unlocked, and what still comes in is late."""
    if reporting_round.is_locked:
        raise ValidationError(
            _("Deze ronde is gesloten en gaat niet meer open. Wat partijen nu nog sturen, komt apart als te laat.")
        )


def refuse_released(reporting_round: ReportingRound) -> None:
    """Raises ValidationError once totals were released: a next release without one party would tell what it said."""
    if reporting_round.releases.exists():
        raise ValidationError(
            _("Van deze ronde zijn totalen vrijgegeven; wie erin is meegeteld, kan er niet meer uit vervallen.")
        )


def plan_changed() -> str:
    """What somebody hears whose preview is no longer true."""
    return _(
        "Sinds u keek is er iets veranderd in wie wat krijgt. Hieronder staat hoe het nu is; bevestig het opnieuw."
    )
