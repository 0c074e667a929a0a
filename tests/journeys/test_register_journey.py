"""Reading the register as a new user would: sign in, filter, another day, the records behind a figure."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import PASSWORD
from tests.journeys.conftest import DEVICES, person, rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

IN_NEGOTIATION = ["Land- en tuinbouw (stilgevallen)", "Windenergie"]


def found(page: Page, sentence: str) -> None:
    """Wait for the line above the list that counts what was found."""
    expect(page.locator(".found")).to_contain_text(sentence)


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_a_facilitator_signs_in_and_finds_the_two_in_negotiation(window, device):
    page = window(device=device, address="/convenanten/")
    page.wait_for_url("**/inloggen/?next=/convenanten/")
    page.get_by_label("E-mailadres").fill("facilitator@demo.example")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.wait_for_url("**/convenanten/")
    expect(page.locator("#messages")).to_contain_text("Voorbeeld Procesbegeleider")
    expect(page.locator(".as-of-note")).to_contain_text("31 december 2020")
    found(page, "13 akkoorden op 31 december 2020")
    everything = rows(page)
    assert len(everything) == 13

    page.get_by_role("link", name=re.compile("^Onderhandeling")).click()
    found(page, "2 akkoorden")
    assert "fase=onderhandeling" in page.url
    assert rows(page) == IN_NEGOTIATION

    page.go_back()
    found(page, "13 akkoorden")
    assert "fase" not in page.url
    assert rows(page) == everything

    page.go_forward()
    found(page, "2 akkoorden")
    page.reload()
    found(page, "2 akkoorden")
    assert rows(page) == IN_NEGOTIATION


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_the_end_of_2019_counts_ten_and_says_which_one_is_uncertain(window, device):
    page = window(person("facilitator"), device=device, address="/")
    device.choose(page, "Convenanten")
    page.get_by_label("Stand op").fill("31 december 2019")
    page.get_by_role("button", name="Toon").click()
    page.wait_for_url("**peildatum=31+december+2019**")
    figure = page.locator(".figures a").first
    expect(figure).to_contain_text("10")
    expect(figure).to_contain_text("waarvan 1 onzeker")
    assert re.search(r"^10\b", figure.inner_text())

    figure.click()
    page.wait_for_url("**/kengetallen/**")
    assert "peildatum=2019-12-31" in page.url
    assert page.locator(".figure-value").first.inner_text() == "10"
    assert page.locator("#geteld tbody tr").count() == 10
    uncertain = page.locator("#onzeker tbody tr")
    expect(uncertain).to_have_count(1)
    expect(uncertain).to_contain_text("Bancaire")
    uncertain.get_by_role("link").click()
    page.wait_for_url("**/convenanten/banken/?peildatum=2019-12-31")
    expect(page.get_by_label("Stand op")).to_have_value("31 december 2019")


def test_search_and_filters_work_together_and_the_party_is_suggested(window):
    page = window(person("facilitator"), address="/convenanten/")
    page.get_by_label("Zoek").fill("textiel")  # results follow while typing
    found(page, "1 akkoord")
    assert rows(page) == ["Kleding en textiel"]
    page.wait_for_url("**zoek=textiel**")
    page.get_by_label("Zoek").fill("")
    found(page, "13 akkoorden")
    page.get_by_role("combobox", name="Partij").press_sequentially("Modi")
    expect(page.locator("#party-options option[value*=Modint i]")).to_have_count(1)
    page.get_by_role("combobox", name="Partij").fill(
        page.locator("#party-options option[value*=Modint i]").get_attribute("value")
    )
    page.get_by_role("button", name="Filter", exact=True).click()
    page.wait_for_url("**partij=**")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert rows(page) == ["Kleding en textiel"]
    page.get_by_role("link", name="Wis alle filters").click()
    found(page, "13 akkoorden")


def test_an_expired_session_takes_the_whole_window_to_signing_in(window):
    page = window(person("facilitator"), address="/convenanten/")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("link", name=re.compile("^Onderhandeling")).click()
    page.wait_for_url("**/inloggen/?next=**")
    expect(page.get_by_role("heading", level=1)).to_have_text("Inloggen")
    assert page.locator("h1").count() == 1
    assert page.locator("#register-results").count() == 0
    page.get_by_label("E-mailadres").fill("facilitator@demo.example")
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.wait_for_url("**/convenanten/**")  # back to where it was


def test_nothing_of_a_page_stays_in_the_browsers_storage(window):
    page = window(person("facilitator"), address="/convenanten/")
    page.get_by_role("link", name=re.compile("^Onderhandeling")).click()
    found(page, "2 akkoorden")
    page.get_by_role("link", name="Windenergie").click()
    page.wait_for_url("**/windenergie/**")
    page.go_back()
    found(page, "2 akkoorden")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "Windenergie" not in kept
    assert "<" not in kept
    assert "sessionid" not in kept
    assert "csrftoken" not in kept
    assert len(kept) < 500
