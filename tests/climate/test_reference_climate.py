"""Loading the climate part: what becomes of the file, twice the same, and every fault with its place."""

import copy
import json
from datetime import date

import pytest

from climate.models import (
    Forum,
    ForumActivity,
    ForumFact,
    ForumTask,
    Part,
    Seat,
    SeatHolding,
    SectorTable,
    TableChair,
    Track,
    TrackActivity,
    TrackFact,
)
from covenants.models import Activity
from covenants.reference.loader import ReferenceError, load
from ser_portal.dates import ImpreciseDate
from tests.conftest import REFERENCE

ALL = [
    Forum,
    ForumTask,
    ForumFact,
    ForumActivity,
    Seat,
    SeatHolding,
    SectorTable,
    TableChair,
    Track,
    TrackActivity,
    TrackFact,
]


@pytest.fixture
def data():
    return json.loads(REFERENCE.read_text())


def write(tmp_path, data):
    path = tmp_path / "referentie.json"
    path.write_text(json.dumps(data))
    return path


def test_the_twelve_seats_are_one_chair_one_official_five_and_five(reference):
    kinds = list(Seat.objects.order_by("number").values_list("kind", flat=True))
    assert kinds == ["chair", "senior_official", *["council_chair"] * 5, *["structure_lead"] * 5]
    tables = Seat.objects.filter(kind="council_chair").order_by("number").values_list("sector_table__slug", flat=True)
    assert list(tables) == list(SectorTable.objects.order_by("number").values_list("slug", flat=True))
    assert set(SeatHolding.objects.values_list("name", "vacant")) == {("Ed Nijpels", False), ("Mariëtte Hamer", False)}


def test_only_confirmed_structures_have_a_seat(reference):
    held = Seat.objects.exclude(track=None).order_by("number").values_list("track__slug", flat=True)
    assert list(held) == ["arbeidsmarkt-en-scholing", "innovatie"]


def test_a_holder_named_only_by_the_yearly_report_has_no_invented_start(reference):
    hamer = SeatHolding.objects.get(name="Mariëtte Hamer")
    assert hamer.began == ImpreciseDate(date(2019, 12, 27), date(2020, 12, 31))


def test_a_ministry_is_a_party_where_the_register_knows_it_and_words_where_not(reference):
    known = dict(SectorTable.objects.values_list("slug", "ministry__slug"))
    assert known["elektriciteit"] == "ministerie-ezk"
    assert known["gebouwde-omgeving"] is None
    assert SectorTable.objects.get(slug="gebouwde-omgeving").ministry_words == "BZK"


def test_the_ministry_letters_are_context_and_three_activities_are_highlights(reference):
    assert ForumActivity.objects.filter(part=Part.CONTEXT).count() == 2
    days = ForumActivity.objects.filter(highlighted=True).values_list("activity__occurred_earliest", flat=True)
    assert sorted(days) == [date(2020, 2, 10), date(2020, 10, 12), date(2020, 11, 19)]


def test_an_activity_belongs_to_the_track_that_rests_on_the_same_source(reference):
    link = TrackActivity.objects.get(track__slug="burgerparticipatie")
    assert link.activity.source == link.track.source
    assert TrackActivity.objects.filter(track__slug="arbeidsmarkt-en-scholing").count() == 2


def test_every_record_has_a_source(reference):
    for model in ALL:
        assert model.objects.exists()
        assert not model.objects.filter(source="").exists(), model


def test_a_second_load_changes_no_row(reference):
    before = {model: list(model.objects.order_by("pk").values()) for model in ALL}
    assert reference.created > 0
    again = load(REFERENCE)
    assert (again.created, again.changed, again.kept) == (0, 0, [])
    assert before == {model: list(model.objects.order_by("pk").values()) for model in ALL}


def test_an_activity_added_before_others_moves_none_of_them(reference, tmp_path, data):
    extra = {
        **data["climate"]["activities_2020"][0],
        "date": "2020-01-15",
        "type": "bijeenkomst",
        "title_nl": "Overleg",
    }
    data["climate"]["activities_2020"].insert(0, extra)
    outcome = load(write(tmp_path, data))
    assert (outcome.changed, outcome.kept) == (0, [])
    assert Activity.objects.filter(title_nl="Overleg").count() == 1


def test_what_somebody_changed_is_left_alone(reference, tmp_path, data):
    track = Track.objects.get(slug="innovatie")
    track.name_nl = "Kennis en innovatie"
    track.save()
    data["climate"]["cross_sector_tracks"][1]["nl"] = "Innovatie en kennis"
    outcome = load(write(tmp_path, data))
    track.refresh_from_db()
    assert track.name_nl == "Kennis en innovatie"
    assert outcome.kept == ["traject climate/tracks/innovatie"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda c: c["sector_tables"][2].pop("slug"), "climate.sector_tables[2].slug (Industrie"),
        (lambda c: c["sector_tables"][2].update(slug="elektriciteit"), "climate.sector_tables[2].slug"),
        (lambda c: c["cross_sector_tracks"][0].update(named_as="commissie"), "climate.cross_sector_tracks[0].named_as"),
        (lambda c: c["activities_2020"][0].update(date="2020-02-30"), "climate.activities_2020[0].date"),
        (lambda c: c["activities_2020"][1].update(type="picknick"), "climate.activities_2020[1].type"),
        (lambda c: c["voortgangsoverleg"]["members"].update(total=13), "climate.voortgangsoverleg.members.total"),
        (lambda c: c["voortgangsoverleg"].update(end_date="2018-01-01"), "climate.voortgangsoverleg.end_date"),
        (lambda c: c["cross_sector_tracks"].pop(0), "climate.cross_sector_tracks"),
        (lambda c: c.update(verrassing=1), "climate.verrassing"),
    ],
)
def test_a_fault_names_its_place_and_changes_nothing(db, tmp_path, data, change, place):
    broken = copy.deepcopy(data)
    change(broken["climate"])
    with pytest.raises(ReferenceError) as refused:
        load(write(tmp_path, broken))
    assert any(place.split(" (")[0] in error for error in refused.value.errors), refused.value.errors
    assert not Forum.objects.exists()
    assert not Activity.objects.exists()
