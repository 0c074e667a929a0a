"""The parts of a reference file that other apps load; each app adds its own when it is ready."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from covenants.reference.loader import Loader

Part = Callable[..., None]
_PARTS: list[Part] = []


def add(part: Part) -> None:
    """`part(data, loader=loader)` is called inside the transaction of `load_reference`, after covenants' own part."""
    if part not in _PARTS:
        _PARTS.append(part)


def run(data: dict[str, Any], loader: "Loader") -> None:
    """Every part in the order in which it was added."""
    for part in _PARTS:
        part(data, loader=loader)
