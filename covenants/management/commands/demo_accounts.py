"""Sample people to try the portal with: one per role, only when asked for, never in production."""

import os
import secrets
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from covenants import sample
from covenants.models import Agreement, Delegate, DelegateRole, FacilitatorAssignment, Party, PartyType, Secretariat
from covenants.sample import cast
from ser_portal.accounts.models import Role, User

ACCOUNTS = [
    ("facilitator", "Voorbeeld Procesbegeleider", Role.FACILITATOR),
    ("delegate", "Voorbeeld Gemachtigde", Role.DELEGATE),
    ("reporting", "Voorbeeld Rapportage", Role.REPORTING),
    ("admin", "Voorbeeld Beheerder", Role.ADMINISTRATOR),
    ("reader", "Voorbeeld Lezer", Role.READER),
]
SINCE = date(2014, 1, 1)  # before the first covenant, so that the sample people see every reference date
DELEGATE_OF = "modint"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike: people type this over


def password() -> str:
    """`PORTAL_DEMO_PASSWORD`; without it the one printed before, or a new random one, kept for next time."""
    given = os.environ.get("PORTAL_DEMO_PASSWORD", "").strip()
    if given:
        return given
    kept = Path(settings.VAR) / "demo-password"
    if kept.exists() and len(before := kept.read_text().strip()) >= 16:
        return before
    made = "".join(secrets.choice(LETTERS) for _ in range(20))
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.unlink(missing_ok=True)
    with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(made + "\n")
    return made


class Command(BaseCommand):
    help = "Maakt een demo-account per rol en drukt adres en wachtwoord af; alleen met PORTAL_DEMO_ACCOUNTS=1."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION or not settings.DEMO_ACCOUNTS:
            raise CommandError("Demo-accounts bestaan alleen met PORTAL_DEMO_ACCOUNTS=1, en nooit in productie.")
        with transaction.atomic():
            self._make(password())

    def _make(self, word: str) -> None:
        people = {name: self._account(f"{name}@demo.example", full, role, word) for name, full, role in ACCOUNTS}
        self._assign(people["facilitator"])
        party = self._delegate(people["delegate"])
        also = sample.join_demo_people()
        others = self._open_sample_people(word)

        width = max(len(user.email) for user in people.values())
        self.stdout.write(f"Demo-accounts, alle met wachtwoord {word}")
        for name, user in people.items():
            acts_for = [str(one) for one in (party, also) if one] if name == "delegate" else []
            extra = f" van {' en van '.join(acts_for)}" if acts_for else ""
            self.stdout.write(f"  {user.email:<{width}}  {Role(user.role).label}{extra}")
        if others:
            self.stdout.write(f"  en {others} verzonnen mensen uit het voorbeeldjaar ({cast.PREFIX}…@{cast.DOMAIN})")

    def _account(self, email: str, name: str, role: Role, word: str) -> User:
        user = User.objects.filter(email__iexact=email).first()
        if user is not None and not user.is_demo:
            raise CommandError(f"{email} bestaat al en is geen demo-account; dat blijft ongemoeid.")
        if user is None:
            return User.objects.create_user(
                email, word, name=name, role=role, is_demo=True, is_superuser=role == Role.ADMINISTRATOR
            )
        user.name, user.role, user.is_active = name, role, True
        user.is_superuser = role == Role.ADMINISTRATOR
        if not user.check_password(word):
            user.set_password(word)
        user.save(update_fields=["name", "role", "is_active", "is_superuser", "password"])
        return user

    def _assign(self, facilitator: User) -> None:
        """The agreements whose secretariat or talks the SER runs."""
        run_by_ser = Secretariat.objects.filter(run_by_ser=True).values("agreement")
        for agreement in Agreement.objects.filter(pk__in=run_by_ser, is_sample=False):
            if not FacilitatorAssignment.objects.filter(agreement=agreement, user=facilitator).exists():
                FacilitatorAssignment.objects.create(agreement=agreement, user=facilitator, began_on=SINCE)

    def _open_sample_people(self, word: str) -> int:
        """Lets the people of the sample year sign in with the same password; hashed once, because there are many."""
        people = sample.sample_people()
        first = people.order_by("pk").first()
        if first is None:
            return 0
        if not first.check_password(word) or people.exclude(password=first.password).exists():
            people.update(password=make_password(word))
        return people.count()

    def _delegate(self, person: User) -> Party | None:
        """Coordinates Modint, or the first trade association when the register has no Modint."""
        acts_for = Delegate.objects.filter(user=person, party__is_sample=False).select_related("party").first()
        if acts_for is not None:
            # An account of before there were roles; one that somebody gave another role since stays as it is.
            if not Delegate.objects.filter(party=acts_for.party, role=DelegateRole.COORDINATOR).exists():
                Delegate.objects.current().filter(user=person).update(role=DelegateRole.COORDINATOR)
            return acts_for.party
        party = (
            Party.objects.filter(slug=DELEGATE_OF).first()
            or Party.objects.filter(type=PartyType.TRADE_ASSOCIATION, is_sample=False).order_by("name").first()
        )
        if party is not None:
            Delegate.objects.create(party=party, user=person, role=DelegateRole.COORDINATOR, began_on=SINCE)
        return party
