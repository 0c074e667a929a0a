"""What the pages of rounds show, read for who may see it: numbers, rows and sentences; no HTTP, no changes."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.forms.round_filters import ROUND_STATES, STANDING, RoundFilters, counts_of, slots_in
from covenants.models import (
    Agreement,
    Commitment,
    DeadlineChange,
    Delegate,
    Party,
    ProgressDraft,
    ReportingRound,
    ReportingSlot,
    own_parties,
)
from covenants.progress_figures import silent_parties
from covenants.services import RoundPlan
from covenants.views.lists import Counted
from ser_portal import dates
from ser_portal.accounts.models import Role
from ser_portal.dates import ImpreciseDate
from ser_portal.web import Page, query_string
from ser_portal.words import words

ON_AGREEMENT_PAGE = 5
MOST_CHANGES = 50
MOST_NAMED = 60  # of what a preview lists by name


def day_words(day: date) -> str:
    return dates.render(ImpreciseDate.on(day))


def period_words(row: ReportingRound) -> str:
    """`1 januari 2025 t/m 31 december 2025`."""
    return _("%(first)s t/m %(last)s") % {"first": day_words(row.period_first), "last": day_words(row.period_last)}


# --- Lists of rounds ----------------------------------------------------------------------------------------------


def round_rows(user: Any, agreement: Agreement) -> QuerySet[ReportingRound]:
    """The rounds of an agreement this person may know of, the newest period first."""
    return ReportingRound.objects.visible_to(user).filter(agreement=agreement).order_by("-period_last", "-pk")


def round_lines(rows: Any) -> list[dict[str, Any]]:
    """Rounds as lines of a list."""
    return [
        {
            "url": row.get_absolute_url(),
            "title": words(row, "title"),
            "period": period_words(row),
            "due": day_words(row.due_on),
            "locked": day_words(timezone.localdate(row.locked_at)) if row.locked_at else "",
        }
        for row in rows
    ]


# --- The page of a round, for its secretariat ---------------------------------------------------------------------


def kept_round(reporting_round: ReportingRound, params: QueryDict, user: Any) -> dict[str, Any]:
    """Everything the secretariat sees of its round. Ask `may_keep` first: the slots are all of the round's."""
    slots = reporting_round.slots.order_by()
    commitments = list(
        Commitment.objects.filter(Exists(slots.filter(commitment=OuterRef("pk")))).order_by("pk").defer("note")
    )
    asked = RoundFilters.read(params, reporting_round=reporting_round, commitments=commitments)
    totals = {"laat": 0, **slots.aggregate(**counts_of(locked=reporting_round.is_locked))}
    silent = silent_parties(reporting_round).count()
    shown: dict[str, Any] = {
        "asked": asked,
        "totals": totals,
        "silent_parties": silent,
        "states": [
            {
                "word": word,
                "label": label,
                "number": totals[word],
                "query": query_string(params, stand=word, pagina=None) or "?",
                "current": asked.state == word,
            }
            for word, label in ROUND_STATES.items()
            if totals[word] or asked.state == word
        ],
        "all_query": query_string(params, stand=None, pagina=None) or "?",
        "choices": [(row.pk, words(row, "text")[:110]) for row in commitments],
        "changes": changes_of(reporting_round, user=user, keeps=True),
    }
    if asked.one_by_one:
        shown["slots"] = slot_page(reporting_round, asked, params)
    else:
        shown["parties"] = party_page(reporting_round, asked, params)
    return shown


@dataclass(frozen=True)
class PartyLine:
    """One party in a round: how many of its slots stand where, and whether anybody can act for it."""

    name: str
    slug: str
    query: str
    delegates: int
    counts: dict[str, int]
    due: str
    extended: bool
    silent_since: str  # only of a party that sent nothing at all


