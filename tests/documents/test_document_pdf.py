"""PDF: tagged, archivable, literal, repeatable, and unable to take anything with it."""

from __future__ import annotations

import errno
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from document_samples import HOSTILE, ROWS, SVG, document, documents, small_table, table
from hypothesis import HealthCheck, given, settings

from ser_portal.documents import (
    Column,
    Document,
    Paragraph,
    RenderError,
    Section,
    SvgFigure,
    Table,
    pdf,
    pdf_coverage,
    render_pdf,
)
from ser_portal.documents.labels import format_cell


@pytest.fixture(scope="module")
def made() -> bytes:
    return render_pdf(document())


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages).replace("\u200b", "")


def structure(file: pikepdf.Pdf) -> Iterator[Any]:
    waiting = [file.Root.StructTreeRoot]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting.extend(list(node))  # type: ignore[call-overload]
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield node
            if "/K" in node:
                waiting.append(node.K)


def test_the_file_says_what_it_is(made: bytes) -> None:
    file = pikepdf.open(BytesIO(made))
    assert bool(file.Root.MarkInfo.Marked) is True
    assert str(file.Root.Lang) == "nl-NL"
    assert bool(file.Root.ViewerPreferences.DisplayDocTitle) is True
    assert str(file.docinfo.Title) == "Jaaroverzicht convenanten"
    assert str(file.docinfo.Author) == "SER"
    assert str(file.docinfo.Keywords) == "IMVO, convenanten"
    assert str(file.docinfo.CreationDate).startswith("D:20201231")
    with file.open_metadata() as meta:
        assert meta["pdfuaid:part"] == "1"
        assert meta["pdfaid:part"] == "2"
        assert meta["pdfaid:conformance"] == "A"


def test_the_structure_has_headings_table_heads_lists_and_a_described_figure(made: bytes) -> None:
    file = pikepdf.open(BytesIO(made))
    nodes = list(structure(file))
    tags = Counter(str(node.S) for node in nodes)
    assert tags["/Table"] == 2
    assert tags["/TH"] == 7
    assert tags["/TD"] == 17
    assert tags["/H1"] == 3  # two sections and the table of contents
    assert tags["/H2"] == 2
    assert tags["/L"] >= 2
    assert tags["/TOC"] >= 1
    figures = [str(node.Alt) for node in nodes if str(node.S) == "/Figure"]
    assert figures == ["Zeven"]
    assert file.Root.Outlines.Count != 0


def test_the_pages_are_numbered_in_the_language_of_the_document(made: bytes) -> None:
    count = len(pypdf.PdfReader(BytesIO(made)).pages)
    assert f"Pagina {count} van {count}" in text_of(made)
    assert "Inhoud" in text_of(made)
    english = text_of(render_pdf(document(lang="en")))
    assert "Contents" in english
    assert f"Page {count} of {count}" in english


def test_every_cell_is_printed_as_the_other_formats_print_it(made: bytes) -> None:
    text = text_of(made)
    columns = table().columns
    for row in ROWS:
        for cell, column in zip(row, columns, strict=True):
            assert format_cell(cell, column.kind, "nl") in text
    assert "1.234" in text
    assert "zomer 2017" in text
    assert "Geteld: 9" in text


def test_markup_prints_as_it_was_typed() -> None:
    one = document(
        Paragraph(HOSTILE), Table("t", HOSTILE, [Column("a", HOSTILE)], [["#panic()"]], HOSTILE), title=HOSTILE
    )
    text = " ".join(text_of(render_pdf(one)).split())
    assert text.count(" ".join(HOSTILE.split())) >= 2
    assert "#panic()" in text


@given(documents())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_typed_makes_a_file(any_document: Document) -> None:
    assert render_pdf(any_document).startswith(b"%PDF-")


def test_a_character_without_a_glyph_is_printed_as_its_code() -> None:
    text = text_of(render_pdf(document(Paragraph("blij 😀 漢 \ue000 é → ≤"))))
    assert "blij [U+1F600] [U+6F22] [U+E000] é → ≤" in text
    assert "kennen niet elk teken" in " ".join(text.split())


def test_a_drawing_may_hold_any_text() -> None:
    svg = SVG.replace("zeven", "é → ✓ Ж α 😀 漢 &lt;b&gt;")
    assert render_pdf(document(SvgFigure("f", svg, "😀", "Verloop 漢", small_table()))).startswith(b"%PDF-")


