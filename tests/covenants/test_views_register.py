"""The register: what it lists, filters, sorts and pages; with htmx and without; and what it never tells."""

from datetime import date

import pytest
from django.urls import reverse

from covenants.models import (
    Agreement,
    Participation,
    ParticipationRole,
    Party,
    PartyType,
    Phase,
    PhaseChange,
    Sector,
    Visibility,
)
from ser_portal.dates import ImpreciseDate

HTMX = {"HTTP_HX_REQUEST": "true"}
URL = "/convenanten/"
DAY = "2020-12-31"


@pytest.fixture
def staff(as_user, reporting, reference):
    return as_user(reporting)


def sectors(response):
    return [row.agreement.sector.name_nl for row in response.context["rows"]]


def text(response):
    return response.content.decode()


def test_it_lists_the_covenants_known_on_the_day_with_three_figures(staff):
    response = staff.get(URL)
    assert response.status_code == 200
    assert [(figure.value, figure.uncertain) for figure in response.context["figures"]] == [(9, 0), (7, 0), (2, 0)]
    assert reverse("overview:figure", args=["agreements.in_negotiation"]) in text(response)
    assert sectors(response)[:2] == ["Bancaire sector", "Duurzaam bosbeheer (hout)"]
    assert "stilgevallen" in text(response)


def test_a_year_earlier_ten_are_running_of_which_one_is_uncertain(staff):
    response = staff.get(URL, {"peildatum": "2019-12-31"})
    assert response.context["figures"][0].value == 10
    assert "waarvan 1 onzeker" in text(response)
    assert "mogelijk al afgerond" in text(response)
    assert "/convenanten/banken/?peildatum=2019-12-31" in text(response)


def test_covenants_that_did_not_exist_yet_are_not_there(staff):
    assert "Windenergie" not in sectors(staff.get(URL, {"peildatum": "2017-01-31"}))


def test_chips_count_what_the_other_filters_leave(staff):
    response = staff.get(URL, {"secretariaat": "ser"})
    counts = {chip["label"]: chip["count"] for chip in response.context["chips"]}
    assert counts["Implementatie"] == 7  # ornamental plants: its secretariat is another's, though the SER led the talks
    assert counts["Onderhandeling"] == 2
    assert counts["Alle"] == sum(count for label, count in counts.items() if label != "Alle")


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"fase": "onderhandeling"}, {"Windenergie", "Land- en tuinbouw"}),
        ({"sector": "windenergie"}, {"Windenergie"}),
        ({"zoek": "CKT"}, {"Kleding en textiel"}),
        ({"zoek": "trustone"}, {"Natuursteen"}),
        ({"zoek": "Modint"}, {"Kleding en textiel"}),
        ({"fase": "implementatie", "secretariaat": "andere"}, {"Sierteelt", "Duurzaam bosbeheer (hout)"}),
    ],
)
def test_filters(staff, params, found):
    response = staff.get(URL, params)
    assert response.status_code == 200
    assert set(sectors(response)) == found


@pytest.mark.parametrize("typed", ["modint", "Modint"])
def test_a_party_is_found_by_slug_or_name_and_can_be_taken_off(staff, typed):
    response = staff.get(URL, {"partij": typed, "fase": "implementatie"})
    assert sectors(response) == ["Kleding en textiel"]
    assert response.context["without_party"] == "/convenanten/?fase=implementatie"


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"fase": "onzin"}, "De fase ‘onzin’ kent het portaal niet. Kies uit: verkenning"),
        ({"sector": "onzin"}, "De sector ‘onzin’ kent het portaal niet"),
        ({"secretariaat": "onzin"}, "Het secretariaat ‘onzin’ kent het portaal niet"),
        ({"partij": "onzin"}, "Een partij ‘onzin’ kent het portaal niet"),
        ({"sorteer": "onzin"}, "Sorteren op ‘onzin’ kent het portaal niet"),
        ({"zoek": "x" * 101}, "hoogstens 100 tekens"),
        ({"peildatum": "2020-13-45"}, "is geen dag"),
        ({"peildatum": "2199-01-01"}, "ligt in de toekomst"),
    ],
)
@pytest.mark.parametrize("htmx", [{}, HTMX])
def test_an_unknown_value_gets_a_sentence_and_the_rest_is_kept(staff, params, sentence, htmx):
    response = staff.get(URL, {"secretariaat": "andere", **params}, **htmx)
    assert response.status_code == 422
    if htmx and "peildatum" in params:
        return  # the banner with the sentence is not part of the list
    assert sentence in text(response)
    if "secretariaat" not in params:
        assert set(sectors(response)) <= {"Sierteelt", "Duurzaam bosbeheer (hout)", "Plantaardige eiwitten"}


def test_sorting_both_ways(staff):
    assert sectors(staff.get(URL, {"sorteer": "sector"})) == sectors(staff.get(URL, {"sorteer": "-sector"}))[::-1]
    names = [row.agreement.name_nl.lower() for row in staff.get(URL, {"sorteer": "naam"}).context["rows"]]
    assert names == sorted(names)
    parties = [row.certain_parties for row in staff.get(URL, {"sorteer": "-partijen"}).context["rows"]]
    assert parties == sorted(parties, reverse=True)
    phases = [list(Phase.values).index(row.phase) for row in staff.get(URL, {"sorteer": "fase"}).context["rows"]]
    assert phases == sorted(phases)


