"""People who act for a party: inviting, accepting, changing a role, ending, handing over, choosing for whom to act."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from covenants.forms.base import KeepingForm, OnceForm
from covenants.forms.fields import DayField
from covenants.models import Delegate, DelegateRole, Party
from ser_portal.accounts.forms import DIFFERENT
from ser_portal.accounts.models import User

LONGEST_PASSWORD = 1000


class InviteForm(OnceForm):
    """Whom to ask, as what, for how long, in which language."""

    email = forms.EmailField(
        label=_("E-mailadres"),
        max_length=254,
        error_messages={"invalid": _("Dit is geen e-mailadres. Schrijf het als naam@voorbeeld.nl.")},
    )
    role = forms.ChoiceField(
        label=_("Rol"), choices=DelegateRole.choices, widget=forms.RadioSelect, initial=DelegateRole.SUBMITTER
    )
    began_on = DayField(label=_("Vanaf"))
    ended_on = DayField(
        label=_("Tot en met"), required=False, help_text=_("De laatste dag; leeg als er geen einde is afgesproken.")
    )
    language = forms.ChoiceField(
        label=_("Taal van de e-mail"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        initial="nl",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"began_on": timezone.localdate(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class AcceptForm(KeepingForm):
    """Somebody new: how they are called, and a password of their own."""

    name = forms.CharField(
        label=_("Uw naam"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Zo staat u bij wat u doet."),
    )  # fmt: skip
    password1 = forms.CharField(
        label=_("Nieuw wachtwoord"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validation.password_validators_help_text_html,
    )
    password2 = forms.CharField(
        label=_("Nieuw wachtwoord, nogmaals"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", ValidationError(DIFFERENT, code="different"))
        elif first:
            try:
                password_validation.validate_password(first, User(email=self.email, name=cleaned.get("name", "")))
            except ValidationError as refused:
                self.add_error("password1", refused)
        return cleaned


class RoleForm(KeepingForm):
    """Another role from today."""

    role = forms.ChoiceField(label=_("Rol"), choices=DelegateRole.choices, widget=forms.RadioSelect)


def _people(rows: Sequence[Delegate]) -> list[tuple[str, str]]:
    return [(str(row.user_id), f"{row.user.name or row.user.email} ({DelegateRole(row.role).short})") for row in rows]


class PersonField(forms.TypedChoiceField):
    """One of the people who act for the party now; cleans to the person, or None."""

    def __init__(self, rows: Sequence[Delegate], *, nobody: Any = None, **kwargs: Any) -> None:
        self.users = {str(row.user_id): row.user for row in rows}
        choices: list[tuple[str, Any]] = [] if nobody is None else [("", nobody)]
        kwargs["choices"] = [*choices, *_people(rows)]
        super().__init__(
            coerce=self.users.__getitem__,
            empty_value=None,
            error_messages={
                "invalid_choice": _("Deze persoon handelt (niet meer) namens deze partij. Kies iemand uit de lijst.")
            },
            **kwargs,
        )


class EndForm(KeepingForm):
    """When somebody stops, and who takes over what."""

    when = forms.ChoiceField(
        label=_("Wanneer eindigt dit?"),
        choices=[
            ("now", _("Meteen: deze persoon kan vanaf nu niets meer voor de partij doen")),
            ("later", _("Na een laatste dag")),
        ],
        widget=forms.RadioSelect,
        initial="now",
    )
    last_day = DayField(label=_("Laatste dag"), required=False, help_text=_("Alleen nodig bij een latere dag."))

    def __init__(
        self, *args: Any, colleagues: Sequence[Delegate], slots: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.slots = [pk for pk, _label in slots]
        self.fields["to"] = PersonField(
            colleagues,
            nobody=_("niemand in het bijzonder"),
            label=_("Wie neemt het werk over?"),
            required=False,
            help_text=_(
                "Kiest u iemand, dan ligt het werk meteen daar. Kiest u niemand, dan gaat het zodra deze persoon stopt "
                "naar de coördinator, en anders naar een andere gemachtigde. Is er niemand meer, dan ziet de "
                "procesbegeleider dat."
            ),
        )
        for pk, label in slots:
            self.fields[f"slot_{pk}"] = PersonField(
                colleagues, nobody=_("zoals hierboven"), label=label, required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("when") == "later" and not cleaned.get("last_day") and not self.has_error("last_day"):
            self.add_error("last_day", _("Geef de laatste dag."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The arguments of the service."""
        chosen = {pk: self.cleaned_data[f"slot_{pk}"] for pk in self.slots}
        return {
            "last_day": self.cleaned_data["last_day"] if self.cleaned_data["when"] == "later" else None,
            "to": self.cleaned_data["to"],
            "per_slot": {pk: person for pk, person in chosen.items() if person is not None},
        }


class OwnerForm(KeepingForm):
    """Which colleague takes over one slot; remembers who had it when the page was opened."""

    was = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=2**62,
        widget=forms.HiddenInput,
        error_messages={"invalid": _("Open het formulier opnieuw.")},
    )

    def __init__(self, *args: Any, colleagues: Sequence[Delegate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = PersonField(colleagues, label=_("Wie pakt dit op?"), widget=forms.RadioSelect)


class ActingForm(KeepingForm):
    """For which party somebody acts now."""

    def __init__(self, *args: Any, parties: Sequence[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties = {str(party.pk): party for party in parties}
        self.fields["party"] = forms.TypedChoiceField(
            label=_("Partij"),
            choices=[(key, party.name) for key, party in self.parties.items()],
            coerce=self.parties.__getitem__,
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Kies namens welke partij u handelt."),
                "invalid_choice": _("Namens deze partij kunt u niet (meer) handelen. Kies er een uit de lijst."),
            },
        )
