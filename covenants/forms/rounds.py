"""Opening a reporting round, moving its deadline, locking it, and who no longer owes anything in it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from covenants.forms.base import KeepingForm, OnceForm, VersionedForm
from covenants.forms.fields import DayField, LongText
from covenants.forms.parties import party_input
from covenants.forms.round_filters import party_of_round
from covenants.models import Agreement, Commitment, Party, PhaseChange, ReportingRound
from covenants.models import Phase as Phases
from ser_portal import dates
from ser_portal.dates import ImpreciseDate
from ser_portal.words import words

MOST_COMMITMENTS = 400  # of one agreement on one form; a post holds at most 500 fields


@dataclass(frozen=True)
class Period:
    """A period that is offered for choosing."""

    key: str
    label: str
    first: date
    last: date

    @property
    def in_words(self) -> str:
        return _now("%(first)s t/m %(last)s") % {"first": _day(self.first), "last": _day(self.last)}


def _day(day: date) -> str:
    return dates.render(ImpreciseDate.on(day))


def usual_periods(today: date, ledger: list[PhaseChange]) -> list[Period]:
    """What agreements report about: calendar years, June to June, a year of the covenant, and eighteen months.

    A year of the covenant starts on the day it was signed, and is offered when that is known to the day.
    """
    year = today.year
    june = year if today >= date(year, 6, 1) else year - 1
    found = [
        Period(f"jaar-{at}", _now("Kalenderjaar %(year)s") % {"year": at}, date(at, 1, 1), date(at, 12, 31))
        for at in (year - 1, year)
    ]
    found += [
        Period(f"juni-{at}", _now("Juni %(year)s tot juni %(next)s") % {"year": at, "next": at + 1},
               date(at, 6, 1), date(at + 1, 5, 31))
        for at in (june - 1, june)
    ]  # fmt: skip
    signed = next((row.effective_on for row in ledger if row.to_phase == Phases.SIGNED), None)
    if signed is not None and signed.is_exact and signed.earliest and signed.earliest <= today:
        start = signed.earliest
        number = year - start.year - (1 if _on(start, year) > today else 0)
        first, following = _on(start, start.year + number), _on(start, start.year + number + 1)
        found.append(
            Period(f"akkoord-{number + 1}", _now("Jaar %(number)s van het akkoord") % {"number": number + 1},
                   first, following - timedelta(days=1))
        )  # fmt: skip
    ends_in_june = today >= date(year, 7, 1)
    last = date(year, 6, 30) if ends_in_june else date(year - 1, 12, 31)
    first = date(year - 1, 1, 1) if ends_in_june else date(year - 2, 7, 1)
    return [*found, Period("18-maanden", _now("Achttien maanden"), first, last)]


def _on(day: date, year: int) -> date:
    """The same day in another year; 29 February becomes the first of March."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def commitment_choices(agreement: Agreement, user: Any) -> list[tuple[int, str]]:
    """The running commitments of an agreement, numbered as the preview numbers them."""
    rows = Commitment.objects.visible_to(user).running().filter(agreement=agreement).order_by("pk")
    found = rows.only("pk", "text_nl", "text_en")[:MOST_COMMITMENTS]
    return [(row.pk, f"{place}. {words(row, 'text')}") for place, row in enumerate(found, start=1)]


def commitments_field() -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=_("Afspraken"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Kies minstens één afspraak."),
            "invalid_choice": _("Een van de gekozen afspraken loopt niet (meer) in dit akkoord."),
        },
    )


