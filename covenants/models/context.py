"""The policy around the agreements, the frameworks they follow, and what the reference data say of themselves."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from covenants.models.agreements import Agreement
from covenants.models.sourced import Sourced
from ser_portal.dates import ImpreciseDateField


class PolicyEvent(Sourced):
    """A step in the policy around the agreements: an advice, a letter, an evaluation."""

    occurred = ImpreciseDateField(_("wanneer"))
    title_nl = models.CharField(_("wat"), max_length=400)
    title_en = models.CharField(_("wat, in het Engels"), max_length=400, blank=True)

    class Meta(Sourced.Meta):
        verbose_name = _("beleidsstap")
        verbose_name_plural = _("beleidsstappen")
        ordering = ["occurred_earliest", "pk"]
        constraints = [*Sourced.Meta.constraints, *ImpreciseDateField.constraints("policy_event", "occurred")]

    def __str__(self) -> str:
        return self.title_nl


class Framework(Sourced):
    """An international standard the agreements build on, such as the UNGP."""

    code = models.SlugField(_("kenmerk"), max_length=40, unique=True)
    name_nl = models.CharField(_("naam"), max_length=200)
    name_en = models.CharField(_("naam in het Engels"), max_length=200, blank=True)
    adopted = ImpreciseDateField(_("aangenomen"))

    class Meta(Sourced.Meta):
        verbose_name = _("raamwerk")
        verbose_name_plural = _("raamwerken")
        ordering = ["pk"]
        constraints = [*Sourced.Meta.constraints, *ImpreciseDateField.constraints("framework", "adopted")]

    def __str__(self) -> str:
        return self.name_nl


class FrameworkElement(models.Model):
    """A numbered part of a framework: a pillar, a step."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="elements", verbose_name=_("raamwerk"))
    number = models.PositiveSmallIntegerField(_("nummer"))
    title_nl = models.CharField(_("tekst"), max_length=200)
    title_en = models.CharField(_("tekst in het Engels"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("onderdeel van een raamwerk")
        verbose_name_plural = _("onderdelen van raamwerken")
        ordering = ["framework", "number"]
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="framework_element_once")]

    def __str__(self) -> str:
        return f"{self.number}. {self.title_nl}"


class RemarkKind(models.TextChoices):
    DISCREPANCY = "discrepancy", _("bronnen verschillen")
    NOT_FOUND = "not_found", _("niet gevonden")
    REASONING = "reasoning", _("redenering")


class SourceRemark(Sourced):
    """What the sources leave open: where they differ and what was chosen, what was not found, how one counted."""

    kind = models.CharField(_("soort"), max_length=20, choices=RemarkKind)
    agreement = models.ForeignKey(Agreement, models.CASCADE, null=True, blank=True, related_name="remarks")
    text_nl = models.TextField(_("tekst"))
    chosen = models.CharField(_("gekozen"), max_length=120, blank=True)

    class Meta(Sourced.Meta):
        verbose_name = _("opmerking bij de bronnen")
        verbose_name_plural = _("opmerkingen bij de bronnen")
        ordering = ["kind", "pk"]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(name="source_remark_kind_known", condition=Q(kind__in=RemarkKind.values)),
        ]

    def __str__(self) -> str:
        return self.text_nl[:80]


class ReferenceLoad(models.Model):
    """One load of a reference file: the day it speaks of, and since when people recorded newer things by hand."""

    as_of = models.DateField(_("peildatum"))
    title = models.CharField(_("titel"), max_length=200)
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(_("geladen op"), auto_now_add=True)
    newer_since = models.DateField(_("nieuwer sinds"), null=True, blank=True)

    class Meta:
        verbose_name = _("geladen referentiebestand")
        verbose_name_plural = _("geladen referentiebestanden")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["sha256"], name="reference_file_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.as_of})"

    @property
    def opens_on(self) -> date | None:
        """The day a page opens on when nobody asked for another; None is today."""
        return None if self.newer_since else self.as_of
