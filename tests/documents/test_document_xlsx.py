"""XLSX: numbers count, dates are dates, typed text is never a formula."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from document_samples import FORMULAS, document, documents, table
from hypothesis import given, settings
from python_calamine import CalamineWorkbook

from ser_portal.documents import Column, Document, ImpreciseText, Link, RenderError, Table, render_xlsx, xlsx
from ser_portal.documents.labels import format_cell


def opened(made: Document) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(BytesIO(render_xlsx(made)))


def values(made: Document, sheet: int) -> list[list[Any]]:
    return opened(made).get_sheet_by_index(sheet).to_python(skip_empty_area=False)


def parts(made: Document) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(render_xlsx(made))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_a_table_reads_back_with_its_kinds_of_value() -> None:
    assert values(document(), 1) == [
        ["Convenant", "Sinds", "Partijen", "Aandeel", "Bron"],
        ["Kleding", date(2016, 7, 4), 1234.0, 12.5, "ser.nl"],
        ["Goud", "zomer 2017", 15.0, 0.5, ""],
        ["Natuursteen", "", "afgeschermd", "", "dossier"],
    ]


def test_the_overview_has_the_figures_as_numbers_and_leads_to_the_sheets() -> None:
    rows = values(document(), 0)
    assert rows[0][0] == "Jaaroverzicht convenanten"
    assert ["Peildatum", date(2020, 12, 31)] in [row[:2] for row in rows]
    running = next(row for row in rows if row[7] == "a.running")
    assert running[:7] == ["In uitvoering", 9.0, "sectoren", "Zeker.", 9.0, 4.0, 1.0]
    assert next(row for row in rows if row[7] == "a.share")[1] == 12.5
    assert next(row for row in rows if row[7] == "a.hidden")[1] == "–"
    assert ["Deelname", 3.0, "1.1 Wie meedoet", "Bron: register."] in [row[:4] for row in rows]
    assert "'Naar secretariaat'!A1" in parts(document())["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize("typed", FORMULAS)
def test_typed_text_is_never_a_formula(typed: str) -> None:
    made = document(Table("t", "T", [Column("a", "A"), Column("n", "N", "integer")], [[typed, typed]]))
    assert values(made, 1)[1] == [typed, typed]
    assert "<f>" not in parts(made)["xl/worksheets/sheet2.xml"]


@given(documents())
@settings(max_examples=15, deadline=None)
def test_every_text_in_a_table_reads_back_as_it_is_in_the_document(made: Document) -> None:
    wanted = next(made.tables())[1]
    book = parts(made)
    assert not any("<f>" in text or "<f " in text for name, text in book.items() if name.startswith("xl/worksheets/"))
    found = values(made, 1)
    for shown, row in zip(found[1:], wanted.rows, strict=False):
        for value, cell, column in zip(shown, row, wanted.columns, strict=False):
            if isinstance(cell, (str, ImpreciseText)):
                assert value == format_cell(cell, column.kind, made.lang)
            elif isinstance(cell, Link) and len(cell.text) < 200:
                assert value == cell.text


def test_what_excel_cannot_hold_exactly_is_text() -> None:
    columns = [Column("n", "N", "integer"), Column("d", "D", "decimal"), Column("t", "T", "date"), Column("j", "J")]
    made = document(Table("t", "T", columns, [[10**16 + 1, Decimal("1.2345678901234567"), date(1899, 1, 1), 2020]]))
    assert values(made, 1)[1] == ["10.000.000.000.000.001", "1,2345678901234567", "1 januari 1899", 2020.0]


def test_text_past_the_limit_of_a_cell_is_cut_where_one_sees_it() -> None:
    text = values(document(Table("t", "T", [Column("a", "A")], [["😀" * 20_000]])), 1)[1][0]
    assert text.endswith("de volledige tekst staat in de HTML-versie]")
    assert len(text.encode("utf-16-le")) // 2 <= 32_767


def test_sheet_names_are_valid_and_unique() -> None:
    captions = ["Overzicht", "A/B: [x]?*", "a b x", "Een heel lang bijschrift dat niet past in 31 tekens"]
    captions += [captions[-1], "Geschiedenis", "😀" * 31, "'", "overzicht"]
    made = document(*(table(f"t{i}", caption=caption) for i, caption in enumerate(captions)))
    names = opened(made).sheet_names
    assert names[:5] == ["Overzicht", "Overzicht 2", "A B x", "a b x 2", "Een heel lang bijschrift dat ni"]
    assert len({name.casefold() for name in names}) == len(names) == len(captions) + 1
    assert all(0 < len(name.encode("utf-16-le")) // 2 <= 31 for name in names)
    assert not any(re.search(r"[\[\]:*?/\\]|^'|'$", name) for name in names)


def test_the_sheet_is_made_for_reading_and_printing() -> None:
    sheet = parts(document())["xl/worksheets/sheet2.xml"]
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:E4"/>' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert "Peildatum: 31 december 2020" in sheet
    book = parts(document())
    assert "_xlnm.Print_Titles" in book["xl/workbook.xml"]
    assert "<dc:title>Jaaroverzicht convenanten</dc:title>" in book["docProps/core.xml"]
    assert "2020-12-31T00:00:00Z" in book["docProps/core.xml"]


def test_links_work_outside_the_portal_or_are_text() -> None:
    links = parts(document())["xl/worksheets/_rels/sheet2.xml.rels"]
    assert "https://portaal.example/convenanten/natuursteen/" in links
    without = parts(document(base_url=""))["xl/worksheets/_rels/sheet2.xml.rels"]
    assert "natuursteen" not in without
    assert "https://www.ser.nl/kleding" in without


def test_the_same_document_gives_the_same_bytes() -> None:
    assert render_xlsx(document()) == render_xlsx(document())


def test_english_documents_have_english_words() -> None:
    assert opened(document(lang="en")).sheet_names[0] == "Overview"


def test_a_table_that_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_ROWS", 2)
    with pytest.raises(RenderError, match="“Deelname” heeft 3 rijen; een werkblad kan er 2 hebben"):
        render_xlsx(document())


def test_a_full_disk_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(xlsx.xlsxwriter.Workbook, "close", full)
    with pytest.raises(RenderError, match="schijfruimte"):
        render_xlsx(document())


def test_the_limit_is_excels() -> None:
    assert xlsx.MAX_ROWS == 1_048_575
    assert datetime(2020, 12, 31).date() == document().date  # noqa: DTZ001
