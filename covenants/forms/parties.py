"""Parties and what they take part in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from covenants.forms.base import OnceForm, ReasonedForm
from covenants.forms.fields import ImpreciseDateFormField, LongText, source_field
from covenants.models import Participation, ParticipationRole, Party, PartyType, SizeClass


def party_input() -> forms.TextInput:
    """A name with suggestions that the server limits; without JavaScript one types the name in full."""
    return forms.TextInput(
        attrs={
            "list": "party-options",
            "autocomplete": "off",
            "hx-get": reverse_lazy("covenants:parties"),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": "#party-options",
            "hx-swap": "outerHTML",
            "hx-push-url": "false",
            "hx-sync": "this:replace",
        }
    )


def find_party(user: Any, typed: str) -> Party | None:
    """The visible party with this slug, name or (when only one has it) abbreviation."""
    seen = Party.objects.visible_to(user)
    typed = typed.strip()[:200]
    if not typed:
        return None
    for lookup in ("slug", "name__iexact", "abbreviation__iexact"):
        found = list(seen.filter(**{lookup: typed})[:2])
        if len(found) == 1:
            return found[0]
    return None


def size_class_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Grootte"),
        choices=[("", _("niet bekend")), *SizeClass.choices],
        required=False,
        help_text=_("Welk bewijs er van een partij wordt gevraagd, kan van haar grootte afhangen."),
    )


def group_field() -> forms.CharField:
    return forms.CharField(
        label=_("Concern"),
        max_length=120,
        required=False,
        help_text=_("Organisaties met dezelfde naam hier tellen in openbare totalen samen als één."),
    )


class NewPartyForm(OnceForm):
    """A new party."""

    name = forms.CharField(label=_("Naam"), max_length=200)
    abbreviation = forms.CharField(label=_("Afkorting"), max_length=40, required=False)
    type = forms.ChoiceField(label=_("Soort organisatie"), choices=PartyType.choices, widget=forms.RadioSelect)
    size_class = size_class_field()
    group = group_field()
    source = source_field(required=False)


class PartyFactsForm(ReasonedForm):
    """The facts of a party."""

    name = forms.CharField(label=_("Naam"), max_length=200)
    abbreviation = forms.CharField(label=_("Afkorting"), max_length=40, required=False)
    type = forms.ChoiceField(label=_("Soort organisatie"), choices=PartyType.choices, widget=forms.RadioSelect)
    size_class = size_class_field()
    group = group_field()
    note = LongText(label=_("Toelichting"), required=False)
    source = source_field(required=False)
    field_order = ["name", "abbreviation", "type", "size_class", "group", "note", "source", "reason", "version"]

    @staticmethod
    def of(party: Party) -> dict[str, Any]:
        return {name: getattr(party, name) for name in PartyFactsForm.base_fields if name != "reason"}

    def current(self, record: Party) -> dict[str, Any]:
        values = {name: getattr(record, name) for name in self.fields if name not in {"version", "reason"}}
        return {**values, "type": record.get_type_display(), "size_class": record.get_size_class_display()}


class NewParticipationForm(OnceForm):
    """A party takes part."""

    party = forms.CharField(
        label=_("Partij"),
        max_length=200,
        help_text=_("Typ een deel van de naam en kies. Staat de partij er niet bij, registreer haar dan eerst."),
    )
    role = forms.ChoiceField(label=_("Rol"), choices=ParticipationRole.choices, initial=ParticipationRole.SIGNATORY)
    began = ImpreciseDateFormField(label=_("Doet mee sinds"))
    source = source_field(required=False)
    note = LongText(label=_("Toelichting"), rows=2, max_length=2000, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["party"].widget = party_input()

    def clean_party(self) -> Party:
        party = find_party(self.user, self.cleaned_data["party"])
        if party is None:
            raise ValidationError(
                _("Er is geen partij met precies deze naam. Kies er een uit de lijst of registreer haar.")
            )
        return party


class EditParticipationForm(ReasonedForm):
    """Dates, role and reason of leaving of a participation."""

    role = forms.ChoiceField(label=_("Rol"), choices=ParticipationRole.choices)
    began = ImpreciseDateFormField(label=_("Doet mee sinds"), required=False)
    ended = ImpreciseDateFormField(
        label=_("Tot en met"),
        required=False,
        help_text=_("De laatste dag van deelname; leeg zolang de partij meedoet."),
    )
    leaving_reason = LongText(label=_("Reden van vertrek"), rows=2, max_length=2000, required=False)
    source = source_field(required=False)
    note = LongText(label=_("Toelichting"), rows=2, max_length=2000, required=False)
    field_order = ["role", "began", "ended", "leaving_reason", "source", "note", "reason", "version"]

    @staticmethod
    def of(participation: Participation) -> dict[str, Any]:
        return {name: getattr(participation, name) for name in EditParticipationForm.base_fields if name != "reason"}

    def current(self, record: Participation) -> dict[str, Any]:
        values = {name: getattr(record, name) for name in self.fields if name not in {"version", "reason"}}
        return {**values, "role": record.get_role_display(), "ended": record.ended if record.ended.is_known else ""}
