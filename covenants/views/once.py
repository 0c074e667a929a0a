"""Once is once: a form that makes something new is acted on one time, however often it arrives."""

from collections.abc import Callable

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

REMEMBERED = 30


def once(request: HttpRequest, key: str, make: Callable[[], str]) -> tuple[str, bool]:
    """Calls `make` (which returns the address of what it made) unless this session did so for `key` before.

    Returns the address and whether it was made just now. The session row is locked, and the key is kept in the same
    transaction as what was made: of two requests at the same moment one makes it and the other finds it.
    """
    session_key = request.session.session_key
    if not key or not session_key:
        return make(), True
    with transaction.atomic():
        Session.objects.select_for_update().filter(session_key=session_key).first()
        store = SessionStore(session_key=session_key)
        made = dict(store.get("made_once", {}))
        if key in made:
            return made[key], False
        url = make()
        made[key] = url
        kept = dict(list(made.items())[-REMEMBERED:])
        store["made_once"] = kept
        store.save()
    request.session["made_once"] = kept  # so that saving the session later in this request forgets nothing
    return url, True
