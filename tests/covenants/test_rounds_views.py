"""The pages of rounds: two steps to open one, what each person sees, and what is typed wrongly."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from covenants import services
from covenants.forms.rounds import usual_periods
from covenants.models import (
    Audience,
    DeadlineChange,
    Delegate,
    Participation,
    ParticipationRole,
    PartyMembership,
    PartyType,
    ReportingRound,
    ReportingSlot,
    UpdateState,
)
from covenants.views.rounds_shown import ranges
from ser_portal.accounts.models import Role
from ser_portal.dates import ImpreciseDate
from tests.conftest import make_user
from tests.factories import make_commitment, make_draft, make_party, make_round, make_slot, make_update

HTMX = {"HX-Request": "true"}


def text(answer):
    return answer.content.decode()


def fields(agreement, **more):
    due = timezone.localdate() + timedelta(days=30)
    return {
        "title_nl": "Rapportage 2025",
        "first": "1 januari 2025",
        "last": "31-12-2025",
        "due_on": due.isoformat(),
        "commitments": [str(pk) for pk in agreement.commitments.values_list("pk", flat=True)],
        "once": "sleutel-1",
        "stap": "preview",
        **more,
    }


def seen_in(answer):
    return re.search(r'name="seen" value="(\w+)"', text(answer))[1]


@pytest.fixture
def new(agreement, facilitator):
    """The address of a new round, in an agreement with two commitments and two parties."""
    for name in ("Aarde bv", "Zand bv"):
        make_party(agreement, name=name)
    make_commitment(agreement)
    make_commitment(agreement, text_nl="Niemand weet wie", carrier_kind="unknown", carrier_types=[])
    return reverse("covenants:round_new", args=[agreement.slug])


# --- Opening ------------------------------------------------------------------------------------------------------


def test_every_running_commitment_is_chosen_beforehand(new, as_user, facilitator, agreement):
    make_commitment(agreement, text_nl="Vervallen", ended_on=date(2020, 1, 1))
    page = text(as_user(facilitator).get(new))
    assert len(re.findall(r'name="commitments"[^>]* checked', page)) == 2
    assert "Vervallen" not in page


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_the_preview_names_everything_and_saves_nothing(new, as_user, facilitator, agreement, headers):
    answer = as_user(facilitator).post(new, fields(agreement), headers=headers)
    page = text(answer)
    assert answer.status_code == 200
    assert ("<html" in page) == (not headers)
    for words in (
        "Wie wat krijgt",
        "Aarde bv",
        "Zand bv",
        "niemand gemachtigd",
        "Niemand weet wie",
        "niemand te vinden",
    ):
        assert words in page
    assert "<b>2</b><span" in page
    assert not ReportingRound.objects.exists()


def test_looking_and_then_opening_makes_the_round_once_however_often_it_is_sent(new, as_user, facilitator, agreement):
    client = as_user(facilitator)
    given = fields(agreement)
    given |= {"seen": seen_in(client.post(new, given)), "stap": "open"}
    first = client.post(new, given)
    second = client.post(new, given)
    opened = ReportingRound.objects.get()
    assert first["Location"] == second["Location"] == opened.get_absolute_url()
    assert opened.slots.count() == 2
    assert "al geopend" in text(client.get(second["Location"]))


def test_opening_without_having_looked_shows_the_preview_first(new, as_user, facilitator, agreement):
    answer = as_user(facilitator).post(new, fields(agreement, stap="open"))
    assert answer.status_code == 200
    assert "Ronde openen" in text(answer)
    assert not ReportingRound.objects.exists()


def test_who_looked_at_something_else_is_shown_how_it_is_now(new, as_user, facilitator, agreement):
    client = as_user(facilitator)
    given = fields(agreement)
    given |= {"seen": seen_in(client.post(new, given)), "stap": "open"}
    make_party(agreement, name="Kwam erbij bv")
    answer = client.post(new, given)
    assert answer.status_code == 422
    assert "Sinds u keek" in text(answer)
    assert "Kwam erbij bv" in text(answer)
    assert not ReportingRound.objects.exists()
    assert client.post(new, {**given, "seen": seen_in(answer)}).status_code == 302
    assert ReportingSlot.objects.count() == 3


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"first": "31-12-2025", "last": "1-1-2025"}, "ligt voor de eerste"),
        ({"due_on": "31-12-2024"}, "ligt voor het begin"),
        ({"due_on": "1-2-2025"}, "al voorbij"),
        ({"due_on": "ergens in mei"}, "is geen dag"),
        ({"first": "morgen"}, "is geen datum"),
        ({"first": ""}, "verplicht"),
        ({"title_nl": ""}, "verplicht"),
        ({"title_nl": "x" * 200_000}, "120"),
        ({"title_nl": "naam\x00"}, "Null"),
        ({"commitments": []}, "minstens één afspraak"),
        ({"commitments": ["999999999"]}, "loopt niet"),
        ({"commitments": ["'; drop"]}, "loopt niet"),
        ({"commitments": ["9" * 60]}, "loopt niet"),
    ],
)
def test_what_is_typed_wrongly_is_said_and_kept(new, as_user, facilitator, agreement, wrong, sentence):
    for stap in ("preview", "open"):
        answer = as_user(facilitator).post(new, fields(agreement, stap=stap, seen="f" * 32, **wrong))
        assert answer.status_code == 422
        assert sentence in text(answer)
        assert not wrong.get("first") or wrong["first"] in text(answer)
    assert not ReportingRound.objects.exists()


def test_a_commitment_or_round_of_another_agreement_is_refused(new, as_user, facilitator, agreement, reference):
    from covenants.models import Agreement

    goud = Agreement.objects.get(slug="goud")
    foreign = make_round(goud, by=facilitator)
    make_round(agreement, by=facilitator)
    for wrong in ({"commitments": [str(goud.commitments.first().pk)]}, {"previous": str(foreign.pk)}):
        answer = as_user(facilitator).post(new, fields(agreement, **wrong))
        assert answer.status_code == 422
    assert ReportingRound.objects.filter(agreement=agreement).count() == 1


def test_a_name_that_is_taken_is_refused_when_looking(new, as_user, facilitator, agreement):
    make_round(agreement, by=facilitator, title_nl="Rapportage 2025")
    answer = as_user(facilitator).post(new, fields(agreement))
    assert answer.status_code == 422
    assert "al een ronde met deze naam" in text(answer)


def test_a_round_about_the_same_period_is_warned_of(new, as_user, facilitator, agreement):
    make_round(
        agreement, by=facilitator, title_nl="De vorige", period_first=date(2025, 6, 1), period_last=date(2026, 5, 31)
    )
    page = text(as_user(facilitator).post(new, fields(agreement)))
    assert "er al een ronde" in page
    assert "De vorige" in page


def test_a_usual_period_is_filled_in_and_what_was_typed_stays(new, as_user, facilitator, agreement):
    year = timezone.localdate().year - 1
    given = fields(agreement, title_nl="", title_en="Report", periode=f"jaar-{year}", first="onzin", last="")
    page = text(as_user(facilitator).post(new, given))
    assert f'value="1 januari {year}"' in page
    assert f'value="31 december {year}"' in page
    assert f'value="Kalenderjaar {year}"' in page
    assert 'value="Report"' in page
    assert not ReportingRound.objects.exists()


def test_the_usual_periods_are_years_june_to_june_the_covenants_own_and_eighteen_months():
    from covenants.models import Phase, PhaseChange

    signed = PhaseChange(to_phase=Phase.SIGNED, effective_on=ImpreciseDate.on(date(2016, 7, 4)))
    found = {row.label: (row.first, row.last) for row in usual_periods(date(2025, 3, 1), [signed])}
    assert found == {
        "Kalenderjaar 2024": (date(2024, 1, 1), date(2024, 12, 31)),
        "Kalenderjaar 2025": (date(2025, 1, 1), date(2025, 12, 31)),
        "Juni 2023 tot juni 2024": (date(2023, 6, 1), date(2024, 5, 31)),
        "Juni 2024 tot juni 2025": (date(2024, 6, 1), date(2025, 5, 31)),
        "Jaar 9 van het akkoord": (date(2024, 7, 4), date(2025, 7, 3)),
        "Achttien maanden": (date(2023, 7, 1), date(2024, 12, 31)),
    }
    leap = PhaseChange(to_phase=Phase.SIGNED, effective_on=ImpreciseDate.on(date(2020, 2, 29)))
    found = {row.label: (row.first, row.last) for row in usual_periods(date(2025, 7, 1), [leap])}
    assert found["Jaar 6 van het akkoord"] == (date(2025, 3, 1), date(2026, 2, 28))
    assert found["Achttien maanden"] == (date(2024, 1, 1), date(2025, 6, 30))


def test_many_numbers_take_little_room():
    assert ranges([1, 2, 3, 5, 8, 9]) == "1–3, 5, 8–9"
    assert ranges([]) == ""


def test_a_preview_of_many_parties_is_turned_over_page_by_page(new, as_user, facilitator, agreement):
    for number in range(30):
        make_party(agreement, name=f"Partij {number:02}")
    client = as_user(facilitator)
    first, second = (text(client.post(new, fields(agreement, pagina=page))) for page in ("1", "2"))
    assert "Partij 05" in first
    assert "Partij 29" in second.split("<table")[1]
    assert "Partij 05" not in second.split("<table")[1]
    assert client.post(new, fields(agreement, pagina="x" * 3000)).status_code == 200


# --- What each person sees ----------------------------------------------------------------------------------------


@pytest.fixture
def stage(agreement, party, facilitator, delegate):
    """A round in which the delegate's party and another one are asked the same."""
    other = make_party(agreement, name="Concurrent bv")
    commitment = make_commitment(agreement, text_nl="Kinderarbeid uitsluiten")
    found = make_round(agreement, by=facilitator, title_nl="Rapportage 2025")
    own, theirs = (make_slot(found, commitment, one) for one in (party, other))
    return {"round": found, "own": own, "theirs": theirs, "other": other, "commitment": commitment}


