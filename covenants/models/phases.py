"""Phases: dated changes in a fixed order, of which the state on any day follows.

A change that is superseded stays as it was written. For the current changes of one agreement two columns are derived
from their dates and their order (`services.derive_bounds`): `possible_from`, the first day on which the new phase may
hold, and `certain_from`, the first day on which it certainly does. The order tightens what single dates leave open:
talks without a start date had certainly begun when the agreement was signed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from covenants.models.agreements import Agreement
from covenants.models.sourced import Sourced
from ser_portal.dates import ImpreciseDateField


class Phase(models.TextChoices):
    EXPLORATION = "exploration", _("Verkenning")
    NEGOTIATION = "negotiation", _("Onderhandeling")
    SIGNED = "signed", _("Ondertekend")
    IMPLEMENTATION = "implementation", _("Implementatie")
    COMPLETED = "completed", _("Afgerond")
    ENDED_EARLY = "ended_early", _("Voortijdig beëindigd")
    STOPPED = "stopped", _("Gestopt zonder convenant")


# The date of these is the last day of the phase before: an end date is inclusive.
END_PHASES = frozenset({Phase.COMPLETED, Phase.ENDED_EARLY, Phase.STOPPED})

# Where an agreement may go from where it is; a completed one may begin a second term.
NEXT_PHASES: dict[str, list[Phase]] = {
    "": [Phase.EXPLORATION, Phase.NEGOTIATION],
    Phase.EXPLORATION: [Phase.NEGOTIATION, Phase.STOPPED],
    Phase.NEGOTIATION: [Phase.SIGNED, Phase.EXPLORATION, Phase.STOPPED],
    Phase.SIGNED: [Phase.IMPLEMENTATION, Phase.ENDED_EARLY],
    Phase.IMPLEMENTATION: [Phase.COMPLETED, Phase.ENDED_EARLY],
    Phase.COMPLETED: [Phase.NEGOTIATION, Phase.SIGNED],
    Phase.ENDED_EARLY: [Phase.EXPLORATION],
    Phase.STOPPED: [Phase.EXPLORATION],
}


class PhaseChangeQuerySet(models.QuerySet["PhaseChange"]):
    def visible_to(self, user: Any) -> "PhaseChangeQuerySet":
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))

    def current(self) -> "PhaseChangeQuerySet":
        """Without what was superseded or withdrawn."""
        return self.filter(superseded_at__isnull=True, withdrawn=False)

    def possible_on(self, day: date) -> "PhaseChangeQuerySet":
        return self.filter(Q(possible_from__isnull=True) | Q(possible_from__lte=day))


class PhaseChange(Sourced):
    """That an agreement entered a phase (or, within one, took a step worth a date). Never edited, only superseded."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="phase_changes", verbose_name=_("akkoord"))
    sequence = models.PositiveSmallIntegerField(_("volgorde"))
    to_phase = models.CharField(_("naar fase"), max_length=20, choices=Phase)
    effective_on = ImpreciseDateField(_("datum"))
    label_nl = models.CharField(_("omschrijving"), max_length=200, blank=True)
    label_en = models.CharField(_("omschrijving in het Engels"), max_length=200, blank=True)
    reason = models.TextField(_("reden"), blank=True)

    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("vastgelegd door")
    )
    recorded_at = models.DateTimeField(_("vastgelegd op"), default=timezone.now)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="correction", verbose_name=_("vervangt")
    )
    correction_reason = models.TextField(_("reden van de correctie"), blank=True)
    withdrawn = models.BooleanField(_("ingetrokken"), default=False)  # a correction that says: it did not happen
    superseded_at = models.DateTimeField(_("vervangen op"), null=True, blank=True)

    # Derived from the dates and the order of the current changes together; null is an open side.
    possible_from = models.DateField(null=True, blank=True, editable=False)
    certain_from = models.DateField(null=True, blank=True, editable=False)

    objects = PhaseChangeQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("faseovergang")
        verbose_name_plural = _("faseovergangen")
        ordering = ["agreement", "sequence", "pk"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(name="phase_change_phase_known", condition=Q(to_phase__in=Phase.values)),
            *ImpreciseDateField.constraints("phase_change", "effective_on"),
            models.UniqueConstraint(
                fields=["agreement", "sequence"],
                condition=Q(superseded_at__isnull=True),
                name="phase_change_one_current_per_place",
            ),
            models.CheckConstraint(
                name="phase_change_correction_has_reason",
                condition=Q(corrects__isnull=True) | ~Q(correction_reason=""),
                violation_error_message=_("Een correctie heeft een reden nodig."),
            ),
            models.CheckConstraint(
                name="phase_change_withdrawal_is_correction",
                condition=Q(withdrawn=False) | Q(corrects__isnull=False),
            ),
            models.CheckConstraint(
                name="phase_change_bounds_in_order",
                condition=Q(possible_from__isnull=True)
                | Q(certain_from__isnull=True)
                | Q(possible_from__lte=F("certain_from")),
            ),
        ]
        indexes = [
            # The phase of many agreements on one day: AgreementQuerySet.with_phase_on.
            models.Index(
                fields=["agreement", "-sequence", "certain_from"],
                name="phase_on_a_day",
                condition=Q(superseded_at__isnull=True, withdrawn=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_to_phase_display()} ({self.effective_on})"

    @property
    def ends(self) -> bool:
        """Whether the date is the last day of what went before."""
        return self.to_phase in END_PHASES

    def certain_on(self, day: date) -> bool:
        return self.certain_from is not None and self.certain_from <= day

    def possible_on(self, day: date) -> bool:
        return self.possible_from is None or self.possible_from <= day


@dataclass(frozen=True)
class PhaseState:
    """Where an agreement stood on a day: the last certain change, and the changes that may already have come."""

    change: PhaseChange | None
    uncertain: tuple[PhaseChange, ...]

    @classmethod
    def of(cls, ledger: Iterable[PhaseChange], day: date) -> "PhaseState":
        """The state on `day` of these current changes in order of `sequence`."""
        rows = list(ledger)
        certain = [row for row in rows if row.certain_on(day)]
        last = max(certain, key=lambda row: row.sequence, default=None)
        phase = last.to_phase if last else ""
        after = last.sequence if last else -1
        maybe = [row for row in rows if row.sequence > after and row.possible_on(day) and row.to_phase != phase]
        return cls(last, tuple(maybe))

    @property
    def phase(self) -> str:
        return self.change.to_phase if self.change else ""

    @property
    def label(self) -> str:
        return str(Phase(self.phase).label) if self.phase else str(_("Nog geen fase zeker"))


class StallQuerySet(models.QuerySet["Stall"]):
    def visible_to(self, user: Any) -> "StallQuerySet":
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))

    def on(self, day: date) -> "StallQuerySet":
        """Certainly stalled by `day` and not certainly going again."""
        return self.filter(began_latest__lte=day).exclude(lifted_latest__lte=day)


