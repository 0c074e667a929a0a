"""For which party somebody acts now: chosen once, kept in the session, checked at every request, always in sight."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from covenants.models import Delegate, Party

KEY = "acting_for"


@dataclass(frozen=True)
class Acting:
    """The party of this session, and the ones there are to choose from. `party` is None until one is chosen."""

    party: Party | None
    choices: list[Party]

    @property
    def has_to_choose(self) -> bool:
        return self.party is None and len(self.choices) > 1


def acting(request: HttpRequest) -> Acting:
    """Reads the choice; of a single party it is made already. One query, and a right that ended is gone at once."""
    user: Any = request.user
    if not (user.is_authenticated and user.is_active and user.is_delegate):
        return Acting(None, [])
    rows = Delegate.objects.current().filter(user=user).values("party")
    choices = list(Party.objects.filter(pk__in=rows).order_by("name"))
    if len(choices) == 1:
        chosen: Party | None = choices[0]
    else:
        kept = request.session.get(KEY, {}).get("pk")
        chosen = next((party for party in choices if party.pk == kept), None)
    remembered = {"pk": chosen.pk, "name": chosen.name} if chosen and len(choices) > 1 else {}
    if request.session.get(KEY, {}) != remembered:
        request.session[KEY] = remembered
    return Acting(chosen, choices)


def choose(request: HttpRequest, party: Party) -> None:
    """Act for this party from now on in this session; `party` has to be one of the choices."""
    request.session[KEY] = {"pk": party.pk, "name": party.name}