def test_a_party_sees_its_own_work_and_nothing_of_another(stage, as_user, delegate, facilitator):
    make_update(stage["theirs"], by=facilitator, state=UpdateState.RETURNED)
    services.extend_deadline(
        stage["round"], version=1, due_on=stage["round"].due_on + timedelta(days=40), reason="Brand bij hen",
        party=stage["other"], by=facilitator,
    )  # fmt: skip
    make_draft(stage["own"], by=delegate)
    page = text(as_user(delegate).get(stage["round"].get_absolute_url()))
    assert "Kinderarbeid uitsluiten" in page
    assert "concept bewaard" in page
    assert f"/verplichtingen/{stage['own'].pk}/" in page
    for hidden in ("Concurrent bv", "Brand bij hen", "teruggestuurd", f"/verplichtingen/{stage['theirs'].pk}/"):
        assert hidden not in page


def test_a_page_for_another_party_is_the_same_whatever_a_party_did(stage, as_user, delegate, facilitator):
    def page():
        return re.sub(r"[A-Za-z0-9]{64}|nonce-\S+", "", text(as_user(delegate).get(stage["round"].get_absolute_url())))

    before = page()
    make_draft(stage["theirs"], by=facilitator)
    make_update(stage["theirs"], by=facilitator, state=UpdateState.APPROVED)
    services.withdraw_slot(stage["theirs"], version=1, reason="Vertrokken", by=facilitator)
    assert page() == before


