"""Page or fragment, who may come in, and the reference date in the address: what every view shares."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangoLoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers


def require(allowed: bool, why: str = "") -> None:
    """Go on, or answer 403 with the sentence `why`. Ask only about what the person may know of (else 404)."""
    if not allowed:
        raise PermissionDenied(why)


def wants_fragment(request: HttpRequest) -> bool:
    """Whether a piece of the page is asked for; never for a boosted link or when the browser restores its history."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, fragment: str, status: int = 200
) -> HttpResponse:
    """The page, or the partial `fragment` of it when htmx asks; messages ride along out of band."""
    if wants_fragment(request):
        response = render(request, f"{template}#{fragment}", context, status=status)
        if len(messages.get_messages(request)):
            response.write(render_to_string("_messages.html", {"oob": True, **context}, request=request))
    else:
        response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def query_string(params: QueryDict, **changes: Any) -> str:
    """The query of this page with some values set or (None) left out: `?fase=…`, or an empty string."""
    kept = params.copy()
    for key, value in changes.items():
        kept.pop(key, None)
        if value not in (None, ""):
            kept[key] = str(value)
    pairs = [(key, value) for key, values in kept.lists() for value in values if value != ""]
    return f"?{urlencode(pairs)}" if pairs else ""


class Page:
    """One page of a list with the addresses of its neighbours; asking past the end gives the last page."""

    def __init__(self, rows: Any, params: QueryDict, *, size: int = settings.PAGE_SIZE, key: str = "pagina") -> None:
        paginator = Paginator(rows, size)
        self._page = paginator.get_page(params.get(key))
        self.rows = list(self._page.object_list)
        self.number = self._page.number
        self.count = paginator.count
        self.pages = paginator.num_pages
        self.previous = query_string(params, **{key: self.number - 1}) or "?" if self._page.has_previous() else ""
        self.next = query_string(params, **{key: self.number + 1}) if self._page.has_next() else ""

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


KEPT_TEXT = "kept_text"
MOST_KEPT = 128 * 1024  # characters of one form
KEPT_FOR = 60 * 60  # seconds between being signed out and signing in again


def keeps_text(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Marks a view whose form is long work: what is sent to it after the session ended is given back after login."""
    view.keeps_text = True  # type: ignore[attr-defined]
    return view


def _keep_text(request: HttpRequest) -> None:
    """Put what was typed in the (still anonymous) session of this browser, under the address it was sent to."""
    secret = ("csrfmiddlewaretoken", "password")
    typed = {name: value for name, value in request.POST.items() if not name.startswith(secret)}
    if sum(len(value) for value in typed.values()) <= MOST_KEPT:
        request.session[KEPT_TEXT] = {"path": request.path, "at": int(time.time()), "typed": typed}


def given_back(request: HttpRequest) -> dict[str, str]:
    """What was typed here before the session ended, once; only the address it was sent to gets it."""
    kept = request.session.get(KEPT_TEXT)
    if not kept or kept["path"] != request.path:
        return {}
    del request.session[KEPT_TEXT]
    return kept["typed"] if time.time() - kept["at"] < KEPT_FOR else {}


class LoginRequiredMiddleware(DjangoLoginRequiredMiddleware):
    """Login needed unless a view opts out; under htmx the whole window moves to the login page.

    Except where somebody is writing (`keeps_text`): there the page stays as it is and says what to do.
    """

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        response = super().handle_no_permission(request, view_func)
        if request.method == "POST" and getattr(view_func, "keeps_text", False):
            if getattr(request, "htmx", None):
                return HttpResponse(status=401)
            _keep_text(request)
        if htmx := getattr(request, "htmx", None):
            current = htmx.current_url_abs_path or "/"
            moved = HttpResponse(status=204)
            moved["HX-Redirect"] = f"{response['Location'].split('?')[0]}?{urlencode({'next': current})}"
            return moved
        return response


class DutchFirstMiddleware(LocaleMiddleware):
    """The language somebody chose here, and otherwise Dutch: what a browser prefers does not decide."""

    def process_request(self, request: HttpRequest) -> None:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        translation.activate(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()


class PrivatePagesMiddleware:
    """What a signed-in person sees is kept by no browser and no proxy (`no-store`), and nothing by a search engine."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        user = getattr(request, "user", None)
        if (user is not None and user.is_authenticated) or request.method == "POST":
            response["Cache-Control"] = "no-store, private"
        else:
            patch_cache_control(response, no_cache=True, private=True)
        response.setdefault("X-Robots-Tag", "noindex, nofollow")  # files too, which have no page to say so
        return response


def portal_context(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page needs; asks the database nothing."""
    match = getattr(request, "resolver_match", None)
    return {
        "current_app": match.app_name if match else "",
        "nav": _part_of_the_menu(request.path),
        "demo_accounts": settings.DEMO_ACCOUNTS,
    }


def _part_of_the_menu(path: str) -> str:
    """Under which word of the menu an address stands; the first part of it decides."""
    parts = {"convenanten": "agreements", "rondes": "agreements", "partijen": "parties", "afspraken": "commitments",
             "verplichtingen": "commitments"}  # fmt: skip
    return parts.get(path.strip("/").split("/")[0], "")