class Stall(Sourced):
    """The talks or the work came to a standstill. A marker beside the phase, not a phase."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="stalls", verbose_name=_("akkoord"))
    began = ImpreciseDateField(_("stilgevallen"))
    label_nl = models.CharField(_("omschrijving"), max_length=200, blank=True)
    label_en = models.CharField(_("omschrijving in het Engels"), max_length=200, blank=True)
    reason = models.TextField(_("reden"), blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("vastgelegd door"),
    )
    recorded_at = models.DateTimeField(_("vastgelegd op"), default=timezone.now)
    lifted = ImpreciseDateField(_("weer op gang"))
    lifted_reason = models.TextField(_("reden van het opheffen"), blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opgeheven door"),
    )
    lifted_at = models.DateTimeField(_("opgeheven op"), null=True, blank=True)

    objects = StallQuerySet.as_manager()

    class Meta(Sourced.Meta):
        verbose_name = _("stilstand")
        verbose_name_plural = _("stilstanden")
        ordering = ["agreement", "began_earliest", "pk"]
        constraints = [
            *Sourced.Meta.constraints,
            *ImpreciseDateField.constraints("stall", "began"),
            *ImpreciseDateField.constraints("stall", "lifted"),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(lifted_at__isnull=True), name="stall_one_open_per_agreement"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement}: {self.began}"
