"""The document tree: what a document says, apart from how any file shows it.

A tree is frozen and checked when it is made, so a renderer never meets a broken one, and it survives a round
trip through JSON without loss: an edition can keep the JSON and rebuild its files from it years later.

Typed text is cleaned, never refused: characters that XML forbids, other control characters and the byte order mark
disappear, line ends become ``\\n``. Everything else that is wrong raises `DocumentError` with a sentence for a person.
"""

from __future__ import annotations

import dataclasses
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote, urlsplit

from ser_portal.documents.svg import check_svg

Day = date  # inside Document that name is a field

SCHEMA: Final = "ser-document/1"
LANGUAGES: Final = ("nl", "en")
COLUMN_KINDS: Final = ("text", "integer", "decimal", "date", "link")
ALIGNMENTS: Final = ("left", "right", "center")
MAX_DEPTH: Final = 5  # h2 to h6 in HTML: the title of the document is h1

_ID = re.compile(r"[A-Za-z][A-Za-z0-9._-]*\Z")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")


class DocumentError(ValueError):
    """The tree is not a valid document; the message says which part, and why, in one sentence."""


# --- cleaning and checking ------------------------------------------------------------------------------------------


def _forbidden(char: str) -> bool:
    code = ord(char)
    if char in "\n\t":
        return False
    # Control characters, surrogates, non-characters and the byte order mark say nothing and break XML, HTML or PDF/A.
    return (
        unicodedata.category(char) in ("Cc", "Cs")
        or code & 0xFFFE == 0xFFFE
        or 0xFDD0 <= code <= 0xFDEF
        or code == 0xFEFF
    )


def clean_text(value: object, where: str) -> str:
    """Return text that every format can carry; line breaks stay, tabs become spaces."""
    if not isinstance(value, str):
        raise DocumentError(f"{where}: tekst verwacht, maar kreeg {type(value).__name__}.")
    if value.isascii() and value.isprintable():
        return value
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    value = value.replace("\t", " ")
    return "".join(char for char in value if not _forbidden(char))


def clean_line(value: object, where: str, *, required: bool = False) -> str:
    """Return text for a place that holds one line: runs of white space become one space."""
    line = " ".join(clean_text(value, where).split())
    if required and not line:
        raise DocumentError(f"{where}: mag niet leeg zijn.")
    return line


def clean_url(value: object, where: str) -> str:
    """Return an ASCII address: http(s), site-relative (``/pad``) or a place in the document (``#id``)."""
    refused = f"{where}: alleen een adres met http(s)://, een pad dat met / begint of #id mag; kreeg {value!r:.120}."
    if not isinstance(value, str) or not value or len(value) > 2000 or re.search(r"[\s\\\x00-\x20\x7f]", value):
        raise DocumentError(refused)
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise DocumentError(refused) from error
    if value.startswith("#"):
        if not _ID.match(value[1:]):
            raise DocumentError(refused)
        return value
    if not parts.scheme and not parts.netloc and value.startswith("/") and not value.startswith("//"):
        return _ascii(value)
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise DocumentError(refused)
    if parts.username is not None or parts.password is not None:
        raise DocumentError(f"{where}: een adres met een gebruikersnaam of wachtwoord mag niet in een document.")
    if not parts.netloc.isascii():
        try:
            netloc = host.encode("idna").decode("ascii") + (f":{port}" if port else "")
        except UnicodeError as error:
            raise DocumentError(refused) from error
        value = parts._replace(netloc=netloc).geturl()
    if not re.fullmatch(r"[A-Za-z0-9.\-_:\[\]]+", urlsplit(value).netloc):
        raise DocumentError(refused)
    return _ascii(value)


def _ascii(url: str) -> str:
    try:
        return quote(url, safe="%/:?#[]@!$&'()*+,;=~-._")
    except UnicodeEncodeError as error:
        raise DocumentError(f"adres met een onbruikbaar teken: {url!r:.120}.") from error


def _check_id(value: object, where: str) -> str:
    if not isinstance(value, str) or not _ID.match(value):
        raise DocumentError(
            f"{where}: een id begint met een letter en heeft letters, cijfers, punt, streepje; kreeg {value!r:.80}."
        )
    if value.startswith("doc-"):
        raise DocumentError(f"{where}: een id dat met doc- begint is voor de opmaak zelf; kreeg {value!r:.80}.")
    return value


