"""People of a party: asked by mail, a link opened elsewhere, an account, a choice of party, and somebody who leaves."""

import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from covenants import services
from covenants.models import Agreement, Delegate, DelegateRole, Invitation, Party, ReportingSlot
from ser_portal.accounts.models import Role, User
from tests.conftest import PASSWORD, make_user
from tests.factories import make_commitment, make_invitation, make_round, make_slot
from tests.journeys.conftest import DEVICES, person
from tests.journeys.test_open_to_everybody import hold_against_the_rules

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = "/partijen/modint/gemachtigden/"
WORD = "paard-batterij-nietje"


@pytest.fixture
def mail(settings, tmp_path) -> Path:
    """Where development writes its mail."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def link_in(mail: Path) -> str:
    """The link in the newest message, read as a mail program does: from the part in HTML."""
    newest = max(mail.iterdir(), key=lambda file: file.stat().st_mtime_ns)
    message = message_from_bytes(newest.read_bytes(), policy=policy.default)
    return re.search(r'href="([^"]+)"', message.get_body(("html",)).get_content())[1]


@pytest.fixture
def modint(portal) -> Party:
    return Party.objects.get(slug="modint")


@pytest.fixture
def colleague(modint) -> User:
    """Somebody who acts for Modint and looks after three slots."""
    user = make_user("dirk", Role.DELEGATE)
    Delegate.objects.create(party=modint, user=user, role=DelegateRole.SUBMITTER, began_on="2020-01-01")
    agreement = Agreement.objects.get(slug="kleding-en-textiel")
    round = make_round(agreement, by=person("facilitator"), title_nl="Ronde 2026")
    for text in ("Leden helpen bij gepaste zorgvuldigheid.", "Leden in kaart brengen.", "Jaarlijks verslag doen."):
        make_slot(round, make_commitment(agreement, text_nl=text), modint, owner=user)
    return user


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_somebody_is_asked_by_mail_and_acts_for_the_party(window, device, modint, mail):
    asks = window(person("delegate"), device=device, address="/partijen/modint/")
    asks.get_by_role("link", name="Gemachtigden").click()
    asks.get_by_role("link", name="Iemand uitnodigen").click()
    asks.get_by_label("E-mailadres").fill("Nieuw@Modint.example")
    asks.get_by_label("invuller").check()
    asks.get_by_role("button", name="Uitnodigen").click()
    expect(asks.locator("#messages")).to_contain_text("De uitnodiging aan nieuw@modint.example is verzonden.")
    expect(asks.locator("#uitnodigingen")).to_have_text("Uitgenodigd (1)")

    link = link_in(mail)
    scanner = window(device=device, address=link)  # fetches it first, and changes nothing
    expect(scanner.get_by_role("heading", level=1)).to_have_text("Handelen namens Modint")

    new = window(device=device, address=link)
    new.get_by_role("button", name="Verder").click()
    expect(new).to_have_url(re.compile("/uitnodiging/$"))
    new.get_by_label("Uw naam").fill("Nina Nieuw")
    new.get_by_label("Nieuw wachtwoord", exact=True).fill("kort")
    new.get_by_label("Nieuw wachtwoord, nogmaals").fill("kort")
    new.get_by_role("button", name="Account maken en aanvaarden").click()
    expect(new.locator(".errors")).to_contain_text("te kort")
    expect(new.get_by_label("Uw naam")).to_have_value("Nina Nieuw")
    new.get_by_label("Nieuw wachtwoord", exact=True).fill(WORD)
    new.get_by_label("Nieuw wachtwoord, nogmaals").fill(WORD)
    new.get_by_role("button", name="Account maken en aanvaarden").click()
    expect(new.locator("#messages")).to_contain_text("U handelt nu namens Modint.")
    acts = Delegate.objects.get(user__email="nieuw@modint.example")
    assert (acts.party, acts.role, acts.user.role) == (modint, DelegateRole.CONTRIBUTOR, Role.DELEGATE)
    new.goto(PEOPLE)
    expect(new.locator("table.people").first).to_contain_text("Nina Nieuw")
    expect(new.get_by_role("link", name="Iemand uitnodigen")).to_have_count(0)

    scanner.reload()
    expect(scanner.get_by_role("heading", level=1)).to_have_text("Deze uitnodiging werkt niet meer")


@pytest.mark.parametrize("device", [DEVICES[0], DEVICES[2]], ids=lambda device: device.name)
def test_an_account_logs_in_accepts_and_chooses_between_two_parties(window, device, modint, mail, colleague):
    other = Party.objects.get(slug="fnv")
    coordinator = make_user("frida", Role.DELEGATE)
    Delegate.objects.create(party=other, user=coordinator, role=DelegateRole.COORDINATOR, began_on="2020-01-01")
    asks = window(coordinator, device=device, address="/partijen/fnv/gemachtigden/uitnodigen/")
    asks.get_by_label("E-mailadres").fill(colleague.email)
    asks.get_by_role("button", name="Uitnodigen").click()
    expect(asks.locator("#messages")).to_contain_text("is verzonden")

    page = window(device=device, address=link_in(mail))
    page.get_by_role("button", name="Verder").click()
    page.get_by_role("link", name="Inloggen").click()
    page.get_by_label("E-mailadres").fill(colleague.email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_role("button", name="Uitnodiging aanvaarden").click()
    expect(page.locator("#messages")).to_contain_text(f"U handelt nu namens {other.name}.")

    page.goto(f"/namens/?next={PEOPLE}")
    expect(page.get_by_label(other.name)).to_be_checked()
    page.get_by_label("Modint").check()
    page.get_by_role("button", name="Verder").click()
    expect(page).to_have_url(re.compile(f"{PEOPLE}$"))
    expect(page.locator("#messages")).to_contain_text("U handelt nu namens Modint.")


def test_signed_in_as_somebody_else_one_logs_out_and_goes_on(window, modint):
    invitation, token = services.invite(
        modint, email="nina@test.example", role="submitter", began_on=timezone.localdate(),
        by=person("delegate"),
    )  # fmt: skip
    page = window(person("reader"), address=f"/uitnodiging/{token}/")
    page.get_by_role("button", name="Verder").click()
    expect(page.locator(".notice")).to_contain_text("U bent ingelogd als Voorbeeld Lezer")
    page.get_by_role("button", name="Uitloggen en verder").click()
    expect(page.get_by_label("Uw naam")).to_be_visible()
    assert Invitation.objects.get(pk=invitation.pk).is_open


@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.name)
def test_somebody_leaves_and_the_work_is_handed_over(window, device, modint, colleague):
    left = window(colleague, device=device, address=PEOPLE)
    page = window(person("delegate"), device=device, address=PEOPLE)
    expect(page.locator("#werk")).to_have_text("Open werk (3)")
    page.get_by_role("row", name="Leden in kaart brengen.").get_by_role("link", name="Overdragen").click()
    page.get_by_label("Voorbeeld Gemachtigde (coördinator)").check()
    page.get_by_role("button", name="Overdragen").click()
    expect(page.locator("#messages")).to_contain_text("Dit ligt nu bij Voorbeeld Gemachtigde.")

    page.get_by_role("row", name="Dirk").get_by_role("link", name="Beëindigen").click()
    expect(page.locator("#werk")).to_have_text("Wat deze persoon oppakt (2)")
    page.get_by_label("Na een laatste dag").check()
    page.get_by_role("button", name="Beëindigen").click()
    expect(page.locator(".errors")).to_contain_text("Geef de laatste dag")
    page.get_by_label("Meteen").check()
    page.get_by_label("Jaarlijks verslag doen.").select_option(label="Voorbeeld Gemachtigde (coördinator)")
    page.get_by_role("button", name="Beëindigen").click()
    expect(page.locator("#messages")).to_contain_text("Dirk handelt niet meer namens Modint.")
    expect(page.locator("#eerder")).to_have_text("Eerder (1)")
    assert set(ReportingSlot.objects.values_list("owner", flat=True)) == {person("delegate").pk}

    answer = left.goto(PEOPLE)
    assert answer is not None
    assert answer.status in (403, 404)


def test_nobody_is_shut_out_of_the_pages_about_people(window, modint, colleague):
    invitation, token = services.invite(
        modint, email="nina@test.example", role="submitter", began_on=timezone.localdate(),
        by=person("delegate"),
    )  # fmt: skip
    make_invitation(modint, by=person("delegate"), email="een-heel-lang-adres-van-iemand@afdeling.organisatie.example")
    second = Party.objects.get(slug="fnv")
    Delegate.objects.create(party=second, user=person("delegate"), began_on="2020-01-01")
    row = Delegate.objects.get(user=colleague)
    slot = ReportingSlot.objects.first()
    page = window(person("delegate"))
    wrong: list[str] = []
    for address in [
        PEOPLE, f"{PEOPLE}uitnodigen/", f"{PEOPLE}{row.pk}/rol/", f"{PEOPLE}{row.pk}/beeindigen/",
        f"/verplichtingen/{slot.pk}/eigenaar/", "/namens/",
    ]:  # fmt: skip
        look(page, address, wrong)
    page = window(person("facilitator"))
    look(page, "/partijen/modint/leden/", wrong)
    look(page, "/partijen/modint/", wrong)
    page = window()
    look(page, "/uitnodiging/nooit-geweest/", wrong)
    look(page, f"/uitnodiging/{token}/", wrong)
    page.get_by_role("button", name="Verder").click()
    expect(page.get_by_label("Uw naam")).to_be_visible()
    hold_against_the_rules(page, "accept", wrong)
    assert not wrong, "\n".join(wrong)
    assert Invitation.objects.get(pk=invitation.pk).is_open


def look(page: Page, address: str, wrong: list[str]) -> None:
    page.goto(address)
    assert page.locator("h1").count() == 1, address
    hold_against_the_rules(page, address, wrong)
