"""The numbers of a round, each declared once. Their records are for the secretariat of the agreement alone.

Everybody else gets a number only from a release (`released`), and its definition always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from statistics import median_low
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from covenants import permissions
from covenants.models import Commitment, ProgressStatus, ReportingRound, UpdateState
from covenants.progress_figures.reading import RUNGS, PartyFacts, RoundFacts, SlotFacts
from ser_portal import dates
from ser_portal.dates import ImpreciseDate
from ser_portal.figures import Record, Records, Selection, figure, shared
from ser_portal.words import words

PARTIES = ("partijen", "parties")
OBLIGATIONS = ("verplichtingen", "obligations")
Pair = tuple[tuple[str, int], Callable[[], Record]]


def facts_for(reporting_round: ReportingRound, viewer: Any) -> RoundFacts:
    """What the round holds. Raises PermissionDenied for anybody but the secretariat of its agreement today."""
    if viewer is None or not permissions.may_keep(viewer, reporting_round.agreement):
        raise PermissionDenied(_("De gegevens achter dit kengetal ziet alleen het secretariaat van het akkoord."))
    return RoundFacts.of(reporting_round)


# --- Parties on the ladder ----------------------------------------------------------------------------------------


def _party(facts: RoundFacts, party: PartyFacts, *, reason: str = "", detail: str = "") -> Pair:
    url = f"{facts.round.get_absolute_url()}?partij={party.slug}" if party.pk in facts.by_party else ""
    return ("covenants.party", party.pk), lambda: Record(
        "covenants.party", party.pk, party.name, url, reason=reason, detail=detail
    )


def _ladder(rung: str, facts: RoundFacts) -> Selection:
    """Who reached a rung; left out: who reached the rung that is its whole, and not this one, with why."""
    counted = facts.reached(rung)
    inside = {party.pk for party in counted}
    whole = facts.reached(RUNGS[max(RUNGS.index(rung) - 1, 0)])
    left = [_party(facts, party, reason=_why_not(facts, party.pk)) for party in whole if party.pk not in inside]
    if rung == "members":
        left = [
            _party(facts, party, reason=_("doet mee als: %(role)s; niet gebonden") % {"role": role})
            for party, role in facts.unbound
        ]
    return Selection(Records(_party(facts, party) for party in counted), Records(left), _doubtful(facts, whole))


def _doubtful(facts: RoundFacts, parties: Iterable[PartyFacts]) -> Records:
    return Records(
        _party(facts, party, reason=party.why or _("onzekere deelname in de periode"))
        for party in parties
        if party.uncertain
    )


def _why_not(facts: RoundFacts, pk: int) -> str:
    """Why a member is not on the next rung."""
    slots, rung = facts.by_party.get(pk, []), facts.rung_of[pk]
    if rung == "members":
        withdrawn = any(slot.party == pk for slot in facts.slots)
        return (
            _("vervallen: alles wat werd gevraagd is ingetrokken") if withdrawn else _("in deze ronde niets gevraagd")
        )
    if rung == "asked":
        return _("te laat: alleen na het sluiten ontvangen") if any(slot.late for slot in slots) else _("stil")
    lacking = [slot for slot in slots if not (slot.judged if rung == "answered" else slot.compliant)]
    if rung == "answered":
        return ngettext("niet beoordeeld: %(n)s van %(all)s", "niet beoordeeld: %(n)s van %(all)s", len(lacking)) % {
            "n": len(lacking), "all": len(slots),
        }  # fmt: skip
    return _("voldoet niet of deels: %(n)s van %(all)s") % {"n": len(lacking), "all": len(slots)}


@figure(
    "round.members",
    title=("Leden", "Members"),
    definition=(
        "Partijen die ergens in de periode als ondertekenaar, stuurgroeplid of aanbestedende dienst aan het akkoord "
        "gebonden waren, de leden van brancheorganisaties die dat waren, en wie met name is gevraagd.",
        "Parties bound by the agreement at some time in the period as signatory, steering group member or contracting "
        "authority, the members of trade associations that were, and those asked by name.",
    ),
    unit=PARTIES,
    scope="round",
)
def members(reporting_round: ReportingRound, viewer: Any) -> Selection:
    return _ladder("members", facts_for(reporting_round, viewer))


@figure(
    "round.asked",
    title=("Gevraagd", "Asked"),
    definition=(
        "Leden van wie in de ronde minstens één verplichting staat die niet is vervallen.",
        "Members with at least one obligation in the round that was not withdrawn.",
    ),
    unit=PARTIES,
    scope="round",
    share_of="round.members",
)
def asked(reporting_round: ReportingRound, viewer: Any) -> Selection:
    return _ladder("asked", facts_for(reporting_round, viewer))


@figure(
    "round.answered",
    title=("Geantwoord", "Answered"),
    definition=(
        "Gevraagde partijen die over minstens één verplichting iets instuurden voordat de ronde sloot. Wat later kwam "
        "telt niet.",
        "Asked parties that sent something about at least one obligation before the round was locked. What came later "
        "does not count.",
    ),
    unit=PARTIES,
    scope="round",
    share_of="round.asked",
)
def answered(reporting_round: ReportingRound, viewer: Any) -> Selection:
    return _ladder("answered", facts_for(reporting_round, viewer))


@figure(
    "round.assessed",
    title=("Beoordeeld", "Assessed"),
    definition=(
        "Partijen van wie elke verplichting een op tijd ingediend en goedgekeurd antwoord heeft met een ander oordeel "
        "dan ‘niet beoordeeld’.",
        "Parties of which every obligation has an answer that was sent in time and approved, with a verdict other than "
        "‘not assessed’.",
    ),
    unit=PARTIES,
    scope="round",
    share_of="round.answered",
)
def assessed(reporting_round: ReportingRound, viewer: Any) -> Selection:
    return _ladder("assessed", facts_for(reporting_round, viewer))


@figure(
    "round.compliant",
    title=("Voldoet", "Compliant"),
    definition=(
        "Beoordeelde partijen waarvan elke verplichting het oordeel ‘voldoet’ heeft.",
        "Assessed parties of which every obligation has the verdict ‘compliant’.",
    ),
    unit=PARTIES,
    scope="round",
    share_of="round.assessed",
)
def compliant(reporting_round: ReportingRound, viewer: Any) -> Selection:
    return _ladder("compliant", facts_for(reporting_round, viewer))


@figure(
    "round.silent",
    title=("Stille partijen", "Silent parties"),
    definition=(
        "Gevraagde partijen die over geen enkele verplichting iets instuurden voordat de ronde sloot; zolang de ronde "
        "open is: tot nu toe.",
        "Asked parties that sent nothing about any obligation before the round was locked; while it is open: so far.",
    ),
    unit=PARTIES,
    scope="round",
    share_of="round.asked",
)
def silent(reporting_round: ReportingRound, viewer: Any) -> Selection:
    facts = facts_for(reporting_round, viewer)
    everybody = facts.reached("asked")
    quiet = [party for party in everybody if facts.rung_of[party.pk] == "asked"]
    return Selection(
        Records(_party(facts, party, detail=_why_not(facts, party.pk)) for party in quiet),
        Records(
            _party(facts, party, reason=_("stuurde op tijd iets in"))
            for party in everybody
            if facts.rung_of[party.pk] != "asked"
        ),
        _doubtful(facts, everybody),
    )


# --- Obligations --------------------------------------------------------------------------------------------------


def _texts(facts: RoundFacts) -> dict[int, str]:
    """The text of every commitment in the round, in the reader's language."""

    def read() -> dict[int, str]:
        rows = Commitment.objects.filter(pk__in={slot.commitment for slot in facts.slots})
        return {row.pk: words(row, "text") for row in rows.only("text_nl", "text_en")}

    return shared(("round texts", facts.round.pk), read)


