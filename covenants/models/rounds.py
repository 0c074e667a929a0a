"""A period that is asked about, and what each party owes in it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from covenants.models.agreements import Agreement
from covenants.models.audience import REPORTED, Audience, seen_through
from covenants.models.commitments import Commitment, Rung
from covenants.models.parties import Party, SizeClass
from covenants.models.people import joined_agreements, kept_agreements, own_parties


class ReportingRoundQuerySet(models.QuerySet["ReportingRound"]):
    def visible_to(self, user: Any) -> "ReportingRoundQuerySet":
        """That there is a round: its secretariat, who takes part in the agreement, and who owes something in it.

        Everybody else who works here knows of rounds of public agreements, because totals of them are published.
        """
        if user is not None and user.is_authenticated and user.is_active and user.is_delegate:
            asked = ReportingSlot.objects.filter(party__in=own_parties(user)).values("round")
            known = Agreement.objects.visible_to(user).values("pk")
            joined = Q(agreement__in=joined_agreements(user)) & Q(agreement__in=known)
            return self.filter(joined | Q(pk__in=asked))
        if user is not None and user.is_authenticated and user.is_facilitator:
            public = Agreement.objects.visible_to(None).values("pk")
            return self.filter(Q(agreement__in=kept_agreements(user)) | Q(agreement__in=public))
        return self.filter(agreement__in=Agreement.objects.visible_to(user).values("pk"))

    def open(self) -> "ReportingRoundQuerySet":
        return self.filter(locked_at__isnull=True)


class ReportingRound(models.Model):
    """A period (any first and last day) about which parties report until a day, and then no more."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="rounds", verbose_name=_("akkoord"))
    title_nl = models.CharField(_("naam"), max_length=120)
    title_en = models.CharField(_("naam in het Engels"), max_length=120, blank=True)
    period_first = models.DateField(_("eerste dag van de periode"))
    period_last = models.DateField(_("laatste dag van de periode"))
    due_on = models.DateField(_("inleverdatum"))
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="next", verbose_name=_("vorige ronde")
    )
    # Taken over from the agreement's rules when the round opened: the promise under which parties report.
    progress_level = models.CharField(max_length=20, choices=Audience, default=Audience.SECRETARIAT)
    evidence_level = models.CharField(max_length=20, choices=Audience, default=Audience.SECRETARIAT)
    review_level = models.CharField(max_length=20, choices=Audience, default=Audience.SECRETARIAT)
    reply_level = models.CharField(max_length=20, choices=Audience, default=Audience.SECRETARIAT)
    minimum_count = models.PositiveSmallIntegerField(default=5)
    dominance_percent = models.PositiveSmallIntegerField(default=10)
    stale_after_days = models.PositiveSmallIntegerField(default=92)
    reply_days = models.PositiveSmallIntegerField(default=14)

    opened_at = models.DateTimeField(_("geopend op"), default=timezone.now)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    locked_at = models.DateTimeField(_("gesloten op"), null=True, blank=True)
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReportingRoundQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("rapportageronde")
        verbose_name_plural = _("rapportagerondes")
        ordering = ["-period_last", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "title_nl"],
                name="round_title_once_per_agreement",
                violation_error_message=_("Dit akkoord heeft al een ronde met deze naam."),
            ),
            models.CheckConstraint(
                name="round_period_in_order",
                condition=Q(period_last__gte=F("period_first")),
                violation_error_message=_("De laatste dag van de periode ligt voor de eerste."),
            ),
            models.CheckConstraint(
                name="round_due_in_or_after_period",
                condition=Q(due_on__gte=F("period_first")),
                violation_error_message=_("De inleverdatum ligt voor het begin van de periode."),
            ),
            models.CheckConstraint(
                name="round_lock_has_a_person",
                condition=Q(locked_at__isnull=True, locked_by__isnull=True)
                | Q(locked_at__isnull=False, locked_by__isnull=False),
            ),
            models.CheckConstraint(name="round_minimum_count_at_least_three", condition=Q(minimum_count__gte=3)),
            *(
                models.CheckConstraint(name=f"round_{kind}_level_known", condition=Q(**{f"{kind}_level__in": REPORTED}))
                for kind in ("progress", "evidence", "review", "reply")
            ),
        ]
        indexes = [models.Index(fields=["agreement", "-period_last"], name="rounds_of_agreement")]

    def __str__(self) -> str:
        return self.title_nl

    def get_absolute_url(self) -> str:
        return reverse("covenants:round", args=[self.pk])

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None


class SlotState(models.TextChoices):
    """Where a slot stands for everybody; whether there is a draft is the party's own business."""

    SILENT = "silent", _("nog niets ontvangen")
    SUBMITTED = "submitted", _("ingediend, wacht op beoordeling")
    RETURNED = "returned", _("teruggestuurd")
    APPROVED = "approved", _("goedgekeurd")


