"""What goes in: who contributed what, how the table is laid out, and how much protection is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

FLOOR: Final = 3
TOTAL: Final = "*"
"""The row or column of a margin. No row or column of a table may have this name."""
REACHED: Final = "reached"
STOPPED: Final = "stopped"
Kind = Literal["count", "magnitude"]
Ref = tuple[str, str, str]
"""One cell: table, row, column (`TOTAL` for a margin)."""


@dataclass(frozen=True, slots=True, repr=False)
class Rule:
    """How much protection an agreement asks. Never shown to parties, hence no readable `repr`.

    `minimum`: distinct groups a shown total needs; `p_percent`: percent within which nobody may know an amount.
    Raises ValueError below the floor of three, or when p is not above 0 and at most 100.
    """

    minimum: int = 5
    p_percent: int | Decimal = 10

    def __post_init__(self) -> None:
        if isinstance(self.minimum, bool) or not isinstance(self.minimum, int) or self.minimum < FLOOR:
            raise ValueError("the minimum number of contributors is below the floor")
        if isinstance(self.p_percent, bool) or not isinstance(self.p_percent, int | Decimal):
            raise ValueError("the percentage is not a number")
        if not Decimal(self.p_percent).is_finite() or not 0 < self.p_percent <= 100:
            raise ValueError("the percentage is out of range")

    @property
    def p(self) -> Fraction:
        return Fraction(self.p_percent) / 100


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one party adds to one cell. Parties with the same `group` count once; without a group each is its own.

    `value` is the reported amount, zero or more, and is not looked at in a table of counts.
    """

    unit: str
    row: str
    column: str
    group: str = ""
    value: int | Decimal = 1

    @property
    def contributor(self) -> str:
        """Whoever counts once and knows its own answers: the group, or else the unit."""
        return f"group {self.group}" if self.group else f"unit {self.unit}"


@dataclass(frozen=True)
class Table:
    """Rows × columns with margins, of parties (count) or of reported amounts (magnitude).

    `known_row_totals`: everybody knows them anyway, as how many parties were asked; the default is yes for counts.
    `harmless`: columns in which it may be known that everybody is. Raises ValueError when the layout or a
    contribution makes no sense, or when a party occurs twice in a row.
    """

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    contributions: tuple[Contribution, ...]
    kind: Kind = "count"
    known_row_totals: bool | None = None
    harmless: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for attribute in ("rows", "columns", "contributions"):
            object.__setattr__(self, attribute, tuple(getattr(self, attribute)))
        object.__setattr__(self, "harmless", frozenset(self.harmless))
        if self.known_row_totals is None:
            object.__setattr__(self, "known_row_totals", self.kind == "count")
        if self.kind not in ("count", "magnitude"):
            raise ValueError("a table holds counts or magnitudes")
        for names in (self.rows, self.columns):
            if not names or len(set(names)) != len(names) or TOTAL in names:
                raise ValueError("rows and columns need different names, none of them that of a total")
        if not self.harmless <= set(self.columns):
            raise ValueError("a harmless column is not in the table")
        _check_contributions(self.contributions, set(self.rows), set(self.columns))


@dataclass(frozen=True)
class Ladder:
    """Nested counts, widest first: members, asked, answered, assessed, compliant.

    The column of a contribution is the last rung that party reached (its row is not looked at). Protected as cells
    `(REACHED, rung)` and, because anybody can subtract neighbours, `(STOPPED, rung)`: reached this and not the next.
    `known`: rungs that are public knowledge. `harmless`: rungs of which it may be known that everybody reached them,
    or that nobody got beyond them. Raises ValueError as `Table` does.
    """

    name: str
    rungs: tuple[str, ...]
    contributions: tuple[Contribution, ...]
    known: frozenset[str] = frozenset()
    harmless: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for attribute in ("rungs", "contributions"):
            object.__setattr__(self, attribute, tuple(getattr(self, attribute)))
        for attribute in ("known", "harmless"):
            object.__setattr__(self, attribute, frozenset(getattr(self, attribute)))
        if not self.rungs or len(set(self.rungs)) != len(self.rungs) or TOTAL in self.rungs:
            raise ValueError("rungs need different names, none of them that of a total")
        if not (self.known | self.harmless) <= set(self.rungs):
            raise ValueError("a known or harmless rung is not on the ladder")
        _check_contributions(self.contributions, None, set(self.rungs))


@dataclass(frozen=True)
class Link:
    """A cell that is the sum of cells of other tables; with one part: the same figure in two tables."""

    total: Ref
    parts: tuple[Ref, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", tuple(self.total))
        object.__setattr__(self, "parts", tuple(tuple(part) for part in self.parts))
        if not self.parts or self.total in self.parts or len(set(self.parts)) != len(self.parts):
            raise ValueError("a link needs different cells")


@dataclass(frozen=True)
class Pair:
    """Numerators and denominators of shares, two tables of one layout: a cell hidden in one is hidden in both.

    `part_of_whole`: everybody knows that no numerator passes its denominator.
    """

    numerator: str
    denominator: str
    part_of_whole: bool = False


Source = Table | Ladder


def split(table: Table, by: dict[str, str], parts: Iterable[str]) -> tuple[list[Source], list[Link]]:
    """The table whole and per part (`by`: unit → part, as a party type), linked in every cell.

    The parts are called `<table>/<part>`. Raises ValueError for a unit without a known part.
    """
    wanted = tuple(parts)
    if len(set(wanted)) != len(wanted) or any(by.get(each.unit) not in wanted for each in table.contributions):
        raise ValueError("every unit needs one of the parts")
    tables: list[Source] = [table]
    for part in wanted:
        own = tuple(each for each in table.contributions if by[each.unit] == part)
        tables.append(
            Table(
                f"{table.name}/{part}",
                table.rows,
                table.columns,
                own,
                table.kind,
                table.known_row_totals,
                table.harmless,
            )
        )
    links = [
        Link((table.name, row, column), tuple((f"{table.name}/{part}", row, column) for part in wanted))
        for row in (*table.rows, TOTAL)
        for column in (*table.columns, TOTAL)
    ]
    return tables, links


def _check_contributions(given: tuple[Contribution, ...], rows: set[str] | None, columns: set[str]) -> None:
    seen: set[tuple[str, str]] = set()
    groups: dict[str, str] = {}
    for each in given:
        if (rows is not None and each.row not in rows) or each.column not in columns:
            raise ValueError("a contribution lies outside the table")
        value = each.value
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise ValueError("an amount is a whole number or a Decimal")
        if not Decimal(value).is_finite() or value < 0:
            raise ValueError("an amount is finite and not negative")
        place = (each.unit, "" if rows is None else each.row)
        if place in seen:
            raise ValueError("a unit occurs twice in a row")
        seen.add(place)
        if groups.setdefault(each.unit, each.group) != each.group:
            raise ValueError("a unit belongs to two groups")
