"""Dates as they are known: reading what people type, writing it back, and never pretending."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from ser_portal.dates import ImpreciseDate, read, read_day, render, write

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("typed", "earliest", "latest", "shown"),
    [
        ("2 juli 2019", (2019, 7, 2), (2019, 7, 2), "2 juli 2019"),
        ("2-7-2019", (2019, 7, 2), (2019, 7, 2), "2 juli 2019"),
        ("2019-07-02", (2019, 7, 2), (2019, 7, 2), "2 juli 2019"),
        ("2 JULI 2019 ", (2019, 7, 2), (2019, 7, 2), "2 juli 2019"),
        ("maart 2020", (2020, 3, 1), (2020, 3, 31), "maart 2020"),
        ("mrt 2020", (2020, 3, 1), (2020, 3, 31), "maart 2020"),
        ("3-2020", (2020, 3, 1), (2020, 3, 31), "maart 2020"),
        ("2020-03", (2020, 3, 1), (2020, 3, 31), "maart 2020"),
        ("februari 2020", (2020, 2, 1), (2020, 2, 29), "februari 2020"),
        ("2020", (2020, 1, 1), (2020, 12, 31), "2020"),
        ("zomer 2018", (2018, 6, 1), (2018, 8, 31), "zomer 2018"),
        ("Eind 2024", (2024, 10, 1), (2024, 12, 31), "Eind 2024"),
        ("3e kwartaal 2020", (2020, 7, 1), (2020, 9, 30), "kwartaal 3 van 2020"),
        ("Q4 2020", (2020, 10, 1), (2020, 12, 31), "Q4 2020"),
        (
            "tussen 7 december 2019 en 20 augustus 2020",
            (2019, 12, 7),
            (2020, 8, 20),
            "tussen 7 december 2019 en 20 augustus 2020",
        ),
    ],
)
def test_a_date_is_read_as_people_write_it(typed, earliest, latest, shown):
    when = read(typed)
    assert (when.earliest, when.latest) == (date(*earliest), date(*latest))
    with override("nl"):
        assert render(when) == shown


@pytest.mark.parametrize(
    "typed", ["", "gisteren", "31-2-2020", "32 mei 2020", "2 juno 2019", "0000", "1 mei 20", "tussen x en y"]
)
def test_what_is_no_date_is_refused_with_an_example(typed):
    with override("nl"), pytest.raises(ValidationError) as refused:
        read(typed)
    assert "maart 2020" in refused.value.messages[0]


def test_a_range_that_runs_backwards_is_refused():
    with pytest.raises(ValidationError):
        read("tussen 2 mei 2020 en 1 mei 2020")


def test_open_sides_are_shown_as_open():
    with override("nl"):
        assert render(ImpreciseDate(None, date(2020, 12, 31))) == "uiterlijk 31 december 2020"
        assert render(ImpreciseDate(date(2021, 1, 1), None)) == "vanaf 1 januari 2021, datum onbekend"
        assert render(ImpreciseDate()) == "datum onbekend"


@given(first=DAYS, second=DAYS, asked=DAYS)
def test_certain_possible_and_uncertain_exclude_each_other(first, second, asked):
    when = ImpreciseDate(min(first, second), max(first, second))
    states = [when.certain_on(asked), not when.possible_on(asked), when.uncertain_on(asked)]
    assert states.count(True) == 1


@given(first=DAYS, second=DAYS)
def test_what_is_written_in_a_form_reads_back_the_same(first, second):
    for when in (
        ImpreciseDate(min(first, second), max(first, second)),
        ImpreciseDate.on(first),
        ImpreciseDate.month(first.year, first.month),
        ImpreciseDate.year(first.year),
        ImpreciseDate(first, None),
        ImpreciseDate(None, first),
    ):
        again = read(write(when))
        assert (again.earliest, again.latest) == (when.earliest, when.latest)


@given(st.text(max_size=60))
def test_no_text_whatever_breaks_the_reader(typed):
    try:
        when = read(typed)
    except ValidationError:
        return
    assert when.is_known


@given(DAYS)
def test_a_day_reads_in_three_spellings(day):
    assert read_day(day.isoformat()) == day
    assert read_day(f"{day.day}-{day.month}-{day.year}") == day
    assert read_day(f"{day.day}/{day.month}/{day.year}") == day
