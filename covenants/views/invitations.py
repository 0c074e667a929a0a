"""Inviting somebody to act for a party, and what whoever holds the mail sees.

The secret stands in one address, which a mail scanner may fetch as often as it likes: it shows a button. Pressing it
moves the visitor to an address without the secret; the session then knows which invitation it is about by the hash of
the secret, so that logging in, a mistake in the form or another account lose nothing and tell nobody anything.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from covenants import services
from covenants.acting import choose
from covenants.forms.delegates import AcceptForm, InviteForm
from covenants.models import Delegate, DelegateRole, Invitation, Party
from covenants.services import InvitationGone
from covenants.views.answers import form_page, posted, save_once, saved
from covenants.views.people import back_to_people, managed_party, people_page
from ser_portal import dates
from ser_portal.accounts.models import Role, User
from ser_portal.accounts.throttle import too_many
from ser_portal.accounts.views import remember_language

KEPT = "invitation"  # in the session: the hash of the secret, never the secret
SHOWN_DAYS = 30  # an invitation that ran out stays on the list this long, to be sent again


# --- Asking ----------------------------------------------------------------------------------------------------------


def _send(request: HttpRequest, invitation: Invitation, token: str) -> None:
    """Mails the secret, and says how that went. Nobody's mailbox is filled by pressing the button again and again."""
    if too_many(request, "invitation_mail", key=invitation.email):
        messages.warning(
            request,
            _("Aan %(email)s is het afgelopen uur al vaak een uitnodiging gestuurd; deze is niet verzonden. Probeer "
              "het over een uur opnieuw met ‘Opnieuw versturen’.") % {"email": invitation.email},
        )  # fmt: skip
        return
    if services.send_invitation(invitation, token=token, site=_site(request)):
        messages.success(request, _("De uitnodiging aan %(email)s is verzonden.") % {"email": invitation.email})
    else:
        messages.warning(
            request,
            _("De uitnodiging is vastgelegd, maar de e-mail aan %(email)s kon niet worden verzonden. Probeer het "
              "straks opnieuw met ‘Opnieuw versturen’.") % {"email": invitation.email},
        )  # fmt: skip


def _site(request: HttpRequest) -> str:
    return settings.PORTAL_URL or request.build_absolute_uri("/")


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask somebody by e-mail to act for the party."""
    party = managed_party(request, slug)
    user: Any = request.user
    form = InviteForm(posted(request), initial={"language": user.language})
    context: dict[str, Any] = {
        "title": _("Iemand uitnodigen"),
        "lead": _("De e-mail bevat een link waarmee deze persoon binnen zeven dagen, één keer, namens %(party)s aan de "
                  "slag kan.") % {"party": party.name},
        "submit": _("Uitnodigen"),
        "back": back_to_people(party),
    }  # fmt: skip
    if not form.is_valid():
        return form_page(request, form, **context)
    made: list[tuple[Invitation, str]] = []

    def make() -> str:
        made.append(services.invite(party, **form.values(), by=request.user))
        return people_page(party)

    answer = save_once(request, form, make, done=_("De uitnodiging is vastgelegd."), **context)
    for invitation, token in made:
        _send(request, invitation, token)
    return answer


def _invitation(party: Party, pk: int) -> Invitation:
    return get_object_or_404(Invitation.objects.select_related("party", "invited_by"), party=party, pk=pk)


@require_POST
def invitation_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The link in the mail stops working."""
    party = managed_party(request, slug)
    invitation = _invitation(party, pk)
    try:
        services.withdraw_invitation(invitation, by=request.user)
    except ValidationError as refused:
        return saved(request, " ".join(refused.messages), people_page(party), level=messages.INFO)
    return saved(request, _("De uitnodiging is ingetrokken; de link werkt niet meer."), people_page(party))


