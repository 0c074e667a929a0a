"""Deciding and answering: once, by somebody else, with a reason that stays."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from covenants import services
from covenants.models import (
    CountingRuling,
    Reply,
    Review,
    ReviewDecision,
    Rung,
    SlotState,
    UpdateState,
    Verdict,
)
from covenants.services import Conflict
from ser_portal.audit.models import Entry
from tests.factories import make_update

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(slot, delegate):
    return make_update(slot, by=delegate)


def approve(update, by, **values):
    return services.approve_update(
        update, **{"verdict": Verdict.COMPLIANT, "rung_reached": Rung.DECLARED, **values}, by=by
    )


def test_sent_back_with_a_reason_sent_again_and_approved(slot, waiting, delegate, facilitator):
    returned = services.return_update(waiting, reason="De noemer ontbreekt", by=facilitator)
    slot.refresh_from_db()
    assert (slot.state, returned.decision) == (SlotState.RETURNED, ReviewDecision.RETURNED)
    draft = services.save_draft(
        slot, version=0, typed={"status": "on_course", "numerator": "1", "denominator": "2"}, by=delegate
    )
    second = services.submit(slot, version=draft.version, by=delegate)
    review = approve(second, facilitator)
    slot.refresh_from_db()
    assert (slot.state, slot.approved, slot.current) == (SlotState.APPROVED, second, second)
    assert review.reply_until == timezone.localdate() + timedelta(days=14)
    assert Review.objects.get(update=waiting).reason == "De noemer ontbreekt"  # for good
    assert list(Entry.objects.order_by("id").values_list("action", flat=True)) == [
        "covenants.progress_returned", "covenants.progress_submitted", "covenants.progress_approved",
    ]  # fmt: skip
    assert "noemer" not in str(list(Entry.objects.values_list("details", flat=True)))


def test_sending_back_needs_a_reason(waiting, facilitator):
    with pytest.raises(ValidationError) as refused:
        services.return_update(waiting, reason="  ", by=facilitator)
    assert "reason" in refused.value.message_dict
    waiting.refresh_from_db()
    assert waiting.state == UpdateState.SUBMITTED


def test_nobody_approves_what_they_sent(slot, facilitator):
    own = make_update(slot, by=facilitator)
    with pytest.raises(ValidationError, match="zelf"):
        approve(own, facilitator)


def test_a_decision_is_taken_once(waiting, facilitator, other_facilitator):
    approve(waiting, facilitator)
    with pytest.raises(Conflict):
        services.return_update(waiting, reason="Toch niet", by=other_facilitator)
    assert Review.objects.get().decision == ReviewDecision.APPROVED


def test_what_was_superseded_while_somebody_read_it_is_not_decided_on(waiting, delegate, facilitator):
    waiting.state = UpdateState.SUPERSEDED
    waiting.save()
    with pytest.raises(Conflict):
        approve(waiting, facilitator)
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"verdict": "prima"}, "verdict"),
        ({"rung_reached": 9}, "rung_reached"),
        ({"verdict": Verdict.PARTLY}, "assessment"),
        ({"verdict": Verdict.NOT_COMPLIANT, "assessment": " "}, "assessment"),
        ({"assessment": "a" * 5001}, "assessment"),
    ],
)
def test_a_conclusion_has_to_make_sense(waiting, facilitator, values, field):
    with pytest.raises(ValidationError) as refused:
        approve(waiting, facilitator, **values)
    assert field in refused.value.message_dict
    assert not Review.objects.exists()


def test_a_later_version_leaves_the_approved_one_standing_until_it_is_decided(slot, waiting, delegate, facilitator):
    approve(waiting, facilitator)
    draft = services.save_draft(
        slot, version=0, typed={"status": "done", "numerator": "2", "denominator": "2"}, by=delegate
    )
    second = services.submit(slot, version=draft.version, by=delegate)
    slot.refresh_from_db()
    assert (slot.state, slot.current, slot.approved) == (SlotState.SUBMITTED, second, waiting)
    services.return_update(second, reason="Laat zien", by=facilitator)
    slot.refresh_from_db()
    assert (slot.state, slot.approved) == (SlotState.RETURNED, waiting)


class TestReply:
    def test_stands_beside_the_assessment_once(self, waiting, delegate, facilitator):
        review = approve(waiting, facilitator)
        reply = services.reply(review, text="Wij zien het anders.", by=delegate)
        assert Reply.objects.get() == reply
        with pytest.raises(ValidationError, match="al een weerwoord"):
            services.reply(review, text="Nog iets", by=delegate)
        assert Entry.objects.filter(action="covenants.replied").count() == 1

    def test_comes_within_its_term(self, waiting, delegate, facilitator):
        review = approve(waiting, facilitator)
        Review.objects.update(reply_until=timezone.localdate() - timedelta(days=1))
        with pytest.raises(ValidationError, match="voorbij"):
            services.reply(review, text="Te laat", by=delegate)

    def test_is_no_answer_to_what_was_sent_back(self, waiting, delegate, facilitator):
        review = services.return_update(waiting, reason="Onvolledig", by=facilitator)
        with pytest.raises(ValidationError, match="opnieuw in te dienen"):
            services.reply(review, text="Maar", by=delegate)

    def test_says_something(self, waiting, delegate, facilitator):
        with pytest.raises(ValidationError):
            services.reply(approve(waiting, facilitator), text=" ", by=delegate)


class TestRulings:
    def write(self, agreement, by, **values):
        values = {
            "question": "Hoe tellen we fusies?",
            "ruling": "Als één",
            "decided_on": timezone.localdate(),
            **values,
        }
        return services.write_ruling(agreement, **values, by=by)

    def test_are_written_once_and_cited(self, agreement, waiting, facilitator):
        ruling = self.write(agreement, facilitator)
        review = approve(waiting, facilitator, rulings=[ruling])
        assert list(review.rulings.all()) == [ruling]
        assert (ruling.number, Entry.objects.first().action) == (1, "covenants.progress_approved")

    def test_are_replaced_by_a_new_one_and_both_stay(self, agreement, facilitator):
        first = self.write(agreement, facilitator)
        second = self.write(agreement, facilitator, replaces=first)
        assert (second.number, second.replaces) == (2, first)
        with pytest.raises(ValidationError, match="al vervangen"):
            self.write(agreement, facilitator, replaces=first)
        assert CountingRuling.objects.count() == 2

    def test_are_about_what_was_decided(self, agreement, facilitator):
        with pytest.raises(ValidationError, match="toekomst"):
            self.write(agreement, facilitator, decided_on=timezone.localdate() + timedelta(days=1))

    def test_of_another_agreement_are_not_cited(self, agreement, waiting, facilitator, reference):
        from covenants.models import Agreement

        other = self.write(Agreement.objects.exclude(pk=agreement.pk).first(), facilitator)
        with pytest.raises(ValidationError, match="ander akkoord"):
            approve(waiting, facilitator, rulings=[other])


class TestTheDatabaseRefuses:
    def test_sending_back_without_a_reason(self, waiting, facilitator):
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.create(update=waiting, decision="returned", by=facilitator)

    def test_approving_without_a_conclusion(self, waiting, facilitator):
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.create(update=waiting, decision="approved", by=facilitator)

    def test_two_decisions_on_one_version(self, waiting, facilitator):
        services.return_update(waiting, reason="Onvolledig", by=facilitator)
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.create(update=waiting, decision="returned", reason="Nog eens", by=facilitator)
