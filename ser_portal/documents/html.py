"""The document as HTML: a page that stands alone, or the article inside a page of the portal.

Every piece of text passes through `_text` or `_attribute`; nothing else writes markup. No JavaScript, no inline
style attributes, and the page carries a content security policy of its own that allows just its one style sheet.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from ser_portal.documents.labels import (
    figure_notes,
    format_cell,
    format_date,
    format_value,
    label,
    section_number,
)
from ser_portal.documents.tree import (
    Block,
    BulletList,
    Cell,
    Column,
    DefinitionList,
    Document,
    DocumentError,
    Emph,
    ImpreciseText,
    Inline,
    KeyFigure,
    KeyFigures,
    Link,
    Paragraph,
    Section,
    Strong,
    SvgFigure,
    Table,
)

# The first tag, whatever its quoted values hold: a > may stand inside one.
_SVG_START: Final = re.compile(r"""<svg((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(/?)>""")


@cache
def default_stylesheet() -> str:
    """Return the package's own print and screen sheet, for `render_html(document, stylesheet=…)`."""
    return (Path(__file__).parent / "document.css").read_text(encoding="utf-8")


def render_html(document: Document, *, stylesheet: str | None) -> str:
    """Return a complete page. `stylesheet` is CSS text that is embedded as it is; None leaves the page bare."""
    style, policy = "", "default-src 'none'; base-uri 'none'; form-action 'none'"
    if stylesheet is not None:
        if "</style" in stylesheet.lower() or "<!--" in stylesheet:
            raise DocumentError("De opmaak (CSS) bevat </style> of <!-- en kan niet in de pagina worden gezet.")
        digest = base64.b64encode(hashlib.sha256(stylesheet.encode()).digest()).decode()
        policy += f"; style-src 'sha256-{digest}'"
        style = f"<style>{stylesheet}</style>\n"
    meta = "".join(
        f'<meta name="{name}" content="{_attribute(content)}">\n'
        for name, content in (
            *(("author", author) for author in document.authors),
            ("description", document.description),
            ("keywords", ", ".join(document.keywords)),
            ("dcterms.date", document.date.isoformat()),
        )
        if content
    )
    return (
        f'<!doctype html>\n<html lang="{document.lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(document.title)}</title>\n{meta}{style}</head>\n"
        f'<body class="doc-page">\n<a class="doc-skip" href="#doc-body">{_text(label(document, "skip"))}</a>\n'
        f"{_header(document)}\n{_contents(document)}"
        f'<main id="doc-body" tabindex="-1">\n{render_fragment(document)}</main>\n</body>\n</html>\n'
    )


def render_fragment(document: Document) -> str:
    """Return the `<article>` with all sections, to stand in a portal page below its own h1 (headings start at h2)."""
    sections = "".join(_section(document, section, (index,)) for index, section in enumerate(document.sections, 1))
    return f'<article class="doc" lang="{document.lang}">\n{sections}</article>\n'


def _text(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


def _attribute(text: str) -> str:
    return escape(text, quote=True)


def _header(document: Document) -> str:
    parts = [f"<h1>{_text(document.title)}</h1>"]
    if document.subtitle:
        parts.append(f'<p class="doc-subtitle">{_text(document.subtitle)}</p>')
    if document.description:
        parts.append(f'<p class="doc-description">{_text(document.description)}</p>')
    facts = [(label(document, "reference_date"), _time(document.date, document.lang))]
    if document.authors:
        facts.append((label(document, "authors"), _text(", ".join(document.authors))))
    rows = "".join(f"<div><dt>{_text(term)}</dt><dd>{value}</dd></div>" for term, value in facts)
    return f'<header class="doc-cover">\n{"".join(parts)}\n<dl class="doc-facts">{rows}</dl>\n</header>'


def _contents(document: Document) -> str:
    if not document.sections:
        return ""

    def entries(sections: tuple[Section, ...], above: tuple[int, ...]) -> str:
        if not sections or len(above) >= 3:
            return ""
        items = []
        for index, section in enumerate(sections, start=1):
            number = (*above, index)
            items.append(
                f'<li><a href="#{section.id}"><span class="doc-number">{section_number(number)}</span> '
                f"{_text(section.title)}</a>{entries(section.sections, number)}</li>"
            )
        return f"<ol>{''.join(items)}</ol>"

    heading = _text(label(document, "contents"))
    return (
        f'<nav class="doc-toc" aria-labelledby="doc-toc-title">\n<h2 id="doc-toc-title">{heading}</h2>\n'
        f"{entries(document.sections, ())}\n</nav>\n"
    )


def _section(document: Document, section: Section, number: tuple[int, ...]) -> str:
    level = len(number) + 1
    blocks = "".join(_block(document, block) for block in section.blocks)
    below = "".join(_section(document, child, (*number, index)) for index, child in enumerate(section.sections, 1))
    return (
        f'<section id="{section.id}" class="doc-section" aria-labelledby="doc-h-{section.id}">\n'
        f'<h{level} id="doc-h-{section.id}"><span class="doc-number">{section_number(number)}</span> '
        f"{_text(section.title)}</h{level}>\n{blocks}{below}</section>\n"
    )


def _block(document: Document, block: Block) -> str:
    match block:
        case Paragraph(inlines):
            return f"<p>{_inlines(inlines)}</p>\n"
        case BulletList(items):
            return f"<ul>{''.join(f'<li>{_inlines(item)}</li>' for item in items)}</ul>\n" if items else ""
        case DefinitionList(pairs):
            rows = "".join(f"<div><dt>{_text(term)}</dt><dd>{_inlines(value)}</dd></div>" for term, value in pairs)
            return f'<dl class="doc-facts">{rows}</dl>\n' if pairs else ""
        case Table():
            return _table(document, block)
        case KeyFigures(figures):
            return f'<dl class="doc-figures">{"".join(_figure(document, f) for f in figures)}</dl>\n' if figures else ""
        case SvgFigure():
            return _svg(document, block)


def _inlines(inlines: Iterable[Inline]) -> str:
    return "".join(_inline(item) for item in inlines)


def _inline(item: Inline) -> str:
    match item:
        case Strong(text):
            return f"<strong>{_text(text)}</strong>"
        case Emph(text):
            return f"<em>{_text(text)}</em>"
        case Link(text, url):
            return f'<a href="{_attribute(url)}">{_text(text)}</a>'
    return _text(item.text)


def _time(value: date, lang: str) -> str:
    return f'<time datetime="{value.isoformat()}">{format_date(value, lang)}</time>'


def _cell(cell: Cell, column: Column, lang: str) -> str:
    match cell:
        case Link():
            return _inline(cell)
        case ImpreciseText(text):
            return f'<span class="doc-imprecise">{_text(text)}</span>'
        case date():
            return _time(cell, lang)
    return _text(format_cell(cell, column.kind, lang))


def _table(document: Document, table: Table) -> str:
    classes = [f"doc-{column.kind} doc-{column.alignment}" for column in table.columns]
    head = "".join(
        f'<th scope="col" class="{name}">{_text(column.title)}</th>'
        for name, column in zip(classes, table.columns, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td class="{name}">{_cell(cell, column, document.lang)}</td>'
            for name, cell, column in zip(classes, row, table.columns, strict=True)
        )
        + "</tr>\n"
        for row in table.rows
    )
    if not rows:
        empty = _text(label(document, "no_rows"))
        rows = f'<tr><td class="doc-none" colspan="{len(table.columns)}">{empty}</td></tr>\n'
    note = f'<p class="doc-note">{_text(table.footnote)}</p>\n' if table.footnote else ""
    return (
        f'<div class="doc-table" id="{table.id}">\n'
        f'<div class="doc-scroll" role="region" tabindex="0" aria-labelledby="doc-c-{table.id}">\n'
        f'<table>\n<caption id="doc-c-{table.id}">{_text(table.caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n{note}</div>\n"
    )


def _figure(document: Document, figure: KeyFigure) -> str:
    value = _text(format_value(figure.value, document))
    unit = f' <span class="doc-unit">{_text(figure.unit)}</span>' if figure.unit else ""
    size = "" if len(value) <= 7 else " doc-value-long" if len(value) <= 12 else " doc-value-words"
    number = f'<span class="doc-value{size}">{value}</span>{unit}'
    if figure.url:
        records = _attribute(f"{figure.title}: {label(document, 'records').lower()}")
        number = f'<a href="{_attribute(figure.url)}" title="{records}">{number}</a>'
    parts = [f"<dt>{_text(figure.title)}</dt>", f'<dd class="doc-number-large">{number}</dd>']
    if figure.definition:
        parts.append(f'<dd class="doc-definition">{_text(figure.definition)}</dd>')
    parts.extend(
        f'<dd class="doc-count">{_text(term)}: {_text(text)}</dd>'
        for term, text in figure_notes(document, figure.counted, figure.left_out, figure.uncertain)
    )
    return f'<div class="doc-figure" data-code="{_attribute(figure.code)}">{"".join(parts)}</div>'


def _svg(document: Document, block: SvgFigure) -> str:
    # The name comes first inside the drawing, so that a screen reader and a tooltip give the same words.
    start = _SVG_START.match(block.svg)
    if start is None:
        raise DocumentError(f"Figuur {block.id}: de tekening begint niet met <svg>.")
    title = f'<title id="doc-t-{block.id}">{_attribute(block.alt)}</title>'
    inner = "</svg>" if start[2] else block.svg[start.end() :]
    svg = f'<svg role="img" aria-labelledby="doc-t-{block.id}"{start[1]}>{title}{inner}'
    summary = _text(label(document, "data_of_figure"))
    return (
        f'<figure id="{block.id}" class="doc-drawing">\n{svg}\n<figcaption>{_text(block.caption)}</figcaption>\n'
        f'<details class="doc-data"><summary>{summary}</summary>\n{_table(document, block.table)}</details>\n'
        "</figure>\n"
    )
