"""The mail, the log of reminders and the calendar page in a real browser: readable, whole, and without violations."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail

from covenants.models import Digest, DigestState, Reminder, UpdateState, Visibility
from tests.conftest import PASSWORD
from tests.covenants.reminding import DUE, act_for, at, rung_day, tick
from tests.factories import make_commitment, make_round, make_slot, make_update

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _found_static_files(settings):
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def slot(agreement, party, delegate, facilitator):
    """Of a public agreement with long words, due in a week, one of two returned."""
    agreement.visibility = Visibility.PUBLIC
    agreement.save()
    round = make_round(agreement, by=facilitator, due_on=DUE)
    long = "Meervoudigeongevallenverzekeringsmaatschappijen" * 3
    returned = make_slot(round, make_commitment(agreement, text_nl=long), party)
    make_update(returned, by=delegate, state=UpdateState.RETURNED, reviewer=facilitator)
    type(returned).objects.filter(pk=returned.pk).update(state_since=at(rung_day(-7), 8))
    return make_slot(round, make_commitment(agreement), party)


def sign_in(page, live_server, user):
    page.goto(f"{live_server.url}/inloggen/")
    page.get_by_label("E-mailadres").fill(user.email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.wait_for_url(f"{live_server.url}/")


def sound(page, *widths):
    """No sideways scrolling and no violation, in light and dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_timeout(250)  # colours move for a moment
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (width, scheme)
            found = Axe().run(page)
            assert found.violations_count == 0, f"{width} {scheme}: {found.generate_report()}"


def test_the_mail_of_a_party_and_of_the_secretariat_can_be_read(page, slot):
    for days in (-7, 21):
        tick(at(rung_day(days)))
    for message in (mail.outbox[0], mail.outbox[-1]):
        page.set_content(f"<main>{message.alternatives[0].content}</main>")
        sound(page, 360, 800)


def test_the_log_shows_every_fate_of_a_mail(page, live_server, slot, facilitator):
    tick(at(rung_day(-7)))
    for name, state, error in [("bob", "unknown", "interrupted"), ("nina", "failed", "address refused 550")]:
        person = act_for(slot.party, name)
        digest = Digest.objects.create(
            recipient=person, day=DUE - timedelta(days=6), state=DigestState(state), error=error,
            message_id="<dagbericht-12.20260401@een-lange-naam-van-een-server.voorbeeld.nl>",
        )  # fmt: skip
        Reminder.objects.create(slot=slot, step="before", due_on=DUE, recipient=person, digest=digest)
    sign_in(page, live_server, facilitator)
    page.goto(f"{live_server.url}/rondes/{slot.round_id}/herinneringen/")
    sound(page, 360, 1280)
    page.get_by_role("link", name="Niet zeker aangekomen").click()
    page.wait_for_url("**bezorging=niet-aangekomen**")
    assert page.locator("tbody tr").count() == 2


@pytest.mark.parametrize("javascript", [True, False])
def test_an_address_is_made_shown_once_and_revoked(browser, live_server, slot, delegate, javascript):
    tick(at(rung_day(-7)))
    context = browser.new_context(java_script_enabled=javascript)
    page = context.new_page()
    sign_in(page, live_server, delegate)
    page.goto(f"{live_server.url}/agenda/")
    page.get_by_role("button", name="Adres maken").click()
    address = page.locator("#address").inner_text()
    assert address.startswith("http")
    assert context.request.get(address).status == 200
    if javascript:
        sound(page, 360, 1280)
    page.goto(f"{live_server.url}/agenda/")
    assert page.locator("#address").count() == 0
    page.get_by_role("button", name="Adres intrekken").click()
    page.get_by_text("Het adres is ingetrokken").wait_for()
    assert context.request.get(address).status == 404
    context.close()