class _Obligations:
    """Makes records of slots; the texts are read when the first sentence is written."""

    def __init__(self, facts: RoundFacts) -> None:
        self.facts, self._names = facts, {}  # type: ignore[var-annotated]

    def pair(self, slot: SlotFacts, say: Callable[[], dict[str, str]] = dict) -> Pair:
        return ("covenants.reportingslot", slot.pk), partial(self._make, slot, say)

    def _make(self, slot: SlotFacts, say: Callable[[], dict[str, str]]) -> Record:
        if not self._names:
            self._names = _texts(self.facts)
        party = self.facts.members.get(slot.party)
        name = party.name if party else _("een partij die niet meer is gevraagd")
        text = self._names.get(slot.commitment, "")
        said: dict[str, Any] = say()
        short = text if len(text) <= 120 else f"{text[:119]}…"
        return Record("covenants.reportingslot", slot.pk, f"{name}: {short}", f"/verplichtingen/{slot.pk}/", **said)


def _split(facts: RoundFacts, counts: Callable[[SlotFacts], bool], why: Callable[[SlotFacts], str]) -> Selection:
    """The standing obligations that count, the others and the withdrawn ones with a reason."""
    made = _Obligations(facts)
    counted, left, doubtful = [], [], []
    for slot in facts.slots:
        if slot.withdrawn:
            left.append(made.pair(slot, lambda: {"reason": _("vervallen")}))
            continue
        if counts(slot):
            counted.append(made.pair(slot, partial(_detail, slot, facts)))
        else:
            left.append(made.pair(slot, lambda slot=slot: {"reason": why(slot)}))  # type: ignore[misc]
        if slot.uncertain:
            doubtful.append(made.pair(slot, lambda: {"reason": _("onzekere deelname in de periode")}))
    return Selection(Records(counted), Records(left), Records(doubtful))


