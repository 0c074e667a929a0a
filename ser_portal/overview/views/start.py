"""The start page: for each role what needs this person, oldest first."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from covenants import asof, worklists
from covenants.acting import acting
from covenants.models import (
    Agreement,
    Delegate,
    FacilitatorAssignment,
    Participation,
    Phase,
    PhaseChange,
    PhaseState,
    Stall,
)
from covenants.permissions import may_consult
from ser_portal.dates import ImpreciseDate, month_end
from ser_portal.dates import render as written
from ser_portal.figures import select_all

REQUIRED_FIGURES = [
    "agreements.in_implementation",
    "agreements.in_implementation_with_ser_secretariat",
    "agreements.in_negotiation",
]
MOST_WAITING = 5  # the queue has the rest
MOST_ROWS = 100  # of one person's own agreements or participations; the register has the rest
SOMEDAY = date.max


@dataclass(frozen=True)
class OwnAgreement:
    """One agreement of a facilitator and why it stands where it stands in the list."""

    agreement: Agreement
    url: str
    state: PhaseState
    since: str
    stalled: str = ""
    uncertain: str = ""
    overdue: str = ""
    order: tuple[int, date] = field(default=(3, SOMEDAY))

    @property
    def needs_me(self) -> bool:
        return self.order[0] < 3


@dataclass(frozen=True)
class Number:
    """A figure as a door to the records behind it."""

    value: int
    label: str
    note: str
    url: str


def later_by_months(day: date, months: int) -> date:
    """The same day some months on, or the last day of that month where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    end = month_end(day.year + year, month + 1)
    return end.replace(day=min(day.day, end.day))


def intended_end(agreement: Agreement, ledger: list[PhaseChange], day: date) -> tuple[date, ImpreciseDate] | None:
    """When the intended duration is certainly over, counted from the start of implementation, and that start.

    None when no duration was agreed or the agreement is not in implementation. A start known only to a period counts
    from its last day: nothing is called late that may not be.
    """
    if not agreement.intended_duration_months:
        return None
    state = PhaseState.of(ledger, day)
    if state.change is None or state.phase != Phase.IMPLEMENTATION or state.change.certain_from is None:
        return None
    entered = next(change for change in reversed(ledger) if change.sequence <= state.change.sequence
                   and change.to_phase == Phase.IMPLEMENTATION and _is_entry(ledger, change))  # fmt: skip
    if entered.certain_from is None:
        return None
    return later_by_months(entered.certain_from, agreement.intended_duration_months), entered.effective_on


def _is_entry(ledger: list[PhaseChange], change: PhaseChange) -> bool:
    """Whether the change entered its phase, rather than being a step within it."""
    before = [other for other in ledger if other.sequence < change.sequence]
    return not before or before[-1].to_phase != change.to_phase


def entered(change: PhaseChange) -> str:
    """Since when the phase holds, in words that also fit a date between two days."""
    if change.ends:
        return _("einde: %(when)s") % {"when": written(change.effective_on)}
    return since(change.effective_on)


def since(when: ImpreciseDate) -> str:
    """From when something holds: no "sinds tussen …"."""
    words = {"when": written(when)}
    first, last = when.earliest, when.latest
    whole = first and last and first.day == 1 and last == month_end(last.year, last.month)  # a month, a quarter, a year
    if when.words or when.is_exact or whole:
        return _("sinds %(when)s") % words
    return _("ingegaan: %(when)s") % words


def own_agreements(user: Any, day: date) -> list[OwnAgreement]:
    """A facilitator's agreements on `day`: stalled, uncertain, overdue, going on, over; each oldest first.

    Three queries however many there are.
    """
    assigned = FacilitatorAssignment.objects.current().filter(user=user).values("agreement")
    agreements = (
        Agreement.objects.visible_to(user)
        .filter(pk__in=assigned)
        .select_related("sector")
        .prefetch_related(
            Prefetch(
                "phase_changes",
                queryset=PhaseChange.objects.current().order_by("sequence"),
                to_attr="current_changes",
            ),
            Prefetch("stalls", queryset=Stall.objects.on(day).order_by("began_earliest"), to_attr="stalls_on_day"),
        )
        .order_by("sector__name_nl", "pk")[:MOST_ROWS]
    )
    return sorted((_own(agreement, day) for agreement in agreements), key=lambda own: own.order)


