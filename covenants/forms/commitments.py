"""What is typed about a commitment."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from covenants.forms.base import KeepingForm, OnceForm, ReasonedForm
from covenants.forms.fields import (
    DayField,
    ImpreciseDateFormField,
    LongText,
    ManyChoices,
    NumberField,
    in_words,
    source_field,
    typed_again,
)
from covenants.forms.parties import find_party, party_input
from covenants.models import (
    Audience,
    CarrierKind,
    Commitment,
    DueKind,
    FrameworkElement,
    MeasureKind,
    Party,
    PartyType,
    Recurrence,
    Rung,
    SizeClass,
    Theme,
)
from ser_portal import dates
from ser_portal.dates import ImpreciseDate
from ser_portal.words import words

RUNGS = {"rung_all": "", **{f"rung_{size}": size.value for size in SizeClass}}
MOST_THEMES = 200


def steps_of_due_diligence() -> list[tuple[str, str]]:
    """The six steps as the framework in the portal names them; the bare numbers where it was not loaded."""
    rows = FrameworkElement.objects.filter(framework__code="due-diligence")
    titles = {row.number: words(row, "title") for row in rows}
    return [(str(number), f"{number}. {titles[number]}" if number in titles else str(number)) for number in range(1, 7)]


class TermField(forms.CharField):
    """A date as people write it, or words about an event; which of the two, the choice beside it says."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, ImpreciseDate):
            return value
        return typed_again(value) if value.is_known else value.words

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def number(label: Any, places: int = 2) -> NumberField:
    return NumberField(label=label, max_digits=14, decimal_places=places, required=False)


