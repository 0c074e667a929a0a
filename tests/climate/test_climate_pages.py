"""The climate pages: who may open them, what they say on which day, how many queries they ask."""

import re
from datetime import date
from html import unescape

import pytest

from climate.models import Forum, Seat, SeatHolding, SectorTable, Track
from covenants.models import Activity, Agreement, Visibility
from ser_portal.dates import ImpreciseDate

PAGES = ["/klimaat/", "/klimaat/trajecten/innovatie/", "/klimaat/arbeidsmarkt-en-scholing/"]


def text_of(response) -> str:
    """What a person reads in the main part of the page."""
    html = response.content.decode().split("<main", 1)[1].split("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture
def show(as_user, reporting, reference):
    client = as_user(reporting)

    def show(path: str, **query: str) -> str:
        response = client.get(path, query)
        assert response.status_code == 200
        return text_of(response)

    return show


@pytest.mark.parametrize("path", PAGES)
def test_everybody_who_works_here_may_open_them(
    as_user, reference, path, other_facilitator, outsider, reporting, administrator
):
    for user in (other_facilitator, outsider, reporting, administrator):
        assert as_user(user).get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_reader_may_not_and_a_stranger_signs_in_first(client, as_user, reference, path, reader):
    assert client.get(path).status_code == 302
    assert as_user(reader).get(path).status_code == 403


def test_nothing_is_changed_by_a_visit(as_user, reference, reporting):
    assert as_user(reporting).post("/klimaat/").status_code == 405


def test_an_unknown_track_does_not_exist(as_user, reference, reporting):
    assert as_user(reporting).get("/klimaat/trajecten/bestaat-niet/").status_code == 404


def test_without_records_the_page_says_so(as_user, reporting):
    response = as_user(reporting).get("/klimaat/")
    assert response.status_code == 200
    assert "nog geen overleg vastgelegd" in text_of(response)
    assert as_user(reporting).get("/klimaat/arbeidsmarkt-en-scholing/").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_an_accord_one_may_not_know_of_leaves_no_trace(as_user, reference, reporting, path):
    Agreement.objects.filter(slug="klimaatakkoord").update(visibility=Visibility.SECRETARIAT)
    response = as_user(reporting).get(path)
    assert response.status_code == (200 if path == "/klimaat/" else 404)
    for word in ("Nijpels", "Hamer", "Voortgangsoverleg Klimaatakkoord", "innovatie"):
        assert word not in text_of(response)


def test_at_the_end_of_2020_the_page_shows_who_what_and_what_is_not_known(show):
    said = show("/klimaat/", peildatum="2020-12-31")
    assert "in werking, sinds 27 december 2019" in said
    assert "12 zetels: van 2 is de bezetter bekend, van 10 is de bezetter niet gevonden" in said
    assert said.count("bezetter niet gevonden") == 11  # ten seats and the sentence above them
    assert "De vergaderdata van het Voortgangsoverleg in 2020 zijn niet bekend." in said
    assert "structuur, bevestigd" in said
    assert "onderwerp, niet bevestigd als structuur" in said
    assert said.count("Hoogtepunt ") == 3
    for day in ("10 februari 2020", "12 oktober 2020", "19 november 2020"):
        assert day in said


def test_the_facts_of_the_year_carry_their_source(as_user, reference, reporting):
    html = as_user(reporting).get("/klimaat/").content.decode()
    for activity in Activity.objects.filter(forum_link__isnull=False, occurred_earliest__year=2020):
        row = html.split(f'id="activiteit-{activity.pk}"')[1].split("</li>")[0]
        assert f'href="{activity.source}"' in unescape(row)


def test_halfway_2020_the_later_half_has_not_happened(show):
    said = show("/klimaat/", peildatum="2020-06-30")
    assert "10 februari 2020" in said
    assert "Klimaatdag, online" not in said
    assert "mogelijk Mariëtte Hamer" in said  # only the report over the year names her


def test_before_it_began_there_is_no_seat_and_the_page_says_so(show):
    said = show("/klimaat/", peildatum="2019-06-30")
    assert "Op 30 juni 2019 bestond het overleg nog niet; het is ingesteld op 27 december 2019." in said
    assert "Kees Vendrik" in said
    for absent in ("Nijpels", "Zetels", "Voorzitter uitvoering", "1 november 2019"):
        assert absent not in said


def test_its_last_day_still_counts_and_the_day_after_it_has_handed_over(show):
    assert "in werking" in show("/klimaat/", peildatum="2022-11-03")
    said = show("/klimaat/", peildatum="2022-11-04")
    assert "al beëindigd; de laatste dag was 3 november 2022" in said
    assert "Overlegorgaan Fysieke Leefomgeving" in said
    assert "zoals op 3 november 2022" in said
    assert "Ed Nijpels" in said


def test_a_vacancy_reads_as_a_vacancy(show):
    seat = Seat.objects.get(number=2)
    SeatHolding.objects.create(seat=seat, vacant=True, began=ImpreciseDate.on(date(2020, 1, 1)))
    said = show("/klimaat/", peildatum="2020-12-31")
    assert "1 vacant, van 9 is de bezetter niet gevonden" in said
    assert "hoge ambtenaar (ministerie) vacant" in said


def test_a_wrong_day_is_answered_with_a_sentence_and_the_page(as_user, reference, reporting):
    response = as_user(reporting).get("/klimaat/", {"peildatum": "gisteren"})
    assert response.status_code == 422
    assert "Ed Nijpels" in text_of(response)


def test_links_keep_the_day(as_user, reference, reporting):
    html = as_user(reporting).get("/klimaat/", {"peildatum": "2020-06-30"}).content.decode()
    assert "/klimaat/trajecten/innovatie/?peildatum=2020-06-30" in html
    assert "/convenanten/klimaatakkoord/?peildatum=2020-06-30" in html
    assert "/partijen/ministerie-ezk/?peildatum=2020-06-30" in html
    assert "/partijen/ministerie-ezk/?" not in as_user(reporting).get("/klimaat/").content.decode()


def test_the_labour_market_page_tells_its_purpose_and_what_was_not_found(show):
    said = show("/klimaat/arbeidsmarkt-en-scholing/", peildatum="2020-12-31")
    assert "Samenhang op arbeidsmarkt en scholing brengen" in said
    assert "Taakgroep Arbeidsmarkt en Scholing (2018)" in said
    assert "Ledenlijst niet gevonden" in said
    assert "9 april 2020" in said
    assert "8 juni 2020" in said


def test_the_page_of_a_track_shows_its_own_activities(show):
    said = show("/klimaat/trajecten/burgerparticipatie/", peildatum="2020-12-31")
    assert "Talkshows over onder meer waterstof" in said
    assert "Klimaatdag, online" not in said
    assert "niets vastgelegd" in show("/klimaat/trajecten/innovatie/", peildatum="2020-12-31")


def test_typed_text_is_shown_as_text(as_user, reference, reporting):
    Track.objects.filter(slug="innovatie").update(name_nl="<script>alert(1)</script>")
    for path in PAGES[:2]:
        assert "<script>alert(1)" not in as_user(reporting).get(path).content.decode()


@pytest.mark.parametrize(
    ("path", "queries"), [(PAGES[0], 16), ("/klimaat/trajecten/burgerparticipatie/", 10), (PAGES[2], 10)]
)
def test_the_number_of_queries_does_not_grow(as_user, reference, reporting, django_assert_num_queries, path, queries):
    client = as_user(reporting)
    client.get(path)
    with django_assert_num_queries(queries):
        client.get(path)
    accord, forum = Agreement.objects.get(slug="klimaatakkoord"), Forum.objects.get()
    for n in range(20, 40):
        table = SectorTable.objects.create(agreement=accord, slug=f"tafel-{n}", number=n, name_nl=f"Tafel {n}")
        seat = Seat.objects.create(
            forum=forum, number=n, kind="council_chair", title_nl="voorzitter", sector_table=table
        )
        SeatHolding.objects.create(seat=seat, name=f"Persoon {n}", began=ImpreciseDate.year(2019))
        track = Track.objects.create(agreement=accord, slug=f"traject-{n}", number=n, name_nl="T", named_as="topic")
        activity = Activity.objects.create(
            agreement=accord, kind="meeting", title_nl="Overleg", occurred=ImpreciseDate.on(date(2020, 5, 1))
        )
        for slug in (track.slug, "burgerparticipatie", "arbeidsmarkt-en-scholing"):
            Track.objects.get(slug=slug).activity_links.create(activity=activity)
    with django_assert_num_queries(queries):
        client.get(path)
