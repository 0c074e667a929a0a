"""Who acts for a party: the people, their roles, ending, handing over, and for which party somebody acts now."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from covenants import permissions, services
from covenants.acting import acting, choose
from covenants.forms.delegates import ActingForm, EndForm, OwnerForm, RoleForm
from covenants.models import Delegate, DelegateRole, Party, ReportingSlot, SlotState, kept_agreements
from covenants.services import Conflict
from covenants.views.answers import form_page, person, posted, saved
from covenants.views.invitations import invitation_lines
from covenants.views.people import back_to_people, known_party, managed_party, onward
from ser_portal import dates
from ser_portal.web import Page, render_page, require
from ser_portal.words import words

OPEN = (SlotState.SILENT, SlotState.RETURNED)
LONGEST_ADDRESS = 1000
MOST_SLOTS = 200  # chosen for one by one; the rest follows the choice for all


@require_GET
def delegates(request: HttpRequest, slug: str) -> HttpResponse:
    """Who acts for this party and since when, who did, who was asked, and who looks after which open work."""
    party = known_party(request, slug)
    require(
        permissions.may_see_people(request.user, party),
        _("Alleen wie namens deze partij handelt en de procesbegeleiders van haar akkoorden zien dit."),
    )
    manages = permissions.may_manage_people(request.user, party)
    today = timezone.localdate()
    work = ReportingSlot.objects.inside(request.user).standing().filter(party=party, state__in=OPEN)
    counts = dict(work.order_by().values_list("owner").annotate(n=Count("pk")))
    rows = list(party.delegates.select_related("user").order_by("-began_on", "-pk")[:500])
    now = [row for row in rows if row.revoked_at is None and (row.ended_on is None or row.ended_on >= today)]
    rank = {role: place for place, role in enumerate(reversed(DelegateRole.values))}
    now.sort(key=lambda row: (rank[row.role], row.user.name.lower()))
    context = {
        "party": party,
        "manages": manages,
        "people": [_line(row, manages, today, counts.get(row.user_id, 0)) for row in now],
        "past": [_line(row, manages, today, 0) for row in rows if row not in now],
        "coordinated": any(row.role == DelegateRole.COORDINATOR and row.began_on <= today for row in now),
        "unowned": counts.get(None, 0),
        "invitations": invitation_lines(party, manages),
        "work": Page(
            work.select_related("round", "commitment", "owner", "agreement").order_by("due_on", "pk"), request.GET
        ),
    }
    context["work_lines"] = _work_lines(request, context["work"].rows, party)
    return render_page(request, "covenants/delegates.html", context, fragment="people-panel")


def _line(row: Delegate, manages: bool, today: date, open_items: int) -> dict[str, Any]:
    since = dates.render(dates.ImpreciseDate.on(row.began_on))
    until = ""
    if row.revoked_at is not None:
        until = dates.render(dates.ImpreciseDate.on(timezone.localtime(row.revoked_at).date()))
    elif row.ended_on is not None:
        until = dates.render(dates.ImpreciseDate.on(row.ended_on))
    return {
        "pk": row.pk,
        "name": person(row.user),
        "email": row.user.email if manages else "",
        "role": DelegateRole(row.role).short,
        "since": since,
        "until": until,
        "coming": row.began_on > today,
        "open_items": open_items,
    }


def _work_lines(request: HttpRequest, slots: list[ReportingSlot], party: Party) -> list[dict[str, Any]]:
    """The open slots of one page, each with whether this person may hand it over: `may_hand_over`, asked at once."""
    coordinates = permissions.may_coordinate(request.user, party)
    user: Any = request.user
    kept = {row["agreement"] for row in kept_agreements(user)} if user.is_facilitator else set()
    return [
        {
            "slot": slot,
            "text": words(slot.commitment, "text"),
            "round": words(slot.round, "title"),
            "agreement": words(slot.agreement, "name"),
            "due": dates.render(dates.ImpreciseDate.on(slot.due_on)),
            "owner": person(slot.owner) if slot.owner else "",
            "may_hand_over": coordinates
            or slot.agreement_id in kept
            or (user.is_delegate and slot.owner_id in (None, user.pk)),
        }
        for slot in slots
    ]


def running_delegate(party: Party, pk: int) -> Delegate:
    """Somebody who acts for this party now or later, else 404."""
    return get_object_or_404(services.running(party).select_related("user", "party"), pk=pk)


@require_http_methods(["GET", "POST"])
def delegate_role(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Give somebody another role from today."""
    party = managed_party(request, slug)
    row = running_delegate(party, pk)
    form = RoleForm(posted(request), initial={"role": row.role})
    if form.is_valid():
        try:
            services.change_role(row, role=form.cleaned_data["role"], by=request.user)
        except ValidationError as refused:
            form.add_refusal(refused)
        else:
            return saved(request, _("De rol is gewijzigd."), onward(request, party))
    return form_page(
        request,
        form,
        title=_("Rol van %(name)s") % {"name": person(row.user)},
        lead=_("De nieuwe rol geldt vanaf vandaag. Welke rol deze persoon tot nu toe had, blijft bewaard."),
        submit=_("Wijzigen"),
        back=back_to_people(party),
    )


