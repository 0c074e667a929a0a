"""Loading the reference data: all of it, twice the same, never half, never over somebody's work."""

import copy
import json
from collections import Counter
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from covenants import services
from covenants.models import (
    Activity,
    Agreement,
    CarrierKind,
    Commitment,
    CoResponsible,
    DueKind,
    MeasureKind,
    Participation,
    Party,
    PhaseChange,
    ReferenceLoad,
    Stall,
)
from covenants.reference.carriers import CLASSES
from covenants.reference.loader import ReferenceError, digest, load
from covenants.services import resolve_all
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


def test_carriers_are_classes_only_where_the_words_say_everybody_of_a_kind(reference):
    kinds = Counter(Commitment.objects.values_list("carrier_kind", flat=True))
    # No commitment of the file is up to one party by name; two name several without saying who leads.
    assert kinds == {CarrierKind.CLASS: 30, CarrierKind.UNKNOWN: 22}
    assert not Commitment.objects.filter(lead__isnull=False).exists()
    assert CoResponsible.objects.count() == 0
    by_words = dict(Commitment.objects.values_list("carrier", "carrier_kind"))
    assert {words for words, kind in by_words.items() if kind == CarrierKind.CLASS} == set(CLASSES)
    for words in ("importerende bedrijven", "leden van de brancheorganisaties", "secretariaat (SER)", "FGZ en NGG"):
        assert by_words[words] == CarrierKind.UNKNOWN, words


def test_names_without_a_lead_say_so_beside_the_words_of_the_source(reference):
    told = Commitment.objects.filter(note__contains="zonder te zeggen wie trekt")
    assert sorted(told.values_list("carrier", flat=True)) == ["CBL, FNLI, KNSV", "CBL, FNLI, KNSV", "FGZ en NGG"]
    gold = Commitment.objects.get(code="goud-2")
    assert gold.note.startswith("Datum afgeleid (zes maanden na ondertekening)")


def test_a_carrier_that_is_exactly_one_loaded_party_is_named(db, load_changed):
    def change(file):
        file["commitments"][0]["carrier"] = "FNLI"

    load_changed(change)
    commitment = Commitment.objects.get(code="kleding-en-textiel-1")
    assert commitment.carrier_kind == CarrierKind.NAMED
    assert commitment.lead.name == "Federatie Nederlandse Levensmiddelen Industrie"


def test_words_and_types_that_disagree_are_no_class(db, load_changed):
    def change(file):
        file["commitments"][0]["carrier_types"] = ["vakbond"]

    load_changed(change)
    assert Commitment.objects.get(code="kleding-en-textiel-1").carrier_kind == CarrierKind.UNKNOWN


def test_measures_are_quantities_or_quoted_percentages_and_dates_are_there_or_not(reference):
    kinds = Counter(Commitment.objects.values_list("measure_kind", flat=True))
    assert kinds == {MeasureKind.NONE: 36, MeasureKind.QUANTITY: 9, MeasureKind.QUOTED: 7}
    quoted = set(Commitment.objects.filter(measure_kind=MeasureKind.QUOTED).values_list("code", flat=True))
    assert "kleding-en-textiel-5" in quoted
    assert Counter(Commitment.objects.values_list("due_kind", flat=True)) == {
        DueKind.NOT_AGREED: 32,
        DueKind.DATE: 16,
        DueKind.RELATIVE: 4,
    }


def test_every_loaded_class_is_somebody_on_the_day_of_the_file_but_where_nobody_of_the_kind_is_loaded(reference):
    rows = list(Commitment.objects.filter(carrier_kind=CarrierKind.CLASS))
    day = ReferenceLoad.objects.get().as_of
    found = resolve_all(rows, first=day, last=day)
    nobody = {row.code for row in rows if not found[row.pk]}
    # Single pension funds, and trade associations for forestry, are not among the parties of the file.
    assert nobody == {"pensioenfondsen-1", "pensioenfondsen-2", "pensioenfondsen-3", "bosbeheer-1"}


def test_a_reload_leaves_no_trace_in_the_history_of_commitments(reference):
    load(REFERENCE)
    assert Commitment.history.count() == 52
    assert set(Commitment.history.values_list("history_type", flat=True)) == {"+"}


def test_a_commitment_that_somebody_changed_stays_as_they_left_it(reference, django_user_model):
    by = django_user_model.objects.create_user("a@test.example", role="facilitator")
    commitment = Commitment.objects.get(code="goud-2")
    lead = Party.objects.get(abbreviation="FGZ")
    services.edit_commitment(
        commitment, version=1, changes={"carrier_kind": "named", "lead": lead}, reason="FGZ trekt", by=by
    )
    again = load(REFERENCE)
    assert (again.created, again.changed, len(again.kept)) == (0, 0, 0)
    commitment.refresh_from_db()
    assert (commitment.carrier_kind, commitment.lead) == (CarrierKind.NAMED, lead)


def test_rows_of_a_portal_that_knew_no_carriers_are_brought_up_to_date(reference):
    """As that portal left them: the same digest without the later names, and those at their defaults."""
    later = {"carrier_kind": CarrierKind.UNKNOWN, "lead": None, "measure_kind": MeasureKind.NONE}
    rows = {row.code: row for row in Commitment.objects.filter(code__in=["metaal-1", "metaal-2"]).order_by("code")}
    for row in rows.values():
        names = [
            "agreement", "code", "text_nl", "text_en", "carrier", "carrier_types", "due_kind", "due", "recurrence",
            "due_diligence_step", "measure_unit", "measure_value", "measure_detail", "source", "source_2", "confidence",
            "note",
        ]  # fmt: skip
        old = digest({name: getattr(row, name) for name in names})
        Commitment.objects.filter(pk=row.pk).update(reference_digest=old, **later)
    Commitment.objects.filter(code="metaal-2").update(text_nl="Door iemand gewijzigd")
    again = load(REFERENCE)
    assert (again.changed, len(again.kept)) == (1, 1)
    assert Commitment.objects.get(code="metaal-1").carrier_kind == CarrierKind.CLASS
    assert Commitment.objects.get(code="metaal-2").carrier_kind == CarrierKind.UNKNOWN