def _own(agreement: Agreement, day: date) -> OwnAgreement:
    ledger = agreement.ledger
    state = PhaseState.of(ledger, day)
    since = entered(state.change) if state.change else ""
    stalled = uncertain = overdue = ""
    over = state.change is not None and state.change.ends
    order = (4 if over else 3, (state.change and state.change.certain_from) or SOMEDAY)
    stalls: list[Stall] = agreement.stalls_on_day  # type: ignore[attr-defined]
    end = intended_end(agreement, ledger, day)
    if end and end[0] < day:
        overdue = _("De beoogde looptijd van %(months)s maanden vanaf %(start)s is voorbij.") % {
            "months": agreement.intended_duration_months,
            "start": written(end[1]),
        }
        order = (2, end[0])
    if state.uncertain:
        step = state.uncertain[0]
        uncertain = _("Misschien al %(phase)s: %(when)s.") % {
            "phase": step.get_to_phase_display().lower(),
            "when": written(step.effective_on),
        }
        order = (1, step.possible_from or date.min)
    if stalls:
        stalled = _("Stilgevallen: %(when)s.") % {"when": written(stalls[0].began)}
        order = (0, stalls[0].began.latest or date.min)
    return OwnAgreement(
        agreement, agreement.get_absolute_url(), state, since,
        stalled=stalled, uncertain=uncertain, overdue=overdue, order=order,
    )  # fmt: skip


def numbers(day: date, query: str, viewer: Any) -> list[Number]:
    """The three required figures on `day`, each with the address of its records."""
    language = get_language() or "nl"
    found = []
    for definition, selection in select_all(REQUIRED_FIGURES, day, viewer):
        unsure = selection.uncertain_in_value
        note = ngettext("waarvan %(count)s onzeker", "waarvan %(count)s onzeker", unsure) % {"count": unsure}
        url = reverse("overview:figure", args=[definition.code]) + (f"?peildatum={query}" if query else "")
        found.append(Number(selection.value, definition.title(language), note if unsure else "", url))
    return found


@dataclass(frozen=True)
class OwnParticipation:
    """What a delegate's party takes part in, and whether that is certain on the day."""

    participation: Participation
    url: str
    began: str
    ended: str
    uncertain: bool


def own_participations(user: Any, day: date) -> tuple[list[Any], list[OwnParticipation]]:
    """The parties this delegate acts for, and their participations on `day`; two queries."""
    parties = [
        row.party
        for row in Delegate.objects.current().filter(user=user).select_related("party").order_by("party__name")
    ]
    rows = (
        Participation.objects.visible_to(user)
        .filter(party__in=[party.pk for party in parties])
        .possible_on(day)
        .select_related("agreement__sector", "party")
        .order_by("began_earliest", "pk")[:MOST_ROWS]
    )
    return parties, [
        OwnParticipation(
            row,
            row.agreement.get_absolute_url(),
            since(row.began) if row.began.is_known else "",
            written(row.ended) if row.ended.is_known else "",
            row.uncertain_on(day),
        )
        for row in rows
    ]


def _secretariat_work(user: Any) -> dict[str, Any]:
    """What waits for a facilitator: what was sent, longest first, and the rounds that are open."""
    waiting = worklists.waiting_for(user)
    total, more = worklists.counted(waiting)
    return {
        "to_review": worklists.oldest_waiting(worklists.with_what_is_read(waiting)[:MOST_WAITING]) if total else [],
        "to_review_total": total,
        "to_review_more": more,
        "rounds": worklists.open_rounds(user),
    }


def _party_work(request: HttpRequest) -> dict[str, Any]:
    """What the party of this session owes, or how much each party owes while none is chosen."""
    here = acting(request)
    if here.party is not None:
        return {"acting": here, "owed": worklists.owed(request.user, here.party)}
    counts = worklists.owed_counts(here.choices) if here.has_to_choose else {}
    return {"acting": here, "choices": [(party, counts.get(party.pk, 0)) for party in here.choices]}


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What needs this person today, or on the day in the address."""
    user: Any = request.user
    if not may_consult(user):
        return render(request, "start/start.html", {})
    as_of = asof.as_of(request)
    context: dict[str, Any] = {"as_of": as_of, "today": timezone.localdate()}
    now = not as_of.query  # a day that was asked for is about the register; what to do is about today
    if user.is_facilitator:
        rows = own_agreements(user, as_of.day)
        context |= {
            "waiting": [row for row in rows if row.needs_me],
            "going": [row for row in rows if not row.needs_me],
        }
        context |= _secretariat_work(user) if now else {}
    elif user.is_delegate:
        context["parties"], context["participations"] = own_participations(user, as_of.day)
        context |= _party_work(request) if now else {}
    else:
        context["numbers"] = numbers(as_of.day, as_of.query, user)
    return render(request, "start/start.html", context, status=as_of.status)
