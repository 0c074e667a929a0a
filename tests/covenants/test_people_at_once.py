"""Accepting, ending and handing over at the same moment, in threads of their own."""

import threading
from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from covenants import services
from covenants.models import Delegate, DelegateRole, Invitation, ReportingSlot
from ser_portal.accounts.models import Role, User
from ser_portal.audit.models import Entry
from tests.conftest import make_user
from tests.factories import make_commitment, make_round, make_slot
from tests.people import ACCEPT, NEW, WORD, acts, arrive, invite


@pytest.fixture(autouse=True)
def _fresh_counters(db):
    cache.clear()


@pytest.fixture
def coordinator(party, delegate):
    """Coordinates `party`, of which `delegate` is a submitter."""
    return acts(party, "carla", DelegateRole.COORDINATOR).user


def at_once(jobs):
    """Runs each job in a thread of its own, all from the same moment; returns what each gave or raised."""
    start, found = threading.Barrier(len(jobs)), []

    def run(job):
        start.wait()
        try:
            found.append(job())
        except Exception as failed:
            found.append(failed)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_at_once_make_one_account_and_one_delegate(coordinator, party):
    _, token = invite(party, coordinator)
    windows = [Client() for _ in range(4)]
    for window in windows:
        arrive(window, token)
    answers = at_once([lambda window=window: window.post(ACCEPT, NEW) for window in windows])
    assert sorted(answer.status_code for answer in answers) == [302, 404, 404, 404]
    assert User.objects.filter(email="nina@test.example").count() == 1
    assert Delegate.objects.filter(user__email="nina@test.example").count() == 1
    assert Entry.objects.filter(action="covenants.invitation_accepted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_person_asked_for_two_parties_at_once_gets_one_account(coordinator, party, outsider):
    own = Delegate.objects.get(user=outsider)
    Delegate.objects.filter(pk=own.pk).update(role=DelegateRole.COORDINATOR)
    invitations = [invite(party, coordinator)[0], invite(own.party, outsider)[0]]
    found = at_once(
        [lambda row=row: services.accept_invitation(row.token_hash, name="Nina", password=WORD) for row in invitations]
    )
    assert User.objects.filter(email="nina@test.example").count() == 1
    assert sum(isinstance(one, Delegate) for one in found) == 1
    assert sum("hoort intussen een account" in str(one) for one in found) == 1
    assert Invitation.objects.filter(used_at__isnull=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepting_while_it_is_withdrawn_ends_in_one_of_two_ways(coordinator, party):
    invitation, _token = invite(party, coordinator)
    at_once(
        [
            lambda: services.accept_invitation(invitation.token_hash, name="Nina", password=WORD),
            lambda: services.withdraw_invitation(invitation, by=coordinator),
        ]
    )
    invitation.refresh_from_db()
    used, withdrawn = invitation.used_at is not None, invitation.withdrawn_at is not None
    assert used != withdrawn
    assert Delegate.objects.filter(user__email="nina@test.example").exists() is used


@pytest.mark.django_db(transaction=True)
def test_two_who_end_the_same_person_at_once_end_them_once(coordinator, party, delegate, facilitator, agreement):
    row = Delegate.objects.get(user=delegate)
    eva, farid = (make_user(name, Role.DELEGATE) for name in ("eva", "farid"))
    for person in (eva, farid):
        Delegate.objects.create(party=party, user=person, began_on=date(2020, 1, 1))
    round = make_round(agreement, by=facilitator)
    slots = [make_slot(round, make_commitment(agreement), party, owner=delegate) for _ in range(5)]
    found = at_once(
        [
            lambda: services.end_delegation(row, to=eva, by=coordinator),
            lambda: services.end_delegation(row, to=farid, by=facilitator),
            services.sweep_lapsed,
            lambda: services.hand_over(slots[0], to=coordinator, was=delegate.pk, by=coordinator),
        ]
    )
    assert sum(one is None for one in found) == 1
    assert Entry.objects.filter(action="covenants.delegation_ended").count() == 1
    owners = {slot.owner_id for slot in ReportingSlot.objects.filter(party=party).exclude(pk=slots[0].pk)}
    assert len(owners) == 1
    assert owners <= {eva.pk, farid.pk}
    assert ReportingSlot.objects.get(pk=slots[0].pk).owner_id in {coordinator.pk, *owners}
    assert not ReportingSlot.objects.filter(owner=delegate).exists()


@pytest.mark.django_db(transaction=True)
def test_work_is_not_handed_to_somebody_who_is_ended_at_that_moment(
    coordinator, party, delegate, facilitator, agreement
):
    slot = make_slot(make_round(agreement, by=facilitator), make_commitment(agreement), party, owner=coordinator)
    row = Delegate.objects.get(user=delegate)
    at_once(
        [
            lambda: services.hand_over(slot, to=delegate, was=coordinator.pk, by=coordinator),
            lambda: services.end_delegation(row, by=facilitator),
        ]
    )
    assert ReportingSlot.objects.get(pk=slot.pk).owner == coordinator
