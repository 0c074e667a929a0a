"""Seats and who holds them. A vacancy and a holder nobody has found are different things."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from climate.models.base import Dated, Holding, Kept, OfAccordQuerySet
from climate.models.forum import Forum, OfForumQuerySet
from climate.models.tables import SectorTable
from climate.models.tracks import Track
from covenants.models import Party


class SeatKind(models.TextChoices):
    CHAIR = "chair", _("voorzitter")
    SENIOR_OFFICIAL = "senior_official", _("hoge ambtenaar")
    COUNCIL_CHAIR = "council_chair", _("voorzitter van een uitvoeringsoverleg")
    STRUCTURE_LEAD = "structure_lead", _("kopstuk van een uitvoeringsstructuur")


class Seat(Dated, Kept):
    """A place in the forum. Without dates of its own it exists as long as the forum; `note` says what is not known."""

    forum = models.ForeignKey(Forum, models.CASCADE, related_name="seats", verbose_name=_("overleg"))
    number = models.PositiveSmallIntegerField(_("nummer"))
    kind = models.CharField(_("soort"), max_length=20, choices=SeatKind)
    title_nl = models.CharField(_("zetel"), max_length=200)
    title_en = models.CharField(_("zetel in het Engels"), max_length=200, blank=True)
    sector_table = models.ForeignKey(
        SectorTable, models.SET_NULL, null=True, blank=True, related_name="seats", verbose_name=_("sectortafel")
    )
    track = models.ForeignKey(
        Track, models.SET_NULL, null=True, blank=True, related_name="seats", verbose_name=_("traject")
    )

    objects = OfForumQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("zetel")
        verbose_name_plural = _("zetels")
        ordering = ["forum", "number"]
        constraints = [
            *Kept.Meta.constraints,
            *Dated.constraints("climate_seat"),
            models.CheckConstraint(name="climate_seat_kind_known", condition=Q(kind__in=SeatKind.values)),
            models.UniqueConstraint(fields=["forum", "number"], name="climate_seat_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title_nl}"

    def exists_on(self, day: date) -> bool:
        """Whether the seat was there on `day`, apart from whether its forum was."""
        began, ended = self.began, self.ended
        return (not began.is_known or began.certain_on(day)) and not (ended.latest is not None and ended.latest < day)


class OfSeatQuerySet(OfAccordQuerySet):
    through = "seat__forum__agreement"


class SeatHolding(Holding):
    """Who held a seat, for a party or in person, from when to when; or that it was known to be vacant."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="holdings", verbose_name=_("zetel"))
    name = models.CharField(_("naam"), max_length=160, blank=True)
    party = models.ForeignKey(
        Party, models.SET_NULL, null=True, blank=True, related_name="seat_holdings", verbose_name=_("partij")
    )
    vacant = models.BooleanField(_("vacant"), default=False)

    objects = OfSeatQuerySet.as_manager()

    class Meta(Holding.Meta):
        verbose_name = _("bezetting van een zetel")
        verbose_name_plural = _("bezetting van zetels")
        ordering = ["seat", "began_earliest", "pk"]
        constraints = [
            *Holding.Meta.constraints,
            *Dated.constraints("climate_seat_holding"),
            models.CheckConstraint(
                name="climate_seat_holding_named_or_vacant",
                condition=(Q(vacant=True) & Q(name="")) | (Q(vacant=False) & ~Q(name="")),
                violation_error_message=_("Een zetel heeft een bezetter met een naam, of is vacant."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or _now("vacant")


class SeatStatus(models.TextChoices):
    HELD = "held", _("bezet")
    VACANT = "vacant", _("vacant")
    UNKNOWN = "unknown", _("bezetter onbekend")


@dataclass(frozen=True)
class SeatState:
    """A seat on a day: who held it for certain, and who may have held it."""

    seat: Seat
    holder: SeatHolding | None
    maybe: tuple[SeatHolding, ...]

    @classmethod
    def of(cls, seat: Seat, holdings: Iterable[SeatHolding], day: date) -> "SeatState":
        """The state on `day` of these holdings of `seat`; of two that hold, the one begun last."""
        rows = list(holdings)
        certain = [row for row in rows if row.holds_on(day)]
        holder = max(certain, key=lambda row: (row.began.latest or date.min, row.pk), default=None)
        return cls(seat, holder, tuple(row for row in rows if row.uncertain_on(day)))

    @property
    def status(self) -> SeatStatus:
        if self.holder is None:
            return SeatStatus.UNKNOWN
        return SeatStatus.VACANT if self.holder.vacant else SeatStatus.HELD

    @property
    def maybe_others(self) -> tuple[SeatHolding, ...]:
        """Those who may have held it besides the certain holder."""
        return tuple(row for row in self.maybe if row != self.holder)

    @property
    def is_uncertain(self) -> bool:
        return bool(self.maybe)
