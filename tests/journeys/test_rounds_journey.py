"""A round from its first plan to its lock, and what a branch association sees of it."""

import re
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from covenants import services
from covenants.models import Agreement, Delegate, PartyMembership, PartyType, ReportingRound, ReportingSlot
from ser_portal.accounts.models import Role
from ser_portal.dates import ImpreciseDate
from tests.conftest import make_user
from tests.factories import make_commitment, make_party, make_round, make_slot, make_update
from tests.journeys.conftest import DEVICES, person
from tests.journeys.test_open_to_everybody import hold_against_the_rules

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def own(portal) -> Agreement:
    """An agreement of the demo facilitator with two companies, a branch association and two commitments."""
    agreement = services.register_agreement(
        sector_name="Proefsector",
        name_nl="Proefakkoord",
        visibility="parties",
        phase="exploration",
        effective_on=ImpreciseDate.month(2018, 3),
        reason="Verzoek van de sector",
        by=person("facilitator"),
    )
    branch = make_party(agreement, name="Branchevereniging", type=PartyType.TRADE_ASSOCIATION)
    for name in ("Aarde bv", "Zand bv"):
        PartyMembership.objects.create(association=branch, member=make_party(agreement, name=name))
    make_commitment(agreement, text_nl="Elk bedrijf brengt zijn keten in kaart.")
    make_commitment(agreement, text_nl="Iemand onderzoekt dit.", carrier_kind="unknown", carrier_types=[])
    return agreement


@pytest.fixture
def bram(own):
    """Acts for the branch association."""
    user = make_user("bram", Role.DELEGATE)
    branch = own.participations.get(party__name="Branchevereniging").party
    Delegate.objects.create(party=branch, user=user, began_on=date(2020, 1, 1))
    return user


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_a_round_is_looked_at_opened_extended_and_locked(window, own, bram, device):
    page = window(person("facilitator"), device=device, address=own.get_absolute_url())
    page.locator("#rapportagerondes").get_by_role("link", name="Nieuwe ronde").click()
    year = timezone.localdate().year - 1
    page.get_by_label("Inleverdatum").fill("1 maart 2099")
    page.get_by_role("button", name=re.compile(f"^Kalenderjaar {year}")).click()
    expect(page.get_by_label("Laatste dag van de periode")).to_have_value(f"31 december {year}")
    expect(page.get_by_label("Inleverdatum")).to_have_value("1 maart 2099")
    page.get_by_role("button", name="Bekijk wie wat krijgt").last.click()

    plan = page.locator("section.plan")
    expect(plan.get_by_role("heading", name="Wie wat krijgt")).to_be_visible()
    for words in ("Aarde bv", "Zand bv", "niemand gemachtigd", "Iemand onderzoekt dit."):
        expect(plan).to_contain_text(words)
    assert not ReportingRound.objects.exists()
    plan.get_by_role("button", name="Ronde openen").click()

    page.wait_for_url("**/rondes/*/")
    expect(page.locator("#messages")).to_contain_text("De ronde is geopend.")
    opened = ReportingRound.objects.get()
    assert (opened.title_nl, opened.slots.count()) == (f"Kalenderjaar {year}", 2)
    page.get_by_role("link", name="Zand bv").click()
    page.get_by_role("link", name="Uitstel voor deze partij").click()
    expect(page.get_by_label("Welke partij")).to_have_value("Zand bv")
    page.get_by_label("Nieuwe inleverdatum").fill("1-2-2099")
    page.get_by_label("Reden").fill("Er was brand")
    page.get_by_role("button", name="Datum verschuiven").click()
    expect(page.locator(".errors")).to_contain_text("ligt niet na de huidige")
    page.get_by_label("Nieuwe inleverdatum").fill("1 april 2099")
    page.get_by_role("button", name="Datum verschuiven").click()
    page.wait_for_url(f"**{opened.get_absolute_url()}")
    expect(page.locator("tr", has_text="Zand bv")).to_contain_text("1 april 2099")
    expect(page.locator("tr", has_text="Aarde bv")).to_contain_text("1 maart 2099")
    expect(page.locator(".log")).to_contain_text("Er was brand")

    page.get_by_role("link", name="Ronde sluiten").click()
    expect(page.locator(".points")).to_contain_text("2 partijen hebben nog tijd")
    page.get_by_role("button", name="Ronde voorgoed sluiten").click()
    expect(page.locator(".errors")).to_contain_text("nog tijd hebben")
    page.get_by_label("Sluit de ronde ook al").check()
    page.get_by_role("button", name="Ronde voorgoed sluiten").click()
    expect(page.locator(".head")).to_contain_text("gesloten op")
    assert page.get_by_role("link", name="Ronde sluiten").count() == 0

    slot = ReportingSlot.objects.get(party__name="Aarde bv")
    make_update(slot, by=person("facilitator"), text="Kanarie")
    page = window(bram, device=device, address=opened.get_absolute_url())
    assert page.get_by_text("Aarde bv").count() == 0
    page.get_by_role("link", name="Leden in deze ronde").click()
    expect(page.locator("tr", has_text="Aarde bv")).to_contain_text("ja")
    expect(page.locator("tr", has_text="Zand bv")).to_contain_text("nog niet")
    assert page.get_by_text("Kanarie").count() == 0


