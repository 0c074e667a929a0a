"""What a party sends about a commitment: its draft, what it submitted, what was decided and what it answered."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from covenants.models.agreements import Agreement
from covenants.models.audience import seen_through
from covenants.models.parties import Party
from covenants.models.people import own_parties
from covenants.models.rounds import ReportingSlot


class ProgressStatus(models.TextChoices):
    NOT_STARTED = "not_started", _("Niet begonnen")
    ON_COURSE = "on_course", _("Op koers")
    ATTENTION = "attention", _("Vraagt aandacht")
    BEHIND = "behind", _("Loopt achter")
    DONE = "done", _("Klaar")


class UpdateState(models.TextChoices):
    SUBMITTED = "submitted", _("ingediend")
    RETURNED = "returned", _("teruggestuurd")
    APPROVED = "approved", _("goedgekeurd")
    SUPERSEDED = "superseded", _("vervangen door een nieuwere")


LONGEST_TEXT = 20_000
LONGEST_NUMBER = 40


class ProgressDraftQuerySet(models.QuerySet["ProgressDraft"]):
    def visible_to(self, user: Any) -> "ProgressDraftQuerySet":
        """The own party's, and nobody else's: also not the secretariat's."""
        return self.filter(slot__party__in=own_parties(user))


class ProgressDraft(models.Model):
    """What a party is writing, as it was typed; shared by the people of the party and seen by nobody else."""

    slot = models.OneToOneField(ReportingSlot, models.CASCADE, related_name="draft")
    status = models.CharField(_("stand"), max_length=20, choices=ProgressStatus, blank=True)
    value = models.CharField(_("waarde"), max_length=LONGEST_NUMBER, blank=True)
    numerator = models.CharField(_("teller"), max_length=LONGEST_NUMBER, blank=True)
    denominator = models.CharField(_("noemer"), max_length=LONGEST_NUMBER, blank=True)
    text = models.TextField(_("toelichting"), blank=True)
    private_note = models.TextField(_("bericht aan het secretariaat"), blank=True)
    carried_from = models.ForeignKey(
        "covenants.ProgressUpdate", models.PROTECT, null=True, blank=True, related_name="+"
    )  # an answer of an earlier round that was carried forward
    carried_confirmed = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)

    objects = ProgressDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("concept")
        verbose_name_plural = _("concepten")
        constraints = [
            models.CheckConstraint(
                name="draft_status_known", condition=Q(status="") | Q(status__in=ProgressStatus.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot_id}"


class ProgressUpdateQuerySet(models.QuerySet["ProgressUpdate"]):
    def visible_to(self, user: Any) -> "ProgressUpdateQuerySet":
        """Own party and secretariat see all that was sent; wider circles what was approved, as the round allows."""
        return self.filter(
            seen_through(
                user,
                agreement="agreement",
                party="party",
                level="slot__round__progress_level",
                approved=Q(state=UpdateState.APPROVED, slot__withdrawn_at__isnull=True),
            )
        )


class ProgressUpdate(models.Model):
    """One version of what a party reported. What was sent is never edited; only the decision on it is added."""

    slot = models.ForeignKey(ReportingSlot, models.CASCADE, related_name="updates")
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(_("versie"))
    status = models.CharField(_("stand"), max_length=20, choices=ProgressStatus)
    value = models.DecimalField(_("waarde"), max_digits=18, decimal_places=4, null=True, blank=True)
    numerator = models.DecimalField(_("teller"), max_digits=18, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField(_("noemer"), max_digits=18, decimal_places=4, null=True, blank=True)
    text = models.TextField(_("toelichting"), blank=True)
    private_note = models.TextField(_("bericht aan het secretariaat"), blank=True)  # own party and secretariat, always
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="carried_to")
    unchanged = models.BooleanField(_("ongewijzigd bevestigd"), default=False)
    late = models.BooleanField(_("na sluiting"), default=False)  # sent after the round was locked: its own lane
    after_deadline = models.BooleanField(_("na de inleverdatum"), default=False)
    state = models.CharField(_("fase"), max_length=12, choices=UpdateState, default=UpdateState.SUBMITTED)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(_("ingediend op"), default=timezone.now)
    decided_at = models.DateTimeField(_("beslist op"), null=True, blank=True)

    objects = ProgressUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("voortgang")
        verbose_name_plural = _("voortgang")
        ordering = ["slot", "number"]
        constraints = [
            models.UniqueConstraint(fields=["slot", "number"], name="update_number_once_per_slot"),
            models.UniqueConstraint(
                fields=["slot"], condition=Q(state=UpdateState.SUBMITTED), name="update_one_waiting_per_slot"
            ),
            models.CheckConstraint(name="update_status_known", condition=Q(status__in=ProgressStatus.values)),
            models.CheckConstraint(name="update_state_known", condition=Q(state__in=UpdateState.values)),
            models.CheckConstraint(
                name="update_share_has_both_sides",
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                | Q(
                    numerator__isnull=False,
                    denominator__isnull=False,
                    numerator__gte=0,
                    denominator__gt=0,
                    numerator__lte=F("denominator"),
                ),
                violation_error_message=_(
                    "Geef teller en noemer; de noemer is groter dan nul en niet kleiner dan de teller."
                ),
            ),
            models.CheckConstraint(
                name="update_decided_when_decided",
                condition=Q(state__in=[UpdateState.SUBMITTED, UpdateState.SUPERSEDED]) | Q(decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot_id}/{self.number}"


class Confirmation(models.Model):
    """That what was approved still holds on a day: "niets veranderd", once a day."""

    slot = models.ForeignKey(ReportingSlot, models.CASCADE, related_name="confirmations")
    update_confirmed = models.ForeignKey(ProgressUpdate, models.CASCADE, related_name="confirmations")
    confirmed_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("bevestiging")
        verbose_name_plural = _("bevestigingen")
        ordering = ["-confirmed_on"]
        constraints = [
            models.UniqueConstraint(fields=["update_confirmed", "confirmed_on"], name="confirmation_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.slot_id} {self.confirmed_on}"
