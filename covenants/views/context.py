"""The policy around the agreements and what the sources leave open."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from covenants import permissions
from covenants.models import Agreement, Framework, PolicyEvent, RemarkKind, SourceRemark
from ser_portal.web import render_page, require


@require_GET
def context(request: HttpRequest) -> HttpResponse:
    """Advice and letters, the frameworks the agreements follow, and where the sources differ or fall silent."""
    require(permissions.may_consult(request.user))
    seen = Agreement.objects.visible_to(request.user)
    remarks = list(
        SourceRemark.objects.filter(Q(agreement__isnull=True) | Q(agreement__in=seen.values("pk"))).select_related(
            "agreement__sector"
        )[:500]
    )
    shown = {
        "events": list(PolicyEvent.objects.all()[:200]),
        "frameworks": list(Framework.objects.prefetch_related("elements")),
        "discrepancies": [remark for remark in remarks if remark.kind == RemarkKind.DISCREPANCY],
        "reasonings": [remark for remark in remarks if remark.kind == RemarkKind.REASONING],
        "not_found": [remark for remark in remarks if remark.kind == RemarkKind.NOT_FOUND],
    }
    return render_page(request, "covenants/context.html", shown, fragment="context-panel")
