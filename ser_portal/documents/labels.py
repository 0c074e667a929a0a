"""The fixed words of a document, and how numbers and dates are written in its language.

Own words instead of Django's translations: a document has its own language, and a frozen edition must come out the
same whatever translation is active. The same goes for numbers and dates: no locale data that changes with a release.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from ser_portal.documents.tree import Cell, Document, ImpreciseText, Link

LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "nl": {
        "contents": "Inhoud",
        "skip": "Naar de inhoud",
        "reference_date": "Peildatum",
        "authors": "Opgesteld door",
        "table": "Tabel",
        "figure": "Figuur",
        "key_figures": "Kengetallen",
        "key_figure": "Kengetal",
        "value": "Waarde",
        "unit": "Eenheid",
        "definition": "Definitie",
        "counted": "Geteld",
        "left_out": "Niet geteld",
        "uncertain": "Onzeker",
        "records": "Onderliggende gegevens",
        "source": "Bron",
        "code": "Code",
        "page": "Pagina",
        "page_of": "van",
        "overview": "Overzicht",
        "sheets": "Werkbladen",
        "sheet": "Werkblad",
        "section": "Hoofdstuk",
        "rows": "Rijen",
        "note": "Toelichting",
        "data_of_figure": "Gegevens bij de figuur",
        "no_rows": "Geen gegevens.",
        "empty": "–",
        "cut": "[ingekort: past niet in één cel; de volledige tekst staat in de HTML-versie]",
        "replaced": "De lettertypen van dit bestand kennen niet elk teken. Wat ontbreekt staat er als code, "
        "bijvoorbeeld [U+1F600]. De HTML-versie toont het teken zelf.",
    },
    "en": {
        "contents": "Contents",
        "skip": "Skip to content",
        "reference_date": "Reference date",
        "authors": "Prepared by",
        "table": "Table",
        "figure": "Figure",
        "key_figures": "Key figures",
        "key_figure": "Key figure",
        "value": "Value",
        "unit": "Unit",
        "definition": "Definition",
        "counted": "Counted",
        "left_out": "Not counted",
        "uncertain": "Uncertain",
        "records": "Underlying records",
        "source": "Source",
        "code": "Code",
        "page": "Page",
        "page_of": "of",
        "overview": "Overview",
        "sheets": "Sheets",
        "sheet": "Sheet",
        "section": "Section",
        "rows": "Rows",
        "note": "Note",
        "data_of_figure": "Data of the figure",
        "no_rows": "No data.",
        "empty": "–",
        "cut": "[shortened: does not fit in one cell; the HTML version has the full text]",
        "replaced": "The fonts of this file do not know every character. What is missing is printed as a code, "
        "for instance [U+1F600]. The HTML version shows the character itself.",
    },
}

_MONTHS: Final = {
    "nl": [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


def label(document: Document, key: str) -> str:
    """Return a fixed word in the document's language, or the document's own word for it."""
    return document.labels.get(key) or LABELS[document.lang][key]


def format_date(value: date, lang: str) -> str:
    """Return "31 december 2020" / "31 December 2020"."""
    return f"{value.day} {_MONTHS[lang][value.month - 1]} {value.year}"


def format_number(value: int | Decimal, lang: str) -> str:
    """Return a number with the separators of the language and every decimal it has."""
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "nl" else text


def format_cell(cell: Cell, kind: str, lang: str) -> str:
    """Return a cell as a person reads it; the same words in every format. An empty cell is an empty string."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case ImpreciseText(text=text) | Link(text=text):
            return text
        case date():
            return format_date(cell, lang)
        case int() if kind == "text":
            return str(cell)
    return format_number(cell, lang)


def format_value(value: int | Decimal | str | None, document: Document) -> str:
    """Return the value of a key figure; a dash when there is none."""
    if value is None or value == "":
        return label(document, "empty")
    return value if isinstance(value, str) else format_number(value, document.lang)


def figure_notes(document: Document, counted: object, left_out: object, uncertain: object) -> list[tuple[str, str]]:
    """Return what was counted, left out and uncertain as (label, text), leaving out what is not said."""
    notes = (("counted", counted), ("left_out", left_out), ("uncertain", uncertain))
    return [
        (label(document, key), value if isinstance(value, str) else format_number(value, document.lang))
        for key, value in notes
        if isinstance(value, (str, int)) and value != ""
    ]


def section_number(number: tuple[int, ...]) -> str:
    """Return (2, 1) as "2.1"."""
    return ".".join(str(part) for part in number)


def absolute_url(document: Document, url: str) -> str:
    """Return an address that works outside the portal, or "" when there is none (site-relative without base_url)."""
    if url.startswith("/"):
        return document.base_url + url if document.base_url else ""
    return url