def test_whoever_else_may_know_of_a_round_reads_the_period_and_the_promise(stage, as_user, reporting, agreement):
    url = stage["round"].get_absolute_url()
    assert as_user(reporting).get(url).status_code == 404
    agreement.visibility = "public"
    agreement.save()
    page = text(as_user(reporting).get(url))
    assert "alleen de partij zelf en het secretariaat" in page
    assert "Kinderarbeid" not in page
    ReportingRound.objects.update(progress_level=Audience.PUBLIC)
    assert "ziet iedereen die in het portaal werkt" in text(as_user(reporting).get(url))


def test_the_secretariat_sees_who_is_silent_and_whether_anybody_can_act(stage, as_user, facilitator):
    make_update(stage["own"], by=facilitator)
    page = text(as_user(facilitator).get(stage["round"].get_absolute_url()))
    rows = {name: row for row in page.split("<tr>") for name in ("Concurrent bv", "Voorbeeld bv") if f">{name}<" in row}
    assert "stil sinds" in rows["Concurrent bv"]
    assert "niemand gemachtigd" in rows["Concurrent bv"]
    assert "stil sinds" not in rows["Voorbeeld bv"]
    assert "niemand gemachtigd" not in rows["Voorbeeld bv"]


def test_what_came_after_the_lock_stands_apart(stage, as_user, facilitator):
    services.lock_round(stage["round"], version=1, early=True, by=facilitator)
    make_update(stage["own"], by=facilitator, late=True)
    client, url = as_user(facilitator), stage["round"].get_absolute_url()
    page = text(client.get(url))
    assert "te laat ontvangen" in page
    assert "telt niet mee" in page
    assert "Voorbeeld bv" in text(client.get(url, {"stand": "laat"}))
    assert "Voorbeeld bv" not in text(client.get(url, {"stand": "wacht"})).split("</form>")[-1]


