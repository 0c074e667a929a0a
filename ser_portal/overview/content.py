"""What the yearly overview says: one document, of which every file is a rendering.

Only what is public is in it (viewer None), and every number in it comes from a declared figure. A later edition freezes
the same document; the tests hold that the same register gives the same text.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from climate import overview as climate
from covenants import overview as covenants
from covenants.overview import day_words
from ser_portal import figures
from ser_portal.documents import (
    BulletList,
    Column,
    DefinitionList,
    Document,
    KeyFigure,
    KeyFigures,
    Link,
    Paragraph,
    Section,
    Strong,
    Table,
    Text,
)
from ser_portal.figures import FigureDefinition, Selection

MOST_RECORDS = 500  # of one figure in one table

Progress = Callable[[float], None]  # 0.0 … 1.0
Chosen = list[tuple[FigureDefinition, Selection]]


def file_stem(year: int, as_of: date, language: str) -> str:
    """The name of the files without what follows the dot: `jaaroverzicht-2020`, with the day unless it is the last."""
    stem = f"annual-overview-{year}" if language == "en" else f"jaaroverzicht-{year}"
    return stem if as_of == date(year, 12, 31) else slugify(f"{stem}-{as_of.isoformat()}")


def build_document(*, year: int, as_of: date, language: str, progress: Progress = lambda done: None) -> Document:
    """Read the register and write the overview. Reads only; a fixed number of queries, whatever there is to read."""
    base = settings.PORTAL_URL.rstrip("/")

    def absolute_url(path: str) -> str:
        return f"{base}{path}"

    arguments: dict[str, Any] = {"year": year, "as_of": as_of, "language": language, "absolute_url": absolute_url}
    with override(language):
        chosen = [(figure, figure.select(as_of, None)) for figure in figures.all_figures()]
        progress(0.2)
        parts = [_figures(chosen, as_of, language, absolute_url)]
        parts += covenants.sections(**arguments)
        progress(0.6)
        parts += climate.sections(**arguments)
        progress(0.8)
        remarks = covenants.remarks(as_of=as_of, language=language)
        parts.append(_method(chosen, as_of, language, remarks, [*parts, *remarks], base))
        progress(0.9)
        document = Document(
            title=_("Jaaroverzicht %(year)s – convenanten en Voortgangsoverleg Klimaatakkoord") % {"year": year},
            subtitle=_("Stand op %(day)s") % {"day": day_words(as_of)},
            description=_intro(chosen, as_of, language),
            lang="en" if language == "en" else "nl",
            date=as_of,
            authors=(_("Sociaal-Economische Raad"),),
            keywords=(_("convenanten"), "IMVO", _("Klimaatakkoord"), str(year)),
            sections=tuple(parts),
            base_url=base,
        )
    progress(1.0)
    return document


# --- Words for numbers -----------------------------------------------------------------------------------------------

NUMBERS = {
    "nl": ["geen", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf"],
    "en": ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
}


def number_words(number: int, language: str) -> str:
    """A small number as people write it in a sentence, a larger one in figures."""
    names = NUMBERS["en" if language == "en" else "nl"]
    return names[number] if number < len(names) else str(number)


def _value(chosen: Chosen, code: str) -> int:
    return next((selection.value for figure, selection in chosen if figure.code == code), 0)


def _intro(chosen: Chosen, as_of: date, language: str) -> str:
    """The numbers in a sentence: read from the figures, so the sentence cannot say anything else."""
    running = _value(chosen, "agreements.in_implementation")
    by_ser = _value(chosen, "agreements.in_implementation_with_ser_secretariat")
    talking = _value(chosen, "agreements.in_negotiation")
    names = {
        "running": number_words(running, language),
        "ser": number_words(by_ser, language),
        "talking": number_words(talking, language),
        "day": day_words(as_of),
    }
    return " ".join(
        [
            ngettext(
                "Op %(day)s was %(running)s sector met een convenant in uitvoering.",
                "Op %(day)s waren %(running)s sectoren met een convenant in uitvoering.",
                running,
            )
            % names,
            ngettext(
                "Bij %(ser)s daarvan voerde de SER het secretariaat.",
                "Bij %(ser)s daarvan voerde de SER het secretariaat.",
                by_ser,
            )
            % names,
            ngettext(
                "Over %(talking)s akkoord werd onderhandeld.",
                "Over %(talking)s akkoorden werd onderhandeld.",
                talking,
            )
            % names,
        ]
    )


# --- 1. Figures ------------------------------------------------------------------------------------------------------


def _figures(chosen: Chosen, as_of: date, language: str, absolute_url: Callable[[str], str]) -> Section:
    intro = Paragraph(
        [
            Text(_intro(chosen, as_of, language) + " "),
            Text(
                _("Elk kengetal is één keer gedefinieerd; scherm en document lezen dezelfde definitie. Hieronder staat "
                  "per kengetal wat is geteld, wat niet en waarom, en wat onzeker is.")
            ),
        ]
    )  # fmt: skip
    shown = KeyFigures(
        [
            KeyFigure(
                code=figure.code,
                title=figure.title(language),
                value=selection.value,
                unit=figure.unit(language),
                definition=figure.definition(language),
                url=absolute_url(f"{reverse('overview:figure', args=[figure.code])}?peildatum={as_of.isoformat()}"),
                counted=len(selection.counted),
                left_out=len(selection.left_out),
                uncertain=len(selection.uncertain),
            )
            for figure, selection in chosen
        ]
    )
    below = tuple(_records(figure, selection, as_of, language, absolute_url) for figure, selection in chosen)
    return Section("key-figures", _("Kengetallen"), (intro, shown), below)


def _records(
    figure: FigureDefinition, selection: Selection, as_of: date, language: str, absolute_url: Callable[[str], str]
) -> Section:
    """The records behind one number, in one table: counted, left out with the reason, uncertain with the reason."""
    rows = []
    parts = (
        (_("geteld"), selection.counted),
        (_("niet geteld"), selection.left_out),
        (_("onzeker"), selection.uncertain),
    )
    for place, records in parts:
        for record in records[:MOST_RECORDS]:
            url = absolute_url(f"{record.url}?peildatum={as_of.isoformat()}") if record.url else ""
            name = Link(record.label, url) if url else record.label
            rows.append((place, name, record.reason or record.detail))
    cut = sum(max(0, len(records) - MOST_RECORDS) for _place, records in parts)
    columns = (
        Column("place", _("Telling"), width=14),
        Column("record", _("Gegeven"), width=44),
        Column("why", _("Grond"), width=42),
    )
    slug = slugify(figure.code.replace(".", "-").replace("_", "-"))
    footnote = (
        _("Nog %(number)s gegevens staan op de pagina van dit kengetal in het portaal.") % {"number": cut}
        if cut
        else ""
    )
    caption = _("Gegevens achter ‘%(title)s’ op %(day)s") % {"title": figure.title(language), "day": day_words(as_of)}
    said = Paragraph(
        [
            Strong(f"{figure.title(language)}: {selection.value} {figure.unit(language)}. "),
            Text(figure.definition(language)),
        ]
    )
    return Section(
        f"figure-{slug}", figure.title(language), (said, Table(f"records-{slug}", caption, columns, rows, footnote))
    )


# --- Last: method and sources ----------------------------------------------------------------------------------------


def _method(
    chosen: Chosen, as_of: date, language: str, remarks: list[Section], read: list[Section], base: str
) -> Section:
    day = day_words(as_of)
    rules = [
        (_("Peildatum."),
         _("Dit overzicht beschrijft de stand op %(day)s. Fasen, deelnames en secretariaten volgen uit gedateerde "
           "gegevens; wat later gebeurde telt niet mee.") % {"day": day}),
        (_("Onzekere datums."),
         _("Een overgang heeft op de peildatum plaatsgevonden als de laatst mogelijke dag niet later is, nog niet als "
           "de vroegst mogelijke dag later is, en is daartussen onzeker. Wat geldt is de laatste stand die zeker is; "
           "wat mogelijk al veranderd was, staat als onzeker naast het aantal.")),
        (_("Einddatum."), _("Een einddatum is de laatste dag die meetelt.")),
        (_("Deelnemers."),
         _("Bedrijven, merken, fondsen, brancheorganisaties en ondertekenaars zijn verschillende eenheden; aantallen "
           "staan met hun eenheid en dag en worden nergens opgeteld.")),
        (_("Alleen openbaar."),
         _("Het overzicht leest alleen wat openbaar is; vertrouwelijke gegevens tellen niet mee.")),
        (_("Organisatie."),
         _("Feiten over de organisatie van een akkoord hebben een bron maar niet altijd een datum; ze gelden voor "
           "zover bekend op het moment van samenstellen.")),
    ]  # fmt: skip
    definitions = BulletList(
        [
            [
                Strong(f"{figure.title(language)}. "),
                Text(f"{figure.definition(language)} "),
                Text(_("Code %(code)s, versie %(version)s.") % {"code": figure.code, "version": figure.version}),
            ]
            for figure, _selection in chosen
        ]
    )
    sources = sorted({url for url in _addresses(read) if not base or not url.startswith(base)})
    columns = (Column("number", _("Nr."), "integer", width=8), Column("address", _("Adres"), "link", width=92))
    listed = Table(
        "sources",
        _("Bronnen van dit overzicht, op alfabet"),
        columns,
        [(number, Link(url, url)) for number, url in enumerate(sources, start=1)],
    )
    return Section(
        "method",
        _("Methode en bronnen"),
        (BulletList([[Strong(head), Text(f" {rule}")] for head, rule in rules]),),
        (
            Section("method-definitions", _("Definities van de kengetallen"), (definitions,)),
            *remarks,
            Section("method-sources", _("Lijst van bronnen"), (listed,)),
        ),
    )


def _addresses(value: Any) -> Iterator[str]:
    """Every outside address the document refers to."""
    if isinstance(value, Link):
        if value.url.startswith(("http://", "https://")):
            yield value.url
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _addresses(item)
    elif isinstance(value, Section):
        yield from _addresses(value.blocks)
        yield from _addresses(value.sections)
    elif isinstance(value, Table):
        yield from _addresses(value.rows)
    elif isinstance(value, Paragraph):
        yield from _addresses(value.inlines)
    elif isinstance(value, BulletList):
        yield from _addresses(value.items)
    elif isinstance(value, DefinitionList):
        yield from _addresses(value.pairs)
