"""What the secretariat does with a round: open it, move its deadline, add to it, withdraw from it, lock it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from covenants import permissions, services
from covenants.forms.base import VersionedForm
from covenants.forms.round_filters import party_of_round
from covenants.forms.rounds import (
    MOST_COMMITMENTS,
    AddSlotsForm,
    CarryForm,
    ExtendForm,
    LockForm,
    NewRoundForm,
    WithdrawPartyForm,
    WithdrawSlotForm,
    commitment_choices,
    usual_periods,
)
from covenants.models import ReportingRound, ReportingSlot
from covenants.services import Conflict
from covenants.views import rounds_shown
from covenants.views.answers import Collision, collision, kept_agreement, posted, save_version, saved
from covenants.views.once import once
from covenants.views.rounds import seen_round
from ser_portal.web import render_page, require
from ser_portal.words import words

MOST_ROUNDS = 50


# --- Opening ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def round_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Two steps on one page: fill in and look at who gets what, then open. Until then nothing is saved."""
    agreement = kept_agreement(request, slug)
    choices = commitment_choices(agreement, request.user)
    known = list(rounds_shown.round_rows(request.user, agreement)[:MOST_ROUNDS])
    periods = usual_periods(timezone.localdate(), agreement.ledger)
    offered: dict[str, Any] = {"commitments": choices, "rounds": known}
    context: dict[str, Any] = {"agreement": agreement, "periods": periods, "choices_count": len(choices)}
    context["too_many"] = len(choices) >= MOST_COMMITMENTS

    period = next((row for row in periods if row.key == request.POST.get("periode")), None)
    if period is not None:
        form = NewRoundForm(initial=NewRoundForm.typed(request.POST, period), **offered)
        return _new_page(request, form, **context)
    suggested = {"previous": known[0].pk} if known else {}
    form = NewRoundForm(posted(request), initial=suggested, **offered)
    if not form.is_valid():
        return _new_page(request, form, **context)

    values = form.values()
    values["previous"] = next((row for row in known if row.pk == values.pop("previous", None)), None)
    numbers = {pk: place for place, (pk, _label) in enumerate(choices, start=1)}
    seen = request.POST.get("seen", "")[:64]
    if request.POST.get("stap") == "open" and seen:
        try:
            url, new = once(request, form.cleaned_data["once"], _opener(agreement, values, seen, request.user))
        except ValidationError as refused:
            form.add_refusal(refused)
        else:
            done = _("De ronde is geopend.") if new else _("Deze ronde was al geopend; er is niets dubbel gemaakt.")
            return saved(request, done, url, level=messages.SUCCESS if new else messages.INFO)
    try:
        if not form.errors:
            services.refuse_taken_title(agreement, values["title_nl"])
        asked = {name: values[name] for name in ("first", "last", "commitments", "previous")}
        plan = services.plan_round(agreement, **asked)
    except ValidationError as refused:
        form.add_refusal(refused)
        return _new_page(request, form, **context)
    shown = rounds_shown.plan_shown(plan, request.POST.get("pagina"), numbers=numbers)
    return _new_page(request, form, **context, preview=shown, values=values)


def _opener(agreement: Any, values: dict[str, Any], seen: str, by: Any) -> Callable[[], str]:
    def make() -> str:
        return services.open_round(agreement, **values, seen=seen, by=by).get_absolute_url()

    return make


