"""Agreements, their sectors, and the facts about them that carry a source."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from covenants.models.sourced import Sourced
from ser_portal.dates import ImpreciseDateField

if TYPE_CHECKING:
    from covenants.models.phases import PhaseChange


class AgreementKind(models.TextChoices):
    COVENANT = "covenant", _("IMVO-convenant")
    CLIMATE_ACCORD = "climate_accord", _("klimaatakkoord")


class Visibility(models.TextChoices):
    """Who may know that the agreement exists; what parties report has rules of its own."""

    SECRETARIAT = "secretariat", _("alleen de procesbegeleiders van dit akkoord")
    PARTIES = "parties", _("procesbegeleiders en deelnemende partijen")
    PUBLIC = "public", _("iedereen die in het portaal werkt, en het jaaroverzicht")


class Sector(models.Model):
    """A sector in which parties work together."""

    slug = models.SlugField(_("kenmerk"), max_length=80, unique=True)
    name_nl = models.CharField(_("naam"), max_length=120)
    name_en = models.CharField(_("naam in het Engels"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectoren")
        ordering = ["name_nl"]

    def __str__(self) -> str:
        return self.name_nl


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: Any) -> "AgreementQuerySet":
        """The agreements this person may know of; `None` is the outside world.

        Public ones for everybody who works here; besides those a facilitator's own, and for a delegate what the party
        takes part in unless only the secretariat may know. A reader sees issued overviews, hence nothing here.
        """
        from covenants.models.parties import Participation
        from covenants.models.people import FacilitatorAssignment, own_parties

        public = Q(visibility=Visibility.PUBLIC)
        if user is None:
            return self.filter(public)
        if not user.is_authenticated or not user.is_active or user.is_reader:
            return self.none()
        if user.is_facilitator:
            own = FacilitatorAssignment.objects.current().filter(user=user)
            return self.filter(public | Q(pk__in=own.values("agreement")))
        if user.is_delegate:
            taking_part = Participation.objects.filter(party__in=own_parties(user)).values("agreement")
            return self.filter(public | Q(visibility=Visibility.PARTIES, pk__in=taking_part))
        return self.filter(public)

    def covenants(self) -> "AgreementQuerySet":
        return self.filter(kind=AgreementKind.COVENANT)

    def known_on(self, day: date) -> "AgreementQuerySet":
        """Those that existed by `day`, or may have: some phase may have been entered by then."""
        from covenants.models.phases import PhaseChange

        return self.filter(Exists(PhaseChange.objects.current().possible_on(day).filter(agreement=OuterRef("pk"))))

    def with_phase_on(self, day: date) -> "AgreementQuerySet":
        """Adds `phase_on` (the last certain phase, '' when none is) and `may_have_moved` (True when it is uncertain).

        The same rule as `PhaseState` in Python, in the database, for filtering and counting.
        """
        from covenants.models.phases import PhaseChange

        certain = PhaseChange.objects.current().filter(agreement=OuterRef("pk"), certain_from__lte=day)
        last = certain.order_by("-sequence")
        later = (
            PhaseChange.objects.current()
            .possible_on(day)
            .filter(agreement=OuterRef("pk"), sequence__gt=Coalesce(OuterRef("sequence_on"), Value(-1)))
            .exclude(to_phase=OuterRef("phase_on"))
        )
        return self.annotate(
            phase_on=Coalesce(Subquery(last.values("to_phase")[:1]), Value("")),
            sequence_on=Subquery(last.values("sequence")[:1]),
        ).annotate(may_have_moved=Exists(later))

    def with_ser_secretariat_on(self, day: date) -> "AgreementQuerySet":
        """Those whose secretariat (not merely the talks) is the SER's on `day`."""
        rows = Secretariat.objects.on(day).filter(
            agreement=OuterRef("pk"), run_by_ser=True, capacity=SecretariatCapacity.SECRETARIAT
        )
        return self.filter(Exists(rows))


