"""Form fields that several forms share."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ser_portal import dates
from ser_portal.dates import ImpreciseDate
from ser_portal.prose import read_number, write_number

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


class NumberField(forms.DecimalField):
    """A number as people write it here, read one way whatever the language (`ser_portal.prose.read_number`)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        return read_number(value) if isinstance(value, str) and value.strip() else super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return write_number(value) if isinstance(value, Decimal) else value


class DayField(forms.CharField):
    """One day as people write it; cleans to a date, or None when it may be left open.

    With `edge` ("first" or "last") a month, a quarter or a year is understood too, as its first or last day.
    """

    def __init__(self, *, edge: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 80)
        super().__init__(**kwargs)
        self.edge = edge
        self.widget.attrs.setdefault("autocomplete", "off")

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        day = dates.read_day(typed)
        if day is None and self.edge:
            when = dates.read(typed)
            day = when.earliest if self.edge == "first" else when.latest
            day = day if when.earliest and when.latest else None
        if day is None:
            raise ValidationError(
                _("‘%(typed)s’ is geen dag. Schrijf bijvoorbeeld 31 december 2025 of 31-12-2025."),
                params={"typed": typed[:40]},
            )
        return day

    def prepare_value(self, value: Any) -> Any:
        return dates.write(ImpreciseDate.on(value)) if isinstance(value, date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class _Remembered(forms.MultipleHiddenInput):
    """Says of a choice that nothing was chosen, too: an empty list would otherwise leave no trace in the form."""

    def format_value(self, value: Any) -> Any:
        return super().format_value(value) or [""]


class ManyChoices(forms.MultipleChoiceField):
    """Any number of choices, each a box to tick."""

    widget = forms.CheckboxSelectMultiple
    hidden_widget = _Remembered

    def prepare_value(self, value: Any) -> Any:
        return [str(one) for one in value or [] if str(one)]

    def to_python(self, value: Any) -> list[str]:
        return [one for one in super().to_python(value) if one]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(self.prepare_value(initial)) != set(self.prepare_value(data))


def in_words(field: forms.Field, value: Any) -> str:
    """What a choice is called, and anything else as it would be typed."""
    choices = {str(key): str(label) for key, label in getattr(field, "choices", [])}
    if isinstance(value, list):
        return ", ".join(choices.get(str(one), str(one)) for one in value)
    written = field.prepare_value(value)
    return choices.get(str(value), str(written))
