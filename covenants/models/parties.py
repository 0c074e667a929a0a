"""Parties, their dated participations, and the people who act for them."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from covenants.models.agreements import Agreement
from covenants.models.people import CurrentQuerySet
from covenants.models.sourced import Sourced
from ser_portal.dates import ImpreciseDateField


class PartyType(models.TextChoices):
    COMPANY = "company", _("bedrijf")
    TRADE_ASSOCIATION = "trade_association", _("brancheorganisatie")
    TRADE_UNION = "trade_union", _("vakbond")
    CIVIL_SOCIETY = "civil_society", _("maatschappelijke organisatie")
    GOVERNMENT = "government", _("overheid")
    OTHER = "other", _("overig")


class PartyQuerySet(models.QuerySet["Party"]):
    def visible_to(self, user: Any) -> "PartyQuerySet":
        """Who takes part in an agreement this person sees, and the parties this person acts for."""
        agreements = Agreement.objects.visible_to(user)
        seen = Q(pk__in=Participation.objects.filter(agreement__in=agreements.values("pk")).values("party"))
        if user is not None and user.is_authenticated and user.is_delegate:
            seen |= Q(pk__in=Delegate.objects.current().filter(user=user).values("party"))
        if user is not None and user.is_authenticated and user.is_facilitator:
            seen |= ~Q(pk__in=Participation.objects.values("party"))  # just registered, not yet placed
        return self.filter(seen)


class Party(Sourced):
    """An organisation that signs, supports, negotiates or otherwise takes part."""

    slug = models.SlugField(_("kenmerk"), max_length=80, unique=True)
    name = models.CharField(_("naam"), max_length=200)
    abbreviation = models.CharField(_("afkorting"), max_length=40, blank=True)
    type = models.CharField(_("type"), max_length=20, choices=PartyType)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PartyQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["reference_digest"])

    class Meta(Sourced.Meta):
        verbose_name = _("partij")
        verbose_name_plural = _("partijen")
        ordering = ["name"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(name="party_type_known", condition=Q(type__in=PartyType.values)),
        ]
        indexes = [models.Index(fields=["name", "id"], name="party_by_name")]  # the list of parties

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("covenants:party", args=[self.slug])


class ParticipationRole(models.TextChoices):
    SIGNATORY = "signatory", _("ondertekenaar")
    STEERING_GROUP = "steering_group", _("lid van de stuurgroep (ook ondertekenaar)")
    SUPPORTER = "supporter", _("steunbetuiger")
    CONTRACTING_AUTHORITY = "contracting_authority", _("aanbestedende dienst")
    NEGOTIATOR = "negotiator", _("deelnemer aan de onderhandeling")
    SECRETARIAT = "secretariat", _("voert het secretariaat")
    PROJECT_PARTNER = "project_partner", _("projectpartner")
    SECTOR_INITIATIVE = "sector_initiative", _("sectorinitiatief waarop het convenant voortbouwt")


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def visible_to(self, user: Any) -> "ParticipationQuerySet":
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))

    def possible_on(self, day: date) -> "ParticipationQuerySet":
        """Takes part on `day`, certainly or possibly: not begun certainly later, not certainly ended before."""
        return self.filter(
            Q(began_earliest__isnull=True) | Q(began_earliest__lte=day),
            Q(ended_latest__isnull=True) | Q(ended_latest__gte=day),
        )

    def certain_on(self, day: date) -> "ParticipationQuerySet":
        """Takes part on `day` by what is certain: an end that may already have come does not count as come."""
        return self.possible_on(day).filter(began_latest__lte=day)


class Participation(Sourced):
    """A party's dated role in an agreement. An end date is the last day."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="participations", verbose_name=_("akkoord"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="participations", verbose_name=_("partij"))
    role = models.CharField(_("rol"), max_length=30, choices=ParticipationRole)
    began = ImpreciseDateField(_("begin"))
    ended = ImpreciseDateField(_("einde"))
    leaving_reason = models.TextField(_("reden van vertrek"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ParticipationQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["reference_digest"])

    class Meta(Sourced.Meta):
        verbose_name = _("deelname")
        verbose_name_plural = _("deelnames")
        ordering = ["agreement", "party__name"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(name="participation_role_known", condition=Q(role__in=ParticipationRole.values)),
            *ImpreciseDateField.constraints("participation", "began"),
            *ImpreciseDateField.constraints("participation", "ended"),
            models.CheckConstraint(
                name="participation_ends_after_start",
                condition=Q(ended_latest__isnull=True)
                | Q(began_earliest__isnull=True)
                | Q(ended_latest__gte=F("began_earliest")),
                violation_error_message=_("Het einde ligt voor het begin."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} ({self.get_role_display()})"

    def uncertain_on(self, day: date) -> bool:
        """Whether the begin or the end may lie on either side of `day`."""
        may_have_left = (
            self.ended.is_known
            and (self.ended.earliest is None or self.ended.earliest < day)
            and (self.ended.latest is None or self.ended.latest >= day)
        )
        return not self.began.certain_on(day) or bool(may_have_left)


class Delegate(models.Model):
    """A person (gemachtigde) who acts for a party from one day to another."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="delegates", verbose_name=_("partij"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations", verbose_name=_("gemachtigde")
    )
    began_on = models.DateField(_("begin"))
    ended_on = models.DateField(_("einde"), null=True, blank=True)

    objects = CurrentQuerySet.as_manager()

    class Meta:
        verbose_name = _("gemachtigde")
        verbose_name_plural = _("gemachtigden")
        ordering = ["party", "began_on"]
        constraints = [
            models.UniqueConstraint(fields=["party", "user", "began_on"], name="delegate_once_a_day"),
            models.CheckConstraint(
                name="delegate_ends_after_start",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("began_on")),
                violation_error_message=_("De einddatum ligt voor de begindatum."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.party}"
