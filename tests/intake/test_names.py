"""Dangerous names are refused, untidy ones tidied."""

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ser_portal.intake import headers, inspect, names


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "name_empty"), ("   ", "name_empty"), (".pdf", "name_empty"), ("...", "name_empty"),
        ("..pdf", "name_empty"),
        ("-.pdf", "name_empty"), ("\u200b.pdf", "name_empty"),
        ("a" * 147 + ".pdf", "name_long"), ("a" * 200_000, "name_long"),
        ("../../etc/passwd", "name_path"), ("map/verslag.pdf", "name_path"), ("C:\\map\\verslag.pdf", "name_path"),
        ("ver\x00slag.pdf", "name_characters"), ("verslag\r\nSet-Cookie: a=b.pdf", "name_characters"),
        ("verslag\u202efdp.exe", "name_characters"), ("a\u2066b.pdf", "name_characters"),
        ("a\u200fb.pdf", "name_characters"), ("a\ud800.pdf", "name_characters"), ("a\x85.pdf", "name_characters"),
        ("CON", "name_reserved"), ("con.pdf", "name_reserved"), ("Lpt1.txt", "name_reserved"),
        ("aux .pdf", "name_reserved"), ("com\u00b9.csv", "name_reserved"), ("nul.tar.pdf", "name_reserved"),
    ],
)  # fmt: skip
def test_a_dangerous_name_is_refused(name, code, refusal):
    assert refusal(name, b"tekst") == code


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("Verslag 2020.TXT", "Verslag 2020.txt"),
        ("  verslag   van\u00a0mei .txt", "verslag van mei.txt"),
        ("verslag.txt. .", "verslag.txt"),
        ("..verslag.txt", "verslag.txt"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("re\u0301sume\u0301.txt", "r\u00e9sum\u00e9.txt"),
        ("ver\u200bslag\ufeff.txt", "verslag.txt"),
        ("\u65e5\u672c\u8a9e.txt", "\u65e5\u672c\u8a9e.txt"),
        ("console.txt", "console.txt"),
        ("brief van 3 mei. Definitief", "brief van 3 mei. Definitief.txt"),
    ],
)
def test_an_untidy_name_is_tidied(name, tidy):
    assert inspect(io.BytesIO(b"tekst"), name).safe_name == tidy


@given(st.text(max_size=170))
def test_whatever_the_name_it_is_refused_or_safe(name):
    try:
        stem, extension = names.tidy(name)
    except names.BadName:
        return
    kept = f"{stem}.{extension}" if extension else stem
    assert kept == kept.strip(" .")
    assert 0 < len(kept) <= 150
    assert not set(kept) & set('/\\<>:"|?*')
    assert not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in kept)
    assert names.tidy(kept) == (stem, extension)
    assert "\n" not in headers(kept, "text/plain")["Content-Disposition"]