def test_a_wide_table_turns_its_pages() -> None:
    columns = [Column(f"c{i}", f"Kolom {i}") for i in range(8)]
    wide = Table("t", "Breed", columns, [["een hele reeks woorden " * 3] * 8])
    boxes = [page.mediabox for page in pypdf.PdfReader(BytesIO(render_pdf(document(wide, Paragraph("na"))))).pages]
    assert [box.width > box.height for box in boxes] == [False, False, False, True, False]


def test_the_table_of_printable_characters_fits_the_installed_typst() -> None:
    sample = pdf_coverage.candidates()[::5]
    assert pdf_coverage.missing(sample) == {char for char in sample if ord(char) not in pdf_coverage.covered()}


def test_the_same_document_gives_the_same_bytes(made: bytes) -> None:
    assert render_pdf(document()) == made
    assert render_pdf(document(date=date(2019, 12, 31))) != made


def test_links_lead_outside_inside_or_nowhere(made: bytes) -> None:
    def targets(content: bytes) -> set[str]:
        pages = pypdf.PdfReader(BytesIO(content)).pages
        notes = [note.get_object() for page in pages for note in page.get("/Annots", [])]
        return {note["/A"]["/URI"] for note in notes if "/A" in note and "/URI" in note["/A"]}

    assert targets(made) == {
        "https://www.ser.nl/kleding",
        "https://portaal.example/convenanten/natuursteen/",
        "https://portaal.example/cijfers/a/",
        "https://example.org/",
    }
    assert targets(render_pdf(document(base_url=""))) == {"https://www.ser.nl/kleding", "https://example.org/"}


def test_the_head_of_a_long_table_is_on_every_page() -> None:
    long = Table(
        "t", "Lang", [Column("a", "Kolomkop"), Column("b", "B", "integer")], [[f"rij {i}", i] for i in range(90)]
    )
    pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(render_pdf(document(long)))).pages]
    with_rows = [page for page in pages if "rij " in page]
    assert len(with_rows) >= 3
    assert all("Kolomkop" in page for page in with_rows)


def test_a_document_without_sections_is_still_a_file() -> None:
    assert "Jaaroverzicht" in text_of(render_pdf(document(sections=[])))
    assert render_pdf(document(sections=[Section("a", "A")])).startswith(b"%PDF-")


@pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed")
def test_qpdf_finds_no_fault(made: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(made)
    done = subprocess.run(["qpdf", "--check", str(tmp_path / "a.pdf")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# --- when it goes wrong


def test_a_fault_in_the_template_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.typ").write_text('#panic("stuk")')
    with pytest.raises(RenderError, match=r"^De PDF kon niet worden gemaakt: de opmaak bevat een fout\.$") as caught:
        render_pdf(document(), template=tmp_path / "a.typ")
    assert "stuk" in caught.value.detail


def test_a_font_that_is_not_in_the_wheel_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.typ").write_text('#set document(title: "x")\n#set text(font: "Arial Onbekend")\nx')
    with pytest.raises(RenderError, match="lettertype"):
        render_pdf(document(), template=tmp_path / "a.typ")


def test_a_template_that_never_ends_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "a.typ").write_text(
        "#for a in range(9000) { for b in range(9000) { for c in range(9000) { let d = a + b } } }"
    )
    with pytest.raises(RenderError, match=r"langer dan 0\.5 seconden"):
        render_pdf(document(), template=tmp_path / "a.typ", timeout=0.5)


def test_a_template_that_eats_memory_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "a.typ").write_text(
        '#let s = "x" * 1000\n#let f(n) = if n == 0 { s } else { f(n - 1) * 10 }\n#f(9).len()'
    )
    with pytest.raises(RenderError, match="meer geheugen dan is toegestaan"):
        render_pdf(document(), template=tmp_path / "a.typ", memory=512 * 1024**2)


def test_the_document_cannot_read_files_beside_the_template(tmp_path: Path) -> None:
    (tmp_path / "geheim.txt").write_text("geheim")
    (tmp_path / "a.typ").write_text('#set document(title: "x")\n#read("geheim.txt")')
    with pytest.raises(RenderError, match="opmaak"):
        render_pdf(document(), template=tmp_path / "a.typ")


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "de schijf is vol"), (errno.EAGAIN, "het opmaakproces startte niet")]
)
def test_a_process_that_does_not_start_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(number, "nee")

    monkeypatch.setattr(pdf.subprocess, "run", refuse)
    with pytest.raises(RenderError, match=words):
        render_pdf(document())
