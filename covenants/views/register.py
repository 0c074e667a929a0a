"""The register of covenants on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
)  # fmt: skip
from django.db.models.functions import Coalesce, Lower
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from covenants import asof, permissions, presentation
from covenants.forms import RegisterFilters
from covenants.forms.filters import SECRETARIATS
from covenants.models import (
    Agreement,
    Participation,
    Phase,
    PhaseChange,
    PhaseState,
    Secretariat,
    SecretariatCapacity,
    Sector,
    Stall,
)
from covenants.presentation import Axis, Timeline
from covenants.views.lists import Counted, Tally
from ser_portal.figures import select_all
from ser_portal.web import Page, query_string, render_page, require, wants_fragment

KEY_FIGURES = [
    "agreements.in_implementation",
    "agreements.in_implementation_with_ser_secretariat",
    "agreements.in_negotiation",
]


@dataclass(frozen=True)
class KeyFigure:
    """A number at the top of the page, and where it is explained."""

    url: str
    title: str
    value: int
    uncertain: int


@dataclass(frozen=True)
class Row:
    """An agreement as the register shows it."""

    agreement: Agreement
    url: str
    phase: str
    phase_label: str
    stalled: bool
    may_have_moved: str
    timeline: Timeline
    secretariats: list[str]
    certain_parties: int
    possible_parties: int


@require_GET
def register(request: HttpRequest) -> HttpResponse:
    """The covenants known on the reference date, filtered by what the address asks."""
    require(permissions.may_consult(request.user))
    as_of = asof.as_of(request)
    known = Agreement.objects.visible_to(request.user).covenants().known_on(as_of.day)
    sectors = list(Sector.objects.filter(pk__in=known.values("sector")))
    asked = RegisterFilters.read(request.GET, user=request.user, sectors=sectors)

    found = matching(known, asked, as_of.day, request.user)
    tally = Tally.of(found.values_list("phase_on", "is_sample").annotate(n=Count("pk")).order_by())
    chosen = found if asked.phase is None else found.filter(phase_on=asked.phase)
    count, samples = tally.count(asked.phase), tally.samples(asked.phase)
    page = Page(Counted(_rows(chosen, asked, as_of.day, request.user), count + samples), request.GET)
    axis = _axis(known, as_of.day)

    context = {
        "as_of": as_of,
        "asked": asked,
        "secretariats": SECRETARIATS.items(),
        "figures": SimpleLazyObject(lambda: _figures(as_of, request.user)),
        "chips": _chips(request, tally, asked),
        "orders": _orders(request, asked),
        "page": page,
        "count": count,
        "samples": samples,
        "rows": [_row(agreement, axis, as_of) for agreement in page],
        "axis": axis,
        "may_register": permissions.may_register(request.user),
        "clean_query": query_string(request.GET, pagina=None),
        "without_party": request.path + query_string(request.GET, partij=None, pagina=None),
    }
    status = max(as_of.status, asked.status)
    response = render_page(request, "covenants/register.html", context, fragment="register-results", status=status)
    if wants_fragment(request):
        response["HX-Push-Url"] = request.path + query_string(request.GET)
    return response


def matching(known: Any, asked: RegisterFilters, day: date, user: Any) -> Any:
    """What answers to every filter but the phase, so that each phase can say how many it has."""
    found = known.with_phase_on(day)
    if asked.sector:
        found = found.filter(sector=asked.sector)
    if asked.secretariat:
        ser = _run_by_ser(day)
        found = found.filter(ser if asked.secretariat == "ser" else ~ser)
    if asked.party:
        taking_part = Participation.objects.visible_to(user).possible_on(day).filter(party=asked.party)
        found = found.filter(pk__in=taking_part.values("agreement"))
    if asked.text:
        by_party = (
            Participation.objects.visible_to(user)
            .possible_on(day)
            .filter(Q(party__name__icontains=asked.text) | Q(party__abbreviation__icontains=asked.text))
        )
        found = found.filter(
            Q(name_nl__icontains=asked.text)
            | Q(name_en__icontains=asked.text)
            | Q(abbreviation_nl__icontains=asked.text)
            | Q(abbreviation_en__icontains=asked.text)
            | Q(sector__name_nl__icontains=asked.text)
            | Q(sector__name_en__icontains=asked.text)
            | Q(pk__in=by_party.values("agreement"))
        )
    return found


def _run_by_ser(day: date) -> Any:
    """The SER runs the secretariat or, where nobody does yet, guides the talks: what the column shows."""
    rows = Secretariat.objects.on(day).filter(agreement=OuterRef("pk"))
    own = rows.filter(capacity=SecretariatCapacity.SECRETARIAT)
    return Q(Exists(own.filter(run_by_ser=True))) | Q(~Exists(own) & Exists(rows.filter(run_by_ser=True)))


def _parties(rows: Any) -> Coalesce:
    """How many different parties these participations of an agreement are of."""
    per_agreement = rows.filter(agreement=OuterRef("pk")).order_by().values("agreement")
    return Coalesce(
        Subquery(per_agreement.annotate(n=Count("party", distinct=True)).values("n"), output_field=IntegerField()), 0
    )


def _rows(found: Any, asked: RegisterFilters, day: date, user: Any) -> Any:
    participations = Participation.objects.all()  # of agreements that `found` limits to what this person may see
    orders: dict[str, list[Any]] = {
        "sector": [Lower("sector__name_nl")],
        "naam": [Lower("name_nl")],
        "fase": [F("sequence_of_phase")],
        "partijen": [F("certain_parties")],
    }
    ordered = [term.desc() if asked.descending else term.asc() for term in orders[asked.order]]
    return (
        found.annotate(
            is_stalled=Exists(Stall.objects.on(day).filter(agreement=OuterRef("pk"))),
            certain_parties=_parties(participations.certain_on(day)),
            possible_parties=_parties(participations.possible_on(day)),
            sequence_of_phase=_place_of_phase(),
        )
        .select_related("sector")
        .prefetch_related(
            Prefetch("phase_changes", PhaseChange.objects.current().order_by("sequence"), to_attr="current_changes"),
            Prefetch("secretariats", Secretariat.objects.on(day), to_attr="secretariats_on"),
        )
        .order_by(*ordered, Lower("sector__name_nl"), "pk")
    )


def _place_of_phase() -> Any:
    """Phases in the order in which an agreement goes through them, not that of the alphabet."""
    return Case(
        *(When(phase_on=phase, then=Value(place)) for place, phase in enumerate(Phase.values)),
        default=Value(-1),
        output_field=IntegerField(),
    )


def _axis(known: Any, day: date) -> Axis:
    """The same axis whatever is filtered, so that a row keeps its place when others go."""
    edges = (
        PhaseChange.objects.current()
        .filter(agreement__in=known.values("pk"))
        .aggregate(first=Min("possible_from"), first_certain=Min("certain_from"), last=Max("certain_from"))
    )
    firsts = [edge for edge in (edges["first"], edges["first_certain"]) if edge]
    return Axis.around(day, min(firsts, default=None), edges["last"])


def _row(agreement: Any, axis: Axis, as_of: asof.AsOf) -> Row:
    ledger = agreement.ledger
    state = PhaseState.of(ledger, as_of.day)
    return Row(
        agreement=agreement,
        url=agreement.get_absolute_url() + (f"?peildatum={as_of.query}" if as_of.query else ""),
        phase=state.phase,
        phase_label=state.label,
        stalled=agreement.is_stalled,
        may_have_moved=presentation.may_have_moved(state),
        timeline=presentation.timeline(ledger, axis, as_of.day),
        secretariats=secretariat_words(agreement.secretariats_on),
        certain_parties=agreement.certain_parties,
        possible_parties=agreement.possible_parties - agreement.certain_parties,
    )


def secretariat_words(rows: Sequence[Secretariat]) -> list[str]:
    """Who runs the secretariat; where there is none yet, who guides the talks."""
    own = [row for row in rows if row.capacity == SecretariatCapacity.SECRETARIAT]
    if own:
        return list(dict.fromkeys(row.organisation for row in own))
    guides = [
        row.organisation
        if "(" in row.organisation  # the source says in which capacity
        else _("%(name)s (begeleidt het gesprek)") % {"name": row.organisation}
        for row in rows
    ]
    return list(dict.fromkeys(guides))


def _figures(as_of: asof.AsOf, user: Any) -> list[KeyFigure]:
    """The numbers on top, read together, each with the address of its records."""
    language = get_language() or "nl"
    query = f"?peildatum={as_of.query}" if as_of.query else ""
    return [
        KeyFigure(
            url=reverse("overview:figure", args=[definition.code]) + query,
            title=definition.title(language),
            value=selection.value,
            uncertain=selection.uncertain_in_value,
        )
        for definition, selection in select_all(KEY_FIGURES, as_of.day, user)
    ]


def _chips(request: HttpRequest, tally: Tally, asked: RegisterFilters) -> list[dict[str, Any]]:
    """One chip per phase there is, and the chosen one even when it has none."""
    everything = query_string(request.GET, fase=None, pagina=None) or "?"
    total = tally.count()
    chips = [{"label": _("Alle"), "word": "alle", "count": total, "url": everything, "current": asked.phase is None}]
    for phase in [*Phase.values, ""]:
        if tally.has(phase) or phase == asked.phase:
            word = presentation.PHASE_WORDS[phase]
            chips.append(
                {
                    "label": presentation.phase_label(phase),
                    "word": word,
                    "count": tally.count(phase),
                    "url": query_string(request.GET, fase=word, pagina=None),
                    "current": phase == asked.phase,
                }
            )
    return chips


def _orders(request: HttpRequest, asked: RegisterFilters) -> dict[str, dict[str, str]]:
    """For each column that sorts: where pressing it leads, and how it is sorted now."""
    labels = {"sector": _("sector"), "naam": _("naam"), "fase": _("Fase").lower(), "partijen": _("partijen")}
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
