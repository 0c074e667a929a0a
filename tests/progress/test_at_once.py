"""Many at once, on a real database: nothing typed is lost, one decision is one decision, one click is one click."""

import threading
from collections import Counter

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from covenants import services
from covenants.models import Confirmation, ProgressDraft, ProgressUpdate, Review, UpdateState
from covenants.services import Conflict
from tests.factories import make_draft, make_update

pytestmark = pytest.mark.django_db(transaction=True)

EDITORS, TURNS = 8, 50


def at_once(works):
    """Runs all at the same moment; whatever one of them raises fails the test."""
    barrier, failed = threading.Barrier(len(works)), []

    def run(work):
        try:
            barrier.wait(30)
            work()
        except BaseException as failure:
            failed.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    assert not failed, failed


@pytest.mark.slow
def test_eight_editors_of_fifty_rounds_lose_nothing(slot, delegate):
    make_draft(slot, by=delegate, text="")
    told = Counter()

    def editor(name):
        for turn in range(TURNS):
            mine = f"{name}{turn:02};"
            while True:
                now = ProgressDraft.objects.get(slot=slot)
                typed = {"status": "on_course", "text": now.text + mine}
                try:
                    services.save_draft(slot, version=now.version, typed=typed, by=delegate)
                except Conflict:
                    told["conflict"] += 1  # sees the other's text, and writes on in that
                except OperationalError as locked:
                    told["locked"] += 1
                    raise AssertionError(locked) from locked
                else:
                    told["saved"] += 1
                    break

    at_once([lambda name=name: editor(name) for name in "abcdefgh"[:EDITORS]])
    draft = ProgressDraft.objects.get(slot=slot)
    written = [piece for piece in draft.text.split(";") if piece]
    assert len(written) == EDITORS * TURNS
    assert set(written) == {f"{name}{turn:02}" for name in "abcdefgh" for turn in range(TURNS)}
    assert (told["saved"], told["locked"], draft.version) == (EDITORS * TURNS, 0, 1 + EDITORS * TURNS)


def signed_in(user):
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def the_same_session(client):
    twin = Client()
    twin.cookies = client.cookies
    return twin


def test_a_double_click_on_sending_is_one_version(slot, delegate):
    client = signed_in(delegate)
    url = reverse("covenants:slot", args=[slot.pk])
    client.get(url)
    data = {
        "version": 0, "status": "done", "numerator": "1", "denominator": "2", "text": "Klaar", "private_note": "",
        "once": "een-keer", "action": "submit",
    }  # fmt: skip
    answers = []
    at_once([lambda: answers.append(the_same_session(client).post(url, data)) for _ in range(6)])
    assert {answer.status_code for answer in answers} == {302}
    assert ProgressUpdate.objects.count() == 1


def test_two_reviewers_at_once_make_one_transition(slot, delegate, facilitator):
    update = make_update(slot, by=delegate)
    told = Counter()

    def decide(approve):
        try:
            if approve:
                services.approve_update(update, verdict="compliant", rung_reached=1, by=facilitator)
            else:
                services.return_update(update, reason="Aanvullen", by=facilitator)
        except Conflict:
            told["conflict"] += 1
        else:
            told["done"] += 1

    at_once([lambda approve=approve: decide(approve) for approve in (True, False) * 3])
    assert told == {"done": 1, "conflict": 5}
    assert Review.objects.count() == 1
    update.refresh_from_db()
    slot.refresh_from_db()
    assert update.state == slot.state == Review.objects.get().decision


def test_confirming_at_once_is_confirming_once(slot, delegate):
    make_update(slot, by=delegate, state=UpdateState.APPROVED)
    at_once([lambda: services.confirm_unchanged(slot, by=delegate) for _ in range(6)])
    assert Confirmation.objects.count() == 1


def test_sending_and_deciding_at_once_leave_the_slot_at_one_truth(slot, delegate, facilitator):
    """Whoever is first: the decision is about what waited, or there is a newer version and no decision."""
    for _turn in range(5):
        slot.refresh_from_db()
        waiting = make_update(slot, by=delegate) if slot.state != "submitted" else slot.current
        draft = make_draft(slot, by=delegate, status="done", numerator="1", denominator="1")
        told = []

        def decide(waiting=waiting, told=told):
            try:
                services.approve_update(waiting, verdict="compliant", rung_reached=1, by=facilitator)
            except Conflict:
                told.append("too late")

        def send(draft=draft):
            services.submit(slot, version=draft.version, by=delegate)

        at_once([decide, send])
        slot.refresh_from_db()
        waiting.refresh_from_db()
        assert slot.state == "submitted"
        assert slot.current.number == waiting.number + 1
        assert waiting.state == ("superseded" if told else "approved")
        assert (slot.approved_id == waiting.pk) == (not told)


def test_two_first_drafts_at_once_are_one_draft_and_one_conflict(slot, delegate, colleague):
    told = Counter()

    def write(user, text):
        try:
            services.save_draft(slot, version=0, typed={"text": text}, by=user)
        except (Conflict, ValidationError):
            told["conflict"] += 1
        else:
            told["saved"] += 1

    at_once([lambda: write(delegate, "een"), lambda: write(colleague, "twee")])
    assert told == {"saved": 1, "conflict": 1}
