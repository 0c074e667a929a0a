"""What parties promised."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from covenants.models.agreements import Agreement, Theme
from covenants.models.audience import Audience
from covenants.models.parties import ParticipationRole, Party, PartyType, SizeClass
from covenants.models.people import joined_agreements, kept_agreements, own_parties
from covenants.models.sourced import Sourced
from ser_portal.dates import ImpreciseDateField


class DueKind(models.TextChoices):
    """Whether there is a date: a commitment without one is its own bucket, never a made-up December."""

    DATE = "date", _("op een datum")
    RELATIVE = "relative", _("gerekend vanaf een gebeurtenis")
    NOT_AGREED = "not_agreed", _("geen datum afgesproken")


class Recurrence(models.TextChoices):
    YEARLY = "yearly", _("jaarlijks")
    ONGOING = "ongoing", _("doorlopend")


class CarrierKind(models.TextChoices):
    """Who has to do it: nobody can be named from what is written, parties by name, or everybody of some kind."""

    UNKNOWN = "unknown", _("niet op naam vastgelegd")
    NAMED = "named", _("met name genoemde partijen")
    CLASS = "class", _("alle deelnemende partijen van een soort")


class MeasureKind(models.TextChoices):
    NONE = "", _("geen maat afgesproken")
    QUANTITY = "quantity", _("een hoeveelheid")
    SHARE = "share", _("een aandeel: teller en noemer")
    QUOTED = "quoted", _("een percentage uit de bron, zonder noemer")


class Rung(models.IntegerChoices):
    """How firmly something is known; each rung stands on the one before."""

    NONE = 0, _("geen bewijs gevraagd")
    DECLARED = 1, _("verklaard door de partij")
    DOCUMENTED = 2, _("onderbouwd met stukken")
    CHECKED_BY_SECRETARIAT = 3, _("gecontroleerd door het secretariaat")
    CHECKED_BY_COMMITTEE = 4, _("gecontroleerd door een onafhankelijke commissie")


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, user: Any) -> "CommitmentQuerySet":
        """Of agreements this person may know of: those without a level of their own, and those whose level allows."""
        seen = self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))
        open_to_all = Q(visibility__in=["", Audience.PUBLIC])
        if user is None or not user.is_authenticated:
            return seen.filter(open_to_all)
        if user.is_facilitator:
            return seen.filter(open_to_all | Q(agreement__in=kept_agreements(user)))
        if user.is_delegate:
            own = own_parties(user)
            steering = joined_agreements(user, roles=[ParticipationRole.STEERING_GROUP])
            carried = Q(lead__in=own) | Q(pk__in=CoResponsible.objects.filter(party__in=own).values("commitment"))
            asked = Q(pk__in=_asked_of(own))
            return seen.filter(
                open_to_all
                | Q(visibility=Audience.PARTIES, agreement__in=joined_agreements(user))
                | Q(visibility__in=[Audience.STEERING_GROUP, Audience.PARTIES], agreement__in=steering)
                | carried
                | asked
            )
        return seen.filter(open_to_all)

    def running(self) -> "CommitmentQuerySet":
        """Without those that were ended."""
        return self.filter(ended_on__isnull=True)


def _asked_of(parties: Any) -> Any:
    from covenants.models.rounds import ReportingSlot

    return ReportingSlot.objects.filter(party__in=parties).values("commitment")


class Commitment(Sourced):
    """A promise (afspraak): by whom, by when as far as agreed, and how it is measured."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="commitments", verbose_name=_("akkoord"))
    code = models.SlugField(_("kenmerk"), max_length=80, unique=True)
    text_nl = models.TextField(_("tekst"))
    text_en = models.TextField(_("tekst in het Engels"), blank=True)
    clause = models.CharField(_("bepaling"), max_length=120, blank=True)  # "artikel 4.2": where it stands
    agreed = ImpreciseDateField(_("afgesproken"))  # unknown: with the signing of the agreement

    carrier_kind = models.CharField(_("wie voert uit"), max_length=10, choices=CarrierKind, default=CarrierKind.UNKNOWN)
    carrier = models.CharField(_("wie, in de woorden van de bron"), max_length=200, blank=True)
    carrier_types = models.JSONField(_("typen partijen"), default=list, blank=True)  # values of PartyType; empty: all
    lead = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="led_commitments", verbose_name=_("trekker")
    )

    due_kind = models.CharField(_("termijn"), max_length=20, choices=DueKind, default=DueKind.NOT_AGREED)
    due = ImpreciseDateField(_("uiterlijk"))
    recurrence = models.CharField(_("herhaling"), max_length=20, choices=Recurrence, blank=True)
    due_diligence_step = models.PositiveSmallIntegerField(_("stap van due diligence"), null=True, blank=True)
    themes = models.ManyToManyField(Theme, blank=True, related_name="commitments", verbose_name=_("thema's"))

    measure_kind = models.CharField(_("maat"), max_length=10, choices=MeasureKind, blank=True, default=MeasureKind.NONE)
    measure_unit = models.CharField(_("eenheid"), max_length=120, blank=True)
    measure_value = models.DecimalField(_("streefwaarde"), max_digits=14, decimal_places=4, null=True, blank=True)
    measure_detail = models.CharField(_("bijzonderheden van de maat"), max_length=300, blank=True)
    baseline_value = models.DecimalField(_("uitgangswaarde"), max_digits=14, decimal_places=4, null=True, blank=True)
    numerator_label = models.CharField(_("teller: wat wordt geteld"), max_length=160, blank=True)
    denominator_label = models.CharField(_("noemer: waarvan"), max_length=160, blank=True)
    target_numerator = models.DecimalField(
        _("streefwaarde, teller"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    target_denominator = models.DecimalField(
        _("streefwaarde, noemer"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    baseline_numerator = models.DecimalField(
        _("uitgangswaarde, teller"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    baseline_denominator = models.DecimalField(
        _("uitgangswaarde, noemer"), max_digits=14, decimal_places=2, null=True, blank=True
    )

    visibility = models.CharField(
        _("zichtbaar voor"), max_length=20, choices=Audience, blank=True
    )  # '': as the agreement
    decision = models.CharField(_("besluit dat dit wijzigde"), max_length=300, blank=True)
    ended_on = models.DateField(_("vervallen per"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CommitmentQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["reference_digest"])

    class Meta(Sourced.Meta):
        verbose_name = _("afspraak")
        verbose_name_plural = _("afspraken")
        ordering = ["agreement", "pk"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(name="commitment_due_kind_known", condition=Q(due_kind__in=DueKind.values)),
            models.CheckConstraint(
                name="commitment_recurrence_known", condition=Q(recurrence="") | Q(recurrence__in=Recurrence.values)
            ),
            models.CheckConstraint(
                name="commitment_step_one_to_six",
                condition=Q(due_diligence_step__isnull=True) | Q(due_diligence_step__gte=1, due_diligence_step__lte=6),
                violation_error_message=_("Er zijn zes stappen van due diligence."),
            ),
            models.CheckConstraint(
                name="commitment_without_date_has_none",
                condition=~Q(due_kind=DueKind.NOT_AGREED) | Q(due_earliest__isnull=True, due_latest__isnull=True),
                violation_error_message=_("Zonder afgesproken termijn is er ook geen datum."),
            ),
            *ImpreciseDateField.constraints("commitment", "due"),
            *ImpreciseDateField.constraints("commitment", "agreed"),
            models.CheckConstraint(
                name="commitment_carrier_kind_known", condition=Q(carrier_kind__in=CarrierKind.values)
            ),
            models.CheckConstraint(
                name="commitment_lead_when_named",
                condition=(
                    Q(carrier_kind=CarrierKind.NAMED, lead__isnull=False)
                    | (~Q(carrier_kind=CarrierKind.NAMED) & Q(lead__isnull=True))
                ),
                violation_error_message=_("Noem één trekker, of kies een soort partijen."),
            ),
            models.CheckConstraint(
                name="commitment_measure_kind_known", condition=Q(measure_kind__in=MeasureKind.values)
            ),
            models.CheckConstraint(
                name="commitment_share_has_both_sides",
                condition=~Q(measure_kind=MeasureKind.SHARE) | (~Q(numerator_label="") & ~Q(denominator_label="")),
                violation_error_message=_(
                    "Een aandeel heeft een teller en een noemer: zeg wat er wordt geteld en waarvan."
                ),
            ),
            models.CheckConstraint(
                name="commitment_target_of_something",
                condition=(
                    Q(target_numerator__isnull=True, target_denominator__isnull=True)
                    | Q(
                        target_numerator__isnull=False,
                        target_denominator__isnull=False,
                        target_numerator__gte=0,
                        target_denominator__gt=0,
                    )
                ),
                violation_error_message=_("Geef van de streefwaarde teller en noemer; de noemer is groter dan nul."),
            ),
            models.CheckConstraint(
                name="commitment_baseline_of_something",
                condition=(
                    Q(baseline_numerator__isnull=True, baseline_denominator__isnull=True)
                    | Q(
                        baseline_numerator__isnull=False,
                        baseline_denominator__isnull=False,
                        baseline_numerator__gte=0,
                        baseline_denominator__gt=0,
                    )
                ),
                violation_error_message=_("Geef van de uitgangswaarde teller en noemer; de noemer is groter dan nul."),
            ),
            models.CheckConstraint(
                name="commitment_visibility_known", condition=Q(visibility="") | Q(visibility__in=Audience.values)
            ),
        ]
        indexes = [
            models.Index(fields=["agreement", "id"], name="commitments_of_agreement"),  # agreement page
            models.Index(fields=["due_latest", "id"], name="commitments_by_due"),  # the list, by key
        ]

    def __str__(self) -> str:
        return self.text_nl[:80]

    def get_absolute_url(self) -> str:
        return reverse("covenants:commitment", args=[self.pk])

    @property
    def due_label(self) -> str:
        """The date or term as agreed, or that none was."""
        return str(self.due) if self.due_kind != DueKind.NOT_AGREED else str(DueKind.NOT_AGREED.label)

    @property
    def carrier_type_labels(self) -> list[str]:
        return [str(PartyType(value).label) for value in self.carrier_types]


class CoResponsible(models.Model):
    """A party that carries a commitment together with its lead."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="co_responsible")
    party = models.ForeignKey(Party, models.PROTECT, related_name="shared_commitments", verbose_name=_("partij"))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("medeverantwoordelijke")
        verbose_name_plural = _("medeverantwoordelijken")
        ordering = ["party__name"]
        constraints = [models.UniqueConstraint(fields=["commitment", "party"], name="co_responsible_once")]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.commitment_id}"


class EvidenceRequirement(models.Model):
    """How firmly a commitment has to be shown, for every party or for parties of one size."""

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="evidence_requirements")
    size_class = models.CharField(_("grootte"), max_length=10, choices=SizeClass, blank=True)  # '': all other sizes
    rung = models.PositiveSmallIntegerField(_("gevraagd bewijs"), choices=Rung)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("gevraagd bewijs")
        verbose_name_plural = _("gevraagd bewijs")
        ordering = ["size_class"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "size_class"], name="evidence_requirement_once_per_size"),
            models.CheckConstraint(name="evidence_requirement_rung_known", condition=Q(rung__in=Rung.values)),
            models.CheckConstraint(
                name="evidence_requirement_size_known", condition=Q(size_class="") | Q(size_class__in=SizeClass.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_size_class_display() or '*'}: {self.rung}"
