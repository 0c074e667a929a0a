"""Keeping the register: forms that lose nothing, conflicts that show both, once that is once, a history that stays."""

import re
import threading
from datetime import date, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.utils import timezone

from covenants import services
from covenants.models import (
    Activity,
    Agreement,
    FacilitatorAssignment,
    Participation,
    Phase,
    PhaseChange,
    Sector,
)
from ser_portal.audit.models import Entry
from ser_portal.dates import ImpreciseDate

HTMX = {"HTTP_HX_REQUEST": "true"}
HOME = "/convenanten/proefconvenant/"
LONG = "x" * 200_000


@pytest.fixture
def keeper(as_user, facilitator):
    return as_user(facilitator)


@pytest.fixture
def last(agreement):
    return agreement.phase_changes.current().order_by("sequence").last()


def text(response):
    return response.content.decode()


def entries(agreement):
    return Entry.objects.filter(content_type=ContentType.objects.get_for_model(Agreement), object_id=agreement.pk)


def new_agreement(**changes):
    return {
        "once": "abc", "sector_name": "Cacao", "name_nl": "Convenant Cacao", "name_en": "", "visibility": "parties",
        "phase": "exploration", "effective_on": "maart 2020", "reason": "Er is draagvlak", "source": "", **changes,
    }  # fmt: skip


def phase_data(agreement, **changes):
    return {
        "version": agreement.version, "to": "signed", "effective_on": "1 juni 2020", "label": "", "reason": "Getekend",
        "source": "", **changes,
    }  # fmt: skip


def facts(agreement, **changes):
    values = {
        "name_nl": agreement.name_nl, "name_en": agreement.name_en, "abbreviation_nl": agreement.abbreviation_nl,
        "visibility": agreement.visibility, "intended_duration_months": agreement.intended_duration_months or "",
        "reporting_year": agreement.reporting_year, "note": agreement.note, "source": agreement.source,
    }  # fmt: skip
    sent = {f"initial-{name}": value for name, value in values.items()}
    return {**sent, **values, "version": agreement.version, "reason": "Beter zo", **changes}


# --- A new agreement ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("htmx", [{}, HTMX])
def test_registering_makes_one_agreement_with_its_phase_and_its_facilitator(keeper, facilitator, htmx):
    response = keeper.post("/convenanten/nieuw/", new_agreement(), **htmx)
    made = Agreement.objects.get(name_nl="Convenant Cacao")
    assert (response["HX-Redirect"] if htmx else response["Location"]) == made.get_absolute_url()
    assert made.phase_changes.get().effective_on == ImpreciseDate.month(2020, 3)
    assert FacilitatorAssignment.objects.filter(agreement=made, user=facilitator).exists()
    assert entries(made).count() == 1


def test_a_repeated_request_makes_no_second_one(keeper):
    first = keeper.post("/convenanten/nieuw/", new_agreement())
    again = keeper.post("/convenanten/nieuw/", new_agreement())
    assert first["Location"] == again["Location"]
    assert Agreement.objects.filter(sector__name_nl="Cacao").count() == 1
    assert "niets dubbel gemaakt" in text(keeper.get(again["Location"]))


def test_each_opened_form_is_an_intention_of_its_own(keeper):
    keys = {keeper.get("/convenanten/nieuw/").context["form"].initial["once"] for _ in range(3)}
    assert len(keys) == 3


def test_the_sector_of_a_hidden_agreement_is_not_suggested(as_user, agreement, facilitator, other_facilitator):
    assert "Proefsector" in text(as_user(facilitator).get("/convenanten/nieuw/"))
    assert "Proefsector" not in text(as_user(other_facilitator).get("/convenanten/nieuw/"))


