"""A figure is declared once; screen, drill-down, document and check all read that one declaration (design.md, 5).

An app declares its figures in its own `figures.py` with `@figure(...)`; the function returns a `Selection`: the records
counted, those left out with a reason each, and the uncertain ones. Nothing else computes a number.

A figure has a scope: most are asked for a day, those of scope "round" for one reporting round. What asks for all
figures gets those of a day unless it says otherwise.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeVar

Read = TypeVar("Read")
Scope = Literal["day", "round"]


@dataclass(frozen=True)
class Record:
    """One record behind a figure: enough to show and to find it again years later."""

    model: str  # "covenants.agreement"
    pk: int
    label: str
    url: str = ""
    reason: str = ""  # why it was left out, or why it is uncertain
    detail: str = ""  # what made it count, e.g. "Implementatie sinds 4 juli 2016"
    version: int = 0  # the version of the record that was read


class Records(Sequence[Record]):
    """Records that write their sentences only when somebody reads them: a page that shows a number needs none.

    Made of (key, function) pairs; the key is (model, pk).
    """

    def __init__(self, pairs: Iterable[tuple[tuple[str, int], Callable[[], Record]]] = ()) -> None:
        self._pairs = list(pairs)
        self._made: dict[int, Record] = {}

    def __len__(self) -> int:
        return len(self._pairs)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[n] for n in range(*place.indices(len(self)))]
        if place < 0:
            place += len(self)
        if place not in self._made:
            self._made[place] = self._pairs[place][1]()  # raises IndexError past the end, as a sequence does
        return self._made[place]

    @property
    def keys(self) -> set[tuple[str, int]]:
        return {key for key, _ in self._pairs}


def keys_of(records: Sequence[Record]) -> set[tuple[str, int]]:
    """Which records these are, without writing their sentences."""
    return records.keys if isinstance(records, Records) else {(record.model, record.pk) for record in records}


@dataclass(frozen=True)
class Selection:
    """What a figure found. `uncertain` holds records of either list whose place is not certain on that day."""

    counted: Sequence[Record] = ()
    left_out: Sequence[Record] = ()
    uncertain: Sequence[Record] = ()

    @property
    def value(self) -> int:
        return len(self.counted)

    @property
    def uncertain_in_value(self) -> int:
        """How many of those counted are uncertain: what is said beside the number."""
        return len(keys_of(self.counted) & keys_of(self.uncertain))


@dataclass(frozen=True)
class FigureDefinition:
    """The declaration: what the number means, in which unit, since which version of its definition."""

    code: str
    title_nl: str
    title_en: str
    definition_nl: str
    definition_en: str
    unit_nl: str
    unit_en: str
    version: int
    select: Callable[[Any, Any], Selection] = field(compare=False)  # of (day or round, viewer)
    scope: Scope = "day"
    share_of: str = ""  # the code of the figure this is a part of: its denominator

    def title(self, language: str = "nl") -> str:
        return self.title_en if language.startswith("en") else self.title_nl

    def definition(self, language: str = "nl") -> str:
        return self.definition_en if language.startswith("en") else self.definition_nl

    def unit(self, language: str = "nl") -> str:
        return self.unit_en if language.startswith("en") else self.unit_nl


_REGISTRY: dict[str, FigureDefinition] = {}
Select = TypeVar("Select", bound=Callable[[Any, Any], Selection])


def figure(
    code: str,
    *,
    title: tuple[str, str],
    definition: tuple[str, str],
    unit: tuple[str, str],
    version: int = 1,
    scope: Scope = "day",
    share_of: str = "",
) -> Callable[[Select], Select]:
    """Declare a figure (texts as Dutch, English). The function gets (as_of, viewer), or (round, viewer) when that is
    its scope; viewer None is the outside world. A share names the figure it is a part of, declared before it.

    Raises ValueError when the code is taken (one definition per number) or the whole is not declared in that scope.
    """

    def declare(select: Select) -> Select:
        if code in _REGISTRY:
            raise ValueError(f"figure {code} is declared twice")
        if share_of and (share_of not in _REGISTRY or _REGISTRY[share_of].scope != scope):
            raise ValueError(f"figure {code} is a share of nothing")
        _REGISTRY[code] = FigureDefinition(code, *title, *definition, *unit, version, select, scope, share_of)
        return select

    return declare


_READ: ContextVar[dict[Any, Any] | None] = ContextVar("figures_read", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """Figures asked for inside share what they read, so that three numbers of one page cost one."""
    if _READ.get() is not None:
        yield
        return
    token = _READ.set({})
    try:
        yield
    finally:
        _READ.reset(token)


def shared(key: Any, read: Callable[[], Read]) -> Read:
    """What `read` gives; inside `one_reading` the second asker for the same `key` gets what the first one read."""
    memory = _READ.get()
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    return memory[key]


def select_all(codes: Iterable[str], day: date, viewer: Any) -> list[tuple[FigureDefinition, Selection]]:
    """The declared figures of a day among these codes with what they find, read together."""
    with one_reading():
        return [
            (definition, definition.select(day, viewer))
            for code in codes
            if (definition := _REGISTRY.get(code)) is not None and definition.scope == "day"
        ]


def all_figures(scope: Scope = "day") -> Iterable[FigureDefinition]:
    """Every declared figure of this scope, in the order of declaration."""
    return [definition for definition in _REGISTRY.values() if definition.scope == scope]


def get_figure(code: str) -> FigureDefinition | None:
    """The figure with this code, or None."""
    return _REGISTRY.get(code)
