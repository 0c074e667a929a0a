"""The stage of the journeys: the real data of 2020, the demo people, and windows of a real browser that keep watch."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from ser_portal.accounts.models import User
from tests.conftest import PASSWORD

PATIENCE = 15_000  # milliseconds; a busy machine is no defect
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


# Answers are judged by their status below; htmx calls it an error when a newer search overtakes an older one.
HARMLESS = ["Failed to load resource", "htmx:sendAbort", "htmx:afterRequest"]


@dataclass(frozen=True)
class Device:
    """How somebody looks at the portal."""

    name: str
    viewport: dict[str, int] = field(default_factory=lambda: DESKTOP)
    javascript: bool = True

    def choose(self, page: Page, word: str) -> None:
        """Something in the main menu, which is folded away on a phone."""
        if self.viewport is PHONE:
            page.locator("details.masthead-narrow > summary").click()
        page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name=word, exact=True).click()


DEVICES = [Device("desktop"), Device("phone", PHONE), Device("without javascript", javascript=False)]


@pytest.fixture(scope="session", autouse=True)
def _patience() -> None:
    expect.set_options(timeout=PATIENCE)


@pytest.fixture
def portal(transactional_db, live_server, reference, settings, monkeypatch) -> str:
    """The address of a portal as `make run` leaves it: the reference data and one demo account per role."""
    settings.DEMO_ACCOUNTS = True
    monkeypatch.setenv("PORTAL_DEMO_PASSWORD", PASSWORD)
    call_command("demo_accounts", stdout=StringIO())
    return live_server.url


def person(role: str) -> User:
    """The demo account of a role: facilitator, delegate, reporting, admin or reader."""
    return User.objects.get(email=f"{role}@demo.example")


@pytest.fixture
def asked(portal, agreement, settings, tmp_path):
    """One company owes one answer in a round of the demo facilitator (`tests.journeys.reporting`)."""
    from tests.journeys.reporting import ask

    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    return ask(agreement)


Window = Callable[..., Page]


@pytest.fixture
def window(browser: Browser, portal: str) -> Iterator[Window]:
    """Opens a window of its own context, signed in as `user` if given.

    Whatever a browser complains about fails the test: errors of scripts, blocked content, missing files, failure of the
    server. Answers of 4xx to what a person asks for are for the test to judge; what is broken on purpose it `expects`.
    """
    complaints: list[str] = []
    contexts = []

    def watch(page: Page, known: list[str]) -> None:
        page.on("pageerror", lambda failure: complaints.append(f"{page.url}: {failure}"))

        def console(line) -> None:
            if line.type in ("error", "warning") and not any(word in line.text for word in known):
                complaints.append(f"{page.url}: {line.text}")

        def response(answer) -> None:
            own = answer.request.resource_type in ("document", "xhr", "fetch")
            if answer.status >= (500 if own else 400):
                complaints.append(f"{answer.status} {answer.url}")
            if not answer.url.startswith((portal, "data:")):
                complaints.append(f"asked somebody else: {answer.url}")

        page.on("console", console)
        page.on("response", response)

    def open_window(
        user: User | None = None,
        *,
        device: Device = DEVICES[0],
        address: str | None = None,
        expects: Sequence[str] = (),
    ) -> Page:
        context = browser.new_context(
            base_url=portal,
            viewport=device.viewport,
            java_script_enabled=device.javascript,
            locale="en-GB",  # what a browser prefers does not decide: the portal opens in Dutch
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies(
                [
                    {
                        "name": name,
                        "value": client.cookies[name].value,
                        "url": portal,
                        "httpOnly": True,
                        "sameSite": "Lax",
                    }
                ]
            )
        known = [*HARMLESS, *expects]
        context.on("page", lambda page: watch(page, known))  # also what a link opens beside it
        page = context.new_page()
        if address is not None:
            page.goto(address)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


def rows(page: Page) -> list[str]:
    """The names in the register, in order, with a mark where talks have stalled."""
    return [
        row.locator("th a").inner_text() + (" (stilgevallen)" if row.locator(".mark-stalled").count() else "")
        for row in page.locator("table.register tbody tr").all()
    ]