@pytest.mark.parametrize("htmx", [{}, HTMX])
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"effective_on": "morgenochtend"}, "‘morgenochtend’ is geen datum die het portaal begrijpt"),
        ({"effective_on": ""}, "Dit veld is verplicht"),
        ({"reason": ""}, "Dit veld is verplicht"),
        ({"phase": "signed"}, "Selecteer een geldige keuze"),
        ({"name_nl": "Proefconvenant"}, "Er bestaat al een akkoord met deze naam"),
        ({"name_nl": LONG}, "200000"),
        ({"reason": LONG}, "200000"),
        ({"effective_on": LONG}, "200000"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(keeper, changes, sentence, htmx):
    response = keeper.post("/convenanten/nieuw/", new_agreement(**changes), **htmx)
    assert response.status_code == 422
    assert sentence in text(response)
    typed = {"name_en": "Cocoa agreement", **changes}
    assert "Cacao" in text(response)
    for name, value in typed.items():
        if name != "phase" and name in changes:
            assert response.context["form"][name].value() == value
    assert not Agreement.objects.filter(sector__name_nl="Cacao").exists()
    assert ("<html" in text(response)) is not bool(htmx)


def test_a_date_ahead_is_refused_at_its_field(keeper, agreement):
    ahead = timezone.localdate() + timedelta(days=3)
    response = keeper.post(HOME + "fase/", phase_data(agreement, effective_on=ahead.isoformat()))
    assert response.status_code == 422
    assert "toekomst" in response.context["form"].errors["effective_on"][0]


# --- Phases ---------------------------------------------------------------------------------------------------------


def test_only_the_phases_one_can_go_to_are_offered(keeper):
    form = keeper.get(HOME + "fase/").context["form"]
    assert [value for value, _label in form.fields["to"].choices] == ["signed", "exploration", "stopped"]


@pytest.mark.parametrize("htmx", [{}, HTMX])
def test_changing_a_phase_shows_in_the_timeline(keeper, agreement, htmx):
    response = keeper.post(HOME + "fase/", phase_data(agreement), **htmx)
    assert (response["HX-Redirect"] if htmx else response["Location"]) == HOME
    page = keeper.get(HOME)
    assert page.context["state"].phase == Phase.SIGNED
    assert "De fase is gewijzigd." in text(page)
    assert entries(agreement).count() == 1


def test_a_step_that_cannot_be_is_refused_in_words(keeper, agreement):
    response = keeper.post(HOME + "fase/", phase_data(agreement, to="completed"))
    assert response.status_code == 422
    assert "Deze stap kan niet vanuit de huidige fase" in text(response)


@pytest.mark.parametrize("htmx", [{}, HTMX])
def test_two_people_at_once_make_one_change_and_one_conflict_that_keeps_the_text(keeper, agreement, facilitator, htmx):
    late = phase_data(agreement, to="stopped", reason="Geen draagvlak meer", effective_on="zomer 2020")
    services.change_phase(
        agreement, version=agreement.version, to="exploration", effective_on=ImpreciseDate.month(2020, 2),
        reason="Terug naar af", by=facilitator,
    )  # fmt: skip
    response = keeper.post(HOME + "fase/", late, **htmx)
    agreement.refresh_from_db()
    assert response.status_code == 422
    shown = text(response)
    for sentence in ("Iemand anders was u voor", "Fatima", "Terug naar af", "februari 2020"):
        assert sentence in shown
    form = response.context["form"]
    assert (form["reason"].value(), form["effective_on"].value()) == ("Geen draagvlak meer", "zomer 2020")
    assert form["version"].value() == str(agreement.version)
    assert agreement.phase_changes.current().count() == 3

    knowingly = keeper.post(HOME + "fase/", {**late, "version": form["version"].value()}, **htmx)
    assert knowingly.status_code == (200 if htmx else 302)
    assert agreement.phase_changes.current().count() == 4


def test_a_double_click_is_one_change(keeper, agreement):
    data = phase_data(agreement)
    assert keeper.post(HOME + "fase/", data).status_code == 302
    second = keeper.post(HOME + "fase/", data)
    assert second.status_code == 422
    assert "Iemand anders was u voor" in text(second)
    assert agreement.phase_changes.current().count() == 3


def test_a_form_without_its_version_is_not_saved(keeper, agreement):
    response = keeper.post(HOME + "fase/", phase_data(agreement, version=""))
    assert response.status_code == 422
    assert agreement.phase_changes.count() == 2


@pytest.mark.parametrize("htmx", [{}, HTMX])
def test_a_correction_supersedes_and_the_old_entry_stays_struck_through(keeper, agreement, last, htmx):
    url = f"{HOME}fase/{last.pk}/correctie/"
    opened = keeper.get(url)
    assert 'value="maart 2019"' in text(opened)
    data = {
        "version": agreement.version, "withdraw": "no", "to": "negotiation", "effective_on": "april 2019",
        "initial-to": "negotiation", "initial-effective_on": "maart 2019", "initial-source": "", "source": "Verslag",
        "correction_reason": "Het verslag noemt april",
    }  # fmt: skip
    response = keeper.post(url, data, **htmx)
    assert (response["HX-Redirect"] if htmx else response["Location"]) == HOME + "geschiedenis/"
    history = text(keeper.get(HOME + "geschiedenis/"))
    assert "<del>maart 2019</del>" in history
    assert "april 2019" in history
    assert "Het verslag noemt april" in history
    assert "Fatima" in history


def test_what_is_not_touched_in_a_correction_stays_as_it_was_said(keeper, agreement):
    when = ImpreciseDate(date(2020, 6, 1), date(2020, 8, 31), "hartje zomer")
    services.change_phase(
        agreement, version=agreement.version, to="signed", effective_on=when,
        reason="Getekend", by=FacilitatorAssignment.objects.get().user,
    )  # fmt: skip
    agreement.refresh_from_db()
    change = agreement.phase_changes.get(to_phase="signed")
    url = f"{HOME}fase/{change.pk}/correctie/"
    typed = keeper.get(url).context["form"]["effective_on"].value()
    data = {
        "version": agreement.version, "to": "signed", "effective_on": typed, "initial-effective_on": typed,
        "source": "Notulen", "initial-source": "", "correction_reason": "Bron toegevoegd",
    }  # fmt: skip
    assert keeper.post(url, data).status_code == 302
    corrected = agreement.phase_changes.current().get(to_phase="signed")
    assert (corrected.effective_on.words, corrected.source) == ("hartje zomer", "Notulen")


def test_an_entry_can_be_withdrawn_with_a_reason(keeper, agreement, last):
    url = f"{HOME}fase/{last.pk}/correctie/"
    data = {"version": agreement.version, "withdraw": "yes", "to": "negotiation", "effective_on": "maart 2019"}
    assert keeper.post(url, data).status_code == 422
    assert keeper.post(url, {**data, "correction_reason": "Nooit gebeurd"}).status_code == 302
    assert [change.to_phase for change in agreement.phase_changes.current()] == [Phase.EXPLORATION]
    assert "Ingetrokken" in text(keeper.get(HOME + "geschiedenis/"))
    assert "ingetrokken" in text(keeper.get(url))


def test_a_correction_of_what_a_colleague_corrected_is_a_conflict(keeper, agreement, last, facilitator):
    late = {
        "version": agreement.version, "to": "negotiation", "effective_on": "mei 2019",
        "initial-effective_on": "maart 2019", "initial-to": "negotiation", "source": "", "initial-source": "",
        "correction_reason": "Mei, zegt de notulist",
    }  # fmt: skip
    services.correct_phase_change(
        last, version=agreement.version, effective_on=ImpreciseDate.month(2019, 4), correction_reason="April",
        by=facilitator,
    )  # fmt: skip
    response = keeper.post(f"{HOME}fase/{last.pk}/correctie/", late)
    assert response.status_code == 422
    assert "april 2019" in text(response)
    assert response.context["form"]["effective_on"].value() == "mei 2019"
    newest = agreement.phase_changes.current().get(to_phase="negotiation")
    assert f"{HOME}fase/{newest.pk}/correctie/" in text(response)


def test_a_phase_of_another_agreement_is_not_found(keeper, reference):
    other = PhaseChange.objects.exclude(agreement__slug="proefconvenant").first()
    assert keeper.get(f"{HOME}fase/{other.pk}/correctie/").status_code == 404


@pytest.mark.parametrize("htmx", [{}, HTMX])
def test_a_standstill_is_marked_and_lifted(keeper, agreement, htmx):
    opened = keeper.get(HOME + "stilstand/")
    data = {"version": agreement.version, "began": "eind 2019", "reason": "Partijen wachten", "source": ""}
    response = keeper.post(HOME + "stilstand/", data, **htmx)
    assert response.status_code == (200 if htmx else 302)
    assert "Partijen wachten" in text(keeper.get(HOME, {"peildatum": "2020-06-01"}))
    agreement.refresh_from_db()
    assert "Als stilgevallen markeren" in text(opened)
    assert "Stilstand opheffen" in text(keeper.get(HOME + "stilstand/"))

    again = keeper.post(HOME + "stilstand/", data)  # a second press, or a colleague who marked it too
    assert again.status_code == 422
    assert "Iemand anders was u voor" in text(again)
    lifted = {"version": agreement.version, "lifted": "1 juli 2020", "reason": "Er wordt weer gepraat"}
    assert keeper.post(HOME + "stilstand/", lifted, **htmx).status_code == (200 if htmx else 302)
    assert "Partijen wachten" not in text(keeper.get(HOME, {"peildatum": "2020-08-01"}))
    assert "Er wordt weer gepraat" in text(keeper.get(HOME + "geschiedenis/"))


# --- Facts ----------------------------------------------------------------------------------------------------------


def test_changed_facts_stand_in_the_history_with_before_after_who_and_why(keeper, agreement):
    response = keeper.post(HOME + "gegevens/", facts(agreement, abbreviation_nl="PC", reason="Zo heet het overal"))
    assert response["Location"] == HOME
    history = keeper.get(HOME + "geschiedenis/")
    change = next(iter(history.context["changes"]))
    assert (change.who, change.reason) == ("Fatima", "Zo heet het overal")
    assert change.rows == [("afkorting", "–", "PC")]
    assert "wijzigde gegevens" in text(history)


def test_after_a_conflict_only_what_this_person_changed_is_theirs(keeper, agreement, facilitator):
    late = facts(agreement, note="Toelichting van de tweede", abbreviation_nl="TWEE")
    services.edit_agreement(
        agreement, version=agreement.version, changes={"name_en": "Name of the first", "abbreviation_nl": "EEN"},
        reason="Eerst", by=facilitator,
    )  # fmt: skip
    response = keeper.post(HOME + "gegevens/", late)
    assert response.status_code == 422
    form = response.context["form"]
    recorded = dict(response.context["collision"].recorded)
    assert recorded["Afkorting"] == "EEN"
    assert form["note"].value() == "Toelichting van de tweede"
    assert form["abbreviation_nl"].value() == "TWEE"
    assert form["name_en"].value() == "Name of the first"  # untouched here, hence as the other saved it
    assert keeper.post(HOME + "gegevens/", form.data).status_code == 302
    agreement.refresh_from_db()
    assert (agreement.name_en, agreement.abbreviation_nl, agreement.note) == (
        "Name of the first", "TWEE", "Toelichting van de tweede",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Er is niets gewijzigd"),
        ({"name_nl": ""}, "Dit veld is verplicht"),
        ({"note": LONG}, "200000"),
        ({"intended_duration_months": "veel"}, "geheel getal"),
        ({"intended_duration_months": "0"}, "minstens 1"),
        ({"visibility": "iedereen"}, "Selecteer een geldige keuze"),
    ],
)
def test_facts_that_cannot_be_are_refused_in_words(keeper, agreement, changes, sentence):
    response = keeper.post(HOME + "gegevens/", facts(agreement, **changes))
    assert response.status_code == 422
    assert sentence in text(response)
    assert "Proefconvenant" in text(response)


