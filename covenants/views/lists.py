"""What lists share."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


class Counted:
    """A queryset whose length something else already told; a page of it costs one query less."""

    def __init__(self, rows: Any, count: int) -> None:
        self.rows, self._count = rows, count

    def count(self) -> int:
        return self._count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, key: slice) -> Any:
        return self.rows[key]


@dataclass(frozen=True)
class Tally:
    """How many rows of each kind there are; invented ones (`is_sample`) apart, because they count in nothing."""

    real: dict[Any, int]
    invented: dict[Any, int]

    @classmethod
    def of(cls, rows: Iterable[tuple[Any, bool, int]]) -> "Tally":
        """From (kind, is_sample, number)."""
        found = list(rows)
        return cls(
            {kind: number for kind, is_sample, number in found if not is_sample},
            {kind: number for kind, is_sample, number in found if is_sample},
        )

    def count(self, kind: Any = None) -> int:
        """The real ones of this kind, or all of them."""
        return sum(self.real.values()) if kind is None else self.real.get(kind, 0)

    def samples(self, kind: Any = None) -> int:
        return sum(self.invented.values()) if kind is None else self.invented.get(kind, 0)

    def has(self, kind: Any) -> bool:
        return bool(self.real.get(kind) or self.invented.get(kind))
