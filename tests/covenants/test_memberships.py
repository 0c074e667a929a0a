"""Members of an association: kept by facilitators, dated, with a history."""

import pytest
from django.db import IntegrityError, transaction

from covenants.models import PartyMembership, PartyType, Visibility
from ser_portal.audit.models import Entry
from ser_portal.dates import ImpreciseDate
from tests.factories import make_party

HTMX = {"HTTP_HX_REQUEST": "true"}
LONG = "x" * 200_000


def text(response):
    return response.content.decode()


@pytest.fixture
def association(agreement):
    return make_party(agreement, name="Brancheclub", slug="brancheclub", type=PartyType.TRADE_ASSOCIATION)


@pytest.fixture
def keeper(as_user, facilitator):
    return as_user(facilitator)


PAGE = "/partijen/brancheclub/leden/"
NEW = {"once": "k", "member": "voorbeeld BV", "began": "2019"}


@pytest.mark.parametrize("htmx", [{}, HTMX])
def test_a_member_is_added_once_and_stands_on_both_pages(keeper, association, party, delegate, htmx):
    assert PAGE in text(keeper.get("/partijen/brancheclub/"))
    for _press in range(2):
        answer = keeper.post(PAGE, NEW, **htmx)
        assert (answer["HX-Redirect"] if htmx else answer["Location"]) == PAGE
    row = PartyMembership.objects.get()
    assert (row.association, row.member, row.began) == (association, party, ImpreciseDate.year(2019))
    assert "Voorbeeld bv" in text(keeper.get(PAGE))
    assert [line["party"] for line in keeper.get("/partijen/brancheclub/").context["members"]] == [party]
    assert [line["party"] for line in keeper.get("/partijen/voorbeeld-bv/").context["member_of"]] == [association]
    assert Entry.objects.get().details == {"membership": row.pk, "member": party.pk}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"member": ""}, "verplicht"),
        ({"member": "Bestaat niet"}, "geen partij met precies deze naam"),
        ({"member": "Brancheclub"}, "geen lid van zichzelf"),
        ({"member": LONG}, "200000"),
        ({"member": "\x00"}, "Null"),
        ({"began": "ooit"}, "geen datum"),
        ({"began": "2150"}, "toekomst"),
    ],
)
def test_a_member_that_cannot_be_is_told_and_nothing_is_lost(keeper, association, party, delegate, changes, sentence):
    answer = keeper.post(PAGE, {**NEW, **changes})
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert answer.context["form"]["began"].value() == changes.get("began", "2019")
    assert not PartyMembership.objects.exists()


def test_a_member_is_a_member_once_at_a_time(keeper, association, party, delegate):
    keeper.post(PAGE, NEW)
    answer = keeper.post(PAGE, {**NEW, "once": "l"})
    assert answer.status_code == 422
    assert "Deze partij is al lid" in text(answer)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartyMembership.objects.create(association=association, member=party)
    with pytest.raises(IntegrityError), transaction.atomic():
        PartyMembership.objects.create(association=association, member=association)


@pytest.mark.parametrize("htmx", [{}, HTMX])
def test_a_membership_ends_with_a_day_and_a_reason_that_stays(keeper, association, party, delegate, htmx):
    row = PartyMembership.objects.create(association=association, member=party, began=ImpreciseDate.year(2019))
    url = f"{PAGE}{row.pk}/beeindigen/"
    for wrong in ({"ended": "2018"}, {"reason": ""}, {"ended": ""}, {"ended": "2150"}, {"reason": LONG}):
        assert keeper.post(url, {"ended": "2020", "reason": "Opgezegd", **wrong}).status_code == 422, wrong
    answer = keeper.post(url, {"ended": "2020", "reason": "Opgezegd"}, **htmx)
    assert (answer["HX-Redirect"] if htmx else answer["Location"]) == PAGE
    row.refresh_from_db()
    assert row.ended == ImpreciseDate.year(2020)
    assert row.history.first().history_change_reason == "Opgezegd"
    again = keeper.post(url, {"ended": "2021", "reason": "Nog eens"})
    assert again.status_code == 422
    assert "beëindigde dit lidmaatschap al" in text(again)
    assert keeper.get("/partijen/brancheclub/").context["members"] == []
    assert [entry.action for entry in Entry.objects.all()] == ["covenants.membership_ended"]


def test_only_facilitators_keep_members(as_user, delegate, reporting, outsider, association, party, agreement):
    row = PartyMembership.objects.create(association=association, member=party)
    for address in (PAGE, f"{PAGE}{row.pk}/beeindigen/"):
        assert as_user(delegate).post(address, NEW).status_code == 403
        assert as_user(outsider).post(address, NEW).status_code == 404
    agreement.visibility = Visibility.PUBLIC
    agreement.save()
    assert as_user(reporting).post(PAGE, NEW).status_code == 403


def test_a_member_one_may_not_know_of_is_not_shown(as_user, other_facilitator, association, agreement):
    hidden = make_party(agreement, name="Verborgen bv")
    public = make_party(name="Openbare club", type=PartyType.TRADE_ASSOCIATION)
    row = PartyMembership.objects.create(association=public, member=hidden)
    client = as_user(other_facilitator)
    for address in (public.get_absolute_url(), f"{public.get_absolute_url()}leden/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "Verborgen" not in text(answer)
    assert client.get(f"{public.get_absolute_url()}leden/{row.pk}/beeindigen/").status_code == 404
