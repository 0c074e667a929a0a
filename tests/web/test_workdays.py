"""Which days are working days, according to the General Extension of Time Limits Act."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ser_portal.workdays import is_working_day, next_working_day


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 1, 1), "New Year's Day"),
        (date(2026, 4, 3), "Good Friday"),
        (date(2026, 4, 6), "Easter Monday"),
        (date(2026, 4, 27), "King's Day"),
        (date(2025, 5, 5), "Liberation Day in a year that ends in 5"),
        (date(2026, 5, 5), "Liberation Day in any other year"),
        (date(2026, 5, 14), "Ascension Day"),
        (date(2026, 5, 25), "Whit Monday"),
        (date(2026, 12, 25), "Christmas"),
        (date(2028, 12, 26), "the day after Christmas"),
        (date(2026, 11, 28), "a Saturday"),
        (date(2026, 11, 29), "a Sunday"),
    ],
)
def test_a_free_day_is_no_working_day(day, why):
    assert not is_working_day(day), why


@pytest.mark.parametrize(
    "day", [date(2026, 12, 4), date(2026, 5, 15), date(2026, 12, 24), date(2026, 12, 31), date(2025, 4, 28)]
)
def test_an_ordinary_day_is_a_working_day(day):
    assert is_working_day(day)


def test_the_next_working_day_steps_over_a_long_weekend():
    assert next_working_day(date(2026, 4, 3)) == date(2026, 4, 7)  # Good Friday to Tuesday after Easter
    assert next_working_day(date(2026, 12, 25)) == date(2026, 12, 28)
    assert next_working_day(date(2026, 11, 25)) == date(2026, 11, 25)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 1)))
def test_the_next_working_day_is_near_and_nothing_before_it_is_one(day):
    found = next_working_day(day)
    assert is_working_day(found)
    assert day <= found <= day + timedelta(days=5)
    assert not any(is_working_day(day + timedelta(days=n)) for n in range((found - day).days))
