"""Moving a phase, putting a recorded phase right, and marking that talks stand still."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from covenants.forms.base import VersionedForm
from covenants.forms.fields import ImpreciseDateFormField, LongText, source_field
from covenants.models import NEXT_PHASES, Phase, PhaseChange

KEPT = _("Blijft in de geschiedenis staan.")


class PhaseChangeForm(VersionedForm):
    """Offers only the phases an agreement can go to from where it is."""

    to = forms.ChoiceField(
        label=_("Nieuwe fase"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Deze stap kan niet vanuit de huidige fase.")},
    )
    effective_on = ImpreciseDateFormField(label=_("Vanaf wanneer"))
    label = forms.CharField(
        label=_("Omschrijving"),
        max_length=200,
        required=False,
        help_text=_("Hoe deze stap heette, bijvoorbeeld ‘Ondertekening in Den Haag’."),
    )
    reason = LongText(label=_("Reden"), rows=2, max_length=2000, help_text=KEPT)
    source = source_field(required=False)

    def __init__(self, *args: Any, last: PhaseChange | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last = last
        following = NEXT_PHASES[last.to_phase if last else ""]
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)  # noqa: S101 -- for the type checker
        to.choices = [(phase.value, phase.label) for phase in following]
        if len(following) == 1:
            to.initial = following[0].value

    def current(self, record: Any) -> dict[str, Any]:
        last: PhaseChange | None = self.last
        return {
            "to": last.get_to_phase_display() if last else "",
            "effective_on": last.effective_on if last else "",
            "label": last.label_nl if last else "",
            "reason": last.reason if last else "",
            "source": last.source if last else "",
        }


class _WithOneSilentChoice(forms.ChoiceField):
    """Silence means the first choice."""

    def clean(self, value: Any) -> Any:
        return super().clean(value or "no")


class PhaseCorrectionForm(VersionedForm):
    """A new entry that takes the place of a wrong one, or says that the step did not happen."""

    withdraw = _WithOneSilentChoice(
        label=_("Wat is er mis"),
        choices=[
            ("no", _("Fase, datum of bron klopt niet")),
            ("yes", _("Deze stap is niet gezet: trek de vastlegging in")),
        ],
        initial="no",
        widget=forms.RadioSelect,
    )
    to = forms.ChoiceField(label=_("Fase"), choices=Phase.choices)
    effective_on = ImpreciseDateFormField(
        label=_("Datum"), required=False, help_text=_("Bijvoorbeeld 2 juli 2019, maart 2020 of zomer 2018.")
    )
    source = source_field(required=False)
    correction_reason = LongText(label=_("Reden van de correctie"), rows=2, max_length=2000, help_text=KEPT)

    def clean_withdraw(self) -> bool:
        return self.cleaned_data["withdraw"] == "yes"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        touched = "effective_on" in self.changed_data and "effective_on" in cleaned
        if touched and not cleaned.get("withdraw") and not cleaned["effective_on"].is_known:
            self.add_error("effective_on", _("Geef een datum, zo precies als u hem weet."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The arguments of the service; a date that was left as it was is not given again."""
        kept = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        if "effective_on" not in self.changed_data:
            kept["effective_on"] = None
        if "source" not in self.changed_data:
            kept["source"] = ""
        return kept

    @staticmethod
    def of(change: PhaseChange) -> dict[str, Any]:
        return {"to": change.to_phase, "effective_on": change.effective_on, "source": change.source}

    def current(self, record: PhaseChange) -> dict[str, Any]:
        return {
            "to": record.get_to_phase_display(),
            "effective_on": record.effective_on,
            "source": record.source,
            "correction_reason": record.correction_reason,
        }


class StallForm(VersionedForm):
    """Talks or work came to a standstill."""

    began = ImpreciseDateFormField(label=_("Stilgevallen"))
    reason = LongText(label=_("Reden"), rows=2, max_length=2000, help_text=KEPT)
    source = source_field(required=False)


class LiftStallForm(VersionedForm):
    """Things are moving again."""

    lifted = ImpreciseDateFormField(label=_("Weer op gang"))
    reason = LongText(label=_("Reden"), rows=2, max_length=2000, help_text=KEPT)
