"""Which facilitator looks after which agreement, and since when."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from covenants.models.agreements import Agreement


class CurrentQuerySet(models.QuerySet[Any]):
    """Dated rights: `began_on` to `ended_on`, both inclusive."""

    def current(self, day: date | None = None) -> "CurrentQuerySet":
        """Those that hold on `day` (today)."""
        day = day or timezone.localdate()
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=day), began_on__lte=day)


class FacilitatorAssignment(models.Model):
    """A facilitator (procesbegeleider) looks after an agreement from one day to another."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="assignments", verbose_name=_("akkoord"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments", verbose_name=_("procesbegeleider")
    )
    began_on = models.DateField(_("begin"))
    ended_on = models.DateField(_("einde"), null=True, blank=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        verbose_name = _("toewijzing")
        verbose_name_plural = _("toewijzingen")
        ordering = ["agreement", "began_on"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "user", "began_on"], name="assignment_once_a_day"),
            models.CheckConstraint(
                name="assignment_ends_after_start",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("began_on")),
                violation_error_message=_("De einddatum ligt voor de begindatum."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.agreement}"