@pytest.mark.parametrize(
    ("query", "shows", "hides"),
    [
        ({"stand": "stil"}, "Concurrent bv", "Voorbeeld bv"),
        ({"stand": "wacht"}, "Voorbeeld bv", "Concurrent bv"),
        ({"stand": "klaar"}, "Niets gevonden", "Concurrent bv"),
        ({"partij": "Concurrent bv"}, "nog niets ontvangen", "wacht op beoordeling</span></span>"),
    ],
)
def test_the_round_is_filtered_in_the_address(stage, as_user, facilitator, query, shows, hides):
    make_update(stage["own"], by=facilitator)
    answer = as_user(facilitator).get(stage["round"].get_absolute_url(), query)
    shown = text(answer).split("</form>")[-1]
    assert answer.status_code == 200
    assert shows in shown
    assert hides not in shown


@pytest.mark.parametrize(
    "query",
    [
        {"stand": "x" * 5000},
        {"afspraak": "999999999999999999999"},
        {"afspraak": "abc"},
        {"partij": "bestaat niet"},
        {"partij": "\x00"},
        {"pagina": "-4"},
        {"pagina": "9" * 40},
    ],
)
def test_a_filter_that_means_nothing_is_said_so(stage, as_user, facilitator, query):
    answer = as_user(facilitator).get(stage["round"].get_absolute_url(), query)
    assert answer.status_code == (200 if "pagina" in query or query.get("partij") == "\x00" else 422)


def test_the_agreement_lists_its_newest_rounds_and_offers_its_facilitator_a_new_one(
    stage, as_user, facilitator, delegate, agreement
):
    for number in range(6):
        make_round(agreement, by=facilitator, title_nl=f"Oude ronde {number}", period_last=date(2015 + number, 12, 31),
                   period_first=date(2015 + number, 1, 1))  # fmt: skip
    page = text(as_user(facilitator).get(agreement.get_absolute_url()))
    section = page[page.index('id="rapportagerondes"') :].split("</section>")[0]
    assert section.count('<th scope="row">') == 5
    assert section.index("Rapportage 2025") < section.index("Oude ronde 5")
    assert "Nieuwe ronde" in section
    assert "Nieuwe ronde" not in text(as_user(delegate).get(agreement.get_absolute_url()))
    listed = text(as_user(delegate).get(reverse("covenants:rounds", args=[agreement.slug])))
    assert listed.count('<th scope="row">') == 7


