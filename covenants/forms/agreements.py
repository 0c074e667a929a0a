"""Registering an agreement, keeping its facts, and recording what happened."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from covenants.forms.base import OnceForm, ReasonedForm
from covenants.forms.fields import ImpreciseDateFormField, LongText, source_field
from covenants.models import NEXT_PHASES, ActivityKind, Agreement, Phase, Sector, Visibility


def _suggest(name: str, **attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"list": name, "autocomplete": "off", **attrs})


def _wide() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "wide"})


class NewAgreementForm(OnceForm):
    """A new agreement with its first phase."""

    sector_name = forms.CharField(
        label=_("Sector"),
        max_length=120,
        widget=_suggest("sector-options"),
        help_text=_("Kies een bestaande sector of typ een nieuwe."),
    )
    name_nl = forms.CharField(label=_("Officiële naam"), max_length=200, widget=_wide())
    name_en = forms.CharField(label=_("Naam in het Engels"), max_length=200, required=False, widget=_wide())
    visibility = forms.ChoiceField(
        label=_("Zichtbaar voor"),
        choices=Visibility.choices,
        initial=Visibility.PARTIES,
        widget=forms.RadioSelect,
        help_text=_(
            "Wie mag weten dat dit akkoord bestaat. Wat partijen erover rapporteren heeft eigen regels. "
            "Alleen wat voor iedereen zichtbaar is, telt mee in het jaaroverzicht."
        ),
    )
    phase = forms.ChoiceField(
        label=_("Eerste fase"),
        choices=[(phase.value, phase.label) for phase in NEXT_PHASES[""]],
        initial=Phase.EXPLORATION,
        widget=forms.RadioSelect,
    )
    effective_on = ImpreciseDateFormField(label=_("Begonnen"))
    reason = LongText(label=_("Reden"), rows=2, max_length=2000, help_text=_("Waarom dit akkoord nu wordt vastgelegd."))
    source = source_field(required=False)


def seen_sectors(user: Any) -> Any:
    """Sectors of agreements this person may know of, and those without any: a hidden agreement hides its own."""
    seen = Agreement.objects.visible_to(user).values("sector")
    return Sector.objects.filter(Q(pk__in=seen) | ~Q(pk__in=Agreement.objects.values("sector")))


class AgreementFactsForm(ReasonedForm):
    """The facts of an agreement that are not dated rows of their own."""

    name_nl = forms.CharField(label=_("Officiële naam"), max_length=200, widget=_wide())
    name_en = forms.CharField(label=_("Naam in het Engels"), max_length=200, required=False, widget=_wide())
    abbreviation_nl = forms.CharField(label=_("Afkorting"), max_length=40, required=False)
    visibility = forms.ChoiceField(label=_("Zichtbaar voor"), choices=Visibility.choices, widget=forms.RadioSelect)
    intended_duration_months = forms.IntegerField(
        label=_("Beoogde looptijd in maanden"), min_value=1, max_value=600, required=False
    )
    reporting_year = LongText(
        label=_("Verslagjaar"), rows=2, max_length=500, required=False, help_text=_("Bijvoorbeeld: kalenderjaar.")
    )
    note = LongText(label=_("Toelichting"), required=False)
    source = source_field(required=False)
    field_order = [
        "name_nl", "name_en", "abbreviation_nl", "visibility", "intended_duration_months", "reporting_year", "note",
        "source", "reason", "version",
    ]  # fmt: skip

    @staticmethod
    def of(agreement: Agreement) -> dict[str, Any]:
        """The recorded values, to begin with."""
        names = AgreementFactsForm.base_fields.keys() - {"reason"}
        return {name: getattr(agreement, name) for name in names}

    def current(self, record: Agreement) -> dict[str, Any]:
        values = {name: getattr(record, name) for name in self.fields if name not in {"version", "reason"}}
        return {**values, "visibility": record.get_visibility_display()}


class NewActivityForm(OnceForm):
    """Something that happened."""

    kind = forms.ChoiceField(
        label=_("Soort"), choices=sorted(ActivityKind.choices, key=lambda choice: str(choice[1])), initial="meeting"
    )
    occurred = ImpreciseDateFormField(label=_("Wanneer"))
    title_nl = forms.CharField(
        label=_("Wat er gebeurde"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("In een zin.")
    )
    title_en = forms.CharField(
        label=_("Hetzelfde in het Engels"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    carried_by = forms.CharField(label=_("Door wie"), max_length=200, required=False)
    source = source_field(required=False)
