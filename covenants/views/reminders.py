"""What was mailed to whom and what followed; and one's own deadlines in one's own calendar."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from covenants import permissions, places, services
from covenants.forms.reminders import CalendarAddressForm
from covenants.models import (
    Confirmation,
    Digest,
    DigestState,
    ProgressUpdate,
    Reminder,
    ReminderStep,
    ReportingRound,
    ReportingSlot,
)
from covenants.services import calendars, digests
from covenants.views.answers import person
from ser_portal.web import Page, query_string, render_page, require
from ser_portal.words import words

MOST_MAILS = 50
NOT_ARRIVED = "niet-aangekomen"


# --- The log of a round ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One reminder: when, to whom, about what, whether it left, and what came after it."""

    day: date
    sent_at: datetime | None
    who: str
    party: str
    about: str
    url: str
    step: str
    state: str
    delivery: str
    why: str
    message_id: str
    followed_at: datetime | None
    expects_answer: bool


@require_safe
def round_reminders(request: HttpRequest, pk: int) -> HttpResponse:
    """Every reminder of a round with its delivery and the first thing the party sent after it; for its facilitators."""
    round = get_object_or_404(ReportingRound.objects.visible_to(request.user).select_related("agreement"), pk=pk)
    require(
        permissions.may_keep(request.user, round.agreement),
        _("Alleen de procesbegeleiders van dit akkoord zien wie er is herinnerd."),
    )
    reminders = Reminder.objects.filter(slot__in=ReportingSlot.objects.visible_to(request.user).filter(round=round))
    only_not_arrived = request.GET.get("bezorging") == NOT_ARRIVED
    if only_not_arrived:
        reminders = reminders.filter(digest__state__in=[DigestState.FAILED, DigestState.UNKNOWN])
    page = Page(_with_what_followed(reminders), request.GET)
    context = {
        "round": round,
        "round_url": places.round_(round.pk),
        "page": page,
        "rows": [_row(reminder) for reminder in page],
        "chips": [
            (_("Alle"), query_string(request.GET, bezorging=None, pagina=None) or "?", not only_not_arrived),
            (
                _("Niet zeker aangekomen"),
                query_string(request.GET, bezorging=NOT_ARRIVED, pagina=None),
                only_not_arrived,
            ),
        ],
        "filtered": only_not_arrived,
    }
    return render_page(request, "covenants/reminders.html", context, fragment="reminders-panel")


def _with_what_followed(reminders: Any) -> Any:
    since = Coalesce(OuterRef("digest__sent_at"), OuterRef("created_at"))
    sent = ProgressUpdate.objects.filter(slot=OuterRef("slot"), submitted_at__gt=since).order_by("submitted_at")
    confirmed = Confirmation.objects.filter(slot=OuterRef("slot"), at__gt=since).order_by("at")
    return (
        reminders.select_related("digest", "recipient", "slot__party", "slot__commitment")
        .annotate(
            next_update=Subquery(sent.values("submitted_at")[:1]),
            next_confirmation=Subquery(confirmed.values("at")[:1]),
        )
        .order_by("-pk")
    )


def _row(reminder: Any) -> Row:
    digest = reminder.digest
    followed = [moment for moment in (reminder.next_update, reminder.next_confirmation) if moment]
    return Row(
        day=digest.day,
        sent_at=digest.sent_at,
        who=person(reminder.recipient),
        party=reminder.slot.party.name,
        about=Truncator(words(reminder.slot.commitment, "text")).chars(120),
        url=places.slot(reminder.slot_id),
        step=str(ReminderStep(reminder.step).label),
        state=digest.state,
        delivery=digest.get_state_display(),
        why=why_not(digest),
        message_id=digest.message_id if digest.state == DigestState.UNKNOWN else "",
        followed_at=min(followed) if followed else None,
        expects_answer=reminder.step != ReminderStep.DECIDED,
    )


def why_not(digest: Digest) -> str:
    """Why a mail did not leave, in a sentence; '' for one that did or still waits for its first try."""
    if digest.state == DigestState.SENT or not digest.error:
        return ""
    if digest.error.startswith(digests.REFUSED):
        return _("De mailserver kent dit adres niet. Laat het adres nakijken.")
    if digest.error == digests.NOT_ON_ITS_DAY:
        return _("Het portaal kon die dag niet mailen; wat nog geldt, gaat op een volgende werkdag mee.")
    if digest.state == DigestState.UNKNOWN:
        return _("Om dubbele berichten te voorkomen gaat dit bericht niet opnieuw uit.")
    if digest.state == DigestState.FAILED:
        return _("De mailserver nam het bericht drie keer niet aan; wat nog geldt, gaat op een volgende werkdag mee.")
    return _("De mailserver nam het bericht nog niet aan; er volgt een nieuwe poging.")


# --- One's own calendar and mails ------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """Make or renew the secret address of one's own deadlines, shown this once; and what was mailed lately."""
    require(
        permissions.may_follow_deadlines(request.user), _("Een agenda is er voor gemachtigden en procesbegeleiders.")
    )
    form = CalendarAddressForm(request.POST if request.method == "POST" else None)
    address = ""
    if request.method == "POST" and form.is_valid():
        try:
            secret = services.make_feed(key=form.cleaned_data["once"], by=request.user)
        except ValidationError as refused:
            form.add_refusal(refused)
        else:
            address = request.build_absolute_uri(reverse("covenants:calendar_feed", args=[secret]))
    context = {
        "form": form,
        "fresh": CalendarAddressForm(),  # a refused key is used up
        "address": address,
        "subscribe": "webcal://" + address.split("://", 1)[1] if address else "",
        "feed": calendars.open_feed(request.user),
        "mails": _mails(request.user),
        "most_mails": MOST_MAILS,
    }
    return render(request, "covenants/calendar.html", context, status=422 if form.errors else 200)


@require_POST
def calendar_revoke(request: HttpRequest) -> HttpResponse:
    """End the secret address."""
    require(
        permissions.may_follow_deadlines(request.user), _("Een agenda is er voor gemachtigden en procesbegeleiders.")
    )
    if services.revoke_feed(by=request.user):
        messages.success(request, _("Het adres is ingetrokken; wie het nog gebruikt, krijgt niets meer."))
    else:
        messages.info(request, _("Er was geen adres om in te trekken."))
    return redirect("covenants:calendar")


@dataclass(frozen=True)
class Mail:
    """What one mail was about, in numbers."""

    day: date
    sent_at: datetime | None
    delivery: str
    why: str
    kinds: list[tuple[int, str]]


def _mails(user: Any) -> list[Mail]:
    """The latest mails to this person; two queries."""
    latest = list(Digest.objects.filter(recipient=user).order_by("-day", "-pk")[:MOST_MAILS])
    kinds: dict[int, Counter[str]] = {digest.pk: Counter() for digest in latest}
    for digest, step in Reminder.objects.filter(digest__in=latest).values_list("digest", "step"):
        kinds[digest][step] += 1
    order = list(ReminderStep.values)
    return [
        Mail(
            day=digest.day,
            sent_at=digest.sent_at,
            delivery=digest.get_state_display(),
            why=why_not(digest),
            kinds=[
                (number, str(ReminderStep(step).label))
                for step, number in sorted(kinds[digest.pk].items(), key=lambda pair: order.index(pair[0]))
            ],
        )
        for digest in latest
    ]


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What a calendar program fetches with the secret address; unknown, revoked and no longer entitled are all 404."""
    user = calendars.reader_of(secret)
    if user is None:
        raise Http404
    content = calendars.calendar(user, base=request.build_absolute_uri("/"))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ser-portaal.ics"'
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
