"""The parties, and what each takes part in."""

from datetime import date
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from covenants import asof, permissions
from covenants.forms import PartyFilters
from covenants.forms.filters import PARTY_TYPE_WORDS
from covenants.models import (
    Agreement,
    Commitment,
    Participation,
    Party,
    PartyMembership,
    PartyType,
    PhaseChange,
    PhaseState,
)
from covenants.services import carried_by
from covenants.views.agreements import since, type_headings
from covenants.views.commitments import COLUMNS, Row, list_rows
from covenants.views.lists import Counted, Tally
from ser_portal.web import Page, query_string, render_page, require, wants_fragment

SUGGESTIONS = 20


@require_GET
def parties(request: HttpRequest) -> HttpResponse:
    """The parties somebody may know of, with in how many agreements each takes part on the day."""
    require(permissions.may_consult(request.user))
    if wants_fragment(request) and request.headers.get("HX-Target") == "party-options":
        return _suggestions(request)
    as_of = asof.as_of(request)
    asked = PartyFilters.read(request.GET)
    found = Party.objects.visible_to(request.user)
    if asked.text:
        found = found.filter(Q(name__icontains=asked.text) | Q(abbreviation__icontains=asked.text))
    tally = Tally.of(found.values_list("type", "is_sample").annotate(n=Count("pk")).order_by())
    chosen = found.filter(type=asked.type) if asked.type else found
    count, samples = tally.count(asked.type or None), tally.samples(asked.type or None)

    taking_part = (
        Participation.objects.visible_to(request.user).possible_on(as_of.day).filter(party=OuterRef("pk"))
        .order_by().values("party").annotate(n=Count("agreement", distinct=True)).values("n")
    )  # fmt: skip
    if asked.order == "deelnames":  # only this order needs the number of every party, not just of those shown
        chosen = chosen.annotate(current=Coalesce(Subquery(taking_part, output_field=IntegerField()), 0))
    key: Any = {"naam": Lower("name"), "soort": F("type"), "deelnames": F("current")}[asked.order]
    ordered = chosen.order_by(key.desc() if asked.descending else key.asc(), Lower("name"), "pk")
    page = Page(Counted(ordered, count + samples), request.GET)
    if asked.order != "deelnames":
        _count_participations(page.rows, as_of.day, request.user)
    context = {
        "as_of": as_of,
        "asked": asked,
        "page": page,
        "count": count,
        "samples": samples,
        "chips": _chips(request, tally, asked),
        "orders": _orders(request, asked),
        "may_register": permissions.may_register(request.user),
    }
    status = max(as_of.status, asked.status)
    response = render_page(request, "covenants/parties.html", context, fragment="party-results", status=status)
    if wants_fragment(request):
        response["HX-Push-Url"] = request.path + query_string(request.GET)
    return response


def _count_participations(rows: list[Party], day: date, user: Any) -> None:
    """Sets `current` on each party of one page: in how many agreements it takes part on `day`. One query."""
    numbers = dict(
        Participation.objects.visible_to(user)
        .possible_on(day)
        .filter(party__in=[row.pk for row in rows])
        .order_by()
        .values("party")
        .annotate(n=Count("agreement", distinct=True))
        .values_list("party", "n")
    )
    for row in rows:
        row.current = numbers.get(row.pk, 0)  # type: ignore[attr-defined]


def _suggestions(request: HttpRequest) -> HttpResponse:
    """At most twenty names that contain what was typed so far, for a datalist."""
    typed = (request.GET.get("partij") or request.GET.get("party") or "").replace("\x00", "").strip()[:100]
    found = Party.objects.visible_to(request.user)
    names = (
        found.filter(Q(name__icontains=typed) | Q(abbreviation__icontains=typed)).order_by("name")
        .values_list("name", flat=True)[:SUGGESTIONS]
        if typed
        else []
    )  # fmt: skip
    return render(request, "covenants/_options.html", {"id": "party-options", "names": names})


def _chips(request: HttpRequest, tally: Tally, asked: PartyFilters) -> list[dict[str, Any]]:
    headings = type_headings()
    words = {value: word for word, value in PARTY_TYPE_WORDS.items()}
    everything = query_string(request.GET, soort=None, pagina=None) or "?"
    chips = [{"label": _("Alle"), "word": "alle", "count": tally.count(), "url": everything, "current": not asked.type}]
    return chips + [
        {
            "label": headings[kind],
            "word": words[kind],
            "count": tally.count(kind),
            "url": query_string(request.GET, soort=words[kind], pagina=None),
            "current": kind == asked.type,
        }
        for kind in PartyType.values
        if tally.has(kind) or kind == asked.type
    ]