def _check_decimal(value: Decimal, where: str) -> Decimal:
    if not value.is_finite() or abs(value.adjusted()) > 40 or len(value.as_tuple().digits) > 60:
        raise DocumentError(f"{where}: {value!s:.40} is geen getal dat een document kan tonen.")
    return value


def _check_int(value: int, where: str) -> int:
    if abs(value) >= 10**40:
        raise DocumentError(f"{where}: het getal is te groot om te tonen.")
    return value


def _check_date(value: object, where: str) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise DocumentError(f"{where}: een datum zonder tijd verwacht, maar kreeg {value!r:.80}.")
    return value


def _sequence(value: object, where: str) -> tuple[Any, ...]:
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Iterable):
        raise DocumentError(f"{where}: een lijst verwacht, maar kreeg {type(value).__name__}.")
    return tuple(value)


class _Node:
    """A frozen part of the tree; `_set` is how its checks put the cleaned value in place."""

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            object.__setattr__(self, name, value)


# --- inlines --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Text(_Node):
    """Plain text; a plain `str` means the same."""

    text: str

    def __post_init__(self) -> None:
        self._set(text=clean_text(self.text, "Text"))


@dataclass(frozen=True)
class Strong(_Node):
    """Text of great importance."""

    text: str

    def __post_init__(self) -> None:
        self._set(text=clean_text(self.text, "Strong"))


@dataclass(frozen=True)
class Emph(_Node):
    """Text with stress, or a title that is quoted."""

    text: str

    def __post_init__(self) -> None:
        self._set(text=clean_text(self.text, "Emph"))


@dataclass(frozen=True)
class Link(_Node):
    """Text that leads somewhere; the only address schemes are http(s), ``/path`` and ``#id`` of this document."""

    text: str
    url: str

    def __post_init__(self) -> None:
        self._set(text=clean_line(self.text, "Link", required=True), url=clean_url(self.url, "Link"))


Inline = Text | Strong | Emph | Link
Said = str | Inline | Sequence[str | Inline] | Sequence[Any]


def _inlines(value: object, where: str) -> tuple[Inline, ...]:
    if isinstance(value, (str, Text, Strong, Emph, Link)):
        value = (value,)
    found = []
    for item in _sequence(value, where):
        if isinstance(item, str):
            item = Text(item)
        if not isinstance(item, (Text, Strong, Emph, Link)):
            raise DocumentError(f"{where}: tekst of link verwacht, maar kreeg {type(item).__name__}.")
        found.append(item)
    return tuple(found)


# --- blocks ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paragraph(_Node):
    """A paragraph; takes a `str`, one inline or a list of them."""

    inlines: tuple[Inline, ...]

    if TYPE_CHECKING:  # more is taken than is kept

        def __init__(self, inlines: Said) -> None: ...

    def __post_init__(self) -> None:
        self._set(inlines=_inlines(self.inlines, "Paragraph"))


@dataclass(frozen=True)
class BulletList(_Node):
    """A list whose order does not matter; each item is what a `Paragraph` takes."""

    items: tuple[tuple[Inline, ...], ...]

    if TYPE_CHECKING:  # more is taken than is kept

        def __init__(self, items: Iterable[Said]) -> None: ...

    def __post_init__(self) -> None:
        items = tuple(_inlines(item, "BulletList") for item in _sequence(self.items, "BulletList"))
        self._set(items=items)


@dataclass(frozen=True)
class DefinitionList(_Node):
    """Pairs of a term and what is said of it."""

    pairs: tuple[tuple[str, tuple[Inline, ...]], ...]

    if TYPE_CHECKING:  # more is taken than is kept

        def __init__(self, pairs: Iterable[tuple[str, Said]]) -> None: ...

    def __post_init__(self) -> None:
        pairs = []
        for pair in _sequence(self.pairs, "DefinitionList"):
            parts = _sequence(pair, "DefinitionList")
            if len(parts) != 2:
                raise DocumentError("DefinitionList: elk paar heeft een term en een omschrijving.")
            term = clean_line(parts[0], "DefinitionList", required=True)
            pairs.append((term, _inlines(parts[1], f"DefinitionList {term!r:.40}")))
        self._set(pairs=tuple(pairs))


