"""Who has to carry a commitment in a period, from its own words and from dated participations.

A rule for every kind of carrier:

- by name: the lead and those who share it, whether or not they take part in the agreement; a name is a name;
- a class: every party of those types that takes part in a binding role (`BINDING_ROLES`) somewhere in the period. Where
  the begin or the end is not known well enough, the party is in the list and marked uncertain, with the reason;
- unknown: nobody. What the source says is shown in its own words; a name is never guessed.

A commitment that was ended on or before the first day of the period is carried by nobody.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from covenants.models import (
    BINDING_ROLES,
    CarrierKind,
    Commitment,
    CoResponsible,
    EvidenceRequirement,
    Participation,
    Party,
    Rung,
)
from ser_portal.dates import ImpreciseDate, render

MOST_BY_KEY = 500  # commitments asked for one by one; more are found through their agreements


@dataclass(frozen=True)
class Carrier:
    """A party that has to carry a commitment in a period.

    `uncertain` when nobody knows whether the party took part in the period; `why` says in a sentence how it came into
    the list, in the language of the reader.
    """

    party: Party
    uncertain: bool
    why: str
    is_lead: bool


def resolve_carriers(commitment: Commitment, first: date, last: date) -> list[Carrier]:
    """Who has to carry this commitment from `first` to `last`, both inclusive: the lead first, then by name."""
    return resolve_all([commitment], first=first, last=last)[commitment.pk]


def resolve_all(commitments: Iterable[Commitment], *, first: date, last: date) -> dict[int, list[Carrier]]:
    """The same for many commitments, by their keys, in at most three queries however many there are.

    Raises ValueError when the period ends before it begins.
    """
    if last < first:
        raise ValueError(f"{first} lies after {last}")
    asked = list(commitments)
    standing = [row for row in asked if row.ended_on is None or row.ended_on > first]
    named = [row for row in standing if row.carrier_kind == CarrierKind.NAMED]
    classes = [row for row in standing if row.carrier_kind == CarrierKind.CLASS]
    found: dict[int, list[Carrier]] = {row.pk: [] for row in asked}
    if not (named or classes):
        return found

    shared = _shared(named)
    leads = Party.objects.in_bulk({row.lead_id for row in named if row.lead_id})
    ids = {*leads, *(party.pk for parties in shared.values() for party in parties)}
    taking_part = _participations(named, classes, ids, first, last)
    for row in named:
        here = taking_part[row.agreement_id]
        lead = leads[row.lead_id] if row.lead_id else None
        others = [party for party in shared[row.pk] if party != lead]
        found[row.pk] = [
            Carrier(party, uncertain=False, why=_why_named(party == lead, party.pk in here), is_lead=party == lead)
            for party in ([lead] if lead else []) + others
        ]
    members = {agreement: _members(here, first, last) for agreement, here in taking_part.items()}
    for row in classes:
        everybody = members.get(row.agreement_id, [])
        types = set(row.carrier_types)
        found[row.pk] = [carrier for carrier in everybody if not types or carrier.party.type in types]
    return found


def carried_by(commitments: Any, party: Party, *, on: date) -> Any:
    """Those of `commitments` (a queryset) this party leads, shares, or carries as one of a class on a day, certainly
    or possibly. The same rule as `resolve_all`, in the database, for filtering."""
    bound = Participation.objects.filter(party=party, role__in=BINDING_ROLES).possible_on(on)
    of_type = Q(types_text="[]") | Q(types_text__contains=f'"{party.type}"')
    return commitments.alias(types_text=Cast("carrier_types", TextField())).filter(
        Q(lead=party)
        | Q(pk__in=CoResponsible.objects.filter(party=party).values("commitment"))
        | (Q(carrier_kind=CarrierKind.CLASS, agreement__in=bound.values("agreement")) & of_type)
    )


def rung_for(requirements: Iterable[EvidenceRequirement], size_class: str) -> Rung:
    """The evidence asked of a party of this size: what is asked of that size, else of all other sizes.

    Where nothing was decided, a declaration: whoever reports declares.
    """
    by_size = {row.size_class: row.rung for row in requirements}
    return Rung(by_size.get(size_class, by_size.get("", Rung.DECLARED)))


def _shared(named: Sequence[Commitment]) -> dict[int, list[Party]]:
    """The parties that share each commitment with its lead, by name. One query."""
    found: dict[int, list[Party]] = defaultdict(list)
    if not named:
        return found
    if len(named) <= MOST_BY_KEY:
        rows = CoResponsible.objects.filter(commitment__in=[row.pk for row in named])
    else:
        rows = CoResponsible.objects.filter(commitment__agreement__in={row.agreement_id for row in named})
    for row in rows.select_related("party").order_by("party__name", "pk"):
        found[row.commitment_id].append(row.party)
    return found


def _participations(
    named: Sequence[Commitment], classes: Sequence[Commitment], parties: set[int], first: date, last: date
) -> dict[int, dict[int, list[Participation]]]:
    """What may fall in the period, by agreement and by party. One query.

    Of agreements with a class every binding role; of those named, any role, to say who does not take part at all.
    """
    of_class = Q(agreement__in={row.agreement_id for row in classes}, role__in=BINDING_ROLES)
    of_named = Q(agreement__in={row.agreement_id for row in named}, party__in=parties)
    rows = (
        Participation.objects.filter(of_class | of_named)
        .filter(
            Q(began_earliest__isnull=True) | Q(began_earliest__lte=last),
            Q(ended_latest__isnull=True) | Q(ended_latest__gte=first),
        )
        .select_related("party")
        .order_by("party__name", "party_id", "pk")
    )
    found: dict[int, dict[int, list[Participation]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row.agreement_id][row.party_id].append(row)
    return found


def _members(here: dict[int, list[Participation]], first: date, last: date) -> list[Carrier]:
    """Every party bound somewhere in the period; certain when one of its participations certainly is in it."""
    found = []
    for rows in here.values():
        binding = [row for row in rows if row.role in BINDING_ROLES]
        if not binding:
            continue
        certain = next((row for row in binding if _certainly_in(row, first, last)), None)
        row = certain or binding[0]
        why = _why_member(row) if certain else _why_uncertain(row, first, last)
        found.append(Carrier(row.party, uncertain=certain is None, why=why, is_lead=False))
    return found


def _certainly_in(row: Participation, first: date, last: date) -> bool:
    """Whether it certainly holds on some day of the period. Words without a day say that it did end, some day."""
    began, ended = row.began, row.ended
    stayed = not (ended.is_known or ended.words) or (ended.earliest is not None and ended.earliest >= first)
    return began.certain_on(last) and stayed


def _why_named(is_lead: bool, takes_part: bool) -> str:
    if takes_part:
        return _("met name genoemd als trekker") if is_lead else _("met name genoemd als medeverantwoordelijke")
    if is_lead:
        return _("met name genoemd als trekker; doet in deze periode niet mee aan het akkoord")
    return _("met name genoemd als medeverantwoordelijke; doet in deze periode niet mee aan het akkoord")


def _why_member(row: Participation) -> str:
    role = row.get_role_display()
    if row.began.earliest is None and row.began.latest:
        day = render(ImpreciseDate.on(row.began.latest))
        return _("%(role)s; sinds wanneer is niet bekend, uiterlijk %(day)s") % {"role": role, "day": day}
    return _("%(role)s; begin: %(day)s") % {"role": role, "day": render(row.began)}


def _why_uncertain(row: Participation, first: date, last: date) -> str:
    role = row.get_role_display()
    if not row.began.certain_on(last):
        return _("%(role)s; niet zeker of de partij op %(last)s al meedeed (begin: %(day)s)") % {
            "role": role,
            "last": render(ImpreciseDate.on(last)),
            "day": render(row.began),
        }
    return _("%(role)s; niet zeker of de partij op %(first)s nog meedeed (einde: %(day)s)") % {
        "role": role,
        "first": render(ImpreciseDate.on(first)),
        "day": render(row.ended),
    }
