"""The climate part of a reference file: the Voortgangsoverleg, its seats, the sector tables and the tracks.

Nothing is invented. Where the file is silent a rule says what follows, stated where it is applied:
1. The chair of the forum held that seat from the day the forum was complete: one message says both.
2. A chair that only the yearly report names held the place at the latest on the reference date of the file, and not
   before the forum began.
3. An activity carried by the forum is its own, any other is context; its own letters and events are the highlights.
4. An activity belongs to a track when both rest on the same source.
"""

import re
from collections import Counter
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field, ValidationError

from climate.models import (
    LABOUR_MARKET,
    Forum,
    ForumActivity,
    ForumFact,
    ForumFactKind,
    ForumTask,
    NamedAs,
    Part,
    Seat,
    SeatHolding,
    SeatKind,
    SectorTable,
    TableChair,
    TableStage,
    Track,
    TrackActivity,
    TrackChair,
    TrackFact,
    TrackFactKind,
)
from covenants.models import Activity, ActivityKind, Agreement, Party
from covenants.reference.facts import load_activity
from covenants.reference.loader import Loader
from covenants.reference.schema import (
    ActivityRecord,
    DateText,
    Link,
    Slug,
    SourcedPart,
    Strict,
    problems,
    span,
)
from covenants.reference.vocabulary import ACTIVITY_KINDS, CLIMATE_ACCORD, provenance
from ser_portal.dates import ImpreciseDate

FORUM = "voortgangsoverleg"
FORUM_CARRIER = "Voortgangsoverleg"  # the word of the file for who carried an activity
NAMED_AS = {"structuur": NamedAs.STRUCTURE, "thema": NamedAs.THEME, "onderwerp": NamedAs.TOPIC}
# The seats of the forum in the order of the file; the words are the file's, one seat at a time.
SEATS = {
    "voorzitter": (SeatKind.CHAIR, "voorzitter", "chair"),
    "hoge ambtenaar (ministerie)": (
        SeatKind.SENIOR_OFFICIAL,
        "hoge ambtenaar (ministerie)",
        "senior civil servant (ministry)",
    ),
    "voorzitters van de vijf uitvoeringsoverleggen": (
        SeatKind.COUNCIL_CHAIR,
        "voorzitter van een uitvoeringsoverleg",
        "chair of an implementation council",
    ),
    "kopstukken van de vijf uitvoeringsstructuren die alle sectoren raken": (
        SeatKind.STRUCTURE_LEAD,
        "kopstuk van een uitvoeringsstructuur die alle sectoren raakt",
        "leading figure of an implementation structure across all sectors",
    ),
}


class Milestone(SourcedPart):
    date: DateText
    nl: str = Field(min_length=1)
    en: str = ""


class Target(Strict):
    value: int | float
    unit: str
    source: Link


class Accord(Strict):
    name_nl: str
    name_en: str = ""
    target: Target
    timeline: list[Milestone]
    table_names_2018: str = ""
    source: Link


class Person(SourcedPart):
    name: str | None = Field(max_length=160)
    role: str = Field(default="", max_length=160)
    period: str | None = Field(default=None, pattern=r"^\d{4}-\d{4}$")


class SeatGroup(Strict):
    seat: str
    count: int = Field(ge=1, le=50)
    name: str | None
    note: str = ""


class Members(SourcedPart):
    total: int
    structure: list[SeatGroup]


class Sentence(SourcedPart):
    nl: str = Field(min_length=1)
    en: str = ""


class ForumRecord(Strict):
    name_nl: str = Field(min_length=1, max_length=160)
    name_en: str = Field(default="", max_length=160)
    name_en_note: str = ""
    set_up_by: str = Field(max_length=200)
    facilitated_by: str = Field(max_length=160)
    start_date: DateText
    start_date_note: str = ""
    end_date: DateText | None
    end_date_note: str = Field(default="", max_length=300)
    chair: Person
    members: Members
    tasks: list[Sentence]
    reports_to: Sentence
    activity_overview: Sentence


