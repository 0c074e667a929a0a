"""What a page costs: whole requests through Django's own handler, next to a bare list view in the same round.

Every round asks for each page once and for the bare list after each of them (A B A B …), so that whatever else the
machine is doing slows both. Requests go through `WSGIHandler`, with the portal's real middleware, the session and the
opening and closing of the database connection as in production; only the network is missing.
"""

import gzip
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, quantiles
from time import perf_counter, process_time
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.db.models import F
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from covenants.models import (
    Agreement,
    Commitment,
    Participation,
    Party,
    Phase,
    PhaseChange,
    ReportingSlot,
    SlotState,
    kept_agreements,
    own_parties,
)
from ser_portal.accounts.models import User
from ser_portal.bench import bare
from ser_portal.bench.generator import Made

LIST, DETAIL, START = "lijst", "detail", "start"
MOST_RATIO, WISHED_RATIO, MOST_LAST_PAGE = 1.5, 0.7, 1.1  # design.md, section 10
MOST_KB = 100  # first load of any page, compressed
WARM_UP = 3
FACILITATOR, DELEGATE = "procesbegeleider", "gemachtigde"
FAR_PAGE = 3_000  # of the list of commitments, or its last page when there are fewer


@dataclass(frozen=True)
class Page:
    """A page to measure; `last_of` names the page whose first page this is a far one of.

    Without an address it is skipped, and `missing` says why.
    """

    name: str
    kind: str
    url: str
    last_of: str = ""
    by: str = FACILITATOR
    missing: str = ""


@dataclass
class Cost:
    """What one page cost over all rounds; times in milliseconds, sizes in bytes."""

    page: Page
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)  # CPU of the database server, where it can be read
    queries: int = 0
    size: int = 0
    packed: int = 0
    failure: str = ""

    @property
    def p50(self) -> float:
        return quantiles(self.wall, n=20, method="inclusive")[9]

    @property
    def p95(self) -> float:
        return quantiles(self.wall, n=20, method="inclusive")[18]

    @property
    def total_cpu(self) -> float:
        """CPU per page on average, the database server's included where it was measured."""
        return mean(self.cpu) + (mean(self.server) if self.server else 0.0)


@dataclass
class Measured:
    """All pages, and the yardstick measured between them."""

    costs: list[Cost]
    bare: Cost
    server_cpu: bool

    def ratio(self, cost: Cost) -> float:
        return cost.total_cpu / self.bare.total_cpu

    def verdict(self, cost: Cost) -> str:
        """Within or above the budget of its kind, in words."""
        if cost.failure:
            return cost.failure
        if cost.page.kind == START:
            return "geen budget"
        said = ["binnen budget" if self.ratio(cost) <= MOST_RATIO else "boven budget"]
        if self.ratio(cost) <= WISHED_RATIO:
            said = ["binnen budget, beter dan 0,7"]
        if cost.page.last_of:
            first = next(other for other in self.costs if other.page.name == cost.page.last_of)
            if not first.failure:
                times = cost.total_cpu / first.total_cpu
                said.append(f"{_nl(times, 2)} × blz. 1: {'binnen' if times <= MOST_LAST_PAGE else 'boven'} budget")
        if cost.packed > MOST_KB * 1024:
            said.append(f"meer dan {MOST_KB} kB gecomprimeerd: boven budget")
        return "; ".join(said)


def pages(made: Made) -> list[Page]:
    """The pages of the budget, at addresses that suit what is in the database."""
    facilitator = User.objects.get(email=made.facilitator)
    visible = Agreement.objects.visible_to(facilitator)
    running = PhaseChange.objects.current().filter(to_phase=Phase.IMPLEMENTATION).values("agreement")
    agreement = (
        visible.filter(pk__in=running, assignments__user=facilitator).order_by("pk").first()
        or visible.order_by("pk").first()
    )
    if agreement is None:
        raise ValueError("er is geen akkoord om te meten")
    party = Party.objects.filter(pk__in=Participation.objects.filter(agreement=agreement).values("party")).first()
    word = party.name.split()[0] if party else "import"
    register, parties = reverse("covenants:register"), reverse("covenants:parties")
    far = 10_000  # past the end gives the last page
    size = Commitment.objects.filter(agreement=agreement).count()
    found = [
        Page("register, bladzijde 1", LIST, register),
        Page("register, laatste bladzijde", LIST, f"{register}?pagina={far}", last_of="register, bladzijde 1"),
        Page("register, fase implementatie", LIST, f"{register}?fase=implementatie"),
        Page("register, zoeken op tekst", LIST, f"{register}?zoek={word}"),
        Page("register, op aantal partijen", LIST, f"{register}?sorteer=-partijen"),
        Page(f"akkoord met {size} afspraken", DETAIL, agreement.get_absolute_url()),
        Page("partijen, bladzijde 1", LIST, parties),
        Page("partijen, laatste bladzijde", LIST, f"{parties}?pagina={far}", last_of="partijen, bladzijde 1"),
    ]
    if party is not None:
        found.append(Page("partij", DETAIL, party.get_absolute_url()))
    return [
        *found,
        Page("kengetal", LIST, reverse("overview:figure", args=["agreements.in_implementation"])),
        *_reported(facilitator, User.objects.get(email=made.delegate)),
        Page("startpagina procesbegeleider", START, reverse("start")),
        Page("startpagina gemachtigde", START, reverse("start"), by=DELEGATE),
    ]


