"""The pages about people of a party, and the same in the administration."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from covenants import services
from covenants.models import Delegate, DelegateRole, UpdateState
from covenants.urls import urlpatterns
from ser_portal.accounts.models import Role
from ser_portal.audit.models import Entry
from tests.conftest import make_user
from tests.factories import make_commitment, make_invitation, make_party, make_round, make_slot, make_update
from tests.people import HTMX, LONG, PEOPLE, acts, owners, text


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
        ({"when": "later", "last_day": "volgende week"}, "is geen dag"),
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
    # Whatever there is about a slot, a draft that saves itself included: nothing is kept and nothing told.
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        if route.startswith("verplichtingen/<int:pk>/") and route.count("<") == 1:
            answer = client.post("/" + route.replace("<int:pk>", str(slots[0].pk)), {"text": "Nog iets"}, **HTMX)
            assert answer.status_code in (404, 405), route


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
