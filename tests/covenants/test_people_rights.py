"""Who lets somebody in: never the secretariat of one agreement into what a party reports in another."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from covenants import permissions, services
from covenants.models import DelegateRole, FacilitatorAssignment, Participation, Sector
from ser_portal.dates import ImpreciseDate
from tests.factories import make_commitment, make_round, make_slot
from tests.people import PEOPLE, WORD, acts, invite

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere(agreement, party, other_facilitator):
    """Another agreement, of another facilitator, in which the party takes part too."""
    other = type(agreement).objects.create(
        slug="ander-akkoord",
        name_nl="Ander akkoord",
        sector=Sector.objects.create(slug="ander", name_nl="Ander"),
        visibility="parties",
    )
    FacilitatorAssignment.objects.create(agreement=other, user=other_facilitator, began_on=date(2020, 1, 1))
    Participation.objects.create(
        agreement=other, party=party, role="signatory", began=ImpreciseDate.on(date(2020, 1, 1))
    )
    return other


def asked_in(agreement, party, by):
    return make_slot(make_round(agreement, by=by), make_commitment(agreement), party)


def test_a_facilitator_manages_the_people_of_a_party_that_is_asked_nothing_elsewhere(
    agreement, party, delegate, facilitator, elsewhere
):
    asked_in(agreement, party, facilitator)
    assert permissions.may_manage_people(facilitator, party)


def test_once_another_agreement_asks_something_only_the_party_itself_lets_people_in(
    as_user, agreement, party, delegate, facilitator, other_facilitator, elsewhere
):
    asked_in(agreement, party, facilitator)
    invitation, _token = invite(party, other_facilitator)
    assert not permissions.may_manage_people(other_facilitator, party)
    for user in (facilitator, other_facilitator):
        asked_in(elsewhere, party, other_facilitator)
        assert not permissions.may_manage_people(user, party)
        client = as_user(user)
        assert client.get(PEOPLE).status_code == 200  # whom to call stays in sight
        assert client.get(f"{PEOPLE}uitnodigen/").status_code == 403
        assert (
            client.post(f"{PEOPLE}uitnodigen/", {"email": "spion@test.example", "role": "coordinator"}).status_code
            == 403
        )
    # An invitation of somebody who may not invite (any more) is worth nothing.
    with pytest.raises(services.InvitationGone):
        services.accept_invitation(invitation.token_hash, name="Spion", password=WORD)
    coordinator = acts(party, "carla", DelegateRole.COORDINATOR).user
    assert permissions.may_manage_people(coordinator, party)


def test_a_party_that_left_is_no_longer_the_facilitators_business(agreement, party, delegate, facilitator):
    assert permissions.may_manage_people(facilitator, party)
    Participation.objects.filter(party=party).update(
        ended_earliest=timezone.localdate() - timedelta(days=2), ended_latest=timezone.localdate() - timedelta(days=1)
    )
    assert not permissions.may_manage_people(facilitator, party)
    assert not permissions.may_see_people(facilitator, party)


def test_the_coordinators_hear_of_everybody_who_comes_in(party, delegate, facilitator):
    coordinator = acts(party, "carla", DelegateRole.COORDINATOR).user
    invitation, _token = invite(party, facilitator)
    newcomer = services.accept_invitation(invitation.token_hash, name="Nina Nieuw", password=WORD)
    mail.outbox.clear()
    assert services.tell_coordinators(newcomer, site="https://portaal.example/") == 1
    [message] = mail.outbox
    assert message.to == [coordinator.email]
    assert "https://portaal.example/partijen/voorbeeld-bv/gemachtigden/" in message.body
    assert "Nina" not in message.body + message.subject
    assert newcomer.user.email not in message.body


def test_a_mail_server_that_is_down_keeps_nobody_out(party, delegate, facilitator, settings, caplog):
    acts(party, "carla", DelegateRole.COORDINATOR)
    invitation, _token = invite(party, facilitator)
    newcomer = services.accept_invitation(invitation.token_hash, name="Nina", password=WORD)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 2
    assert services.tell_coordinators(newcomer, site="https://portaal.example") == 0
    assert "is niet verzonden" in caplog.text