class TableRecord(Strict):
    slug: Slug
    nl: str = Field(min_length=1, max_length=120)
    en: str = Field(default="", max_length=120)
    responsible_ministry: str = Field(max_length=120)
    negotiation_chair: Person
    implementation_chair_2020: Person
    source: Link


class TrackRecord(SourcedPart):
    slug: Slug
    nl: str = Field(min_length=1, max_length=120)
    en: str = Field(default="", max_length=120)
    named_as: Literal["structuur", "thema", "onderwerp"]
    confirmed: bool
    chair: str | None = Field(max_length=160)
    source: Link


class Unknown(Strict):
    value: str | None
    note: str


class LabourMarketRecord(Strict):
    name_nl: str = Field(min_length=1, max_length=200)
    name_en: str = Field(default="", max_length=200)
    chair: Person
    purpose: Sentence
    predecessor: Sentence
    parties: Unknown
    agreements: list[Sentence]
    activities_2020: list[ActivityRecord]
    source: Link


class LaterRecord(Strict):
    date: DateText
    nl: str = Field(min_length=1, max_length=400)
    source: Link


class ClimateFile(Strict):
    """The `climate` part of a reference file; anything else in it is an error with its place."""

    agreement: Accord
    voortgangsoverleg: ForumRecord
    sector_tables: list[TableRecord]
    sector_tables_note: str
    cross_sector_tracks: list[TrackRecord]
    cross_sector_tracks_note: str
    labour_market_structure: LabourMarketRecord
    activities_2020: list[ActivityRecord]
    activities_2020_note: str
    after_2020: list[LaterRecord]
    source: Link


def load(data: dict[str, Any], *, loader: Loader) -> None:
    """Every row of the climate part; faults go to the loader with their place, and then nothing is written."""
    try:
        file = ClimateFile.model_validate(data.get("climate"))
        as_of = date.fromisoformat(str(data["meta"]["as_of"]))
    except ValidationError as failed:
        for where, record, sentence in problems(data.get("climate"), failed):
            loader.error("climate" if where == "bestand" else f"climate.{where}", sentence, record)
        return
    _check(file, loader)
    if loader.errors:
        return
    accord = Agreement.objects.filter(slug=CLIMATE_ACCORD).first()
    if accord is None:
        loader.error(
            "climate.agreement", _("het akkoord ‘%(slug)s’ staat niet in het register") % {"slug": CLIMATE_ACCORD}
        )
        return
    forum = _forum(file, accord, loader)
    tables = _tables(file, accord, loader)
    tracks = _tracks(file, accord, forum, as_of, loader)
    _seats(file, forum, tables, tracks, as_of, loader)
    _activities(file, accord, forum, tracks, loader)


def _check(file: ClimateFile, loader: Loader) -> None:
    """What one record says of another, and the words that must be known."""

    def once(values: list[str], path: str) -> None:
        for place, value in enumerate(values):
            if value in values[:place]:
                loader.error(
                    f"climate.{path}[{place}].slug", _("‘%(value)s’ komt twee keer voor") % {"value": value}, value
                )

    once([table.slug for table in file.sector_tables], "sector_tables")
    once([track.slug for track in file.cross_sector_tracks], "cross_sector_tracks")
    if LABOUR_MARKET not in {track.slug for track in file.cross_sector_tracks}:
        loader.error("climate.cross_sector_tracks", _("het traject ‘%(slug)s’ ontbreekt") % {"slug": LABOUR_MARKET})

    members = file.voortgangsoverleg.members
    for n, group in enumerate(members.structure):
        path = f"climate.voortgangsoverleg.members.structure[{n}]"
        if group.seat not in SEATS:
            loader.error(f"{path}.seat", _("‘%(value)s’ is hier onbekend") % {"value": group.seat})
        if group.name and group.count > 1:
            loader.error(f"{path}.name", _("één naam voor %(count)s zetels") % {"count": group.count}, group.name)
    seats = sum(group.count for group in members.structure)
    if seats != members.total:
        loader.error(
            "climate.voortgangsoverleg.members.total",
            _("er staan %(total)s leden, maar %(seats)s zetels") % {"total": members.total, "seats": seats},
        )
    forum = file.voortgangsoverleg
    if forum.end_date and forum.end_date < forum.start_date:
        loader.error("climate.voortgangsoverleg.end_date", _("het einde ligt voor het begin"), forum.name_nl)
    lists = {
        "activities_2020": file.activities_2020,
        "labour_market_structure.activities_2020": file.labour_market_structure.activities_2020,
    }
    for name, records in lists.items():
        for n, record in enumerate(records):
            if record.type not in ACTIVITY_KINDS:
                sentence = _("‘%(value)s’ is hier onbekend") % {"value": record.type}
                loader.error(f"climate.{name}[{n}].type", sentence, record.title_nl)


