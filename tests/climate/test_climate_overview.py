"""The climate part of the annual overview: the three facts with their sources, and only what is public."""

from datetime import date

import pytest

from climate.overview import sections
from covenants.models import Agreement, Visibility
from ser_portal.documents import BulletList, Document, Link, Section, Table, canonical_json

THREE = {
    date(
        2020, 2, 10
    ): "https://www.klimaatakkoord.nl/actueel/nieuws/2020/02/11/wiebes-%E2%80%9Cbreed-draagvlak-voor-maatregelen%E2%80%9D",
    date(2020, 10, 12): "https://klimaatakkoord.nl/actueel/nieuws/2020/10/05/klimaatdag-12-oktober-programma-compleet",
    date(
        2020, 11, 19
    ): "https://www.nrc.nl/nieuws/2020/11/20/energietransitie-nijpels-kabinetswissel-mag-klimaatakkoord-niet-onherstelbaar-vertragen-a4020788",
}


def made(year=2020, as_of=None, language="nl") -> list[Section]:
    return sections(
        year=year,
        as_of=as_of or date(year, 12, 31),
        language=language,
        absolute_url=lambda path: f"https://portaal.example{path}",
    )


def document(parts: list[Section], language="nl") -> Document:
    return Document(title="Klimaat", lang=language, date=date(2020, 12, 31), sections=tuple(parts))


def tables(parts) -> dict[str, Table]:
    return {table.id: table for _section, table in document(parts).tables()}


def test_the_three_facts_are_named_with_their_source(reference):
    activities = next(part for part in made()[0].sections if part.id == "klimaat-activiteiten")
    highlights = next(block for block in activities.blocks if isinstance(block, BulletList))
    links = [inline.url for item in highlights.items for inline in item if isinstance(inline, Link)]
    assert links == list(THREE.values())
    table = tables(made())["klimaat-tabel-activiteiten"]
    assert set(THREE.items()) <= {(row[0].earliest, row[-1].url) for row in table.rows}
    assert len(table.rows) == 8


def test_it_says_that_the_meeting_dates_are_not_known(reference):
    assert "De vergaderdata van het Voortgangsoverleg in 2020 zijn niet bekend." in canonical_json(document(made()))


def test_arbeidsmarkt_en_scholing_stands_apart(reference):
    forum, labour = made()
    assert (forum.id, labour.id) == ("klimaat-voortgangsoverleg", "klimaat-arbeidsmarkt-en-scholing")
    assert len(tables([labour])["klimaat-tabel-arbeidsmarkt"].rows) == 2
    assert "Groningen" not in canonical_json(document([forum]))


def test_all_twelve_seats_are_listed_with_what_is_known(reference):
    rows = tables(made())["klimaat-tabel-zetels"].rows
    assert len(rows) == 12
    assert [row[3] for row in rows].count("bezetter niet gevonden") == 10


def test_half_a_year_holds_half_the_activities(reference):
    said = canonical_json(document(made(as_of=date(2020, 6, 30))))
    assert "Hordelopen naar Parijs" not in said
    assert "mogelijk Mariëtte Hamer" in said


def test_an_earlier_year_has_no_seats(reference):
    assert "klimaat-tabel-zetels" not in tables(made(2018))
    assert "Nijpels" not in canonical_json(document(made(2018)))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_makes_a_valid_document_in_both_languages(reference, language):
    said = canonical_json(document(made(language=language), language))
    name = "Climate Agreement Progress Council" if language == "en" else "Voortgangsoverleg Klimaatakkoord"
    assert name in said


def test_the_same_register_gives_the_same_text(reference):
    assert canonical_json(document(made())) == canonical_json(document(made()))


def test_an_accord_that_is_not_public_is_not_in_it(reference):
    Agreement.objects.filter(slug="klimaatakkoord").update(visibility=Visibility.PARTIES)
    assert made() == []


def test_the_number_of_queries_is_fixed(reference, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        made()
