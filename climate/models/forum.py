"""The forum that watches the accord being carried out: what it is for, from when to when, and what it did."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from climate.models.base import Dated, Kept, OfAccordQuerySet
from covenants.models import Activity, Agreement


class Standing(models.TextChoices):
    """Where a forum stands on a day."""

    BEFORE = "before", _("bestond nog niet")
    RUNNING = "running", _("in werking")
    ENDED = "ended", _("beëindigd")


class Forum(Dated, Kept):
    """A body that guards the coherence of an accord, such as the Voortgangsoverleg Klimaatakkoord.

    It guards coherence and does not judge; the signatories stay responsible for their own part.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="forums", verbose_name=_("akkoord"))
    slug = models.SlugField(_("kenmerk"), max_length=80, unique=True)
    name_nl = models.CharField(_("naam"), max_length=160)
    name_en = models.CharField(_("naam in het Engels"), max_length=160, blank=True)
    set_up_by = models.CharField(_("ingesteld door"), max_length=200, blank=True)
    facilitated_by = models.CharField(_("begeleid door"), max_length=160, blank=True)
    seat_count = models.PositiveSmallIntegerField(_("aantal zetels volgens de bron"), null=True, blank=True)
    successor = models.CharField(_("opvolging"), max_length=300, blank=True)

    objects = OfAccordQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("overleg")
        verbose_name_plural = _("overleggen")
        ordering = ["began_earliest", "pk"]
        constraints = [*Kept.Meta.constraints, *Dated.constraints("climate_forum")]

    def __str__(self) -> str:
        return self.name_nl

    def get_absolute_url(self) -> str:
        return reverse("climate:forum")

    def standing_on(self, day: date) -> Standing:
        """Not yet there, running, or over on `day` (its last day counts as running)."""
        if self.holds_on(day):
            return Standing.RUNNING
        return Standing.ENDED if self.began.certain_on(day) else Standing.BEFORE

    def last_day_shown(self, day: date) -> date:
        """`day`, or the last day there was anything to see when the forum is over by then."""
        return min(day, self.ended.latest) if self.ended.latest else day


class OfForumQuerySet(OfAccordQuerySet):
    through = "forum__agreement"


class ForumTask(Kept):
    """One thing the forum is for."""

    forum = models.ForeignKey(Forum, models.CASCADE, related_name="tasks", verbose_name=_("overleg"))
    number = models.PositiveSmallIntegerField(_("nummer"))
    text_nl = models.CharField(_("taak"), max_length=300)
    text_en = models.CharField(_("taak in het Engels"), max_length=300, blank=True)

    objects = OfForumQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("taak")
        verbose_name_plural = _("taken")
        ordering = ["forum", "number"]
        constraints = [
            *Kept.Meta.constraints,
            models.UniqueConstraint(fields=["forum", "number"], name="climate_task_number_once"),
        ]

    def __str__(self) -> str:
        return self.text_nl


class ForumFactKind(models.TextChoices):
    BEGAN = "began", _("Begin")
    ENDED = "ended", _("Einde")
    REPORTS_TO = "reports_to", _("Verantwoording")
    ACTIVITY_OVERVIEW = "activity_overview", _("Activiteitenoverzicht")
    MEETINGS = "meetings", _("Vergaderingen")
    TABLES = "tables", _("Sectortafels en uitvoeringsoverleggen")
    TRACKS = "tracks", _("Trajecten")


class ForumFact(Kept):
    """One thing known, or looked for and not found, about the forum, with its source."""

    forum = models.ForeignKey(Forum, models.CASCADE, related_name="facts", verbose_name=_("overleg"))
    kind = models.CharField(_("soort"), max_length=20, choices=ForumFactKind)
    about_year = models.PositiveSmallIntegerField(_("over het jaar"), null=True, blank=True)  # null: over no one year
    text_nl = models.TextField(_("tekst"))
    text_en = models.TextField(_("tekst in het Engels"), blank=True)

    objects = OfForumQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("feit over een overleg")
        verbose_name_plural = _("feiten over overleggen")
        ordering = ["forum", "pk"]
        constraints = [
            *Kept.Meta.constraints,
            models.CheckConstraint(name="climate_forum_fact_kind_known", condition=Q(kind__in=ForumFactKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text_nl[:60]}"


class Part(models.TextChoices):
    """What an activity is to the forum."""

    OWN = "own", _("activiteit van het overleg zelf")
    CONTEXT = "context", _("context: niet van het overleg zelf")


class ForumActivity(Kept):
    """That an activity of the accord is the forum's own or context to it, and whether it is a highlight."""

    forum = models.ForeignKey(Forum, models.CASCADE, related_name="activity_links", verbose_name=_("overleg"))
    activity = models.OneToOneField(Activity, models.CASCADE, related_name="forum_link", verbose_name=_("activiteit"))
    part = models.CharField(_("verhouding"), max_length=10, choices=Part)
    highlighted = models.BooleanField(_("hoogtepunt"), default=False)

    objects = OfForumQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("activiteit van een overleg")
        verbose_name_plural = _("activiteiten van overleggen")
        ordering = ["activity__occurred_earliest", "pk"]
        constraints = [
            *Kept.Meta.constraints,
            models.CheckConstraint(name="climate_forum_activity_part_known", condition=Q(part__in=Part.values)),
        ]

    def __str__(self) -> str:
        return str(self.activity)
