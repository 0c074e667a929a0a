"""How a stored file is given back: to save, never to open inside the portal."""

from __future__ import annotations

from typing import Final

from django.utils.http import content_disposition_header

from ser_portal.intake import names
from ser_portal.intake.reading.verdict import ALL

_KNOWN: Final = frozenset(found.mime for found in ALL)


def headers(name: str, mime: str) -> dict[str, str]:
    """The headers for a file that was kept as `name`, found to be `mime`.

    Set them one by one after the response was made: FileResponse guesses a type and a disposition from the name of the
    file, and prefers its guess over what it is given.

    The true type is told, because a telephone needs it to choose a program and because it was decided by content; a
    type that the intake does not know becomes the generic one. Raises nothing: a name that is no longer fit is
    replaced.
    """
    try:
        stem, extension = names.tidy(name)
        name = f"{stem}.{extension}" if extension else stem
    except names.BadName:
        name = "bestand"
    return {
        "Content-Type": mime if mime in _KNOWN else "application/octet-stream",
        "Content-Disposition": content_disposition_header(True, name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-store, private",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "X-Download-Options": "noopen",
    }
