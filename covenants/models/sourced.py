"""Every fact says where it comes from and how sure that is."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Confidence(models.TextChoices):
    """The scale of the reference data."""

    HIGH = "high", _("letterlijk in een bron")
    MEDIUM = "medium", _("oudere, latere of ongedateerde bron, of een afleiding")
    LOW = "low", _("waarschijnlijk, niet met zoveel woorden bevestigd")


class Sourced(models.Model):
    """A fact with its source, and its place in the reference data when it came from there.

    `reference_key` is empty for what was entered by hand; `reference_digest` is a hash of the values as they were last
    loaded, so that a reload never overwrites what somebody has changed since.
    """

    source = models.CharField(_("bron"), max_length=1000, blank=True)
    source_2 = models.CharField(_("tweede bron"), max_length=1000, blank=True)
    confidence = models.CharField(_("zekerheid"), max_length=10, choices=Confidence, blank=True)
    note = models.TextField(_("toelichting"), blank=True)
    reference_key = models.CharField(max_length=160, blank=True, editable=False)
    reference_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["reference_key"],
                condition=~Q(reference_key=""),
                name="%(app_label)s_%(class)s_reference_key_once",
            )
        ]

    @property
    def sources(self) -> list[str]:
        """The sources there are, most important first."""
        return [source for source in (self.source, self.source_2) if source]
