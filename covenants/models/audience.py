"""Who may see a record: levels as data, the defaults per agreement, and the one query that reads them."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from covenants.models.agreements import Agreement
from covenants.models.parties import ParticipationRole
from covenants.models.people import joined_agreements, kept_agreements, own_parties


class Audience(models.TextChoices):
    """From the smallest circle to the widest; each includes the ones before."""

    OWN_PARTY = "own_party", _("alleen de eigen partij")
    SECRETARIAT = "secretariat", _("eigen partij en secretariaat")
    STEERING_GROUP = "steering_group", _("ook de stuurgroep")
    PARTIES = "parties", _("ook de andere partijen van het akkoord")
    PUBLIC = "public", _("iedereen die in het portaal werkt, en het jaaroverzicht")


# What is reported has to be seen by whoever reviews it.
REPORTED = [level for level in Audience.values if level != Audience.OWN_PARTY]


def seen_through(user: Any, *, agreement: str, party: str, level: str, approved: Q) -> Q:
    """Which records of a party this person may see; the arguments are field paths.

    Own party and the secretariat of the agreement see what was sent; the wider circles see only what `approved` says is
    approved. `None` is the outside world.
    """
    public = Q(**{level: Audience.PUBLIC}) & approved
    if user is None:
        return public & Q(**{f"{agreement}__in": Agreement.objects.visible_to(None).values("pk")})
    if not user.is_authenticated or not user.is_active or user.is_reader:
        return Q(pk__in=[])
    known = Q(**{f"{agreement}__in": Agreement.objects.visible_to(user).values("pk")})
    if user.is_facilitator:
        return Q(**{f"{agreement}__in": kept_agreements(user)}) | (public & known)
    if user.is_delegate:
        steering = joined_agreements(user, roles=[ParticipationRole.STEERING_GROUP])
        wider = (
            Q(**{level: Audience.PUBLIC})
            | Q(**{level: Audience.PARTIES, f"{agreement}__in": joined_agreements(user)})
            | Q(**{level: Audience.STEERING_GROUP, f"{agreement}__in": steering})
            | Q(**{level: Audience.PARTIES, f"{agreement}__in": steering})
        )
        return Q(**{f"{party}__in": own_parties(user)}) | (approved & known & wider)
    return public & known


class AgreementRules(models.Model):
    """What an agreement decided about reporting: who sees what, how small counts are protected, which terms hold.

    The levels are defaults: a round takes them over when it opens, and what was reported under them keeps them. A later
    change never opens up what was given under a narrower promise.
    """

    agreement = models.OneToOneField(Agreement, models.CASCADE, related_name="rules", verbose_name=_("akkoord"))
    progress_level = models.CharField(_("voortgang"), max_length=20, choices=Audience, default=Audience.SECRETARIAT)
    evidence_level = models.CharField(_("bewijsstukken"), max_length=20, choices=Audience, default=Audience.SECRETARIAT)
    review_level = models.CharField(_("beoordelingen"), max_length=20, choices=Audience, default=Audience.SECRETARIAT)
    reply_level = models.CharField(_("weerwoord"), max_length=20, choices=Audience, default=Audience.SECRETARIAT)
    minimum_count = models.PositiveSmallIntegerField(_("kleinste aantal in een openbaar totaal"), default=5)
    dominance_percent = models.PositiveSmallIntegerField(_("p% voor overheersing"), default=10)
    stale_after_days = models.PositiveSmallIntegerField(_("verouderd na dagen"), default=92)
    reply_days = models.PositiveSmallIntegerField(_("termijn voor weerwoord in dagen"), default=14)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("rapportageregels")
        verbose_name_plural = _("rapportageregels")
        constraints = [
            *(
                models.CheckConstraint(name=f"rules_{kind}_level_known", condition=Q(**{f"{kind}_level__in": REPORTED}))
                for kind in ("progress", "evidence", "review", "reply")
            ),
            models.CheckConstraint(
                name="rules_minimum_count_at_least_three",
                condition=Q(minimum_count__gte=3, minimum_count__lte=100),
                violation_error_message=_("Het kleinste aantal is 3 of meer."),
            ),
            models.CheckConstraint(
                name="rules_dominance_percent_sensible",
                condition=Q(dominance_percent__gte=1, dominance_percent__lte=50),
                violation_error_message=_("Het percentage ligt tussen 1 en 50."),
            ),
            models.CheckConstraint(
                name="rules_stale_after_days_sensible",
                condition=Q(stale_after_days__gte=7, stale_after_days__lte=730),
                violation_error_message=_("Verouderd na 7 tot 730 dagen."),
            ),
            models.CheckConstraint(
                name="rules_reply_days_sensible",
                condition=Q(reply_days__gte=1, reply_days__lte=180),
                violation_error_message=_("De termijn voor een weerwoord is 1 tot 180 dagen."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement}"

    @classmethod
    def of(cls, agreement: Agreement) -> "AgreementRules":
        """The rules of this agreement, or the unsaved defaults when nobody decided otherwise."""
        return cls.objects.filter(agreement=agreement).first() or cls(agreement=agreement)
