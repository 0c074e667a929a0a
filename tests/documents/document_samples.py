"""Documents that the tests of `ser_portal.documents` share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from ser_portal.documents import (
    BulletList,
    Column,
    DefinitionList,
    Document,
    Emph,
    ImpreciseText,
    KeyFigure,
    KeyFigures,
    Link,
    Paragraph,
    Section,
    Strong,
    SvgFigure,
    Table,
)

HOSTILE = '#eval("1+1") *vet* _cursief_ $x^2$ <a href="x">&amp; \\ // [x] @ref `raw` a--b ~ </style></title>'
FORMULAS = ("=1+1", "+31 6", "-5 graden", "@naam", "=cmd|' /C calc'!A0", "_x0041_", " spatie ")
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 60" width="400" height="60">'
    '<rect id="staaf" x="0" y="10" width="180" height="24" fill="#0b5563"/>'
    '<text x="200" y="27" font-family="Arial" fill="currentColor">zeven</text></svg>'
)
COLUMNS = (
    Column("naam", "Convenant"),
    Column("sinds", "Sinds", "date"),
    Column("n", "Partijen", "integer"),
    Column("deel", "Aandeel", "decimal"),
    Column("bron", "Bron", "link"),
)
ROWS: tuple[tuple[Any, ...], ...] = (
    ("Kleding", date(2016, 7, 4), 1234, Decimal("12.50"), Link("ser.nl", "https://www.ser.nl/kleding")),
    ("Goud", ImpreciseText("zomer 2017", date(2017, 6, 1), date(2017, 8, 31)), 15, Decimal("0.5"), None),
    ("Natuursteen", None, "afgeschermd", None, Link("dossier", "/convenanten/natuursteen/")),
)


def table(ident: str = "deelname", **changes: Any) -> Table:
    values: dict[str, Any] = {"caption": "Deelname", "columns": COLUMNS, "rows": ROWS, "footnote": "Bron: register."}
    return Table(id=ident, **(values | changes))


def document(*blocks: Any, **changes: Any) -> Document:
    """Return a document of one section with these blocks, or the full sample when there are none."""
    if blocks:
        sections: tuple[Section, ...] = (Section("deel", "Deel", blocks),)
    else:
        sections = (
            Section(
                "convenanten",
                "Convenanten",
                [
                    Paragraph(["Er waren ", Strong("negen"), " sectoren. Zie ", Link("de tabel", "#deelname"), "."]),
                    KeyFigures(
                        [
                            KeyFigure("a.running", "In uitvoering", 9, "sectoren", "Zeker.", "/cijfers/a/", 9, 4, 1),
                            KeyFigure("a.share", "Aandeel", Decimal("12.50"), "%", "Van allen."),
                            KeyFigure("a.hidden", "Afgeschermd", None, definition="Te weinig.", left_out="te klein"),
                        ]
                    ),
                    BulletList(["Eerste", [Emph("Tweede"), " punt"]]),
                    DefinitionList([("Secretariaat", "SER"), ("Beoordeling", [Link("kader", "https://example.org/")])]),
                ],
                [
                    Section("wie", "Wie meedoet", [table()]),
                    Section("verloop", "Verloop", [SvgFigure("f", SVG, "Zeven", "Verloop", small_table())]),
                ],
            ),
            Section("klimaat", "Klimaat", [Paragraph("Los")]),
        )
    values: dict[str, Any] = {
        "title": "Jaaroverzicht convenanten",
        "lang": "nl",
        "date": date(2020, 12, 31),
        "subtitle": "Stand eind 2020",
        "description": "Wat er in 2020 gebeurde.",
        "authors": ["SER"],
        "keywords": ["IMVO", "convenanten"],
        "sections": sections,
        "base_url": "https://portaal.example",
    }
    return Document(**(values | changes))


def small_table() -> Table:
    return Table(
        "f-data", "Naar secretariaat", [Column("s", "Secretariaat"), Column("n", "Aantal", "integer")], [["SER", 7]]
    )


# --- hypothesis -------------------------------------------------------------------------------------------------------

texts = st.one_of(
    st.text(max_size=40),
    st.text(
        alphabet=st.sampled_from(list("#*_$<>\\/@=`[]{}()\"'-~+ \n\t\x00\x0b\x1f\x7f\ufeff\ufffe\u202e\u0301é漢😀")),
        max_size=40,
    ),
)
lines = texts.map(lambda text: "x" + text)
dates = st.dates()
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**12), max_value=10**12)
links = st.builds(Link, lines, st.sampled_from(["https://example.org/é?a=1&b=%20", "/pad/naar", "#deel"]))
inlines = st.lists(st.one_of(texts, st.builds(Strong, texts), st.builds(Emph, texts), links), max_size=4)
figures = st.builds(
    KeyFigure,
    st.just("a.b"),
    lines,
    st.one_of(st.none(), texts, st.integers(-(10**20), 10**20), decimals),
    texts,
    texts,
    st.sampled_from(["", "/cijfers/"]),
    st.one_of(st.none(), st.integers(0, 10**6), texts),
)
imprecise = st.builds(ImpreciseText, lines, st.one_of(st.none(), dates))
rows = st.lists(
    st.tuples(
        st.one_of(st.none(), texts, st.integers(-(10**20), 10**20), dates, links),
        st.one_of(st.none(), texts, dates, imprecise),
        st.one_of(st.none(), texts, st.integers(-(10**20), 10**20)),
        st.one_of(st.none(), texts, st.integers(-9, 9), decimals),
        st.one_of(st.none(), texts, links),
    ),
    max_size=6,
)


@st.composite
def documents(draw: Any) -> Document:
    """Any document: hostile text in every place that takes text."""
    blocks = [
        Paragraph(draw(inlines)),
        BulletList(draw(st.lists(inlines, max_size=3))),
        DefinitionList(draw(st.lists(st.tuples(lines, inlines), max_size=3))),
        KeyFigures([draw(figures)]),
        Table("t", draw(lines), [Column(c.key, draw(lines), c.kind) for c in COLUMNS], draw(rows), draw(texts)),
    ]
    return document(
        *blocks,
        title=draw(lines),
        lang=draw(st.sampled_from(["nl", "en"])),
        date=draw(st.dates(min_value=date(1980, 1, 1))),
        subtitle=draw(texts),
        description=draw(texts),
        authors=draw(st.lists(lines, max_size=2)),
        keywords=draw(st.lists(lines, max_size=2)),
        labels=draw(st.sampled_from([{}, {"contents": "Wat erin staat", "page": "Blz."}])),
        base_url=draw(st.sampled_from(["", "https://portaal.example"])),
    )