def test_a_party_that_is_asked_but_left_the_agreement_still_opens_its_round(stage, as_user, delegate, agreement):
    Participation.objects.filter(party=stage["own"].party).delete()
    answer = as_user(delegate).get(stage["round"].get_absolute_url())
    assert answer.status_code == 200
    assert agreement.get_absolute_url() not in text(answer)


# --- Steps of a round ---------------------------------------------------------------------------------------------


def post(client, name, stage, **given):
    return client.post(reverse(f"covenants:{name}", args=[stage["round"].pk]), {"version": "1", **given})


def test_extending_for_one_party_by_its_name(stage, as_user, facilitator):
    later = stage["round"].due_on + timedelta(days=9)
    given = {"whom": "one", "party": "Concurrent bv", "due_on": later.isoformat(), "reason": "Brand"}
    answer = post(as_user(facilitator), "round_extend", stage, **given)
    assert answer["Location"] == stage["round"].get_absolute_url()
    assert DeadlineChange.objects.get().party == stage["other"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"whom": "one", "party": ""},
        {"whom": "one", "party": "Bestaat niet"},
        {"whom": "one", "party": "Niet gevraagd bv"},
        {"whom": "all", "party": "Concurrent bv"},
        {"whom": "iedereen"},
        {"due_on": "gisteren"},
        {"due_on": "2020-01-01"},
        {"reason": ""},
        {"reason": "x" * 200_000},
        {"version": "-1"},
        {"version": "x"},
    ],
)
def test_a_wrong_extension_is_refused_in_words_and_kept(stage, as_user, facilitator, agreement, wrong):
    make_party(agreement, name="Niet gevraagd bv")
    given = {"whom": "all", "party": "", "due_on": "2099-01-01", "reason": "Een heel goede reden", **wrong}
    answer = post(as_user(facilitator), "round_extend", stage, **given)
    assert answer.status_code == 422
    assert wrong.get("reason") is not None or "Een heel goede reden" in text(answer)
    assert not DeadlineChange.objects.exists()


def test_the_second_of_two_facilitators_is_told_and_keeps_what_was_typed(stage, as_user, facilitator):
    client = as_user(facilitator)
    for day, reason in (("2099-01-01", "Eerst"), ("2098-01-01", "Mijn eigen reden")):
        answer = post(client, "round_extend", stage, whom="all", due_on=day, reason=reason)
    assert answer.status_code == 422
    page = text(answer)
    assert "Iemand anders was u voor" in page
    assert "1 januari 2099" in page
    assert "Mijn eigen reden" in page
    assert DeadlineChange.objects.count() == 1


def test_the_lock_says_beforehand_what_stays_behind(stage, as_user, facilitator):
    make_update(stage["own"], by=facilitator)
    client = as_user(facilitator)
    page = text(client.get(reverse("covenants:round_lock", args=[stage["round"].pk])))
    assert "Van 1 verplichting is niets ontvangen (1 partij stuurde helemaal niets)." in page
    assert "1 inzending wacht op beoordeling" in page
    assert post(client, "round_lock", stage).status_code == 422
    assert post(client, "round_lock", stage, early="on").status_code == 302
    again = post(client, "round_lock", stage, early="on", version="2")
    assert again.status_code == 422
    assert "gaat niet meer open" in text(again)


@pytest.mark.parametrize("name", ["round_extend", "round_add", "round_carry"])
def test_a_locked_round_offers_no_steps_that_need_it_open(stage, as_user, facilitator, name):
    services.lock_round(stage["round"], version=1, early=True, by=facilitator)
    page = text(as_user(facilitator).get(reverse(f"covenants:{name}", args=[stage["round"].pk])))
    assert "gaat niet meer open" in page
    given = {"whom": "all", "due_on": "2099-01-01", "reason": "Toch", "stap": "add", "seen": "f" * 32}
    given["commitments"] = [str(stage["commitment"].pk)]
    answer = post(as_user(facilitator), name, stage, version="2", **given)
    assert answer.status_code == 422
    assert "gaat niet meer open" in text(answer)