@dataclass(frozen=True)
class ImpreciseText(_Node):
    """A date as it is known ("zomer 2018"), with the bounds that sort it; every file prints the words."""

    text: str
    earliest: date | None = None
    latest: date | None = None

    def __post_init__(self) -> None:
        self._set(text=clean_line(self.text, "ImpreciseText", required=True))
        for bound in (self.earliest, self.latest):
            if bound is not None:
                _check_date(bound, "ImpreciseText")
        if self.earliest and self.latest and self.latest < self.earliest:
            raise DocumentError(f"ImpreciseText {self.text!r:.40}: de laatste dag ligt voor de eerste.")


Cell = str | int | Decimal | date | ImpreciseText | Link | None


@dataclass(frozen=True)
class Column(_Node):
    """A column: its kind decides how cells are checked, printed and aligned.

    A `str` is welcome in any kind ("onbekend", "afgeschermd"); a number or date of another kind is not.
    An `int` in a text column (a year) prints without separators.
    `width` is a hint: about how many characters the column needs.
    """

    key: str
    title: str
    kind: Literal["text", "integer", "decimal", "date", "link"] = "text"
    align: Literal["left", "right", "center"] | None = None
    width: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.key, str) or not _CODE.match(self.key):
            raise DocumentError(
                f"Column: de sleutel {self.key!r:.80} mag alleen letters, cijfers, punt en streepje hebben."
            )
        where = f"Column {self.key}"
        self._set(title=clean_line(self.title, where, required=True))
        if self.kind not in COLUMN_KINDS:
            raise DocumentError(f"{where}: onbekende soort {self.kind!r:.40}.")
        if self.align is not None and self.align not in ALIGNMENTS:
            raise DocumentError(f"{where}: onbekende uitlijning {self.align!r:.40}.")
        if self.width is not None and (type(self.width) is not int or not 1 <= self.width <= 100):
            raise DocumentError(f"{where}: de breedte is een geheel getal van 1 tot 100.")

    @property
    def alignment(self) -> str:
        """How the column is aligned: as asked, else numbers to the right."""
        return self.align or ("right" if self.kind in ("integer", "decimal") else "left")


_CELL_TYPES: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "text": (int, Decimal, date, ImpreciseText, Link),
        "integer": (int, ImpreciseText),
        "decimal": (int, Decimal, ImpreciseText),
        "date": (date, ImpreciseText),
        "link": (Link,),
    }
)


def _cell(value: object, column: Column, where: str) -> Cell:
    if value is None:
        return None
    if isinstance(value, str):
        return clean_text(value, where)
    if isinstance(value, (bool, datetime)) or not isinstance(value, _CELL_TYPES[column.kind]):
        raise DocumentError(f"{where}: {type(value).__name__} past niet in een kolom van de soort {column.kind}.")
    if isinstance(value, Decimal):
        return _check_decimal(value, where)
    if isinstance(value, int):
        return _check_int(value, where)
    return value  # type: ignore[return-value]


