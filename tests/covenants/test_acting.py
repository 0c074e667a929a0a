"""One person who acts for two parties chooses for which one, and sees it."""

from datetime import date

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from covenants.acting import KEY
from covenants.models import Delegate, Party
from tests.factories import make_party

LONG = "x" * 200_000


def text(response):
    return response.content.decode()


@pytest.fixture
def second(agreement, delegate):
    """A second party of the same person."""
    party = make_party(agreement, name="Tweede <b>bv</b>")
    Delegate.objects.create(party=party, user=delegate, began_on=date(2020, 1, 1))
    return party


def frame(client, user):
    """What the include in the frame says."""
    request = RequestFactory().get("/ergens/?a=1&b=2")
    request.session = client.session
    return render_to_string("_acting.html", {"request": request, "user": user}).strip()


def test_who_acts_for_two_parties_chooses_and_goes_on(as_user, delegate, party, second):
    client = as_user(delegate)
    page = client.get("/namens/?next=/partijen/voorbeeld-bv/")
    assert list(page.context["choices"]) == [second, party]
    assert frame(client, delegate) == ""
    chosen = client.post("/namens/", {"party": str(second.pk), "next": page.context["next"]})
    assert chosen["Location"] == "/partijen/voorbeeld-bv/"
    assert client.session[KEY] == {"pk": second.pk, "name": second.name}
    shown = frame(client, delegate)
    assert "Tweede &lt;b&gt;bv&lt;/b&gt;" in shown
    assert 'href="/namens/?next=%2Fergens%2F%3Fa%3D1%26b%3D2"' in shown
    assert client.get("/namens/").context["form"]["party"].value() == str(second.pk)


def test_a_single_party_is_no_choice_and_needs_no_sign(as_user, delegate, party):
    client = as_user(delegate)
    assert "U bent voor één partij gemachtigd" in text(client.get("/namens/"))
    assert client.post("/namens/", {"party": str(party.pk)})["Location"] == "/"
    client.get("/namens/")
    assert frame(client, delegate) == ""


def test_a_right_that_ended_is_gone_from_the_choice_at_once(as_user, delegate, party, second):
    client = as_user(delegate)
    client.post("/namens/", {"party": str(second.pk)})
    Delegate.objects.filter(party=second).update(ended_on=date(2021, 1, 1))
    assert client.get("/namens/").context["acting"] == party
    assert frame(client, delegate) == ""
    assert client.post("/namens/", {"party": str(second.pk)}).status_code == 422


def test_without_any_party_there_is_nothing_to_choose(as_user, delegate):
    Delegate.objects.all().delete()
    client = as_user(delegate)
    assert "voor geen enkele partij gemachtigd" in text(client.get("/namens/"))
    assert client.post("/namens/", {"party": "1"}).status_code in (200, 422)


def test_nobody_else_acts_for_a_party(as_user, facilitator, reader, reporting, party):
    for user in (facilitator, reader, reporting):
        assert as_user(user).post("/namens/", {"party": str(party.pk)}).status_code == 403


@pytest.mark.parametrize("typed", ["", "x", "\x00", "999999", LONG])
def test_a_party_that_is_no_choice_is_422(as_user, delegate, second, typed):
    assert as_user(delegate).post("/namens/", {"party": typed}).status_code == 422


def test_a_party_of_somebody_else_cannot_be_chosen(as_user, delegate, second, outsider):
    elsewhere = Party.objects.get(slug="elders")
    client = as_user(delegate)
    answer = client.post("/namens/", {"party": str(elsewhere.pk)})
    assert answer.status_code == 422
    assert "Elders" not in text(answer)
    assert not client.session.get(KEY)


@pytest.mark.parametrize(
    "address",
    [
        "https://elders.example/", "//elders.example/", "/\\elders.example", "javascript:alert(1)", "namens",
        "/" + LONG, "/\r\nX-Kwaad: ja", "\x00",
    ],
)  # fmt: skip
def test_one_goes_on_to_own_pages_only(as_user, delegate, party, second, address):
    answer = as_user(delegate).post("/namens/", {"party": str(party.pk), "next": address})
    assert answer.status_code == 302
    assert answer["Location"] in ("/", "/%0D%0AX-Kwaad:%20ja")
    assert "X-Kwaad" not in answer.headers
