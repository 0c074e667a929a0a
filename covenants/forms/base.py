"""What every keeping form shares: versions that collide in words, refusals at their field, and once is once."""

import secrets
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from covenants.forms.fields import LongText


class KeepingForm(forms.Form):
    """A form whose refusals come from a service."""

    required_css_class = "required"
    use_required_attribute = False  # the server's sentences, not the browser's, and nothing typed is held back

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # With maxlength a browser cuts off what is too long without a word; the server refuses it in a sentence.
            field.widget.attrs.pop("maxlength", None)

    def add_refusal(self, refused: ValidationError) -> None:
        """Show what a service refused: at the field it names, or else above the form."""
        if not hasattr(refused, "error_dict"):
            self.add_error(None, refused)
            return
        for name, errors in refused.error_dict.items():
            field = name if name in self.fields else self._stem(name)
            self.add_error(None if name == NON_FIELD_ERRORS else field, errors)

    def _stem(self, name: str) -> str | None:
        """`began` for a complaint about `began_latest`."""
        stem = name.rsplit("_", 1)[0]
        return stem if stem in self.fields else None

    def recorded(self, record: Any) -> list[tuple[str, str]]:
        """What is recorded now, per label, to show beside what was typed."""
        return [
            (str(self.fields[name].label), str(value) if value not in (None, "") else "–")
            for name, value in self.current(record).items()
        ]

    def current(self, record: Any) -> dict[str, Any]:
        """The recorded value of each field in words."""
        return {}


class VersionedForm(KeepingForm):
    """Knows which version of the record was on the screen when somebody began to type, and what it then said.

    Each field carries along what it was filled with, so that after a conflict only what this person changed is theirs
    and everything else follows what the other person saved.
    """

    version = forms.IntegerField(
        min_value=0,
        max_value=2_000_000_000,
        widget=forms.HiddenInput,
        error_messages={"required": _("Open het formulier opnieuw."), "invalid": _("Open het formulier opnieuw.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name in self.initial and name != "version":
                field.show_hidden_initial = not self.is_bound or self.add_initial_prefix(name) in self.data

    def renewed(self, initial: dict[str, Any]) -> dict[str, Any]:
        """The data for a form that can be saved knowingly: the version of now, what this person changed as typed,
        and the rest as it is recorded now."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        for name, value in initial.items():
            written = self.fields[name].prepare_value(value)
            several = written if isinstance(written, list) else ["" if written is None else str(written)]
            if name == "version" or name not in self.changed_data:
                data.setlist(self.add_prefix(name), several)
            if name != "version":
                data.setlist(self.add_initial_prefix(name), several or [""])
        return data


class ReasonedForm(VersionedForm):
    """Changes recorded facts, hence asks why."""

    reason = LongText(
        label=_("Reden van de wijziging"), rows=2, max_length=2000, help_text=_("Blijft in de geschiedenis staan.")
    )

    def changes(self) -> dict[str, Any]:
        """The fields somebody changed, cleaned; untouched ones are left alone."""
        return {
            name: self.cleaned_data[name]
            for name in self.fields
            if name not in {"version", "reason"} and name in self.changed_data and name in self.cleaned_data
        }


class OnceForm(KeepingForm):
    """Makes a new record; the key makes a second click or a repeated request the same intention."""

    once = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = kwargs.setdefault("initial", {}) or {}
        kwargs["initial"] = {"once": secrets.token_urlsafe(18), **initial}
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        """What was typed, without the key: the arguments of the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "once"}
