"""Parties, their dated participations, and the people who act for them."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from covenants.models.agreements import Agreement
from covenants.models.people import own_parties
from covenants.models.sourced import Sourced
from ser_portal.dates import ImpreciseDateField


class PartyType(models.TextChoices):
    COMPANY = "company", _("bedrijf")
    TRADE_ASSOCIATION = "trade_association", _("brancheorganisatie")
    TRADE_UNION = "trade_union", _("vakbond")
    CIVIL_SOCIETY = "civil_society", _("maatschappelijke organisatie")
    GOVERNMENT = "government", _("overheid")
    OTHER = "other", _("overig")


class SizeClass(models.TextChoices):
    """How large an organisation is; which evidence is asked of it may depend on that."""

    SMALL = "small", _("klein")
    MEDIUM = "medium", _("middelgroot")
    LARGE = "large", _("groot")


class PartyQuerySet(models.QuerySet["Party"]):
    def visible_to(self, user: Any) -> "PartyQuerySet":
        """Who takes part in an agreement this person sees, and the parties this person acts for."""
        agreements = Agreement.objects.visible_to(user)
        seen = Q(pk__in=Participation.objects.filter(agreement__in=agreements.values("pk")).values("party"))
        if user is not None and user.is_authenticated and user.is_delegate:
            seen |= Q(pk__in=own_parties(user))
        if user is not None and user.is_authenticated and user.is_facilitator:
            seen |= ~Q(pk__in=Participation.objects.values("party"))  # just registered, not yet placed
        return self.filter(seen)


class Party(Sourced):
    """An organisation that signs, supports, negotiates or otherwise takes part."""

    slug = models.SlugField(_("kenmerk"), max_length=80, unique=True)
    name = models.CharField(_("naam"), max_length=200)
    abbreviation = models.CharField(_("afkorting"), max_length=40, blank=True)
    type = models.CharField(_("type"), max_length=20, choices=PartyType)
    size_class = models.CharField(_("grootte"), max_length=10, choices=SizeClass, blank=True)
    group = models.CharField(
        _("concern"), max_length=120, blank=True, help_text=_("Organisaties van één concern tellen samen als één.")
    )
    is_sample = models.BooleanField(_("voorbeeldgegevens"), default=False, editable=False)
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
            models.CheckConstraint(
                name="party_size_class_known", condition=Q(size_class="") | Q(size_class__in=SizeClass.values)
            ),
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


# Who takes part in one of these roles is bound by what "every participating …" promised.
BINDING_ROLES = (
    ParticipationRole.SIGNATORY,
    ParticipationRole.STEERING_GROUP,
    ParticipationRole.CONTRACTING_AUTHORITY,
)


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


class PartyMembershipQuerySet(models.QuerySet["PartyMembership"]):
    def visible_to(self, user: Any) -> "PartyMembershipQuerySet":
        """Of associations and members this person may know of both."""
        seen = Party.objects.visible_to(user).values("pk")
        return self.filter(association__in=seen, member__in=seen)

    def possible_on(self, day: date) -> "PartyMembershipQuerySet":
        """Member on `day`, certainly or possibly."""
        return self.filter(
            Q(began_earliest__isnull=True) | Q(began_earliest__lte=day),
            Q(ended_latest__isnull=True) | Q(ended_latest__gte=day),
        )


class PartyMembership(models.Model):
    """A party is a member of a branch association, which may see that it answered but never what."""

    association = models.ForeignKey(Party, models.CASCADE, related_name="members", verbose_name=_("brancheorganisatie"))
    member = models.ForeignKey(Party, models.CASCADE, related_name="memberships", verbose_name=_("lid"))
    began = ImpreciseDateField(_("lid sinds"))
    ended = ImpreciseDateField(_("lid tot en met"))

    objects = PartyMembershipQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("lidmaatschap")
        verbose_name_plural = _("lidmaatschappen")
        ordering = ["association", "member__name"]
        constraints = [
            *ImpreciseDateField.constraints("membership", "began"),
            *ImpreciseDateField.constraints("membership", "ended"),
            models.UniqueConstraint(
                fields=["association", "member"],
                condition=Q(ended_earliest__isnull=True, ended_latest__isnull=True),
                name="membership_once_at_a_time",
            ),
            models.CheckConstraint(
                name="membership_of_another",
                condition=~Q(association=F("member")),
                violation_error_message=_("Een partij is geen lid van zichzelf."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.association_id}"
