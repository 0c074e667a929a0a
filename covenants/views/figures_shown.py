"""How the totals of a round are written: numbers, shares with both sides, and what is hidden with why. No changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from covenants.models import Commitment, MeasureKind, ProgressStatus
from covenants.progress_figures import (
    CELLS,
    COLUMNS,
    LADDER,
    NONE,
    STATUS,
    SUM,
    Contributed,
    Released,
    difference,
    exact_cells,
)
from ser_portal.disclosure import TOTAL, Cell, Hidden, Release, Report, Shown, share
from ser_portal.figures import FigureDefinition, all_figures, get_figure
from ser_portal.words import words

IN_LADDER = ("round.members", "round.asked", "round.answered", "round.assessed", "round.compliant")
Read = Callable[[str, str, str], Cell]  # (table, row, column)


@dataclass(frozen=True)
class Number:
    """One number on a page. `why` says in words that it is hidden; `exact` is what the secretariat sees beside that."""

    text: str
    why: str = ""
    exact: str = ""
    of: str = ""  # the denominator
    percent: str = ""

    @property
    def hidden(self) -> bool:
        return bool(self.why)


def written(value: int | Decimal) -> str:
    """A number as this reader writes it, without needless zeros."""
    plain = f"{value:f}" if isinstance(value, Decimal) else str(value)
    places = len(plain.partition(".")[2].rstrip("0"))
    return str(formats.number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True))


def percent(part: Fraction) -> str:
    """`38%`, rounded to the nearest whole percent."""
    exact = Decimal(part.numerator * 100) / Decimal(part.denominator)
    return f"{exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)}%"


def why_hidden(cell: Hidden) -> str:
    """Why a number is not shown; only the secretariat hears which of the reasons it is."""
    return {
        "small": _("klein aantal"),
        "dominance": _("één partij overheerst de som"),
        "group": _("zou iets zeggen over een hele groep"),
        "secondary": _("anders af te leiden uit de rest"),
        "withheld": _("om te voorkomen dat een partij te herkennen is"),
    }[cell.why]


def number(cell: Cell | None, *, exact: int | Decimal | None = None, of: Cell | None = None) -> Number:
    """A cell as a page shows it, with its denominator and its share where both may be known."""
    if cell is None:
        return Number(text="–")
    whole = written(of.value) if isinstance(of, Shown) else ""
    if isinstance(cell, Hidden):
        return Number(text="", why=why_hidden(cell), exact="" if exact is None else written(exact), of=whole)
    part = share(cell, of) if of is not None else None
    return Number(
        text=written(cell.value),
        of=whole,
        percent=percent(part) if part is not None else "",
    )


def title(figure: FigureDefinition) -> str:
    return figure.title(get_language() or "nl")


def definition(figure: FigureDefinition) -> str:
    return figure.definition(get_language() or "nl")


def whole_of(figure: FigureDefinition) -> str:
    """The title of what a figure is a share of."""
    whole = get_figure(figure.share_of) if figure.share_of else None
    return title(whole) if whole else ""


@dataclass(frozen=True)
class FigureLine:
    """A declared figure with its number."""

    code: str
    title: str
    definition: str
    whole: str
    number: Number


@dataclass(frozen=True)
class StatusLine:
    """One commitment with a number for each status."""

    label: str
    url: str
    cells: list[tuple[str, Number]]  # (heading, number)


@dataclass(frozen=True)
class MeasureLine:
    """What was reported about one commitment, summed over parties."""

    label: str
    url: str
    unit: str
    numerator: Number
    denominator: Number | None
    percent: str
    sides: tuple[str, str]


@dataclass(frozen=True)
class Totals:
    """All released or releasable numbers of a round, ready to be drawn."""

    ladder: list[FigureLine]
    others: list[FigureLine]
    headings: list[str]
    statuses: list[StatusLine]
    measures: list[MeasureLine]


class Source:
    """Where the numbers come from: a frozen release, a release that is being prepared, or the exact cells."""

    def __init__(
        self, cells: Read, *, has: Callable[[str], bool], exact: dict[tuple[str, str, str], Any] | None = None
    ) -> None:
        self.read, self.has, self.exact = cells, has, exact or {}

    @classmethod
    def of_release(cls, release: Release, exact: Contributed | None = None) -> Source:
        return cls(
            lambda table, row, column: release[table][row, column],
            has=lambda name: name in release.tables,
            exact=exact_cells(exact) if exact else None,
        )

    @classmethod
    def of_frozen(cls, released: Released) -> Source:
        return cls.of_release(released.tables)

    @classmethod
    def of_contributed(cls, given: Contributed) -> Source:
        exact = exact_cells(given)
        names = {ref[0] for ref in exact}
        return cls(lambda table, row, column: Shown(exact[table, row, column]), has=lambda name: name in names)

    def figure(self, code: str) -> Cell | None:
        """The number of a declared figure; None when it is not one of these."""
        places = CELLS.get(code, ())
        return difference([self.read(*place) for place in places]) if all(self.has(p[0]) for p in places) else None

    def exact_figure(self, code: str) -> int | Decimal | None:
        if not self.exact or code not in CELLS:
            return None
        first, *rest = (self.exact.get(place) for place in CELLS[code])
        return None if first is None else first - sum(value or 0 for value in rest)

    def line(self, figure: FigureDefinition) -> FigureLine:
        of = self.figure(figure.share_of) if figure.share_of else None
        found = number(self.figure(figure.code), exact=self.exact_figure(figure.code), of=of)
        return FigureLine(figure.code, title(figure), definition(figure), whole_of(figure), found)

    def cell(self, table: str, row: str, column: str) -> Number:
        return number(self.read(table, row, column), exact=self.exact.get((table, row, column)))


def totals_of(source: Source, commitments: Iterable[int], user: Any) -> Totals:
    """The numbers with their words; texts only of commitments this person may read. One query."""
    keys = list(commitments)
    known = Commitment.objects.visible_to(user).in_bulk(keys)
    lines = [source.line(figure) for figure in all_figures("round") if figure.code in CELLS]
    has_status = source.has(STATUS)
    return Totals(
        ladder=[line for line in lines if line.code in IN_LADDER],
        others=[line for line in lines if line.code not in IN_LADDER and (has_status or line.code == "round.silent")],
        headings=_headings(),
        statuses=[_status_line(source, pk, n, known) for n, pk in enumerate(keys, start=1)] if has_status else [],
        measures=[
            line for n, pk in enumerate(keys, start=1) if (line := _measure_line(source, pk, n, known)) is not None
        ],
    )


def _headings() -> list[str]:
    statuses = [str(ProgressStatus(value).label) for value in COLUMNS if value != NONE]
    return [*statuses, _("Geen goedgekeurde stand"), _("Alle")]


def _status_line(source: Source, pk: int, place: int, known: dict[int, Commitment]) -> StatusLine:
    label, url = _named(pk, place, known)
    cells = [source.cell(STATUS, f"c{pk}", column) for column in (*COLUMNS, TOTAL)]
    return StatusLine(label, url, list(zip(_headings(), cells, strict=True)))


def _measure_line(source: Source, pk: int, place: int, known: dict[int, Commitment]) -> MeasureLine | None:
    label, url = _named(pk, place, known)
    row = known.get(pk)
    if source.has(f"value/c{pk}"):
        found = source.cell(f"value/c{pk}", SUM, SUM)
        return MeasureLine(label, url, row.measure_unit if row else "", found, None, "", ("", ""))
    if not source.has(f"numerator/c{pk}"):
        return None
    above, below = (source.read(f"{part}/c{pk}", SUM, SUM) for part in ("numerator", "denominator"))
    part = share(above, below)
    sides = (row.numerator_label, row.denominator_label) if row and row.measure_kind == MeasureKind.SHARE else ("", "")
    return MeasureLine(
        label,
        url,
        row.measure_unit if row else "",
        source.cell(f"numerator/c{pk}", SUM, SUM),
        source.cell(f"denominator/c{pk}", SUM, SUM),
        percent(part) if part is not None else "",
        sides,
    )


def _named(pk: int, place: int, known: dict[int, Commitment]) -> tuple[str, str]:
    """What a commitment is called for this reader; one that may not be read has only its place in the table."""
    if pk not in known:
        return _("%(place)s. afspraak waarvan u de tekst niet ziet") % {"place": place}, ""
    return f"{place}. {words(known[pk], 'text')}", known[pk].get_absolute_url()


def report_lines(release: Release) -> list[tuple[str, Report, list[tuple[str, int]]]]:
    """The suppression report in words: per table how much is hidden and why."""
    found = []
    sums = [table.report for name, table in release.tables.items() if name not in (LADDER, STATUS)]
    for name, label in ((LADDER, _("Ladder")), (STATUS, _("Standen per afspraak"))):
        if name in release.tables:
            report = release[name].report
            found.append((label, report, _reasons(report.why)))
    if sums:
        together = Report(
            cells=len(sums),
            hidden=sum(bool(report.hidden) for report in sums),
            primary=sum(bool(report.primary) for report in sums),
            secondary=sum(bool(report.secondary and not report.primary) for report in sums),
            why={},
        )
        found.append((_("Gemeten waarden"), together, []))
    return found


def _reasons(why: Any) -> list[tuple[str, int]]:
    return [(why_hidden(Hidden(reason)), times) for reason, times in why.items()]
