"""Looking as somebody else: the preview shows what that person's own pages show, and nothing more."""

import pytest
from django.urls import reverse

from covenants.models import Audience, ParticipationRole, ProgressUpdate, ReportingSlot, UpdateState, ViewAs, Visibility
from tests.factories import make_evidence, make_party, make_slot, make_update
from tests.progress.conftest import colleague_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def rival(agreement):
    return make_party(agreement, name="Concurrent bv")


@pytest.fixture
def reported(slot, delegate):
    update = make_update(slot, by=delegate, state=UpdateState.APPROVED, text="Geheim plan")
    make_evidence(slot, by=delegate, update=update)
    return update


def look(client, agreement, whom):
    return client.get(reverse("covenants:view_as", args=[agreement.slug]), {"als": whom})


def test_a_competitor_sees_nothing_by_default(as_user, facilitator, agreement, rival, reported):
    text = look(as_user(facilitator), agreement, rival.slug).content.decode()
    assert "Niets: geen stand" in text
    assert "voortgang <b>0</b>" in text
    assert "Voorbeeld bv</th>" not in text


@pytest.mark.parametrize("level", [Audience.PARTIES, Audience.PUBLIC])
def test_a_wider_round_shows_what_was_approved(as_user, facilitator, agreement, rival, slot, reported, level):
    slot.round.progress_level = level
    slot.round.save()
    text = look(as_user(facilitator), agreement, rival.slug).content.decode()
    assert "Voorbeeld bv</th>" in text
    assert "bewijsstukken <b>0</b>" in text


def test_the_outside_world_does_not_know_of_a_hidden_agreement(as_user, facilitator, agreement, reported):
    text = look(as_user(facilitator), agreement, "publiek").content.decode()
    assert "De buitenwereld weet niet dat dit akkoord bestaat." in text


def test_the_outside_world_sees_what_is_public(as_user, facilitator, agreement, slot, reported):
    agreement.visibility = Visibility.PUBLIC
    agreement.save()
    assert "voortgang <b>0</b>" in look(as_user(facilitator), agreement, "publiek").content.decode()
    slot.round.progress_level = Audience.PUBLIC
    slot.round.save()
    assert "voortgang <b>1</b>" in look(as_user(facilitator), agreement, "publiek").content.decode()


def test_somebody_who_does_not_take_part_is_not_there(as_user, facilitator, agreement):
    answer = look(as_user(facilitator), agreement, "elders")
    assert answer.status_code == 422


@pytest.mark.parametrize("level", list(Audience.values)[1:])
@pytest.mark.parametrize("role", [ParticipationRole.SIGNATORY, ParticipationRole.STEERING_GROUP, None])
def test_the_stand_in_sees_exactly_what_the_person_sees(agreement, commitment, slot, reported, level, role):
    """For every level and every place at the table; also the other way round: of all the rows of others."""
    other = make_party(agreement if role else None, **({"role": role} if role else {}))
    person = colleague_of(other, "rosa")
    make_update(make_slot(slot.round, commitment, make_party(agreement)), by=person)  # waits
    own = make_slot(slot.round, commitment, other)
    make_update(own, by=person)
    slot.round.progress_level = level
    slot.round.save()
    for model in (ReportingSlot, ProgressUpdate):
        as_person = set(model.objects.visible_to(person).values_list("pk", flat=True))
        as_stand_in = set(model.objects.visible_to(ViewAs(other.pk)).values_list("pk", flat=True))
        assert as_person == as_stand_in
        sees_the_other = reported.pk if model is ProgressUpdate else slot.pk
        allowed = {
            Audience.SECRETARIAT: False,
            Audience.STEERING_GROUP: role == ParticipationRole.STEERING_GROUP,
            Audience.PARTIES: role is not None,
            Audience.PUBLIC: role is not None,  # of an agreement one may know of
        }[level]
        assert (sees_the_other in as_person) == allowed
