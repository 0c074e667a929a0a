"""Whatever happens in whatever order: no rung is lost, none is said twice, nobody gets two mails on one day.

A plain model of the rules, a day at a time, beside the real thing: planner, workers, database and mail.
"""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from covenants.models import (
    Delegate,
    DelegateRole,
    Digest,
    DigestState,
    ProgressUpdate,
    ReportingRound,
    ReportingSlot,
    UpdateState,
)
from covenants.services import digests, reminders
from ser_portal.workdays import is_working_day
from tests.covenants.reminding import act_for, at
from tests.factories import make_commitment, make_round, make_slot, make_update

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LADDER = [("before", -7), ("on_day", 0), ("after", 7), ("coordinator", 14), ("facilitator", 21)]
PEOPLE = ["dewi", "bob", "coco"]  # two submitters and a coordinator
SLOTS = [0, 1]


class Killed(BaseException):
    """The worker is gone: nothing after this line runs."""


class Model:
    """The rules in plain Python. A slot is a dict; what was said is a set of keys."""

    def __init__(self, day, due):
        self.day = day
        self.present = set(PEOPLE)
        self.locked = False
        self.slots = {
            number: {"due": due, "state": "silent", "since": day, "number": 0, "owner": None, "withdrawn": False}
            for number in SLOTS
        }
        self.said: set[tuple] = set()
        self.mails: dict[tuple, set] = {}
        self.unknown: set[tuple] = set()

    def line(self, slot):
        """(step, key) of what the ladder says today, or None."""
        if slot["state"] not in ("silent", "returned") or slot["withdrawn"] or self.locked:
            return None
        reached = [(step, days) for step, days in LADDER if slot["due"] + timedelta(days=days) <= self.day]
        if not reached:
            return None
        step, days = reached[-1]
        if slot["state"] == "returned" and slot["due"] + timedelta(days=days) < slot["since"]:
            return None
        return step

    def told(self, slot, step):
        if step == "facilitator" or not self.present:
            return {"fatima"}
        if step != "coordinator" and slot["owner"] in self.present:
            return {slot["owner"]}
        return {"coco"} if "coco" in self.present else set(self.present)

    def live(self, *, mail, killed):
        """One day on which the portal runs. `mail`: whether the server takes anything; `killed`: whose mail is cut."""
        if not is_working_day(self.day):
            return
        lines: dict[str, set] = {}
        keys = set()
        for number, slot in self.slots.items():
            step = self.line(slot)
            order = [name for name, _ in LADDER]
            if step and not any((number, slot["due"], higher) in self.said for higher in order[order.index(step) :]):
                keys.add((number, slot["due"], step))
                for person in self.told(slot, step):
                    lines.setdefault(person, set()).add((number, step))
            news = {"returned": "returned", "approved": "decided"}.get(slot["state"])
            recent = self.day - slot["since"] <= timedelta(days=30)
            if news and recent and not slot["withdrawn"] and (number, news, slot["number"]) not in self.said:
                keys.add((number, news, slot["number"]))
                for person in self.told(slot, news):
                    lines.setdefault(person, set()).add((number, news))
        if not mail:
            return
        self.said |= keys
        for person, told in lines.items():
            if person == killed:
                self.unknown.add((person, self.day))
            else:
                self.mails[person, self.day] = told


class World:
    """The portal itself, driven a day at a time."""

    def __init__(self, agreement, party, facilitator, people, day, due):
        round = make_round(
            agreement, by=facilitator, due_on=due, period_first=date(2020, 1, 1), period_last=date(2020, 12, 31)
        )
        self.round, self.party, self.facilitator, self.people = round, party, facilitator, people
        self.slots = {n: make_slot(round, make_commitment(agreement), party, state_since=at(day, 8)) for n in SLOTS}
        self.taken: list[tuple[str, date]] = []

    def slot(self, number):
        return ReportingSlot.objects.get(pk=self.slots[number].pk)

    def live(self, monkeypatch, day, *, mail, killed, twice, torn):
        cut: list[str] = []

        def deliver(message):
            person = message.to[0].split("@")[0]
            if not mail:
                return digests.Fate(DigestState.WAITING, "SMTPConnectError 421")
            if person == killed and not cut:
                cut.append(person)
                raise Killed
            self.taken.append((person, day))
            return digests.Fate(DigestState.SENT)

        monkeypatch.setattr(digests, "deliver", deliver)
        # Three tries and a last look when the server takes nothing; a second look after something went wrong.
        looks = [(9, 0), (9, 15), (10, 30), (16, 0)] if not mail else [(9, 0), (9, 15)] if torn or killed else [(9, 0)]
        for hour, minute in looks:
            now = at(day, hour, minute)
            found = reminders.remind(now).to_send
            if torn and hour == 9 and minute == 0:
                continue  # restarted between planning and sending: the messages are gone
            for key in found * (2 if twice else 1):
                try:
                    digests.send_digest(key, now=now)
                except Killed:
                    continue
            if twice:
                reminders.remind(now)