def _source_on(day: str, records: list[Any]) -> str:
    """The source that dates an event on this day, when there is one."""
    return next((record.source for record in records if record.date == day and record.source), "")


def _split_source(note: str) -> tuple[str, str]:
    """A note and the source it names in brackets: `…verantwoordelijk (bron: https://…).`"""
    found = re.search(r"\s*\(bron: (https?://[^\s)]+)\)", note)
    return (note[: found.start()] + note[found.end() :], found[1]) if found else (note, "")


def _forum(file: ClimateFile, accord: Agreement, loader: Loader) -> Forum:
    record = file.voortgangsoverleg
    forum = loader.upsert(
        Forum,
        "climate/forum",
        {
            "agreement": accord,
            "slug": FORUM,
            "name_nl": record.name_nl,
            "name_en": record.name_en,
            "set_up_by": record.set_up_by,
            "facilitated_by": record.facilitated_by,
            "seat_count": record.members.total,
            "successor": record.end_date_note,
            "began": span(record.start_date),
            "ended": span(record.end_date),
            **provenance(record.members, note=record.name_en_note),
        },
    )
    for number, task in enumerate(record.tasks, start=1):
        values = {"forum": forum, "number": number, "text_nl": task.nl, "text_en": task.en, **provenance(task)}
        loader.upsert(ForumTask, f"climate/forum/tasks/{number}", values)

    tables_note, tables_source = _split_source(file.sector_tables_note)
    facts: list[tuple[str, ForumFactKind, int | None, Sentence | str, str]] = [
        (
            "began",
            ForumFactKind.BEGAN,
            None,
            record.start_date_note,
            _source_on(record.start_date, file.agreement.timeline),
        ),
        ("ended", ForumFactKind.ENDED, None, record.end_date_note, _source_on(record.end_date or "", file.after_2020)),
        ("reports_to", ForumFactKind.REPORTS_TO, None, record.reports_to, ""),
        ("activity_overview", ForumFactKind.ACTIVITY_OVERVIEW, 2020, record.activity_overview, ""),
        ("meetings/2020", ForumFactKind.MEETINGS, 2020, file.activities_2020_note, file.source),
        ("tables/2018", ForumFactKind.TABLES, None, file.agreement.table_names_2018, file.agreement.source),
        ("tables/2019", ForumFactKind.TABLES, None, tables_note, tables_source or file.source),
        ("tracks", ForumFactKind.TRACKS, None, file.cross_sector_tracks_note, file.source),
    ]
    for key, kind, year, said, source in facts:
        part = said if isinstance(said, Sentence) else None
        if text := part.nl if part else str(said):
            loader.upsert(
                ForumFact,
                f"climate/forum/facts/{key}",
                {
                    "forum": forum,
                    "kind": kind,
                    "about_year": year,
                    "text_nl": text,
                    "text_en": part.en if part else "",
                    **provenance(part, source=source),
                },
            )
    return forum


