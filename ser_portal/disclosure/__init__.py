"""Small-count protection: which cells of a table over confidential rows may be published."""

from ser_portal.disclosure.decide import protect, protect_table
from ser_portal.disclosure.follow import Answer, may_follow
from ser_portal.disclosure.inputs import (
    FLOOR,
    REACHED,
    STOPPED,
    TOTAL,
    Contribution,
    Ladder,
    Link,
    Pair,
    Rule,
    Table,
    split,
)
from ser_portal.disclosure.outcome import Cell, Hidden, Protected, Release, Report, Shown, explain, share

__all__ = [
    "FLOOR",
    "REACHED",
    "STOPPED",
    "TOTAL",
    "Answer",
    "Cell",
    "Contribution",
    "Hidden",
    "Ladder",
    "Link",
    "Pair",
    "Protected",
    "Release",
    "Report",
    "Rule",
    "Shown",
    "Table",
    "explain",
    "may_follow",
    "protect",
    "protect_table",
    "share",
    "split",
]
