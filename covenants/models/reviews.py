"""What was decided on what a party sent, and the party's own words beside it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from covenants.models.agreements import Agreement
from covenants.models.audience import seen_through
from covenants.models.commitments import Rung
from covenants.models.progress import ProgressUpdate


class Verdict(models.TextChoices):
    """What the reviewer concludes; returned updates have none."""

    COMPLIANT = "compliant", _("voldoet")
    PARTLY = "partly", _("voldoet deels")
    NOT_COMPLIANT = "not_compliant", _("voldoet niet")
    NOT_ASSESSED = "not_assessed", _("niet beoordeeld")


class ReviewDecision(models.TextChoices):
    RETURNED = "returned", _("teruggestuurd")
    APPROVED = "approved", _("goedgekeurd")


class CountingRulingQuerySet(models.QuerySet["CountingRuling"]):
    def visible_to(self, user: Any) -> "CountingRulingQuerySet":
        """Rulings name no party; whoever sees the agreement may read how it counts."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))


class CountingRuling(models.Model):
    """How something is counted ("hoe tellen we een gefuseerd bedrijf?"): written once, cited in reviews."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="rulings", verbose_name=_("akkoord"))
    number = models.PositiveSmallIntegerField(_("nummer"))
    question = models.CharField(_("vraag"), max_length=300)
    ruling = models.TextField(_("uitspraak"))
    decided_on = models.DateField(_("besloten op"))
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = CountingRulingQuerySet.as_manager()

    class Meta:
        verbose_name = _("telregel")
        verbose_name_plural = _("telregels")
        ordering = ["agreement", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="ruling_number_once_per_agreement"),
            models.CheckConstraint(name="ruling_says_something", condition=~Q(ruling="") & ~Q(question="")),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.question}"


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: Any) -> "ReviewQuerySet":
        return self.filter(
            seen_through(
                user,
                agreement="update__agreement",
                party="update__party",
                level="update__slot__round__review_level",
                approved=Q(decision=ReviewDecision.APPROVED, update__slot__withdrawn_at__isnull=True),
            )
        )


class Review(models.Model):
    """The decision on one update: sent back with a reason, or approved with a conclusion. Never edited."""

    update = models.OneToOneField(ProgressUpdate, models.CASCADE, related_name="review")
    decision = models.CharField(_("beslissing"), max_length=10, choices=ReviewDecision)
    reason = models.TextField(_("reden"), blank=True)
    verdict = models.CharField(_("oordeel"), max_length=20, choices=Verdict, blank=True)
    rung_reached = models.PositiveSmallIntegerField(_("bereikt bewijs"), choices=Rung, null=True, blank=True)
    assessment = models.TextField(_("toelichting op het oordeel"), blank=True)
    reply_until = models.DateField(_("weerwoord mogelijk tot en met"), null=True, blank=True)
    rulings = models.ManyToManyField(CountingRuling, blank=True, related_name="cited_in", verbose_name=_("telregels"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("beoordeling")
        verbose_name_plural = _("beoordelingen")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="review_decision_known", condition=Q(decision__in=ReviewDecision.values)),
            models.CheckConstraint(
                name="review_returned_has_reason",
                condition=~Q(decision=ReviewDecision.RETURNED) | ~Q(reason=""),
                violation_error_message=_("Geef een reden; die blijft in het dossier staan."),
            ),
            models.CheckConstraint(
                name="review_approved_has_verdict",
                condition=Q(decision=ReviewDecision.RETURNED, verdict="")
                | Q(decision=ReviewDecision.APPROVED, verdict__in=Verdict.values, reply_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.update_id}: {self.decision}"


class ReplyQuerySet(models.QuerySet["Reply"]):
    def visible_to(self, user: Any) -> "ReplyQuerySet":
        return self.filter(
            seen_through(
                user,
                agreement="review__update__agreement",
                party="review__update__party",
                level="review__update__slot__round__reply_level",
                approved=Q(review__decision=ReviewDecision.APPROVED, review__update__slot__withdrawn_at__isnull=True),
            )
        )


class Reply(models.Model):
    """The party's own words beside an assessment (weerwoord). Given once, never edited."""

    review = models.OneToOneField(Review, models.CASCADE, related_name="reply")
    text = models.TextField(_("weerwoord"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("weerwoord")
        verbose_name_plural = _("weerwoorden")
        constraints = [models.CheckConstraint(name="reply_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return f"{self.review_id}"