def test_enter_in_a_field_shows_the_plan_and_never_opens_the_round(window, own):
    page = window(person("facilitator"), address=f"{own.get_absolute_url()}rondes/nieuw/")
    page.get_by_label("Naam", exact=True).fill("Rapportage")
    page.get_by_label("Eerste dag van de periode").fill("2025")
    page.get_by_label("Laatste dag van de periode").fill("2025")
    page.get_by_label("Inleverdatum").fill("1 maart 2099")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Wie wat krijgt")).to_be_focused()
    page.get_by_label("Inleverdatum").press("Enter")
    expect(page.get_by_role("heading", name="Wie wat krijgt")).to_be_visible()
    assert not ReportingRound.objects.exists()


def test_nobody_is_shut_out_of_a_round(window, own, bram):
    facilitator = person("facilitator")
    previous = make_round(own, by=facilitator, title_nl="Vorige")
    found = make_round(own, by=facilitator, previous=previous)
    commitment = own.commitments.first()
    for name, uncertain in (("Aarde bv", False), ("Zand bv", True), ("Branchevereniging", False)):
        party = own.participations.get(party__name=name).party
        slot = make_slot(found, commitment, party, uncertain=uncertain)
        if name == "Aarde bv":
            make_update(slot, by=facilitator)
    make_party(own, name="Erbij bv")
    services.extend_deadline(
        found, version=1, due_on=date(2099, 1, 1), reason="Brand", party=slot.party, by=facilitator
    )
    url = found.get_absolute_url()
    wrong: list[str] = []
    page = window(facilitator)
    for address in (
        f"{own.get_absolute_url()}rondes/",
        f"{own.get_absolute_url()}rondes/nieuw/",
        url,
        f"{url}?stand=bestaat-niet&partij=Zand+bv",
        f"{url}inleverdatum/",
        f"{url}aanvullen/",
        f"{url}overnemen/",
        f"{url}vervallen/",
        f"{url}sluiten/",
    ):
        page.goto(address)
        hold_against_the_rules(page, address, wrong)
    page.goto(f"{own.get_absolute_url()}rondes/nieuw/")
    page.get_by_label("Naam", exact=True).fill("Rapportage")
    page.get_by_role("button", name=re.compile("^Achttien maanden")).click()
    page.get_by_label("Inleverdatum").fill("1 maart 2099")
    page.get_by_role("button", name="Bekijk wie wat krijgt").last.click()
    expect(page.get_by_role("heading", name="Wie wat krijgt")).to_be_visible()
    hold_against_the_rules(page, "preview", wrong)
    page = window(bram)
    for address in (url, f"{url}leden/"):
        page.goto(address)
        hold_against_the_rules(page, address, wrong)
    assert not wrong, "\n".join(wrong)
