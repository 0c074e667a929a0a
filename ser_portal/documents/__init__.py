"""One document tree in, several files out; knows no domain and no Django.

`FORMATS` is the one place where a format is added: anything that turns a `Document` into bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ser_portal.documents.errors import RenderError
from ser_portal.documents.html import default_stylesheet, render_fragment, render_html
from ser_portal.documents.pdf import render_pdf
from ser_portal.documents.tree import (
    BulletList,
    Cell,
    Column,
    DefinitionList,
    Document,
    DocumentError,
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
    Text,
    canonical_json,
    from_json,
    to_json,
)
from ser_portal.documents.xlsx import render_xlsx

__all__ = [
    "FORMATS",
    "BulletList",
    "Cell",
    "Column",
    "DefinitionList",
    "Document",
    "DocumentError",
    "Emph",
    "Format",
    "ImpreciseText",
    "KeyFigure",
    "KeyFigures",
    "Link",
    "Paragraph",
    "RenderError",
    "Section",
    "Strong",
    "SvgFigure",
    "Table",
    "Text",
    "canonical_json",
    "default_stylesheet",
    "from_json",
    "render_fragment",
    "render_html",
    "render_pdf",
    "render_xlsx",
    "to_json",
]


@dataclass(frozen=True)
class Format:
    """A file format: what it is called on screen and how a document becomes one."""

    code: str
    label: str
    mime: str
    extension: str
    render: Callable[[Document], bytes]


def _html(document: Document) -> bytes:
    return render_html(document, stylesheet=default_stylesheet()).encode()


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        made.code: made
        for made in (
            Format("html", "HTML", "text/html; charset=utf-8", "html", _html),
            Format("pdf", "PDF", "application/pdf", "pdf", render_pdf),
            Format(
                "xlsx",
                "Excel",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "xlsx",
                render_xlsx,
            ),
        )
    }
)
