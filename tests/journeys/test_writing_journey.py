"""Nothing typed is lost: what saves itself, who writes at the same time, and what breaks while somebody is typing."""

import re
import time
from datetime import date

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from covenants.models import Delegate, DelegateRole, ProgressDraft, ProgressUpdate, SlotState
from tests.conftest import PASSWORD
from tests.factories import make_draft, make_evidence, make_party, make_update
from tests.journeys.conftest import DEVICES, PATIENCE
from tests.journeys.reporting import acts_for
from tests.journeys.test_keeping_journey import tab_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WITHOUT = DEVICES[2]
RETRIED = 2 * PATIENCE  # trying again takes eight seconds on a quiet machine


@pytest.fixture
def nora(asked):
    return acts_for(asked.party, "nora")


@pytest.fixture
def colleague(asked):
    return acts_for(asked.party, "clara")


def text(page: Page):
    return page.get_by_label(re.compile("^Toelichting"))


def line(page: Page):
    return page.locator("#draft-state p")


def kept() -> str:
    return ProgressDraft.objects.get().text


def leave(page: Page, address: str) -> list[str]:
    """Goes elsewhere; returns the kinds of question the browser asked before it let go."""
    questions: list[str] = []

    def answer(dialog) -> None:
        questions.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.goto(address)
    return questions


def ready_to_send(asked, nora) -> None:
    make_draft(asked.slot, by=nora, status="on_course", numerator="3", denominator="4", text="Eerste")
    make_evidence(asked.slot, by=nora)


def test_what_is_typed_saves_itself_and_can_be_left_without_a_question(window, asked, nora, colleague):
    page = window(nora, address=asked.url)
    text(page).click()
    page.keyboard.type("We bezochten er")
    expect(line(page)).to_contain_text("Concept bewaard om")
    assert kept() == "We bezochten er"
    expect(text(page)).to_be_focused()
    page.keyboard.type(" twaalf.")
    expect(page.locator("[name=initial-text]")).to_have_value("We bezochten er twaalf.")
    assert kept() == "We bezochten er twaalf."
    assert leave(page, "/") == []

    other = window(colleague, device=WITHOUT, address=asked.url)
    expect(text(other)).to_have_value("We bezochten er twaalf.")
    expect(line(other)).to_contain_text("Concept van Nora")


def test_what_is_not_saved_yet_is_not_left_without_a_question(window, asked, nora):
    page = window(nora, address=asked.url)
    page.route("**/concept/", lambda route: None)  # never answered
    text(page).click()
    page.keyboard.type("Nog niet bewaard")
    assert leave(page, "/") == ["beforeunload"]


def test_a_colleague_who_saved_meanwhile_is_not_overwritten(window, asked, nora, colleague):
    page = window(nora, address=asked.url)
    make_draft(asked.slot, by=colleague, text="Van Clara", numerator="7")
    text(page).click()
    page.keyboard.type("Van Nora")
    expect(line(page)).to_contain_text("Clara bewaarde hier om")
    expect(line(page)).to_contain_text("Uw tekst is nog niet bewaard.")
    assert kept() == "Van Clara"
    page.keyboard.type(", met meer")  # goes on typing: it stays refused, and stays there
    time.sleep(2.5)
    expect(line(page)).to_contain_text("Clara bewaarde hier om")
    expect(text(page)).to_have_value("Van Nora, met meer")
    assert kept() == "Van Clara"

    page.get_by_role("button", name="Beide teksten bekijken").click()
    conflict = page.locator(".notice.conflict")
    expect(conflict).to_be_focused()
    expect(conflict).to_contain_text("Een collega schreef ook")
    expect(conflict).to_contain_text("Van Clara")
    expect(text(page)).to_have_value("Van Nora, met meer")
    expect(page.get_by_label("Onderzochte fabrieken")).to_have_value("7")  # hers, for it was not touched here
    text(page).fill("Van Clara. Van Nora, met meer")
    page.get_by_role("button", name="Concept bewaren").click()
    expect(page.locator("#messages")).to_contain_text("Uw concept is bewaard.")
    draft = ProgressDraft.objects.get()
    assert (draft.text, draft.numerator, draft.updated_by) == ("Van Clara. Van Nora, met meer", "7", nora)


def test_without_javascript_the_second_of_two_sees_both_texts(window, asked, nora, colleague):
    first, second = (window(who, device=WITHOUT, address=asked.url) for who in (nora, colleague))
    text(first).fill("Van Nora")
    text(second).fill("Van Clara")
    first.get_by_role("button", name="Concept bewaren").click()
    expect(first.locator("#messages")).to_contain_text("Uw concept is bewaard.")
    second.get_by_role("button", name="Concept bewaren").click()
    expect(second.locator(".notice.conflict")).to_contain_text("Van Nora")
    expect(text(second)).to_have_value("Van Clara")
    assert kept() == "Van Nora"