# --- Parties, participations, activities ----------------------------------------------------------------------------


def test_a_new_party_is_made_once(keeper):
    data = {"once": "k", "name": "Nieuwe Partij", "abbreviation": "NP", "type": "company", "source": ""}
    first = keeper.post("/partijen/nieuw/", data)
    # The random end tells nobody whether a hidden party has the plain address.
    assert re.fullmatch(r"/partijen/nieuwe-partij-[a-z0-9]{5}/", first["Location"])
    assert keeper.post("/partijen/nieuw/", data)["Location"] == first["Location"]
    taken = keeper.post("/partijen/nieuw/", {**data, "once": "l"})
    assert taken.status_code == 422
    assert "Er bestaat al een partij met deze naam" in text(taken)
    assert keeper.get(first["Location"]).status_code == 200


def test_the_facts_of_a_party_change_with_a_reason(keeper, delegate, party):
    data = {
        "version": party.version,
        "name": "Voorbeeld nv",
        "abbreviation": "",
        "type": "company",
        "note": "",
        "source": "",
    }
    sent = {"initial-name": "Voorbeeld bv", "initial-type": "company", "initial-abbreviation": "", "initial-note": "",
            "initial-source": ""}  # fmt: skip
    assert keeper.post("/partijen/voorbeeld-bv/gegevens/", {**data, **sent}).status_code == 422
    done = keeper.post("/partijen/voorbeeld-bv/gegevens/", {**data, **sent, "reason": "Omgezet"})
    assert done["Location"] == "/partijen/voorbeeld-bv/"
    late = keeper.post(
        "/partijen/voorbeeld-bv/gegevens/", {**data, **sent, "name": "Voorbeeld bv i.l.", "reason": "Later"}
    )
    assert late.status_code == 422
    assert "Voorbeeld nv" in text(late)
    assert "Voorbeeld bv i.l." in text(late)


