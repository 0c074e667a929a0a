"""Loading the reference data: all of it, twice the same, never half, never over somebody's work."""

import copy
import json
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from covenants import services
from covenants.models import (
    Activity,
    Agreement,
    Commitment,
    DueKind,
    Participation,
    Party,
    PhaseChange,
    ReferenceLoad,
    Stall,
)
from covenants.reference.loader import ReferenceError, load
from ser_portal.dates import ImpreciseDate
from tests.conftest import REFERENCE


@pytest.fixture
def data():
    return json.loads(REFERENCE.read_text())


@pytest.fixture
def load_changed(tmp_path, data):
    def change_and_load(change):
        changed = copy.deepcopy(data)
        change(changed)
        path = tmp_path / "bestand.json"
        path.write_text(json.dumps(changed))
        return load(path)

    return change_and_load


def counts():
    return {
        model.__name__: model.objects.count() for model in (Agreement, Party, Participation, Commitment, PhaseChange)
    }


def test_everything_of_2020_is_there(reference):
    assert Agreement.objects.covenants().count() == 13
    assert (Party.objects.count(), Participation.objects.count(), Commitment.objects.count()) == (110, 163, 52)
    covenant_steps = PhaseChange.objects.filter(agreement__kind="covenant").count()
    assert covenant_steps + Stall.objects.count() == 50
    assert Agreement.objects.get(slug="klimaatakkoord").kind == "climate_accord"


def test_every_fact_has_a_source(reference):
    for model in (Agreement, Participation, Commitment, PhaseChange, Activity, Stall):
        assert not model.objects.filter(source="").exists(), model


def test_a_second_run_changes_no_row(reference):
    again = load(REFERENCE)
    assert (again.created, again.changed, again.kept) == (0, 0, [])
    assert again.unchanged == reference.created + reference.unchanged
    assert ReferenceLoad.objects.count() == 1
    assert Agreement.history.filter(history_type="~").count() == 0


def test_what_somebody_changed_by_hand_stays(reference, django_user_model):
    by = django_user_model.objects.create_user("a@test.example", role="facilitator")
    agreement = Agreement.objects.get(slug="goud")
    services.edit_agreement(
        agreement, version=1, changes={"note": "Bij ons bekend als DKG"}, reason="Aanvulling", by=by
    )
    change = agreement.ledger[-1]
    services.correct_phase_change(
        change, version=2, effective_on=ImpreciseDate.on(date(2022, 6, 28)), correction_reason="Slotakte", by=by
    )
    again = load(REFERENCE)
    assert (again.created, again.changed) == (0, 0)
    assert Agreement.objects.get(slug="goud").note == "Bij ons bekend als DKG"
    assert Agreement.objects.get(slug="goud").ledger[-1].effective_on == ImpreciseDate.on(date(2022, 6, 28))


def test_a_newer_file_updates_what_nobody_touched_and_names_what_somebody_did(
    reference, load_changed, django_user_model
):
    by = django_user_model.objects.create_user("a@test.example", role="facilitator")
    party = Party.objects.get(slug="hivos")
    services.edit_party(party, version=1, changes={"name": "Hivos International"}, reason="Nieuwe naam", by=by)

    def change(file):
        for record in file["parties"]:
            if record["slug"] in {"hivos", "arisa"}:
                record["name"] += " (nieuw)"

    outcome = load_changed(change)
    assert (outcome.changed, len(outcome.kept)) == (1, 1)
    assert "hivos" in outcome.kept[0]
    assert Party.objects.get(slug="arisa").name == "Arisa (nieuw)"
    assert Party.objects.get(slug="hivos").name == "Hivos International"


def test_undated_facts_stay_undated(reference):
    start = Agreement.objects.get(slug="goud").ledger[0]
    assert not start.effective_on.is_known
    assert Commitment.objects.filter(due_kind=DueKind.NOT_AGREED).count() == 32
    assert Commitment.objects.filter(due_kind=DueKind.RELATIVE, due_words="ondertekening + 12 maanden").count() == 2
    stone = Agreement.objects.get(slug="natuursteen").ledger[-1]
    assert stone.effective_on == ImpreciseDate(date(2020, 12, 31), None)  # still running on the file's own date


def test_the_words_of_a_source_are_kept(reference):
    assert str(Agreement.objects.get(slug="land-en-tuinbouw").ledger[1].effective_on) == "zomer 2018"
    assert str(Stall.objects.get().began) == "eind 2019"


def drop_name(file):
    del file["parties"][4]["name"]


def wrong_date(file):
    file["transitions"][2]["date"] = "2016-13-04"


def unknown_phase(file):
    file["transitions"][3]["to_phase"] = "feest"


def unknown_covenant(file):
    file["parties"][0]["memberships"][0]["covenant"] = "bestaat-niet"


def text_for_number(file):
    file["sectors"][1]["intended_duration_months"] = "vijf jaar"


def unknown_field(file):
    file["commitments"][7]["dedline"] = "2020"


def script_for_source(file):
    file["sectors"][0]["source"] = "javascript:alert(1)"


def twice(file):
    file["parties"].append(file["parties"][0])


def wrong_order(file):
    file["transitions"][2]["date"] = "2022-07-04"


@pytest.mark.parametrize(
    ("change", "place", "record"),
    [
        (drop_name, "parties[4].name", "ministerie-ezk"),
        (wrong_date, "transitions[2].date", "kleding-en-textiel"),
        (unknown_phase, "transitions[3].to_phase", "kleding-en-textiel"),
        (unknown_covenant, "parties[0].memberships[0].covenant", "ministerie-bz"),
        (text_for_number, "sectors[1].intended_duration_months", "goud"),
        (unknown_field, "commitments[7].dedline", "kleding-en-textiel-8"),
        (script_for_source, "sectors[0].source", "kleding-en-textiel"),
        (twice, "parties[110]", "ministerie-bz"),
        (wrong_order, "transitions", "kleding-en-textiel"),
    ],
)
def test_a_bad_file_names_place_and_record_and_changes_nothing(db, load_changed, change, place, record):
    with pytest.raises(ReferenceError) as refused:
        load_changed(change)
    assert any(place in error and record in error and "bestand.json" in error for error in refused.value.errors), (
        refused.value.errors
    )
    assert set(counts().values()) == {0}


def test_every_error_of_a_file_is_named_at_once(db, load_changed):
    def change(file):
        drop_name(file)
        wrong_date(file)
        unknown_field(file)

    with pytest.raises(ReferenceError) as refused:
        load_changed(change)
    assert len(refused.value.errors) == 3


@pytest.mark.parametrize("content", ["", "{", "[]", '"tekst"', "\x00\xff", '{"meta": 1}'])
def test_a_file_that_is_no_reference_file_is_one_readable_refusal(db, tmp_path, content):
    path = tmp_path / "kapot.json"
    path.write_text(content)
    with pytest.raises(ReferenceError) as refused:
        load(path)
    assert all("kapot.json" in error for error in refused.value.errors)
    assert set(counts().values()) == {0}


def test_the_command_says_what_it_did(db, capsys):
    call_command("load_reference", str(REFERENCE))
    assert "rijen gemaakt" in capsys.readouterr().out
    call_command("load_reference", str(REFERENCE))
    assert "Niets gewijzigd" in capsys.readouterr().out


def test_the_command_refuses_a_missing_file_in_one_sentence(db, tmp_path, capsys):
    with pytest.raises(CommandError, match="er is niets gewijzigd"):
        call_command("load_reference", str(tmp_path / "weg.json"))
    assert "weg.json" in capsys.readouterr().err