def test_two_tabs_of_one_person_do_not_overwrite_each_other(window, asked, nora):
    first = window(nora, address=asked.url)
    second = first.context.new_page()
    second.goto(asked.url)
    text(first).fill("In het eerste venster")
    expect(line(first)).to_contain_text("Concept bewaard om")
    text(second).fill("In het tweede venster")
    expect(line(second)).to_contain_text("Uw tekst is nog niet bewaard.")
    assert kept() == "In het eerste venster"
    second.get_by_role("button", name="Beide teksten bekijken").click()
    expect(second.locator(".notice.conflict")).to_contain_text("In het eerste venster")
    expect(text(second)).to_have_value("In het tweede venster")


def test_a_dropped_connection_loses_nothing_and_saves_when_it_is_back(window, asked, nora):
    page = window(nora, address=asked.url, expects=["htmx:sendError"])
    page.context.set_offline(True)
    text(page).fill("In de trein getypt")
    expect(line(page)).to_contain_text("De server is niet te bereiken. Wat u typte staat er nog")
    expect(text(page)).to_have_value("In de trein getypt")
    assert not ProgressDraft.objects.exists()
    page.context.set_offline(False)
    expect(line(page)).to_contain_text("Concept bewaard om", timeout=RETRIED)
    assert kept() == "In de trein getypt"


def test_a_session_that_ends_while_typing_is_renewed_beside_it(window, asked, nora):
    page = window(nora, address=asked.url, expects=["Response Status Error Code 401"])
    text(page).fill("Begonnen")
    expect(line(page)).to_contain_text("Concept bewaard om")
    Session.objects.all().delete()
    text(page).fill("Begonnen, en daarna liep de sessie af")
    expect(line(page)).to_contain_text("Uw sessie is verlopen. Wat u typte staat er nog")
    assert kept() == "Begonnen"
    with page.expect_popup() as opened:
        line(page).get_by_role("link", name="Inloggen in een nieuw venster").click()
    login = opened.value
    login.get_by_label("E-mailadres").fill(nora.email)
    login.get_by_label("Wachtwoord").fill(PASSWORD)
    login.get_by_role("button", name="Inloggen").click()
    login.wait_for_url(re.compile(r"//[^/]+/$"))
    expect(line(page)).to_contain_text("Concept bewaard om", timeout=RETRIED)
    assert kept() == "Begonnen, en daarna liep de sessie af"
    # And the whole form can be sent, too: its token was renewed as well.
    page.get_by_role("button", name="Concept bewaren").click()
    expect(page.locator("#messages")).to_contain_text("Uw concept is bewaard.")


@pytest.mark.parametrize("device", [DEVICES[0], WITHOUT], ids=lambda device: device.name)
def test_a_form_sent_after_the_session_ended_comes_back_after_signing_in(window, asked, nora, device):
    page = window(nora, device=device, address=asked.url)
    Session.objects.all().delete()
    text(page).fill("Lang verhaal <b> & meer")
    page.get_by_label("Onderzochte fabrieken").fill("12")
    page.get_by_role("button", name="Indienen").click()
    page.wait_for_url("**/inloggen/**")
    page.get_by_label("E-mailadres").fill(nora.email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.wait_for_url(f"**{asked.url}")
    expect(page.locator("#messages")).to_contain_text("Uw sessie was verlopen. Wat u typte staat er nog")
    expect(text(page)).to_have_value("Lang verhaal <b> & meer")
    expect(page.get_by_label("Onderzochte fabrieken")).to_have_value("12")
    page.get_by_role("button", name="Concept bewaren").click()
    expect(page.locator("#messages")).to_contain_text("Uw concept is bewaard.")
    assert kept() == "Lang verhaal <b> & meer"


def test_pressing_twice_sends_once(window, asked, nora):
    ready_to_send(asked, nora)
    page = window(nora, address=asked.url)
    page.get_by_role("button", name="Indienen").dblclick()
    expect(page.locator("#versie-1")).to_be_visible()
    assert ProgressUpdate.objects.count() == 1


def test_sending_while_a_draft_is_on_its_way_waits_for_it(window, asked, nora):
    ready_to_send(asked, nora)
    page = window(nora, address=asked.url)
    held: list[Route] = []
    page.route("**/concept/", lambda route: held.append(route))
    text(page).fill("Eerste, en nog iets")
    expect(page.locator("#progress-form")).to_have_attribute("data-saving", "1")
    page.get_by_role("button", name="Indienen").click()
    assert not ProgressUpdate.objects.exists()
    held[0].continue_()
    expect(page.locator("#messages")).to_contain_text("Uw voortgang is ingediend")
    assert [update.text for update in ProgressUpdate.objects.all()] == ["Eerste, en nog iets"]
    assert not ProgressDraft.objects.exists()
    expect(page.locator(".notice.conflict")).to_have_count(0)


@pytest.mark.parametrize("device", [DEVICES[0], WITHOUT], ids=lambda device: device.name)
def test_going_back_after_sending_overwrites_nothing(window, asked, nora, device):
    ready_to_send(asked, nora)
    page = window(nora, device=device, address=asked.url)
    text(page).fill("Zo is het")
    page.get_by_role("button", name="Indienen").click()
    expect(page.locator("#versie-1")).to_contain_text("Zo is het")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(text(page)).to_have_value("Zo is het")
    page.get_by_role("button", name="Concept bewaren").click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("Versie 1")
    [update] = ProgressUpdate.objects.all()
    assert update.text == "Zo is het"
    asked.slot.refresh_from_db()
    assert asked.slot.state == SlotState.SUBMITTED


def test_the_form_is_filled_in_and_sent_with_the_keyboard_alone(window, asked, nora):
    make_evidence(asked.slot, by=nora)
    page = window(nora, address=asked.url)
    tab_to(page, "input[name=status]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Op koers")).to_be_checked()
    tab_to(page, "[name=numerator]")
    page.keyboard.type("3")
    tab_to(page, "[name=denominator]")
    page.keyboard.type("4")
    tab_to(page, "[name=text]")
    page.keyboard.type("Met het toetsenbord")
    tab_to(page, "button[value=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Uw voortgang is ingediend")
    assert ProgressUpdate.objects.get().text == "Met het toetsenbord"