def test_htmx_gets_the_list_and_the_counts_and_a_clean_address(staff):
    response = staff.get(URL, {"fase": "onderhandeling", "sector": "", "zoek": ""}, **HTMX)
    assert text(response).lstrip().startswith('<div id="register-results">')
    assert "<html" not in text(response)
    assert "Onderhandeling" in text(response)
    assert response["HX-Push-Url"] == "/convenanten/?fase=onderhandeling"
    assert "HX-Request" in response["Vary"]


def test_a_restored_history_gets_the_whole_page(staff):
    response = staff.get(URL, **HTMX, HTTP_HX_HISTORY_RESTORE_REQUEST="true")
    assert "<html" in text(response)


def test_each_row_has_a_drawing_with_its_text(staff):
    response = staff.get(URL, {"sector": "kleding-en-textiel"})
    assert 'role="img" aria-label="Onderhandeling: datum niet gevonden, uiterlijk 9 maart 2016;' in text(response)


def test_it_pages_by_twenty_five_with_as_many_queries(staff, django_assert_num_queries):
    before = len(_queries(staff, URL))
    sector = Sector.objects.create(slug="veel", name_nl="Veel")
    for number in range(40):
        made = Agreement.objects.create(
            slug=f"veel-{number}", name_nl=f"Veel {number:02}", sector=sector, visibility=Visibility.PUBLIC
        )
        day = date(2019, 1, 1)
        PhaseChange.objects.create(
            agreement=made, sequence=0, to_phase=Phase.EXPLORATION, effective_on=ImpreciseDate.on(day),
            possible_from=day, certain_from=day,
        )  # fmt: skip
        party = Party.objects.create(slug=f"p-{number}", name=f"P {number}", type=PartyType.COMPANY)
        Participation.objects.create(
            agreement=made, party=party, role=ParticipationRole.SIGNATORY, began=ImpreciseDate.on(day)
        )
    first = staff.get(URL)
    assert len(first.context["rows"]) == 25
    assert len(staff.get(URL, {"pagina": 3}).context["rows"]) == 3
    assert staff.get(URL, {"pagina": "onzin"}).status_code == 200
    with django_assert_num_queries(before):
        staff.get(URL)


def _queries(client, url, **params):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(url, params)
    return captured.captured_queries


def test_the_queries_of_the_page_are_counted(staff, django_assert_num_queries):
    with django_assert_num_queries(REGISTER_QUERIES):
        staff.get(URL)
    with django_assert_num_queries(REGISTER_QUERIES - 2):  # a fragment asks no figures
        staff.get(URL, **HTMX)


REGISTER_QUERIES = 11


def test_a_hidden_agreement_is_in_no_list_and_no_count(as_user, agreement, other_facilitator, facilitator, delegate):
    for user, shown in ((other_facilitator, 0), (facilitator, 1), (delegate, 1)):
        response = as_user(user).get(URL, {"peildatum": "2019-12-31"})
        assert response.context["page"].count == shown
        assert ("Proefconvenant" in text(response)) is bool(shown)
        assert ("Proefsector" in text(response)) is bool(shown)


def test_searching_for_a_hidden_party_tells_nothing(as_user, agreement, delegate, outsider, reference):
    client = as_user(outsider)
    hidden = client.get(URL, {"partij": "voorbeeld-bv"})
    nonsense = client.get(URL, {"partij": "bestaat-niet"})
    assert hidden.status_code == nonsense.status_code == 422
    told = [response.context["asked"].errors[0] for response in (hidden, nonsense)]
    assert told[0].replace("voorbeeld-bv", "…") == told[1].replace("bestaat-niet", "…")
    assert hidden.context["page"].count == nonsense.context["page"].count


def test_a_reader_sees_issued_overviews_only(as_user, reader, reference):
    assert as_user(reader).get(URL).status_code == 403
    assert as_user(reader).get("/convenanten/kader/").status_code == 403
    assert as_user(reader).get("/convenanten/kleding-en-textiel/").status_code == 404


def test_only_facilitators_are_offered_a_new_agreement(as_user, reporting, facilitator):
    assert reverse("covenants:agreement_new") not in text(as_user(reporting).get(URL))
    assert reverse("covenants:agreement_new") in text(as_user(facilitator).get(URL))


def test_the_context_page_has_advice_frameworks_and_what_was_not_found(staff, django_assert_num_queries):
    with django_assert_num_queries(6):
        response = staff.get("/convenanten/kader/")
    shown = text(response)
    assert "SER-advies IMVO-convenanten" in shown
    assert len([f for f in response.context["frameworks"] if f.elements.count() == 6]) == 1
    assert len(response.context["not_found"]) >= 12
    assert len(response.context["discrepancies"]) >= 10
    assert 'class="source"' in shown