def _reported(facilitator: User, delegate: User) -> list[Page]:
    """What was promised and reported: pages that may not be there yet are skipped, and the outcome says so."""
    first, far = "afspraken, bladzijde 1", _far_commitments(facilitator)
    number, address = far
    kept = ReportingSlot.objects.filter(agreement__in=kept_agreements(facilitator)).order_by("pk")
    asked = kept.filter(round__locked_at__isnull=True, state=SlotState.SUBMITTED).first() or kept.first()
    owed = ReportingSlot.objects.filter(party__in=own_parties(delegate), round__locked_at__isnull=True).order_by("pk")
    found = [
        _page(first, LIST, "covenants:commitments"),
        _page(f"afspraken, bladzijde {number}", LIST, "covenants:commitments", query=address, last_of=first),
        _page("beoordelen", LIST, "covenants:review_queue"),
    ]
    if asked is not None:
        slots = ReportingSlot.objects.filter(commitment=asked.commitment_id).count()
        size = ReportingSlot.objects.filter(round=asked.round_id).count()
        found += [
            _page(f"afspraak met {slots} verplichtingen", DETAIL, "covenants:commitment", asked.commitment_id),
            _page(f"ronde met {size} verplichtingen", DETAIL, "covenants:round", asked.round_id),
            _page("verplichting", DETAIL, "covenants:slot", asked.pk),
        ]
    if (own := owed.filter(state=SlotState.RETURNED).first() or owed.first()) is not None:
        found.append(_page("verplichting, als gemachtigde", DETAIL, "covenants:slot", own.pk, by=DELEGATE))
    return found


def _page(
    name: str, kind: str, view: str, *args: Any, query: str = "", last_of: str = "", by: str = FACILITATOR
) -> Page:
    """A page by the name of its address, with or without one."""
    try:
        return Page(name, kind, reverse(view, args=args) + query, last_of=last_of, by=by)
    except NoReverseMatch:
        return Page(name, kind, "", last_of=last_of, by=by, missing=f"overgeslagen: er is nog geen adres {view}")


def _far_commitments(facilitator: User) -> tuple[int, str]:
    """The number of a page far into the list of commitments, and its address: after the last row of the page before."""
    rows = Commitment.objects.visible_to(facilitator)
    pages = max(1, math.ceil(rows.count() / settings.PAGE_SIZE))
    number = min(FAR_PAGE, pages)
    if number == 1:
        return 1, ""
    ordered = rows.order_by(F("due_latest").asc(nulls_last=True), "pk").values_list("due_latest", "pk")
    due, key = ordered[(number - 1) * settings.PAGE_SIZE - 1]
    return number, f"?na={due.isoformat() if due else ''}.{key}"


def measure(made: Made, *, rounds: int, progress: Callable[[int], Any] = lambda requests: None) -> Measured:
    """Ask for every page `rounds` times, as who uses it. A page that does not answer 200 is reported, not timed.

    `progress` is told after every request.
    """
    with override_settings(ROOT_URLCONF="ser_portal.bench.urls", DEBUG=False), _connection():
        people = {FACILITATOR: _signed_in(made.facilitator), DELEGATE: _signed_in(made.delegate)}
        portal = WSGIHandler()
        with override_settings(MIDDLEWARE=bare.MIDDLEWARE):
            plain = WSGIHandler()
        yardstick = Cost(Page("kale Django-lijst", LIST, reverse("bench_bare")))
        costs = [Cost(page) for page in pages(made)]
        for cost in [*costs, yardstick]:
            _first_look(plain if cost is yardstick else portal, people[cost.page.by], cost)
        if yardstick.failure:
            raise RuntimeError(f"de kale lijst gaf {yardstick.failure}")

        server = _ServerClock()
        for _ in range(rounds):
            for cost in costs:
                if not cost.failure:
                    _timed(portal, people[cost.page.by], cost, server)
                    progress(1)
                    _timed(plain, people[FACILITATOR], yardstick, server)
                    progress(1)
        return Measured(costs, yardstick, server.readable)


def _signed_in(email: str) -> dict[str, str]:
    client = Client()
    client.force_login(User.objects.get(email=email), backend=settings.AUTHENTICATION_BACKENDS[0])
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {
        "HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={cookie}",
        "HTTP_ACCEPT_LANGUAGE": "nl",
        "HTTP_HOST": "localhost",
        "SERVER_NAME": "localhost",
    }