def party_page(reporting_round: ReportingRound, asked: RoundFilters, params: QueryDict) -> Page:
    """A page of parties by name, with their counts: four queries, however many slots there are."""
    of_party = reporting_round.slots.order_by().filter(party=OuterRef("pk"))
    locked = reporting_round.is_locked
    what = slots_in(asked.state, locked=locked) if asked.state else Q()
    page = Page(Party.objects.filter(Exists(of_party.filter(what))).only("name", "slug").order_by("name", "pk"), params)
    keys = [party.pk for party in page.rows]
    counted: dict[int, Any] = {
        row["party"]: row
        for row in reporting_round.slots.order_by()
        .filter(party__in=keys)
        .values("party")
        .annotate(
            **counts_of(locked=locked),
            due=Max("due_on", filter=STANDING),
            own_date=Count("pk", filter=STANDING & Q(extended=True)),
            since=Min("state_since", filter=STANDING),
        )
    }
    acting = dict(
        Delegate.objects.current()
        .filter(party__in=keys, user__is_active=True, user__role=Role.DELEGATE)
        .order_by()
        .values_list("party")
        .annotate(number=Count("user", distinct=True))
    )
    page.rows = [_party_line(party, counted[party.pk], acting.get(party.pk, 0), params) for party in page.rows]
    return page


def _party_line(party: Party, row: dict[str, Any], delegates: int, params: QueryDict) -> PartyLine:
    silent = row["asked"] > 0 and row["stil"] == row["asked"]
    return PartyLine(
        name=party.name,
        slug=party.slug,
        query=query_string(params, partij=party.slug, pagina=None),
        delegates=delegates,
        counts={word: row.get(word, 0) for word in (*ROUND_STATES, "asked")},
        due=day_words(row["due"]) if row["due"] else "",
        extended=bool(row["own_date"]),
        silent_since=day_words(timezone.localdate(row["since"])) if silent else "",
    )


@dataclass(frozen=True)
class SlotLine:
    """One slot in a list."""

    url: str
    pk: int
    party: str
    commitment: str
    state: str  # a state, `late` or `withdrawn`
    label: str
    since: str
    due: str
    extended: bool
    uncertain: bool
    reason: str  # why it was withdrawn
    owner: str
    draft: bool = False


def _state_of(slot: ReportingSlot) -> tuple[str, str]:
    """How a slot looks: withdrawn before all, then what came late, then its state."""
    if slot.withdrawn_at is not None:
        return "withdrawn", str(ROUND_STATES["vervallen"])
    if slot.current is not None and slot.current.late:
        return "late", _("te laat ontvangen, %(state)s") % {"state": slot.get_state_display()}
    return slot.state, str(slot.get_state_display())


def slot_lines(rows: Any, *, drafts: set[int] | None = None) -> list[SlotLine]:
    """Slots (with party, commitment, current and owner fetched) as lines."""
    lines = []
    for slot in rows:
        state, label = _state_of(slot)
        since = slot.withdrawn_at or slot.state_since
        lines.append(
            SlotLine(
                url=slot.get_absolute_url(),
                pk=slot.pk,
                party=slot.party.name,
                commitment=words(slot.commitment, "text"),
                state=state,
                label=label,
                since=day_words(timezone.localdate(since)),
                due=day_words(slot.due_on),
                extended=slot.extended,
                uncertain=slot.uncertain,
                reason=slot.withdrawn_reason,
                owner=slot.owner.name if slot.owner else "",
                draft=slot.pk in (drafts or set()),
            )
        )
    return lines


SHOWN_OF_A_SLOT = (
    "party__name", "commitment__text_nl", "commitment__text_en", "state", "state_since", "due_on", "extended",
    "uncertain", "withdrawn_at", "withdrawn_reason", "current__late", "owner__name",
)  # fmt: skip


def slot_page(reporting_round: ReportingRound, asked: RoundFilters, params: QueryDict) -> Page:
    """The slots of one party or about one commitment, page by page."""
    rows = ReportingSlot.objects.filter(round=reporting_round)
    if asked.party is not None:
        rows = rows.filter(party=asked.party)
    if asked.commitment is not None:
        rows = rows.filter(commitment=asked.commitment)
    if asked.state:
        rows = rows.filter(slots_in(asked.state, locked=reporting_round.is_locked))
    rows = rows.select_related("party", "commitment", "current", "owner").only(*SHOWN_OF_A_SLOT)
    page = Page(Counted(rows.order_by("party__name", "party", "pk"), rows.count()), params)
    page.rows = slot_lines(page.rows)
    return page


