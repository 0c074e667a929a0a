"""Who looks after an agreement, who acts for a party, and since when."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet
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


class DelegateRole(models.TextChoices):
    """What a delegate may do for the party; each may do what the one before may."""

    CONTRIBUTOR = "contributor", _("invuller: vult in, dient niet in")
    SUBMITTER = "submitter", _("indiener: vult in en dient in")
    COORDINATOR = "coordinator", _("coördinator: dient in, nodigt uit en draagt over")

    @property
    def short(self) -> str:
        """The word before the colon."""
        return str(self.label).split(":", 1)[0]


class DelegateQuerySet(CurrentQuerySet):
    def current(self, day: date | None = None) -> "DelegateQuerySet":
        """Those that hold on `day`; who was taken off the list holds nothing from that moment on."""
        return super().current(day).filter(revoked_at__isnull=True)  # type: ignore[return-value]


class Delegate(models.Model):
    """A person (gemachtigde) who acts for a party from one day to another, unless taken off earlier."""

    party = models.ForeignKey("covenants.Party", models.CASCADE, related_name="delegates", verbose_name=_("partij"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations", verbose_name=_("gemachtigde")
    )
    role = models.CharField(_("rol"), max_length=20, choices=DelegateRole, default=DelegateRole.SUBMITTER)
    began_on = models.DateField(_("begin"))
    ended_on = models.DateField(_("einde"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("beëindigd op"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("beëindigd door"),
    )

    objects = DelegateQuerySet.as_manager()

    class Meta:
        verbose_name = _("gemachtigde")
        verbose_name_plural = _("gemachtigden")
        ordering = ["party", "began_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["party", "user", "began_on"],
                condition=Q(revoked_at__isnull=True),
                name="delegate_once_a_day",
            ),
            models.CheckConstraint(name="delegate_role_known", condition=Q(role__in=DelegateRole.values)),
            models.CheckConstraint(
                name="delegate_ends_after_start",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("began_on")),
                violation_error_message=_("De einddatum ligt voor de begindatum."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.party}"


class Invitation(models.Model):
    """A person is asked by e-mail to act for a party. The secret itself is only in the mail; here is its hash."""

    LONGEST_DAYS = 7

    party = models.ForeignKey("covenants.Party", models.CASCADE, related_name="invitations", verbose_name=_("partij"))
    email = models.EmailField(_("e-mailadres"), max_length=254)
    role = models.CharField(_("rol"), max_length=20, choices=DelegateRole)
    began_on = models.DateField(_("begin"))
    ended_on = models.DateField(_("einde"), null=True, blank=True)
    language = models.CharField(
        _("taal"), max_length=2, choices=[("nl", "Nederlands"), ("en", "English")], default="nl"
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256 of at least 128 random bits
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("geldig tot"))
    sent_at = models.DateTimeField(_("verzonden op"), null=True, blank=True)  # null: the mail server refused it
    used_at = models.DateTimeField(_("gebruikt op"), null=True, blank=True)
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("ingetrokken op"), null=True, blank=True)

    class Meta:
        verbose_name = _("uitnodiging")
        verbose_name_plural = _("uitnodigingen")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(name="invitation_role_known", condition=Q(role__in=DelegateRole.values)),
            models.CheckConstraint(name="invitation_expires_later", condition=Q(expires_at__gt=F("created_at"))),
            models.CheckConstraint(
                name="invitation_ends_after_start",
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("began_on")),
                violation_error_message=_("De einddatum ligt voor de begindatum."),
            ),
        ]
        indexes = [models.Index(fields=["party", "-created_at"], name="invitations_of_party")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.created_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be accepted."""
        return self.used_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()


class CalendarFeed(models.Model):
    """The secret address of a person's own deadlines for a calendar; a new one ends the old."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("agenda-adres")
        verbose_name_plural = _("agenda-adressen")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at__isnull=True), name="calendar_feed_one_open_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d}"


# --- Who somebody is to the records: the building blocks of every `visible_to` ------------------------------------


class ViewAs:
    """Looks as a delegate of one party would, without being anybody: what a facilitator previews ("bekijk als").

    Has what `visible_to` asks of a person. `None`, the outside world, needs no stand-in.
    """

    is_authenticated = is_active = is_delegate = True
    is_facilitator = is_reporting = is_reader = is_staff = False
    pk = id = None

    def __init__(self, party_id: int) -> None:
        self.party_id = party_id


def own_parties(user: Any) -> QuerySet[Any]:
    """Keys of the parties this person acts for today; a subquery, empty for anybody who is no delegate."""
    from covenants.models.parties import Party

    if isinstance(user, ViewAs):
        return Party.objects.filter(pk=user.party_id).values("pk")
    if user is None or not user.is_authenticated or not user.is_active or not user.is_delegate:
        return Delegate.objects.none().values("party")
    return Delegate.objects.current().filter(user=user).values("party")


def kept_agreements(user: Any) -> QuerySet[Any]:
    """Keys of the agreements this facilitator looks after today; a subquery, empty for anybody else."""
    if user is None or not user.is_authenticated or not user.is_active or not user.is_facilitator:
        return FacilitatorAssignment.objects.none().values("agreement")
    return FacilitatorAssignment.objects.current().filter(user=user).values("agreement")


def joined_agreements(user: Any, *, roles: Any = None) -> QuerySet[Any]:
    """Keys of the agreements a party of this person takes part in today (certainly or possibly), in one of `roles`."""
    from covenants.models.parties import Participation

    rows = Participation.objects.filter(party__in=own_parties(user)).possible_on(timezone.localdate())
    if roles is not None:
        rows = rows.filter(role__in=roles)
    return rows.values("agreement")
