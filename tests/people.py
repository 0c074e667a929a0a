"""What the tests about people of a party share."""

from datetime import date

from django.utils import timezone

from covenants import services
from covenants.models import Delegate, DelegateRole
from ser_portal.accounts.models import Role
from tests.conftest import make_user

PEOPLE = "/partijen/voorbeeld-bv/gemachtigden/"
ACCEPT = "/uitnodiging/"
HTMX = {"HTTP_HX_REQUEST": "true"}
LONG = "x" * 200_000
WORD = "paard-batterij-nietje"
NEW = {"name": "Nina Nieuw", "password1": WORD, "password2": WORD}


def text(response) -> str:
    return response.content.decode()


def acts(party, name, role=DelegateRole.SUBMITTER, **fields) -> Delegate:
    """A new person who has acted for the party since 2020."""
    user = make_user(name, Role.DELEGATE)
    return Delegate.objects.create(party=party, user=user, role=role, **{"began_on": date(2020, 1, 1), **fields})


def invite(party, by, **changes):
    """An invitation of today and its secret."""
    values = {"email": "nina@test.example", "role": "submitter", "began_on": timezone.localdate(), **changes}
    return services.invite(party, by=by, **values)


def arrive(client, token):
    """Open the link and press its button."""
    assert client.get(f"/uitnodiging/{token}/").status_code == 200
    response = client.post(f"/uitnodiging/{token}/")
    assert response["Location"] == ACCEPT
    return client.get(ACCEPT)


def owners(slots):
    """Who looks after each, as the database has it."""
    return [type(slot).objects.get(pk=slot.pk).owner for slot in slots]
