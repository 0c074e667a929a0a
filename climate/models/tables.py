"""The sector tables of the talks, since the end of 2019 the implementation councils (uitvoeringsoverleggen)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from climate.models.base import Dated, Holding, Kept, OfAccordQuerySet
from covenants.models import Agreement, Party


class SectorTable(Kept):
    """A sector in which the accord is carried out. Its ministry is a party where the register knows it, else words."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="sector_tables", verbose_name=_("akkoord"))
    slug = models.SlugField(_("kenmerk"), max_length=80)
    number = models.PositiveSmallIntegerField(_("volgorde"))
    name_nl = models.CharField(_("naam"), max_length=120)
    name_en = models.CharField(_("naam in het Engels"), max_length=120, blank=True)
    ministry = models.ForeignKey(
        Party, models.SET_NULL, null=True, blank=True, related_name="sector_tables", verbose_name=_("ministerie")
    )
    ministry_words = models.CharField(_("ministerie volgens de bron"), max_length=120, blank=True)
    implementation_chair_note = models.CharField(_("over de voorzitter van de uitvoering"), max_length=300, blank=True)

    objects = OfAccordQuerySet.as_manager()

    class Meta(Kept.Meta):
        verbose_name = _("sectortafel")
        verbose_name_plural = _("sectortafels")
        ordering = ["agreement", "number"]
        constraints = [
            *Kept.Meta.constraints,
            models.UniqueConstraint(fields=["agreement", "slug"], name="climate_sector_table_once"),
        ]

    def __str__(self) -> str:
        return self.name_nl


class TableStage(models.TextChoices):
    NEGOTIATION = "negotiation", _("onderhandeling")
    IMPLEMENTATION = "implementation", _("uitvoering")


class OfTableQuerySet(OfAccordQuerySet):
    through = "table__agreement"


class TableChair(Holding):
    """Who chaired a sector table in the talks, or its implementation council afterwards."""

    table = models.ForeignKey(SectorTable, models.CASCADE, related_name="chairs", verbose_name=_("sectortafel"))
    stage = models.CharField(_("in de"), max_length=20, choices=TableStage)

    objects = OfTableQuerySet.as_manager()

    class Meta(Holding.Meta):
        verbose_name = _("voorzitter van een sectortafel")
        verbose_name_plural = _("voorzitters van sectortafels")
        ordering = ["table", "began_earliest", "pk"]
        constraints = [
            *Holding.Meta.constraints,
            *Dated.constraints("climate_table_chair"),
            models.CheckConstraint(name="climate_table_chair_stage_known", condition=Q(stage__in=TableStage.values)),
        ]
