"""What happened, and what was published about it."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from covenants.models.agreements import Agreement
from covenants.models.sourced import Sourced
from ser_portal.dates import ImpreciseDateField


class ActivityKind(models.TextChoices):
    STATEMENT = "statement", _("verklaring")
    ANNUAL_REPORT = "annual_report", _("jaarrapportage")
    PARTY_JOINED = "party_joined", _("toetreding")
    PARLIAMENTARY_QUESTION = "parliamentary_question", _("kamervraag")
    ASSESSMENT = "assessment", _("beoordeling")
    EXTERNAL_STUDY = "external_study", _("onderzoek van buiten")
    WEBINAR = "webinar", _("webinar")
    ORGANISATION = "organisation", _("organisatie")
    STUDY = "study", _("onderzoek")
    PROCUREMENT = "procurement", _("inkoop")
    PUBLICATION = "publication", _("publicatie")
    EVALUATION = "evaluation", _("evaluatie")
    THEME = "theme", _("jaarthema")
    MONITORING = "monitoring", _("monitoring")
    ACTION_PLAN = "action_plan", _("actieplan")
    INSTRUMENT = "instrument", _("instrument")
    SESSION = "session", _("sessie")
    MEETING = "meeting", _("bijeenkomst")
    ENDING = "ending", _("einde")
    FINAL_REPORT = "final_report", _("eindrapport")
    LETTER = "letter", _("brief")
    ANNOUNCEMENT = "announcement", _("aankondiging")
    EVENT = "event", _("evenement")
    DIALOGUE = "dialogue", _("dialoog")
    MILESTONE = "milestone", _("mijlpaal")


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, user: Any) -> "ActivityQuerySet":
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))

    def in_period(self, first: date, last: date) -> "ActivityQuerySet":
        """Those that may lie in the period; a date known to a year lies in that whole year."""
        return self.filter(
            Q(occurred_earliest__isnull=False) | Q(occurred_latest__isnull=False),
            Q(occurred_earliest__isnull=True) | Q(occurred_earliest__lte=last),
            Q(occurred_latest__isnull=True) | Q(occurred_latest__gte=first),
        )

    def by_date(self) -> "ActivityQuerySet":
        """In the order in which they may have happened, the vaguest date first within a month or year."""
        return self.order_by(
            F("occurred_earliest").asc(nulls_last=True), F("occurred_latest").desc(nulls_first=True), "pk"
        )


class Activity(Sourced):
    """Something that happened: a meeting, an event, a publication, a letter."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="activities", verbose_name=_("akkoord"))
    kind = models.CharField(_("soort"), max_length=30, choices=ActivityKind)
    occurred = ImpreciseDateField(_("wanneer"))
    title_nl = models.CharField(_("wat"), max_length=400)
    title_en = models.CharField(_("wat, in het Engels"), max_length=400, blank=True)
    carried_by = models.CharField(_("door"), max_length=200, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("activiteit")
        verbose_name_plural = _("activiteiten")
        ordering = ["occurred_earliest", "pk"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(name="activity_kind_known", condition=Q(kind__in=ActivityKind.values)),
            *ImpreciseDateField.constraints("activity", "occurred"),
        ]
        indexes = [models.Index(fields=["agreement", "occurred_earliest"], name="activities_of_agreement")]

    def __str__(self) -> str:
        return self.title_nl


class Publication(Sourced):
    """A report or other document that appeared; `source` is where it can be read."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="publications", verbose_name=_("akkoord"))
    title = models.CharField(_("titel"), max_length=300)
    published = ImpreciseDateField(_("verschenen"))

    objects = models.Manager.from_queryset(ActivityQuerySet)()

    class Meta(Sourced.Meta):
        verbose_name = _("publicatie")
        verbose_name_plural = _("publicaties")
        ordering = ["published_earliest", "pk"]
        constraints = [
            *Sourced.Meta.constraints,
            *ImpreciseDateField.constraints("publication", "published"),
        ]

    def __str__(self) -> str:
        return self.title
