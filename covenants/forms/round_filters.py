"""What somebody asks of the page of a round, read from the address."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from covenants.forms.filters import Filters
from covenants.models import Commitment, Party, ReportingRound, SlotState

LATE = Q(current__late=True)
STANDING = Q(withdrawn_at__isnull=True)

# The word in the address, and what it says on the screen.
ROUND_STATES: dict[str, Any] = {
    "stil": gettext_lazy("Niets ontvangen"),
    "wacht": gettext_lazy("Wacht op beoordeling"),
    "terug": gettext_lazy("Teruggestuurd"),
    "klaar": gettext_lazy("Goedgekeurd"),
    "laat": gettext_lazy("Te laat ontvangen"),
    "vervallen": gettext_lazy("Vervallen"),
}
STATE_OF_WORD = {
    "stil": SlotState.SILENT, "wacht": SlotState.SUBMITTED, "terug": SlotState.RETURNED, "klaar": SlotState.APPROVED,
}  # fmt: skip


def slots_in(word: str, *, locked: bool) -> Q:
    """The slots a word speaks of. What came after the lock is a lane of its own; before a lock nothing can be in it,
    and not asking for it spares a join over all slots."""
    if word == "vervallen":
        return ~STANDING
    if word == "laat":
        return STANDING & LATE
    in_state = STANDING & Q(state=STATE_OF_WORD[word])
    return in_state & ~LATE if locked and word != "stil" else in_state


def counts_of(*, locked: bool) -> dict[str, Count]:
    """How many slots stand where, as annotations by word; `asked` is all that are not withdrawn."""
    words = [word for word in ROUND_STATES if locked or word != "laat"]
    found = {word: Count("pk", filter=slots_in(word, locked=locked)) for word in words}
    return {**found, "asked": Count("pk", filter=STANDING)}


def party_of_round(reporting_round: ReportingRound, typed: str) -> Party | None:
    """The party of a round its secretariat means: by address, name or (when only one has it) abbreviation."""
    of_round = reporting_round.slots.order_by().filter(party=OuterRef("pk"))
    asked = Party.objects.filter(Exists(of_round))
    typed = typed.replace("\x00", "").strip()[:200]
    if not typed:
        return None
    for lookup in ("slug", "name__iexact", "abbreviation__iexact"):
        found = list(asked.filter(**{lookup: typed})[:2])
        if len(found) == 1:
            return found[0]
    return None


@dataclass
class RoundFilters(Filters):
    """The filters of a round: by state, by party, by commitment."""

    state: str = ""
    party: Party | None = None
    commitment: Commitment | None = None
    commitments: list[Commitment] = field(default_factory=list)

    @classmethod
    def read(
        cls, params: QueryDict, *, reporting_round: ReportingRound, commitments: list[Commitment]
    ) -> "RoundFilters":
        """Reads the address; `commitments` are those of the round. One to three queries when a party is asked for."""
        asked = cls(commitments=commitments)
        if typed := params.get("stand", "").strip().lower():
            if typed in ROUND_STATES:
                asked.state = typed
            else:
                asked._unknown(_("De stand"), typed, list(ROUND_STATES))
        if typed := params.get("afspraak", "").strip():
            asked.commitment = next((row for row in commitments if str(row.pk) == typed), None)
            if asked.commitment is None:
                asked.errors.append(_("Die afspraak komt in deze ronde niet voor."))
        if typed := params.get("partij", "").replace("\x00", "").strip():
            asked.party = party_of_round(reporting_round, typed)
            if asked.party is None:
                asked.errors.append(
                    _("Van een partij ‘%(typed)s’ wordt in deze ronde niets gevraagd.") % {"typed": typed[:60]}
                )
        return asked

    @property
    def any(self) -> bool:
        return bool(self.state or self.party or self.commitment)

    @property
    def one_by_one(self) -> bool:
        """Whether slots are listed one by one; without a party or a commitment they are counted per party."""
        return self.party is not None or self.commitment is not None
