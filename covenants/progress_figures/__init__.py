"""The figures of reporting rounds: read once, declared once, protected once when they are released."""

from covenants.progress_figures.declared import Ages, confirmation_ages, facts_for
from covenants.progress_figures.reading import RUNGS, RoundFacts, SlotFacts, silent_parties
from covenants.progress_figures.released import (
    CELLS,
    DEFINITION_VERSION,
    Break,
    Released,
    difference,
    frozen,
    releases_of,
    rounds_for,
    series,
)
from covenants.progress_figures.tables import (
    COLUMNS,
    LADDER,
    NONE,
    STATUS,
    SUM,
    Contributed,
    exact_cells,
    may_replace,
    protected,
    rule_of,
    sha256_of,
)

__all__ = [
    "CELLS",
    "COLUMNS",
    "DEFINITION_VERSION",
    "LADDER",
    "NONE",
    "RUNGS",
    "STATUS",
    "SUM",
    "Ages",
    "Break",
    "Contributed",
    "Released",
    "RoundFacts",
    "SlotFacts",
    "confirmation_ages",
    "difference",
    "exact_cells",
    "facts_for",
    "frozen",
    "may_replace",
    "protected",
    "releases_of",
    "rounds_for",
    "rule_of",
    "series",
    "sha256_of",
    "silent_parties",
]
