"""Members of an association."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from covenants.forms.base import KeepingForm, OnceForm
from covenants.forms.fields import ImpreciseDateFormField, LongText
from covenants.forms.parties import find_party, party_input
from covenants.models import Party


class NewMemberForm(OnceForm):
    """A party becomes a member."""

    member = forms.CharField(
        label=_("Lid"),
        max_length=200,
        help_text=_("Typ een deel van de naam en kies. Staat de partij er niet bij, registreer haar dan eerst."),
    )
    began = ImpreciseDateFormField(label=_("Lid sinds"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["member"].widget = party_input()

    def clean_member(self) -> Party:
        party = find_party(self.user, self.cleaned_data["member"])
        if party is None:
            raise ValidationError(
                _("Er is geen partij met precies deze naam. Kies er een uit de lijst of registreer haar.")
            )
        return party


class EndMembershipForm(KeepingForm):
    """The last day of a membership, and why."""

    ended = ImpreciseDateFormField(label=_("Lid tot en met"))
    reason = LongText(
        label=_("Reden van de wijziging"), rows=2, max_length=2000, help_text=_("Blijft in de geschiedenis staan.")
    )
