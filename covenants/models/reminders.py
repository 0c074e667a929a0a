"""Who was reminded of what, on which rung of the ladder, in which mail, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from covenants.models.rounds import ReportingSlot


class ReminderStep(models.TextChoices):
    """The ladder, lowest rung first. Days are counted from the due date of the slot."""

    BEFORE = "before", _("zeven dagen voor de inleverdatum")
    ON_DAY = "on_day", _("op de inleverdatum")
    AFTER = "after", _("zeven dagen na de inleverdatum")
    COORDINATOR = "coordinator", _("aan de coördinator, veertien dagen na de inleverdatum")
    FACILITATOR = "facilitator", _("aan de procesbegeleider, eenentwintig dagen na de inleverdatum")
    RETURNED = "returned", _("iets is teruggestuurd")
    DECIDED = "decided", _("iets is beoordeeld")


class DigestState(models.TextChoices):
    WAITING = "waiting", _("wacht op verzending")
    SENDING = "sending", _("wordt verzonden")
    SENT = "sent", _("verzonden")
    UNKNOWN = "unknown", _("onzeker of het is aangekomen: de verzending is afgebroken")
    FAILED = "failed", _("niet verzonden")


class Digest(models.Model):
    """One mail to one person on one day. Never two: what was being sent when a worker died is not sent again."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="digests")
    day = models.DateField()
    state = models.CharField(max_length=10, choices=DigestState, default=DigestState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=120, blank=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("dagbericht")
        verbose_name_plural = _("dagberichten")
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "day"], name="digest_once_a_day"),
            models.CheckConstraint(name="digest_state_known", condition=Q(state__in=DigestState.values)),
        ]
        indexes = [models.Index(fields=["state", "day"], name="digests_to_send")]

    def __str__(self) -> str:
        return f"{self.recipient_id} {self.day}"


class Reminder(models.Model):
    """That a person was to be told one thing about one slot; the digest says whether and when that happened."""

    slot = models.ForeignKey(ReportingSlot, models.CASCADE, related_name="reminders")
    step = models.CharField(max_length=12, choices=ReminderStep)
    due_on = models.DateField()  # of the slot at that moment; a moved deadline starts a new ladder
    about = models.PositiveIntegerField(default=0)  # the number of the update that was returned or decided on
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminders")
    digest = models.ForeignKey(Digest, models.CASCADE, related_name="reminders")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("herinnering")
        verbose_name_plural = _("herinneringen")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "step", "due_on", "about", "recipient"], name="reminder_once_a_rung"
            ),
            models.CheckConstraint(name="reminder_step_known", condition=Q(step__in=ReminderStep.values)),
        ]
        indexes = [models.Index(fields=["digest", "slot"], name="reminders_of_digest")]

    def __str__(self) -> str:
        return f"{self.slot_id} {self.step}"
