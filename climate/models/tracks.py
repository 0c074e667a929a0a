"""Tracks: what touches several sectors, named as a structure, a theme or a topic."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from climate.models.base import Dated, Holding, Kept, OfAccordQuerySet
from covenants.models import Activity, Agreement

LABOUR_MARKET = "arbeidsmarkt-en-scholing"  # the track that has a workspace of its own


class NamedAs(models.TextChoices):
    """What the sources call it."""

    STRUCTURE = "structure", _("structuur")
    THEME = "theme", _("thema")
    TOPIC = "topic", _("onderwerp")


class Track(Kept):
    """A subject that crosses the sectors (traject). `confirmed` says a source names it as a structure of the accord."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="tracks", verbose_name=_("akkoord"))
    slug = models.SlugField(_("kenmerk"), max_length=80, unique=True)
    number = models.PositiveSmallIntegerField(_("volgorde"))
    name_nl = models.CharField(_("naam"), max_length=120)
    name_en = models.CharField(_("naam in het Engels"), max_length=120, blank=True)
    formal_name_nl = models.CharField(_("volledige naam"), max_length=200, blank=True)
    formal_name_en = models.CharField(_("volledige naam in het Engels"), max_length=200, blank=True)
    named_as = models.CharField(_("genoemd als"), max_length=20, choices=NamedAs)
    confirmed = models.BooleanField(_("bevestigd"), default=False)
    activities = models.ManyToManyField(
        Activity, through="TrackActivity", related_name="tracks", verbose_name=_("activiteiten")
    )

    objects = OfAccordQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("traject")
        verbose_name_plural = _("trajecten")
        ordering = ["agreement", "number"]
        constraints = [
            *Kept.Meta.constraints,
            models.CheckConstraint(name="climate_track_named_as_known", condition=Q(named_as__in=NamedAs.values)),
        ]

    def __str__(self) -> str:
        return self.name_nl

    def get_absolute_url(self) -> str:
        """Its page; for Arbeidsmarkt en scholing that is its workspace."""
        if self.slug == LABOUR_MARKET:
            return reverse("climate:labour_market")
        return reverse("climate:track", args=[self.slug])

    @property
    def is_confirmed_structure(self) -> bool:
        return self.confirmed and self.named_as == NamedAs.STRUCTURE


class OfTrackQuerySet(OfAccordQuerySet):
    through = "track__agreement"


class TrackChair(Holding):
    """Who leads a track, from when to when."""

    track = models.ForeignKey(Track, models.CASCADE, related_name="chairs", verbose_name=_("traject"))

    objects = OfTrackQuerySet.as_manager()

    class Meta(Holding.Meta):
        verbose_name = _("voorzitter van een traject")
        verbose_name_plural = _("voorzitters van trajecten")
        ordering = ["track", "began_earliest", "pk"]
        constraints = [*Holding.Meta.constraints, *Dated.constraints("climate_track_chair")]


class TrackFactKind(models.TextChoices):
    """What a fact about a track is about, in the order in which it is shown."""

    PURPOSE = "purpose", _("Doel")
    PREDECESSOR = "predecessor", _("Voorganger")
    PARTIES = "parties", _("Deelnemende partijen")
    PRINCIPLE = "principle", _("Uitgangspunten en afspraken")


class TrackFact(Kept):
    """One thing known about a track, with its source. An empty text means: looked for and not found, see the note."""

    track = models.ForeignKey(Track, models.CASCADE, related_name="facts", verbose_name=_("traject"))
    kind = models.CharField(_("soort"), max_length=20, choices=TrackFactKind)
    number = models.PositiveSmallIntegerField(_("volgorde"), default=1)
    text_nl = models.TextField(_("tekst"), blank=True)
    text_en = models.TextField(_("tekst in het Engels"), blank=True)

    objects = OfTrackQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("feit over een traject")
        verbose_name_plural = _("feiten over trajecten")
        ordering = ["track", "kind", "number"]
        constraints = [
            *Kept.Meta.constraints,
            models.CheckConstraint(name="climate_track_fact_kind_known", condition=Q(kind__in=TrackFactKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {(self.text_nl or self.note)[:60]}"


class TrackActivity(Kept):
    """That an activity belongs to a track; the note says why when it does not speak for itself."""

    track = models.ForeignKey(Track, models.CASCADE, related_name="activity_links", verbose_name=_("traject"))
    activity = models.ForeignKey(Activity, models.CASCADE, related_name="track_links", verbose_name=_("activiteit"))

    objects = OfTrackQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("activiteit van een traject")
        verbose_name_plural = _("activiteiten van trajecten")
        ordering = ["track", "activity__occurred_earliest", "pk"]
        constraints = [
            *Kept.Meta.constraints,
            models.UniqueConstraint(fields=["track", "activity"], name="climate_track_activity_once"),
        ]

    def __str__(self) -> str:
        return f"{self.track}: {self.activity}"
