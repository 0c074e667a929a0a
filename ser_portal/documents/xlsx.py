"""The document as a workbook: a sheet with the key figures and the list of sheets, then a sheet for every table.

What was typed stays text, also when it begins with ``=``; numbers are numbers and dates are dates, so that a reader
can count on. A value Excel cannot hold exactly (more than 15 digits, a day before March 1900) is written as text.
"""

from __future__ import annotations

import re
import warnings
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.worksheet import Worksheet

from ser_portal.documents.errors import RenderError
from ser_portal.documents.labels import (
    absolute_url,
    figure_notes,
    format_cell,
    format_date,
    format_value,
    label,
    section_number,
)
from ser_portal.documents.tree import Cell, Column, Document, ImpreciseText, KeyFigures, Link, Table

MAX_ROWS: Final = 1_048_575  # of data: Excel has one more, for the header
MAX_TEXT: Final = 32_767
MAX_COLUMNS: Final = 16_384
_ACCENT: Final = "#0B5563"
_HEAD: Final[dict[str, object]] = {
    "bold": True,
    "bottom": 1,
    "bg_color": "#E3EEF0",
    "text_wrap": True,
    "valign": "bottom",
}
_LOOKS: Final[dict[str, dict[str, object]]] = {
    "title": {"bold": True, "font_size": 18, "font_color": _ACCENT},
    "subtitle": {"font_size": 12, "italic": True},
    "heading": {"bold": True, "font_size": 13, "font_color": _ACCENT},
    "head": _HEAD,
    "head_right": {**_HEAD, "align": "right"},
    "text": {"text_wrap": True},
    "plain": {},
    "soft": {"font_color": "#55605F", "text_wrap": True},
    "integer": {"num_format": "#,##0", "align": "right"},
    "date": {"num_format": "d mmmm yyyy", "align": "left"},
    "link": {"font_color": _ACCENT, "underline": 1, "text_wrap": True},
    "right": {"align": "right", "text_wrap": True},
}


def render_xlsx(document: Document) -> bytes:
    """Return the workbook; the same document gives the same bytes."""
    for _section, table in document.tables():
        if len(table.rows) > MAX_ROWS:
            raise RenderError(
                f"De tabel “{table.caption}” heeft {len(table.rows)} rijen; een werkblad kan er {MAX_ROWS} hebben.",
            )
        if len(table.columns) > MAX_COLUMNS:
            raise RenderError(f"De tabel “{table.caption}” heeft meer kolommen dan een werkblad kan hebben.")
    buffer = BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # refused links come back as a code and are written as text
            _Workbook(document).write(buffer)
    except (XlsxWriterException, OSError) as error:
        raise RenderError("Het Excelbestand kon niet worden geschreven; is er nog schijfruimte?", str(error)) from error
    return buffer.getvalue()