@dataclass(frozen=True)
class Table(_Node):
    """A table with a caption and a header row; becomes a sheet of its own in a workbook."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    footnote: str = ""

    if TYPE_CHECKING:  # more is taken than is kept

        def __init__(
            self,
            id: str,
            caption: str,
            columns: Iterable[Column],
            rows: Iterable[Sequence[Cell]],
            footnote: str = "",
        ) -> None: ...

    def __post_init__(self) -> None:
        where = f"Tabel {_check_id(self.id, 'Table')}"
        columns = _sequence(self.columns, where)
        if not columns or not all(isinstance(column, Column) for column in columns):
            raise DocumentError(f"{where}: een tabel heeft minstens één kolom, elk een Column.")
        if len({column.key for column in columns}) != len(columns):
            raise DocumentError(f"{where}: twee kolommen hebben dezelfde sleutel.")
        rows = []
        for number, row in enumerate(_sequence(self.rows, where), start=1):
            cells = _sequence(row, f"{where}, rij {number}")
            if len(cells) != len(columns):
                raise DocumentError(f"{where}, rij {number}: {len(cells)} cellen bij {len(columns)} kolommen.")
            rows.append(
                tuple(
                    _cell(cell, column, f"{where}, rij {number}, kolom {column.key}")
                    for cell, column in zip(cells, columns, strict=True)
                )
            )
        self._set(
            caption=clean_line(self.caption, where, required=True),
            columns=columns,
            rows=tuple(rows),
            footnote=clean_text(self.footnote, where),
        )


@dataclass(frozen=True)
class KeyFigure(_Node):
    """One defined number. `counted`, `left_out` and `uncertain` are a count or a sentence; None says nothing."""

    code: str
    title: str
    value: int | Decimal | str | None
    unit: str = ""
    definition: str = ""
    url: str = ""
    counted: int | str | None = None
    left_out: int | str | None = None
    uncertain: int | str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.code, str) or not _CODE.match(self.code):
            raise DocumentError(
                f"KeyFigure: de code {self.code!r:.80} mag alleen letters, cijfers, punt en streepje hebben."
            )
        where = f"Kengetal {self.code}"
        self._set(
            title=clean_line(self.title, where, required=True),
            unit=clean_line(self.unit, where),
            definition=clean_text(self.definition, where),
            url=clean_url(self.url, where) if self.url else "",
            value=self._number(self.value, where, Decimal),
        )
        for name in ("counted", "left_out", "uncertain"):
            self._set(**{name: self._number(getattr(self, name), f"{where}, {name}")})

    @staticmethod
    def _number(value: object, where: str, *also: type) -> Any:
        if value is None:
            return None
        if isinstance(value, str):
            return clean_line(value, where)
        if isinstance(value, bool) or not isinstance(value, (int, *also)):
            raise DocumentError(f"{where}: getal of tekst verwacht, maar kreeg {type(value).__name__}.")
        return _check_decimal(value, where) if isinstance(value, Decimal) else _check_int(value, where)  # type: ignore[arg-type]


@dataclass(frozen=True)
class KeyFigures(_Node):
    """Key figures set large, side by side."""

    figures: tuple[KeyFigure, ...]

    if TYPE_CHECKING:  # more is taken than is kept

        def __init__(self, figures: Iterable[KeyFigure]) -> None: ...

    def __post_init__(self) -> None:
        figures = _sequence(self.figures, "KeyFigures")
        if not all(isinstance(figure, KeyFigure) for figure in figures):
            raise DocumentError("KeyFigures: alleen KeyFigure mag hierin.")
        self._set(figures=figures)


@dataclass(frozen=True)
class SvgFigure(_Node):
    """A drawing as SVG, with the words (`alt`) and the table that say the same; see `svg.py` for what is allowed."""

    id: str
    svg: str
    alt: str
    caption: str
    table: Table

    def __post_init__(self) -> None:
        where = f"Figuur {_check_id(self.id, 'SvgFigure')}"
        svg = clean_text(self.svg, where)
        try:
            check_svg(svg)
        except ValueError as error:
            raise DocumentError(f"{where}: {error}") from error
        if not isinstance(self.table, Table):
            raise DocumentError(f"{where}: een figuur heeft een tabel met dezelfde gegevens nodig.")
        self._set(
            svg=svg,
            alt=clean_line(self.alt, where, required=True),
            caption=clean_line(self.caption, where, required=True),
        )


Block = Paragraph | BulletList | DefinitionList | Table | KeyFigures | SvgFigure
_BLOCKS = (Paragraph, BulletList, DefinitionList, Table, KeyFigures, SvgFigure)


@dataclass(frozen=True)
class Section(_Node):
    """A headed part; its number ("2.1") follows from where it stands."""

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()

    if TYPE_CHECKING:  # more is taken than is kept

        def __init__(
            self, id: str, title: str, blocks: Iterable[Block] = (), sections: Iterable[Section] = ()
        ) -> None: ...

    def __post_init__(self) -> None:
        where = f"Hoofdstuk {_check_id(self.id, 'Section')}"
        blocks, sections = _sequence(self.blocks, where), _sequence(self.sections, where)
        for block in blocks:
            if not isinstance(block, _BLOCKS):
                raise DocumentError(f"{where}: {type(block).__name__} is geen blok van een document.")
        if not all(isinstance(section, Section) for section in sections):
            raise DocumentError(f"{where}: alleen Section mag onder sections.")
        self._set(title=clean_line(self.title, where, required=True), blocks=blocks, sections=sections)


@dataclass(frozen=True, kw_only=True)
class Document(_Node):
    """A whole document; made with keywords.

    `date` is the reference date (peildatum): it dates the files too, so the same document gives the same bytes.
    `base_url` makes site-relative links work outside the portal (PDF, workbook); without it they print as text there.
    `labels` replaces fixed words such as "Inhoud" (see `labels.LABELS` for the keys).
    """

    title: str
    lang: Literal["nl", "en"]
    date: date
    subtitle: str = ""
    description: str = ""
    authors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    base_url: str = ""

    if TYPE_CHECKING:  # more is taken than is kept

        def __init__(
            self,
            *,
            title: str,
            lang: Literal["nl", "en"],
            date: Day,
            subtitle: str = "",
            description: str = "",
            authors: Iterable[str] = (),
            keywords: Iterable[str] = (),
            sections: Iterable[Section] = (),
            labels: Mapping[str, str] = ...,
            base_url: str = "",
        ) -> None: ...

    def __post_init__(self) -> None:
        from ser_portal.documents.labels import LABELS

        if self.lang not in LANGUAGES:
            raise DocumentError(f"Document: taal {self.lang!r:.20} is onbekend; kies nl of en.")
        _check_date(self.date, "Document, peildatum")
        if not isinstance(self.labels, Mapping):
            raise DocumentError("Document: labels is een tabel van sleutel naar woord.")
        unknown = sorted(str(key) for key in self.labels if key not in LABELS["nl"])
        if unknown:
            raise DocumentError(f"Document: onbekend label {unknown[0]!r:.40}.")
        sections = _sequence(self.sections, "Document")
        if not all(isinstance(section, Section) for section in sections):
            raise DocumentError("Document: alleen Section mag onder sections.")
        base_url = self.base_url
        if base_url:
            base_url = clean_url(base_url, "Document, base_url").rstrip("/")
            if not base_url.startswith("http"):
                raise DocumentError("Document: base_url begint met http(s)://.")
        self._set(
            title=clean_line(self.title, "Document, titel", required=True),
            subtitle=clean_line(self.subtitle, "Document, ondertitel"),
            description=clean_line(self.description, "Document, omschrijving"),
            authors=tuple(clean_line(a, "Document, auteur", required=True) for a in _sequence(self.authors, "authors")),
            keywords=tuple(
                clean_line(k, "Document, trefwoord", required=True) for k in _sequence(self.keywords, "keywords")
            ),
            labels=MappingProxyType(
                {k: clean_line(self.labels[k], f"Label {k}", required=True) for k in sorted(self.labels)}
            ),
            sections=sections,
            base_url=base_url,
        )
        self._check_ids()

    def __hash__(self) -> int:
        return hash((self.title, self.lang, self.date, self.sections))

    def _check_ids(self) -> None:
        seen: set[str] = set()
        targets: list[str] = []

        def claim(ident: str) -> None:
            if ident in seen:
                raise DocumentError(f"Document: het id {ident!r:.80} komt twee keer voor.")
            seen.add(ident)

        codes: set[str] = set()
        for section, number in self.walk():
            if len(number) > MAX_DEPTH:
                raise DocumentError(f"Hoofdstuk {section.id}: dieper dan {MAX_DEPTH} niveaus kan niet.")
            claim(section.id)
            for block in section.blocks:
                targets.extend(url for url in _urls(block) if url.startswith("#"))
                if isinstance(block, (Table, SvgFigure)):
                    claim(block.id)
                if isinstance(block, SvgFigure):
                    claim(block.table.id)
                    for ident in check_svg(block.svg):
                        claim(ident)
                if isinstance(block, KeyFigures):
                    for figure in block.figures:
                        if figure.code in codes:
                            raise DocumentError(f"Document: het kengetal {figure.code} komt twee keer voor.")
                        codes.add(figure.code)
        known = self.targets()
        for target in targets:
            if target[1:] not in known:
                raise DocumentError(f"Document: er is geen hoofdstuk, tabel of figuur met het id {target[1:]!r:.80}.")

    def walk(self) -> Iterator[tuple[Section, tuple[int, ...]]]:
        """Yield every section in reading order with its number, (2, 1) for 2.1."""

        def down(sections: tuple[Section, ...], above: tuple[int, ...]) -> Iterator[tuple[Section, tuple[int, ...]]]:
            for index, section in enumerate(sections, start=1):
                yield section, (*above, index)
                yield from down(section.sections, (*above, index))

        return down(self.sections, ())

    def tables(self) -> Iterator[tuple[Section, Table]]:
        """Yield every table in reading order, also the one that belongs to a figure."""
        for section, _number in self.walk():
            for block in section.blocks:
                if isinstance(block, Table):
                    yield section, block
                elif isinstance(block, SvgFigure):
                    yield section, block.table

    def targets(self) -> frozenset[str]:
        """Return the ids that ``#id`` may point at."""
        ids = {section.id for section, _number in self.walk()} | {table.id for _section, table in self.tables()}
        ids |= {b.id for section, _number in self.walk() for b in section.blocks if isinstance(b, SvgFigure)}
        return frozenset(ids)


