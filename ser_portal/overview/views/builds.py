"""Asking for an overview, following its build, and taking the files away: reporting staff only."""

import json
from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from covenants import asof
from ser_portal.documents import FORMATS, from_json, render_fragment
from ser_portal.overview import permissions, services
from ser_portal.overview.forms import BuildForm
from ser_portal.overview.models import BuildFile, Job, JobState
from ser_portal.web import Page, render_page, require


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The builds and the form to start one. Everybody else reads that no overview has been issued: never a draft."""
    if not permissions.may_build_overview(request.user):
        require(request.method != "POST", _("Alleen medewerkers van rapportage stellen een jaaroverzicht samen."))
        return render(request, "overview/nothing_issued.html")

    form = BuildForm(request.POST or None, initial={"year": asof.opening_day().year})
    if form.is_valid():
        try:
            job = services.request_build(**form.cleaned_data, by=request.user)
        except ValidationError as refused:
            for field, sentences in refused.message_dict.items():
                form.add_error(field if field in form.fields else None, sentences)
        else:
            if job.already_open:
                messages.info(request, _("Dit overzicht wordt al gemaakt; hieronder staat hoe ver het is."))
            return redirect(job)
    page = Page(
        Job.objects.visible_to(request.user).select_related("requested_by").prefetch_related(_files()), request.GET
    )
    context = {"form": form, "page": page}
    return render_page(request, "overview/index.html", context, fragment="builds", status=422 if form.is_bound else 200)


@require_safe
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One build: live while it runs (htmx asks for the panel every second), complete without JavaScript on reload."""
    return _job_page(request, _job(request, pk))


@require_POST
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _job(request, pk)
    try:
        found = services.cancel(found, by=request.user)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        if found.state == JobState.CANCELLED:
            messages.success(request, _("De opdracht is geannuleerd."))
        else:
            messages.info(request, _("De opdracht stopt na de stap die nu loopt."))
    return redirect(found)


@require_POST
def retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _job(request, pk)
    try:
        again = services.retry(found, by=request.user)
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
        return redirect(found)
    return redirect(again)


@require_safe
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The overview as a page of the portal: the same frozen content as the files."""
    found = _job(request, pk)
    if found.state != JobState.SUCCEEDED:
        raise Http404
    document = from_json(json.loads(found.content))
    context = {"job": found, "document": document, "article": render_fragment(document), "files": _file_list(found)}
    return render(request, "overview/read.html", context)


@require_safe
def file(request: HttpRequest, pk: UUID, format: str) -> FileResponse:
    """A finished file, as an attachment; every time somebody takes it away is kept in the log."""
    visible = BuildFile.objects.visible_to(request.user).filter(job__state=JobState.SUCCEEDED)
    found = get_object_or_404(visible, job=pk, format=format)
    if request.method == "GET":
        services.record_download(found, by=request.user)
    response = FileResponse(
        BytesIO(bytes(found.content)), as_attachment=True, filename=found.name, content_type=found.mime
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _job(request: HttpRequest, pk: UUID) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user).select_related("requested_by"), pk=pk)


def _files() -> Any:
    return Prefetch("files", queryset=BuildFile.objects.defer("content"))


def _file_list(found: Job) -> list[dict[str, Any]]:
    """The files with the name of their format; only those of a build that succeeded."""
    if found.state != JobState.SUCCEEDED:
        return []
    return [
        {
            "format": row.format,
            "label": FORMATS[row.format].label,
            "name": row.name,
            "size": row.size,
            "sha256": row.sha256,
        }
        for row in found.files.defer("content")
        if row.format in FORMATS
    ]


def _step_words(found: Job) -> str:
    """What a worker is doing, for people."""
    if found.is_cancelling:
        return _("Stopt na de stap die nu loopt")
    if found.state == JobState.QUEUED:
        return _("Wacht tot er plaats is")
    if found.state != JobState.RUNNING:
        return str(found.get_state_display())
    if found.step in FORMATS:
        return _("%(format)s opmaken") % {"format": FORMATS[found.step].label}
    return {"gather": _("Gegevens verzamelen"), "finish": _("Afronden")}.get(found.step, _("Beginnen"))


def _job_page(request: HttpRequest, found: Job) -> HttpResponse:
    step = _step_words(found)
    context = {
        "job": found,
        "step": step,
        "files": _file_list(found),
        # What the browser has on screen already need not be read aloud again.
        "say": step if request.GET.get("gezien") not in (None, step) else "",
    }
    return render_page(request, "overview/job.html", context, fragment="job-panel")
