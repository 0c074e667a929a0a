"""People who act for a party: their dated roles, ending, and nothing they did is left without somebody who does it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from covenants import permissions, services, tasks
from covenants.models import Delegate, DelegateRole, Invitation, ReportingSlot, SlotState, UpdateState
from covenants.services import Conflict
from ser_portal.accounts.models import Role
from ser_portal.audit.models import Entry
from tests.conftest import make_user
from tests.factories import make_commitment, make_invitation, make_party, make_round, make_slot, make_update

HTMX = {"HTTP_HX_REQUEST": "true"}
PEOPLE = "/partijen/voorbeeld-bv/gemachtigden/"
LONG = "x" * 200_000


def text(response):
    return response.content.decode()


def acts(party, name, role=DelegateRole.SUBMITTER, **fields):
    """A new person who has acted for the party since 2020."""
    user = make_user(name, Role.DELEGATE)
    return Delegate.objects.create(party=party, user=user, role=role, **{"began_on": date(2020, 1, 1), **fields})


@pytest.fixture
def coordinator(party, delegate):
    """Coordinates `party`, of which `delegate` is a submitter."""
    return acts(party, "carla", DelegateRole.COORDINATOR).user


@pytest.fixture
def row(party, delegate):
    return Delegate.objects.get(party=party, user=delegate)


@pytest.fixture
def slots(agreement, party, facilitator, delegate):
    """Three slots the delegate looks after: silent, returned, and approved in a round that is still open."""
    round = make_round(agreement, by=facilitator)
    made = [make_slot(round, make_commitment(agreement), party, owner=delegate) for _ in range(3)]
    make_update(made[1], by=delegate, state=UpdateState.RETURNED, reviewer=facilitator)
    make_update(made[2], by=delegate, state=UpdateState.APPROVED, reviewer=facilitator)
    return made


def owners(slots):
    return [ReportingSlot.objects.get(pk=slot.pk).owner for slot in slots]


# --- Roles ----------------------------------------------------------------------------------------------------------


def test_another_role_is_a_new_row_from_today_and_the_old_one_stays(row, coordinator, delegate):
    after = services.change_role(row, role=DelegateRole.COORDINATOR, by=coordinator)
    today = timezone.localdate()
    row.refresh_from_db()
    assert (row.role, row.ended_on, row.revoked_at) == (DelegateRole.SUBMITTER, today - timedelta(days=1), None)
    assert (after.role, after.began_on, after.ended_on) == (DelegateRole.COORDINATOR, today, None)
    assert permissions.may_coordinate(delegate, row.party)
    entry = Entry.objects.get()
    assert (entry.action, entry.details["before"], entry.details["after"]) == (
        "covenants.delegate_role_changed", "submitter", "coordinator",
    )  # fmt: skip


def test_a_last_day_that_was_agreed_goes_for_the_new_role_too(row, coordinator):
    last = timezone.localdate() + timedelta(days=20)
    services.end_delegation(row, last_day=last, by=coordinator)
    assert services.change_role(row, role=DelegateRole.CONTRIBUTOR, by=coordinator).ended_on == last


def test_two_changes_on_one_day_leave_one_role(row, coordinator, party, delegate):
    first = services.change_role(row, role=DelegateRole.COORDINATOR, by=coordinator)
    services.change_role(first, role=DelegateRole.CONTRIBUTOR, by=coordinator)
    assert [held.role for held in Delegate.objects.current().filter(user=delegate)] == [DelegateRole.CONTRIBUTOR]
    assert party.delegates.filter(user=delegate).count() == 3


def test_a_lower_role_leaves_no_higher_one_beside_it(row, coordinator, party, delegate):
    Delegate.objects.create(party=party, user=delegate, role=DelegateRole.COORDINATOR, began_on=date(2021, 1, 1))
    services.change_role(row, role=DelegateRole.CONTRIBUTOR, by=coordinator)
    assert [held.role for held in Delegate.objects.current().filter(user=delegate)] == [DelegateRole.CONTRIBUTOR]


@pytest.mark.parametrize("role", ["submitter", "baas"])
def test_the_same_or_an_unknown_role_is_refused(row, coordinator, role):
    with pytest.raises(ValidationError):
        services.change_role(row, role=role, by=coordinator)
    assert not Entry.objects.exists()


def test_a_role_of_somebody_who_was_ended_meanwhile_is_a_conflict(row, coordinator):
    services.end_delegation(row, by=coordinator)
    with pytest.raises(Conflict):
        services.change_role(row, role=DelegateRole.COORDINATOR, by=coordinator)


def test_the_database_knows_the_roles(row):
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegate.objects.filter(pk=row.pk).update(role="baas")


def test_somebody_acts_for_a_party_once_at_a_time(party, delegate, coordinator, facilitator):
    with pytest.raises(ValidationError, match="handelt al"):
        services.appoint(party, user=delegate, role="submitter", began_on=timezone.localdate(), by=coordinator)
    with pytest.raises(ValidationError, match="gemachtigde"):
        services.appoint(party, user=facilitator, role="submitter", began_on=timezone.localdate(), by=coordinator)
    assert not Entry.objects.exists()


# --- Ending ---------------------------------------------------------------------------------------------------------


def test_ending_at_once_takes_every_right_and_gives_the_work_to_the_coordinator(
    row, delegate, coordinator, party, slots
):
    Delegate.objects.create(party=party, user=delegate, role=DelegateRole.CONTRIBUTOR, began_on=date(2022, 1, 1))
    services.end_delegation(row, by=coordinator)
    assert not Delegate.objects.current().filter(user=delegate).exists()
    assert owners(slots) == [coordinator] * 3
    row.refresh_from_db()
    assert row.revoked_by == coordinator
    entry = Entry.objects.get()
    assert entry.action == "covenants.delegation_ended"
    assert entry.details["slots"] == {str(coordinator.pk): [slot.pk for slot in slots]}
    assert "@" not in str(entry.details)


def test_who_takes_over_is_chosen_per_slot_or_for_all(row, coordinator, party, slots):
    one, rest = acts(party, "eva").user, acts(party, "farid", DelegateRole.CONTRIBUTOR).user
    services.end_delegation(row, to=rest, per_slot={slots[1].pk: one}, by=coordinator)
    assert owners(slots) == [rest, one, rest]


def test_without_a_coordinator_another_delegate_takes_over_who_may_submit_first(row, facilitator, party, slots):
    acts(party, "farid", DelegateRole.CONTRIBUTOR, began_on=date(2019, 1, 1))
    submits = acts(party, "eva", began_on=date(2021, 1, 1)).user
    services.end_delegation(row, by=facilitator)
    assert owners(slots) == [submits] * 3


def test_without_anybody_the_work_has_no_owner_and_the_page_says_so(row, facilitator, slots, as_user):
    services.end_delegation(row, by=facilitator)
    assert owners(slots) == [None] * 3
    page = text(as_user(facilitator).get(PEOPLE))
    assert "2 verplichtingen hebben nog niemand" in page
    assert "Deze partij heeft geen coördinator" in page


def test_nobody_inherits_who_has_left_is_switched_off_or_acts_for_another_party(
    row, coordinator, party, slots, outsider
):
    gone = acts(party, "eva", ended_on=date(2021, 1, 1)).user
    off = acts(party, "farid").user
    off.is_active = False
    off.save()
    for heir in (gone, off, outsider, row.user):
        with pytest.raises(ValidationError):
            services.end_delegation(row, to=heir, by=coordinator)
        with pytest.raises(ValidationError):
            services.end_delegation(row, per_slot={slots[0].pk: heir}, by=coordinator)
    assert owners(slots) == [row.user] * 3
    assert not Entry.objects.exists()


def test_the_work_for_another_party_stays_with_who_still_acts_for_it(
    row, coordinator, agreement, facilitator, delegate
):
    elsewhere = make_party(agreement)
    Delegate.objects.create(party=elsewhere, user=delegate, began_on=date(2020, 1, 1))
    other = make_slot(make_round(agreement, by=facilitator), make_commitment(agreement), elsewhere, owner=delegate)
    services.end_delegation(row, by=coordinator)
    assert owners([other]) == [delegate]
    assert permissions._acts(delegate, elsewhere)


def test_ending_later_keeps_rights_and_work_until_that_day_is_over(row, coordinator, slots, monkeypatch):
    last = timezone.localdate() + timedelta(days=10)
    services.end_delegation(row, last_day=last, by=coordinator)
    row.refresh_from_db()
    assert (row.ended_on, row.revoked_at) == (last, None)
    assert owners(slots) == [row.user] * 3
    assert services.sweep_lapsed() == 0
    assert not Delegate.objects.current(last + timedelta(days=1)).filter(pk=row.pk).exists()
    assert Delegate.objects.current(last).filter(pk=row.pk).exists()

    monkeypatch.setattr(timezone, "localdate", lambda *_: last + timedelta(days=1))
    assert services.sweep_lapsed() == 3
    assert owners(slots) == [coordinator] * 3


def test_who_is_chosen_when_somebody_ends_later_takes_over_now(row, coordinator, party, slots):
    eva = acts(party, "eva").user
    services.end_delegation(row, last_day=timezone.localdate(), per_slot={slots[0].pk: eva}, by=coordinator)
    assert owners(slots) == [eva, row.user, row.user]


def test_a_last_day_in_the_past_is_refused(row, coordinator):
    with pytest.raises(ValidationError, match="verleden"):
        services.end_delegation(row, last_day=timezone.localdate() - timedelta(days=1), by=coordinator)


def test_ending_twice_is_told_and_done_once(row, coordinator):
    services.end_delegation(row, by=coordinator)
    with pytest.raises(Conflict):
        services.end_delegation(row, by=coordinator)
    assert Entry.objects.count() == 1


def test_nobody_comes_back_through_an_invitation_sent_before(row, coordinator, party, delegate):
    to_self = make_invitation(party, by=coordinator, email=delegate.email)
    Delegate.objects.filter(pk=row.pk).update(role=DelegateRole.COORDINATOR)
    by_self = make_invitation(party, by=delegate)
    other = make_invitation(party, by=coordinator)
    services.end_delegation(row, by=coordinator)
    withdrawn = set(Invitation.objects.filter(withdrawn_at__isnull=False))
    assert withdrawn == {to_self, by_self}
    assert services.usable(other.token_hash) == other


# --- Handing over one slot ------------------------------------------------------------------------------------------


def test_one_slot_goes_to_a_colleague(slots, coordinator, delegate):
    services.hand_over(slots[0], to=coordinator, was=delegate.pk, by=delegate)
    assert owners(slots) == [coordinator, delegate, delegate]
    entry = Entry.objects.get()
    assert (entry.action, entry.details) == (
        "covenants.slot_handed_over", {"before": delegate.pk, "after": coordinator.pk},
    )  # fmt: skip


def test_a_slot_that_somebody_else_handed_over_is_a_conflict(slots, coordinator, delegate, party):
    eva = acts(party, "eva").user
    services.hand_over(slots[0], to=coordinator, was=delegate.pk, by=delegate)
    with pytest.raises(Conflict):
        services.hand_over(slots[0], to=eva, was=delegate.pk, by=delegate)
    assert owners(slots)[0] == coordinator


def test_a_slot_goes_to_nobody_else_than_who_acts_for_the_party_now(slots, delegate, outsider):
    for other in (outsider, delegate):
        with pytest.raises(ValidationError):
            services.hand_over(slots[0], to=other, was=delegate.pk, by=delegate)
    ReportingSlot.objects.filter(pk=slots[0].pk).update(withdrawn_at=timezone.now(), withdrawn_reason="Vervallen")
    with pytest.raises(ValidationError, match="vervallen"):
        services.hand_over(slots[0], to=outsider, was=delegate.pk, by=delegate)


# --- The daily sweep ------------------------------------------------------------------------------------------------


def test_the_sweep_moves_lapsed_work_once(row, slots, coordinator):
    Delegate.objects.filter(pk=row.pk).update(ended_on=timezone.localdate() - timedelta(days=1))
    tasks.sweep_lapsed()
    tasks.sweep_lapsed()
    assert owners(slots) == [coordinator] * 3
    entry = Entry.objects.get()
    assert (entry.action, entry.by, entry.details) == (
        "covenants.lapsed_work_handed_over", None, {"to": coordinator.pk, "slots": 3},
    )  # fmt: skip


def test_the_sweep_also_finds_accounts_that_were_switched_off_and_work_without_an_owner(slots, coordinator, delegate):
    delegate.is_active = False
    delegate.save()
    ReportingSlot.objects.filter(pk=slots[0].pk).update(owner=None)
    assert services.sweep_lapsed() == 3
    assert owners(slots) == [coordinator] * 3


def test_the_sweep_leaves_nobody_as_owner_when_nobody_is_left_and_then_rests(row, slots):
    Delegate.objects.filter(pk=row.pk).update(ended_on=timezone.localdate() - timedelta(days=1))
    assert services.sweep_lapsed() == 3
    assert owners(slots) == [None] * 3
    assert services.sweep_lapsed() == 0


def test_the_sweep_leaves_alone_what_is_finished_or_withdrawn(row, slots, coordinator, facilitator):
    round = slots[0].round
    Delegate.objects.filter(pk=row.pk).update(ended_on=timezone.localdate() - timedelta(days=1))
    round.locked_at, round.locked_by = timezone.now(), facilitator
    round.save()
    ReportingSlot.objects.filter(pk=slots[0].pk).update(withdrawn_at=timezone.now(), withdrawn_reason="Vervallen")
    assert services.sweep_lapsed() == 1
    assert owners(slots) == [row.user, coordinator, row.user]
    assert slots[2].state == SlotState.APPROVED


def test_the_sweep_stands_in_the_schedule(settings):
    assert settings.CELERY_BEAT_SCHEDULE["sweep-lapsed"]["task"] == tasks.sweep_lapsed.name


# --- The pages ------------------------------------------------------------------------------------------------------


def test_the_page_shows_who_acts_since_when_and_what_is_open(as_user, coordinator, delegate, slots, party):
    acts(party, "weg", began_on=date(2019, 1, 1), ended_on=date(2019, 12, 31))
    response = as_user(coordinator).get(PEOPLE)
    page = text(response)
    assert [(line["name"], line["role"], line["open_items"]) for line in response.context["people"]] == [
        ("Carla", "coördinator", 0), ("Dewi", "indiener", 2),
    ]  # fmt: skip
    assert [(line["name"], line["since"], line["until"]) for line in response.context["past"]] == [
        ("Weg", "1 januari 2019", "31 december 2019")
    ]
    assert delegate.email in page
    assert "Iemand uitnodigen" in page


def test_a_colleague_may_look_but_sees_no_addresses_and_no_buttons(as_user, coordinator, delegate, party):
    waiting = make_invitation(party, by=coordinator)
    page = text(as_user(delegate).get(PEOPLE))
    assert "Carla" in page
    assert coordinator.email not in page
    assert waiting.email not in page
    for word in ("Iemand uitnodigen", "Beëindigen", "Intrekken", "Opnieuw versturen"):
        assert word not in page
    invitations = f"{PEOPLE}uitnodigingen/{waiting.pk}"
    for address in ("uitnodigen/", f"{Delegate.objects.first().pk}/rol/", f"{Delegate.objects.first().pk}/beeindigen/"):
        assert as_user(delegate).post(PEOPLE + address, {}).status_code == 403
    for step in ("intrekken", "opnieuw"):
        assert as_user(delegate).post(f"{invitations}/{step}/", {}).status_code == 403


def test_another_party_of_the_agreement_knows_this_one_but_not_its_people(as_user, agreement, party, delegate, slots):
    rival = acts(make_party(agreement), "rival", DelegateRole.COORDINATOR).user
    client = as_user(rival)
    assert client.get("/partijen/voorbeeld-bv/").status_code == 200
    assert "Gemachtigden" not in text(client.get("/partijen/voorbeeld-bv/"))
    assert client.get(PEOPLE).status_code == 403
    assert client.get(f"/verplichtingen/{slots[0].pk}/eigenaar/").status_code == 404


def test_the_party_page_leads_to_the_people_for_who_may_see_them(as_user, delegate, facilitator):
    for user in (delegate, facilitator):
        assert PEOPLE in text(as_user(user).get("/partijen/voorbeeld-bv/"))


@pytest.mark.parametrize("htmx", [{}, HTMX])
def test_a_role_changes_on_its_page(as_user, coordinator, row, htmx):
    client = as_user(coordinator)
    assert "Rol van Dewi" in text(client.get(f"{PEOPLE}{row.pk}/rol/"))
    response = client.post(f"{PEOPLE}{row.pk}/rol/", {"role": "contributor"}, **htmx)
    assert (response["HX-Redirect"] if htmx else response["Location"]) == PEOPLE
    assert client.post(f"{PEOPLE}{row.pk}/rol/", {"role": "submitter"}).status_code == 404  # that row is history now


@pytest.mark.parametrize("role", ["", "baas", "\x00", LONG, "submitter"])
def test_a_role_that_cannot_be_is_422(as_user, coordinator, row, role):
    assert as_user(coordinator).post(f"{PEOPLE}{row.pk}/rol/", {"role": role}).status_code == 422


@pytest.mark.parametrize("htmx", [{}, HTMX])
def test_ending_hands_over_as_chosen_on_the_page(as_user, coordinator, row, slots, party, htmx):
    eva = acts(party, "eva").user
    url = f"{PEOPLE}{row.pk}/beeindigen/"
    client = as_user(coordinator)
    assert [line["field"].name for line in client.get(url).context["lines"]] == [f"slot_{slot.pk}" for slot in slots]
    data = {"when": "now", "last_day": "", "to": str(coordinator.pk), f"slot_{slots[0].pk}": str(eva.pk)}
    response = client.post(url, data, **htmx)
    assert (response["HX-Redirect"] if htmx else response["Location"]) == PEOPLE
    assert owners(slots) == [eva, coordinator, coordinator]
    assert "Dewi handelt niet meer namens Voorbeeld bv." in text(client.get(PEOPLE))
    assert client.post(url, data).status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"when": ""}, "verplicht"),
        ({"when": "ooit"}, "Selecteer een geldige keuze"),
        ({"when": "later"}, "Geef de laatste dag"),
        ({"when": "later", "last_day": "volgende week"}, "Dit is geen dag"),
        ({"when": "later", "last_day": "1-1-2020"}, "verleden"),
        ({"when": "later", "last_day": LONG}, "200000"),
        ({"to": "999999"}, "Deze persoon handelt (niet meer)"),
        ({"to": "\x00"}, "Deze persoon handelt (niet meer)"),
        ({"to": LONG}, "Deze persoon handelt (niet meer)"),
    ],
)
def test_an_end_that_cannot_be_is_told_and_changes_nothing(as_user, coordinator, row, slots, changes, sentence):
    data = {"when": "now", "last_day": "", "to": "", f"slot_{slots[0].pk}": str(coordinator.pk), **changes}
    response = as_user(coordinator).post(f"{PEOPLE}{row.pk}/beeindigen/", data)
    assert response.status_code == 422
    assert sentence in text(response)
    assert response.context["form"][f"slot_{slots[0].pk}"].value() == str(coordinator.pk)
    row.refresh_from_db()
    assert row.revoked_at is None
    assert owners(slots) == [row.user] * 3


def test_a_slot_of_another_party_cannot_be_smuggled_into_an_ending(as_user, coordinator, row, agreement, facilitator):
    foreign = make_slot(make_round(agreement, by=facilitator), make_commitment(agreement), make_party(agreement))
    data = {"when": "now", "last_day": "", "to": "", f"slot_{foreign.pk}": str(coordinator.pk)}
    assert as_user(coordinator).post(f"{PEOPLE}{row.pk}/beeindigen/", data).status_code == 302
    assert owners([foreign]) == [None]


def test_who_ends_their_own_rights_goes_to_the_start_page(as_user, coordinator, party):
    own = Delegate.objects.get(user=coordinator)
    client = as_user(coordinator)
    assert "Dit bent u zelf" in text(client.get(f"{PEOPLE}{own.pk}/beeindigen/"))
    response = client.post(f"{PEOPLE}{own.pk}/beeindigen/", {"when": "now", "last_day": "", "to": ""})
    assert response["Location"] == "/"
    assert client.get(PEOPLE).status_code == 404


def test_the_rows_of_another_party_are_not_found_here(as_user, coordinator, outsider):
    other = Delegate.objects.get(user=outsider)
    for page in ("rol", "beeindigen"):
        assert as_user(coordinator).get(f"{PEOPLE}{other.pk}/{page}/").status_code == 404


@pytest.mark.parametrize("htmx", [{}, HTMX])
def test_a_slot_is_handed_over_on_its_page(as_user, coordinator, delegate, slots, htmx):
    url = f"/verplichtingen/{slots[0].pk}/eigenaar/"
    client = as_user(delegate)
    assert client.get(url).context["form"]["was"].value() == delegate.pk
    response = client.post(url, {"to": str(coordinator.pk), "was": str(delegate.pk)}, **htmx)
    assert (response["HX-Redirect"] if htmx else response["Location"]) == PEOPLE
    assert owners(slots)[0] == coordinator
    # It is the coordinator's now; a submitter cannot take it back.
    assert client.get(url).status_code == 403
    assert as_user(coordinator).get(url).status_code == 200


def test_a_late_hand_over_shows_where_it_lies_now(as_user, coordinator, delegate, slots, party):
    eva = acts(party, "eva").user
    url = f"/verplichtingen/{slots[0].pk}/eigenaar/"
    services.hand_over(slots[0], to=eva, was=delegate.pk, by=delegate)
    response = as_user(coordinator).post(url, {"to": str(coordinator.pk), "was": str(delegate.pk)})
    assert response.status_code == 422
    assert "Eva" in text(response)
    assert response.context["form"]["to"].value() == str(coordinator.pk)
    again = {"to": str(coordinator.pk), "was": str(response.context["form"]["was"].value())}
    assert as_user(coordinator).post(url, again).status_code == 302


@pytest.mark.parametrize("data", [{}, {"to": "x", "was": "x"}, {"to": LONG, "was": LONG}, {"to": "\x00", "was": "\x00"},
                                  {"to": "1", "was": "99999999999999999999999"}])  # fmt: skip
def test_a_hand_over_that_cannot_be_is_422(as_user, delegate, coordinator, slots, data):
    assert as_user(delegate).post(f"/verplichtingen/{slots[0].pk}/eigenaar/", data).status_code == 422


def test_an_open_tab_of_somebody_who_was_ended_gets_nothing_more(as_user, coordinator, row, delegate, slots):
    """The session lives on; every address of the party answers as if there were nothing, also to htmx."""
    client = as_user(delegate)
    addresses = [PEOPLE, "/partijen/voorbeeld-bv/", f"/verplichtingen/{slots[0].pk}/eigenaar/"]
    assert [client.get(address).status_code for address in addresses] == [200] * 3
    services.end_delegation(row, by=coordinator)
    for address in addresses:
        for htmx in ({}, HTMX):
            answer = client.get(address, **htmx)
            assert answer.status_code == 404, address
            assert "Voorbeeld bv" not in text(answer)
    data = {"to": str(coordinator.pk), "was": str(delegate.pk)}
    assert client.post(addresses[2], data, **HTMX).status_code == 404
    assert owners(slots) == [coordinator] * 3


def test_the_page_takes_no_more_queries_with_more_people_and_work(
    as_user, coordinator, party, slots, agreement, facilitator, django_assert_max_num_queries
):
    client = as_user(coordinator)
    client.get(PEOPLE)
    with django_assert_max_num_queries(PEOPLE_QUERIES):
        client.get(PEOPLE)
    round = make_round(agreement, by=facilitator)
    for number in range(12):
        person = acts(party, f"extra{number}").user
        make_slot(round, make_commitment(agreement), party, owner=person)
        make_invitation(party, by=coordinator)
    with django_assert_max_num_queries(PEOPLE_QUERIES):
        client.get(PEOPLE)


PEOPLE_QUERIES = 11


# --- The administration ---------------------------------------------------------------------------------------------


@pytest.fixture
def known(agreement):
    """The administrator may know of the agreement."""
    from covenants.models import Visibility

    agreement.visibility = Visibility.PUBLIC
    agreement.save()


def test_the_administration_ends_through_the_service(as_user, administrator, known, row, coordinator, slots):
    client = as_user(administrator)
    response = client.post(
        "/beheer/covenants/delegate/", {"action": "end_now", "_selected_action": [row.pk]}, follow=True
    )
    assert "1 gemachtiging beëindigd." in text(response)
    row.refresh_from_db()
    assert row.revoked_by == administrator
    assert owners(slots) == [coordinator] * 3
    url = f"/beheer/covenants/delegate/{row.pk}/"
    assert client.post(url + "delete/", {"post": "yes"}).status_code == 403
    assert client.post(url + "change/", {"role": "coordinator"}).status_code == 403


def test_the_administration_changes_a_role_and_a_last_day_through_the_services(
    as_user, administrator, known, row, delegate, coordinator
):
    client = as_user(administrator)
    url = f"/beheer/covenants/delegate/{row.pk}/change/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"role": "coordinator", "ended_on": ""}).status_code == 302
    after = Delegate.objects.current().get(user=delegate)
    assert (after.role, after.pk != row.pk) == (DelegateRole.COORDINATOR, True)
    url = f"/beheer/covenants/delegate/{after.pk}/change/"
    last = timezone.localdate() + timedelta(days=3)
    assert client.post(url, {"role": "coordinator", "ended_on": last.isoformat()}).status_code == 302
    after.refresh_from_db()
    assert after.ended_on == last
    refused = client.post(url, {"role": "coordinator", "ended_on": ""})
    assert "Een einde gaat niet terug" in text(refused)
    refused = client.post(url, {"role": "coordinator", "ended_on": "2020-05-05"}, follow=True)
    assert "verleden" in text(refused)
    actions = list(Entry.objects.values_list("action", flat=True))
    assert actions == ["covenants.delegation_ended", "covenants.delegate_role_changed"]


def test_the_administration_appoints_through_the_service(as_user, administrator, known, party, delegate):
    person = make_user("nina", Role.DELEGATE)
    data = {"party": party.pk, "user": person.pk, "role": "submitter", "began_on": "2026-01-01", "ended_on": ""}
    client = as_user(administrator)
    assert client.post("/beheer/covenants/delegate/add/", data).status_code == 302
    assert Delegate.objects.filter(user=person).count() == 1
    refused = client.post("/beheer/covenants/delegate/add/", {**data, "began_on": "2026-01-02"}, follow=True)
    assert "handelt al" in text(refused)
    assert Delegate.objects.filter(user=person).count() == 1
    assert [entry.action for entry in Entry.objects.all()] == ["covenants.delegate_appointed"]
