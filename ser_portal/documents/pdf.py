"""The document as PDF: PDF/UA-1 and PDF/A-2a in one file, set by Typst in a process of its own.

The content reaches Typst as data (JSON), never as markup, so typed text prints as it was typed. The fonts are the
ones inside the Typst wheel: the same document gives the same bytes on every machine with the same Typst.
"""

from __future__ import annotations

import errno
import json
import math
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Final

from ser_portal.documents import pdf_worker
from ser_portal.documents.errors import RenderError
from ser_portal.documents.labels import (
    LABELS,
    absolute_url,
    figure_notes,
    format_cell,
    format_date,
    format_value,
    label,
    section_number,
)
from ser_portal.documents.pdf_coverage import printable
from ser_portal.documents.tree import (
    Block,
    BulletList,
    DefinitionList,
    Document,
    Inline,
    KeyFigures,
    Link,
    Paragraph,
    Strong,
    SvgFigure,
    Table,
    Text,
)

TEMPLATE: Final = Path(__file__).with_name("document.typ")
TIMEOUT_SECONDS: Final = 180
MEMORY_BYTES: Final = 5 * 1024**3 // 2  # address space: 217 pages need under 1 GiB; see README.md
_LONG_WORD: Final = 18


def render_pdf(
    document: Document,
    *,
    timeout: float = TIMEOUT_SECONDS,
    memory: int = MEMORY_BYTES,
    template: Path = TEMPLATE,
) -> bytes:
    """Return the PDF; raise `RenderError` with one Dutch sentence when it cannot be made in the time and memory."""
    order = {
        "data": json.dumps(_data(document), ensure_ascii=False, sort_keys=True),
        "template": str(template),
        "timestamp": int(datetime.combine(document.date, time(), UTC).timestamp()),
        "memory": memory,
        "cpu_seconds": max(1, math.ceil(timeout)) * 4,  # Typst works on all cores at once
    }
    try:
        # -I: neither the environment nor this folder (html.py!) gets in the way of the worker's imports.
        done = subprocess.run(  # noqa: S603  our own interpreter and script; the content goes through stdin
            [sys.executable, "-I", pdf_worker.__file__],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=timeout,
            check=False,
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
        )
    except subprocess.TimeoutExpired as error:
        raise RenderError(f"Het opmaken van de PDF duurde langer dan {timeout:g} seconden en is gestopt.") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise RenderError("De PDF kon niet worden gemaakt: de schijf is vol.", str(error)) from error
        raise RenderError("De PDF kon niet worden gemaakt: het opmaakproces startte niet.", str(error)) from error
    if done.returncode == 0 and done.stdout.startswith(b"%PDF-"):
        return done.stdout
    raise _failure(done.returncode, done.stderr.decode("utf-8", errors="replace")[-6000:])


def _failure(code: int, detail: str) -> RenderError:
    low = (
        "memory allocation",
        "failed to map",
        "MemoryError",
        "Cannot allocate",
        "failed to spawn",
        "Resource temporarily",
        "mmap",
    )
    if code == pdf_worker.MEMORY_ERROR or (code != pdf_worker.TEMPLATE_ERROR and any(sign in detail for sign in low)):
        sentence = "Het opmaken van de PDF vroeg meer geheugen dan is toegestaan en is gestopt."
    elif code == pdf_worker.FONT_ERROR:
        sentence = "De PDF kon niet worden gemaakt: een lettertype van de opmaak ontbreekt."
    elif code == pdf_worker.TEMPLATE_ERROR:
        sentence = "De PDF kon niet worden gemaakt: de opmaak bevat een fout."
    elif "No space left" in detail:
        sentence = "De PDF kon niet worden gemaakt: de schijf is vol."
    elif code in (-signal.SIGXCPU, -signal.SIGKILL):
        sentence = "Het opmaken van de PDF is door het systeem gestopt: te veel rekentijd of geheugen."
    else:
        sentence = "Het opmaken van de PDF is onverwacht gestopt."
    return RenderError(sentence, f"exit {code}: {detail}")


# --- the data for the template --------------------------------------------------------------------------------------


def _data(document: Document) -> dict[str, Any]:
    data = {
        "title": document.title,
        "subtitle": document.subtitle,
        "description": document.description,
        "authors": list(document.authors),
        "keywords": list(document.keywords),
        "lang": document.lang,
        "day": [document.date.year, document.date.month, document.date.day],
        "date": format_date(document.date, document.lang),
        "labels": {key: label(document, key) for key in LABELS[document.lang]},
        "flow": [
            item
            for section, number in document.walk()
            for item in (
                {
                    "is": "heading",
                    "id": section.id,
                    "level": len(number),
                    "number": section_number(number),
                    "text": section.title,
                },
                *(_block(document, block) for block in section.blocks),
            )
        ],
        "replaced": False,
    }
    shown = _printable(data)
    shown["replaced"] = shown != data
    return shown


