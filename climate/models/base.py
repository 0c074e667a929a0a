"""What the climate records share: they belong to an accord, carry a source, keep their history, and may be dated."""

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.models import HistoricalRecords

from covenants.models import Agreement, Sourced
from ser_portal.dates import ImpreciseDate, ImpreciseDateField


class OfAccordQuerySet(models.QuerySet[Any]):
    """Rows seen by whoever may know of the accord they belong to; `None` is the outside world."""

    through: ClassVar[str] = "agreement"  # the way from the row to its agreement

    def visible_to(self, user: Any) -> "OfAccordQuerySet":
        return self.filter(**{f"{self.through}__in": Agreement.objects.visible_to(user).values("pk")})


class Kept(Sourced):
    """A sourced record whose earlier values stay readable: who changed what, and when."""

    history = HistoricalRecords(inherit=True, excluded_fields=["reference_digest"])

    class Meta(Sourced.Meta):
        abstract = True


def standing_on(began: ImpreciseDate, ended: ImpreciseDate, day: date) -> tuple[bool, bool]:
    """Whether what began and ended then holds on `day` by what is certain, and whether that is uncertain.

    The last state that is certain holds: begun for certain, and not over for certain. An end date is the last day.
    """
    begun = began.certain_on(day)
    over = ended.latest is not None and ended.latest < day
    may_be_over = ended.is_known and (ended.earliest is None or ended.earliest < day)
    uncertain = began.possible_on(day) and not over and (not begun or may_be_over)
    return begun and not over, uncertain


class Dated(models.Model):
    """Holds from `began` to `ended`, both as precise as they are known; an unknown end is no end."""

    began = ImpreciseDateField(gettext_lazy("begin"))
    ended = ImpreciseDateField(gettext_lazy("einde"))

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        """Whether it certainly held on `day`, as far as an end is known."""
        return standing_on(self.began, self.ended, day)[0]

    def uncertain_on(self, day: date) -> bool:
        """Whether it may have begun, or may have been over, on `day`."""
        return standing_on(self.began, self.ended, day)[1]

    @property
    def period(self) -> str:
        """From when to when, in words no more precise than what is known."""
        began, ended = self.began, self.ended
        if began.is_known and ended.is_known:
            return _("%(began)s tot en met %(ended)s") % {"began": began, "ended": ended}
        if began.is_known:
            whole = began.is_exact or began.words
            return (_("sinds %(began)s") if whole else _("begin: %(began)s")) % {"began": began}
        return _("tot en met %(ended)s") % {"ended": ended} if ended.is_known else _("periode onbekend")

    @staticmethod
    def constraints(model: str) -> list[models.BaseConstraint]:
        """The dates are in order; add them to the constraints of the model."""
        return [
            *ImpreciseDateField.constraints(model, "began"),
            *ImpreciseDateField.constraints(model, "ended"),
            models.CheckConstraint(
                name=f"{model}_ends_after_start",
                condition=models.Q(ended_latest__isnull=True)
                | models.Q(began_earliest__isnull=True)
                | models.Q(ended_latest__gte=models.F("began_earliest")),
                violation_error_message=gettext_lazy("Het einde ligt voor het begin."),
            ),
        ]


class Holding(Dated, Kept):
    """A person in a place for a time."""

    name = models.CharField(gettext_lazy("naam"), max_length=160)
    role_nl = models.CharField(gettext_lazy("functie"), max_length=160, blank=True)
    role_en = models.CharField(gettext_lazy("functie in het Engels"), max_length=160, blank=True)

    class Meta(Kept.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name
