"""The words of a digest: what there is to do and where, and nothing a mailbox should not hold.

A mail passes through other people's computers. So it names agreements and rounds (whoever is told takes part in them),
the text of a commitment only when everybody may read it, and the day something is due. It never names a person, another
party, a status, a value, a reason or a verdict.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from covenants import places
from covenants.models import Audience, Digest, ReminderStep, ReportingSlot, SlotState, Visibility
from covenants.services.ladder import OFFSETS, Line, People
from ser_portal.words import words

MOST_SHOWN = 40  # slots named one by one in a mail; the rest is a number with a link
LONGEST_TEXT = 140
# Of two things about one slot the mail says the one that asks most.
WEIGHT = [ReminderStep.DECIDED, *OFFSETS, ReminderStep.RETURNED]


def portal_url() -> str:
    """Where the portal is to be found, without a slash at the end.

    Raises ImproperlyConfigured in production when PORTAL_URL does not say: a mail without links that work is no use.
    """
    if settings.PORTAL_URL:
        return str(settings.PORTAL_URL).rstrip("/")
    if settings.PRODUCTION:
        raise ImproperlyConfigured(
            "PORTAL_URL ontbreekt; zonder dat adres kan het portaal geen herinneringen mailen, want er staan "
            "koppelingen in. Geef het adres waarop mensen het portaal openen, bijvoorbeeld https://portaal.voorbeeld.nl."
        )
    return f"http://127.0.0.1:{os.environ.get('PORT', '').strip() or '8000'}"


@dataclass
class Item:
    """One slot, or for the secretariat a number of them: what it is about, what is asked, where."""

    title: str
    asked: str
    url: str
    unchanged_url: str = ""


@dataclass
class Group:
    """The items of one round."""

    agreement: str
    round: str
    items: list[Item] = field(default_factory=list)


def compose(digest: Digest, lines: list[Line], people: People) -> EmailMultiAlternatives:
    """The mail of this digest in the language of its recipient; the same digest always has the same Message-ID."""
    with translation.override(digest.recipient.language):
        if digest.recipient.is_facilitator:
            groups, rest = _for_the_secretariat(lines, people), 0
        else:
            groups, rest = _for_a_party(digest, lines, people)
        number = len({line.slot.pk for line in lines})
        subject = _subject(digest, number)
        context = {
            "groups": groups,
            "rest": rest,
            "number": number,
            "subject": subject,
            "portal": portal_url() + "/",
            "calendar": portal_url() + places.calendar(),
            "language": translation.get_language(),
            "to_secretariat": digest.recipient.is_facilitator,
        }
        mail = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string("covenants/mail/digest.txt", context),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[digest.recipient.email],
            headers={
                "Message-ID": message_id(digest),
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
            },
        )
        mail.attach_alternative(render_to_string("covenants/mail/digest.html", context), "text/html")
    return mail


def message_id(digest: Digest) -> str:
    """Made of the key and the day: whoever looks for a mail in the log of a mail server finds it by this.

    The key itself would tell its reader how many others were reminded in between.
    """
    host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or urlsplit(portal_url()).hostname
    code = salted_hmac("covenants.digest", str(digest.pk), algorithm="sha256").hexdigest()[:20]
    return f"<dagbericht-{code}.{digest.day:%Y%m%d}@{host or 'localhost'}>"


def _subject(digest: Digest, number: int) -> str:
    if digest.recipient.is_facilitator:
        return ngettext(
            "SER-portaal: %(number)d verplichting blijft liggen",
            "SER-portaal: %(number)d verplichtingen blijven liggen",
            number,
        ) % {"number": number}
    return ngettext(
        "SER-portaal: %(number)d rapportage vraagt uw aandacht",
        "SER-portaal: %(number)d rapportages vragen uw aandacht",
        number,
    ) % {"number": number}


def _for_the_secretariat(lines: Iterable[Line], people: People) -> list[Group]:
    """Numbers per round, never names: which parties it is about stands in the portal."""
    silent: Counter[int] = Counter()
    nobody: Counter[int] = Counter()
    for slot in {line.slot.pk: line.slot for line in lines}.values():
        (nobody if people.has_nobody(slot.party_id) else silent)[slot.round_id] += 1
    groups = []
    for round in _rounds({*silent, *nobody}):
        group = Group(words(round.agreement, "name"), words(round, "title"))
        url = portal_url() + places.reminders_of(round.pk)
        if number := nobody[round.pk]:
            title = ngettext("%(number)d verplichting", "%(number)d verplichtingen", number) % {"number": number}
            asked = _("De partij heeft niemand die namens haar rapporteert; nodig iemand uit.")
            group.items.append(Item(title, asked, url))
        if number := silent[round.pk]:
            title = ngettext("%(number)d verplichting", "%(number)d verplichtingen", number) % {"number": number}
            asked = _("Drie weken na de inleverdatum is de rapportage er nog niet, ook niet na herinneringen.")
            group.items.append(Item(title, asked, url))
        groups.append(group)
    return groups


def _rounds(keys: Iterable[int]) -> list[Any]:
    from covenants.models import ReportingRound

    return list(
        ReportingRound.objects.filter(pk__in=keys).select_related("agreement").order_by("agreement__name_nl", "pk")
    )


def _for_a_party(digest: Digest, lines: list[Line], people: People) -> tuple[list[Group], int]:
    """The slots one by one, soonest first within their round, and how many more there are."""
    heaviest: dict[int, Line] = {}
    for line in sorted(lines, key=lambda line: WEIGHT.index(ReminderStep(line.step))):
        heaviest[line.slot.pk] = line
    ordered = sorted(heaviest.values(), key=lambda line: (line.slot.due_on, line.slot.round_id, line.slot.pk))
    shown = ordered[:MOST_SHOWN]
    told = _slots([line.slot.pk for line in shown])
    groups: dict[int, Group] = defaultdict(lambda: Group("", ""))
    for line in shown:
        slot = told[line.slot.pk]
        group = groups[slot.round_id]
        group.agreement, group.round = words(slot.agreement, "name"), words(slot.round, "title")
        may_confirm = (
            line.slot.state == SlotState.SILENT
            and bool(getattr(slot, "has_answer", False))
            and people.may_send(digest.recipient_id, slot.party_id)
        )
        group.items.append(
            Item(
                _title(slot),
                _asked(line, digest.day),
                portal_url() + places.slot(slot.pk),
                portal_url() + places.slot_unchanged(slot.pk) if may_confirm else "",
            )
        )
    return list(groups.values()), len(ordered) - len(shown)


def _slots(keys: list[int]) -> dict[int, ReportingSlot]:
    """The slots with their names, and whether there is an approved answer of which one could say: nothing changed."""
    before = ReportingSlot.objects.filter(
        round=OuterRef("round__previous"),
        commitment=OuterRef("commitment"),
        party=OuterRef("party"),
        approved__isnull=False,
    )
    slots = ReportingSlot.objects.filter(pk__in=keys).select_related("agreement", "round", "commitment")
    return {slot.pk: slot for slot in slots.annotate(has_answer=Exists(before))}


def _title(slot: ReportingSlot) -> str:
    """The commitment where everybody may read it, and otherwise the number of the slot."""
    open_to_all = slot.agreement.visibility == Visibility.PUBLIC and slot.commitment.visibility in ("", Audience.PUBLIC)
    if open_to_all:
        return Truncator(" ".join(words(slot.commitment, "text").split())).chars(LONGEST_TEXT)
    return _("Rapportageverplichting %(number)d") % {"number": slot.pk}


def _asked(line: Line, day: date) -> str:
    """What is asked, in one sentence; days are Amsterdam days."""
    due = date_format(line.slot.due_on, "j F Y")
    if line.step == ReminderStep.RETURNED:
        return _("Teruggestuurd. Wat er nog nodig is, leest u in het portaal.")
    if line.step == ReminderStep.DECIDED:
        return _("Beoordeeld. De beoordeling leest u in het portaal; u kunt er een weerwoord bij geven.")
    if line.slot.due_on > day:
        return _("In te leveren uiterlijk %(due)s.") % {"due": due}
    if line.slot.due_on == day:
        return _("Vandaag in te leveren (%(due)s).") % {"due": due}
    if line.step == ReminderStep.COORDINATOR:
        return _("De inleverdatum was %(due)s; u krijgt dit bericht als coördinator.") % {"due": due}
    return _("De inleverdatum was %(due)s; de rapportage is er nog niet.") % {"due": due}