def _new_page(request: HttpRequest, form: NewRoundForm, **context: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render_page(
        request, "covenants/round_new.html", {"form": form, **context}, fragment="round-new-panel", status=status
    )


# --- A round that is open -----------------------------------------------------------------------------------------


def kept_round(request: HttpRequest, pk: int) -> ReportingRound:
    """The round when this person keeps its agreement: 404 when it may not be known, 403 when it is another's."""
    found = seen_round(request, pk)
    require(
        permissions.may_keep(request.user, found.agreement),
        _("Alleen de procesbegeleiders van dit akkoord kunnen dit wijzigen."),
    )
    return found


def _step(request: HttpRequest, form: Any, found: ReportingRound, **context: Any) -> HttpResponse:
    """The page with one step; 422 when something has to be mended."""
    back = (found.get_absolute_url(), words(found, "title"))
    return render_page(
        request,
        "covenants/round_step.html",
        {"form": form, "round": found, "back": back, **context},
        fragment="step-panel",
        status=422 if form.errors else 200,
    )


def _named(request: HttpRequest, found: ReportingRound) -> str:
    """The party of the link somebody came by, by its name; by its address where two share a name."""
    typed = request.GET.get("partij", "").replace("\x00", "")[:200]
    party = party_of_round(found, typed)
    if party is None:
        return typed
    return party.name if party_of_round(found, party.name) == party else party.slug


def _saver(
    form: VersionedForm, found: Any, do: Callable[[], Any], again: Callable[[Any], VersionedForm], initial: Any
) -> tuple[VersionedForm, Collision | None, bool]:
    """Does it; after a conflict the form comes back with the version of now and what was typed."""

    def now() -> tuple[VersionedForm, Collision]:
        found.refresh_from_db()
        renewed = again(form.renewed(initial()))
        return renewed, collision(renewed, found, on=found)

    return save_version(form, do, now=now)


@require_http_methods(["GET", "POST"])
def round_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """A later due date for everybody or for one party, with the reason."""
    found = kept_round(request, pk)

    party = _named(request, found)

    def initial() -> dict[str, Any]:
        return {"version": found.version, "whom": "one" if party else "all", "party": party}

    def build(data: Any) -> VersionedForm:
        return ExtendForm(data, initial=initial(), reporting_round=found)

    form, clash, done = build(posted(request)), None, False
    if form.is_valid():
        given = form.cleaned_data

        def do() -> None:
            services.extend_deadline(
                found, version=given["version"], due_on=given["due_on"], reason=given["reason"], party=given["of"],
                by=request.user,
            )  # fmt: skip

        form, clash, done = _saver(form, found, do, build, initial)
    if done:
        return saved(request, _("De inleverdatum is verschoven."), found.get_absolute_url())
    points = [_("Nu is de inleverdatum %(day)s.") % {"day": rounds_shown.day_words(found.due_on)}]
    points.append(_("Wie al een latere eigen datum heeft, houdt die als u iedereen uitstel geeft."))
    return _step(
        request, form, found, title=_("Uitstel geven"), submit=_("Datum verschuiven"), points=points, collision=clash,
        locked=found.is_locked, party_options=True,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def round_lock(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the round for good, having read what stays behind."""
    found = kept_round(request, pk)
    left = services.before_lock(found)

    def initial() -> dict[str, Any]:
        return {"version": found.version}

    def build(data: Any) -> VersionedForm:
        return LockForm(data, initial=initial(), still_time=left.still_time)

    form, clash, done = build(posted(request)), None, False
    if form.is_valid():
        given = form.cleaned_data

        def do() -> None:
            services.lock_round(found, version=given["version"], early=given.get("early", False), by=request.user)

        form, clash, done = _saver(form, found, do, build, initial)
    if done:
        return saved(request, _("De ronde is gesloten."), found.get_absolute_url())
    points = [
        ngettext("Van %(n)s verplichting is niets ontvangen", "Van %(n)s verplichtingen is niets ontvangen",
                 left.silent)
        % {"n": left.silent}
        + ngettext(" (%(n)s partij stuurde helemaal niets).", " (%(n)s partijen stuurden helemaal niets).",
                   left.silent_parties)
        % {"n": left.silent_parties},
        ngettext("%(n)s inzending wacht op beoordeling; dat kan na het sluiten nog.",
                 "%(n)s inzendingen wachten op beoordeling; dat kan na het sluiten nog.", left.waiting)
        % {"n": left.waiting},
        ngettext("%(n)s inzending is teruggestuurd; de verbeterde versie komt na het sluiten te laat.",
                 "%(n)s inzendingen zijn teruggestuurd; verbeterde versies komen na het sluiten te laat.",
                 left.returned)
        % {"n": left.returned},
    ]  # fmt: skip
    if left.still_time:
        points.append(
            ngettext("%(n)s partij heeft nog tijd om in te leveren.",
                     "%(n)s partijen hebben nog tijd om in te leveren.", left.still_time)
            % {"n": left.still_time}
        )  # fmt: skip
    points.append(_("Sluiten kan niet ongedaan worden gemaakt. Wat daarna komt, staat apart als te laat ontvangen."))
    return _step(
        request, form, found, title=_("Ronde sluiten"), submit=_("Ronde voorgoed sluiten"), points=points,
        collision=clash, danger=True, locked=found.is_locked,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def round_carry(request: HttpRequest, pk: int) -> HttpResponse:
    """Put last period's approved answers ready as drafts."""
    found = kept_round(request, pk)

    def initial() -> dict[str, Any]:
        return {"version": found.version}

    def build(data: Any) -> VersionedForm:
        return CarryForm(data, initial=initial())

    form, clash, done = build(posted(request)), None, False
    if form.is_valid():
        given = form.cleaned_data

        def do() -> None:
            services.carry_forward(found, version=given["version"], by=request.user)

        form, clash, done = _saver(form, found, do, build, initial)
    if done:
        return saved(request, _("De antwoorden van de vorige ronde staan klaar als concept."), found.get_absolute_url())
    number = services.can_be_carried(found).count() if found.previous_id else 0
    points = [
        ngettext("Bij %(n)s verplichting is in de vorige ronde een antwoord goedgekeurd en nu nog niets ontvangen.",
                 "Bij %(n)s verplichtingen is in de vorige ronde een antwoord goedgekeurd en nu nog niets ontvangen.",
                 number)
        % {"n": number},
        _("Wat een partij zelf al opschreef, blijft staan. Alleen de partij ziet het concept."),
        _("Een overgenomen antwoord telt pas mee als de partij het heeft bevestigd en ingediend."),
    ]  # fmt: skip
    if found.previous is None:
        points = [_("Deze ronde heeft geen vorige ronde om antwoorden uit over te nemen.")]
    return _step(
        request, form, found, title=_("Antwoorden overnemen"), submit=_("Klaarzetten als concept"), points=points,
        collision=clash, locked=found.is_locked or found.previous is None,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def round_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask who joined later, or about commitments that were added: look first, then add."""
    found = kept_round(request, pk)
    choices = commitment_choices(found.agreement, request.user)
    asked_now = set(found.slots.order_by().values_list("commitment", flat=True).distinct())
    numbers = {pk: place for place, (pk, _label) in enumerate(choices, start=1)}

    def initial() -> dict[str, Any]:
        return {
            "version": found.version,
            "commitments": [pk for pk, _label in choices if pk in asked_now],
            "due_on": found.due_on if found.due_on >= timezone.localdate() else None,
        }

    def build(data: Any) -> VersionedForm:
        return AddSlotsForm(data, initial=initial(), commitments=choices)

    form, done = build(posted(request)), False
    chosen = initial()["commitments"]
    if form.is_bound and form.is_valid():
        given, seen = form.cleaned_data, request.POST.get("seen", "")[:64]
        chosen = given["commitments"]
        if request.POST.get("stap") == "add" and seen:

            def do() -> None:
                services.add_slots(
                    found, version=given["version"], commitments=chosen, due_on=given["due_on"], by=request.user,
                    seen=seen,
                )  # fmt: skip

            try:
                do()
                done = True
            except Conflict as conflict:
                found.refresh_from_db()
                data = request.POST.copy()
                data["version"] = str(found.version)
                form = build(data)
                form.is_valid()
                form.add_error(None, conflict)
            except ValidationError as refused:
                form.add_refusal(refused)
    if done:
        return saved(request, _("De ronde is aangevuld."), found.get_absolute_url())
    shown = None
    if not found.is_locked and chosen and not (form.is_bound and "commitments" in form.errors):
        try:
            plan = services.plan_added_slots(found, commitments=chosen)
            shown = rounds_shown.plan_shown(plan, request.POST.get("pagina"), numbers=numbers)
        except ValidationError as refused:
            if form.is_bound:
                form.add_refusal(refused)
    context = {
        "round": found, "form": form, "back": (found.get_absolute_url(), words(found, "title")), "preview": shown,
        "choices_count": len(choices), "too_many": len(choices) >= MOST_COMMITMENTS, "locked": found.is_locked,
    }  # fmt: skip
    return render_page(
        request, "covenants/round_add.html", context, fragment="round-add-panel", status=422 if form.errors else 200
    )


# --- No longer owed -----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def round_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A party owes nothing in this round any more."""
    found = kept_round(request, pk)

    party = _named(request, found)

    def initial() -> dict[str, Any]:
        return {"version": found.version, "party": party}

    def build(data: Any) -> VersionedForm:
        return WithdrawPartyForm(data, initial=initial(), reporting_round=found)

    form, clash, done = build(posted(request)), None, False
    if form.is_valid():
        given = form.cleaned_data

        def do() -> None:
            services.withdraw_party(
                found, given["party"], version=given["version"], reason=given["reason"], by=request.user
            )

        form, clash, done = _saver(form, found, do, build, initial)
    if done:
        return saved(request, _("Van deze partij wordt in deze ronde niets meer gevraagd."), found.get_absolute_url())
    points = [_("Alles wat van de partij in deze ronde werd gevraagd, vervalt. Wat zij al stuurde, blijft bewaard.")]
    return _step(
        request, form, found, title=_("Partij laten vervallen"), submit=_("Laten vervallen"), points=points,
        collision=clash, danger=True, party_options=True,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def slot_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """One commitment is no longer owed by one party."""
    rows = ReportingSlot.objects.visible_to(request.user).select_related("round", "agreement", "party", "commitment")
    slot = get_object_or_404(rows, pk=pk)
    require(
        permissions.may_keep(request.user, slot.agreement),
        _("Alleen de procesbegeleiders van dit akkoord kunnen dit wijzigen."),
    )

    def initial() -> dict[str, Any]:
        return {"version": slot.version}

    def build(data: Any) -> VersionedForm:
        return WithdrawSlotForm(data, initial=initial())

    form, clash, done = build(posted(request)), None, False
    if form.is_valid():
        given = form.cleaned_data

        def do() -> None:
            services.withdraw_slot(slot, version=given["version"], reason=given["reason"], by=request.user)

        form, clash, done = _saver(form, slot, do, build, initial)
    if done:
        return saved(request, _("De verplichting is vervallen."), slot.round.get_absolute_url())
    points = [
        _("%(party)s: %(commitment)s") % {"party": slot.party.name, "commitment": words(slot.commitment, "text")},
        _("Wat de partij al stuurde, blijft bewaard."),
    ]
    return _step(
        request, form, slot.round, title=_("Verplichting laten vervallen"), submit=_("Laten vervallen"), points=points,
        collision=clash, danger=True, over=slot.withdrawn_at is not None,
    )  # fmt: skip
