"""The parties and what each takes part in; nothing of what somebody may not know of."""

from datetime import date

import pytest

from covenants.models import Agreement, Participation, ParticipationRole, Party, PartyType, Visibility
from ser_portal.dates import ImpreciseDate

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def staff(as_user, reporting, reference):
    return as_user(reporting)


def text(response):
    return response.content.decode()


def names(response):
    return [row.name for row in response.context["page"]]


def test_the_list_counts_types_and_participations(staff):
    response = staff.get("/partijen/")
    counts = {chip["label"]: chip["count"] for chip in response.context["chips"]}
    assert counts["Alle"] == response.context["count"] == sum(counts.values()) - counts["Alle"]
    assert len(names(response)) == 25
    assert names(response) == sorted(names(response), key=str.lower)


def test_a_facilitator_sees_each_party_once(as_user, facilitator, reference):
    response = as_user(facilitator).get("/partijen/", {"zoek": "FNV"})
    assert names(response).count("FNV") == 1
    assert as_user(facilitator).get("/partijen/fnv/").status_code == 200


@pytest.mark.parametrize(
    ("params", "check"),
    [
        ({"zoek": "modint"}, lambda rows: [row.name for row in rows] == ["Modint"]),
        ({"soort": "vakbond"}, lambda rows: {row.type for row in rows} == {"trade_union"}),
        ({"sorteer": "-deelnames"}, lambda rows: rows[0].current >= rows[1].current >= rows[-1].current),
        ({"sorteer": "-naam"}, lambda rows: rows[0].name.lower() > rows[-1].name.lower()),
        ({"pagina": "2"}, lambda rows: len(rows) == 25),
    ],
)
def test_search_filter_sort_and_page(staff, params, check):
    response = staff.get("/partijen/", params)
    assert response.status_code == 200
    assert check(list(response.context["page"]))


@pytest.mark.parametrize("params", [{"soort": "onzin"}, {"sorteer": "onzin"}, {"zoek": "x" * 200}, {"peildatum": "x"}])
def test_an_unknown_value_gets_a_sentence(staff, params):
    assert staff.get("/partijen/", params).status_code == 422


def test_htmx_gets_the_list_only(staff):
    response = staff.get("/partijen/", {"zoek": "modint"}, **HTMX)
    assert text(response).lstrip().startswith('<div id="party-results">')
    assert response["HX-Push-Url"] == "/partijen/?zoek=modint"


def test_suggestions_are_few_and_only_of_what_one_may_know(as_user, outsider, delegate, agreement, reference):
    asked = {**HTMX, "HTTP_HX_TARGET": "party-options"}
    response = as_user(outsider).get("/partijen/", {"partij": "e"}, **asked)
    assert text(response).count("<option") == 20
    assert "Voorbeeld bv" in text(as_user(delegate).get("/partijen/", {"party": "voorbeeld"}, **asked))
    assert "Voorbeeld bv" not in text(as_user(outsider).get("/partijen/", {"party": "voorbeeld"}, **asked))


def test_the_queries_of_the_list_and_of_a_party_are_counted(staff, django_assert_num_queries):
    with django_assert_num_queries(6):
        staff.get("/partijen/")
    with django_assert_num_queries(9):  # two for the commitments it carries, one for its memberships
        staff.get("/partijen/fnv/")


def test_a_party_shows_its_participations_on_the_day(as_user, facilitator, agreement, party):
    began = ImpreciseDate.on(date(2019, 3, 1))
    row = Participation.objects.create(
        agreement=agreement, party=party, role=ParticipationRole.SIGNATORY, began=began, note="Namens de leden"
    )
    client = as_user(facilitator)
    url = "/partijen/voorbeeld-bv/"
    assert [line["participation"] for line in client.get(url, {"peildatum": "2020-01-01"}).context["current"]] == [row]
    assert [line["participation"] for line in client.get(url, {"peildatum": "2018-01-01"}).context["later"]] == [row]
    row.ended = ImpreciseDate.on(date(2020, 1, 1))
    row.leaving_reason = "Overgenomen"
    row.save()
    gone = client.get(url, {"peildatum": "2020-01-02"})
    assert [line["participation"] for line in gone.context["ended"]] == [row]
    assert "Overgenomen" in text(gone)
    assert "Namens de leden" in text(gone)
    assert [line["participation"] for line in client.get(url, {"peildatum": "2020-01-01"}).context["current"]] == [row]


def test_a_date_nobody_knows_is_apart_when_it_is_not_certain(as_user, facilitator, agreement, party):
    row = Participation.objects.create(
        agreement=agreement,
        party=party,
        role=ParticipationRole.SIGNATORY,
        began=ImpreciseDate(None, date(2020, 12, 31)),
    )
    response = as_user(facilitator).get("/partijen/voorbeeld-bv/", {"peildatum": "2019-06-01"})
    assert [line["participation"] for line in response.context["perhaps"]] == [row]
    assert "datum van toetreding niet bekend, uiterlijk 31 december 2020" in text(response)


def test_participations_in_a_hidden_agreement_are_neither_shown_nor_counted(as_user, reporting, agreement, reference):
    hidden, public = agreement, Agreement.objects.get(slug="goud")
    party = Party.objects.create(slug="tweezijdig", name="Aaa tweezijdig", type=PartyType.COMPANY)
    for where in (hidden, public):
        Participation.objects.create(
            agreement=where, party=party, role=ParticipationRole.SIGNATORY, began=ImpreciseDate.on(date(2019, 5, 1))
        )
    client = as_user(reporting)
    row = next(row for row in client.get("/partijen/", {"zoek": "tweezijdig"}).context["page"])
    assert row.current == 1
    page = client.get("/partijen/tweezijdig/")
    assert len(page.context["current"]) == 1
    assert hidden.name_nl not in text(page)


def test_a_party_of_hidden_agreements_only_does_not_exist(as_user, outsider, other_facilitator, delegate):
    for user in (outsider, other_facilitator):
        assert as_user(user).get("/partijen/voorbeeld-bv/").status_code == 404
        assert "Voorbeeld bv" not in text(as_user(user).get("/partijen/", {"zoek": "voorbeeld"}))
    assert as_user(delegate).get("/partijen/voorbeeld-bv/").status_code == 200
    assert Agreement.objects.get().visibility == Visibility.PARTIES
