"""Giving a file back."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from covenants import services
from covenants.models import (
    Evidence,
    ScanState,
)
from ser_portal import intake


@require_GET
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file, as an attachment that no browser runs; only what was scanned (or need not be) is given out."""
    found = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk)
    if found.scan in (ScanState.QUARANTINED, ScanState.INFECTED):
        raise PermissionDenied(
            _("Dit bestand staat apart tot de virusscanner het heeft bekeken.")
            if found.scan == ScanState.QUARANTINED
            else _("De virusscanner weigerde dit bestand; niemand kan het openen.")
        )
    try:
        content = services.evidence_store().open(found.stored_as)
    except FileNotFoundError:
        raise PermissionDenied(_("Dit bestand is niet te vinden in de opslag. Meld het aan de beheerder.")) from None
    services.record_evidence_download(found, by=request.user)
    response = FileResponse(content)
    for name, value in intake.headers(found.name, found.mime).items():
        response[name] = value
    return response