EVENTS = st.one_of(
    st.tuples(st.just("off"), st.integers(1, 9)),  # the portal is down
    st.tuples(st.just("move"), st.sampled_from(SLOTS), st.integers(-10, 30)),
    st.tuples(st.just("move"), st.sampled_from(SLOTS), st.integers(5, 20)),
    st.tuples(st.just("submit"), st.sampled_from(SLOTS)),
    st.tuples(st.just("judge"), st.sampled_from(SLOTS), st.sampled_from(["returned", "returned", "approved"])),
    st.tuples(st.just("judge"), st.sampled_from(SLOTS), st.sampled_from(["returned", "approved"])),
    st.tuples(st.just("owner"), st.sampled_from(SLOTS), st.sampled_from([None, *PEOPLE])),
    st.tuples(st.just("leave"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("come"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("withdraw"), st.sampled_from(SLOTS)),
    st.tuples(st.just("lock")),
)
DAYS = st.tuples(
    st.just("day"),
    st.integers(1, 7),
    st.sampled_from([True, True, False]),  # mail works
    st.sampled_from([None, None, "dewi", "coco", "fatima"]),  # whose mail is cut off by kill -9
    st.booleans(),  # every message twice
    st.booleans(),  # a restart between planning and sending
)
# Something happens, or nothing; then some days go by. Ladders are weeks long, so days have to.
STRETCHES = st.tuples(st.lists(EVENTS, max_size=2), DAYS)
STARTS = st.sampled_from(
    [date(2026, 3, 2), date(2026, 3, 27), date(2026, 4, 20), date(2026, 12, 14), date(2026, 10, 19)]
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(start=STARTS, ahead=st.integers(-3, 12), stretches=st.lists(STRETCHES, min_size=3, max_size=9))
def test_the_portal_says_what_the_rules_say(agreement, party, facilitator, monkeypatch, start, ahead, stretches, cast):
    with transaction.atomic():
        compare(agreement, party, facilitator, cast, monkeypatch, start, start + timedelta(days=ahead), stretches)
        transaction.set_rollback(True)


@pytest.fixture
def cast(party, facilitator):
    roles = {"coco": DelegateRole.COORDINATOR}
    return {name: act_for(party, name, roles.get(name, DelegateRole.SUBMITTER)) for name in PEOPLE}


def compare(agreement, party, facilitator, people, monkeypatch, day, due, stretches):
    model = Model(day, due)
    world = World(agreement, party, facilitator, people, day, due)
    for events, days in stretches:
        for action, *values in [*events, days]:
            perform(action, values, model, world, monkeypatch)
    # A quiet week at the end, so that what waited for a working mail server is said.
    perform("day", (9, True, None, False, False), model, world, monkeypatch)

    numbers = {slot.pk: number for number, slot in world.slots.items()}
    sent: dict[tuple, set] = {}
    for digest in Digest.objects.filter(state=DigestState.SENT).select_related("recipient"):
        lines = {(numbers[line.slot_id], line.step) for line in digest.reminders.all()}
        sent[digest.recipient.email.split("@")[0], digest.day] = lines
    assert sent == model.mails
    assert Counter(world.taken) == Counter(model.mails.keys())  # what left is what is noted, once each
    unknown = Digest.objects.filter(state__in=[DigestState.UNKNOWN, DigestState.SENDING]).select_related("recipient")
    assert {(digest.recipient.email.split("@")[0], digest.day) for digest in unknown} == model.unknown


def perform(action, values, model, world, monkeypatch):
    """Do one thing in the model and in the portal; what cannot happen now does not happen in either."""
    if action in ("day", "off"):
        for _ in range(values[0]):
            if action == "day":
                _, mail, killed, twice, torn = values
                model.live(mail=mail, killed=killed)
                world.live(monkeypatch, model.day, mail=mail, killed=killed, twice=twice, torn=torn)
            model.day += timedelta(days=1)
        return
    if action in ("leave", "come"):
        (person,) = values
        (model.present.discard if action == "leave" else model.present.add)(person)
        left = at(model.day, 8) if action == "leave" else None
        Delegate.objects.filter(user=world.people[person]).update(revoked_at=left)
        return
    if action == "lock":
        model.locked = True
        ReportingRound.objects.filter(pk=world.round.pk).update(locked_at=at(model.day, 8), locked_by=world.facilitator)
        return
    number, *rest = values
    slot, real = model.slots[number], ReportingSlot.objects.filter(pk=world.slots[number].pk)
    since = {"state_since": at(model.day, 8)}
    if action == "move":
        slot["due"] += timedelta(days=rest[0])
        real.update(due_on=slot["due"])
    elif action == "owner":
        slot["owner"] = rest[0]
        real.update(owner=world.people[rest[0]] if rest[0] else None)
    elif action == "withdraw":
        slot["withdrawn"] = True
        real.update(withdrawn_at=at(model.day, 8), withdrawn_reason="Vervallen")
    elif action == "submit" and slot["state"] in ("silent", "returned", "approved"):
        make_update(world.slot(number), by=world.people["dewi"])
        real.update(**since)
        slot.update(state="submitted", since=model.day, number=slot["number"] + 1)
    elif action == "judge" and slot["state"] == "submitted":
        state = UpdateState(rest[0])
        current = world.slot(number).current_id
        ProgressUpdate.objects.filter(pk=current).update(state=state, decided_at=timezone.now())
        approved = {"approved": current} if state == UpdateState.APPROVED else {}
        real.update(state=state, **approved, **since)
        slot.update(state=str(state), since=model.day)


def test_the_model_itself_climbs_the_ladder(agreement, party, facilitator, monkeypatch, cast):
    """A control: with nothing but days passing, somebody hears something on each of the five rungs."""
    day = date(2026, 3, 2)
    model = Model(day, day + timedelta(days=8))
    world = World(agreement, party, facilitator, cast, day, day + timedelta(days=8))
    perform("day", (35, True, None, False, False), model, world, monkeypatch)
    steps = [{step for _, step in lines} for _, lines in sorted(model.mails.items(), key=lambda pair: pair[0][1])]
    assert steps == [{"before"}, {"on_day"}, {"after"}, {"coordinator"}, {"facilitator"}]
    assert len(world.taken) == 5