class _Workbook:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.lang = document.lang
        self.names = _sheet_names(document)
        self.sheets = {table.id: name for (_s, table), name in zip(document.tables(), self.names[1:], strict=True)}

    def write(self, buffer: BytesIO) -> None:
        document = self.document
        book = xlsxwriter.Workbook(
            buffer,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        book.set_properties(
            {
                "title": document.title,
                "subject": document.subtitle,
                "author": ", ".join(document.authors),
                "keywords": ", ".join(document.keywords),
                "comments": document.description,
                "created": datetime.combine(document.date, time()),
            }
        )
        self.formats = {
            name: book.add_format({"font_name": "Calibri", "font_size": 11, "valign": "top", **look})
            for name, look in _LOOKS.items()
        }
        self.decimals: dict[int, Any] = {}
        self.book = book
        self._overview()
        for index, (_section, table) in enumerate(document.tables()):
            self._sheet(self.names[index + 1], table)
        book.close()

    # --- cells

    def _decimal(self, places: int) -> Any:
        if places not in self.decimals:
            look = "#,##0" + ("." + "0" * places if places else "")
            self.decimals[places] = self.book.add_format(
                {"font_name": "Calibri", "font_size": 11, "valign": "top", "num_format": look, "align": "right"}
            )
        return self.decimals[places]

    def _text(self, sheet: Worksheet, row: int, column: int, text: str, look: str = "text") -> None:
        if len(text) * 2 > MAX_TEXT and len(text.encode("utf-16-le")) // 2 > MAX_TEXT:
            note = " " + label(self.document, "cut")
            keep = (MAX_TEXT - len(note)) * 2
            text = text.encode("utf-16-le")[:keep].decode("utf-16-le", errors="ignore") + note
        sheet.write_string(row, column, text, self.formats[look])

    def _number(self, sheet: Worksheet, row: int, column: int, value: int | Decimal, text: str) -> None:
        digits = len(value.as_tuple().digits) if isinstance(value, Decimal) else len(str(abs(value)))
        if digits > 15 or (value and abs(Decimal(value).adjusted()) > 15):
            self._text(sheet, row, column, text, "right")
        elif isinstance(value, Decimal):
            places = max(0, -int(value.as_tuple().exponent))
            sheet.write_number(row, column, value, self._decimal(places))
        else:
            sheet.write_number(row, column, value, self.formats["integer"])

    def _link(self, sheet: Worksheet, row: int, column: int, text: str, url: str) -> None:
        if url.startswith("#"):
            sheet_name = self.sheets.get(url[1:])
            url = f"internal:'{sheet_name}'!A1" if sheet_name else ""
        else:
            url = absolute_url(self.document, url)
        # Excel holds 65,530 links in a sheet and addresses up to 2,079 characters: past that, the text stays.
        if not url or len(text) > 255 or sheet.write_url(row, column, url, self.formats["link"], text) < 0:
            self._text(sheet, row, column, text)

    def _cell(self, sheet: Worksheet, row: int, index: int, cell: Cell, column: Column) -> None:
        text = format_cell(cell, column.kind, self.lang)
        match cell:
            case None:
                return
            case str() | ImpreciseText():
                self._text(sheet, row, index, text, "right" if column.alignment == "right" else "text")
            case Link(text=words, url=url):
                self._link(sheet, row, index, words, url)
            case date():
                if cell < date(1900, 3, 1):
                    self._text(sheet, row, index, text)
                else:
                    sheet.write_datetime(row, index, datetime.combine(cell, time()), self.formats["date"])
            case int() if column.kind == "text" and abs(cell) < 10**15:
                sheet.write_number(row, index, cell, self.formats["plain"])
            case _:
                self._number(sheet, row, index, cell, text)

    # --- sheets

    def _print_setup(self, sheet: Worksheet, caption: str) -> None:
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.6, top=0.9, bottom=0.8)
        day = format_date(self.document.date, self.lang)
        head = f"&L{_code(caption, 120)}&R{_code(label(self.document, 'reference_date'), 30)}: {day}"
        page = f"{label(self.document, 'page')} &P {label(self.document, 'page_of')} &N"
        sheet.set_header(head)
        sheet.set_footer(f"&L{_code(self.document.title, 120)}&R{page}")

    def _sheet(self, name: str, table: Table) -> None:
        sheet = self.book.add_worksheet(name)
        self._print_setup(sheet, table.caption)
        for index in range(len(table.columns)):
            sheet.set_column(index, index, _width(table, index, self.lang))
        for index, column in enumerate(table.columns):
            look = "head_right" if column.alignment == "right" else "head"
            self._text(sheet, 0, index, column.title, look)
        for number, row in enumerate(table.rows, start=1):
            for index, column in enumerate(table.columns):
                self._cell(sheet, number, index, row[index], column)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)

    def _overview(self) -> None:
        document, words = self.document, self.document
        sheet = self.book.add_worksheet(self.names[0])
        self._print_setup(sheet, document.title)
        for index, width in enumerate((44, 16, 22, 60, 14, 14, 14, 34)):
            sheet.set_column(index, index, width)
        sheet.hide_gridlines(2)
        row = 0
        self._text(sheet, row, 0, document.title, "title")
        if document.subtitle:
            row += 1
            self._text(sheet, row, 0, document.subtitle, "subtitle")
        row += 1
        self._text(sheet, row, 0, label(words, "reference_date"), "soft")
        self._cell(sheet, row, 1, document.date, Column("date", "date", "date"))
        for term, text in (
            (label(words, "authors"), ", ".join(document.authors)),
            (label(words, "note"), document.description),
        ):
            if text:
                row += 1
                self._text(sheet, row, 0, term, "soft")
                self._text(sheet, row, 1, text, "plain")
        row = self._figures(sheet, row + 2)
        tables = list(document.tables())
        if tables:
            self._text(sheet, row, 0, label(words, "sheets"), "heading")
            row += 1
            for index, key in enumerate(("sheet", "rows", "section", "note")):
                self._text(sheet, row, index, label(words, key), "head")
            numbers = {section.id: section_number(number) for section, number in document.walk()}
            for index, (section, table) in enumerate(tables, start=1):
                row += 1
                target = f"internal:'{self.names[index]}'!A1"
                if len(table.caption) > 255 or sheet.write_url(row, 0, target, self.formats["link"], table.caption) < 0:
                    self._text(sheet, row, 0, table.caption)
                sheet.write_number(row, 1, len(table.rows), self.formats["integer"])
                self._text(sheet, row, 2, f"{numbers[section.id]} {section.title}")
                if table.footnote:
                    self._text(sheet, row, 3, table.footnote)

    def _figures(self, sheet: Worksheet, row: int) -> int:
        document = self.document
        figures = [
            figure
            for section, _number in document.walk()
            for block in section.blocks
            if isinstance(block, KeyFigures)
            for figure in block.figures
        ]
        if not figures:
            return row
        self._text(sheet, row, 0, label(document, "key_figures"), "heading")
        row += 1
        heads = ("key_figure", "value", "unit", "definition", "counted", "left_out", "uncertain", "code")
        for index, key in enumerate(heads):
            right = key in ("value", "counted", "left_out", "uncertain")
            self._text(sheet, row, index, label(document, key), "head_right" if right else "head")
        for figure in figures:
            row += 1
            if figure.url:
                self._link(sheet, row, 0, figure.title, figure.url)
            else:
                self._text(sheet, row, 0, figure.title)
            if isinstance(figure.value, (int, Decimal)):
                self._number(sheet, row, 1, figure.value, format_value(figure.value, document))
            else:
                self._text(sheet, row, 1, format_value(figure.value, document), "right")
            self._text(sheet, row, 2, figure.unit)
            self._text(sheet, row, 3, figure.definition)
            for index, note in enumerate((figure.counted, figure.left_out, figure.uncertain), start=4):
                if isinstance(note, int):
                    self._number(sheet, row, index, note, figure_notes(document, note, None, None)[0][1])
                elif note:
                    self._text(sheet, row, index, note, "right")
            self._text(sheet, row, 7, figure.code, "soft")
        return row + 2


