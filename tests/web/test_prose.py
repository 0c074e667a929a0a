"""Numbers are shown with their thousands apart, and read back as the same number."""

from decimal import Decimal

import pytest

from ser_portal.prose import read_number, show_number, write_number


@pytest.mark.parametrize(
    ("number", "shown", "written"),
    [
        (Decimal("0"), "0", "0"),
        (Decimal("999"), "999", "999"),
        (Decimal("1000"), "1.000", "1000"),
        (Decimal("118860"), "118.860", "118860"),
        (Decimal("-1234567.25"), "-1.234.567,25", "-1234567,25"),
        (Decimal("12.5000"), "12,5", "12,5"),
    ],
)
def test_a_number_is_shown_to_be_read_and_reads_back(number, shown, written):
    assert show_number(number) == shown
    assert write_number(number) == written
    assert read_number(shown) == read_number(written) == number


def test_no_number_shows_nothing():
    assert show_number(None) == write_number(None) == ""
