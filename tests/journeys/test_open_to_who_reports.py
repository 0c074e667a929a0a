"""The pages of reporting in every state of the sample year, light and dark, narrow and wide, for who they are for."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from covenants.models import Delegate, ProgressDraft, Reply, ReportingRound, ReportingSlot, SlotState, UpdateState
from covenants.services import invite
from ser_portal.accounts.models import User
from tests.factories import make_draft, make_evidence, make_update
from tests.journeys.conftest import person
from tests.journeys.reporting import acts_for
from tests.journeys.test_open_to_everybody import hold_against_the_rules

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AGREEMENT = "/convenanten/voorbeeldconvenant-koffie/"
LONG = "Ketenverantwoordelijkheidsrapportageverplichtingen" * 3


@pytest.fixture
def year(portal):
    """The sample year; the round about last year is open in it."""
    call_command("demo_year", stdout=StringIO())
    return ReportingRound.objects.get(agreement__slug="voorbeeldconvenant-koffie", locked_at__isnull=True)


def in_state(year, state: SlotState, **fields) -> ReportingSlot:
    found = ReportingSlot.objects.filter(round=year, state=state, withdrawn_at__isnull=True, **fields).order_by("pk")
    return found.select_related("party", "commitment").first()


def writer(slot: ReportingSlot) -> User:
    """Somebody who sends for this party and for no other, so that there is nothing to choose first."""
    rows = Delegate.objects.filter(party=slot.party, role__in=["submitter", "coordinator"], revoked_at__isnull=True)
    people = [row.user for row in rows.filter(ended_on__isnull=True).select_related("user").order_by("pk")]
    return next(user for user in people if user.delegations.values("party").distinct().count() == 1)


def test_the_secretariat_is_not_shut_out(window, year):
    page = window(person("facilitator"))
    party = f"/partijen/{in_state(year, SlotState.APPROVED).party.slug}/"
    locked = ReportingRound.objects.filter(agreement=year.agreement, locked_at__isnull=False).first()
    wrong: list[str] = []
    for address in [
        "/",
        "/beoordelen/",
        f"/verplichtingen/{in_state(year, SlotState.SUBMITTED, current__number__gt=1).pk}/beoordeling/",
        f"/verplichtingen/{in_state(year, SlotState.APPROVED).pk}/",
        f"/verplichtingen/{in_state(year, SlotState.SILENT).pk}/",
        f"{AGREEMENT}telregels/",
        f"{AGREEMENT}telregels/nieuw/",
        f"{AGREEMENT}bekijk-als/",
        f"{AGREEMENT}bekijk-als/?als=publiek",
        f"{AGREEMENT}bekijk-als/?als={in_state(year, SlotState.APPROVED).party.slug}",
        f"{AGREEMENT}rondes/",
        f"{AGREEMENT}rondes/nieuw/",
        f"{AGREEMENT}rapportageregels/",
        year.get_absolute_url(),
        locked.get_absolute_url(),
        *(f"{year.get_absolute_url()}{step}/" for step in ("inleverdatum", "sluiten", "herinneringen")),
        "/afspraken/",
        in_state(year, SlotState.APPROVED).commitment.get_absolute_url(),
        f"{party}gemachtigden/",
        f"{party}gemachtigden/uitnodigen/",
        "/agenda/",
    ]:
        assert page.goto(address).status == 200, address
        assert page.locator("h1").count() == 1, address
        hold_against_the_rules(page, address, wrong)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("state", ["silent", "returned", "submitted", "approved"])
def test_a_delegate_is_not_shut_out(window, year, state):
    slot = in_state(year, state)
    page = window(writer(slot))
    wrong: list[str] = []
    addresses = [f"/verplichtingen/{slot.pk}/", f"/verplichtingen/{slot.pk}/ongewijzigd/"]
    if state == "silent":
        addresses += ["/", year.get_absolute_url(), "/agenda/", f"/partijen/{slot.party.slug}/gemachtigden/"]
        addresses += [slot.commitment.get_absolute_url()]
    for address in addresses:
        assert page.goto(address).status == 200, address
        assert page.locator("h1").count() == 1, address
        hold_against_the_rules(page, f"{state}: {address}", wrong)
    assert not wrong, "\n".join(wrong)


def test_a_reply_a_conflict_and_a_refusal_shut_nobody_out(window, year):
    slot = in_state(year, SlotState.APPROVED)
    until = timezone.localdate() + timedelta(days=3)
    type(slot.approved.review).objects.filter(pk=slot.approved.review.pk).update(reply_until=until)
    Reply.objects.filter(review=slot.approved.review).delete()
    wrong: list[str] = []
    user = writer(slot)
    page = window(user, address=f"/verplichtingen/{slot.pk}/")
    expect(page.get_by_role("textbox", name="Uw weerwoord")).to_be_visible()
    hold_against_the_rules(page, "reply", wrong)

    ProgressDraft.objects.filter(slot=slot).delete()
    make_draft(slot, by=user, text=LONG)
    page.locator("#id_text").fill("Iets anders")
    line = page.locator("#draft-state")
    expect(line).to_contain_text("Beide teksten bekijken")
    hold_against_the_rules(page, "conflict in the line", wrong)
    line.get_by_role("button", name="Beide teksten bekijken").click()
    expect(page.locator(".notice.conflict")).to_be_visible()
    hold_against_the_rules(page, "conflict", wrong)

    page.locator("#id_text").fill("")
    page.get_by_label("Loopt achter").check()
    page.get_by_role("button", name="Indienen").click()
    expect(page.locator(".errors")).to_be_visible()
    hold_against_the_rules(page, "refused", wrong)
    assert not wrong, "\n".join(wrong)


def test_who_is_invited_is_not_shut_out(window, year):
    party = in_state(year, SlotState.APPROVED).party
    _invitation, token = invite(
        party,
        email="nieuw@voorbeeld.example",
        role="submitter",
        began_on=timezone.localdate(),
        by=person("facilitator"),
    )
    wrong: list[str] = []
    page = window(address=f"/uitnodiging/{token}/")
    hold_against_the_rules(page, "invitation", wrong)
    page.get_by_role("button", name="Verder").click()
    page.wait_for_url("**/uitnodiging/")
    hold_against_the_rules(page, "accepting", wrong)
    page.get_by_role("button", name="Account maken en aanvaarden").click()
    expect(page.locator(".errors")).to_be_visible()
    hold_against_the_rules(page, "accepting, with errors", wrong)
    page.goto("/uitnodiging/bestaat-niet/")
    hold_against_the_rules(page, "invitation gone", wrong)
    assert not wrong, "\n".join(wrong)


def test_words_without_end_push_no_page_aside(window, asked):
    facilitator, party = asked.facilitator, asked.party
    type(party).objects.filter(pk=party.pk).update(name=LONG[:120])
    type(asked.round).objects.filter(pk=asked.round.pk).update(title_nl=LONG[:120])
    commitment = asked.slot.commitment
    type(commitment).objects.filter(pk=commitment.pk).update(text_nl=LONG, numerator_label=LONG[:100])
    user = acts_for(party, "nora")
    type(user).objects.filter(pk=user.pk).update(name=LONG[:80])
    fields = {"text": LONG, "private_note": LONG, "numerator": 10**13, "denominator": 10**13}
    returned = make_update(asked.slot, by=user, state=UpdateState.RETURNED, reviewer=facilitator, reason=LONG, **fields)
    make_evidence(asked.slot, by=user, update=returned, name=f"{LONG[:140]}.pdf", shows=LONG[:300])
    make_update(asked.slot, by=user, **{**fields, "text": LONG + LONG})
    delegate, desk = window(user), window(facilitator)
    wrong: list[str] = []
    for page, address in [
        (delegate, "/"),
        (delegate, asked.url),
        (delegate, asked.round.get_absolute_url()),
        (desk, "/"),
        (desk, "/beoordelen/"),
        (desk, f"{asked.url}beoordeling/"),
        (desk, asked.round.get_absolute_url()),
        (desk, f"/partijen/{party.slug}/gemachtigden/"),
        (desk, commitment.get_absolute_url()),
    ]:
        assert page.goto(address).status == 200, address
        hold_against_the_rules(page, address, wrong)
    assert not wrong, "\n".join(wrong)
