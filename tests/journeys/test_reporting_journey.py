"""A delegate reports for the first time, from the mail to the reply; with a large screen, a phone and no JavaScript."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from covenants.models import Delegate, Evidence, ProgressUpdate, Reply, Review, SlotState
from tests.intake.samples import pdf, xlsx
from tests.journeys.conftest import DEVICES, Device
from tests.journeys.reporting import PROMISE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS, SECRET = "nora@proefweverij.example", "vier weefgetouwen en een poes"


def sign_in(page: Page) -> None:
    page.goto("/inloggen/")
    page.get_by_label("E-mailadres").fill(ADDRESS)
    page.get_by_label("Wachtwoord").fill(SECRET)
    page.get_by_role("button", name="Inloggen").click()
    page.wait_for_url(re.compile(r"//[^/]+/$"))


def attach(page: Page, name: str, content: bytes, shows: str, when: str) -> None:
    """One file, with what it shows; the part to do so is folded away once there is a file."""
    if not page.get_by_label("Wat het laat zien").is_visible():
        page.get_by_text("Bestand toevoegen", exact=True).click()
    page.get_by_label("Bestand", exact=True).set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_label("Wat het laat zien").fill(shows)
    page.get_by_label(re.compile("^Datum van het stuk")).fill(when)
    page.get_by_role("button", name="Toevoegen", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Het bestand is toegevoegd.")
    expect(page.locator(".writing .files")).to_contain_text(name)
    expect(page.locator(".writing .files")).to_be_in_viewport()


def invited(window, asked, device: Device) -> str:
    """The facilitator asks somebody by mail; the address in that mail."""
    page = window(asked.facilitator, device=device, address=f"/partijen/{asked.party.slug}/")
    page.get_by_role("link", name=re.compile("emachtigden")).first.click()
    page.get_by_role("link", name="Iemand uitnodigen").click()
    page.get_by_label("E-mailadres").fill(ADDRESS)
    page.get_by_role("button", name="Uitnodigen").click()
    expect(page.locator("#messages")).to_contain_text(ADDRESS)
    expect(page.locator("main")).to_contain_text(ADDRESS)
    [letter] = mail.outbox
    assert letter.to == [ADDRESS]
    assert asked.party.name in letter.subject
    [link] = re.findall(r"^https?://\S+$", letter.body, re.MULTILINE)
    page.context.close()
    return link


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_from_the_invitation_to_the_reply(window, asked, device):
    link = invited(window, asked, device)

    # A mail scanner may fetch the link; only pressing the button does something.
    page = window(device=device, address=link)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Handelen namens {asked.party.name}")
    page.get_by_role("button", name="Verder").click()
    page.wait_for_url("**/uitnodiging/")
    page.get_by_label("Uw naam", exact=True).fill("Nora de Wever")
    page.get_by_label("Nieuw wachtwoord", exact=True).fill(SECRET)
    page.get_by_label("Nieuw wachtwoord, nogmaals").fill(SECRET)
    page.get_by_role("button", name="Account maken en aanvaarden").click()
    page.wait_for_url(re.compile(r"//[^/]+/$"))
    assert Delegate.objects.get(party=asked.party).user.name == "Nora de Wever"

    # What do I owe?
    owed = page.locator("section", has=page.get_by_role("heading", name="Nog te rapporteren"))
    expect(owed.locator("li")).to_have_count(1)
    expect(owed).to_contain_text("nog niet begonnen")
    owed.get_by_role("link", name=PROMISE).click()

    # A draft; then the browser is closed.
    expect(page.locator(".audience")).to_contain_text("alleen de partij zelf en het secretariaat")
    page.get_by_label("Vraagt aandacht").check()
    page.get_by_label("Onderzochte fabrieken").fill("12")
    page.get_by_label(re.compile("^Toelichting")).fill("We bezochten **twaalf** fabrieken.")
    page.get_by_role("button", name="Concept bewaren").click()
    expect(page.locator("#messages")).to_contain_text("Uw concept is bewaard. Het is nog niet ingediend.")
    page.context.close()

    # Somewhere else, later: it is still there, and half of it is no reason to refuse.
    page = window(device=device)
    sign_in(page)
    expect(page.locator("main")).to_contain_text("er staat een concept klaar")
    page.get_by_role("link", name=PROMISE).click()
    expect(page.get_by_label("Vraagt aandacht")).to_be_checked()
    expect(page.get_by_label("Onderzochte fabrieken")).to_have_value("12")
    expect(page.get_by_label(re.compile("^Toelichting"))).to_have_value("We bezochten **twaalf** fabrieken.")

    # Sent too early: told what is missing, nothing lost.
    page.get_by_role("button", name="Indienen").click()
    expect(page.locator(".errors")).to_contain_text("Alle fabrieken")
    expect(page.get_by_label("Onderzochte fabrieken")).to_have_value("12")
    page.get_by_label("Alle fabrieken").fill("40")
    attach(page, "bezoeken.pdf", pdf(1), "Verslag van de bezoeken", "mei 2026")
    attach(page, "fabrieken.xlsx", xlsx(5), "Lijst van alle fabrieken", "2 juni 2026")
    expect(page.get_by_label("Alle fabrieken")).to_have_value("40")
    page.get_by_role("button", name="Indienen").click()
    expect(page.locator("#messages")).to_contain_text("Uw voortgang is ingediend bij het secretariaat.")
    expect(page.locator("#messages")).to_be_in_viewport()
    first = page.locator("#versie-1")
    expect(first).to_contain_text("12 van 40 (30%)")
    expect(first.locator(".files li")).to_have_count(2)
    expect(first.locator("strong", has_text="twaalf")).to_be_visible()

    # The facilitator reads it, opens a file and sends it back.
    desk = window(asked.facilitator, device=device, address="/")
    device.choose(desk, "Beoordelen")
    desk.get_by_role("link", name=asked.party.name).click()
    review = desk.locator("#beoordelen")
    with desk.expect_download() as download:
        review.get_by_role("link", name="fabrieken.xlsx").click()
    assert download.value.path().read_bytes()[:2] == b"PK"
    review.get_by_label("Wat moet er anders?").fill("Welke fabrieken <u> niet bezocht, en waarom?")
    review.get_by_role("button", name="Terugsturen").click()
    expect(desk.locator("#messages")).to_contain_text("Teruggestuurd; de partij leest uw reden.")
    expect(desk.locator("main")).to_contain_text("Er wacht niets op u.")

    # The delegate reads the reason where it is owed, and sends a second version.
    page.goto("/")
    back = page.locator("section", has=page.get_by_role("heading", name=re.compile("^Teruggestuurd")))
    back.get_by_role("link", name=PROMISE).click()
    expect(page.locator(".notice.error")).to_contain_text("Welke fabrieken <u> niet bezocht, en waarom?")
    text = page.get_by_label(re.compile("^Toelichting"))
    expect(text).to_have_value("We bezochten **twaalf** fabrieken.")
    text.fill("We bezochten **twaalf** fabrieken; de andere zijn in Italië.")
    page.get_by_label("Onderzochte fabrieken").fill("13")
    expect(page.locator(".writing .files li")).to_have_count(2)
    page.get_by_role("button", name="Indienen").click()
    expect(page.locator("#versie-2")).to_contain_text("13 van 40")
    expect(page.locator("#versie-1")).to_contain_text("Welke fabrieken <u> niet bezocht")

    # What changed is seen in one glance, and it is approved.
    desk.reload()
    desk.get_by_role("link", name=asked.party.name).click()
    expect(desk.locator("#beoordelen summary").first).to_contain_text("2 verschillen met de vorige versie")
    diff = desk.locator("#beoordelen .diff")
    expect(diff.locator("ins", has_text="Italië")).to_be_visible()
    expect(diff).to_contain_text("13")
    desk.get_by_label("voldoet", exact=True).check()
    desk.get_by_label("Toelichting op het oordeel").fill("Goed onderbouwd.")
    desk.get_by_role("button", name="Goedkeuren").click()
    expect(desk.locator("#messages")).to_contain_text("Goedgekeurd; de partij kan reageren.")

    # The right of reply.
    page.goto("/")
    replies = page.locator("section", has=page.get_by_role("heading", name="Beoordeeld: u kunt nog reageren"))
    replies.get_by_role("link", name=PROMISE).click()
    expect(page.locator("#versie-2")).to_contain_text("Goed onderbouwd.")
    page.get_by_role("textbox", name="Uw weerwoord").fill("Dank; volgend jaar gaan we naar Italië.")
    page.get_by_role("button", name="Weerwoord geven").click()
    expect(page.locator("#versie-2")).to_contain_text("volgend jaar gaan we naar Italië")
    expect(page.get_by_role("textbox", name="Uw weerwoord")).to_have_count(0)

    # The facilitator reads it beside the assessment.
    desk.goto(asked.url)
    beside = desk.locator("#versie-2 .beside > div").nth(1)
    expect(beside).to_contain_text("Goed onderbouwd.")
    expect(beside).to_contain_text("volgend jaar gaan we naar Italië")

    asked.slot.refresh_from_db()
    assert asked.slot.state == SlotState.APPROVED
    assert [update.number for update in ProgressUpdate.objects.order_by("number")] == [1, 2]
    assert (Evidence.objects.count(), Review.objects.count(), Reply.objects.count()) == (2, 2, 1)