def changes_of(reporting_round: ReportingRound, *, user: Any, keeps: bool) -> list[dict[str, Any]]:
    """How the deadline moved and why: for everybody, and of single parties only who may know of them."""
    rows = DeadlineChange.objects.filter(round=reporting_round)
    if not keeps:
        rows = rows.filter(Q(party__isnull=True) | Q(party__in=own_parties(user)))
    return [
        {
            "at": day_words(timezone.localdate(row.at)),
            "party": row.party.name if row.party else "",
            "before": day_words(row.before),
            "after": day_words(row.after),
            "reason": row.reason,
            "by": row.by.name or row.by.get_role_display(),
        }
        for row in rows.select_related("party", "by").order_by("-at", "-pk")[:MOST_CHANGES]
    ]


# --- The page of a round, for a party -----------------------------------------------------------------------------


def own_round(reporting_round: ReportingRound, params: QueryDict, user: Any) -> dict[str, Any]:
    """What the parties of this person owe in the round; nothing of anybody else."""
    slots = ReportingSlot.objects.owed_by(user).filter(round=reporting_round)
    rows = slots.select_related("party", "commitment", "current", "owner").only(*SHOWN_OF_A_SLOT)
    page = Page(rows.order_by("party__name", "party", "due_on", "pk"), params)
    written = ProgressDraft.objects.visible_to(user).filter(slot__in=[slot.pk for slot in page.rows])
    drafts = set(written.values_list("slot", flat=True))
    parties = {slot.party_id for slot in page.rows}
    page.rows = slot_lines(page.rows, drafts=drafts)
    return {
        "own": page,
        "own_parties": len(parties),
        "changes": changes_of(reporting_round, user=user, keeps=False),
    }


# --- The preview of who gets what ---------------------------------------------------------------------------------


def plan_shown(plan: RoundPlan, number: str | None, *, numbers: dict[int, int]) -> dict[str, Any]:
    """A plan as a page shows it: counts, what needs attention by name, and a page of parties.

    `numbers` are the numbers of the commitments on the form. Parties that need attention come first.
    """
    uncertain = plan.uncertain
    nobody = plan.without_delegate
    no_carrier = plan.without_carrier
    lines = [
        {
            "name": party.name,
            "numbers": ranges([numbers.get(slot.commitment_id, 0) for slot in slots]),
            "count": len(slots),
            "delegates": any(slot.owner_id for slot in slots),
            "uncertain": list(dict.fromkeys(slot.why for slot in slots if slot.uncertain)),
        }
        for party, slots in plan.by_party()
    ]
    lines.sort(key=lambda line: (bool(line["delegates"]), not line["uncertain"]))
    chosen = QueryDict(mutable=True)
    chosen["pagina"] = number or "1"
    return {
        "plan": plan,
        "numbers_of": {"slots": len(plan.slots), "parties": len(lines), "uncertain": len(uncertain)},
        "page": Page(lines, chosen),
        "uncertain_parties": len({slot.party_id for slot in uncertain}),
        "nobody": [party.name for party in nobody[:MOST_NAMED]],
        "nobody_count": len(nobody),
        "no_carrier": [
            {
                "number": numbers.get(row.pk),
                "text": words(row, "text"),
                "carrier": row.carrier,
                "url": row.get_absolute_url(),
            }
            for row in no_carrier[:MOST_NAMED]
        ],
        "no_carrier_count": len(no_carrier),
        "overlapping": [
            {
                "title": words(row, "title"),
                "period": period_words(row),
                "url": row.get_absolute_url(),
            }
            for row in plan.overlapping
        ],
    }


def ranges(numbers: list[int]) -> str:
    """`1–4, 7, 9–12`: many numbers in little room."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][-1] + 1:
            found[-1] = [found[-1][0], number]
        else:
            found.append([number])
    return ", ".join("–".join(str(edge) for edge in run) for run in found)
