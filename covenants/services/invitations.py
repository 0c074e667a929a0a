"""Asking somebody by e-mail to act for a party. The secret is in the mail and nowhere else; here is its hash."""

import hashlib
import logging
import secrets
import smtplib
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from covenants import permissions
from covenants.models import Delegate, DelegateRole, Invitation, Party
from covenants.services.conflict import Conflict
from covenants.services.delegates import hold, place, running
from ser_portal.accounts.models import Role, User
from ser_portal.audit import services as audit

logger = logging.getLogger(__name__)

MOST_OPEN = 50  # invitations of one party at a time: nobody's mailbox is filled from here


class InvitationGone(ValidationError):
    """Unknown, expired, withdrawn or used: one answer for all."""

    def __init__(self) -> None:
        super().__init__(_("Deze uitnodiging werkt niet meer."), code="gone")


def secret() -> tuple[str, str]:
    """A new secret of 256 random bits and the hash that is kept of it."""
    token = secrets.token_urlsafe(32)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    """What is kept of a secret. Plain SHA-256: 256 random bits cannot be guessed, so there is nothing to slow down."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def usable(token_hash: str) -> Invitation | None:
    """The invitation when it can be accepted now: open, its term not over, and sent by who may still invite."""
    invitation = (
        Invitation.objects.filter(token_hash=token_hash).select_related("party", "invited_by").first()
        if token_hash
        else None
    )
    if invitation is None or not invitation.is_open:
        return None
    if invitation.ended_on is not None and invitation.ended_on < timezone.localdate():
        return None
    return invitation if permissions.may_manage_people(invitation.invited_by, invitation.party) else None


@transaction.atomic
def invite(
    party: Party,
    *,
    email: str,
    role: str,
    began_on: date,
    ended_on: date | None = None,
    language: str = "nl",
    by: Any,
) -> tuple[Invitation, str]:
    """A new invitation and its secret, which the caller mails after the commit (`send_invitation`) and forgets.

    Raises ValidationError when somebody with this address already acts for the party or has an open invitation. Whether
    the address has an account is not said: that is the business of whoever reads its mail.
    """
    hold(party)
    email = email.strip().lower()
    if running(party).filter(user__email__iexact=email).exists():
        raise ValidationError({"email": _("Wie dit adres heeft, handelt al namens deze partij.")})
    waiting = Invitation.objects.filter(
        party=party, used_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=timezone.now()
    )
    if waiting.filter(email=email).exists():
        raise ValidationError(
            {"email": _("Voor dit adres staat al een uitnodiging open. Verstuur die opnieuw of trek haar eerst in.")}
        )
    if waiting.count() >= MOST_OPEN:
        raise ValidationError(
            _("Er staan al %(most)s uitnodigingen open. Trek er eerst een in, of wacht tot er een is gebruikt.")
            % {"most": MOST_OPEN}
        )
    if began_on < timezone.localdate():
        raise ValidationError({"began_on": _("De begindatum ligt in het verleden; kies vandaag of later.")})
    token, token_hash = secret()
    now = timezone.now()
    invitation = Invitation(
        party=party,
        email=email,
        role=role,
        began_on=began_on,
        ended_on=ended_on,
        language=language,
        token_hash=token_hash,
        invited_by=by,
        created_at=now,
        expires_at=now + timedelta(days=Invitation.LONGEST_DAYS),
    )
    invitation.full_clean()
    invitation.save()
    audit.record("covenants.delegate_invited", on=party, by=by, invitation=invitation.pk, role=role)
    return invitation, token


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Any) -> Invitation:
    """The link in the mail stops working. Raises ValidationError when it was used or withdrawn already."""
    invitation = _held(invitation)
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    audit.record("covenants.invitation_withdrawn", on=invitation.party, by=by, invitation=invitation.pk)
    return invitation


@transaction.atomic
def renew_invitation(invitation: Invitation, *, was: str, by: Any) -> tuple[Invitation, str]:
    """A new secret for another week; the old one stops working. `by` is the inviter from now on.

    `was` is the `stamp` that was on the screen: a second press of the button raises Conflict and mails nothing. Raises
    ValidationError when the invitation was used or withdrawn.
    """
    invitation = _held(invitation)
    if stamp(invitation) != was:
        raise Conflict(_("Deze uitnodiging is intussen al opnieuw verstuurd."))
    token, invitation.token_hash = secret()
    invitation.expires_at = timezone.now() + timedelta(days=Invitation.LONGEST_DAYS)
    invitation.sent_at, invitation.invited_by = None, by
    invitation.save(update_fields=["token_hash", "expires_at", "sent_at", "invited_by"])
    audit.record("covenants.invitation_renewed", on=invitation.party, by=by, invitation=invitation.pk)
    return invitation, token


def stamp(invitation: Invitation) -> str:
    """Which of its secrets an invitation has; says nothing about the secret itself."""
    return f"{invitation.expires_at.timestamp():.6f}"


def _held(invitation: Invitation) -> Invitation:
    """Read again under the lock. Raises ValidationError when nothing can be done with it any more."""
    hold(invitation.party)
    invitation = Invitation.objects.select_related("party").get(pk=invitation.pk)
    if invitation.used_at is not None:
        raise ValidationError(_("Deze uitnodiging is al gebruikt."))
    if invitation.withdrawn_at is not None:
        raise ValidationError(_("Deze uitnodiging is al ingetrokken."))
    return invitation


def send_invitation(invitation: Invitation, *, token: str, site: str) -> bool:
    """Mails the link; call it after the commit. Returns whether the mail server took it, and keeps that.

    `site` is where the portal is found (`https://…`). The mail holds nothing confidential: who asks, for which party,
    until when.
    """
    with translation.override(invitation.language):
        context = {
            "party": invitation.party,
            "inviter": invitation.invited_by.name,
            "role": invitation.get_role_display(),
            "link": site.rstrip("/") + reverse("covenants:invitation", args=[token]),
            "until": timezone.localtime(invitation.expires_at),
        }
        subject = " ".join(render_to_string("covenants/mail/invitation_subject.txt", context).split())
        message = EmailMultiAlternatives(
            subject,
            render_to_string("covenants/mail/invitation.txt", context),
            to=[invitation.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        message.attach_alternative(render_to_string("covenants/mail/invitation.html", context), "text/html")
    try:
        message.send()
    except (OSError, smtplib.SMTPException, UnicodeError) as failed:
        logger.warning("Uitnodiging %s is niet verzonden: %s", invitation.pk, type(failed).__name__)
        return False
    # Not when it was renewed in the meantime: then this mail holds a dead link.
    Invitation.objects.filter(pk=invitation.pk, token_hash=invitation.token_hash).update(sent_at=timezone.now())
    return True


def accept_invitation(token_hash: str, *, user: Any = None, name: str = "", password: str = "") -> Delegate:
    """Somebody who holds the mail acts for the party from now on; used once.

    `user` is who is signed in with the invited address; without one an account is made with `name` and `password`
    (already validated). Raises InvitationGone, or ValidationError when the account cannot act for a party.
    """
    hashed = "" if user is not None else make_password(password)  # slow on purpose, so before anything is locked
    with transaction.atomic():
        party = Party.objects.filter(invitations__token_hash=token_hash).first() if token_hash else None
        if party is None:
            raise InvitationGone
        hold(party)
        invitation = usable(token_hash)
        if invitation is None:
            raise InvitationGone
        new = user is None
        if user is None:
            user = _make_account(invitation, name=name, hashed=hashed)
        elif user.email.lower() != invitation.email.lower():
            raise ValidationError(_("Deze uitnodiging is voor een ander e-mailadres."))
        elif user.role != Role.DELEGATE or not user.is_active:
            raise ValidationError(_("Met dit account kunt u niet namens een partij handelen."))
        delegate = running(party).filter(user=user).first() or place(
            party,
            user=user,
            role=invitation.role,
            began_on=max(invitation.began_on, timezone.localdate()),
            ended_on=invitation.ended_on,
        )
        invitation.used_at, invitation.used_by = timezone.now(), user
        invitation.save(update_fields=["used_at", "used_by"])
        audit.record(
            "covenants.invitation_accepted",
            on=party,
            by=user,
            invitation=invitation.pk,
            delegate=delegate.pk,
            role=delegate.role,
            new_account=new,
        )
    return delegate


def _make_account(invitation: Invitation, *, name: str, hashed: str) -> User:
    """The account of a delegate. Raises ValidationError when the address has one by now."""
    taken = ValidationError(_("Bij dit e-mailadres hoort intussen een account. Log daarmee in om te aanvaarden."))
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise taken
    user = User(
        email=invitation.email,
        name=name.strip(),
        role=Role.DELEGATE,
        language=invitation.language,
        password=hashed,
    )
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:  # accepted at the same moment for another party
        raise taken from None
    return user


def tell_coordinators(delegate: Delegate, *, site: str) -> int:
    """Mails the coordinators of a party that somebody acts for it from now on, so that nobody comes in unseen.

    Call it after the commit; returns how many mails the server took. Who it is stands on the page, not in the mail; a
    mail that is refused holds nobody up and leaves a line in the log.
    """
    coordinators = running(delegate.party).filter(role=DelegateRole.COORDINATOR).exclude(user=delegate.user_id)
    sent = 0
    for row in coordinators.select_related("user"):
        with translation.override(row.user.language):
            context = {
                "party": delegate.party,
                "role": DelegateRole(delegate.role).short,
                "link": site.rstrip("/") + reverse("covenants:delegates", args=[delegate.party.slug]),
            }
            message = EmailMultiAlternatives(
                _("Iemand handelt voortaan namens %(party)s") % {"party": delegate.party.name},
                render_to_string("covenants/mail/newcomer.txt", context),
                to=[row.user.email],
                headers={"Auto-Submitted": "auto-generated"},
            )
            message.attach_alternative(render_to_string("covenants/mail/newcomer.html", context), "text/html")
        try:
            sent += message.send()
        except (OSError, smtplib.SMTPException, UnicodeError) as failed:
            logger.warning("Bericht over gemachtigde %s is niet verzonden: %s", delegate.pk, type(failed).__name__)
    return sent
