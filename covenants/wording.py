"""How a promise is said in words: its term, how long a term has been missing, its measure. Pure, no queries."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from covenants.models import Audience, CarrierKind, Commitment, DueKind, MeasureKind, PartyType, Phase, PhaseChange
from ser_portal.dates import ImpreciseDate

COMING_DAYS = 90


def number(value: Decimal) -> str:
    """A number without noughts nobody wrote, in the reader's language."""
    places = max(0, -int(value.normalize().as_tuple().exponent))
    return formats.number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)


# --- How long there has been no date -------------------------------------------------------------------------------


def agreed_since(commitment: Commitment, ledger: Sequence[PhaseChange]) -> ImpreciseDate:
    """When the promise was made: its own date, else the signing of the agreement, else what the order of phases tells.

    `ledger` are the current phase changes in order. Unknown when none of these says anything.
    """
    if commitment.agreed.is_known:
        return commitment.agreed
    signed = next((step for step in ledger if step.to_phase in (Phase.SIGNED, Phase.IMPLEMENTATION)), None)
    if signed is None:
        return ImpreciseDate()
    if signed.effective_on.is_known:
        return signed.effective_on
    return ImpreciseDate(signed.possible_from, signed.certain_from)


def months_between(first: date, last: date) -> int:
    """Whole months from one day to another; 31 January to 28 February is none yet."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def age(months: int) -> str:
    """A number of months as years and months."""
    years, rest = divmod(months, 12)
    parts = []
    if years:
        parts.append(ngettext("%(n)s jaar", "%(n)s jaar", years) % {"n": years})
    if rest:
        parts.append(ngettext("%(n)s maand", "%(n)s maanden", rest) % {"n": rest})
    return _(" en ").join(parts) or _("minder dan een maand")


def gap(since: ImpreciseDate, day: date) -> str:
    """How long on `day` there has been no date: "al 3 jaar en 2 maanden"; never more exact than the start is known."""
    if not since.is_known:
        return _("sinds wanneer is niet bekend")
    if since.latest is not None and since.latest > day and (since.earliest is None or since.earliest > day):
        return _("op deze dag nog niet van toepassing")
    longest = months_between(since.earliest, day) if since.earliest and since.earliest <= day else None
    shortest = months_between(since.latest, day) if since.latest and since.latest <= day else None
    if longest is not None and longest == shortest:
        return _("al %(age)s") % {"age": age(longest)}
    if shortest is not None and shortest > 0:
        return _("al minstens %(age)s") % {"age": age(shortest)}
    if longest is not None:
        return _("hoogstens %(age)s") % {"age": age(longest)}
    return _("sinds wanneer is niet precies bekend")


# --- The term ------------------------------------------------------------------------------------------------------

# The buckets of the list, each with the word in an address. Every commitment is in exactly one on any day.
BUCKETS = ["verstreken", "komend", "later", "relatief", "niet-afgesproken", "vervallen"]


def bucket_labels() -> dict[str, str]:
    return {
        "verstreken": _("termijn verstreken"),
        "komend": _("komende %(days)s dagen") % {"days": COMING_DAYS},
        "later": _("later"),
        "relatief": _("gerekend vanaf een gebeurtenis"),
        "niet-afgesproken": _("geen datum afgesproken"),
        "vervallen": _("vervallen"),
    }


def bucket(kind: str, latest: date | None, ended_on: date | None, day: date) -> str:
    """In which bucket a commitment is on `day`; an imprecise term has passed when its last possible day has."""
    if ended_on is not None and ended_on <= day:
        return "vervallen"
    if kind == DueKind.NOT_AGREED:
        return "niet-afgesproken"
    if kind == DueKind.RELATIVE:
        return "relatief"
    if latest is None:
        return "later"
    days = (latest - day).days
    return "verstreken" if days < 0 else "komend" if days <= COMING_DAYS else "later"


def carrier_words(kind: str, carrier: str, types: list[str], lead: str) -> str:
    """Who carries it in a few words: the lead, the class, or what the source says; honest when nobody is named."""
    if kind == CarrierKind.NAMED:
        return lead
    if carrier:
        return carrier
    if kind == CarrierKind.CLASS:
        labels = ", ".join(str(PartyType(one).label) for one in types if one in PartyType.values)
        return _("alle deelnemende partijen: %(types)s") % {"types": labels} if labels else _("alle partijen")
    return str(CarrierKind.UNKNOWN.label)


# --- The measure ---------------------------------------------------------------------------------------------------


def share(numerator: Decimal | None, denominator: Decimal | None, commitment: Any) -> str:
    """ "12 leden van 40 leden (30%)": a percentage only beside both numbers."""
    if numerator is None or denominator is None:
        return ""
    percent = number((numerator / denominator * 100).quantize(Decimal("0.1")))
    return _("%(numerator)s %(what)s van %(denominator)s %(whole)s (%(percent)s%%)") % {
        "numerator": number(numerator),
        "what": commitment.numerator_label,
        "denominator": number(denominator),
        "whole": commitment.denominator_label,
        "percent": percent,
    }


def quantity(value: Decimal | None, unit: str) -> str:
    """ "20 bedrijven"; a percentage of the source is closed up: "80% marktaandeel"."""
    if value is None:
        return ""
    return f"{number(value)}{unit}" if unit.startswith("%") else f"{number(value)} {unit}".strip()


def target(commitment: Any) -> str:
    """The target in one line; empty when there is none. Takes a commitment or a row of its history."""
    if commitment.measure_kind == MeasureKind.SHARE:
        return share(commitment.target_numerator, commitment.target_denominator, commitment)
    return quantity(commitment.measure_value, commitment.measure_unit)


def measure(commitment: Commitment) -> list[tuple[str, str]]:
    """The measure as labelled lines; empty when none was agreed."""
    kind = commitment.measure_kind
    if kind == MeasureKind.NONE:
        return []
    aim = target(commitment)
    if kind == MeasureKind.SHARE:
        start = share(commitment.baseline_numerator, commitment.baseline_denominator, commitment)
        lines = [
            (_("Gemeten als"), _("%(numerator)s, als deel van %(denominator)s")
             % {"numerator": commitment.numerator_label, "denominator": commitment.denominator_label}),
        ]  # fmt: skip
    else:
        start = quantity(commitment.baseline_value, commitment.measure_unit)
        lines = [(_("Gemeten in"), commitment.measure_unit)] if commitment.measure_unit else []
    lines += [(_("Uitgangswaarde"), start)] if start else []
    lines.append((_("Streefwaarde"), aim or _("niet vastgelegd")))
    if kind == MeasureKind.QUOTED:
        lines.append((_("Noemer"), _("de bron noemt geen noemer")))
    if commitment.measure_detail:
        lines.append((_("Bijzonderheden"), commitment.measure_detail))
    return lines


# --- Who may see it ------------------------------------------------------------------------------------------------

_WIDTH = {level: place for place, level in enumerate(Audience.values)} | {"": len(Audience.values)}


def as_wide(level: str, as_level: str) -> bool:
    """Whether one level of visibility is at least as wide as another; '' is whoever sees the agreement."""
    return _WIDTH.get(level, -1) >= min(_WIDTH.get(as_level, 0), _WIDTH[Audience.PUBLIC])
