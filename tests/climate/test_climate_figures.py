"""The climate numbers and what is behind them."""

from datetime import date

import pytest

from climate.models import ForumActivity, Part
from covenants.models import Activity, Agreement, Visibility
from ser_portal.dates import ImpreciseDate
from ser_portal.figures import get_figure

CODES = ["climate.tracks", "climate.activities", "climate.seats_with_known_holder"]
END = date(2020, 12, 31)


def select(code, day=END, viewer=None):
    return get_figure(code).select(day, viewer)


@pytest.mark.parametrize(("code", "counted", "left_out"), [(CODES[0], 2, 5), (CODES[1], 6, 4), (CODES[2], 2, 10)])
def test_the_numbers_of_2020(reference, code, counted, left_out):
    chosen = select(code)
    assert (chosen.value, len(chosen.left_out), chosen.uncertain) == (counted, left_out, ())
    assert all(record.reason for record in chosen.left_out)
    assert all(record.detail and not record.reason for record in chosen.counted)
    assert all(record.url.startswith("/klimaat/") for record in (*chosen.counted, *chosen.left_out))


def test_the_confirmed_structures_are_two(reference):
    assert [record.label for record in select("climate.tracks").counted] == ["Arbeidsmarkt en scholing", "Innovatie"]


def test_the_letters_of_the_ministry_and_the_labour_market_are_left_out_with_the_reason(reference):
    reasons = [record.reason for record in select("climate.activities").left_out]
    assert sorted(reasons) == [
        "context: niet van het Voortgangsoverleg zelf",
        "context: niet van het Voortgangsoverleg zelf",
        "hoort bij Arbeidsmarkt en scholing, dat apart staat",
        "hoort bij Arbeidsmarkt en scholing, dat apart staat",
    ]


def test_a_holder_nobody_found_is_the_reason_that_is_given(reference):
    chosen = select("climate.seats_with_known_holder")
    assert [record.detail.split(",")[0] for record in chosen.counted] == ["Ed Nijpels", "Mariëtte Hamer"]
    assert {record.reason for record in chosen.left_out} == {"naam niet gevonden in de bronnen"}


def test_halfway_the_year_one_holder_is_uncertain_and_not_counted(reference):
    chosen = select("climate.seats_with_known_holder", date(2020, 6, 30))
    assert chosen.value == 1
    assert [record.reason for record in chosen.uncertain] == ["begin niet zeker: mogelijk Mariëtte Hamer"]
    assert chosen.uncertain[0] in chosen.left_out


@pytest.mark.parametrize(("day", "reason"), [(date(2019, 12, 26), "nog niet"), (date(2022, 11, 4), "al beëindigd")])
def test_without_a_forum_nothing_counts_and_the_reason_says_so(reference, day, reason):
    for code in ("climate.tracks", "climate.seats_with_known_holder"):
        chosen = select(code, day)
        assert chosen.value == 0
        assert all(reason in record.reason for record in chosen.left_out)


def test_an_activity_known_only_to_the_year_counts_once_the_year_is_over(reference):
    accord = Agreement.objects.get(slug="klimaatakkoord")
    activity = Activity.objects.create(
        agreement=accord, kind="dialogue", title_nl="Gesprek", occurred=ImpreciseDate.year(2020)
    )
    accord.forums.get().activity_links.create(activity=activity, part=Part.OWN)
    halfway = select("climate.activities", date(2020, 6, 30))
    assert halfway.value == 1
    assert [record.label for record in halfway.uncertain] == ["Gesprek"]
    assert select("climate.activities").value == 7


def test_an_activity_nobody_placed_is_left_out_with_the_reason(reference):
    ForumActivity.objects.filter(activity__occurred_earliest=date(2020, 2, 10)).delete()
    chosen = select("climate.activities")
    assert chosen.value == 5
    assert "niet aangemerkt als activiteit van het Voortgangsoverleg" in {record.reason for record in chosen.left_out}


@pytest.mark.parametrize("code", CODES)
def test_who_may_not_know_of_the_accord_gets_nothing(reference, reader, code):
    assert select(code, viewer=reader) == select("climate.tracks", viewer=reader)
    assert select(code, viewer=reader).value == 0
    Agreement.objects.filter(slug="klimaatakkoord").update(visibility=Visibility.PARTIES)
    chosen = select(code)
    assert (chosen.counted, chosen.left_out, chosen.uncertain) == ((), (), ())
