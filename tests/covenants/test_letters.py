"""The words of a digest: enough to act on, and nothing a mailbox should not hold."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import translation

from covenants.models import Audience, Delegate, DelegateRole, UpdateState, Visibility
from covenants.services import letters
from tests.covenants.reminding import DUE, act_for, at, rung_day, tick
from tests.factories import make_commitment, make_draft, make_party, make_round, make_slot, make_update

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _address(settings):
    settings.PORTAL_URL = "https://portaal.example/"


@pytest.fixture
def round(agreement, facilitator):
    return make_round(
        agreement, by=facilitator, due_on=DUE, title_nl="Ronde 2025", title_en="Round 2025",
        period_first=date(2025, 1, 1), period_last=date(2025, 12, 31),
    )  # fmt: skip


@pytest.fixture
def slot(round, agreement, party, delegate):
    return make_slot(round, make_commitment(agreement, text_nl="Spoort risico's\n op <snel>"), party)


def html(message):
    return message.alternatives[0].content


def test_a_mail_says_how_many_where_and_when(slot, agreement, party, round, delegate):
    second = make_slot(round, make_commitment(agreement), party)
    tick(at(rung_day(-7)))
    (message,) = mail.outbox
    assert message.to == [delegate.email]
    assert message.subject == "SER-portaal: 2 rapportages vragen uw aandacht"
    for text in (message.body, html(message)):
        assert "Proefconvenant" in text
        assert "Ronde 2025" in text
        assert "In te leveren uiterlijk 10 maart 2026." in text
        for each in (slot, second):
            assert f"https://portaal.example/verplichtingen/{each.pk}/" in text
        assert "https://portaal.example/agenda/" in text


def test_every_link_in_a_mail_is_whole_and_the_page_is_sound(slot):
    tick(at(rung_day(-7)))
    links = re.findall(r'href="([^"]*)"', html(mail.outbox[0]))
    assert links
    assert all(link.startswith("https://portaal.example/") for link in links)
    assert "<script" not in html(mail.outbox[0])
    assert "<img" not in html(mail.outbox[0])  # nothing that tells who opened it


def test_english_for_who_reads_english(slot, delegate):
    delegate.language = "en"
    delegate.save()
    with translation.override("nl"):
        tick(at(rung_day(-7)))
    (message,) = mail.outbox
    assert 'lang="en"' in html(message)
    assert "Trial agreement" in message.body
    assert "Round 2025" in message.body
    assert translation.get_language() == "nl"


def test_the_text_of_a_commitment_is_only_in_it_when_everybody_may_read_it(slot, agreement, round, party):
    tick(at(rung_day(-7)))
    assert f"Rapportageverplichting {slot.pk}" in mail.outbox[0].body
    assert "Spoort" not in mail.outbox[0].body
    agreement.visibility = Visibility.PUBLIC
    agreement.save()
    hidden = make_slot(round, make_commitment(agreement, text_nl="Geheim", visibility=Audience.STEERING_GROUP), party)
    tick(at(rung_day(0)))
    message = mail.outbox[1]
    assert "- Spoort risico's op <snel>" in message.body
    assert "Spoort risico&#x27;s op &lt;snel&gt;" in html(message)
    assert "Geheim" not in message.body
    assert f"Rapportageverplichting {hidden.pk}" in message.body


def test_nothing_that_was_reported_decided_or_named_is_in_a_mail(slot, agreement, round, party, delegate, facilitator):
    act_for(party, "coco", DelegateRole.COORDINATOR)
    for text in ("KANARIE-eerste", "KANARIE-tweede"):
        other = make_slot(round, make_commitment(agreement), party, owner=delegate)
        state = UpdateState.RETURNED if text.endswith("eerste") else UpdateState.APPROVED
        make_update(
            other, by=delegate, state=state, reviewer=facilitator, text=text, private_note="KANARIE-noot",
            reason="KANARIE-reden", value=123456,
        )  # fmt: skip
        make_draft(other, by=delegate, text="KANARIE-concept")
        type(other).objects.filter(pk=other.pk).update(state_since=at(rung_day(-7)))
    for day in (-7, 0, 7, 14, 21):
        tick(at(rung_day(day)))
    assert {message.to[0] for message in mail.outbox} >= {delegate.email, facilitator.email, "coco@test.example"}
    canaries = [
        "KANARIE", "123456", "123.456", "Voorbeeld bv", "Dewi", "Fatima", "Coco", "voldoet", "Op koers", "goedgekeurd",
    ]  # fmt: skip
    for message in mail.outbox:
        everything = message.message().as_string() + message.body + html(message)
        assert "Proefconvenant" in everything  # the control
        for canary in canaries:
            assert canary not in everything.replace(message.to[0], ""), canary


def test_nothing_changed_is_offered_where_there_is_an_answer_and_by_whom_it_may_be_said(
    agreement, facilitator, party, delegate, round
):
    commitment = make_commitment(agreement)
    before = make_round(
        agreement, by=facilitator, due_on=DUE - timedelta(days=365), period_first=date(2024, 1, 1),
        period_last=date(2024, 12, 31), locked_at=at(DUE - timedelta(days=300)), locked_by=facilitator,
    )  # fmt: skip
    make_update(make_slot(before, commitment, party), by=delegate, state=UpdateState.APPROVED, reviewer=facilitator)
    type(before.slots.get()).objects.update(state_since=at(DUE - timedelta(days=300)))
    round.previous = before
    round.save()
    again = make_slot(round, commitment, party)
    new = make_slot(round, make_commitment(agreement), party)
    tick(at(rung_day(-7)))
    body = mail.outbox[0].body
    assert f"/verplichtingen/{again.pk}/ongewijzigd/" in body
    assert f"/verplichtingen/{new.pk}/ongewijzigd/" not in body
    Delegate.objects.update(role=DelegateRole.CONTRIBUTOR)
    tick(at(rung_day(0)))
    assert "ongewijzigd" not in mail.outbox[1].body


def test_a_long_list_is_cut_with_the_number_of_what_is_left_out(slot, agreement, party, round, monkeypatch):
    monkeypatch.setattr(letters, "MOST_SHOWN", 3)
    for _ in range(9):
        make_slot(round, make_commitment(agreement), party)
    tick(at(rung_day(-7)))
    (message,) = mail.outbox
    assert message.subject == "SER-portaal: 10 rapportages vragen uw aandacht"
    assert message.body.count("/verplichtingen/") == 3
    assert "En nog 7 andere" in message.body


def test_a_slot_that_was_returned_and_is_due_is_named_once(slot, delegate, facilitator):
    make_update(slot, by=delegate, state=UpdateState.RETURNED, reviewer=facilitator)
    type(slot).objects.update(state_since=at(rung_day(-7), 8))
    tick(at(rung_day(-7)))
    (message,) = mail.outbox
    assert message.subject == "SER-portaal: 1 rapportage vraagt uw aandacht"
    assert message.body.count(f"/verplichtingen/{slot.pk}/") == 1
    assert "Teruggestuurd." in message.body


def test_the_secretariat_gets_numbers_per_round_and_a_link_to_the_log(slot, agreement, round, facilitator):
    nobody = make_party(agreement)
    for _ in range(2):
        make_slot(round, make_commitment(agreement), nobody)
    tick(at(rung_day(21)))
    (message,) = [message for message in mail.outbox if message.to == [facilitator.email]]
    assert message.subject == "SER-portaal: 3 verplichtingen blijven liggen"
    assert "- 2 verplichtingen\n  De partij heeft niemand" in message.body
    assert "- 1 verplichting\n  Drie weken na de inleverdatum" in message.body
    assert f"https://portaal.example/rondes/{round.pk}/herinneringen/" in message.body
    assert "/verplichtingen/" not in message.body
    assert nobody.name not in message.body


def test_the_message_id_is_the_same_for_the_same_digest(slot, settings):
    settings.DEFAULT_FROM_EMAIL = "SER-portaal <portaal@ser.example>"
    tick(at(rung_day(-7)))
    headers = mail.outbox[0].message()
    assert re.fullmatch(r"<dagbericht-[0-9a-f]{20}\.20260303@ser\.example>", headers["Message-ID"])
    assert headers["Auto-Submitted"] == "auto-generated"