@pytest.mark.parametrize("height", [740, 480])
def test_the_bar_with_the_buttons_covers_no_field_that_has_focus(window, asked, nora, height):
    page = window(nora, device=DEVICES[1], address=asked.url)
    page.set_viewport_size({"width": 360, "height": height})
    fields = page.locator("#progress-form :is(input:not([type=hidden]), textarea, summary)")
    for field in fields.all():
        if not field.is_visible():
            continue
        page.evaluate("scrollTo(0, 0)")
        field.focus()
        hidden = field.evaluate(
            """field => {
                const bar = document.querySelector(".writing .foot"), one = field.getBoundingClientRect();
                if (getComputedStyle(bar).position !== "sticky") return 0;
                return one.top - bar.getBoundingClientRect().top;  // wholly behind the bar from 0 on
            }"""
        )
        assert hidden <= 0 or height < 512, field.evaluate("field => field.outerHTML")


def test_who_may_only_write_is_told_who_sends(window, asked):
    chris = acts_for(asked.party, "chris", DelegateRole.CONTRIBUTOR)
    page = window(chris, address=asked.url)
    expect(page.get_by_role("button", name="Indienen")).to_have_count(0)
    expect(page.locator(".foot")).to_contain_text("Een indiener of coördinator van uw partij dient het in.")
    text(page).fill("Alvast dit")
    expect(line(page)).to_contain_text("Concept bewaard om")
    assert kept() == "Alvast dit"


def test_sending_without_a_connection_keeps_the_page_and_what_was_typed(window, asked, nora):
    ready_to_send(asked, nora)
    page = window(nora, address=asked.url, expects=["htmx:sendError"])
    page.context.set_offline(True)
    text(page).fill("Getypt in een tunnel")
    page.get_by_role("button", name="Indienen").click()
    expect(line(page)).to_contain_text("De server is niet te bereiken")
    expect(text(page)).to_have_value("Getypt in een tunnel")
    page.context.set_offline(False)
    page.get_by_role("button", name="Indienen").click()
    expect(page.locator("#messages")).to_contain_text("Uw voortgang is ingediend")
    assert [update.text for update in ProgressUpdate.objects.all()] == ["Getypt in een tunnel"]


def test_who_acts_for_two_parties_chooses_again_beside_what_is_typed(window, asked, nora):
    acts_also = make_party(asked.agreement, name="Tweede proefweverij bv")
    Delegate.objects.create(party=acts_also, user=nora, role=DelegateRole.SUBMITTER, began_on=date(2020, 1, 1))
    page = window(nora, address="/", expects=["Response Status Error Code 403"])
    page.get_by_role("button", name="Namens Proefweverij bv").click()
    page.goto(asked.url)
    beside = page.context.new_page()
    beside.goto("/namens/")
    beside.get_by_label("Tweede proefweverij bv").check()
    beside.get_by_role("button", name="Verder").click()
    beside.wait_for_url(re.compile(r"//[^/]+/$"))
    text(page).fill("Voor de eerste")
    expect(line(page)).to_contain_text("U handelt nu niet namens Proefweverij bv.")
    assert not ProgressDraft.objects.exists()
    beside.goto("/namens/")
    beside.get_by_label("Proefweverij bv", exact=True).check()
    beside.get_by_role("button", name="Verder").click()
    expect(line(page)).to_contain_text("Concept bewaard om", timeout=RETRIED)
    assert kept() == "Voor de eerste"


@pytest.mark.parametrize("device", [DEVICES[0], WITHOUT], ids=lambda device: device.name)
def test_what_has_to_be_mended_is_in_sight(window, asked, nora, device):
    page = window(nora, device=device, address=asked.url)
    page.get_by_role("button", name="Indienen").click()
    errors = page.locator(".errors")
    expect(errors).to_be_in_viewport()
    if device.javascript:
        expect(errors).to_be_focused()
    desk = window(asked.facilitator, device=device)
    make_update(asked.slot, by=nora)
    desk.goto(f"{asked.url}beoordeling/")
    desk.get_by_role("button", name="Terugsturen").click()
    expect(desk.locator(".errors")).to_be_in_viewport()
    if device.javascript:
        expect(desk.locator(".errors")).to_be_focused()