def test_a_participation_is_added_by_name_and_made_once(keeper, agreement, party):
    data = {"once": "d", "party": "voorbeeld BV", "role": "signatory", "began": "2019", "source": "", "note": ""}
    for _press in range(2):
        assert keeper.post(HOME + "deelnames/nieuw/", data)["Location"] == HOME + "#partijen"
    assert Participation.objects.get().began == ImpreciseDate.year(2019)
    assert "Voorbeeld bv" in text(keeper.get(HOME))
    unknown = keeper.post(HOME + "deelnames/nieuw/", {**data, "once": "e", "party": "Onbekend bv"})
    assert unknown.status_code == 422
    assert "geen partij met precies deze naam" in text(unknown)
    assert unknown.context["form"]["party"].value() == "Onbekend bv"
    twice = keeper.post(HOME + "deelnames/nieuw/", {**data, "once": "f"})
    assert "doet in deze rol al mee" in text(twice)


def test_a_participation_ends_with_a_reason_and_the_history_keeps_it(keeper, agreement, delegate):
    row = Participation.objects.get(agreement=agreement)
    url = f"{HOME}deelnames/{row.pk}/"
    form = keeper.get(url).context["form"]
    data = {f"initial-{name}": form[name].value() or "" for name in form.fields if name not in {"version", "reason"}}
    data |= {name: form[name].value() or "" for name in form.fields if name != "reason"}
    data |= {"began": "1 maart 2019", "initial-began": "1 maart 2019"}
    data |= {"ended": "1 maart 2020", "leaving_reason": "Geen tijd", "reason": "Brief ontvangen"}
    assert keeper.post(url, {**data, "ended": "1 maart 2018"}).status_code == 422
    assert keeper.post(url, data)["Location"] == HOME + "#partijen"
    row.refresh_from_db()
    assert (row.ended, row.leaving_reason) == (ImpreciseDate.on(date(2020, 3, 1)), "Geen tijd")
    conflict = keeper.post(url, {**data, "ended": "1 april 2020"})
    assert conflict.status_code == 422
    assert "1 maart 2020" in text(conflict)
    assert conflict.context["form"]["ended"].value() == "1 april 2020"
    change = next(iter(keeper.get(HOME + "geschiedenis/").context["changes"]))
    assert ("einde", "–", "1 maart 2020") in change.rows
    assert change.what == "Deelname van Voorbeeld bv"


