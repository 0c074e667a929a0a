"""What the tests of reminders share: moments on days, and what arrived."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from covenants.models import Delegate, DelegateRole, Digest, DigestState
from covenants.services import digests, reminders
from ser_portal.accounts.models import Role
from tests.conftest import make_user

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DUE = date(2026, 3, 10)  # a Tuesday; every rung from here on falls on a working day


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=AMSTERDAM)


def rung_day(days: int) -> date:
    return DUE + timedelta(days=days)


def tick(now: datetime) -> list[DigestState | None]:
    """What the planner and the workers do together at one moment."""
    return [digests.send_digest(pk, now=now) for pk in reminders.remind(now).to_send]


def act_for(party, name: str, role=DelegateRole.SUBMITTER):
    """A person who has acted for `party` for years."""
    user = make_user(name, Role.DELEGATE)
    Delegate.objects.create(party=party, user=user, role=role, began_on=date(2020, 1, 1))
    return user


def told(user) -> list[tuple[date, str]]:
    """What this person was mailed: day and step, oldest first."""
    sent = Digest.objects.filter(recipient=user, state=DigestState.SENT)
    return list(sent.order_by("day", "reminders__pk").values_list("day", "reminders__step"))