def _orders(request: HttpRequest, asked: PartyFilters) -> dict[str, dict[str, str]]:
    labels = {"naam": _("naam"), "soort": _("soort"), "deelnames": _("deelnames")}
    orders = {}
    for word, label in labels.items():
        current = word == asked.order
        turned = f"-{word}" if current and not asked.descending else word
        orders[word] = {
            "label": label,
            "url": query_string(request.GET, sorteer=turned, pagina=None),
            "sort": ("descending" if asked.descending else "ascending") if current else "",
        }
    return orders


@require_GET
def party(request: HttpRequest, slug: str) -> HttpResponse:
    """One party and its participations on the day, in agreements this person may know of."""
    found = get_object_or_404(Party.objects.visible_to(request.user), slug=slug)
    as_of = asof.as_of(request)
    day = as_of.day
    rows = list(
        Participation.objects.visible_to(request.user)
        .filter(party=found)
        .select_related("agreement__sector")
        .prefetch_related(
            Prefetch(
                "agreement__phase_changes",
                PhaseChange.objects.current().order_by("sequence"),
                to_attr="current_changes",
            )
        )
        .order_by("agreement__sector__name_nl", "pk")[:500]
    )
    suffix = f"?peildatum={as_of.query}" if as_of.query else ""
    shown: list[dict[str, Any]] = [
        {
            "participation": row,
            "url": row.agreement.get_absolute_url() + suffix,
            "since": since(row),
            "state": PhaseState.of(row.agreement.ledger, day),
            "may_have_left": row.ended.is_known and row.ended.uncertain_on(day),
        }
        for row in rows
    ]
    later = [line for line in shown if _begins_after(line["participation"], day)]
    ended = [line for line in shown if _ended_before(line["participation"], day)]
    current = [line for line in shown if line not in later and line not in ended]
    promised = _promised(request, found, as_of)
    context = {
        "as_of": as_of,
        "party": found,
        "current": [line for line in current if line["participation"].began.certain_on(day)],
        "perhaps": [line for line in current if not line["participation"].began.certain_on(day)],
        "ended": ended,
        "later": later,
        "promised": promised,
        "promise_rows": _promise_rows(promised, rows, as_of),
        "may_edit": permissions.may_register(request.user),
        "may_see_people": permissions.may_see_people(request.user, found),
        **_memberships(found, day, request.user),
    }
    return render_page(request, "covenants/party.html", context, fragment="party-panel", status=as_of.status)


def _memberships(found: Party, day: date, user: Any) -> dict[str, list[dict[str, Any]]]:
    """Of which associations this party is a member on `day`, and which members it has: as far as `user` may know."""
    rows = list(
        PartyMembership.objects.visible_to(user)
        .possible_on(day)
        .filter(Q(association=found) | Q(member=found))
        .select_related("association", "member")
        .order_by("member__name", "association__name", "pk")[:500]
    )
    return {
        "members": [{"party": row.member, "row": row} for row in rows if row.association_id == found.pk],
        "member_of": [{"party": row.association, "row": row} for row in rows if row.member_id == found.pk],
    }


def _begins_after(row: Participation, day: Any) -> bool:
    return row.began.earliest is not None and row.began.earliest > day


def _ended_before(row: Participation, day: Any) -> bool:
    return row.ended.latest is not None and row.ended.latest < day


def _promised(request: HttpRequest, found: Party, as_of: asof.AsOf) -> Page:
    """The commitments this party leads, shares or carries as one of a class on the day, as far as visible."""
    seen = Commitment.objects.visible_to(request.user)
    rows = carried_by(seen, found, on=as_of.day).values_list(*COLUMNS, named=True).order_by("agreement_id", "pk")
    return Page(rows, request.GET, key="afspraken")


def _promise_rows(promised: Page, participations: list[Participation], as_of: asof.AsOf) -> list[Row]:
    """Rows for the page; agreements that the page has already are not asked for again."""
    agreements = {row.agreement_id: row.agreement for row in participations}
    missing = {row.agreement_id for row in promised} - agreements.keys()
    if missing:  # named in an agreement without taking part in it
        more = Agreement.objects.filter(pk__in=missing).select_related("sector")
        agreements |= {row.pk: row for row in more}
    return list_rows(promised.rows, agreements, as_of)
