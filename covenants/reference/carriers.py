"""Who carries a commitment and how it is measured, from the words of a reference file. Nothing is guessed.

A carrier becomes

- a **class** only for the words in `CLASSES`, which name every participant of a kind, and only when the file's own
  `carrier_types` say the same. A part of a kind ("importerende bedrijven"), members of members ("leden van de
  brancheorganisaties"), bodies ("werkgroep", "commissie") and mixtures of kinds and names are none of these;
- **named** only when the words are exactly the name of one loaded party: then that is who it is up to. Several names
  ("FGZ en NGG") do not say who leads; a lead would be ours, not the source's, so they stay
- **unknown**, with the words of the source on the page and a sentence why.

A unit with a percent sign and no denominator is quoted as it stands; any other unit or value is a quantity.
"""

import re
from typing import Any

from django.utils.translation import gettext as _

from covenants.models import CarrierKind, MeasureKind, Party, PartyType

COMPANIES, ASSOCIATIONS, UNIONS = PartyType.COMPANY, PartyType.TRADE_ASSOCIATION, PartyType.TRADE_UNION
SOCIETY, GOVERNMENT = PartyType.CIVIL_SOCIETY, PartyType.GOVERNMENT

# The words, and of which types every participant is meant; an empty set is everybody who is bound.
CLASSES: dict[str, frozenset[PartyType]] = {
    "alle partijen": frozenset(),
    "alle ondertekenaars": frozenset(),
    "deelnemende bedrijven": frozenset({COMPANIES}),
    "deelnemende pensioenfondsen": frozenset({COMPANIES}),
    "bedrijven en maatschappelijke organisaties": frozenset({COMPANIES, SOCIETY}),
    "vakbonden en maatschappelijke organisaties": frozenset({UNIONS, SOCIETY}),
    "brancheorganisaties": frozenset({ASSOCIATIONS}),
    "brancheorganisaties en overheid": frozenset({ASSOCIATIONS, GOVERNMENT}),
    "aanbestedende diensten en overheden": frozenset({GOVERNMENT}),
}


class Names:
    """The loaded parties by name and by abbreviation, where only one has it."""

    def __init__(self) -> None:
        self._by_word: dict[str, set[int]] = {}
        self._parties: dict[int, Party] = {}

    def add(self, party: Party) -> None:
        self._parties[party.pk] = party
        for word in filter(None, (party.name, party.abbreviation)):
            self._by_word.setdefault(word.casefold(), set()).add(party.pk)

    def find(self, word: str) -> Party | None:
        keys = self._by_word.get(word.strip().casefold(), set())
        return self._parties[next(iter(keys))] if len(keys) == 1 else None


def carriers(words: str, types: list[PartyType], names: Names) -> tuple[dict[str, Any], str]:
    """The columns that say who carries it, and a sentence for the remark when names do not say who leads."""
    if CLASSES.get(words.strip().casefold()) == frozenset(types) and words.strip().casefold() in CLASSES:
        return {"carrier_kind": CarrierKind.CLASS, "lead": None}, ""
    if party := names.find(words):
        return {"carrier_kind": CarrierKind.NAMED, "lead": party}, ""
    parts = [part for part in re.split(r",| en ", words) if part.strip()]
    several = len(parts) > 1 and all(names.find(part) for part in parts)
    remark = _("De bron noemt deze partijen zonder te zeggen wie trekt; daarom is er geen trekker vastgelegd.")
    return {"carrier_kind": CarrierKind.UNKNOWN, "lead": None}, remark if several else ""


def measure_kind(unit: str, value: Any) -> MeasureKind:
    """What kind of measure a unit and a value are."""
    if not unit and value is None:
        return MeasureKind.NONE
    return MeasureKind.QUOTED if "%" in unit else MeasureKind.QUANTITY
