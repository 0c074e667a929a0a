"""Every kind of page, light and dark, from 320 to 1920 pixels: axe finds nothing and no page scrolls sideways."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from ser_portal.overview import services
from ser_portal.overview.models import Job, JobState
from tests.journeys.conftest import person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
WIDTHS = [320, 360, 1280, 1920]
# A colour that is still on its way to another is not what anybody reads; in what is folded away it never arrives.
SETTLED = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const seen = () => document.getAnimations().filter((running) => running.effect.target.checkVisibility());
    do {
        await Promise.allSettled(seen().map((running) => running.finished));
        await frame();
        await frame();
    } while (seen().length);
}"""

PAGES = {
    None: ["/inloggen/", "/wachtwoord/", "/bestaat-niet/"],
    "facilitator": [
        "/",
        "/convenanten/",
        "/convenanten/?fase=onderhandeling",
        "/convenanten/?fase=verzonnen&peildatum=onzin",
        "/convenanten/?zoek=nietsdaarvan",
        "/convenanten/kleding-en-textiel/",
        "/convenanten/windenergie/geschiedenis/",
        "/convenanten/windenergie/gegevens/",
        "/convenanten/windenergie/deelnames/nieuw/",
        "/convenanten/land-en-tuinbouw/stilstand/",
        "/convenanten/kader/",
        "/convenanten/nieuw/",
        "/partijen/",
        "/partijen/abn-amro/",
        "/klimaat/",
        "/klimaat/trajecten/innovatie/",
        "/klimaat/arbeidsmarkt-en-scholing/",
        "/kengetallen/",
        "/kengetallen/agreements.in_negotiation/",
        "/account/",
        "/bestaat-niet/",
    ],
    "delegate": ["/"],
    "reporting": ["/", "/jaaroverzicht/", "waiting", "failed"],
    "admin": ["/"],
    "reader": ["/", "/jaaroverzicht/", "/convenanten/"],
}


def hold_against_the_rules(page: Page, name: str, wrong: list[str]) -> None:
    """axe in light; in dark only contrast, which is all that changes; then every width."""
    for scheme, rules in [
        ("light", {"type": "tag", "values": RULES}),
        ("dark", {"type": "rule", "values": ["color-contrast"]}),
    ]:
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED)
        found = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
        for violation in found.response["violations"]:
            places = "; ".join(f"{node['target']} {node['html'][:90]}" for node in violation["nodes"][:3])
            wrong.append(f"{name} ({scheme}): {violation['id']}: {places}")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if (over := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            wrong.append(f"{name}: {over} px too wide at {width}")
    page.set_viewport_size({"width": 1280, "height": 900})
    twice = page.evaluate(
        """() => {
            const all = [...document.querySelectorAll("[id]")].map((one) => one.id);
            return all.filter((id, place) => all.indexOf(id) !== place);
        }"""
    )
    if twice:
        wrong.append(f"{name}: the same id twice: {twice}")


@pytest.mark.parametrize("role", PAGES, ids=lambda role: role or "visitor")
def test_nobody_is_shut_out(window, role):
    page = window(person(role) if role else None)
    wrong: list[str] = []
    for address in PAGES[role]:
        if address in ("waiting", "failed"):
            address = job_page(address)
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", "nl")
        assert page.locator("h1").count() == 1, address
        hold_against_the_rules(page, address, wrong)
    assert not wrong, "\n".join(wrong)


def job_page(state: str) -> str:
    """A build that waits, or one that failed with a reason."""
    job = services.request_build(year=2020, formats=["html"], by=person("reporting"))
    if state == "failed":
        Job.objects.filter(pk=job.pk).update(
            state=JobState.FAILED, failure="Het ging niet.", finished_at=timezone.now()
        )
    return job.get_absolute_url()


def test_nobody_is_shut_out_of_a_form_that_has_to_be_mended(window):
    page = window(person("facilitator"), address="/convenanten/windenergie/fase/")
    page.get_by_label("Vanaf wanneer").fill("ergens in mei")
    page.get_by_role("button", name="Fase wijzigen").click()
    expect(page.locator(".errors")).to_be_visible()
    wrong: list[str] = []
    hold_against_the_rules(page, "phase form with errors", wrong)
    assert not wrong, "\n".join(wrong)
