"""How many statements the pages of reporting take, and that more rounds, slots and versions take not one more."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from covenants import services
from covenants.models import ProgressStatus, ReportingSlot, UpdateState
from tests.factories import make_commitment, make_draft, make_evidence, make_party, make_round, make_slot, make_update

pytestmark = pytest.mark.django_db

# (who, what): statements on a second visit; the session and the person are two of them.
BASELINE = {
    ("delegate", "start"): 10,
    ("delegate", "slot"): 14,
    ("delegate", "approved"): 14,
    ("delegate", "confirm"): 5,
    ("facilitator", "start"): 9,
    ("facilitator", "slot"): 11,
    ("facilitator", "review"): 13,
    ("facilitator", "queue"): 6,
    ("facilitator", "rulings"): 5,
    ("facilitator", "view_as"): 16,
}


@pytest.fixture
def stage(agreement, reporting_round, commitment, party, delegate, facilitator):
    """One slot in each state, with versions, evidence and a draft."""
    before = make_round(agreement, by=facilitator)
    made = {}
    for name, state in [("slot", UpdateState.RETURNED), ("review", UpdateState.SUBMITTED), ("approved", "approved")]:
        promise = make_commitment(agreement)
        old = make_update(
            make_slot(before, promise, party), by=delegate, state=UpdateState.APPROVED, reviewer=facilitator
        )
        slot = make_slot(reporting_round, promise, party, owner=delegate)
        first = make_update(slot, by=delegate, state=UpdateState.RETURNED, reviewer=facilitator, carried_from=old)
        make_evidence(slot, by=delegate, update=first)
        make_update(slot, by=delegate, state=state, reviewer=facilitator)
        made[name] = slot
    reporting_round.previous = before
    reporting_round.save()
    make_draft(made["slot"], by=delegate, status=ProgressStatus.BEHIND, text="Concept")
    services.write_ruling(
        agreement, question="Hoe?", ruling="Zo", decided_on=before.due_on.replace(year=2020), by=facilitator
    )
    make_slot(reporting_round, commitment, party, owner=delegate)
    return made


def pages(stage, agreement, party):
    return {
        "start": "/",
        "slot": reverse("covenants:slot", args=[stage["slot"].pk]),
        "approved": reverse("covenants:slot", args=[stage["approved"].pk]),
        "confirm": reverse("covenants:slot_confirm", args=[stage["approved"].pk]),
        "review": reverse("covenants:slot_review", args=[stage["review"].pk]),
        "queue": reverse("covenants:review_queue"),
        "rulings": reverse("covenants:rulings", args=[agreement.slug]),
        "view_as": reverse("covenants:view_as", args=[agreement.slug]) + f"?als={party.slug}",
    }


def measure(as_user, people, addresses):
    found = {}
    for who, what in BASELINE:
        client = as_user(people[who])
        assert client.get(addresses[what]).status_code == 200, (who, what)
        with CaptureQueriesContext(connection) as captured:
            client.get(addresses[what])
        found[who, what] = len(captured)
    return found


def test_every_page_takes_as_many_statements_as_written_down_however_much_there_is(
    as_user, stage, agreement, party, delegate, facilitator, reporting_round
):
    people = {"delegate": delegate, "facilitator": facilitator}
    addresses = pages(stage, agreement, party)
    assert measure(as_user, people, addresses) == BASELINE
    stage["review"].updates.filter(state=UpdateState.SUBMITTED).update(state=UpdateState.SUPERSEDED)
    for slot in stage.values():  # more versions and files of the same slots
        for _turn in range(4):
            version = make_update(slot, by=delegate, state=UpdateState.RETURNED, reviewer=facilitator)
            make_evidence(slot, by=delegate, update=version)
    make_update(stage["review"], by=delegate)
    make_update(stage["approved"], by=delegate, state=UpdateState.APPROVED, reviewer=facilitator)
    for _turn in range(12):  # more parties and commitments
        promise = make_commitment(agreement)
        for whose in (party, make_party(agreement)):
            make_update(make_slot(reporting_round, promise, whose), by=delegate)
            make_slot(make_round(agreement, by=facilitator), promise, whose)
    assert ReportingSlot.objects.count() > 40
    assert measure(as_user, people, addresses) == BASELINE