def _tables(file: ClimateFile, accord: Agreement, loader: Loader) -> dict[str, SectorTable]:
    ministries = {party.abbreviation: party for party in Party.objects.filter(is_sample=False).exclude(abbreviation="")}
    tables: dict[str, SectorTable] = {}
    for number, record in enumerate(file.sector_tables, start=1):
        table = loader.upsert(
            SectorTable,
            f"climate/tables/{record.slug}",
            {
                "agreement": accord,
                "slug": record.slug,
                "number": number,
                "name_nl": record.nl,
                "name_en": record.en,
                "ministry": ministries.get(record.responsible_ministry),
                "ministry_words": record.responsible_ministry,
                "implementation_chair_note": record.implementation_chair_2020.note or "",
                "source": record.source,
            },
        )
        tables[record.slug] = table
        for stage, person in (
            (TableStage.NEGOTIATION, record.negotiation_chair),
            (TableStage.IMPLEMENTATION, record.implementation_chair_2020),
        ):
            if not person.name:
                continue
            first, last = (person.period or "-").split("-")
            loader.upsert(
                TableChair,
                f"climate/tables/{record.slug}/{stage}",
                {
                    "table": table,
                    "stage": stage,
                    "name": person.name,
                    "role_nl": person.role,
                    "began": span(first),
                    "ended": span(last),
                    **provenance(person, source=record.source),
                },
            )
    return tables


def _at_the_latest(as_of: date, forum: Forum) -> ImpreciseDate:
    """Rule 2: since when a chair held a place that only the yearly report names."""
    began = forum.began.earliest
    return ImpreciseDate(began if began and began <= as_of else None, as_of)


def _tracks(file: ClimateFile, accord: Agreement, forum: Forum, as_of: date, loader: Loader) -> dict[str, Track]:
    labour = file.labour_market_structure
    tracks: dict[str, Track] = {}
    for number, record in enumerate(file.cross_sector_tracks, start=1):
        is_labour = record.slug == LABOUR_MARKET
        track = loader.upsert(
            Track,
            f"climate/tracks/{record.slug}",
            {
                "agreement": accord,
                "slug": record.slug,
                "number": number,
                "name_nl": record.nl,
                "name_en": record.en,
                "formal_name_nl": labour.name_nl if is_labour else "",
                "formal_name_en": labour.name_en if is_labour else "",
                "named_as": NAMED_AS[record.named_as],
                "confirmed": record.confirmed,
                **provenance(record),
            },
        )
        tracks[record.slug] = track
        person = labour.chair if is_labour else Person(name=record.chair, source=record.source)
        if person.name:
            loader.upsert(
                TrackChair,
                f"climate/tracks/{record.slug}/chair",
                {
                    "track": track,
                    "name": person.name,
                    "role_nl": person.role,
                    "began": _at_the_latest(as_of, forum),
                    **provenance(person, source=record.source),
                },
            )
    facts: list[tuple[TrackFactKind, int, dict[str, Any]]] = [
        (TrackFactKind.PURPOSE, 1, _said(labour.purpose)),
        (TrackFactKind.PREDECESSOR, 1, _said(labour.predecessor)),
        (
            TrackFactKind.PARTIES,
            1,
            {"text_nl": labour.parties.value or "", "note": labour.parties.note, "source": labour.source},
        ),
        *((TrackFactKind.PRINCIPLE, n, _said(sentence)) for n, sentence in enumerate(labour.agreements, start=1)),
    ]
    for kind, number, values in facts:
        loader.upsert(
            TrackFact,
            f"climate/tracks/{LABOUR_MARKET}/facts/{kind}/{number}",
            {"track": tracks[LABOUR_MARKET], "kind": kind, "number": number, **values},
        )
    return tracks


def _said(sentence: Sentence) -> dict[str, Any]:
    return {"text_nl": sentence.nl, "text_en": sentence.en, **provenance(sentence)}


