"""How the covenants' part of the overview writes names, sources and dates."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from ser_portal import dates
from ser_portal.dates import ImpreciseDate
from ser_portal.documents import (
    ImpreciseText,
    Link,
    Text,
)


def words(record: Any, name: str, language: str) -> str:
    """The text in the language of the document, Dutch where there is no English."""
    if language == "en" and (english := getattr(record, f"{name}_en", "")):
        return str(english)
    return str(getattr(record, f"{name}_nl"))


def is_address(source: str) -> bool:
    return source.startswith(("https://", "http://")) and not any(char.isspace() for char in source)


def host(address: str) -> str:
    """`www.ser.nl/…` as `ser.nl`: enough to recognise; the whole address is in the list of sources."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


def source_cell(source: str) -> Link | str | None:
    """A source for a table: a link under the name of its site, or the words there are."""
    if not source:
        return None
    return Link(host(source), source) if is_address(source) else source


def source_inlines(sources: Iterable[str]) -> list[Any]:
    """` (bron: ser.nl, oecd.org)` behind a sentence, each a link; nothing when there is no source."""
    made: list[Any] = []
    for source in sources:
        made.append(Text(", " if made else _(" (bron: ")))
        made.append(Link(host(source), source) if is_address(source) else Text(source))
    return [*made, Text(")")] if made else []


def when_cell(when: ImpreciseDate) -> ImpreciseText:
    """A date for a table: the words, and the bounds to sort on."""
    return ImpreciseText(dates.render(when), when.earliest, when.latest)


def day_words(day: date) -> str:
    return dates.render(ImpreciseDate.on(day))


# --- The agreements --------------------------------------------------------------------------------------------------


def joined(items: Sequence[Any], mark: str) -> list[Any]:
    made: list[Any] = []
    for item in items:
        made.extend([Text(mark), item] if made else [item])
    return made


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def plain(value: Any) -> Any:
    """A decimal without an exponent: 80 and not 8E+1."""
    return value.quantize(1) if hasattr(value, "quantize") and value == value.to_integral_value() else value


# --- The policy around the agreements --------------------------------------------------------------------------------
