"""What a party types about a slot, and what a reviewer decides."""

import secrets
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from covenants.forms.base import KeepingForm, OnceForm, VersionedForm
from covenants.forms.fields import DayField, ImpreciseDateFormField, LongText
from covenants.models import (
    LONGEST_TEXT,
    CountingRuling,
    MeasureKind,
    ProgressDraft,
    ProgressStatus,
    ProgressUpdate,
    ReportingSlot,
    Rung,
    Verdict,
)
from covenants.services.progress import SHARES, TYPED
from ser_portal.prose import write_number

FORMATTING = _("U kunt opmaken: **vet**, *cursief*, en een streepje voor een opsomming.")


def typed_of(source: ProgressDraft | ProgressUpdate | None) -> dict[str, str]:
    """What to begin with: a draft as it was typed, or what was sent before, written as one types it."""
    if source is None:
        return dict.fromkeys(TYPED, "")
    if isinstance(source, ProgressDraft):
        return {name: getattr(source, name) for name in TYPED}
    numbers = {name: write_number(getattr(source, name)) for name in ("value", "numerator", "denominator")}
    return {"status": source.status, "text": source.text, "private_note": "", **numbers}


class ProgressForm(VersionedForm):
    """A draft: every field may be empty or unfinished, because it is kept while somebody types.

    What each field held when the page was opened (or last saved) rides along as `initial-<name>`, so that after a
    conflict only what this person changed is theirs.
    """

    status = forms.ChoiceField(
        label=_("Hoe staat het ervoor?"), choices=ProgressStatus.choices, widget=forms.RadioSelect, required=False
    )
    value = forms.CharField(label=_("Waarde"), required=False, max_length=40)
    numerator = forms.CharField(label=_("Teller"), required=False, max_length=40)
    denominator = forms.CharField(label=_("Noemer"), required=False, max_length=40)
    text = LongText(label=_("Toelichting"), rows=9, max_length=LONGEST_TEXT, required=False, help_text=FORMATTING)
    private_note = LongText(
        label=_("Bericht aan het secretariaat"),
        rows=3,
        max_length=LONGEST_TEXT,
        required=False,
        help_text=_("Leest alleen het secretariaat; het wordt nooit verder gedeeld."),
    )
    carried_confirmed = forms.BooleanField(label=_("Ik heb dit nagekeken; het klopt nog."), required=False)
    file = forms.FileField(
        label=_("Bestand"),
        required=False,
        allow_empty_file=True,
        help_text=_("PDF, afbeelding, Office- of OpenDocument-bestand, CSV of tekst; hoogstens 25 MB."),
    )
    shows = forms.CharField(label=_("Wat het laat zien"), max_length=300, required=False)
    dated = ImpreciseDateFormField(label=_("Datum van het stuk"), required=False, help_text="")
    once = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, slot: ReportingSlot, draft: ProgressDraft | None, **kwargs: Any) -> None:
        self.slot, self.draft = slot, draft
        begun = draft if draft is not None else slot.current
        initial: dict[str, Any] = {
            "version": draft.version if draft else 0,
            "once": secrets.token_urlsafe(18),
            **typed_of(begun),
        }
        initial["carried_confirmed"] = bool(draft and draft.carried_confirmed)
        self.opened = {name: initial[name] for name in TYPED}
        kwargs["initial"] = {**initial, **kwargs.pop("initial", {})}
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = False  # `initial-…` is written by the page, in one place
        for name in ("status", "value", "numerator", "denominator", "file", "shows"):
            self.fields[name].asked = True  # type: ignore[attr-defined]  # may stay empty in a draft, not when it is sent
        self._measure()
        if not (draft and draft.carried_from_id):
            del self.fields["carried_confirmed"]

    def _measure(self) -> None:
        """Asks only for the numbers this commitment is measured in, in its own words."""
        commitment = self.slot.commitment
        kind = commitment.measure_kind
        if kind == MeasureKind.QUANTITY:
            self.fields["value"].label = capfirst(commitment.measure_unit) or _("Waarde")
        else:
            del self.fields["value"]
        if kind in SHARES:
            self.fields["numerator"].label = capfirst(commitment.numerator_label) or _("Teller: wat u telde")
            self.fields["denominator"].label = capfirst(commitment.denominator_label) or _("Noemer: van hoeveel")
        else:
            del self.fields["numerator"], self.fields["denominator"]
        for name in ("value", "numerator", "denominator"):
            if name in self.fields:
                self.fields[name].widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    @cached_property
    def changed_data(self) -> list[str]:
        """What differs from what the page showed when it was opened, by the values it carries along."""
        return [
            name
            for name in TYPED
            if name in self.fields
            and plain(self.data.get(name, "")) != plain(self.data.get(f"initial-{name}", self.opened[name]))
        ]

    def typed(self) -> dict[str, str]:
        """The fields of the draft as they were typed; what this form does not ask stays as it was opened."""
        return {name: self.cleaned_data[name] if name in self.fields else self.opened[name] for name in TYPED}

    @property
    def state(self) -> dict[str, Any]:
        """What rides along with the page: the version and what each field held."""
        return {"version": self.initial["version"], "initials": self.opened}

    def renewed(self, initial: dict[str, Any]) -> Any:
        """Data for a form over the draft of now: what this person changed as typed, the rest as recorded."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        for name in TYPED:
            if name in self.fields and name not in self.changed_data:
                data[name] = initial[name]
            data[f"initial-{name}"] = initial[name]
        data["version"] = str(initial["version"])
        return data

    def current(self, record: Any) -> dict[str, Any]:
        """What is recorded now, of the fields in which it differs from what this person typed."""
        now = typed_of(record)
        return {
            name: ProgressStatus(now[name]).label if name == "status" and now[name] else now[name]
            for name in TYPED
            if name in self.fields and plain(now[name]) != plain(self.data.get(name, ""))
        }


def plain(text: str) -> str:
    """A text apart from how a browser ends its lines."""
    return text.replace("\r\n", "\n").strip()


class ReturnForm(KeepingForm):
    """Sending back."""

    reason = LongText(
        label=_("Wat moet er anders?"),
        rows=4,
        max_length=5000,
        help_text=_("De partij leest dit, en het blijft in het dossier staan."),
    )


class ApproveForm(KeepingForm):
    """Accepting, with a conclusion."""

    verdict = forms.ChoiceField(label=_("Oordeel"), choices=Verdict.choices, widget=forms.RadioSelect)
    rung_reached = forms.TypedChoiceField(label=_("Hoe stevig is het aangetoond?"), choices=Rung.choices, coerce=int)
    assessment = LongText(
        label=_("Toelichting op het oordeel"), rows=4, max_length=5000, required=False, help_text=FORMATTING
    )
    rulings = forms.ModelMultipleChoiceField(
        label=_("Telregels waarop dit steunt"),
        queryset=CountingRuling.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, rulings: QuerySet[CountingRuling], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rulings"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101 -- for the type checker
        field.queryset = rulings
        if not rulings.exists():
            del self.fields["rulings"]


class ReplyForm(OnceForm):
    """The party's own words beside the assessment."""

    text = LongText(
        label=_("Uw weerwoord"),
        rows=6,
        max_length=5000,
        help_text=_("Het staat naast de beoordeling en wordt niet meer gewijzigd."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_reply_%s")  # it stands on one page with the form of what changed since
        super().__init__(*args, **kwargs)


class RulingForm(OnceForm):
    """How something is counted."""

    question = forms.CharField(
        label=_("De vraag"), max_length=300, help_text=_("Bijvoorbeeld: hoe tellen we een gefuseerd bedrijf?")
    )
    ruling = LongText(label=_("Zo tellen we"), rows=4, max_length=5000)
    decided_on = DayField(label=_("Besloten op"))
    replaces = forms.ModelChoiceField(
        label=_("Vervangt"), queryset=CountingRuling.objects.none(), required=False, empty_label=_("geen eerdere regel")
    )

    def __init__(self, *args: Any, rulings: QuerySet[CountingRuling], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["replaces"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- for the type checker
        field.queryset = rulings.filter(replaced_by__isnull=True)
