"""One agreement on a day: phases, parties by type and date, commitments, activities, sources."""

from datetime import date

import pytest

from covenants.models import Activity, Commitment, Participation, ParticipationRole, Party, PartyType, Stall
from ser_portal.dates import ImpreciseDate

HTMX = {"HTTP_HX_REQUEST": "true"}
URL = "/convenanten/kleding-en-textiel/"


@pytest.fixture
def staff(as_user, reporting, reference):
    return as_user(reporting)


def text(response):
    return response.content.decode()


def test_the_head_says_which_phase_since_when_and_until_when(staff):
    response = staff.get(URL)
    shown = text(response)
    assert response.status_code == 200
    assert "Convenant Duurzame Kleding en Textiel" in shown
    assert "sinds 4 juli 2016, tot en met 31 december 2021" in shown
    assert "CKT" in shown


def test_the_phases_stand_in_a_list_beside_the_drawing(staff):
    response = staff.get(URL)
    assert [step["change"].to_phase for step in response.context["steps"]] == [
        "negotiation", "negotiation", "signed", "implementation", "completed",
    ]  # fmt: skip
    assert [step["current"] for step in response.context["steps"]] == [False, False, False, True, False]
    assert text(response).count('class="timeline big"') == 1


def test_an_uncertain_phase_is_said_in_words(staff):
    slug = next(row.agreement.slug for row in staff.get("/convenanten/?zoek=bancaire").context["rows"])
    response = staff.get(f"/convenanten/{slug}/", {"peildatum": "2019-12-31"})
    assert "mogelijk al afgerond" in text(response)
    assert "misschien al, niet zeker" in text(response)


def test_a_day_before_it_existed_says_so(staff):
    response = staff.get("/convenanten/windenergie/", {"peildatum": "2015-06-01"})
    assert response.status_code == 200
    assert "Op 1 juni 2015 bestond dit akkoord nog niet" in text(response)
    assert "<h2>Afspraken" not in text(response)


def test_a_wrong_day_is_said_and_the_page_still_answers(staff):
    response = staff.get(URL, {"peildatum": "gisteren"})
    assert response.status_code == 422
    assert "is geen dag" in text(response)


def test_parties_stand_by_type_and_by_what_is_known_of_their_date(staff):
    response = staff.get(URL)
    groups = dict(response.context["party_groups"])
    undated = next(heading for heading in groups if heading.startswith("datum van toetreding niet bekend, uiterlijk"))
    assert undated.endswith("31 december 2020")
    labels = [group.label for group in groups[undated]]
    assert labels[0] == "Bedrijven"
    assert "Overheid" in labels
    assert response.context["certain_count"] == 26


def test_who_left_stands_apart_with_the_reason(staff, as_user, facilitator, agreement, party):
    Participation.objects.create(
        agreement=agreement,
        party=party,
        role=ParticipationRole.NEGOTIATOR,
        began=ImpreciseDate.on(date(2019, 3, 1)),
        ended=ImpreciseDate.on(date(2020, 3, 1)),
        leaving_reason="Geen mandaat meer",
    )
    client = as_user(facilitator)
    after = client.get("/convenanten/proefconvenant/", {"peildatum": "2020-12-31"})
    assert [row.party for row in after.context["ended"]] == [party]
    assert "Geen mandaat meer" in text(after)
    on_the_last_day = client.get("/convenanten/proefconvenant/", {"peildatum": "2020-03-01"})
    assert on_the_last_day.context["ended"] == []
    assert on_the_last_day.context["certain_count"] == 1
    before = client.get("/convenanten/proefconvenant/", {"peildatum": "2019-02-01"})
    assert before.context["participations"] == []


def test_a_commitment_without_a_date_says_that_none_was_agreed(staff):
    shown = text(staff.get(URL))
    assert "geen datum afgesproken" in shown
    assert "ondertekening + 12 maanden" in shown


def test_activities_are_those_of_the_year_of_the_day_and_all_years_are_one_press_away(staff):
    response = staff.get(URL)
    assert all(row.occurred.overlaps(date(2020, 1, 1), date(2020, 12, 31)) for row in response.context["activities"])
    assert response.context["activities"].count >= 7
    fragment = staff.get(URL, {"activiteiten": "alle"}, **HTMX)
    assert text(fragment).lstrip().startswith('<section id="agreement-activities">')
    assert fragment.context["all_years"] is True


def test_what_was_not_found_is_said_and_what_was_has_a_source(staff):
    response = staff.get("/convenanten/voedingsmiddelen/")
    assert dict(response.context["aside"])["Voorzitter"] == []
    assert "niet gevonden in de bronnen" in text(response)
    assert "tweede bron" in text(response)
    assert "einddatum niet gevonden" in text(response)
    assert len(response.context["sources"]) == len(set(response.context["sources"])) > 5


def test_a_standstill_is_told_with_its_date(staff):
    response = staff.get("/convenanten/land-en-tuinbouw/")
    assert len(response.context["stalls"]) == 1
    assert "Stilgevallen sinds" in text(response)
    assert "Stilgevallen sinds" not in text(staff.get("/convenanten/land-en-tuinbouw/", {"peildatum": "2018-12-31"}))


def test_the_queries_do_not_grow_with_the_data(as_user, facilitator, agreement, django_assert_num_queries):
    client = as_user(facilitator)
    url = "/convenanten/proefconvenant/"
    day = date(2026, 1, 1)

    def add(number):
        party = Party.objects.create(slug=f"p-{number}", name=f"P {number}", type=PartyType.COMPANY)
        Participation.objects.create(
            agreement=agreement, party=party, role=ParticipationRole.SIGNATORY, began=ImpreciseDate.on(day)
        )
        Commitment.objects.create(agreement=agreement, code=f"c-{number}", text_nl=f"Afspraak {number}")
        Activity.objects.create(
            agreement=agreement, kind="meeting", title_nl=f"Overleg {number}", occurred=ImpreciseDate.on(day)
        )

    add(0)
    with django_assert_num_queries(AGREEMENT_QUERIES):
        client.get(url, {"activiteiten": "alle"})
    for number in range(1, 60):
        add(number)
    with django_assert_num_queries(AGREEMENT_QUERIES):
        response = client.get(url, {"activiteiten": "alle"})
    assert len(response.context["commitments"]) == len(response.context["activities"]) == 25
    assert len(client.get(url, {"afspraken": "3"}).context["commitments"]) == 10


AGREEMENT_QUERIES = 21


def test_who_may_not_know_of_it_gets_the_answer_for_what_does_not_exist(
    as_user, agreement, other_facilitator, outsider
):
    for user in (other_facilitator, outsider):
        client = as_user(user)
        assert client.get("/convenanten/proefconvenant/").status_code == 404
        assert client.get("/convenanten/proefconvenant/geschiedenis/").status_code == 404
        assert client.get("/convenanten/bestaat-niet/").status_code == 404


def test_only_who_keeps_it_is_offered_to_change_it(as_user, facilitator, delegate, agreement):
    assert "/convenanten/proefconvenant/fase/" in text(as_user(facilitator).get("/convenanten/proefconvenant/"))
    seen = text(as_user(delegate).get("/convenanten/proefconvenant/"))
    assert "/convenanten/proefconvenant/fase/" not in seen
    assert "corrigeren" not in seen


def test_html_in_the_register_stays_text(as_user, facilitator, agreement):
    Stall.objects.create(
        agreement=agreement, began=ImpreciseDate.on(date(2020, 1, 1)), reason="<script>alert(1)</script>"
    )
    assert "<script>alert(1)" not in text(as_user(facilitator).get("/convenanten/proefconvenant/"))