def _detail(slot: SlotFacts, facts: RoundFacts) -> dict[str, str]:
    last = slot.last_confirmed
    if last is None:
        return {"detail": open_because(slot)}
    return {"detail": _("%(status)s; laatst bevestigd op %(day)s (%(days)s dagen geleden)") % {
        "status": _label(slot), "day": dates.render(ImpreciseDate.on(last)), "days": (facts.today - last).days,
    }}  # fmt: skip


def _label(slot: SlotFacts) -> str:
    return str(ProgressStatus(slot.approved.status).label) if slot.approved else ""


def open_because(slot: SlotFacts) -> str:
    """Why an obligation has no approved status yet."""
    if slot.sent == UpdateState.RETURNED:
        return _("niet beoordeeld: teruggestuurd")
    if slot.sent:
        return _("niet beoordeeld: wacht op beoordeling")
    return _("te laat: alleen na het sluiten ontvangen") if slot.late else _("stil")


@figure(
    "round.obligations",
    title=("Verplichtingen", "Obligations"),
    definition=(
        "Wat in de ronde wordt gevraagd: één verplichting per partij en afspraak, zonder wat is vervallen.",
        "What is asked in the round: one obligation for each party and commitment, without those withdrawn.",
    ),
    unit=OBLIGATIONS,
    scope="round",
)
def obligations(reporting_round: ReportingRound, viewer: Any) -> Selection:
    return _split(facts_for(reporting_round, viewer), lambda slot: True, lambda slot: "")


@figure(
    "round.with_status",
    title=("Met een goedgekeurde stand", "With an approved status"),
    definition=(
        "Verplichtingen met een op tijd ingediend en goedgekeurd antwoord. Het laatste daarvan bepaalt de stand.",
        "Obligations with an answer that was sent in time and approved. The last of these decides on the status.",
    ),
    unit=OBLIGATIONS,
    scope="round",
    share_of="round.obligations",
)
def with_status(reporting_round: ReportingRound, viewer: Any) -> Selection:
    return _split(facts_for(reporting_round, viewer), lambda slot: slot.approved is not None, open_because)


