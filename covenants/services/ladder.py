"""Which rung of the ladder a slot is on, and who is told: pure of any clock, so that any day can be asked about.

A rung falls on a day counted from the due date. One that falls on a weekend, a holiday or a day the portal was down is
reached on the next working day; of several that were missed only the highest counts. Time that a slot lay with the
secretariat is not held against the party: of a slot that was returned, rungs from before the return are skipped.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from covenants.models import Delegate, DelegateRole, FacilitatorAssignment, ReminderStep, ReportingSlot, SlotState
from ser_portal.accounts.models import Role

# Days after the due date, lowest rung first.
OFFSETS: dict[str, int] = {
    ReminderStep.BEFORE: -7,
    ReminderStep.ON_DAY: 0,
    ReminderStep.AFTER: 7,
    ReminderStep.COORDINATOR: 14,
    ReminderStep.FACILITATOR: 21,
}
STEPS = list(OFFSETS)
NEWS = {SlotState.RETURNED: ReminderStep.RETURNED, SlotState.APPROVED: ReminderStep.DECIDED}
LONGEST_CATCH_UP = 90  # days after the last rung; a slot that is older is no longer news to anybody
NEWS_LASTS = 30  # days in which somebody is still told that something was returned or decided
OPEN = (SlotState.SILENT, SlotState.RETURNED)


def window(step: str, day: date) -> tuple[date, date]:
    """First and last due date of the slots for which `step` is the highest rung on `day`."""
    place = STEPS.index(step)
    last = day - timedelta(days=OFFSETS[step])
    if place + 1 == len(STEPS):
        return last - timedelta(days=LONGEST_CATCH_UP), last
    return day - timedelta(days=OFFSETS[STEPS[place + 1]] - 1), last


def rung(due_on: date, day: date) -> str:
    """The highest rung that is reached on `day`, or '' when there is none."""
    reached = [step for step in STEPS if due_on + timedelta(days=OFFSETS[step]) <= day]
    too_old = due_on + timedelta(days=OFFSETS[STEPS[-1]] + LONGEST_CATCH_UP) < day
    return reached[-1] if reached and not too_old else ""


@dataclass(frozen=True)
class Line:
    """One thing to be told about one slot: a rung of the ladder, or what happened to the update numbered `about`."""

    slot: ReportingSlot
    step: str
    about: int = 0


def ladder_line(slot: ReportingSlot, day: date) -> Line | None:
    """What the ladder says about this slot on `day`; needs `slot.round`."""
    step = rung(slot.due_on, day)
    if not step or not slot.is_open or slot.round.is_locked:
        return None
    rung_on = slot.due_on + timedelta(days=OFFSETS[step])
    if slot.state == SlotState.RETURNED and rung_on < timezone.localdate(slot.state_since):
        return None
    return Line(slot, step)


def news_line(slot: ReportingSlot, now: datetime) -> Line | None:
    """That what was sent came back or was decided on; needs `slot.current`. Goes on after the lock of the round: a
    party has to hear of a decision while its right of reply runs."""
    step = NEWS.get(SlotState(slot.state))
    if step is None or slot.current is None or slot.withdrawn_at or slot.state_since < now - timedelta(days=NEWS_LASTS):
        return None
    return Line(slot, step, slot.current.number)


@dataclass(frozen=True)
class People:
    """Who acts for which party and who looks after which agreement on a day; only people with an active account."""

    delegates: dict[int, dict[int, set[str]]] = field(default_factory=dict)  # party: person: roles
    facilitators: dict[int, set[int]] = field(default_factory=dict)  # agreement: people

    def told(self, line: Line) -> set[int]:
        """Keys of the people who are to hear of this, at most one kind of them.

        Who took the slot on, else the coordinators, else everybody who acts for the party; when nobody does, the
        facilitators, who then read that the party has nobody.
        """
        facilitators = self.facilitators.get(line.slot.agreement_id, set())
        acting = self.delegates.get(line.slot.party_id, {})
        if line.step == ReminderStep.FACILITATOR or not acting:
            return facilitators
        if line.step != ReminderStep.COORDINATOR and line.slot.owner_id in acting:
            return {line.slot.owner_id}
        coordinators = {person for person, roles in acting.items() if DelegateRole.COORDINATOR in roles}
        return coordinators or set(acting)

    def has_nobody(self, party_id: int) -> bool:
        return not self.delegates.get(party_id)

    def may_send(self, person: int, party_id: int) -> bool:
        """Whether this person may send and confirm for the party, not only write."""
        return bool(self.delegates.get(party_id, {}).get(person, set()) - {DelegateRole.CONTRIBUTOR})


def people_of(slots: Iterable[ReportingSlot], day: date) -> People:
    """Two queries, whatever the number of slots."""
    slots = list(slots)
    parties = {slot.party_id for slot in slots}
    agreements = {slot.agreement_id for slot in slots}
    delegates: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    acting: Any = Delegate.objects.current(day).filter(
        among("party", parties), user__is_active=True, user__role=Role.DELEGATE
    )
    for party, person, role in acting.values_list("party", "user", "role"):
        delegates[party][person].add(role)
    facilitators: dict[int, set[int]] = defaultdict(set)
    looking_after: Any = FacilitatorAssignment.objects.current(day).filter(
        among("agreement", agreements), user__is_active=True, user__role=Role.FACILITATOR
    )
    for agreement, person in looking_after.values_list("agreement", "user"):
        facilitators[agreement].add(person)
    return People(dict(delegates), dict(facilitators))


def among(name: str, keys: set[int]) -> Q:
    """A filter on keys; databases take a limited number of them, beyond that all are read."""
    return Q(**{f"{name}__in": keys}) if len(keys) <= 10_000 else Q()


def with_all_it_needs(slots: QuerySet[ReportingSlot]) -> QuerySet[ReportingSlot]:
    """The slots with what `ladder_line` and `news_line` read, and no more."""
    return slots.select_related("round", "current").only(
        "pk", "round_id", "agreement_id", "commitment_id", "party_id", "due_on", "owner_id", "state", "state_since",
        "withdrawn_at", "round__locked_at", "current__number",
    )  # fmt: skip