@require_POST
def invitation_renew(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Mail a new link; the old one stops working."""
    party = managed_party(request, slug)
    invitation = _invitation(party, pk)
    try:
        invitation, token = services.renew_invitation(invitation, was=request.POST.get("was", ""), by=request.user)
    except ValidationError as refused:
        return saved(request, " ".join(refused.messages), people_page(party), level=messages.INFO)
    _send(request, invitation, token)
    return redirect(people_page(party))


def invitation_lines(party: Party, manages: bool) -> list[dict[str, Any]]:
    """Who was asked and has not answered; addresses only for who manages the people."""
    since = timezone.now() - timedelta(days=SHOWN_DAYS)
    waiting = party.invitations.filter(used_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=since)
    return [
        {
            "pk": row.pk,
            "email": row.email if manages else "",
            "role": DelegateRole(row.role).short,
            "asked": timezone.localtime(row.created_at),
            "until": timezone.localtime(row.expires_at),
            "expired": not row.is_open,
            "sent": timezone.localtime(row.sent_at) if row.sent_at else None,
            "stamp": services.stamp(row),
        }
        for row in waiting.order_by("-created_at", "-pk")[:100]
    ]


# --- Answering -------------------------------------------------------------------------------------------------------


def _gone(request: HttpRequest) -> HttpResponse:
    """One page for unknown, expired, withdrawn and used."""
    return _kept_private(render(request, "covenants/invitation_gone.html", status=404))


def _kept_private(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store, private"
    return response


def _throttled(request: HttpRequest, token_hash: str) -> HttpResponse | None:
    if too_many(request, "invitation", key=token_hash):
        return _kept_private(render(request, "429.html", status=429))
    return None


@login_not_required
@never_cache
@csrf_exempt  # under no-referrer a browser sends no origin to check; see `_pressed_here`
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The address in the mail. Fetching it shows a button; pressing that goes on to an address without the secret."""
    token_hash = services.hash_of(token)
    if request.method == "POST" and (refused := _throttled(request, token_hash)):
        return refused
    found = services.usable(token_hash)
    if found is None:
        mine = _used_by(request, token_hash)
        return _kept_private(redirect("start")) if mine else _gone(request)
    if request.method == "POST" and _pressed_here(request):
        request.session[KEPT] = token_hash
        onward = HttpResponseRedirect(reverse("covenants:invitation_accept"))
        if not _chose_language(request):
            remember_language(onward, found.language)
        return _kept_private(onward)
    with translation.override(translation.get_language() if _chose_language(request) else found.language):
        return _kept_private(render(request, "covenants/invitation.html", {"invitation": found, **_words(found)}))


def _pressed_here(request: HttpRequest) -> bool:
    """Whether the button was on a page of this portal, as every browser of today says: somebody else's page that posts
    an invitation of its own would sign a visitor out. Without a word about it, the secret is all that was needed."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")


def _chose_language(request: HttpRequest) -> bool:
    """Whether this visitor chose a language before; the mail's own goes for who did not."""
    return request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) in dict(settings.LANGUAGES)


def _used_by(request: HttpRequest, token_hash: str) -> bool:
    """Whether the person who is signed in used it before: pressing twice is no mistake."""
    user = request.user
    return user.is_authenticated and Invitation.objects.filter(token_hash=token_hash, used_by=user).exists()


def _words(found: Invitation) -> dict[str, Any]:
    return {
        "party": found.party,
        "inviter": found.invited_by.name,
        "role": found.get_role_display(),
        "until": timezone.localtime(found.expires_at),
        "from_day": dates.render(dates.ImpreciseDate.on(found.began_on))
        if found.began_on > timezone.localdate()
        else "",
    }


def _situation(request: HttpRequest, found: Invitation) -> str:
    """What whoever came with this invitation has to do: `accept`, `new`, `login`, `somebody_else` or `other_role`."""
    user = request.user
    if user.is_authenticated and user.email.lower() != found.email.lower():
        return "somebody_else"
    account = user if user.is_authenticated else User.objects.filter(email__iexact=found.email).first()
    if account is None:
        return "new"
    if account.role != Role.DELEGATE or not account.is_active:
        return "other_role"
    return "accept" if user.is_authenticated else "login"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest) -> HttpResponse:
    """Accept the invitation this session came with: with one's account, or by making one."""
    token_hash = request.session.get(KEPT, "")
    if request.method == "POST" and (refused := _throttled(request, token_hash or "none")):
        return refused
    found = services.usable(token_hash)
    if found is None:
        return redirect("start") if token_hash and _used_by(request, token_hash) else _gone(request)
    situation = _situation(request, found)
    if request.method == "POST" and situation == "somebody_else" and "logout" in request.POST:
        logout(request)
        request.session[KEPT] = token_hash
        return redirect("covenants:invitation_accept")
    form = AcceptForm(posted(request), email=found.email) if situation == "new" else None
    error = ""
    if request.method == "POST" and (situation == "accept" or (form is not None and form.is_valid())):
        try:
            return _accepted(request, found, form)
        except InvitationGone:
            return _gone(request)
        except ValidationError as refused_by:
            error = " ".join(refused_by.messages)
    status = 200
    if situation == "other_role" or (request.method == "POST" and situation in ("login", "somebody_else")):
        status = 403
    elif error or (form is not None and form.errors):
        status = 422
    context = {"invitation": found, "situation": situation, "form": form, "error": error, **_words(found)}
    response = render(request, "covenants/invitation_accept.html", context, status=status)
    response["Cache-Control"] = "no-store, private"
    return response


def _accepted(request: HttpRequest, found: Invitation, form: AcceptForm | None) -> HttpResponse:
    """Accepts, signs a new person in, and goes on acting for the party. Raises what the service raises."""
    if form is None:
        delegate: Delegate = services.accept_invitation(found.token_hash, user=request.user)
    else:
        delegate = services.accept_invitation(
            found.token_hash, name=form.cleaned_data["name"], password=form.cleaned_data["password1"]
        )
        login(request, delegate.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.pop(KEPT, None)
    services.tell_coordinators(delegate, site=_site(request))
    language = delegate.user.language
    with translation.override(language):
        if delegate.began_on > timezone.localdate():
            day = dates.render(dates.ImpreciseDate.on(delegate.began_on))
            sentence = _("U kunt vanaf %(day)s namens %(party)s handelen.")
            messages.success(request, sentence % {"day": day, "party": delegate.party.name})
        else:
            choose(request, delegate.party)
            messages.success(request, _("U handelt nu namens %(party)s.") % {"party": delegate.party.name})
    response = redirect("start")
    if form is not None:
        remember_language(response, language)
    return response