def test_adding_shows_who_joined_and_then_asks_them(stage, as_user, facilitator, agreement):
    make_party(agreement, name="Erbij bv")
    client, url = as_user(facilitator), reverse("covenants:round_add", args=[stage["round"].pk])
    page = client.get(url)
    assert "Erbij bv" in text(page)
    given = {"version": "1", "commitments": [str(stage["commitment"].pk)], "due_on": "2099-01-01", "stap": "add"}
    assert "Erbij bv" in text(client.post(url, given))  # without having looked it is shown again
    assert stage["round"].slots.count() == 2
    assert client.post(url, {**given, "seen": seen_in(page)}).status_code == 302
    assert stage["round"].slots.get(party__name="Erbij bv").due_on == date(2099, 1, 1)
    answer = client.post(url, {**given, "seen": seen_in(page)})  # sent once more
    assert answer.status_code == 422
    assert "Iemand anders heeft dit intussen gewijzigd" in text(answer)
    assert "loopt niet" not in text(answer)
    assert 'value="1 januari 2099"' in text(answer) or 'value="2099-01-01"' in text(answer)
    assert stage["round"].slots.count() == 3


def test_a_party_drops_out_of_a_round_with_a_reason(stage, as_user, facilitator):
    client = as_user(facilitator)
    assert post(client, "round_withdraw", stage, party="Concurrent bv").status_code == 422
    assert post(client, "round_withdraw", stage, party="Concurrent bv", reason="Gefuseerd").status_code == 302
    page = text(client.get(stage["round"].get_absolute_url(), {"partij": stage["other"].slug}))
    assert "Gefuseerd" in page
    assert "Vervallen" in page


def test_one_slot_drops_out_with_a_reason_that_its_party_reads(stage, as_user, facilitator, delegate):
    url = reverse("covenants:slot_withdraw", args=[stage["own"].pk])
    assert as_user(facilitator).post(url, {"version": "1", "reason": "Dubbel gevraagd"}).status_code == 302
    assert "Dubbel gevraagd" in text(as_user(delegate).get(stage["round"].get_absolute_url()))
    assert "al vervallen" in text(as_user(facilitator).get(url))


@pytest.fixture
def following(stage, agreement, facilitator):
    """A second round; in the first the delegate's party has an approved answer about the same."""
    make_update(stage["own"], by=facilitator, state=UpdateState.APPROVED, text="Zo deden we het")
    second = make_round(agreement, by=facilitator, previous=stage["round"], title_nl="Tweede")
    return {**stage, "round": second, "new": make_slot(second, stage["commitment"], stage["own"].party)}


def test_answers_are_put_ready_from_the_page_of_a_round(following, as_user, facilitator):
    client = as_user(facilitator)
    page = text(client.get(reverse("covenants:round_carry", args=[following["round"].pk])))
    assert "Bij 1 verplichting is in de vorige ronde een antwoord goedgekeurd" in page
    assert "Zo deden we het" not in page
    assert post(client, "round_carry", following).status_code == 302
    assert following["new"].draft.text == "Zo deden we het"
    assert "Zo deden we het" not in text(client.get(following["round"].get_absolute_url()))


def test_no_page_tells_the_secretariat_that_a_party_has_a_draft(following, as_user, facilitator):
    round_url = following["round"].get_absolute_url()
    pages = [
        round_url,
        f"{round_url}?partij={following['own'].party.slug}",
        *(reverse(f"covenants:{name}", args=[following["round"].pk]) for name in ("round_carry", "round_lock")),
    ]

    def shown():
        client = as_user(facilitator)
        return [re.sub(r"[A-Za-z0-9]{64}|nonce-\S+", "", text(client.get(page))) for page in pages]

    before = shown()
    make_draft(following["new"], by=facilitator, text="Kanarie")
    assert shown() == before


