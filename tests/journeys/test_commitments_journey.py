"""A facilitator writes down what was promised and moves its term; the first term stays in sight."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from covenants.models import Commitment
from tests.journeys.conftest import DEVICES, person
from tests.journeys.test_open_to_everybody import RULES, hold_against_the_rules

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_a_promise_is_written_down_and_its_term_moved_by_a_decision(window, device):
    page = window(person("facilitator"), device=device, address="/convenanten/goud/")
    page.get_by_role("link", name="Nieuwe afspraak").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nieuwe afspraak")
    page.get_by_label("Wat er is afgesproken").fill("Elk bedrijf brengt zijn leveranciers in kaart.")
    page.get_by_label("bedrijf", exact=True).check()
    page.get_by_label(re.compile("^Uiterlijk")).fill("ergens in 2025")
    page.get_by_role("button", name="Vastleggen").click()

    # What was typed wrongly is told, and nothing is lost.
    expect(page.locator(".errors")).to_contain_text("‘ergens in 2025’ is geen datum")
    expect(page.get_by_label("Wat er is afgesproken")).to_have_value("Elk bedrijf brengt zijn leveranciers in kaart.")
    expect(page.get_by_label("bedrijf", exact=True)).to_be_checked()
    page.get_by_label(re.compile("^Uiterlijk")).fill("31 december 2025")
    page.get_by_role("button", name="Vastleggen").click()
    page.wait_for_url(re.compile(r"/afspraken/\d+/$"))
    expect(page.locator("#messages")).to_contain_text("De afspraak is vastgelegd.")
    expect(page.locator(".promise")).to_have_text("Elk bedrijf brengt zijn leveranciers in kaart.")
    expect(page.locator(".carriers li")).to_have_count(8)

    page.get_by_role("link", name="Wijzigen", exact=True).click()
    expect(page.get_by_label(re.compile("^Uiterlijk"))).to_have_value("31 december 2025")
    page.get_by_label(re.compile("^Uiterlijk")).fill("zomer 2026")
    page.get_by_label(re.compile("^Besluit dat dit wijzigde")).fill("Stuurgroep 12 maart 2025, punt 4")
    page.get_by_label(re.compile("^Reden van de wijziging")).fill("Leveranciers hebben meer tijd nodig")
    page.get_by_role("button", name="Opslaan").click()
    page.wait_for_url(re.compile(r"/afspraken/\d+/$"))
    expect(page.locator("#messages")).to_contain_text("De afspraak is gewijzigd")
    moved = page.locator(".then-and-now")
    expect(moved).to_have_count(1)
    for words in (
        "Termijn", "31 december 2025", "zomer 2026", "Stuurgroep 12 maart 2025, punt 4", "Leveranciers hebben",
        "Voorbeeld Procesbegeleider",
    ):  # fmt: skip
        expect(moved).to_contain_text(words)

    page.get_by_role("link", name="Geschiedenis").click()
    expect(page.locator("#history-panel > .log > li")).to_have_count(2)
    expect(page.locator("#history-panel del")).to_have_text("was: 31 december 2025")


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_the_list_is_narrowed_and_paged_and_remembers_it_in_its_address(window, device):
    page = window(person("facilitator"), device=device, address="/afspraken/")
    expect(page.locator(".found")).to_contain_text("52 afspraken")
    page.get_by_role("link", name="Volgende").click()
    page.wait_for_url("**na=**")
    page.get_by_role("link", name="Naar het begin").click()
    expect(page.get_by_role("link", name="Vorige")).to_have_count(0)

    page.get_by_role("link", name="geen datum afgesproken", exact=True).click()
    expect(page.locator(".found")).to_contain_text("32 afspraken")
    page.locator("#akkoord").select_option("goud")
    if not device.javascript:
        page.get_by_role("button", name="Toon").last.click()
    expect(page.locator(".found")).to_contain_text("5 afspraken")
    assert "termijn=niet-afgesproken" in page.url
    assert "akkoord=goud" in page.url
    page.reload()
    expect(page.locator(".found")).to_contain_text("5 afspraken")


def test_nobody_is_shut_out_of_reading_commitments(window):
    page = window(person("facilitator"))
    wrong: list[str] = []
    one = Commitment.objects.get(code="goud-1").get_absolute_url()
    for address in ["/afspraken/", "/afspraken/?termijn=ooit", one, f"{one}geschiedenis/", "/partijen/philips/"]:
        page.goto(address)
        assert page.locator("h1").count() == 1, address
        hold_against_the_rules(page, address, wrong)
    assert not wrong, "\n".join(wrong)


def test_nobody_is_shut_out_of_keeping_commitments(window):
    page = window(person("facilitator"))
    wrong: list[str] = []
    one = Commitment.objects.get(code="goud-1").get_absolute_url()
    goud = "/convenanten/goud/"
    for address in [f"{one}wijzigen/", f"{one}beeindigen/", f"{goud}rapportageregels/", f"{goud}afspraken/nieuw/"]:
        page.goto(address)
        assert page.locator("h1").count() == 1, address
        hold_against_the_rules(page, address, wrong)
    page.emulate_media(color_scheme="light")
    page.get_by_role("button", name="Vastleggen").click()
    expect(page.locator(".errors")).to_be_focused()
    # In light only: what errors look like in dark is held to the rules on the form of a phase.
    rules = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=rules).response["violations"]
    assert [*wrong, *(violation["id"] for violation in found)] == []