def _urls(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(inlines):
            yield from (item.url for item in inlines if isinstance(item, Link))
        case BulletList(items):
            yield from (item.url for line in items for item in line if isinstance(item, Link))
        case DefinitionList(pairs):
            yield from (item.url for _term, line in pairs for item in line if isinstance(item, Link))
        case Table(rows=rows) | SvgFigure(table=Table(rows=rows)):
            yield from (cell.url for row in rows for cell in row if isinstance(cell, Link))
        case KeyFigures(figures):
            yield from (figure.url for figure in figures if figure.url)


# --- JSON -----------------------------------------------------------------------------------------------------------

_TYPES: Mapping[str, type] = MappingProxyType(
    {
        cls.__name__: cls
        for cls in (
            *(Text, Strong, Emph, Link, ImpreciseText, Column, KeyFigure, Section, Document),
            *_BLOCKS,
        )
    }
)


def to_json(document: Document) -> dict[str, Any]:
    """Return the document as plain JSON values; `from_json` gives back an equal document."""
    return {"schema": SCHEMA, **_encode(document)}


def canonical_json(document: Document) -> str:
    """Return the one JSON text of a document: sorted keys, no spaces; what an edition freezes and hashes."""
    return json.dumps(to_json(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def from_json(data: Mapping[str, Any]) -> Document:
    """Rebuild a document from `to_json`; anything unknown or broken raises `DocumentError`."""
    if not isinstance(data, Mapping) or data.get("schema") != SCHEMA:
        raise DocumentError(f"Dit is geen document in het formaat {SCHEMA}.")
    try:
        document = _decode({key: value for key, value in data.items() if key != "schema"})
    except RecursionError as error:
        raise DocumentError("Het document is te diep genest.") from error
    if not isinstance(document, Document):
        raise DocumentError("De JSON bevat geen heel document.")
    return document


def _encode(value: Any) -> Any:
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if isinstance(value, Decimal):
        return {"type": "Decimal", "value": str(value)}
    if isinstance(value, date):
        return {"type": "date", "value": value.isoformat()}
    if isinstance(value, Mapping):
        return {"type": "map", "value": dict(value)}
    fields = {field.name: _encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return {"type": type(value).__name__, **fields}


def _decode(value: Any) -> Any:
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, list):
        return tuple(_decode(item) for item in value)
    if not isinstance(value, Mapping):
        raise DocumentError(
            f"De JSON bevat een waarde van de soort {type(value).__name__}, die een document niet kent."
        )
    kind, rest = value.get("type"), {str(key): item for key, item in value.items() if key != "type"}
    try:
        if kind == "Decimal":
            return Decimal(rest["value"])
        if kind == "date":
            return date.fromisoformat(rest["value"])
        if kind == "map":
            return dict(rest["value"])
        return _TYPES[str(kind)](**{key: _decode(item) for key, item in rest.items()})
    except DocumentError:
        raise
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise DocumentError(f"De JSON bevat een onderdeel {kind!r:.40} dat niet klopt: {error!s:.200}.") from error
