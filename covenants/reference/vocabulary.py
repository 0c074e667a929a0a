"""The words of a reference file and what they are here, and the small things every part of it needs."""

import re
from decimal import Decimal
from typing import Any

from covenants.models import (
    ActivityKind,
    ParticipationRole,
    PartyType,
    Phase,
    Recurrence,
)
from covenants.reference.loader import Loader
from covenants.reference.schema import (
    SourcedPart,
)

PHASES = {
    "verkenning": Phase.EXPLORATION,
    "onderhandeling": Phase.NEGOTIATION,
    "ondertekend": Phase.SIGNED,
    "implementatie": Phase.IMPLEMENTATION,
    "afgerond": Phase.COMPLETED,
    "beeindigd": Phase.ENDED_EARLY,
    "gestopt": Phase.STOPPED,
}
PARTY_TYPES = {
    "bedrijf": PartyType.COMPANY,
    "brancheorganisatie": PartyType.TRADE_ASSOCIATION,
    "vakbond": PartyType.TRADE_UNION,
    "maatschappelijke_organisatie": PartyType.CIVIL_SOCIETY,
    "overheid": PartyType.GOVERNMENT,
    "overig": PartyType.OTHER,
}
ROLES = {
    "ondertekenaar": ParticipationRole.SIGNATORY,
    "stuurgroeplid": ParticipationRole.STEERING_GROUP,
    "steunbetuiger": ParticipationRole.SUPPORTER,
    "aanbestedende_dienst": ParticipationRole.CONTRACTING_AUTHORITY,
    "deelnemer_onderhandeling": ParticipationRole.NEGOTIATOR,
    "secretariaat": ParticipationRole.SECRETARIAT,
    "projectpartner": ParticipationRole.PROJECT_PARTNER,
    "sectorinitiatief": ParticipationRole.SECTOR_INITIATIVE,
}
ACTIVITY_KINDS = {
    "verklaring": ActivityKind.STATEMENT,
    "jaarrapportage": ActivityKind.ANNUAL_REPORT,
    "deelname": ActivityKind.PARTY_JOINED,
    "kamervraag": ActivityKind.PARLIAMENTARY_QUESTION,
    "beoordeling": ActivityKind.ASSESSMENT,
    "extern-onderzoek": ActivityKind.EXTERNAL_STUDY,
    "webinar": ActivityKind.WEBINAR,
    "organisatie": ActivityKind.ORGANISATION,
    "onderzoek": ActivityKind.STUDY,
    "inkoop": ActivityKind.PROCUREMENT,
    "publicatie": ActivityKind.PUBLICATION,
    "evaluatie": ActivityKind.EVALUATION,
    "thema": ActivityKind.THEME,
    "monitoring": ActivityKind.MONITORING,
    "actieplan": ActivityKind.ACTION_PLAN,
    "instrument": ActivityKind.INSTRUMENT,
    "sessie": ActivityKind.SESSION,
    "bijeenkomst": ActivityKind.MEETING,
    "einde": ActivityKind.ENDING,
    "eindrapport": ActivityKind.FINAL_REPORT,
    "brief": ActivityKind.LETTER,
    "aankondiging": ActivityKind.ANNOUNCEMENT,
    "evenement": ActivityKind.EVENT,
    "dialoog": ActivityKind.DIALOGUE,
    "mijlpaal": ActivityKind.MILESTONE,
}
RECURRENCES = {"jaarlijks": Recurrence.YEARLY, "doorlopend": Recurrence.ONGOING}
# A transition with one of these labels is no phase of its own but a standstill within one.
STANDSTILLS = {"Impasse"}
CLIMATE_ACCORD = "klimaatakkoord"


def provenance(part: SourcedPart | None, *, source: str = "", confidence: str = "", note: str = "") -> dict[str, Any]:
    """The source columns of a record, its own first."""
    return {
        "source": (part and part.source) or source,
        "source_2": (part and part.source_2) or "",
        "confidence": (part and part.confidence) or confidence,
        "note": (part and part.note) or note,
    }


def words_of(note: str | None) -> str:
    """The words of "Bron zegt: zomer 2018." (rule 3); nothing when the note says something else."""
    found = re.match(
        r"Bron zegt: (?:circa )?((?:na |eind |begin |zomer |najaar |voorjaar |winter )[\w ]+)\.", note or ""
    )
    return found[1] if found else ""


def plain_row(loader: Loader, model: Any, lookup: dict[str, Any], defaults: dict[str, Any]) -> Any:
    """A row without a source of its own (a sector, a theme): made when it is not there, else left as it is."""
    row, is_new = model.objects.get_or_create(**lookup, defaults=defaults)
    if is_new:
        loader.note_created()
    else:
        loader.note_unchanged()
    return row


def measured(value: int | float | str | None) -> dict[str, Any]:
    """A value as a number, or in the source's words when it is none."""
    if isinstance(value, str) or value is None:
        return {"value": None, "value_words": value or ""}
    return {"value": Decimal(str(value)), "value_words": ""}
