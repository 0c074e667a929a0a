"""What comes out: cells that are shown or hidden, frozen, and the same after a trip through JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, Literal

from ser_portal.disclosure.inputs import REACHED, STOPPED

Why = Literal["small", "dominance", "group", "secondary", "withheld"]
PRIMARY: Final[tuple[Why, ...]] = ("small", "dominance", "group")
REASONS: Final[tuple[Why, ...]] = (*PRIMARY, "secondary", "withheld")


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure that may be published; a count is an int, an amount an int or a Decimal."""

    value: int | Decimal


@dataclass(frozen=True, slots=True)
class Hidden:
    """A figure that may not. `why` is for the secretariat; parties get "withheld" (see `Protected.for_parties`)."""

    why: Why


Cell = Shown | Hidden


@dataclass(frozen=True)
class Report:
    """How much was hidden and why. `last_resort`: a whole row or more went, because nothing less was enough."""

    cells: int
    hidden: int
    primary: int
    secondary: int
    why: Mapping[str, int]
    last_resort: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "cells": self.cells,
            "hidden": self.hidden,
            "primary": self.primary,
            "secondary": self.secondary,
            "why": dict(self.why),
            "last_resort": self.last_resort,
        }


@dataclass(frozen=True)
class Protected:
    """A table that may be published as it stands: `cells[row, column]`, margins under `TOTAL`.

    Of a ladder the rows are `REACHED` and `STOPPED`.
    """

    name: str
    kind: Literal["count", "magnitude", "ladder"]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]
    last_resort: bool = field(default=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", MappingProxyType(dict(self.cells)))

    def __getitem__(self, place: tuple[str, str]) -> Cell:
        return self.cells[place]

    def __hash__(self) -> int:
        return hash((self.name, self.kind, tuple(self.cells.items())))

    @property
    def report(self) -> Report:
        why = Counter(cell.why for cell in self.cells.values() if isinstance(cell, Hidden))
        return Report(
            cells=len(self.cells),
            hidden=why.total(),
            primary=sum(why[reason] for reason in PRIMARY),
            secondary=why["secondary"],
            why=MappingProxyType({reason: why[reason] for reason in REASONS if why[reason]}),
            last_resort=self.last_resort,
        )

    def for_parties(self) -> Protected:
        """The same table without the reason per cell: knowing that a cell is small would narrow it down."""
        cells: dict[tuple[str, str], Cell] = {
            place: cell if isinstance(cell, Shown) else Hidden("withheld") for place, cell in self.cells.items()
        }
        return Protected(self.name, self.kind, self.rows, self.columns, cells)

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON, with the report beside them."""
        return {
            "name": self.name,
            "kind": self.kind,
            "rows": list(self.rows),
            "columns": list(self.columns),
            "cells": [[row, column, _cell_to_json(cell)] for (row, column), cell in self.cells.items()],
            "report": self.report.to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Protected:
        """The table again. Raises ValueError when this is not what `to_json` makes."""
        try:
            if data["kind"] not in ("count", "magnitude", "ladder"):
                raise ValueError("unknown kind of table")
            made = cls(
                name=str(data["name"]),
                kind=data["kind"],
                rows=tuple(map(str, data["rows"])),
                columns=tuple(map(str, data["columns"])),
                cells={(str(row), str(column)): _cell_from_json(cell) for row, column, cell in data["cells"]},
                last_resort=bool(data["report"]["last_resort"]),
            )
        except (KeyError, TypeError, ArithmeticError) as wrong:
            raise ValueError("this is not a protected table") from wrong
        if made.report.to_json() != data["report"]:
            raise ValueError("the report does not fit the cells")
        return made


@dataclass(frozen=True)
class Release:
    """Tables that were protected together and may be published together."""

    tables: Mapping[str, Protected]

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", MappingProxyType(dict(self.tables)))

    def __getitem__(self, name: str) -> Protected:
        return self.tables[name]

    def for_parties(self) -> Release:
        """The release as parties may see it."""
        return Release({name: table.for_parties() for name, table in self.tables.items()})

    def to_json(self) -> list[dict[str, Any]]:
        return [table.to_json() for table in self.tables.values()]

    @classmethod
    def from_json(cls, data: list[Mapping[str, Any]]) -> Release:
        tables = [Protected.from_json(each) for each in data]
        return cls({table.name: table for table in tables})


def explain(cell: Cell, *, to_party: bool = True) -> str:
    """A code the screens translate: "shown", or why not. A party hears "withheld" whatever the reason."""
    if isinstance(cell, Shown):
        return "shown"
    return "withheld" if to_party else cell.why


def share(numerator: Cell, denominator: Cell) -> Fraction | None:
    """The share, or None when either part is hidden or the denominator is zero. Protect both as a `Pair` first."""
    if isinstance(numerator, Hidden) or isinstance(denominator, Hidden) or not denominator.value:
        return None
    return Fraction(numerator.value) / Fraction(denominator.value)


def place_names(rungs: tuple[str, ...]) -> list[tuple[str, str]]:
    """The cells of a ladder in order."""
    return [(REACHED, rung) for rung in rungs] + [(STOPPED, rung) for rung in rungs[:-1]]


def _cell_to_json(cell: Cell) -> dict[str, Any]:
    if isinstance(cell, Hidden):
        return {"hidden": cell.why}
    return {"shown": cell.value if isinstance(cell.value, int) else str(cell.value)}


def _cell_from_json(data: Mapping[str, Any]) -> Cell:
    if set(data) == {"hidden"} and data["hidden"] in REASONS:
        return Hidden(data["hidden"])
    if set(data) != {"shown"} or isinstance(data["shown"], bool) or not isinstance(data["shown"], int | str):
        raise ValueError("a cell is shown or hidden")
    return Shown(data["shown"] if isinstance(data["shown"], int) else Decimal(data["shown"]))
