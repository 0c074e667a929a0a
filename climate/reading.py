"""The climate records as they stood on a day, for a viewer: what screens, figures and the overview share.

Every function starts from `visible_to(viewer)` (`None` is the outside world) and asks a fixed number of questions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils import formats
from django.utils.translation import gettext as _

from climate.models import (
    LABOUR_MARKET,
    Forum,
    ForumFact,
    ForumFactKind,
    ForumTask,
    NamedAs,
    Part,
    Seat,
    SeatHolding,
    SeatState,
    SectorTable,
    Standing,
    TableChair,
    TableStage,
    Track,
    TrackActivity,
    TrackChair,
    TrackFact,
)
from covenants.models import Activity, ActivityKind, Agreement, Party
from covenants.reference.vocabulary import CLIMATE_ACCORD
from ser_portal.dates import ImpreciseDate, render

MOST_ACTIVITIES = 500  # of one year on one page; a forum that does more needs pages


def day_in_words(day: date) -> str:
    """`31 december 2020`."""
    return render(ImpreciseDate.on(day))


def accord_of(viewer: Any) -> Agreement | None:
    """The climate accord, when this person may know of it."""
    return Agreement.objects.visible_to(viewer).filter(slug=CLIMATE_ACCORD, is_sample=False).first()


def forum_of(viewer: Any) -> Forum | None:
    """The forum that watches the climate accord, with its accord."""
    rows = Forum.objects.visible_to(viewer).filter(agreement__slug=CLIMATE_ACCORD)
    return rows.select_related("agreement").order_by("began_earliest", "pk").first()


def tasks_of(forum: Forum, viewer: Any) -> list[ForumTask]:
    return list(ForumTask.objects.visible_to(viewer).filter(forum=forum).order_by("number"))


class Facts:
    """What is known about a forum, by kind."""

    def __init__(self, rows: Iterable[ForumFact]) -> None:
        self._rows = list(rows)

    @classmethod
    def of(cls, forum: Forum, viewer: Any) -> "Facts":
        return cls(ForumFact.objects.visible_to(viewer).filter(forum=forum).order_by("pk"))

    def all(self, kind: ForumFactKind, year: int | None = None) -> list[ForumFact]:
        """Those of a kind that are about this year or about no one year."""
        return [row for row in self._rows if row.kind == kind and row.about_year in (None, year)]

    def one(self, kind: ForumFactKind, year: int | None = None) -> ForumFact | None:
        return next(iter(self.all(kind, year)), None)


def seats_on(forum: Forum, day: date, viewer: Any) -> list[SeatState]:
    """Every seat that was there on `day`, with who held it as far as known. Two queries."""
    holdings = Prefetch("holdings", SeatHolding.objects.visible_to(viewer), to_attr="seen_holdings")
    seats = Seat.objects.visible_to(viewer).filter(forum=forum).select_related("sector_table", "track")
    return [
        SeatState.of(seat, seat.seen_holdings, day)
        for seat in seats.prefetch_related(holdings).order_by("number")
        if seat.exists_on(day)
    ]


def seats_in_words(seats: Iterable[SeatState]) -> str:
    """`2 bezet, 1 vacant, 9 met een onbekende bezetter`."""
    rows = list(seats)
    held = sum(state.status == "held" for state in rows)
    vacant = sum(state.status == "vacant" for state in rows)
    said = [_("van %(count)s is de bezetter bekend") % {"count": held}]
    if vacant:
        said.append(_("%(count)s vacant") % {"count": vacant})
    if unknown := len(rows) - held - vacant:
        said.append(_("van %(count)s is de bezetter niet gevonden") % {"count": unknown})
    return ", ".join(said)


@dataclass(frozen=True)
class TableState:
    """A sector table on a day: who chaired it in the talks, and who chairs its implementation, as far as known."""

    table: SectorTable
    negotiators: tuple[TableChair, ...]  # those whose term may have begun by then
    implementer: TableChair | None

    @property
    def ministry_link(self) -> str:
        return self.table.ministry.get_absolute_url() if self.table.ministry else ""


def tables_on(accord: Agreement, day: date, viewer: Any) -> list[TableState]:
    """The sector tables in their order. Three queries; the ministry is a link only for who may see that party."""
    chairs = Prefetch("chairs", TableChair.objects.visible_to(viewer), to_attr="seen_chairs")
    ministries = Prefetch("ministry", Party.objects.visible_to(viewer))
    rows = SectorTable.objects.visible_to(viewer).filter(agreement=accord).prefetch_related(chairs, ministries)
    found = []
    for table in rows.order_by("number"):
        talks = [c for c in table.seen_chairs if c.stage == TableStage.NEGOTIATION and c.began.possible_on(day)]
        work = [c for c in table.seen_chairs if c.stage == TableStage.IMPLEMENTATION and c.holds_on(day)]
        found.append(TableState(table, tuple(talks), work[-1] if work else None))
    return found


@dataclass(frozen=True)
class TrackState:
    """A track on a day: who led it for certain, and who may have."""

    track: Track
    chair: TrackChair | None
    maybe: tuple[TrackChair, ...]

    @property
    def named_as_words(self) -> str:
        """`structuur, bevestigd`: what the sources call it, and whether that makes it a structure of the accord."""
        sure = _("bevestigd") if self.track.confirmed else _("niet bevestigd als structuur")
        return f"{NamedAs(self.track.named_as).label}, {sure}"


def tracks_on(accord: Agreement, day: date, viewer: Any, *, slug: str = "") -> list[TrackState]:
    """The tracks in their order, or the one called `slug`. Two queries."""
    chairs = Prefetch("chairs", TrackChair.objects.visible_to(viewer), to_attr="seen_chairs")
    rows = Track.objects.visible_to(viewer).filter(agreement=accord, **({"slug": slug} if slug else {}))
    states = []
    for track in rows.prefetch_related(chairs).order_by("number"):
        certain = [chair for chair in track.seen_chairs if chair.holds_on(day)]
        holder = certain[-1] if certain else None
        maybe = tuple(chair for chair in track.seen_chairs if chair.uncertain_on(day) and chair != holder)
        states.append(TrackState(track, holder, maybe))
    return states


def track_facts(track: Track, viewer: Any) -> list[TrackFact]:
    return list(TrackFact.objects.visible_to(viewer).filter(track=track).order_by("number", "pk"))


@dataclass(frozen=True)
class Happening:
    """An activity with what it is to the forum and to the tracks."""

    activity: Activity
    part: str  # Part, or '' when nobody said
    highlighted: bool
    tracks: tuple[Track, ...]
    uncertain: bool  # may lie after the day, or outside the year

    @property
    def is_own(self) -> bool:
        return self.part == Part.OWN

    @property
    def is_context(self) -> bool:
        return self.part == Part.CONTEXT

    @property
    def is_labour_market(self) -> bool:
        return any(track.slug == LABOUR_MARKET for track in self.tracks)

    @property
    def month(self) -> str:
        """`oktober`, or the date as known when it is not known to the month."""
        when = self.activity.occurred
        if when.earliest and when.latest and when.earliest.replace(day=1) == when.latest.replace(day=1):
            return formats.date_format(when.earliest, "F")
        return render(when)


def happenings(
    accord: Agreement, first: date, last: date, viewer: Any, *, track: Track | None = None
) -> list[Happening]:
    """What happened from `first` to `last`, in order, milestones of the accord apart. Three queries."""
    rows = Activity.objects.visible_to(viewer).filter(agreement=accord).in_period(first, last)
    rows = rows.exclude(kind=ActivityKind.MILESTONE)
    if track:
        rows = rows.filter(track_links__track=track)
    links = Prefetch(
        "track_links", TrackActivity.objects.visible_to(viewer).select_related("track"), to_attr="seen_links"
    )
    rows = rows.select_related("forum_link").prefetch_related(links).by_date()[:MOST_ACTIVITIES]
    found = []
    for activity in rows:
        link = getattr(activity, "forum_link", None)
        found.append(
            Happening(
                activity,
                part=link.part if link else "",
                highlighted=bool(link and link.highlighted),
                tracks=tuple(row.track for row in getattr(activity, "seen_links", ())),
                uncertain=not activity.occurred.within(first, last),
            )
        )
    return found


def milestones(accord: Agreement, day: date, viewer: Any) -> list[Activity]:
    """The dated steps of the accord itself up to `day`."""
    rows = Activity.objects.visible_to(viewer).filter(agreement=accord, kind=ActivityKind.MILESTONE)
    return list(rows.in_period(date.min, day).by_date()[:MOST_ACTIVITIES])


def year_to(day: date) -> tuple[date, date]:
    """From the first day of the calendar year to `day`."""
    return date(day.year, 1, 1), day


def standing_sentence(forum: Forum, day: date) -> str:
    """Whether the forum was there on `day`, in one sentence."""
    said = {"day": day_in_words(day), "began": forum.began, "ended": forum.ended, "name": forum.name_nl}
    standing = forum.standing_on(day)
    if standing == Standing.BEFORE:
        return _("Op %(day)s bestond het overleg nog niet; het is ingesteld op %(began)s.") % said
    if standing == Standing.ENDED:
        return _("Op %(day)s was het overleg al beëindigd; de laatste dag was %(ended)s.") % said
    return _("Op %(day)s was het overleg in werking, sinds %(began)s.") % said


def meetings_sentence(forum: Forum, facts: Facts, happened: Iterable[Happening], year: int) -> str:
    """What is not known about meetings in `year`; '' when one is on record, or when there was no forum to meet."""
    began, ended = forum.began.earliest, forum.ended.latest
    if (began and began.year > year) or (ended and ended.year < year):
        return ""
    if any(row.is_own and row.activity.kind == ActivityKind.MEETING for row in happened):
        return ""
    if facts.one(ForumFactKind.MEETINGS, year):
        return _("De vergaderdata van het Voortgangsoverleg in %(year)s zijn niet bekend.") % {"year": year}
    return _("Over vergaderingen van het Voortgangsoverleg in %(year)s staat niets in het portaal.") % {"year": year}
