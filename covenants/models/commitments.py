"""What parties promised."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from covenants.models.agreements import Agreement, OfAgreementQuerySet
from covenants.models.parties import PartyType
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


class Commitment(Sourced):
    """A promise (afspraak): by whom, by when as far as agreed, and how it is measured."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="commitments", verbose_name=_("akkoord"))
    code = models.SlugField(_("kenmerk"), max_length=80, unique=True)
    text_nl = models.TextField(_("tekst"))
    text_en = models.TextField(_("tekst in het Engels"), blank=True)
    carrier = models.CharField(_("wie"), max_length=200, blank=True)
    carrier_types = models.JSONField(_("typen partijen"), default=list, blank=True)  # values of PartyType
    due_kind = models.CharField(_("termijn"), max_length=20, choices=DueKind, default=DueKind.NOT_AGREED)
    due = ImpreciseDateField(_("uiterlijk"))
    recurrence = models.CharField(_("herhaling"), max_length=20, choices=Recurrence, blank=True)
    due_diligence_step = models.PositiveSmallIntegerField(_("stap van due diligence"), null=True, blank=True)
    measure_unit = models.CharField(_("maat"), max_length=120, blank=True)
    measure_value = models.DecimalField(_("streefwaarde"), max_digits=14, decimal_places=4, null=True, blank=True)
    measure_detail = models.CharField(_("bijzonderheden van de maat"), max_length=300, blank=True)

    objects = OfAgreementQuerySet.as_manager()
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
        ]
        indexes = [models.Index(fields=["agreement", "id"], name="commitments_of_agreement")]  # agreement page

    def __str__(self) -> str:
        return self.text_nl[:80]

    @property
    def due_label(self) -> str:
        """The date or term as agreed, or that none was."""
        return str(self.due) if self.due_kind != DueKind.NOT_AGREED else str(DueKind.NOT_AGREED.label)

    @property
    def carrier_type_labels(self) -> list[str]:
        return [str(PartyType(value).label) for value in self.carrier_types]