def rung(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=[("", _("niets apart vastgelegd")), *Rung.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )


class CommitmentFields(KeepingForm):
    """The whole of a promise, in groups that the page lays out."""

    text_nl = LongText(label=_("Wat er is afgesproken"), rows=4)
    text_en = LongText(label=_("Hetzelfde in het Engels"), rows=3, required=False)
    clause = forms.CharField(
        label=_("Bepaling"),
        max_length=120,
        required=False,
        help_text=_("Waar het staat, bijvoorbeeld ‘artikel 4.2’."),
    )
    agreed = ImpreciseDateFormField(
        label=_("Afgesproken op"),
        required=False,
        help_text=_("Laat leeg als dat bij de ondertekening van het akkoord was."),
    )

    carrier_kind = forms.ChoiceField(
        label=_("Wie voert uit"), choices=CarrierKind.choices, widget=forms.RadioSelect, initial=CarrierKind.CLASS
    )
    lead = forms.CharField(
        label=_("Trekker"), max_length=200, required=False, help_text=_("Typ een deel van de naam en kies.")
    )
    co_responsible = LongText(
        label=_("Medeverantwoordelijken"),
        rows=3,
        max_length=20_000,
        required=False,
        help_text=_("Eén naam per regel, zoals de partij in het portaal heet."),
    )
    carrier_types = ManyChoices(
        label=_("Soort partijen"),
        choices=PartyType.choices,
        required=False,
        help_text=_("Niets aangekruist betekent: alle partijen die aan het akkoord gebonden zijn."),
    )
    carrier = forms.CharField(
        label=_("In de woorden van het akkoord"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "wide"}),
    )

    due_kind = forms.ChoiceField(
        label=_("Termijn"), choices=DueKind.choices, widget=forms.RadioSelect, initial=DueKind.DATE
    )
    due = TermField(
        label=_("Uiterlijk"),
        required=False,
        help_text=_(
            "Een datum zo precies als hij is afgesproken (31 december 2026, zomer 2026, 2026), of waarvanaf de termijn "
            "telt (ondertekening + 12 maanden)."
        ),
    )
    recurrence = forms.ChoiceField(
        label=_("Herhaling"), choices=[("", _("eenmalig, of niet vastgelegd")), *Recurrence.choices], required=False
    )
    due_diligence_step = forms.TypedChoiceField(
        label=_("Stap van due diligence"), coerce=int, empty_value=None, required=False
    )
    themes = ManyChoices(label=_("Thema’s"), required=False)

    measure_kind = forms.ChoiceField(label=_("Maat"), widget=forms.RadioSelect, required=False)
    measure_unit = forms.CharField(
        label=_("Eenheid"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "wide"}),
        help_text=_("Bijvoorbeeld ‘fabrieken’."),
    )
    baseline_value = number(_("Uitgangswaarde"), 4)
    measure_value = number(_("Streefwaarde"), 4)
    numerator_label = forms.CharField(label=_("Teller: wat wordt geteld"), max_length=160, required=False)
    denominator_label = forms.CharField(label=_("Noemer: waarvan"), max_length=160, required=False)
    baseline_numerator = number(_("Uitgangswaarde, teller"))
    baseline_denominator = number(_("Uitgangswaarde, noemer"))
    target_numerator = number(_("Streefwaarde, teller"))
    target_denominator = number(_("Streefwaarde, noemer"))
    measure_detail = forms.CharField(
        label=_("Bijzonderheden van de maat"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"class": "wide"}),
    )

    rung_all = rung(_("Alle organisaties, of alle andere"))
    rung_small = rung(_("Kleine organisaties"))
    rung_medium = rung(_("Middelgrote organisaties"))
    rung_large = rung(_("Grote organisaties"))

    visibility = forms.ChoiceField(
        label=_("Zichtbaar voor"),
        choices=[("", _("wie het akkoord mag zien")), *Audience.choices],
        required=False,
        help_text=_("Over de afspraak zelf; wat partijen erover rapporteren heeft eigen regels."),
    )
    note = LongText(label=_("Toelichting"), rows=2, required=False)
    source = source_field(required=False)

    def __init__(self, *args: Any, user: Any, record: Commitment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.record = user, record
        self.fields["lead"].widget = party_input()
        step, themes, kind = (self.fields[name] for name in ("due_diligence_step", "themes", "measure_kind"))
        step.choices = [("", _("geen van de zes")), *steps_of_due_diligence()]  # type: ignore[attr-defined]
        self._themes = {str(theme.pk): theme for theme in Theme.objects.order_by("name_nl")[:MOST_THEMES]}
        themes.choices = [(key, words(theme, "name")) for key, theme in self._themes.items()]  # type: ignore[attr-defined]
        quoted = record is not None and record.measure_kind == MeasureKind.QUOTED
        kind.choices = [  # type: ignore[attr-defined]
            choice for choice in MeasureKind.choices if quoted or choice[0] != MeasureKind.QUOTED
        ]

    # --- Layout

    def groups(self) -> list[tuple[str, str, list[Any]]]:
        """Fields that belong together, with what the reader has to know about them."""
        parts = [
            (_now("De afspraak"), "", ["text_nl", "text_en", "clause", "agreed"]),
            (
                _now("Wie voert uit"),
                _now("Partijen met name, óf alle deelnemende partijen van een soort: nooit allebei."),
                ["carrier_kind", "lead", "co_responsible", "carrier_types", "carrier"],
            ),
            (_now("Wanneer"), "", ["due_kind", "due", "recurrence"]),
            (_now("Plaats in het werk"), "", ["due_diligence_step", "themes"]),
            (
                _now("Maat"),
                _now("Bij een hoeveelheid horen een eenheid en waarden; bij een aandeel een teller en een noemer."),
                ["measure_kind", "measure_unit", "baseline_value", "measure_value", "numerator_label",
                 "denominator_label", "baseline_numerator", "baseline_denominator", "target_numerator",
                 "target_denominator", "measure_detail"],
            ),
            (
                _now("Gevraagd bewijs"),
                _now("Hoe stevig een partij moet laten zien wat zij deed. Zonder keuze volstaat een verklaring."),
                list(RUNGS),
            ),
            (_now("Zichtbaarheid en bron"), "", ["visibility", "note", "source"]),
            (_now("Waarom dit verandert"), "", ["decision", "reason"]),
        ]  # fmt: skip
        return [
            (str(title), str(explanation), [self[name] for name in names if name in self.fields])
            for title, explanation, names in parts
            if any(name in self.fields for name in names)
        ]

    # --- Reading

    def _known(self) -> list[Party]:
        """Parties that stand in the record already; their names stay good whatever this person may look up."""
        if self.record is None or self.record.pk is None:
            return []
        shared = [row.party for row in self.record.co_responsible.select_related("party")]
        return [*shared, *([self.record.lead] if self.record.lead else [])]

    def _party(self, typed: str) -> Party:
        known = {party.name.casefold(): party for party in self._known()}
        party = known.get(typed.casefold()) or find_party(self.user, typed)
        if party is None:
            raise ValidationError(
                _("Er is geen partij met precies de naam ‘%(typed)s’. Kies er een uit de lijst of registreer haar."),
                params={"typed": typed[:80]},
            )
        return party

    def clean_lead(self) -> Party | None:
        typed = self.cleaned_data["lead"].strip()
        return self._party(typed) if typed else None

    def clean_co_responsible(self) -> list[Party]:
        lines = [line.strip() for line in self.cleaned_data["co_responsible"].splitlines() if line.strip()]
        if len(lines) > 200:
            raise ValidationError(_("Er zijn hoogstens %(most)s medeverantwoordelijken."), params={"most": 200})
        found, unknown = [], []
        for line in lines:
            try:
                found.append(self._party(line))
            except ValidationError as refused:
                unknown.append(refused)
        if unknown:
            raise ValidationError(unknown[:5])
        return list(dict.fromkeys(found))

    def clean_themes(self) -> list[Theme]:
        return [self._themes[key] for key in self.cleaned_data["themes"]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        typed = cleaned.get("due", "")
        if isinstance(typed, str):
            try:
                cleaned["due"] = self._term(cleaned.get("due_kind", ""), typed.strip())
            except ValidationError as refused:
                self.add_error("due", refused)
        return cleaned

    def _term(self, kind: str, typed: str) -> ImpreciseDate:
        record = self.record
        if record is not None and "due" not in self.changed_data and record.due_kind == kind:
            return record.due
        if not typed:
            return ImpreciseDate()
        return dates.read(typed) if kind == DueKind.DATE else ImpreciseDate(words=typed)

    def _together(self, values: dict[str, Any], *, everything: bool) -> dict[str, Any]:
        """The names a service knows: the four choices of evidence become one value."""
        asked = {name: values.pop(name) for name in RUNGS if name in values}
        if asked or everything:
            values["requirements"] = {RUNGS[name]: value for name, value in asked.items()}
        return values


class NewCommitmentForm(CommitmentFields, OnceForm):
    """A new promise."""

    def values(self) -> dict[str, Any]:
        return self._together(super().values(), everything=True)


class EditCommitmentForm(CommitmentFields, ReasonedForm):
    """A promise that is changed: the version before stays visible beside it."""

    decision = forms.CharField(
        label=_("Besluit dat dit wijzigde"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"class": "wide"}),
        help_text=_("Bijvoorbeeld ‘stuurgroep 12 maart 2026, punt 4’."),
    )

    def changes(self) -> dict[str, Any]:
        found = super().changes()
        found.pop("decision", None)
        if "due_kind" in found or "due" in found:  # the kind says how the words are read
            found["due_kind"], found["due"] = self.cleaned_data["due_kind"], self.cleaned_data["due"]
        return self._together(found, everything=False)

    @staticmethod
    def of(record: Commitment) -> dict[str, Any]:
        """The recorded values, to begin with. The decision starts empty: it belongs to this change."""
        own = [name for name in EditCommitmentForm.base_fields if hasattr(record, name) and name not in {"decision"}]
        asked = {row.size_class: row.rung for row in record.evidence_requirements.all()}
        return {
            **{name: getattr(record, name) for name in own},
            "lead": record.lead.name if record.lead else "",
            "co_responsible": "\n".join(row.party.name for row in record.co_responsible.select_related("party")),
            "themes": [str(key) for key in record.themes.values_list("pk", flat=True)],
            **{name: str(asked.get(size, "")) for name, size in RUNGS.items()},
            "due_diligence_step": str(record.due_diligence_step or ""),
        }

    def current(self, record: Commitment) -> dict[str, Any]:
        """As recorded, in words; what is empty stays out, the form is long enough."""
        initial = self.of(record)
        shown = {}
        for name, value in initial.items():
            field = self.fields.get(name)
            if name in {"version", "reason"} or field is None or value in (None, "", []):
                continue
            shown[name] = in_words(field, value)
        return shown


class EndCommitmentForm(ReasonedForm):
    """A promise lapses, or an ending is put right."""

    ended_on = DayField(label=_("Vervalt per"), required=False)
    decision = EditCommitmentForm.base_fields["decision"]
    field_order = ["ended_on", "decision", "reason", "version"]

    def __init__(self, *args: Any, record: Commitment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ended: date | None = record.ended_on
        standing, over = _now("De eerste dag waarop hij niet meer geldt."), _now("Maak leeg als hij toch niet vervalt.")
        self.fields["ended_on"].help_text = over if ended else standing
        self.fields["decision"].label = _now("Besluit waarmee dit gebeurde")

    def current(self, record: Commitment) -> dict[str, Any]:
        return {"ended_on": dates.render(ImpreciseDate.on(record.ended_on)) if record.ended_on else ""}