def _code(text: str, limit: int) -> str:
    """Return text for a print header, where & begins a code and the whole may be 255 characters."""
    return (text if len(text) <= limit else text[: limit - 1] + "…").replace("&", "&&")[: limit + 20]


def _sheet_names(document: Document) -> list[str]:
    """Return the name of the overview and of each table's sheet: valid, unique whatever the case, at most 31 long."""
    names: list[str] = []
    for wanted in (label(document, "overview"), *(table.caption for _section, table in document.tables())):
        base = " ".join(re.sub(r"[\[\]:*?/\\']", " ", wanted).split()) or label(document, "table")
        if base.lower() in ("history", "geschiedenis"):  # Excel keeps these for itself
            base += " 1"
        name, count = _clip(base, 31), 1
        while name.casefold() in {known.casefold() for known in names}:
            count += 1
            name = f"{_clip(base, 31 - len(str(count)) - 1)} {count}"
        names.append(name)
    return names


def _clip(text: str, limit: int) -> str:
    """Return at most `limit` UTF-16 units, the way Excel counts."""
    return text.encode("utf-16-le")[: limit * 2].decode("utf-16-le", errors="ignore").strip()


def _width(table: Table, index: int, lang: str) -> float:
    """Return a column width in characters: as wide as most of what is in it, between 8 and 60."""
    column = table.columns[index]
    lengths = [
        max((len(line) for line in format_cell(row[index], column.kind, lang).split("\n")), default=0)
        for row in table.rows[:500]
    ]
    longest = max([min(len(column.title) + 3, 24), *lengths])
    return float(min(max(longest + 2, 8), 60))
