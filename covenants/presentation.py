"""How the register is drawn and said: time axes, phases as bars and as sentences. Pure functions, no queries.

Everything here reads the ledger (the current phase changes of one agreement, in order) and never the database. Lengths
are text with a percent sign ("12.50%"), so that no locale can put a comma in a drawing and nothing has to be scaled.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from covenants.models import Phase, PhaseChange, PhaseState
from ser_portal import dates
from ser_portal.dates import ImpreciseDate

# The word of a phase in an address: ?fase=onderhandeling.
PHASE_WORDS: dict[str, str] = {
    Phase.EXPLORATION: "verkenning",
    Phase.NEGOTIATION: "onderhandeling",
    Phase.SIGNED: "ondertekend",
    Phase.IMPLEMENTATION: "implementatie",
    Phase.COMPLETED: "afgerond",
    Phase.ENDED_EARLY: "voortijdig-beeindigd",
    Phase.STOPPED: "gestopt",
    "": "onbekend",
}
PHASE_OF_WORD = {word: phase for phase, word in PHASE_WORDS.items()}

# How a phase is drawn: dotted while people talk, light once signed, filled while it is carried out, nothing when over.
BAR_OF_PHASE: dict[str, str] = {
    Phase.EXPLORATION: "talk explore",
    Phase.NEGOTIATION: "talk",
    Phase.SIGNED: "signed",
    Phase.IMPLEMENTATION: "run",
}
YEARS_BEFORE, YEARS_AFTER, MOST_YEARS = 6, 4, 40
SHORTEST = 0.01  # of the axis


def phase_label(phase: str) -> str:
    """The phase in words; '' is a phase that nobody can be certain of."""
    return str(Phase(phase).label) if phase else _("Nog geen fase zeker")


def percent(fraction: float) -> str:
    """A length for a drawing."""
    return f"{fraction * 100:.2f}%"


@dataclass(frozen=True)
class Tick:
    """The first day of a year on the axis; `minor` years lose their number on a narrow screen."""

    x: str
    year: int
    minor: bool


@dataclass(frozen=True)
class Axis:
    """Whole years, shared by all rows of a page so that rows can be compared."""

    first_year: int
    last_year: int  # the axis ends with the last day of this year

    @classmethod
    def around(cls, day: date, first: date | None = None, last: date | None = None) -> "Axis":
        """Some years on both sides of `day`, widened to what there is to draw, at most forty years."""
        first_year = min(day.year - YEARS_BEFORE, first.year if first else day.year)
        last_year = max(day.year + YEARS_AFTER, last.year if last else day.year)
        first_year = max(first_year, day.year - MOST_YEARS // 2)
        return cls(first_year, min(last_year, day.year + MOST_YEARS // 2))

    @classmethod
    def of(cls, ledger: Iterable[PhaseChange], day: date) -> "Axis":
        """The axis of one agreement: from its first known date to its last, with `day` on it."""
        known = [edge for change in ledger for edge in (change.possible_from, change.certain_from) if edge]
        first, last = min([*known, day]), max([*known, day])
        first_year = max(first.year - (1 if len(known) else 2), last.year - MOST_YEARS)
        return cls(min(first_year, day.year), max(last.year + 1, first_year + 4))

    @property
    def start(self) -> date:
        return date(self.first_year, 1, 1)

    @property
    def days(self) -> int:
        return (date(self.last_year + 1, 1, 1) - self.start).days

    def at(self, day: date | None, otherwise: float) -> float:
        """Where the first moment of `day` lies, between 0 and 1; `otherwise` for a day nobody knows."""
        return otherwise if day is None else min(1.0, max(0.0, (day - self.start).days / self.days))

    @property
    def ticks(self) -> list[Tick]:
        every = 2 if self.last_year - self.first_year < 16 else 5
        return [
            Tick(percent(self.at(date(year, 1, 1), 0)), year, minor=(year - self.first_year) % every != 0)
            for year in range(self.first_year, self.last_year + 1)
        ]


@dataclass(frozen=True)
class Bar:
    """A stretch of time in a drawing. `style`: talk, signed, run (certain), maybe (between two known days),
    open (one of its sides is not known)."""

    style: str
    x: str
    width: str
    label: str = ""  # the phase, where there is room to write it


@dataclass(frozen=True)
class Timeline:
    """The phases of one agreement on an axis, and the same in a sentence for who cannot see it."""

    axis: Axis
    bars: tuple[Bar, ...] = ()
    marks: tuple[str, ...] = ()  # steps within a phase
    today: str = ""
    text: str = ""

    def small(self) -> SafeString:
        """The drawing of a row in a list; made here because a list has many. Only numbers and known words go in."""
        bars = "".join(
            f'<rect class="{bar.style}"{HATCHED if bar.style == "maybe" else ""} x="{bar.x}" width="{bar.width}" '
            f"{THIN if bar.style == 'open' else THICK}/>"
            for bar in self.bars
        )
        return mark_safe(  # noqa: S308 - the one typed text, the description, is escaped
            f'<svg class="timeline small" role="img" aria-label="{escape(self.text)}" width="100%" height="26">'
            f"{_small_ticks(self.axis)}{bars}"
            f'<line class="today" x1="{self.today}" x2="{self.today}" y1="2" y2="24"/></svg>'
        )


HATCHED = ' fill="url(#hatch)"'
THIN, THICK = 'y="11" height="4"', 'y="8" height="10"'


@lru_cache(maxsize=64)
def _small_ticks(axis: Axis) -> str:
    return "".join(
        f'<line class="tick{" minor" if tick.minor else ""}" x1="{tick.x}" x2="{tick.x}" y1="0" y2="26"/>'
        for tick in axis.ticks
    )


def timeline(ledger: Sequence[PhaseChange], axis: Axis, day: date) -> Timeline:
    """Draws what is certain as solid bars and what lies between two days as a range over them."""
    bars: list[Bar] = []
    ranges: list[Bar] = []
    steps = _entries(ledger)
    now = axis.at(day + timedelta(days=1), 1.0)  # the day itself is over

    def bar(into: list[Bar], style: str, left: float, right: float, label: str = "") -> None:
        if right - left > 0.0005:
            into.append(Bar(style, percent(left), percent(right - left), label if right - left > 0.14 else ""))

    for place, change in enumerate(steps):
        following = steps[place + 1] if place + 1 < len(steps) else None
        entered, left_open = (
            axis.at(change.certain_from, 1.0),
            change.possible_from is None or change.certain_from is None,
        )
        maybe = axis.at(change.possible_from, 0.0)
        if place and change.possible_from is None:
            maybe = axis.at(steps[place - 1].certain_from, 0.0)
        bar(ranges, "open" if left_open else "maybe", maybe, entered)
        style = BAR_OF_PHASE.get(change.to_phase)
        if style and change.certain_from:
            # What still goes on is drawn up to the day the page speaks of; what lies ahead of it as a short beginning.
            until = axis.at(following.possible_from, entered) if following else max(now, min(1.0, entered + SHORTEST))
            bar(bars, style, entered, max(entered, until), phase_label(change.to_phase))
    marks = [
        percent(axis.at(change.effective_on.earliest, 0))
        for change in ledger
        if change not in steps and change.effective_on.is_exact
    ]
    return Timeline(axis, (*bars, *ranges), tuple(marks), percent(now), in_words(ledger))


def _entries(ledger: Iterable[PhaseChange]) -> list[PhaseChange]:
    """The changes that enter another phase; a step within a phase is no new stretch."""
    entries: list[PhaseChange] = []
    for change in ledger:
        if not entries or entries[-1].to_phase != change.to_phase:
            entries.append(change)
    return entries


def in_words(ledger: Iterable[PhaseChange]) -> str:
    """The phases as one sentence: what a drawing of them says."""
    parts = [
        _("%(phase)s: %(date)s") % {"phase": phase_label(change.to_phase), "date": when(change)}
        for change in _entries(ledger)
    ]
    return "; ".join(parts) + "." if parts else _("Er zijn nog geen fasen vastgelegd.")


def when(change: PhaseChange) -> str:
    """The date of a change as known; where nothing was found, what the order of the phases still tells."""
    if change.effective_on.is_known or change.effective_on.words:
        return dates.render(change.effective_on)
    if change.certain_from:
        latest = change.certain_from - timedelta(days=1) if change.ends else change.certain_from
        return _("datum niet gevonden, uiterlijk %(day)s") % {"day": dates.render(ImpreciseDate.on(latest))}
    return _("datum niet gevonden")


def phase_line(ledger: Sequence[PhaseChange], state: PhaseState) -> str:
    """What follows the phase at the head of a page: `sinds 4 juli 2016, tot en met 31 december 2021`."""
    if state.change is None:
        return ""
    steps = _entries(ledger)
    here = next((step for step in reversed(steps) if step.sequence <= state.change.sequence), state.change)
    if here.ends:
        return _("op %(date)s") % {"date": when(here)} if here.effective_on.is_exact else when(here)
    if here.effective_on.is_exact or (here.effective_on.earliest and here.effective_on.latest):
        said = _("sinds %(date)s") % {"date": when(here)}
    else:
        said = _("begin: %(date)s") % {"date": when(here)}
    following = next((step for step in steps if step.sequence > here.sequence), None)
    if following is None:
        return said
    if following.ends:
        end = following.effective_on
        if end.is_exact:
            return _("%(since)s, tot en met %(date)s") % {"since": said, "date": when(following)}
        if end.earliest and end.latest:
            return _("%(since)s; einde: %(date)s") % {"since": said, "date": when(following)}
        return _("%(since)s; einddatum niet gevonden") % {"since": said}
    return _("%(since)s; daarna %(phase)s (%(date)s)") % {
        "since": said,
        "phase": phase_label(following.to_phase).lower(),
        "date": when(following),
    }


def may_have_moved(state: PhaseState) -> str:
    """`mogelijk al afgerond`, or '' when the phase is certain."""
    labels = list(dict.fromkeys(phase_label(change.to_phase).lower() for change in state.uncertain))
    return _("mogelijk al %(phases)s") % {"phases": _(" of ").join(labels)} if labels else ""
