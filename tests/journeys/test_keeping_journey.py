"""Keeping the register: correct, register, move on; two at once; with the keyboard; and what is typed wrongly."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from covenants import services
from covenants.models import Agreement, FacilitatorAssignment, PhaseChange
from ser_portal.accounts.models import Role
from ser_portal.dates import ImpreciseDate
from tests.conftest import make_user
from tests.journeys.conftest import DEVICES, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def own(portal) -> Agreement:
    """An agreement of the demo facilitator, in exploration."""
    return services.register_agreement(
        sector_name="Proefsector",
        name_nl="Proefakkoord",
        visibility="parties",
        phase="exploration",
        effective_on=ImpreciseDate.month(2018, 3),
        reason="Verzoek van de sector",
        by=person("facilitator"),
    )


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_the_start_of_the_talks_on_wind_energy_is_corrected(window, device):
    page = window(person("facilitator"), device=device, address="/convenanten/windenergie/")
    step = page.locator("ol.steps li", has_text="Onderhandeling")
    step.get_by_role("link", name="corrigeren").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vastlegging corrigeren")
    assert page.get_by_label(re.compile("^Datum")).input_value() == "2020"
    page.get_by_label(re.compile("^Datum")).fill("maart 2020")
    page.get_by_label("Reden van de correctie").fill("Volgens het verslag van de startbijeenkomst")
    page.get_by_role("button", name="Corrigeren").click()

    page.wait_for_url("**/windenergie/geschiedenis/")
    expect(page.locator("#messages")).to_contain_text("gecorrigeerd")
    entries = page.locator("section", has_text="Fasen").first.locator("li", has_text="Onderhandeling")
    expect(entries).to_have_count(2)
    old = entries.filter(has=page.locator("del"))
    new = entries.filter(has_not=page.locator("del"))
    expect(old).to_have_count(1)
    assert old.locator("del").first.inner_text() == "2020"
    assert "line-through" in old.locator("del").first.evaluate("e => getComputedStyle(e).textDecorationLine")
    expect(old).to_contain_text("Vervangen door Voorbeeld Procesbegeleider")
    expect(new).to_contain_text("maart 2020")
    expect(new).to_contain_text("Vastgelegd door Voorbeeld Procesbegeleider")
    for entry in (old, new):
        expect(entry).to_contain_text("Volgens het verslag van de startbijeenkomst")

    page.goto("/convenanten/windenergie/")
    expect(page.locator("ol.steps li", has_text="Onderhandeling")).to_contain_text("maart 2020")


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_a_new_agreement_goes_from_exploration_to_negotiation(window, device):
    page = window(person("facilitator"), device=device, address="/convenanten/")
    expect(page.get_by_label("Stand op")).to_have_value("31 december 2020")
    page.get_by_role("link", name="Nieuw akkoord").click()
    page.get_by_label("Sector", exact=True).fill("Zonne-energie")
    page.get_by_label("Officiële naam").fill("IMVO-convenant Zonne-energie")
    page.get_by_label("Verkenning").check()
    page.get_by_label("Begonnen").fill("zomer 2023")
    page.get_by_label("Reden", exact=True).fill("De sector vroeg erom")
    page.get_by_role("button", name="Registreren").click()

    page.wait_for_url("**/convenanten/imvo-convenant-zonne-energie-*/")
    expect(page.locator("#messages")).to_contain_text("Het akkoord is geregistreerd.")
    page.get_by_role("link", name="Fase wijzigen").click()
    page.get_by_label("Onderhandeling").check()
    page.get_by_label("Vanaf wanneer").fill("12 februari 2024")
    page.get_by_label("Reden", exact=True).fill("Er is genoeg draagvlak")
    page.get_by_role("button", name="Fase wijzigen").click()

    page.wait_for_url("**/convenanten/imvo-convenant-zonne-energie-*/")
    expect(page.locator("#messages")).to_contain_text("De fase is gewijzigd.")
    steps = page.locator("ol.steps li")
    expect(steps).to_have_count(2)
    expect(steps.nth(0)).to_contain_text("Verkenning")
    expect(steps.nth(0)).to_contain_text("zomer 2023")
    expect(steps.nth(1)).to_contain_text("Onderhandeling")
    expect(steps.nth(1)).to_contain_text("12 februari 2024")
    drawn = page.locator("svg.timeline.big").get_attribute("aria-label")
    assert "zomer 2023" in drawn
    assert "12 februari 2024" in drawn
    # The register holds something newer than its reference data: it opens on today from now on.
    device.choose(page, "Convenanten")
    expect(page.locator("table.register")).to_contain_text("Zonne-energie")
    assert page.locator(".as-of-note").filter(has_text="daarom opent het").count() == 0
    assert page.get_by_role("link", name="Naar vandaag").count() == 0


@pytest.mark.parametrize("device", [DEVICES[0], DEVICES[2]], ids=lambda device: device.name)
def test_two_people_at_once_make_one_change_and_one_conflict(window, own, device):
    colleague = make_user("colleague", Role.FACILITATOR)
    FacilitatorAssignment.objects.create(agreement=own, user=colleague, began_on=date(2020, 1, 1))
    first = window(person("facilitator"), device=device, address=f"{own.get_absolute_url()}fase/")
    second = window(colleague, device=device, address=f"{own.get_absolute_url()}fase/")
    for page, when, reason in [(first, "4 mei 2020", "Iedereen wil"), (second, "juni 2020", "Dat <duurde> lang\ntoch")]:
        page.get_by_label("Onderhandeling").check()
        page.get_by_label("Vanaf wanneer").fill(when)
        page.get_by_label("Reden", exact=True).fill(reason)
    first.get_by_role("button", name="Fase wijzigen").click()
    expect(first.locator("#messages")).to_contain_text("De fase is gewijzigd.")
    second.get_by_role("button", name="Fase wijzigen").click()

    conflict = second.locator(".notice.conflict")
    expect(conflict).to_contain_text("Iemand anders was u voor")
    expect(conflict).to_contain_text("Voorbeeld Procesbegeleider wijzigde dit")
    expect(conflict).to_contain_text("4 mei 2020")
    expect(second.get_by_label("Reden", exact=True)).to_have_value("Dat <duurde> lang\ntoch")
    expect(second.get_by_label("Vanaf wanneer")).to_have_value("juni 2020")
    changes = PhaseChange.objects.filter(agreement=own, to_phase="negotiation")
    assert [change.reason for change in changes] == ["Iedereen wil"]


def tab_to(page: Page, wanted: str, *, most: int = 60) -> None:
    """Press Tab until what matches the selector has focus; each stop on the way shows where one is."""
    for _ in range(most):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            """() => {
                const here = document.activeElement, style = getComputedStyle(here);
                const line = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
                return {name: here.outerHTML.slice(0, 120), shown: line || style.boxShadow !== "none"};
            }"""
        )
        assert shown["shown"], f"nobody sees that this has focus: {shown['name']}"
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} is not reached with Tab")


def test_the_list_is_read_with_the_keyboard_alone(window):
    page = window(person("facilitator"), address="/partijen/")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    for place in ["#zoek", ".filters button", "a.chip", ".sorts a", "tbody a", "a[rel=next]"]:
        tab_to(page, place)
    page.keyboard.press("Enter")
    page.wait_for_url("**pagina=2**")
    expect(page.locator(".pagination")).to_contain_text("Pagina 2 van")


def test_a_phase_is_changed_with_the_keyboard_alone(window, own):
    page = window(person("facilitator"), address=f"{own.get_absolute_url()}fase/")
    tab_to(page, "input[name=to]")
    page.keyboard.press("Space")
    tab_to(page, "[name=effective_on]")
    page.keyboard.type("4 mei 2020")
    tab_to(page, "[name=reason]")
    page.keyboard.type("Met het toetsenbord")
    tab_to(page, "form button.button:not(.small)")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("De fase is gewijzigd.")
    assert PhaseChange.objects.get(agreement=own, reason="Met het toetsenbord").to_phase == "negotiation"


def test_an_error_gets_focus_and_leads_to_its_field(window, own):
    page = window(person("facilitator"), address=f"{own.get_absolute_url()}fase/")
    page.get_by_role("button", name="Fase wijzigen").click()
    errors = page.locator(".errors")
    expect(errors).to_be_focused()
    errors.get_by_role("link", name="Reden", exact=True).click()
    expect(page.get_by_label("Reden", exact=True)).to_be_focused()
    assert page.get_by_label("Reden", exact=True).get_attribute("aria-invalid") == "true"


@pytest.mark.parametrize("device", [DEVICES[0], DEVICES[2]], ids=lambda device: device.name)
def test_what_is_typed_wrongly_is_told_in_dutch_and_not_lost(window, own, device):
    page = window(person("facilitator"), device=device, address=f"{own.get_absolute_url()}fase/")
    when, reason = page.get_by_label("Vanaf wanneer"), page.get_by_label("Reden", exact=True)

    def refused(sentence: str) -> None:
        page.get_by_role("button", name="Fase wijzigen").click()
        expect(page.locator(".errors")).to_contain_text(sentence)

    page.get_by_label("Onderhandeling").check()
    when.fill("ergens in mei")
    reason.fill("Een reden die blijft staan")
    refused("‘ergens in mei’ is geen datum die het portaal begrijpt")
    expect(when).to_have_value("ergens in mei")
    expect(reason).to_have_value("Een reden die blijft staan")
    expect(page.get_by_label("Onderhandeling")).to_be_checked()

    when.fill("1 januari 2150")
    refused("toekomst")
    expect(when).to_have_value("1 januari 2150")
    expect(reason).to_have_value("Een reden die blijft staan")

    when.fill("mei 2020")
    reason.fill("")
    refused("Reden")
    expect(when).to_have_value("mei 2020")

    long = "Dit is te lang. " * 12_500
    reason.fill(long)  # as a paste does: nothing may be cut off without a word
    refused("2000")
    assert reason.input_value() == long
    assert own.phase_changes.count() == 1


@pytest.mark.parametrize(
    ("query", "sentence", "kept"),
    [
        ("peildatum=31-31-2020", "‘31-31-2020’ is geen dag. Schrijf bijvoorbeeld 31 december 2020", "31-31-2020"),
        ("peildatum=2150-01-01", "1 januari 2150 ligt in de toekomst", "2150-01-01"),
        ("fase=verzonnen", "De fase ‘verzonnen’ kent het portaal niet. Kies uit: ", ""),
        ("sector=verzonnen", "De sector ‘verzonnen’ kent het portaal niet", ""),
        ("partij=Verzonnen+nv", "Een partij ‘Verzonnen nv’ kent het portaal niet", ""),
    ],
)
def test_an_address_that_makes_no_sense_gives_the_list_and_a_sentence(client, reference, query, sentence, kept):
    """No browser needed for this one: the page is the same."""
    client.force_login(
        make_user("fatima", Role.FACILITATOR), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    answer = client.get(f"/convenanten/?{query}")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Windenergie" in page
    assert f'value="{kept}"' in page