def test_an_activity_is_recorded_once(keeper, agreement):
    data = {"once": "a", "kind": "meeting", "occurred": "juni 2020", "title_nl": "Overleg", "source": ""}
    for _press in range(2):
        assert keeper.post(HOME + "activiteiten/nieuw/", data)["Location"] == HOME + "#activiteiten"
    assert Activity.objects.count() == 1
    long = keeper.post(HOME + "activiteiten/nieuw/", {**data, "once": "b", "title_nl": LONG})
    assert long.status_code == 422


@pytest.mark.django_db(transaction=True)
def test_two_equal_requests_at_the_same_moment_make_one(facilitator, agreement, settings):
    client = Client()
    client.force_login(facilitator, backend=settings.AUTHENTICATION_BACKENDS[0])
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    data = {"once": "tegelijk", "kind": "meeting", "occurred": "juni 2020", "title_nl": "Overleg", "source": ""}
    start, statuses = threading.Barrier(4), []

    def press():
        own = Client()
        own.cookies[settings.SESSION_COOKIE_NAME] = cookie
        start.wait()
        try:
            statuses.append(own.post(HOME + "activiteiten/nieuw/", data).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302] * 4
    assert Activity.objects.count() == 1


# --- Who may --------------------------------------------------------------------------------------------------------

PAGES = ["gegevens/", "fase/", "stilstand/", "deelnames/nieuw/", "activiteiten/nieuw/"]


