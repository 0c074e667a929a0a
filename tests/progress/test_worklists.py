"""What a party finds on its start page: what it owes now, what came back, and what may still be answered."""

from datetime import timedelta

import pytest
from django.utils import timezone

from covenants import worklists
from covenants.models import UpdateState
from tests.factories import make_commitment, make_draft, make_party, make_slot, make_update

pytestmark = pytest.mark.django_db


def lock(reporting_round, by):
    reporting_round.locked_at, reporting_round.locked_by = timezone.now(), by
    reporting_round.save()


def test_what_is_due_stands_by_date_with_who_picked_it_up_and_whether_there_is_a_draft(
    agreement, reporting_round, slot, party, delegate
):
    sooner = make_slot(
        reporting_round, make_commitment(agreement), party, due_on=timezone.localdate() - timedelta(days=3)
    )
    make_draft(slot, by=delegate, text="Begin")
    found = worklists.owed(delegate, party).due
    assert [(item.slot, item.late_days, item.writing, item.mine) for item in found] == [
        (sooner, 3, False, False),
        (slot, 0, True, True),
    ]


def test_nothing_of_a_locked_round_is_due_but_what_was_sent_back_after_it_still_waits(
    agreement, reporting_round, slot, party, delegate, facilitator
):
    silent = make_slot(reporting_round, make_commitment(agreement), party)
    make_update(slot, by=delegate, state=UpdateState.RETURNED, reviewer=facilitator)
    lock(reporting_round, facilitator)
    found = worklists.owed(delegate, party)
    assert [item.slot for item in found.returned] == [slot]
    assert silent not in [item.slot for item in found.due]
    assert worklists.owed_counts([party]) == {party.pk: 1}


def test_what_was_approved_long_ago_asks_whether_it_still_holds(slot, party, delegate):
    make_update(slot, by=delegate, state=UpdateState.APPROVED)
    assert not worklists.owed(delegate, party).stale
    [item] = worklists.owed(delegate, party, timezone.localdate() + timedelta(days=93)).stale
    assert (item.slot, item.freshness.kind) == (slot, "stale")


def test_a_reply_can_be_given_until_its_day_and_shows_until_then(slot, party, delegate, facilitator):
    make_update(slot, by=delegate, state=UpdateState.APPROVED, reviewer=facilitator)
    assert [item.slot for item in worklists.owed(delegate, party).replies] == [slot]
    assert not worklists.owed(delegate, party, timezone.localdate() + timedelta(days=15)).replies


def test_a_party_finds_nothing_of_another(slot, agreement, reporting_round, delegate, outsider):
    theirs = make_party(agreement)
    make_slot(reporting_round, slot.commitment, theirs)
    assert not worklists.owed(delegate, theirs).any
    assert not worklists.owed(outsider, slot.party).any
