"""Two people at the same moment: one change, one refusal, on both databases, and nothing is ever \"locked\"."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from covenants import services
from covenants.models import DeadlineChange, ProgressDraft, ReportingRound, ReportingSlot, UpdateState
from tests.factories import make_commitment, make_party, make_round, make_slot, make_update

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*steps):
    """Runs all steps at the same moment, each on a connection of its own; what each raised, or None."""
    start = Barrier(len(steps))

    def run(step):
        try:
            start.wait()
            step()
        except ValidationError as refused:
            return refused
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


@pytest.fixture
def stage(agreement, facilitator):
    party, commitment = make_party(agreement), make_commitment(agreement)
    found = make_round(agreement, by=facilitator)
    make_slot(found, commitment, party)
    return {"agreement": agreement, "party": party, "commitment": commitment, "round": found, "by": facilitator}


def opening(stage, title, seen=""):
    def step():
        services.open_round(
            stage["agreement"], title_nl=title, first=date(2025, 1, 1), last=date(2025, 12, 31),
            due_on=timezone.localdate() + timedelta(days=9), commitments=[stage["commitment"].pk], by=stage["by"],
            seen=seen,
        )  # fmt: skip

    return step


def test_of_two_who_open_a_round_of_one_name_one_does(stage):
    for number in range(5):
        outcome = at_once(*[opening(stage, f"Naam {number}")] * 4)
        assert sum(refused is None for refused in outcome) == 1
    assert ReportingRound.objects.count() == 6
    assert ReportingSlot.objects.count() == 6


def test_of_two_who_looked_at_the_same_plan_one_opens(stage):
    seen = services.plan_round(
        stage["agreement"], first=date(2025, 1, 1), last=date(2025, 12, 31), commitments=[stage["commitment"].pk]
    ).fingerprint
    outcome = at_once(opening(stage, "Van de een", seen), opening(stage, "Van de ander", seen))
    assert sorted(type(refused).__name__ for refused in outcome) == ["Conflict", "NoneType"]
    assert ReportingRound.objects.count() == 2


def test_of_two_who_lock_or_extend_one_does(stage):
    def locking():
        found = ReportingRound.objects.get(pk=stage["round"].pk)
        services.lock_round(found, version=1, early=True, by=stage["by"])

    def extending():
        found = ReportingRound.objects.get(pk=stage["round"].pk)
        later = found.due_on + timedelta(days=9)
        services.extend_deadline(found, version=1, due_on=later, reason="Brand", by=stage["by"])

    outcome = at_once(locking, extending, locking, extending)
    assert sum(refused is None for refused in outcome) == 1
    found = ReportingRound.objects.get(pk=stage["round"].pk)
    assert found.version == 2
    assert found.is_locked != DeadlineChange.objects.exists()


def test_a_draft_typed_while_answers_are_carried_is_what_stays(stage):
    slot = stage["round"].slots.get()
    make_update(slot, by=stage["by"], state=UpdateState.APPROVED, text="Vorig jaar")
    for number in range(5):
        following = make_round(stage["agreement"], by=stage["by"], previous=stage["round"])
        new = make_slot(following, stage["commitment"], stage["party"])

        def carrying(following=following):
            services.carry_forward(following, version=1, by=stage["by"])

        def typing(new=new, number=number):
            ProgressDraft.objects.update_or_create(
                slot=new, defaults={"text": f"Getypt {number}", "updated_by": stage["by"]}
            )

        assert at_once(carrying, typing) == [None, None]
        assert ProgressDraft.objects.get(slot=new).text == f"Getypt {number}"
