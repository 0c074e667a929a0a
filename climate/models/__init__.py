"""The Voortgangsoverleg, its seats, the sector tables and the tracks across sectors. See climate/README.md."""

from climate.models.base import Dated, Kept, OfAccordQuerySet, standing_on
from climate.models.forum import (
    Forum,
    ForumActivity,
    ForumFact,
    ForumFactKind,
    ForumTask,
    Part,
    Standing,
)
from climate.models.seats import Seat, SeatHolding, SeatKind, SeatState, SeatStatus
from climate.models.tables import SectorTable, TableChair, TableStage
from climate.models.tracks import (
    LABOUR_MARKET,
    NamedAs,
    Track,
    TrackActivity,
    TrackChair,
    TrackFact,
    TrackFactKind,
)

__all__ = [
    "LABOUR_MARKET", "Dated", "Forum", "ForumActivity", "ForumFact", "ForumFactKind", "ForumTask", "Kept", "NamedAs",
    "OfAccordQuerySet", "Part", "Seat", "SeatHolding", "SeatKind", "SeatState", "SeatStatus", "SectorTable", "Standing",
    "TableChair", "TableStage", "Track", "TrackActivity", "TrackChair", "TrackFact", "TrackFactKind", "standing_on",
]  # fmt: skip