def _ask(handler: WSGIHandler, environ: dict[str, Any]) -> tuple[int, bytes]:
    """One request from first to last byte, closing included."""
    answered: list[str] = []

    def start_response(status: str, headers: Any, exc_info: Any = None, /) -> Callable[[bytes], object]:
        answered.append(status)
        return lambda written: None

    response = handler(environ, start_response)
    body = b"".join(response)
    response.close()
    return int(answered[0].split()[0]), body


def _environ(headers: dict[str, str], url: str) -> dict[str, Any]:
    return RequestFactory().get(url, **headers).environ  # type: ignore[arg-type]


def _first_look(handler: WSGIHandler, headers: dict[str, str], cost: Cost) -> None:
    """Warms the caches, and notes what does not change from one request to the next."""
    if cost.page.missing:
        cost.failure = cost.page.missing
        return
    for _ in range(WARM_UP):
        status, body = _ask(handler, _environ(headers, cost.page.url))
        if status != 200:
            cost.failure = f"niet gemeten: antwoord {status}"
            return
    with CaptureQueriesContext(connection) as captured:
        _ask(handler, _environ(headers, cost.page.url))
    cost.queries, cost.size, cost.packed = len(captured), len(body), len(gzip.compress(body, 6))


def _timed(handler: WSGIHandler, headers: dict[str, str], cost: Cost, server: "_ServerClock") -> None:
    environ = _environ(headers, cost.page.url)
    spent, cpu, began = server.now(), process_time(), perf_counter()
    _ask(handler, environ)
    cost.wall.append((perf_counter() - began) * 1000)
    cost.cpu.append((process_time() - cpu) * 1000)
    if server.readable:
        cost.server.append((server.now() - spent) * 1000)


@contextmanager
def _connection() -> Iterator[None]:
    """PostgreSQL keeps one connection for the whole run, so that its clock can be read; SQLite opens one a request.

    Inside somebody's transaction (a test) nothing is closed: that would end it.
    """
    if connection.in_atomic_block:
        signals = [request_started, request_finished]
        listening = [signal for signal in signals if signal.disconnect(close_old_connections)]
        try:
            yield
        finally:
            for signal in listening:
                signal.connect(close_old_connections)
        return
    before = connection.settings_dict["CONN_MAX_AGE"]
    if connection.vendor == "postgresql":
        connection.settings_dict["CONN_MAX_AGE"] = None
    connection.close()
    try:
        yield
    finally:
        connection.settings_dict["CONN_MAX_AGE"] = before


class _ServerClock:
    """The CPU seconds of the database server's process for this connection, when it runs on this machine."""

    def __init__(self) -> None:
        self._file: Path | None = None
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pid = cursor.fetchone()[0]
            with suppress(OSError):
                if Path(f"/proc/{pid}/comm").read_text().startswith("postgres"):
                    self._file = Path(f"/proc/{pid}/schedstat")
                    self._read()
        self.readable = self._file is not None and not math.isnan(self.now())

    def _read(self) -> float:
        if self._file is None:
            return math.nan
        return int(self._file.read_text().split()[0]) / 1e9  # nanoseconds on a processor

    def now(self) -> float:
        try:
            return self._read()
        except (OSError, ValueError):
            return math.nan


def _nl(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def table(measured: Measured) -> list[str]:
    """The result as aligned lines."""
    heads = ["pagina", "p50 ms", "p95 ms", "CPU ms", "query's", "kB", "kB gzip", "× kaal", "budget"]
    lines = [heads]
    for cost in [*measured.costs, measured.bare]:
        if cost.failure:
            lines.append([cost.page.name, *["–"] * 7, cost.failure])
            continue
        own = cost is measured.bare
        lines.append(
            [
                cost.page.name, _nl(cost.p50), _nl(cost.p95), _nl(cost.total_cpu), str(cost.queries),
                _nl(cost.size / 1024), _nl(cost.packed / 1024), _nl(measured.ratio(cost), 2),
                "de maat" if own else measured.verdict(cost),
            ]
        )  # fmt: skip
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return [
        "  ".join(
            cell.ljust(width) if column in (0, len(heads) - 1) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def as_json(measured: Measured) -> dict[str, Any]:
    """The same for a machine; times in milliseconds, sizes in bytes, ratios of CPU."""
    return {
        "server_cpu_included": measured.server_cpu,
        "pages": [
            {"name": cost.page.name, "url": cost.page.url, "failure": cost.failure}
            if cost.failure
            else {
                "name": cost.page.name, "url": cost.page.url, "kind": cost.page.kind, "requests": len(cost.wall),
                "p50_ms": round(cost.p50, 2), "p95_ms": round(cost.p95, 2), "cpu_ms": round(cost.total_cpu, 2),
                "server_cpu_ms": round(mean(cost.server), 2) if cost.server else None, "queries": cost.queries,
                "bytes": cost.size, "bytes_gzip": cost.packed, "ratio": round(measured.ratio(cost), 3),
                "budget": "" if cost is measured.bare else measured.verdict(cost),
            }
            for cost in [*measured.costs, measured.bare]
        ],
    }  # fmt: skip
