"""The tree: what it refuses, what it cleans, and that JSON keeps all of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from document_samples import SVG, document, documents, small_table, table
from hypothesis import given, settings

from ser_portal.documents import (
    Column,
    Document,
    DocumentError,
    ImpreciseText,
    KeyFigure,
    KeyFigures,
    Link,
    Paragraph,
    Section,
    SvgFigure,
    Table,
    Text,
    canonical_json,
    from_json,
    to_json,
)
from ser_portal.documents.labels import LABELS, format_cell, format_number


@given(documents())
@settings(max_examples=40, deadline=None)
def test_json_keeps_the_whole_document(made: Document) -> None:
    text = canonical_json(made)
    again = from_json(json.loads(text))
    assert again == made
    assert canonical_json(again) == text


def test_the_sample_survives_json_with_its_kinds_of_value() -> None:
    again = from_json(json.loads(json.dumps(to_json(document()))))
    assert again == document()
    row = next(again.tables())[1].rows[0]
    assert [type(cell) for cell in row] == [str, date, int, Decimal, Link]
    assert str(row[3]) == "12.50"


@pytest.mark.parametrize(
    "url",
    [
        *(
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            "data:text/html,x",
            "//evil.example/x",
            "ftp://x.nl/",
            "pad",
            "https:///x",
        ),
        *(
            "https://a b.nl/",
            "/a\\b",
            "http://user:geheim@x.nl/",
            "\x01https://x.nl",
            "",
            "https://x.nl:bad/",
            "mailto:a@b.nl",
        ),
        *('https://a"onclick=x.nl/', "https://[::1", "https://a<b.nl/", "#a b"),
    ],
)
def test_an_address_that_could_do_harm_is_refused(url: str) -> None:
    with pytest.raises(DocumentError):
        Link("tekst", url)


def test_an_address_becomes_ascii() -> None:
    assert Link("x", "https://exämple.nl/é?q=a b".replace(" ", "%20")).url == "https://xn--exmple-cua.nl/%C3%A9?q=a%20b"
    assert Link("x", '/a"b').url == "/a%22b"


def test_forbidden_characters_disappear_and_line_ends_stay() -> None:
    assert Text("a\x00b\x0bc\r\nd\re\tf\ufffe\ud800\ufeff\x85g").text == "abc\nd\ne fg"
    assert document(Paragraph("x"), title=" Een\n titel\x07 ").title == "Een titel"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: table(rows=[["te kort"]]), "rij 1: 1 cellen bij 5 kolommen"),
        (lambda: table(rows=[("x", None, Decimal(1), None, None)]), "past niet in een kolom van de soort integer"),
        (lambda: table(rows=[(1.5, None, None, None, None)]), "float past niet"),
        (lambda: table(rows=[("x", None, True, None, None)]), "bool past niet"),
        (lambda: table(rows=[("x", datetime(2020, 1, 1, tzinfo=UTC), None, None, None)]), "datetime past niet"),
        (lambda: table(rows=[("x", None, None, Decimal("NaN"), None)]), "geen getal"),
        (lambda: table(columns=[Column("a", "A"), Column("a", "B")], rows=[]), "dezelfde sleutel"),
        (lambda: table(columns=[]), "minstens één kolom"),
        (lambda: table(caption="  "), "mag niet leeg"),
        (lambda: Column("a", "A", "geld"), "onbekende soort"),  # type: ignore[arg-type]
        (lambda: table(ident="1e"), "een id begint met een letter"),
        (lambda: table(ident="doc-body"), "voor de opmaak zelf"),
        (lambda: document(table(), table()), "'deelname' komt twee keer voor"),
        (lambda: document(table("deel")), "'deel' komt twee keer voor"),
        (lambda: document(table("staaf"), SvgFigure("f", SVG, "a", "c", small_table())), "'staaf' komt twee keer"),
        (lambda: document(Paragraph(Link("x", "#weg"))), "geen hoofdstuk, tabel of figuur met het id 'weg'"),
        (lambda: document(KeyFigures([KeyFigure("a", "A", 1), KeyFigure("a", "B", 2)])), "kengetal a komt twee keer"),
        (lambda: document(Paragraph([3])), "tekst of link verwacht"),  # type: ignore[list-item]
        (lambda: document("los"), "str is geen blok"),
        (lambda: document(lang="de"), "taal 'de' is onbekend"),
        (lambda: document(date=datetime(2020, 1, 1, tzinfo=UTC)), "een datum zonder tijd"),
        (lambda: document(labels={"onzin": "x"}), "onbekend label 'onzin'"),
        (lambda: document(title=""), "mag niet leeg"),
        (lambda: ImpreciseText("x", date(2020, 2, 1), date(2020, 1, 1)), "ligt voor de eerste"),
        (lambda: document(sections=[_nested(6)]), "dieper dan 5"),
        (lambda: from_json({"type": "Document"}), "geen document in het formaat"),
        (lambda: from_json({**to_json(document()), "extra": 1}), "dat niet klopt"),
        (lambda: from_json({"schema": "ser-document/1", "type": "os.system"}), "dat niet klopt"),
    ],
)
def test_a_broken_document_is_refused_in_words(make, words: str) -> None:
    with pytest.raises(DocumentError, match=words.replace("'", ".")):
        make()


def _nested(depth: int) -> Section:
    return Section(f"s{depth}", "Diep", [], [_nested(depth - 1)] if depth > 1 else [])


@pytest.mark.parametrize(
    "inside",
    [
        *(
            "<script>x</script>",
            "<style>*{}</style>",
            "<foreignObject/>",
            '<image href="https://x.nl/a.png"/>',
            "<!-- x -->",
        ),
        *(
            '<rect onload="x"/>',
            '<rect style="fill:red"/>',
            '<use href="https://x.nl/#a"/>',
            '<rect fill="url(//x.nl)"/>',
        ),
        *('<a href="#x"/>', '<rect xmlns:x="http://www.w3.org/1999/xlink" x:href="#a"/>', "<rect>"),
    ],
)
def test_a_drawing_may_only_draw(inside: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{inside}</svg>'
    with pytest.raises(DocumentError, match="Figuur f: de tekening"):
        SvgFigure("f", svg, "alt", "bijschrift", small_table())


def test_an_entity_bomb_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(DocumentError, match="DOCTYPE"):
        SvgFigure("f", '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg/>', "alt", "bijschrift", small_table())


def test_numbers_and_dates_read_as_the_language_writes_them() -> None:
    assert format_number(Decimal("1234567.50"), "nl") == "1.234.567,50"
    assert format_number(-1234, "en") == "-1,234"
    assert format_cell(2020, "text", "nl") == "2020"
    assert format_cell(date(2020, 3, 1), "date", "nl") == "1 maart 2020"
    assert LABELS["nl"].keys() == LABELS["en"].keys()


def test_sections_are_numbered_by_where_they_stand() -> None:
    assert [(s.id, n) for s, n in document().walk()] == [
        ("convenanten", (1,)),
        ("wie", (1, 1)),
        ("verloop", (1, 2)),
        ("klimaat", (2,)),
    ]


def test_a_row_is_frozen_even_when_it_was_made_from_lists() -> None:
    made = Table("t", "T", [Column("a", "A")], [["x"]])
    assert made.rows == (("x",),)
    assert hash(made) == hash(Table("t", "T", (Column("a", "A"),), (("x",),)))