def _printable(value: Any) -> Any:
    match value:
        case str():
            return printable(value)
        case list():
            return [_printable(item) for item in value]
        case dict():
            return {key: item if key in ("svg", "url") else _printable(item) for key, item in value.items()}
    return value


def _inlines(document: Document, inlines: Iterable[Inline]) -> list[dict[str, str]]:
    found = []
    for item in inlines:
        if isinstance(item, Link):
            found.append({"is": "link", "text": item.text, "url": absolute_url(document, item.url)})
        else:
            kind = "text" if isinstance(item, Text) else "strong" if isinstance(item, Strong) else "emph"
            found.append({"is": kind, "text": item.text})
    return found


def _block(document: Document, block: Block) -> dict[str, Any]:
    match block:
        case Paragraph(inlines):
            return {"is": "paragraph", "inlines": _inlines(document, inlines)}
        case BulletList(items):
            return {"is": "list", "items": [_inlines(document, item) for item in items]}
        case DefinitionList(pairs):
            return {
                "is": "definitions",
                "pairs": [{"term": term, "inlines": _inlines(document, value)} for term, value in pairs],
            }
        case Table():
            return _table(document, block)
        case KeyFigures(figures):
            return {
                "is": "figures",
                "figures": [
                    {
                        "title": figure.title,
                        "value": format_value(figure.value, document),
                        "unit": figure.unit,
                        "definition": figure.definition,
                        "url": absolute_url(document, figure.url),
                        "notes": [
                            f"{term}: {text}"
                            for term, text in figure_notes(document, figure.counted, figure.left_out, figure.uncertain)
                        ],
                    }
                    for figure in figures
                ],
            }
        case SvgFigure():
            return {
                "is": "drawing",
                "id": block.id,
                "svg": _svg(block.svg),
                "alt": block.alt,
                "caption": block.caption,
                "table": _table(document, block.table),
            }


def _svg(svg: str) -> str:
    # The fonts of the drawing are those of the document, whatever the drawing asks for; its text obeys the same limits.
    svg = re.sub(r"""font-family\s*=\s*("[^"]*"|'[^']*')""", 'font-family="Libertinus Serif"', svg)
    if "font-family" not in svg:
        svg = svg.replace("<svg", '<svg font-family="Libertinus Serif"', 1)
    return printable(svg)


def _table(document: Document, table: Table) -> dict[str, Any]:
    texts = [
        [format_cell(cell, column.kind, document.lang) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    return {
        "is": "table",
        "id": table.id,
        "caption": table.caption,
        "heads": [_breakable(column.title) for column in table.columns],
        "align": [column.alignment for column in table.columns],
        "widths": _widths(table, texts),
        "rows": [
            [
                {"text": _breakable(text), "url": absolute_url(document, cell.url)}
                if isinstance(cell, Link) and absolute_url(document, cell.url)
                else _breakable(text)
                for cell, text in zip(row, shown, strict=True)
            ]
            for row, shown in zip(table.rows, texts, strict=True)
        ],
        "footnote": table.footnote,
    }


def _widths(table: Table, texts: list[list[str]]) -> list[dict[str, float]]:
    """Return for every column how many characters wide it is, and whether that is fixed.

    Numbers and dates get what they need and never break; text columns share what is left by the same measure.
    """
    widths = []
    for index, column in enumerate(table.columns):
        lengths = [len(row[index]) for row in texts[:500]] or [0]
        head = max(len(word) for word in column.title.split())
        fixed = column.kind in ("integer", "decimal", "date") and column.width is None
        if column.width is not None:
            size = float(column.width)
        elif fixed:
            size = max(min(max(lengths), 18), min(head, 12), 4)
        else:
            words = max((len(word) for row in texts[:500] for word in row[index].split()), default=0)
            need = max(lengths) if max(lengths) <= 22 else min(14 + 2.4 * math.sqrt(sum(lengths) / len(lengths)), 60)
            size = max(need, min(max(words, head), _LONG_WORD), 5)
        widths.append({"size": round(size + 2, 2), "fixed": float(fixed)})
    return widths


def _breakable(text: str) -> str:
    """Let a word that is longer than a column (an address, a code) break: a zero-width space every so often."""
    if len(text) <= _LONG_WORD:
        return text
    return re.sub(
        rf"\S{{{_LONG_WORD + 1},}}",
        lambda word: (
            re.sub(r"(?<=[/._\-?&=@,;:])(?=\w)|(?<=\S{12})(?=\S{6})", "\u200b", word[0], count=0)
            if not word[0].isalpha() or len(word[0]) > 40
            else word[0]
        ),
        text,
    )
