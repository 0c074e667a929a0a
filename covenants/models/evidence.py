"""Files that parties add to what they report."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from covenants.models.audience import seen_through
from covenants.models.parties import Party
from covenants.models.people import own_parties
from covenants.models.progress import ProgressUpdate, UpdateState
from covenants.models.rounds import ReportingSlot
from ser_portal.dates import ImpreciseDateField


class ScanState(models.TextChoices):
    CLEAN = "clean", _("gecontroleerd op virussen")
    NOT_SCANNED = "not_scanned", _("niet op virussen gecontroleerd: geen scanner ingesteld")
    QUARANTINED = "quarantined", _("apart gezet tot de virusscanner weer werkt")
    INFECTED = "infected", _("geweigerd door de virusscanner")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: Any) -> "EvidenceQuerySet":
        """Own party: all of its own. Others: only what was sent with an update they may see, as the round allows."""
        sent = EvidenceUse.objects.visible_to(user).filter(evidence=OuterRef("pk"))
        return self.filter(Q(party__in=own_parties(user)) | Exists(sent))

    def attached(self) -> "EvidenceQuerySet":
        """What goes along with the next submission."""
        return self.filter(in_draft=True)


class Evidence(models.Model):
    """A file a party adds to what it reports; the bytes lie outside any public path under a random name."""

    slot = models.ForeignKey(ReportingSlot, models.CASCADE, related_name="evidence")
    party = models.ForeignKey(Party, models.PROTECT, related_name="evidence")
    name = models.CharField(_("bestandsnaam"), max_length=150)
    kind = models.CharField(max_length=20)  # what the content is, by ser_portal.intake
    mime = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField(_("grootte"))
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=64, unique=True)
    shows = models.CharField(_("wat het laat zien"), max_length=300)
    dated = ImpreciseDateField(_("datum van het stuk"))
    scan = models.CharField(_("viruscontrole"), max_length=12, choices=ScanState, default=ScanState.NOT_SCANNED)
    in_draft = models.BooleanField(default=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("bewijsstuk")
        verbose_name_plural = _("bewijsstukken")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "sha256"], condition=Q(in_draft=True), name="evidence_once_per_slot"
            ),
            models.CheckConstraint(name="evidence_scan_known", condition=Q(scan__in=ScanState.values)),
            models.CheckConstraint(name="evidence_shows_something", condition=~Q(shows="")),
            *ImpreciseDateField.constraints("evidence", "dated"),
        ]
        indexes = [models.Index(fields=["party", "size"], name="evidence_quota")]  # the quota of a party

    def __str__(self) -> str:
        return f"{self.pk}"


class EvidenceUseQuerySet(models.QuerySet["EvidenceUse"]):
    def visible_to(self, user: Any) -> "EvidenceUseQuerySet":
        """What went along with an update this person may see, as far as the round shares its files."""
        return self.filter(
            seen_through(
                user,
                agreement="update__agreement",
                party="update__party",
                level="update__slot__round__evidence_level",
                approved=Q(update__state=UpdateState.APPROVED, update__slot__withdrawn_at__isnull=True),
            )
        )


class EvidenceUse(models.Model):
    """That a file went along with an update; for good."""

    update = models.ForeignKey(ProgressUpdate, models.CASCADE, related_name="evidence_uses")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="uses")

    objects = EvidenceUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("bijgevoegd bewijsstuk")
        verbose_name_plural = _("bijgevoegde bewijsstukken")
        constraints = [models.UniqueConstraint(fields=["update", "evidence"], name="evidence_once_per_update")]

    def __str__(self) -> str:
        return f"{self.update_id}: {self.evidence_id}"