def test_opening_with_answers_carried_asks_from_which_round(new, as_user, facilitator, agreement):
    previous = make_round(agreement, by=facilitator)
    slot = make_slot(previous, agreement.commitments.first(), agreement.participations.first().party)
    make_update(slot, by=facilitator, state=UpdateState.APPROVED, text="Vorig jaar")
    client = as_user(facilitator)
    assert "Kies de ronde waaruit" in text(client.post(new, fields(agreement, carry="on", previous="")))
    given = fields(agreement, carry="on", previous=str(previous.pk))
    assert client.post(new, {**given, "stap": "open", "seen": seen_in(client.post(new, given))}).status_code == 302
    opened = ReportingRound.objects.exclude(pk=previous.pk).get()
    assert opened.previous == previous
    assert [slot.draft.text for slot in opened.slots.filter(draft__isnull=False)] == ["Vorig jaar"]


def test_a_facilitator_of_something_else_reads_of_a_public_round_and_does_nothing(
    stage, as_user, other_facilitator, agreement
):
    agreement.visibility = "public"
    agreement.save()
    client = as_user(other_facilitator)
    page = text(client.get(stage["round"].get_absolute_url(), {"partij": "Concurrent bv"}))
    assert "alleen de partij zelf en het secretariaat" in page
    assert "Concurrent bv" not in page.split("</h1>")[-1]
    for name in ("round_extend", "round_add", "round_carry", "round_withdraw", "round_lock", "round_members"):
        assert client.get(reverse(f"covenants:{name}", args=[stage["round"].pk])).status_code == 403
    assert client.get(reverse("covenants:slot_withdraw", args=[stage["own"].pk])).status_code == 404


# --- A branch association -----------------------------------------------------------------------------------------


@pytest.fixture
def association(agreement):
    """A branch association that takes part, with somebody who acts for it."""
    found = make_party(agreement, name="Branchevereniging", type=PartyType.TRADE_ASSOCIATION)
    user = make_user("bram", Role.DELEGATE)
    Delegate.objects.create(party=found, user=user, began_on=date(2020, 1, 1))
    return found, user


def members_page(as_user, stage, user):
    answer = as_user(user).get(reverse("covenants:round_members", args=[stage["round"].pk]))
    return answer.status_code, text(answer).split("</h1>")[-1]


def test_an_association_sees_that_its_members_answered_and_not_what(stage, as_user, facilitator, association):
    found, user = association
    stranger = make_party(name="Geen lid bv")
    make_slot(stage["round"], stage["commitment"], stranger)
    former = make_party(name="Was lid bv")
    make_slot(stage["round"], stage["commitment"], former)
    for member in (stage["own"].party, stage["other"]):
        PartyMembership.objects.create(association=found, member=member)
    PartyMembership.objects.create(association=found, member=former, ended=ImpreciseDate.year(2020))
    update = make_update(stage["own"], by=facilitator, text="Kanarie", private_note="Vogel", status="behind")
    status, page = members_page(as_user, stage, user)
    assert status == 200
    assert "1 van 2 leden antwoordden" in page
    sent = timezone.localdate(update.submitted_at)
    assert f"{sent.day} " in page
    for hidden in ("Kanarie", "Vogel", "achter", "Geen lid bv", "Was lid bv", "Kinderarbeid"):
        assert hidden not in page
    assert as_user(user).get(f"/rondes/{stage['round'].pk}/").status_code == 200
    assert "Voorbeeld bv" not in text(as_user(user).get(f"/rondes/{stage['round'].pk}/"))


@pytest.mark.parametrize("state", [UpdateState.SUBMITTED, UpdateState.RETURNED, UpdateState.APPROVED])
def test_what_became_of_an_answer_changes_nothing_for_the_association(stage, as_user, facilitator, association, state):
    found, user = association
    PartyMembership.objects.create(association=found, member=stage["other"])
    make_update(stage["theirs"], by=facilitator, state=UpdateState.RETURNED)
    before = members_page(as_user, stage, user)
    make_update(stage["theirs"], by=facilitator, state=state, text="Anders", status="done")
    assert members_page(as_user, stage, user) == before