def _of_status(status: str, reporting_round: ReportingRound, viewer: Any) -> Selection:
    def why(slot: SlotFacts) -> str:
        return _("andere stand: %(status)s") % {"status": _label(slot)} if slot.approved else open_because(slot)

    def counts(slot: SlotFacts) -> bool:
        return slot.approved is not None and slot.approved.status == status

    return _split(facts_for(reporting_round, viewer), counts, why)


STATUS_EN = {
    ProgressStatus.NOT_STARTED: "Not started",
    ProgressStatus.ON_COURSE: "On course",
    ProgressStatus.ATTENTION: "Needs attention",
    ProgressStatus.BEHIND: "Behind",
    ProgressStatus.DONE: "Done",
}
STATUS_NL = {
    ProgressStatus.NOT_STARTED: "Niet begonnen",
    ProgressStatus.ON_COURSE: "Op koers",
    ProgressStatus.ATTENTION: "Vraagt aandacht",
    ProgressStatus.BEHIND: "Loopt achter",
    ProgressStatus.DONE: "Klaar",
}
for _status in ProgressStatus:
    figure(
        f"round.status.{_status.value}",
        title=(f"Stand: {STATUS_NL[_status].lower()}", f"Status: {STATUS_EN[_status].lower()}"),
        definition=(
            f"Verplichtingen waarvan het laatste op tijd ingediende en goedgekeurde antwoord de stand "
            f"‘{STATUS_NL[_status].lower()}’ heeft, als deel van alle verplichtingen die niet zijn vervallen.",
            f"Obligations of which the last answer that was sent in time and approved has the status "
            f"‘{STATUS_EN[_status].lower()}’, as a share of all obligations that were not withdrawn.",
        ),
        unit=OBLIGATIONS,
        scope="round",
        share_of="round.obligations",
    )(partial(_of_status, _status.value))


@figure(
    "round.confirmed",
    title=("Recent bevestigd", "Recently confirmed"),
    definition=(
        "Verplichtingen met een goedgekeurde stand die de partij nog niet te lang geleden instuurde of bevestigde; het "
        "akkoord bepaalt na hoeveel dagen een stand verouderd is. Alleen voor het secretariaat, op de dag van vandaag.",
        "Obligations with an approved status that the party sent or confirmed not too long ago; the agreement decides "
        "after how many days a status is stale. For the secretariat only, as of today.",
    ),
    unit=OBLIGATIONS,
    scope="round",
    share_of="round.with_status",
)
def confirmed(reporting_round: ReportingRound, viewer: Any) -> Selection:
    facts = facts_for(reporting_round, viewer)
    most = reporting_round.stale_after_days

    def counts(slot: SlotFacts) -> bool:
        return slot.last_confirmed is not None and (facts.today - slot.last_confirmed).days <= most

    def why(slot: SlotFacts) -> str:
        if slot.last_confirmed is None:
            return open_because(slot)
        return _("verouderd: laatst bevestigd op %(day)s (%(days)s dagen geleden)") % {
            "day": dates.render(ImpreciseDate.on(slot.last_confirmed)),
            "days": (facts.today - slot.last_confirmed).days,
        }

    return _split(facts, counts, why)


@dataclass(frozen=True)
class Ages:
    """Days since the last confirmation, over the obligations with an approved status; None when there are none."""

    number: int
    median: int | None
    oldest: int | None


def confirmation_ages(facts: RoundFacts) -> Ages:
    """How old the approved statuses are today. The median is one that occurs (the lower of two in the middle)."""
    ages = [(facts.today - slot.last_confirmed).days for slot in facts.standing if slot.last_confirmed]
    return Ages(len(ages), median_low(ages) if ages else None, max(ages, default=None))