def _seats(
    file: ClimateFile,
    forum: Forum,
    tables: dict[str, SectorTable],
    tracks: dict[str, Track],
    as_of: date,
    loader: Loader,
) -> None:
    """One row per seat; whose holder nobody found keeps the note that says so."""
    members = file.voortgangsoverleg.members
    confirmed = [track for track in tracks.values() if track.is_confirmed_structure]
    number = 0
    for group in members.structure:
        kind, title_nl, title_en = SEATS[group.seat]
        for place in range(group.count):
            number += 1
            table = list(tables.values())[place] if kind == SeatKind.COUNCIL_CHAIR and place < len(tables) else None
            track = confirmed[place] if kind == SeatKind.STRUCTURE_LEAD and place < len(confirmed) else None
            seat = loader.upsert(
                Seat,
                f"climate/forum/seats/{number}",
                {
                    "forum": forum,
                    "number": number,
                    "kind": kind,
                    "title_nl": title_nl,
                    "title_en": title_en,
                    "sector_table": table,
                    "track": track,
                    **provenance(members, note=group.note),
                },
            )
            holder, began = None, forum.began
            if kind == SeatKind.CHAIR:
                holder = file.voortgangsoverleg.chair  # rule 1
            elif group.name:
                holder = Person(name=group.name, source=members.source)
            elif track and track.slug == LABOUR_MARKET:
                holder, began = file.labour_market_structure.chair, _at_the_latest(as_of, forum)
            if holder and holder.name:
                loader.upsert(
                    SeatHolding,
                    f"climate/forum/seats/{number}/holder",
                    {
                        "seat": seat,
                        "name": holder.name,
                        "role_nl": holder.role,
                        "began": began,
                        **provenance(holder, source=members.source or "", confidence=members.confidence or ""),
                    },
                )


def _activities(file: ClimateFile, accord: Agreement, forum: Forum, tracks: dict[str, Track], loader: Loader) -> None:
    seen: Counter[str] = Counter()

    def key(day: str, kind: str) -> str:
        """Stays the same when another activity is added to the file before it."""
        seen[f"{day}/{kind}"] += 1
        return f"climate/activities/{day}/{kind}/{seen[f'{day}/{kind}']}"

    def of_forum(activity: Activity, part: Part) -> None:
        highlighted = part == Part.OWN and activity.kind in {ActivityKind.LETTER, ActivityKind.EVENT}  # rule 3
        values = {"forum": forum, "activity": activity, "part": part, "highlighted": highlighted}
        loader.upsert(ForumActivity, f"{activity.reference_key}/forum", {**values, "source": activity.source})

    def of_track(activity: Activity, track: Track, note: str = "") -> None:
        values = {"track": track, "activity": activity, "source": activity.source, "note": note}
        loader.upsert(TrackActivity, f"{activity.reference_key}/{track.slug}", values)

    for record in file.activities_2020:
        activity = load_activity(loader, accord, key(record.date, record.type), record)
        of_forum(activity, Part.OWN if record.carried_by == FORUM_CARRIER else Part.CONTEXT)
        for track in tracks.values():
            if track.source == activity.source:  # rule 4
                of_track(activity, track, "Activiteit en traject rusten op dezelfde bron.")
    for record in file.labour_market_structure.activities_2020:
        of_track(load_activity(loader, accord, key(record.date, record.type), record), tracks[LABOUR_MARKET])
    for later in file.after_2020:
        # The file gives these no kind: the last day is an ending, the rest is talk with others.
        kind = "einde" if later.date == file.voortgangsoverleg.end_date else "dialoog"
        record = ActivityRecord(
            date=later.date,
            date_precision="day",
            type=kind,
            title_nl=later.nl,
            carried_by=FORUM_CARRIER,
            source=later.source,
        )
        of_forum(load_activity(loader, accord, key(later.date, kind), record), Part.OWN)
