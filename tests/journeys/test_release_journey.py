"""The secretariat releases the totals of a round in a real browser; a party reads them on a phone."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from covenants.models import Agreement, Delegate, FacilitatorAssignment
from tests.figures.staged import Answer, stage_round
from tests.journeys.conftest import DEVICES, PHONE, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def staged():
    """A closed round of an agreement of 2020 with twenty-six parties, of which some answers stand alone."""
    done = Answer("approved", value=Decimal(40), numerator=Decimal(30), denominator=Decimal(40))
    behind = Answer("approved", status="behind", verdict="partly", value=Decimal(25), numerator=Decimal(5),
                    denominator=Decimal(25))  # fmt: skip
    alone = Answer("approved", status="attention", value=Decimal(31), numerator=Decimal(3), denominator=Decimal(31))
    rows = [[done, done, done]] * 9 + [[behind, done, behind]] * 8 + [[Answer()] * 3] * 7 + [[alone, done, alone]]
    agreement = Agreement.objects.get(slug="kleding-en-textiel")
    facilitator = person("facilitator")
    FacilitatorAssignment.objects.get_or_create(
        agreement=agreement, user=facilitator, defaults={"began_on": date(2020, 1, 1)}
    )
    made = stage_round(
        agreement, by=facilitator, answers=rows, kinds=["", "quantity", "share"], title_nl="Rapportage 2025",
        period_first=date(2025, 1, 1), period_last=date(2025, 12, 31), due_on=date(2026, 2, 1),
    )  # fmt: skip
    Delegate.objects.get_or_create(
        party=made.slots.order_by("party").first().party, user=person("delegate"), began_on=date(2020, 1, 1)
    )
    return made


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_totals_are_released_and_read(window, device):
    made = staged()
    page = window(person("facilitator"), device=device, address=f"/rondes/{made.pk}/cijfers/")
    expect(page.get_by_role("heading", name="Zoals het nu is")).to_be_visible()
    page.get_by_role("link", name="Vrijgeven").click()
    expect(page.get_by_text("klein aantal").first).to_be_visible()
    page.get_by_role("button", name="Totalen vrijgeven").click()
    expect(page.get_by_text("Geef een toelichting").first).to_be_visible()
    page.get_by_label("Toelichting").fill("Over 2025, na sluiting op 1 februari.")
    page.get_by_role("button", name="Totalen vrijgeven").click()
    page.wait_for_url(f"**/rondes/{made.pk}/cijfers/")
    expect(page.locator("#messages")).to_contain_text("De totalen zijn vrijgegeven.")

    reader = window(person("delegate"), device=device, address=f"/rondes/{made.pk}/cijfers/")
    expect(reader.get_by_text("Over 2025, na sluiting op 1 februari.")).to_be_visible()
    expect(reader.get_by_text("klein aantal")).to_have_count(0)
    for address in [
        f"/rondes/{made.pk}/cijfers/",
        f"/convenanten/{made.agreement.slug}/cijfers/",
        "/kengetallen/",
        "/kengetallen/round.status.behind/",
        f"/kengetallen/round.answered/?ronde={made.pk}",
    ]:
        reader.goto(address)
        expect(reader.locator("h1")).to_be_visible()
        if device.viewport is PHONE:
            wide = reader.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, address