def test_half_an_answer_is_no_answer_and_tells_no_day(stage, as_user, facilitator, association, agreement):
    found, user = association
    PartyMembership.objects.create(association=found, member=stage["other"])
    make_slot(stage["round"], make_commitment(agreement), stage["other"])
    silent = members_page(as_user, stage, user)
    make_update(stage["theirs"], by=facilitator)
    assert members_page(as_user, stage, user) == silent


def test_a_company_without_members_and_a_facilitator_have_no_such_page(stage, as_user, delegate, facilitator, outsider):
    assert members_page(as_user, stage, delegate)[0] == 403
    assert members_page(as_user, stage, facilitator)[0] == 403
    assert members_page(as_user, stage, outsider)[0] == 404


def test_who_no_longer_acts_for_the_association_sees_nothing_more(stage, as_user, association):
    found, user = association
    PartyMembership.objects.create(association=found, member=stage["other"])
    assert members_page(as_user, stage, user)[0] == 200
    Delegate.objects.filter(user=user).update(revoked_at=timezone.now())
    assert members_page(as_user, stage, user)[0] == 404


# --- Bounded ------------------------------------------------------------------------------------------------------


def test_the_pages_take_as_many_statements_with_many_slots_as_with_few(
    stage, as_user, facilitator, delegate, association, agreement
):
    found, round_pk = association[0], stage["round"].pk
    PartyMembership.objects.create(association=found, member=stage["other"])
    round_url = stage["round"].get_absolute_url()
    pages = [
        (facilitator, reverse("covenants:rounds", args=[agreement.slug])),
        (facilitator, reverse("covenants:round_new", args=[agreement.slug])),
        (facilitator, round_url),
        (facilitator, f"{round_url}?stand=stil"),
        (facilitator, f"{round_url}?partij={stage['other'].slug}"),
        (facilitator, f"{round_url}?afspraak={stage['commitment'].pk}"),
        (delegate, round_url),
        (association[1], reverse("covenants:round_members", args=[round_pk])),
        *(
            (facilitator, reverse(f"covenants:{name}", args=[round_pk]))
            for name in ("round_extend", "round_add", "round_carry", "round_withdraw", "round_lock")
        ),
        (facilitator, agreement.get_absolute_url()),
    ]

    def measure():
        counted = {}
        for user, url in pages:
            client = as_user(user)
            assert client.get(url).status_code == 200
            with CaptureQueriesContext(connection) as captured:
                client.get(url)
            counted[str(user), url] = len(captured)
        return counted

    make_update(stage["own"], by=facilitator)
    few = measure()
    commitments = [stage["commitment"], *(make_commitment(agreement) for _ in range(6))]
    for number in range(40):
        member = make_party(agreement)
        PartyMembership.objects.create(association=found, member=member)
        for commitment in commitments:
            slot = make_slot(stage["round"], commitment, member)
            if number % 3 == 0:
                make_update(slot, by=facilitator, state=list(UpdateState)[number % 2 * 2])
    for commitment in commitments[1:]:
        for party in (stage["own"].party, stage["other"]):
            make_slot(stage["round"], commitment, party)
    for _ in range(8):
        make_round(agreement, by=facilitator)
    many = measure()
    assert many == few
    assert max(few.values()) <= 25


def test_a_role_is_given_in_the_agreement_as_well(agreement):
    """The stage above stands on it: who takes part in a binding role is asked."""
    make_commitment(agreement)
    make_party(agreement, role=ParticipationRole.SUPPORTER)
    keys = list(agreement.commitments.values_list("pk", flat=True))
    plan = services.plan_round(agreement, first=date(2025, 1, 1), last=date(2025, 12, 31), commitments=keys)
    assert plan.slots == ()