@require_http_methods(["GET", "POST"])
def delegate_end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Somebody leaves: at once or after a day, and who takes over what they looked after."""
    party = managed_party(request, slug)
    row = running_delegate(party, pk)
    others = [other for other in services.colleagues(party).select_related("user") if other.user_id != row.user_id]
    seen = ReportingSlot.objects.inside(request.user).filter(party=party, owner=row.user)
    slots = list(
        seen.filter(pk__in=services.unfinished().filter(party=party, owner=row.user).values("pk"))
        .select_related("commitment", "round", "agreement")
        .order_by("due_on", "pk")[: MOST_SLOTS + 1]
    )
    shown = slots[:MOST_SLOTS]
    form = EndForm(
        posted(request),
        colleagues=others,
        slots=[(slot.pk, words(slot.commitment, "text")[:200]) for slot in shown],
    )
    if form.is_valid():
        try:
            services.end_delegation(row, **form.values(), by=request.user)
        except ValidationError as refused:
            form.add_refusal(refused)
        else:
            return saved(request, _ended(row, form.values()["last_day"]), onward(request, party))
    context = {
        "form": form,
        "title": _("Beëindigen: %(name)s") % {"name": person(row.user)},
        "party": party,
        "back": back_to_people(party),
        "themselves": row.user_id == request.user.pk,
        "more": len(slots) > MOST_SLOTS,
        "lines": [
            {
                "field": form[f"slot_{slot.pk}"],
                "text": words(slot.commitment, "text"),
                "round": words(slot.round, "title"),
                "agreement": words(slot.agreement, "name"),
                "due": dates.render(dates.ImpreciseDate.on(slot.due_on)),
                "state": slot.get_state_display(),
            }
            for slot in shown
        ],
    }
    status = 422 if form.errors else 200
    return render_page(request, "covenants/delegate_end.html", context, fragment="end-panel", status=status)


def _ended(row: Delegate, last_day: date | None) -> str:
    if last_day is None:
        return _("%(name)s handelt niet meer namens %(party)s.") % {"name": person(row.user), "party": row.party.name}
    day = dates.render(dates.ImpreciseDate.on(last_day))
    return _("%(name)s handelt tot en met %(day)s namens %(party)s.") % {
        "name": person(row.user), "day": day, "party": row.party.name,
    }  # fmt: skip


@require_http_methods(["GET", "POST"])
def slot_owner(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand one slot to a colleague."""
    slot = get_object_or_404(
        ReportingSlot.objects.visible_to(request.user).select_related(
            "party", "agreement", "commitment", "round", "owner"
        ),
        pk=pk,
    )
    require(
        permissions.may_hand_over(request.user, slot),
        _("Alleen wie dit oppakt, de coördinator van de partij en de procesbegeleiders van het akkoord kunnen dit."),
    )
    others = [row for row in services.colleagues(slot.party).select_related("user") if row.user_id != slot.owner_id]
    form = OwnerForm(posted(request), colleagues=others, initial={"was": slot.owner_id})
    if form.is_valid():
        try:
            services.hand_over(slot, to=form.cleaned_data["to"], was=form.cleaned_data["was"], by=request.user)
        except Conflict as conflict:
            slot.refresh_from_db(fields=["owner"])
            typed = {"to": str(form.cleaned_data["to"].pk), "was": slot.owner_id or ""}
            form = OwnerForm(typed, colleagues=others)
            form.is_valid()
            form.add_refusal(conflict)
        except ValidationError as refused:
            form.add_refusal(refused)
        else:
            name = person(form.cleaned_data["to"])
            return saved(request, _("Dit ligt nu bij %(name)s.") % {"name": name}, onward(request, slot.party))
    context = {
        "form": form,
        "others": others,
        "back": back_to_people(slot.party),
        "text": words(slot.commitment, "text"),
        "round": words(slot.round, "title"),
        "agreement": words(slot.agreement, "name"),
        "due": dates.render(dates.ImpreciseDate.on(slot.due_on)),
        "owner": person(slot.owner) if slot.owner else "",
    }
    status = 422 if form.errors else 200
    return render_page(request, "covenants/slot_owner.html", context, fragment="owner-panel", status=status)


@require_http_methods(["GET", "POST"])
def acting_for(request: HttpRequest) -> HttpResponse:
    """Choose for which party to act from now on; then on to where one was going."""
    user: Any = request.user
    require(user.is_delegate, _("Alleen gemachtigden handelen namens een partij."))
    now = acting(request)
    going_on = own_page(request)
    form = ActingForm(posted(request), parties=now.choices, initial={"party": str(now.party.pk) if now.party else None})
    if now.choices and form.is_valid():
        party = form.cleaned_data["party"]
        if len(now.choices) > 1:
            choose(request, party)
        return saved(request, _("U handelt nu namens %(party)s.") % {"party": party.name}, going_on)
    if request.method == "POST" and not now.choices:
        messages.info(request, _("U bent op dit moment voor geen enkele partij gemachtigd."))
    context = {"form": form, "choices": now.choices, "acting": now.party, "next": going_on}
    return render(request, "covenants/acting.html", context, status=422 if form.errors else 200)


def own_page(request: HttpRequest) -> str:
    """Where to go on, from `next`: a page of this portal, or else the start page."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if (
        asked.startswith("/")
        and len(asked) <= LONGEST_ADDRESS
        and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    ):
        return asked
    return reverse("start")
