"""The frame in a real browser: open for everybody, no sideways scroll, failure in a sentence, one press one change."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _found_static_files(settings):
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def signed_in(page, live_server, facilitator):
    """A window of the facilitator on the start page; what the browser complains about fails the test."""
    complaints = []
    page.on("pageerror", lambda failure: complaints.append(str(failure)))
    page.on("console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None)
    page.goto(f"{live_server.url}/inloggen/")
    page.get_by_label("E-mailadres").fill(facilitator.email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.wait_for_url(f"{live_server.url}/")
    yield page
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out_in_light_or_dark(signed_in, live_server, scheme):
    signed_in.emulate_media(color_scheme=scheme)
    for address in ["/", "/account/", "/wachtwoord/wijzigen/", "/bestaat-niet/", "/?peildatum=onzin"]:
        signed_in.goto(live_server.url + address)
        found = Axe().run(signed_in)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"


@pytest.mark.parametrize("width", [320, 640, 1024, 1100, 1920])
def test_no_width_needs_sideways_scrolling(signed_in, live_server, width):
    signed_in.set_viewport_size({"width": width, "height": 800})
    for address in ["/", "/account/", "/bestaat-niet/"]:
        signed_in.goto(live_server.url + address)
        assert signed_in.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


def test_the_menu_on_a_phone_opens_and_closes_from_the_keyboard(signed_in):
    signed_in.set_viewport_size({"width": 360, "height": 800})
    menu = signed_in.locator("details.masthead-narrow > summary")
    menu.focus()
    signed_in.keyboard.press("Enter")
    assert signed_in.get_by_role("link", name="Partijen").is_visible()
    signed_in.keyboard.press("Escape")
    assert not signed_in.get_by_role("link", name="Partijen").is_visible()
    assert menu.evaluate("element => element === document.activeElement")


@pytest.mark.parametrize(
    ("address", "sentence"), [("/bestaat-niet/", "Dit bestaat niet (meer)."), ("/beheer/", "Dit mag u niet")]
)
def test_what_fails_under_htmx_is_told_and_the_page_stays(signed_in, address, sentence):
    signed_in.evaluate("address => htmx.ajax('GET', address, '#inhoud')", address)
    signed_in.locator("#messages").get_by_text(sentence).wait_for()
    assert signed_in.get_by_role("heading", level=1).is_visible()


def test_no_connection_is_told_in_a_sentence(signed_in):
    signed_in.context.set_offline(True)
    signed_in.evaluate("() => { htmx.ajax('GET', '/account/', '#inhoud').catch(() => {}); }")
    signed_in.locator("#messages").get_by_text("De server is niet te bereiken.").wait_for()
    signed_in.context.set_offline(False)


def test_a_form_that_is_not_in_order_puts_focus_on_what_to_mend(signed_in, live_server):
    signed_in.goto(f"{live_server.url}/wachtwoord/wijzigen/")
    signed_in.get_by_role("button", name="Wachtwoord wijzigen").click()
    signed_in.locator(".errors").wait_for()
    assert signed_in.evaluate("document.activeElement.className") == "errors"
    signed_in.locator(".errors").get_by_role("link", name="Huidig wachtwoord").click()
    assert signed_in.evaluate("document.activeElement.id") == "id_oldpassword"


def test_two_quick_presses_send_one_form(signed_in, live_server):
    signed_in.goto(f"{live_server.url}/account/")
    sent = []
    signed_in.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    signed_in.evaluate(
        """() => {
            const form = document.querySelector("main form.language");
            form.requestSubmit(form.querySelector("[value=en]"));
            form.requestSubmit(form.querySelector("[value=en]"));
        }"""
    )
    signed_in.wait_for_selector("html[lang=en]")
    assert len(sent) == 1


def test_everything_works_without_javascript(browser, live_server, facilitator):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{live_server.url}/inloggen/")
    page.get_by_label("E-mailadres").fill(facilitator.email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.locator("details.masthead-narrow > summary").click()
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator("input[name=peildatum]").fill("31 december 2019")
    page.locator(".as-of button").click()
    assert "peildatum=31+december+2019" in page.url
    context.close()


def test_the_first_page_is_light(page, live_server):
    sizes = []
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto(f"{live_server.url}/inloggen/", wait_until="networkidle")
    assert len(sizes) >= 7  # the page, four sheets, two scripts
    assert sum(sizes) < 120_000  # uncompressed; a third of it goes over the line
