"""What somebody asks of a list, read from the address: every unknown value gets a sentence and is left out."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from covenants.forms.parties import find_party
from covenants.models import Party, PartyType, Recurrence, Sector
from covenants.presentation import PHASE_OF_WORD
from covenants.wording import BUCKETS

LONGEST_SEARCH = 100

SECRETARIATS = {"ser": gettext_lazy("SER"), "andere": gettext_lazy("andere organisatie")}
REGISTER_ORDERS = ["sector", "naam", "fase", "partijen"]
COMMITMENT_ORDERS = ["termijn", "vastgelegd"]
STEPS = [str(number) for number in range(1, 7)]
RECURRENCE_WORDS: dict[str, str] = {
    "eenmalig": "once",
    "jaarlijks": Recurrence.YEARLY,
    "doorlopend": Recurrence.ONGOING,
}
PARTY_ORDERS = ["naam", "soort", "deelnames"]
PARTY_TYPE_WORDS: dict[str, str] = {
    "bedrijf": PartyType.COMPANY,
    "brancheorganisatie": PartyType.TRADE_ASSOCIATION,
    "vakbond": PartyType.TRADE_UNION,
    "maatschappelijke-organisatie": PartyType.CIVIL_SOCIETY,
    "overheid": PartyType.GOVERNMENT,
    "overig": PartyType.OTHER,
}


@dataclass
class Filters:
    """What was asked, and in `errors` what could not be understood."""

    errors: list[str] = field(default_factory=list)
    text: str = ""
    order: str = ""
    descending: bool = False

    @property
    def status(self) -> int:
        return 422 if self.errors else 200

    def _text(self, params: QueryDict) -> str:
        typed = params.get("zoek", "").replace("\x00", "").strip()
        if len(typed) > LONGEST_SEARCH:
            self.errors.append(
                _("Een zoekopdracht heeft hoogstens %(most)s tekens; deze is niet gebruikt.") % {"most": LONGEST_SEARCH}
            )
            return ""
        return typed

    def _order(self, params: QueryDict, known: list[str]) -> None:
        typed = params.get("sorteer", "").strip().lower()
        word = typed.removeprefix("-")
        if typed and word not in known:
            self._unknown(_("Sorteren op"), typed, known)
            word, typed = "", ""
        self.order, self.descending = word or known[0], typed.startswith("-")

    def _unknown(self, what: str, typed: str, known: list[str]) -> None:
        self.errors.append(
            _("%(what)s ‘%(typed)s’ kent het portaal niet. Kies uit: %(known)s.")
            % {"what": what, "typed": typed[:60], "known": ", ".join(known)}
        )


@dataclass
class RegisterFilters(Filters):
    """The filters of the register."""

    phase: str | None = None  # '' is "no phase certain"
    sector: Sector | None = None
    secretariat: str = ""
    party: Party | None = None
    sectors: list[Sector] = field(default_factory=list)

    @classmethod
    def read(cls, params: QueryDict, *, user: Any, sectors: list[Sector]) -> "RegisterFilters":
        """Reads the address; `sectors` are those this person may choose from. One query when a party is asked for."""
        asked = cls(sectors=sectors)
        asked.text = asked._text(params)
        asked._order(params, REGISTER_ORDERS)
        if phase := params.get("fase", "").strip().lower():
            if phase in PHASE_OF_WORD:
                asked.phase = PHASE_OF_WORD[phase]
            else:
                asked._unknown(_("De fase"), phase, list(PHASE_OF_WORD))
        if slug := params.get("sector", "").strip():
            asked.sector = next((sector for sector in sectors if sector.slug == slug), None)
            if asked.sector is None:
                asked.errors.append(_("De sector ‘%(typed)s’ kent het portaal niet.") % {"typed": slug[:60]})
        if secretariat := params.get("secretariaat", "").strip().lower():
            if secretariat in SECRETARIATS:
                asked.secretariat = secretariat
            else:
                asked._unknown(_("Het secretariaat"), secretariat, list(SECRETARIATS))
        if typed := params.get("partij", "").replace("\x00", "").strip():
            asked.party = find_party(user, typed)
            if asked.party is None:
                asked.errors.append(
                    _("Een partij ‘%(typed)s’ kent het portaal niet. Typ een deel van de naam en kies uit de lijst.")
                    % {"typed": typed[:60]}
                )
        return asked

    @property
    def any(self) -> bool:
        return self.phase is not None or bool(self.sector or self.secretariat or self.party or self.text)


@dataclass
class CommitmentFilters(Filters):
    """The filters of the list of commitments."""

    agreement: int | None = None
    party: Party | None = None
    bucket: str = ""
    step: int | None = None
    theme: int | None = None
    recurrence: str = ""  # a stored value, or 'once'

    @classmethod
    def read(
        cls, params: QueryDict, *, user: Any, agreements: dict[str, int], themes: dict[str, int]
    ) -> "CommitmentFilters":
        """Reads the address; `agreements` and `themes` are what this person may choose from, by slug.

        One query or a few when a party is asked for.
        """
        asked = cls()
        asked.text = asked._text(params)
        asked._order(params, COMMITMENT_ORDERS)
        if slug := params.get("akkoord", "").strip():
            asked.agreement = agreements.get(slug)
            if asked.agreement is None:
                asked.errors.append(_("Het akkoord ‘%(typed)s’ kent het portaal niet.") % {"typed": slug[:60]})
        if slug := params.get("thema", "").strip():
            asked.theme = themes.get(slug)
            if asked.theme is None:
                asked.errors.append(_("Het thema ‘%(typed)s’ kent het portaal niet.") % {"typed": slug[:60]})
        if word := params.get("termijn", "").strip().lower():
            if word in BUCKETS:
                asked.bucket = word
            else:
                asked._unknown(_("De termijn"), word, BUCKETS)
        if word := params.get("stap", "").strip():
            if word in STEPS:
                asked.step = int(word)
            else:
                asked._unknown(_("De stap"), word, STEPS)
        if word := params.get("herhaling", "").strip().lower():
            if word in RECURRENCE_WORDS:
                asked.recurrence = RECURRENCE_WORDS[word]
            else:
                asked._unknown(_("De herhaling"), word, list(RECURRENCE_WORDS))
        if typed := params.get("partij", "").replace("\x00", "").strip():
            asked.party = find_party(user, typed)
            if asked.party is None:
                asked.errors.append(
                    _("Een partij ‘%(typed)s’ kent het portaal niet. Typ een deel van de naam en kies uit de lijst.")
                    % {"typed": typed[:60]}
                )
        return asked

    @property
    def any(self) -> bool:
        chosen = (self.agreement, self.party, self.bucket, self.step, self.theme, self.recurrence, self.text)
        return any(one is not None and one != "" for one in chosen)


@dataclass
class PartyFilters(Filters):
    """The filters of the list of parties."""

    type: str = ""

    @classmethod
    def read(cls, params: QueryDict) -> "PartyFilters":
        asked = cls()
        asked.text = asked._text(params)
        asked._order(params, PARTY_ORDERS)
        if typed := params.get("soort", "").strip().lower():
            if typed in PARTY_TYPE_WORDS:
                asked.type = PARTY_TYPE_WORDS[typed]
            else:
                asked._unknown(_("De soort"), typed, list(PARTY_TYPE_WORDS))
        return asked

    @property
    def any(self) -> bool:
        return bool(self.type or self.text)