class Agreement(Sourced):
    """An agreement between parties (convenant, akkoord). Its phase on a day follows from its dated phase changes."""

    slug = models.SlugField(_("kenmerk"), max_length=80, unique=True)
    kind = models.CharField(_("soort"), max_length=20, choices=AgreementKind, default=AgreementKind.COVENANT)
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="agreements", verbose_name=_("sector"))
    name_nl = models.CharField(_("officiële naam"), max_length=200)
    name_en = models.CharField(_("naam in het Engels"), max_length=200, blank=True)
    abbreviation_nl = models.CharField(_("afkorting"), max_length=40, blank=True)
    abbreviation_en = models.CharField(_("afkorting in het Engels"), max_length=40, blank=True)
    visibility = models.CharField(_("zichtbaar voor"), max_length=20, choices=Visibility, default=Visibility.PARTIES)
    intended_duration_months = models.PositiveSmallIntegerField(_("beoogde looptijd in maanden"), null=True, blank=True)
    reporting_year = models.TextField(_("verslagjaar"), blank=True)
    is_sample = models.BooleanField(_("voorbeeldgegevens"), default=False, editable=False)  # invented, for trying out
    version = models.PositiveIntegerField(default=1, editable=False)  # optimistic locking, also of its phase changes

    objects = AgreementQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["reference_digest"])

    class Meta(Sourced.Meta):
        verbose_name = _("akkoord")
        verbose_name_plural = _("akkoorden")
        ordering = ["name_nl"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(name="agreement_kind_known", condition=Q(kind__in=AgreementKind.values)),
            models.CheckConstraint(name="agreement_visibility_known", condition=Q(visibility__in=Visibility.values)),
            models.CheckConstraint(
                name="agreement_sample_is_never_public",
                condition=Q(is_sample=False) | ~Q(visibility=Visibility.PUBLIC),
                violation_error_message=_("Voorbeeldgegevens zijn nooit openbaar."),
            ),
            models.CheckConstraint(
                name="agreement_duration_sensible",
                condition=Q(intended_duration_months__isnull=True)
                | Q(intended_duration_months__gte=1, intended_duration_months__lte=600),
                violation_error_message=_("De looptijd ligt tussen 1 en 600 maanden."),
            ),
        ]

    def __str__(self) -> str:
        return self.name_nl

    def get_absolute_url(self) -> str:
        return reverse("covenants:agreement", args=[self.slug])

    @property
    def ledger(self) -> list["PhaseChange"]:
        """Its current phase changes in order; prefetched by list pages under `current_changes`."""
        if hasattr(self, "current_changes"):
            return list(self.current_changes)
        return list(self.phase_changes.current().order_by("sequence"))


class SecretariatCapacity(models.TextChoices):
    SECRETARIAT = "secretariat", _("secretariaat van de uitvoering")
    FACILITATION = "facilitation", _("begeleiding van het gesprek")


class DatedQuerySet(models.QuerySet[Any]):
    """Rows with `began` and `ended` as imprecise dates; an open date is no limit, an end date is inclusive."""

    def on(self, day: date) -> "DatedQuerySet":
        """What certainly or possibly held on `day`: begun by then as far as known, and not certainly over."""
        return self.filter(
            Q(began_earliest__isnull=True) | Q(began_earliest__lte=day),
            Q(ended_latest__isnull=True) | Q(ended_latest__gte=day),
        )


class Secretariat(Sourced):
    """Who runs the secretariat or guides the talks, and from when to when as far as that is known."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="secretariats", verbose_name=_("akkoord"))
    organisation = models.CharField(_("organisatie"), max_length=160)
    run_by_ser = models.BooleanField(_("door de SER"))
    capacity = models.CharField(_("hoedanigheid"), max_length=20, choices=SecretariatCapacity)
    began = ImpreciseDateField(_("begin"))
    ended = ImpreciseDateField(_("einde"))

    objects = DatedQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("secretariaat")
        verbose_name_plural = _("secretariaten")
        ordering = ["agreement", "capacity", "pk"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                name="secretariat_capacity_known", condition=Q(capacity__in=SecretariatCapacity.values)
            ),
            *ImpreciseDateField.constraints("secretariat", "began"),
            *ImpreciseDateField.constraints("secretariat", "ended"),
        ]

    def __str__(self) -> str:
        return self.organisation


class OfAgreementQuerySet(models.QuerySet[Any]):
    """Rows that belong to one agreement and are seen by whoever sees it."""

    def visible_to(self, user: Any) -> QuerySet[Any]:
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))


class Theme(models.Model):
    """A subject agreements are about, such as child labour or a living wage."""

    slug = models.SlugField(_("kenmerk"), max_length=80, unique=True)
    name_nl = models.CharField(_("naam"), max_length=160)
    name_en = models.CharField(_("naam in het Engels"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("thema")
        verbose_name_plural = _("thema's")
        ordering = ["name_nl"]

    def __str__(self) -> str:
        return self.name_nl


class AgreementTheme(Sourced):
    """That an agreement names a theme, with the source that says so."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="agreement_themes")
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="agreement_themes")

    objects = OfAgreementQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("thema van een akkoord")
        verbose_name_plural = _("thema's van akkoorden")
        ordering = ["theme__name_nl"]
        constraints = [
            *Sourced.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "theme"], name="agreement_theme_once"),
        ]

    def __str__(self) -> str:
        return str(self.theme)


