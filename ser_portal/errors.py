"""Pages for what went wrong, in the visitor's language and without a word about what exists."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", {"why": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks the database nothing: it may be the database that failed."""
    return render(request, "errors/500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open for too long, or came from elsewhere; what was typed is given back to copy."""
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        if "password" not in name and name not in {"csrfmiddlewaretoken", "version", "login"}
        for value in values
        if value.strip()
    ]
    return render(request, "errors/csrf.html", {"typed": typed}, status=403)