class NewRoundForm(OnceForm):
    """A period that is asked about, by when, and which commitments."""

    title_nl = forms.CharField(label=_("Naam"), max_length=120, help_text=_("Bijvoorbeeld ‘Rapportage 2025’."))
    title_en = forms.CharField(
        label=_("Naam in het Engels"), max_length=120, required=False, help_text=_("Leeg: de Nederlandse naam.")
    )
    first = DayField(label=_("Eerste dag van de periode"), edge="first", help_text=_("Een dag, of een maand of jaar."))
    last = DayField(label=_("Laatste dag van de periode"), edge="last", help_text=_("Een dag, of een maand of jaar."))
    due_on = DayField(
        label=_("Inleverdatum"), help_text=_("De laatste dag waarop partijen op tijd zijn; later uitstellen kan.")
    )
    commitments = commitments_field()
    previous = forms.TypedChoiceField(
        label=_("Vorige ronde"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Daarmee worden antwoorden vergeleken."),
        error_messages={"invalid_choice": _("Dat is geen ronde van dit akkoord.")},
    )
    carry = forms.BooleanField(
        label=_("Zet goedgekeurde antwoorden uit de vorige ronde klaar als concept"),
        required=False,
        help_text=_("Elke partij ziet alleen het eigen antwoord en bevestigt of verbetert het voordat het meetelt."),
    )

    def __init__(
        self, *args: Any, commitments: list[tuple[int, str]], rounds: list[ReportingRound], **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"commitments": [pk for pk, _label in commitments], **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self._choices("commitments", commitments)
        self._choices("previous", [("", _("geen")), *((row.pk, words(row, "title")) for row in rounds)])
        if not rounds:
            del self.fields["previous"], self.fields["carry"]

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- for the type checker
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last, due_on = (cleaned.get(name) for name in ("first", "last", "due_on"))
        if first and last and last < first:
            self.add_error("last", _("De laatste dag van de periode ligt voor de eerste."))
        if first and due_on and due_on < first:
            self.add_error("due_on", _("De inleverdatum ligt voor het begin van de periode."))
        elif due_on and due_on < timezone.localdate():
            self.add_error("due_on", _("Deze dag is al voorbij; partijen kunnen dan niet meer op tijd zijn."))
        if cleaned.get("carry") and not cleaned.get("previous"):
            self.add_error("previous", _("Kies de ronde waaruit antwoorden worden overgenomen."))
        return cleaned

    @staticmethod
    def typed(data: QueryDict, period: Period) -> dict[str, Any]:
        """What was typed so far, with the period filled in: the initial values of a form to go on with."""
        kept: dict[str, Any] = {name: data.get(name, "") for name in NewRoundForm.base_fields if name != "commitments"}
        kept["commitments"] = data.getlist("commitments")[:MOST_COMMITMENTS]
        kept["carry"] = bool(kept["carry"])
        kept |= {"first": period.first, "last": period.last}
        kept["title_nl"] = kept["title_nl"].strip() or period.label
        return kept


class _PartyOfRound(KeepingForm):
    """Names a party that is asked in the round."""

    def __init__(self, *args: Any, reporting_round: ReportingRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.round = reporting_round
        if "party" in self.fields:
            self.fields["party"].widget = party_input()

    def _party(self, typed: str) -> Party:
        party = party_of_round(self.round, typed)
        if party is None:
            raise ValidationError(_("Van een partij met deze naam wordt in deze ronde niets gevraagd."))
        return party


class ExtendForm(_PartyOfRound, VersionedForm):
    """A later due date, for everybody or for one party, and why."""

    whom = forms.ChoiceField(
        label=_("Voor wie"),
        choices=[("all", _("alle partijen in de ronde")), ("one", _("één partij"))],
        widget=forms.RadioSelect,
        initial="all",
    )
    party = forms.CharField(
        label=_("Welke partij"), max_length=200, required=False, help_text=_("Alleen bij uitstel voor één partij.")
    )
    due_on = DayField(label=_("Nieuwe inleverdatum"))
    reason = LongText(
        label=_("Reden"), rows=2, max_length=2000, help_text=_("Blijft staan; wie de datum ziet, ziet ook de reden.")
    )
    field_order = ["whom", "party", "due_on", "reason", "version"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        typed = (cleaned.get("party") or "").strip()
        cleaned["of"] = None
        if cleaned.get("whom") == "one" and "party" in cleaned:
            if not typed:
                self.add_error("party", _("Noem de partij die uitstel krijgt."))
            else:
                try:
                    cleaned["of"] = self._party(typed)
                except ValidationError as refused:
                    self.add_error("party", refused)
        elif cleaned.get("whom") == "all" and typed:
            self.add_error("whom", _("U noemde een partij. Kies ‘één partij’, of maak dat veld leeg."))
        return cleaned

    def current(self, record: Any) -> dict[str, Any]:
        return {"due_on": _day(record.due_on)}


class LockForm(VersionedForm):
    """Closes a round for good."""

    early = forms.BooleanField(label=_("Sluit de ronde ook al hebben partijen nog tijd"), required=False)

    def __init__(self, *args: Any, still_time: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not still_time:
            del self.fields["early"]


class CarryForm(VersionedForm):
    """Puts earlier answers ready; asks nothing but the button."""


class WithdrawPartyForm(_PartyOfRound, VersionedForm):
    """A party owes nothing in this round any more, and why."""

    party = forms.CharField(label=_("Partij"), max_length=200)
    reason = LongText(
        label=_("Reden"), rows=2, max_length=500,
        help_text=_("Bijvoorbeeld: gefuseerd, vertrokken of bij vergissing gevraagd. De partij ziet deze reden."),
    )  # fmt: skip
    field_order = ["party", "reason", "version"]

    def clean_party(self) -> Party:
        return self._party(self.cleaned_data["party"])


class WithdrawSlotForm(VersionedForm):
    """One commitment is no longer owed by one party, and why."""

    reason = LongText(
        label=_("Reden"), rows=2, max_length=500,
        help_text=_("Bijvoorbeeld: gefuseerd, vertrokken of bij vergissing gevraagd. De partij ziet deze reden."),
    )  # fmt: skip


class AddSlotsForm(VersionedForm):
    """What is not asked yet in a round: which commitments, and by when."""

    commitments = commitments_field()
    due_on = DayField(label=_("Inleverdatum voor wat erbij komt"))
    field_order = ["commitments", "due_on", "version"]

    def __init__(self, *args: Any, commitments: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["commitments"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101 -- for the type checker
        field.choices = commitments
        for shown in self.fields.values():
            shown.show_hidden_initial = False  # a list of four hundred is not sent twice

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError(_("Deze dag is al voorbij; partijen kunnen dan niet meer op tijd zijn."))
        return day
