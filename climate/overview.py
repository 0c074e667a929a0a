"""The climate part of the annual overview, as the outside world may read it: public records only.

Two sections: the Voortgangsoverleg, and Arbeidsmarkt en scholing apart. All texts are in the language asked for; names
and titles that exist only in Dutch stay Dutch.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from climate import reading
from climate.models import LABOUR_MARKET, Forum, ForumFactKind, Standing, TrackFactKind
from climate.reading import Facts, Happening
from covenants.models import Sourced
from covenants.overview import source_cell, source_inlines, when_cell
from ser_portal.documents import (
    BulletList,
    Cell,
    Column,
    DefinitionList,
    Link,
    Paragraph,
    Section,
    Strong,
    Table,
    Text,
)
from ser_portal.templatetags.portal import words

Absolute = Callable[[str], str]
OUTSIDE = None  # the viewer of a document that leaves the house


def sections(*, year: int, as_of: date, language: str, absolute_url: Absolute) -> list[Section]:
    """The climate sections of the overview of `year` as it stood on `as_of`; none when there is no public forum."""
    with override(language):
        forum = reading.forum_of(OUTSIDE)
        if forum is None:
            return []
        day = min(as_of, date(year, 12, 31))
        first = date(year, 1, 1)
        happened = reading.happenings(forum.agreement, first, day, OUTSIDE) if first <= day else []
        facts = Facts.of(forum, OUTSIDE)
        found = [_forum(forum, facts, happened, year, day, absolute_url)]
        if labour := _labour_market(forum, year, day, happened, absolute_url):
            found.append(labour)
        return found


def _source_cell(record: Sourced) -> Cell:
    return source_cell(record.source)


def _said(text: str, record: Sourced | None) -> list[Any]:
    """A sentence with its sources."""
    return [Text(text), *(source_inlines(record.sources) if record else [])]


def _forum(
    forum: Forum, facts: Facts, happened: list[Happening], year: int, day: date, absolute_url: Absolute
) -> Section:
    name = words(forum, "name")
    intro = [Paragraph(_said(reading.standing_sentence(forum, day), facts.one(ForumFactKind.BEGAN)))]
    parts = [_task(forum, facts, absolute_url)]
    shown, existed = forum.last_day_shown(day), forum.standing_on(day) != Standing.BEFORE
    if existed:
        parts.append(_seats(forum, shown))
    parts.append(_tables(forum, facts, day))
    if existed:
        parts.append(_tracks(forum, facts, shown, absolute_url))
    parts.append(_activities(forum, facts, happened, year))
    return Section("klimaat-voortgangsoverleg", name, intro, parts)


def _task(forum: Forum, facts: Facts, absolute_url: Absolute) -> Section:
    tasks = [_said(words(task, "text"), task) for task in reading.tasks_of(forum, OUTSIDE)]
    began, ended = facts.one(ForumFactKind.BEGAN), facts.one(ForumFactKind.ENDED)
    reports_to = facts.one(ForumFactKind.REPORTS_TO)
    pairs: list[tuple[str, Any]] = [(_("Ingesteld"), _said(str(forum.began), began))]
    if forum.set_up_by:
        pairs.append((_("Ingesteld door"), forum.set_up_by))
    if forum.facilitated_by:
        pairs.append((_("Begeleid door"), forum.facilitated_by))
    if reports_to:
        pairs.append((_("Verantwoording"), _said(words(reports_to, "text"), reports_to)))
    if forum.ended.is_known:
        pairs.append((_("Laatste dag"), _said(str(forum.ended), ended)))
    accord_url = absolute_url(reverse("covenants:agreement", args=[forum.agreement.slug]))
    accord = [
        Text(_("Het overleg hoort bij het akkoord ")),
        Link(words(forum.agreement, "name"), accord_url),
        Text("."),
    ]
    return Section("klimaat-taak", _("Taak en plaats"), [Paragraph(accord), BulletList(tasks), DefinitionList(pairs)])


def _seats(forum: Forum, day: date) -> Section:
    states = reading.seats_on(forum, day, OUTSIDE)
    rows: list[list[Cell]] = []
    for state in states:
        place = state.seat.sector_table or state.seat.track
        maybe = [_("mogelijk %(name)s") % {"name": row} for row in state.maybe_others]
        holder = str(state.holder) if state.holder else ", ".join(maybe) or _("bezetter niet gevonden")
        rows.append(
            [
                state.seat.number,
                words(state.seat, "title"),
                words(place, "name") if place else None,
                holder,
                state.holder.period if state.holder else None,
                _source_cell(state.holder or state.seat),
            ]
        )
    columns = [
        Column("nummer", _("Nr."), "integer", width=5),
        Column("zetel", _("Zetel"), width=25),
        Column("waarvan", _("Waarvan"), width=18),
        Column("bezet-door", _("Bezet door"), width=18),
        Column("periode", _("Periode"), width=16),
        Column("bron", _("Bron"), width=18),
    ]
    said = _("%(count)s zetels: %(words)s.") % {"count": len(states), "words": reading.seats_in_words(states)}
    table = Table("klimaat-tabel-zetels", _("De zetels van het Voortgangsoverleg"), columns, rows)
    return Section("klimaat-zetels", _("Zetels"), [Paragraph(said), table])


def _tables(forum: Forum, facts: Facts, day: date) -> Section:
    rows: list[list[Cell]] = []
    for state in reading.tables_on(forum.agreement, day, OUTSIDE):
        sector = state.table
        negotiators = "; ".join(f"{chair.name} ({chair.period})" for chair in state.negotiators)
        rows.append(
            [
                words(sector, "name"),
                str(sector.ministry or sector.ministry_words),
                negotiators or _("onbekend"),
                state.implementer.name if state.implementer else _("niet gevonden"),
                _source_cell(sector),
            ]
        )
    columns = [
        Column("sector", _("Sector")),
        Column("ministerie", _("Ministerie")),
        Column("voorzitter-onderhandeling", _("Voorzitter onderhandeling")),
        Column("voorzitter-uitvoering", _("Voorzitter uitvoering")),
        Column("bron", _("Bron")),
    ]
    notes = [Paragraph(_said(words(fact, "text"), fact)) for fact in facts.all(ForumFactKind.TABLES)]
    caption = _("Sectortafels met hun ministerie en voorzitters")
    table = Table("klimaat-tabel-sectortafels", caption, columns, rows)
    return Section("klimaat-sectortafels", _("Sectortafels en uitvoeringsoverleggen"), [*notes, table])


def _tracks(forum: Forum, facts: Facts, day: date, absolute_url: Absolute) -> Section:
    rows: list[list[Cell]] = []
    for state in reading.tracks_on(forum.agreement, day, OUTSIDE):
        maybe = [_("mogelijk %(name)s") % {"name": row} for row in state.maybe]
        rows.append(
            [
                Link(words(state.track, "name"), absolute_url(state.track.get_absolute_url())),
                state.named_as_words,
                str(state.chair) if state.chair else ", ".join(maybe) or _("niet gevonden"),
                _source_cell(state.track),
            ]
        )
    columns = [
        Column("traject", _("Traject"), "link"),
        Column("genoemd-als", _("Genoemd als")),
        Column("voorzitter", _("Voorzitter")),
        Column("bron", _("Bron")),
    ]
    notes = [Paragraph(_said(words(fact, "text"), fact)) for fact in facts.all(ForumFactKind.TRACKS)]
    table = Table("klimaat-tabel-trajecten", _("Trajecten die meerdere sectoren raken"), columns, rows)
    return Section("klimaat-trajecten", _("Trajecten"), [*notes, table])


def _activities(forum: Forum, facts: Facts, happened: list[Happening], year: int) -> Section:
    blocks: list[Any] = []
    if highlights := [row for row in happened if row.highlighted]:
        blocks.append(Paragraph(Strong(_("Hoogtepunten"))))
        blocks.append(
            BulletList(
                [
                    [
                        Strong(str(row.activity.occurred)),
                        Text(f": {words(row.activity, 'title')}"),
                        *source_inlines(row.activity.sources),
                    ]
                    for row in highlights
                ]
            )
        )
    if unknown := reading.meetings_sentence(forum, facts, happened, year):
        blocks.append(Paragraph(_said(unknown, facts.one(ForumFactKind.MEETINGS, year))))
    if overview := facts.one(ForumFactKind.ACTIVITY_OVERVIEW, year):
        blocks.append(Paragraph(_said(words(overview, "text"), overview)))
    rows = [row for row in happened if not row.is_labour_market]
    caption = _("Activiteiten in %(year)s, per maand") % {"year": year}
    blocks.append(_activity_table("klimaat-tabel-activiteiten", caption, rows))
    return Section("klimaat-activiteiten", _("Activiteiten in %(year)s") % {"year": year}, blocks)


def _activity_table(ident: str, caption: str, rows: Iterable[Happening]) -> Table:
    cells: list[list[Cell]] = []
    for row in rows:
        activity = row.activity
        remarks = [_("context: niet van het overleg zelf")] if row.is_context else []
        remarks += [activity.note] if activity.note else []
        remarks += [_("datum niet zeker binnen deze periode")] if row.uncertain else []
        remark = "; ".join(part.rstrip(".") for part in remarks)
        cells.append(
            [
                when_cell(activity.occurred),
                activity.get_kind_display(),
                words(activity, "title") + (f" ({remark})" if remark else ""),
                activity.carried_by or None,
                _source_cell(activity),
            ]
        )
    columns = [
        Column("datum", _("Datum"), "date", width=14),
        Column("soort", _("Soort"), width=12),
        Column("wat", _("Wat"), width=44),
        Column("door", _("Door"), width=16),
        Column("bron", _("Bron"), width=14),
    ]
    return Table(ident, caption, columns, cells)


def _labour_market(
    forum: Forum, year: int, day: date, happened: list[Happening], absolute_url: Absolute
) -> Section | None:
    """Arbeidsmarkt en scholing on its own; None when that track is not there."""
    states = reading.tracks_on(forum.agreement, day, OUTSIDE, slug=LABOUR_MARKET)
    if not states:
        return None
    state = states[0]
    track = state.track
    facts = reading.track_facts(track, OUTSIDE)

    def of_kind(kind: TrackFactKind) -> list[Any]:
        return [fact for fact in facts if fact.kind == kind]

    pairs: list[tuple[str, Any]] = []
    if track.formal_name_nl:
        pairs.append((_("Volledige naam"), words(track, "formal_name")))
    for fact in of_kind(TrackFactKind.PURPOSE):
        pairs.append((_("Doel"), _said(words(fact, "text"), fact)))
    chair = state.chair or (state.maybe[0] if state.maybe else None)
    if chair:
        name = f"{chair}, {words(chair, 'role')}" if chair.role_nl else str(chair)
        said = name if state.chair else _("mogelijk %(name)s") % {"name": name}
        pairs.append((_("Voorzitter"), _said(f"{said} ({chair.period})", chair)))
    else:
        pairs.append((_("Voorzitter"), _("niet gevonden")))
    for fact in of_kind(TrackFactKind.PREDECESSOR):
        pairs.append((_("Voorganger"), _said(words(fact, "text"), fact)))
    for fact in of_kind(TrackFactKind.PARTIES):
        pairs.append((_("Deelnemende partijen"), _said(words(fact, "text") or fact.note, fact)))
    principles = [_said(words(fact, "text"), fact) for fact in of_kind(TrackFactKind.PRINCIPLE)]
    blocks: list[Any] = [
        Paragraph(
            [Text(_("In het portaal: ")), Link(words(track, "name"), absolute_url(track.get_absolute_url())), Text(".")]
        ),
        DefinitionList(pairs),
    ]
    parts = []
    if principles:
        parts.append(
            Section("klimaat-arbeidsmarkt-afspraken", _("Uitgangspunten en afspraken"), [BulletList(principles)])
        )
    rows = [row for row in happened if row.is_labour_market]
    title = _("Activiteiten in %(year)s") % {"year": year}
    caption = _("Activiteiten van Arbeidsmarkt en scholing in %(year)s") % {"year": year}
    table = _activity_table("klimaat-tabel-arbeidsmarkt", caption, rows)
    parts.append(Section("klimaat-arbeidsmarkt-activiteiten", title, [table]))
    return Section("klimaat-arbeidsmarkt-en-scholing", words(track, "name"), blocks, parts)