@pytest.mark.parametrize("page", PAGES)
def test_who_sees_it_but_does_not_keep_it_may_not_change_it(as_user, delegate, outsider, agreement, page):
    for method in ("get", "post"):
        assert getattr(as_user(delegate), method)(HOME + page).status_code == 403
        assert getattr(as_user(outsider), method)(HOME + page).status_code == 404
    assert not entries(agreement).exists()


def test_somebody_elses_public_agreement_may_be_read_and_not_changed(as_user, other_facilitator, reference):
    client = as_user(other_facilitator)
    assert client.get("/convenanten/goud/").status_code == 200
    for page in PAGES:
        assert client.post(f"/convenanten/goud/{page}").status_code == 403


def test_only_facilitators_register(as_user, delegate, reporting, administrator):
    for user in (delegate, reporting, administrator):
        for page in ("/convenanten/nieuw/", "/partijen/nieuw/"):
            assert as_user(user).post(page, new_agreement()).status_code == 403
    assert not Sector.objects.filter(name_nl="Cacao").exists()


def test_a_party_one_may_not_know_of_cannot_be_added_or_found_out(
    as_user, other_facilitator, delegate, party, reference
):
    own = Agreement.objects.get(slug="goud")
    FacilitatorAssignment.objects.create(agreement=own, user=other_facilitator, began_on=date(2020, 1, 1))
    client = as_user(other_facilitator)
    data = {"once": "x", "role": "signatory", "began": "2019", "source": "", "note": ""}
    hidden = client.post("/convenanten/goud/deelnames/nieuw/", {**data, "party": party.name})
    unknown = client.post("/convenanten/goud/deelnames/nieuw/", {**data, "party": "Bestaat niet"})
    assert hidden.context["form"].errors["party"] == unknown.context["form"].errors["party"]


def test_the_history_never_shows_an_address(as_user, agreement, facilitator, delegate):
    facilitator.name = ""
    facilitator.save()
    as_user(facilitator).post(HOME + "fase/", phase_data(agreement))
    history = text(as_user(delegate).get(HOME + "geschiedenis/"))
    assert facilitator.email not in history
    assert "Procesbegeleider" in history


def test_the_queries_of_the_history_do_not_grow(keeper, agreement, facilitator, django_assert_num_queries):
    def edit(number):
        agreement.refresh_from_db()
        services.edit_agreement(
            agreement, version=agreement.version, changes={"note": f"{number}"}, reason=f"{number}", by=facilitator
        )

    edit(0)
    with django_assert_num_queries(HISTORY_QUERIES):
        keeper.get(HOME + "geschiedenis/")
    for number in range(1, 40):
        edit(number)
    with django_assert_num_queries(HISTORY_QUERIES):
        response = keeper.get(HOME + "geschiedenis/")
    assert len(response.context["changes"]) == 25
    assert len(keeper.get(HOME + "geschiedenis/", {"wijzigingen": "2"}).context["changes"]) == 15


HISTORY_QUERIES = 11


# --- The administration ---------------------------------------------------------------------------------------------


def test_an_administrator_keeps_lists_and_only_reads_what_is_visible(
    as_user, administrator, agreement, delegate, reference
):
    client = as_user(administrator)
    shown = text(client.get("/beheer/covenants/agreement/"))
    assert "Convenant Verantwoord Goud" in shown
    assert "Proefconvenant" not in shown
    assert client.get(f"/beheer/covenants/agreement/{agreement.pk}/change/").status_code == 302
    assert "Voorbeeld bv" not in text(client.get("/beheer/covenants/delegate/add/"))
    assert "Proefconvenant" not in text(client.get("/beheer/covenants/facilitatorassignment/add/"))
    seen = Participation.objects.filter(agreement__slug="goud").first()
    for model, record in (("agreement", seen.agreement), ("participation", seen), ("party", seen.party)):
        assert client.post(f"/beheer/covenants/{model}/{record.pk}/change/", {}).status_code == 403
        assert client.get(f"/beheer/covenants/{model}/add/").status_code == 403
    made = client.post("/beheer/covenants/sector/add/", {"slug": "nieuw", "name_nl": "Nieuw", "name_en": ""})
    assert made.status_code == 302
    assert Sector.objects.filter(slug="nieuw").exists()


def test_the_administration_is_for_administrators(as_user, facilitator):
    assert as_user(facilitator).get("/beheer/covenants/agreement/").status_code == 403