class ParticipantCount(Sourced):
    """How many of one unit took part on one day, as a source says it. Units differ: these are never added up."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="participant_counts")
    value = models.IntegerField(_("aantal"), null=True, blank=True)  # null: looked for and not found
    value_words = models.CharField(_("aantal in woorden"), max_length=80, blank=True)
    unit = models.CharField(_("eenheid"), max_length=120)
    counted_on = ImpreciseDateField(_("peildatum"))

    objects = OfAgreementQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("aantal deelnemers")
        verbose_name_plural = _("aantallen deelnemers")
        ordering = ["agreement", F("counted_on_latest").desc(nulls_last=True), "unit"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                name="participant_count_not_negative", condition=Q(value__isnull=True) | Q(value__gte=0)
            ),
            *ImpreciseDateField.constraints("participant_count", "counted_on"),
        ]

    def __str__(self) -> str:
        return f"{self.value_words or self.value} {self.unit}"


class ResultKind(models.TextChoices):
    TARGET = "target", _("doel")
    RESULT = "result", _("resultaat")


class PublishedResult(Sourced):
    """A target or a result as somebody published it: value, unit and period in the words of the source."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="published_results")
    kind = models.CharField(_("soort"), max_length=10, choices=ResultKind)
    label_nl = models.CharField(_("omschrijving"), max_length=300)
    label_en = models.CharField(_("omschrijving in het Engels"), max_length=300, blank=True)
    value = models.DecimalField(_("waarde"), max_digits=14, decimal_places=4, null=True, blank=True)
    value_words = models.CharField(_("waarde in woorden"), max_length=200, blank=True)
    unit = models.CharField(_("eenheid"), max_length=120, blank=True)
    period = models.CharField(_("periode of termijn"), max_length=120, blank=True)
    detail = models.CharField(_("onderbouwing"), max_length=300, blank=True)

    objects = OfAgreementQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("doel of resultaat")
        verbose_name_plural = _("doelen en resultaten")
        ordering = ["agreement", "kind", "pk"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(name="published_result_kind_known", condition=Q(kind__in=ResultKind.values)),
        ]

    def __str__(self) -> str:
        return self.label_nl


class FactKind(models.TextChoices):
    """What a fact about an agreement is about, in the order in which it is shown."""

    CHAIR = "chair", _("Voorzitter")
    STEERING_GROUP = "steering_group", _("Stuurgroep")
    MONITORING = "monitoring", _("Toezicht en beoordeling")
    COMPLAINTS = "complaints", _("Klachten en geschillen")
    CONFIDENTIALITY = "confidentiality", _("Vertrouwelijkheid")
    FUNDING = "funding", _("Bekostiging")
    REPORTING_YEAR = "reporting_year", _("Verslagjaar")
    DURATION = "duration", _("Looptijd")
    STATUS = "status", _("Stand")
    LATER = "later", _("Wat er later gebeurde")
    REMARK = "remark", _("Opmerking")


class AgreementFact(Sourced):
    """How an agreement is organised: one fact, one source. An empty text means: looked for and not found."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="facts")
    kind = models.CharField(_("soort"), max_length=20, choices=FactKind)
    text_nl = models.TextField(_("tekst"), blank=True)
    text_en = models.TextField(_("tekst in het Engels"), blank=True)

    objects = OfAgreementQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("feit over een akkoord")
        verbose_name_plural = _("feiten over akkoorden")
        ordering = ["agreement", "pk"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(name="agreement_fact_kind_known", condition=Q(kind__in=FactKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text_nl[:60]}"
