"""Form fields that several forms share."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ser_portal import dates
from ser_portal.dates import ImpreciseDate

DATE_EXAMPLES = _("Bijvoorbeeld 2 juli 2019, maart 2020, zomer 2018, 2020 of tussen 7-12-2019 en 20-8-2020.")


class ImpreciseDateFormField(forms.CharField):
    """A date as people write it; cleans to an `ImpreciseDate` and keeps the typed words when it cannot.

    An empty optional field cleans to the unknown date. Filled in from a record it shows words that mean the same again,
    so saving a form that was not touched changes nothing.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 80)
        kwargs.setdefault("help_text", DATE_EXAMPLES)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        return dates.read(typed) if typed else ImpreciseDate()

    def prepare_value(self, value: Any) -> Any:
        return typed_again(value) if isinstance(value, ImpreciseDate) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def typed_again(when: ImpreciseDate) -> str:
    """What to put in the field for a recorded date: its own words where the portal reads them back the same."""
    if when.words:
        try:
            again = dates.read(when.words)
        except ValidationError:
            return dates.write(when)
        if again == when:
            return when.words
    return dates.write(when)


class LongText(forms.CharField):
    """Some sentences; a text nobody meant to paste here is refused in words, not by the database."""

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 4000)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)


def source_field(**kwargs: Any) -> forms.CharField:
    """Where a fact can be read: an address or words."""
    return forms.CharField(
        label=_("Bron"),
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "wide"}),
        help_text=_("Een adres (https://…) of een omschrijving, zoals ‘verslag stuurgroep 12 maart 2020’."),
        **kwargs,
    )