class ReportingSlotQuerySet(models.QuerySet["ReportingSlot"]):
    def visible_to(self, user: Any) -> "ReportingSlotQuerySet":
        """Own party and secretariat; wider circles only as far as the round said, and only what is approved."""
        return self.filter(
            seen_through(
                user,
                agreement="agreement",
                party="party",
                level="round__progress_level",
                approved=Q(approved__isnull=False, withdrawn_at__isnull=True),
            )
        )

    def inside(self, user: Any) -> "ReportingSlotQuerySet":
        """Those of which this person may know how they stand and who looks after them: of the own parties, and of the
        agreements they keep. Narrower than `visible_to`, which also has what was approved and is shared."""
        return self.filter(Q(party__in=own_parties(user)) | Q(agreement__in=kept_agreements(user)))

    def owed_by(self, user: Any) -> "ReportingSlotQuerySet":
        """What the parties of this person owe, own work or not."""
        return self.filter(party__in=own_parties(user))

    def standing(self) -> "ReportingSlotQuerySet":
        """Without those that were withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class ReportingSlot(models.Model):
    """What one party owes in one round about one commitment (rapportageverplichting).

    `state`, `state_since`, `current`, `approved` and the confirmation are derived from its updates and kept by the
    services in the same transaction, so that lists of a million need one index; `tests` hold them to the updates.
    """

    round = models.ForeignKey(ReportingRound, models.CASCADE, related_name="slots", verbose_name=_("ronde"))
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="slots", verbose_name=_("akkoord"))
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="slots", verbose_name=_("afspraak"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="slots", verbose_name=_("partij"))
    due_on = models.DateField(_("inleverdatum"))
    extended = models.BooleanField(_("uitstel"), default=False)  # has a date of its own
    rung_required = models.PositiveSmallIntegerField(_("gevraagd bewijs"), choices=Rung, default=Rung.DECLARED)
    size_class = models.CharField(_("grootte"), max_length=10, choices=SizeClass, blank=True)
    uncertain = models.BooleanField(_("onzekere deelname"), default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="owned_slots",
        verbose_name=_("wie het oppakt"),
    )  # fmt: skip

    state = models.CharField(_("stand"), max_length=10, choices=SlotState, default=SlotState.SILENT)
    state_since = models.DateTimeField(_("sinds"), default=timezone.now)
    current = models.ForeignKey(
        "covenants.ProgressUpdate", models.PROTECT, null=True, blank=True, related_name="+"
    )  # the latest that was sent
    approved = models.ForeignKey(
        "covenants.ProgressUpdate", models.PROTECT, null=True, blank=True, related_name="+"
    )  # the latest that was approved
    confirmed_on = models.DateField(_("voor het laatst bevestigd"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("vervallen op"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("reden van vervallen"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReportingSlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("rapportageverplichting")
        verbose_name_plural = _("rapportageverplichtingen")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "commitment", "party"], name="slot_once_per_round"),
            models.CheckConstraint(name="slot_state_known", condition=Q(state__in=SlotState.values)),
            models.CheckConstraint(name="slot_rung_known", condition=Q(rung_required__in=Rung.values)),
            models.CheckConstraint(
                name="slot_silent_has_nothing_sent",
                condition=Q(state=SlotState.SILENT, current__isnull=True)
                | (~Q(state=SlotState.SILENT) & Q(current__isnull=False)),
            ),
            models.CheckConstraint(
                name="slot_approved_has_approved_update",
                condition=~Q(state=SlotState.APPROVED) | Q(approved__isnull=False),
            ),
            models.CheckConstraint(
                name="slot_withdrawn_for_a_reason",
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
                violation_error_message=_("Geef een reden; die blijft in de geschiedenis staan."),
            ),
        ]
        indexes = [
            models.Index(fields=["party", "state", "due_on", "id"], name="slots_owed"),  # worklist of a delegate
            models.Index(fields=["agreement", "state", "state_since", "id"], name="slots_waiting"),  # of one agreement
            models.Index(
                fields=["state", "state_since", "id"], name="slots_waiting_longest"
            ),  # the queue, oldest first
            models.Index(fields=["round", "party", "id"], name="slots_of_round"),  # page of a round
            models.Index(fields=["round", "state"], name="slots_of_round_by_state"),  # its totals
            models.Index(fields=["commitment", "party", "id"], name="slots_of_commitment"),  # page of a commitment
            models.Index(
                fields=["due_on", "state"], name="slots_to_remind", condition=Q(withdrawn_at__isnull=True)
            ),  # the ladder of reminders
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("covenants:slot", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether the party still has to send something."""
        return self.withdrawn_at is None and self.state in (SlotState.SILENT, SlotState.RETURNED)


class DeadlineChange(models.Model):
    """A deadline was moved, for a whole round or for one slot; with the reason, for good."""

    round = models.ForeignKey(ReportingRound, models.CASCADE, related_name="deadline_changes")
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+"
    )  # null: everybody in the round
    before = models.DateField()
    after = models.DateField()
    reason = models.TextField(_("reden"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("verschoven inleverdatum")
        verbose_name_plural = _("verschoven inleverdata")
        ordering = ["-at", "-pk"]
        constraints = [models.CheckConstraint(name="deadline_change_has_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class RoundRelease(models.Model):
    """The totals of a locked round as released: protected once, frozen, the same for every day and every filter.

    `table` is what may be shown; `contributions` is what it was made from, for the secretariat and for verification.
    """

    round = models.ForeignKey(ReportingRound, models.CASCADE, related_name="releases")
    number = models.PositiveSmallIntegerField()
    definition_version = models.PositiveSmallIntegerField()
    table = models.JSONField()
    report = models.JSONField()
    contributions = models.JSONField()
    sha256 = models.CharField(max_length=64)
    reason = models.TextField(_("toelichting"), blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("vrijgegeven totalen")
        verbose_name_plural = _("vrijgegeven totalen")
        ordering = ["round", "-number"]
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="release_number_once_per_round")]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.number}"
