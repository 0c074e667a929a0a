"""The sample year is the same every time, counts in nothing, and goes away whole."""

import hashlib
import io
import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models
from django.db.models import F
from django.utils import timezone

from covenants import sample, services
from covenants.management.commands import demo_accounts
from covenants.models import (
    Agreement,
    Delegate,
    DelegateRole,
    Evidence,
    EvidenceUse,
    FacilitatorAssignment,
    Participation,
    Party,
    ProgressUpdate,
    ReferenceLoad,
    ReportingRound,
    ReportingSlot,
    Rung,
    Sector,
    SlotState,
)
from covenants.sample.register import RegisterWriter
from ser_portal.accounts.models import Role, User
from ser_portal.audit import services as audit
from ser_portal.audit.models import Entry
from ser_portal.documents import canonical_json
from ser_portal.figures import all_figures, select_all
from ser_portal.intake import inspect
from ser_portal.overview.content import build_document

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 18)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    """Where the files of a test go."""
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    return settings.EVIDENCE_ROOT


def stored(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def make(today=None, seed=2020):
    return sample.make(today=today or timezone.localdate(), seed=seed)


def tables():
    """Every table with anything in it, and how many rows; the log of migrations and kinds apart."""
    counts = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in {"contenttypes", "auth"} and (number := model._base_manager.count()):
            counts[model._meta.label] = number
    return counts


def rows(*, without=frozenset({"id", "history_id", "stored_as"})):
    """Every row of the covenants' tables as values, with what it points at named by its place: keys may differ."""
    found = {}
    places = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in {"covenants", "accounts"}:
            keys = model._base_manager.order_by("pk").values_list("pk", flat=True)
            places[model] = {key: place for place, key in enumerate(keys)}
    for model in places:
        columns = [column for column in model._meta.concrete_fields if column.name not in without]
        found[model._meta.label] = [
            [
                places[column.related_model].get(getattr(row, column.attname))
                if isinstance(column, models.ForeignKey)
                else getattr(row, column.attname)
                for column in columns
            ]
            for row in model._base_manager.order_by("pk")
        ]
    return found


@pytest.mark.parametrize(
    "today", [date(2022, 1, 1), date(2024, 2, 29), date(2025, 5, 31), date(2025, 6, 1), date(2025, 7, 30), TODAY]
)
def test_it_fits_around_any_day(today):
    make(today)
    assert ReportingRound.objects.filter(locked_at__isnull=True, period_last__lt=today).count() == 2
    assert not ProgressUpdate.objects.filter(submitted_at__date__gte=today).exists()
    for row in ReportingRound.objects.exclude(previous=None):
        assert row.previous.period_last == row.period_first - timedelta(days=1)


def test_it_is_there_in_ten_seconds():
    assert make().seconds < 10


# --- The same every time ---------------------------------------------------------------------------------------------


def test_the_same_seed_and_day_give_the_same_rows():
    make(TODAY)
    first = rows()
    sample.remove()
    make(TODAY)
    again = rows()
    for label, values in first.items():
        assert again[label] == values, label


def test_another_seed_gives_other_answers():
    make(TODAY)
    first = list(ProgressUpdate.objects.order_by("pk").values_list("status", "text"))
    sample.remove()
    make(TODAY, seed=7)
    assert list(ProgressUpdate.objects.order_by("pk").values_list("status", "text")) != first


def test_a_second_time_changes_nothing_whatever_the_day_and_the_seed():
    make(TODAY)
    before = rows(without=frozenset())
    assert make(TODAY).total == 0
    assert make(date(2025, 1, 5), seed=3).total == 0
    assert rows(without=frozenset()) == before


# --- Files -----------------------------------------------------------------------------------------------------------


def test_every_piece_of_evidence_is_a_file_that_the_gate_lets_in(folder):
    make()
    pieces = list(Evidence.objects.all())
    assert stored(folder) == sorted(piece.stored_as for piece in pieces)
    seen = set()
    for piece in pieces:
        with services.evidence_store().open(piece.stored_as) as file:
            content = file.read()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (piece.size, piece.sha256)
        if piece.kind not in seen:
            seen.add(piece.kind)
            found = inspect(io.BytesIO(content), piece.name)
            assert (found.kind, found.mime, found.safe_name) == (piece.kind, piece.mime, piece.name)
    assert seen == {"pdf", "csv", "image"}


def test_what_had_to_be_shown_is_shown():
    make()
    asked = ProgressUpdate.objects.filter(slot__rung_required__gte=Rung.DOCUMENTED).exclude(status="not_started")
    assert asked.exists()
    assert not asked.filter(evidence_uses=None).exists()
    assert ProgressUpdate.objects.filter(unchanged=True, evidence_uses__isnull=False).exists()
    assert Evidence.objects.filter(uses=None, slot__draft__isnull=False).exists()
    assert EvidenceUse.objects.exclude(evidence__party=F("update__party")).count() == 0


@pytest.mark.django_db(transaction=True)
def test_files_go_when_the_year_goes(folder):
    make()
    assert stored(folder)
    sample.remove()
    assert stored(folder) == []


def test_no_file_stays_when_making_fails(folder, monkeypatch):
    put = RegisterWriter.put

    def broken(self, rows, **more):
        if rows and isinstance(rows[0], EvidenceUse):
            raise RuntimeError("stuk")
        return put(self, rows, **more)

    monkeypatch.setattr(RegisterWriter, "put", broken)
    with pytest.raises(RuntimeError, match="stuk"):
        make()
    assert stored(folder) == []
    assert not Agreement.objects.exists()


# --- Never beside something real, never in production ----------------------------------------------------------------


def test_never_in_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="niets gewijzigd"):
        call_command("demo_year", stdout=StringIO(), stderr=StringIO())
    assert not Agreement.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("gisteren", "geen dag"), ("2199-01-01", "toekomst"), ("2021-12-31", "niets gewijzigd"), ("", "")],
)
def test_a_wrong_day_is_one_sentence(typed, sentence):
    if not typed:
        call_command("demo_year", stdout=StringIO())
        assert Agreement.objects.count() == 2
        return
    with pytest.raises(CommandError, match=sentence):
        call_command("demo_year", today=typed, stdout=StringIO(), stderr=StringIO())
    assert not Agreement.objects.exists()


def test_something_real_at_a_needed_address_is_left_alone():
    Party.objects.create(slug="voorbeeldvakbond-handel", name="Voorbeeldvakbond Handel", type="trade_union")
    User.objects.create_user("voorbeeld.iemand@demo.example", "x")
    with pytest.raises(sample.Refused) as refused:
        make()
    assert len(refused.value.sentences) == 2
    assert not Agreement.objects.exists()


def test_the_day_the_portal_opens_on_does_not_move(reference):
    before = ReferenceLoad.objects.values_list("as_of", "newer_since").get()
    make()
    sample.join_demo_people()
    assert ReferenceLoad.objects.values_list("as_of", "newer_since").get() == before
    sample.remove()
    assert ReferenceLoad.objects.values_list("as_of", "newer_since").get() == before


# --- Away with it ----------------------------------------------------------------------------------------------------


def test_removing_leaves_what_was_there_before(reference, facilitator):
    before = tables()
    values = rows(without=frozenset())
    make()
    assert tables() != before
    assert sample.remove() > 900
    assert tables() == before
    assert rows(without=frozenset()) == values
    assert sample.remove() == 0


def test_what_demo_people_did_there_goes_along(reference, settings, tmp_path):
    settings.DEMO_ACCOUNTS, settings.VAR = True, tmp_path
    make()
    call_command("demo_accounts", stdout=StringIO())
    person = User.objects.get(email="delegate@demo.example")
    slot = ReportingSlot.objects.filter(party__in=person.delegations.values("party"), state=SlotState.SILENT).first()
    audit.record("covenants.progress_confirmed", on=slot, by=person)
    Entry.objects.create(action="accounts.seen", by=sample.sample_people().first())
    kept = Entry.objects.create(action="anders", by=person)
    sample.remove()
    assert list(Entry.objects.all()) == [kept]
    assert [row.party.slug for row in Delegate.objects.filter(user=person)] == ["modint"]
    assert not sample.sample_people().exists()
    assert User.objects.filter(is_demo=True).count() == 5


def _real_delegate():
    user = User.objects.create_user("echt@ser.example", "x", role=Role.DELEGATE)
    Delegate.objects.create(party=Party.objects.first(), user=user, began_on=TODAY)


def _real_party():
    party = Party.objects.create(slug="echt", name="Echt bv", type="company")
    Participation.objects.create(agreement=Agreement.objects.first(), party=party, role="signatory")


def _sample_party_elsewhere():
    sector = Sector.objects.create(slug="echt", name_nl="Echt")
    real = Agreement.objects.create(slug="echt", name_nl="Echt", sector=sector)
    Participation.objects.create(agreement=real, party=Party.objects.first(), role="signatory")


def _sample_person_elsewhere():
    party = Party.objects.create(slug="echt", name="Echt bv", type="company")
    Delegate.objects.create(party=party, user=sample.sample_people().first(), began_on=TODAY)


def _real_agreement_in_a_sample_sector():
    Agreement.objects.create(slug="echt", name_nl="Echt", sector=Sector.objects.first())


def _sample_person_in_the_log_of_something_real():
    party = Party.objects.create(slug="echt", name="Echt bv", type="company")
    audit.record("covenants.party_changed", on=party, by=sample.sample_people().first())


def _sample_person_in_the_history_of_something_real():
    party = Party(slug="echt", name="Echt bv", type="company")
    party._history_user = sample.sample_people().first()
    party.save()


def _real_facilitator_wrote_history():
    party = Party.objects.first()
    party._history_user = User.objects.create_user("echt@ser.example", "x", role=Role.FACILITATOR)
    party.save()


@pytest.mark.parametrize(
    ("hang", "sentence"),
    [
        (_real_delegate, "echt account.*1 × gemachtigde"),
        (_real_party, "echte partij.*1 × deelname"),
        (_sample_party_elsewhere, "Buiten het voorbeeldjaar.*1 × deelname"),
        (_sample_person_elsewhere, "Buiten het voorbeeldjaar.*1 × gemachtigde"),
        (_real_agreement_in_a_sample_sector, "Buiten het voorbeeldjaar.*1 × akkoord"),
        (_sample_person_in_the_log_of_something_real, "Buiten het voorbeeldjaar.*1 × regel in het logboek"),
        (_sample_person_in_the_history_of_something_real, "Buiten het voorbeeldjaar.*1 × historical partij"),
        (_real_facilitator_wrote_history, "echt account.*1 × historical partij"),
    ],
)
def test_removing_is_refused_when_something_real_hangs_on_it(hang, sentence):
    make()
    hang()
    before = tables()
    with pytest.raises(sample.Refused, match=sentence):
        sample.remove()
    assert tables() == before
    err = StringIO()
    with pytest.raises(CommandError, match="niets gewijzigd"):
        call_command("demo_year", remove=True, stdout=StringIO(), stderr=err)
    assert "echt" in err.getvalue().lower() or "Buiten" in err.getvalue()


# --- The demo accounts -----------------------------------------------------------------------------------------------


@pytest.fixture
def demo(reference, settings, tmp_path):
    """The demo accounts and the sample year, as `make run` leaves them."""
    settings.DEMO_ACCOUNTS, settings.VAR = True, tmp_path
    make()
    call_command("demo_accounts", stdout=StringIO())
    return {user.role: user for user in User.objects.filter(is_demo=True).exclude(email__startswith="voorbeeld.")}


def test_the_demo_people_take_part_once_however_often_it_runs(demo):
    call_command("demo_year", stdout=StringIO())
    call_command("demo_accounts", stdout=StringIO())
    kept = FacilitatorAssignment.objects.filter(user=demo["facilitator"], agreement__is_sample=True)
    assert kept.count() == 2
    acts_for = Delegate.objects.filter(user=demo["delegate"]).order_by("party__name")
    assert [row.party.is_sample for row in acts_for] == [False, True]
    assert acts_for[1].role == DelegateRole.COORDINATOR
    company = acts_for[1].party
    owed = ReportingSlot.objects.filter(party=company, round__locked_at__isnull=True)
    assert set(owed.values_list("state", flat=True)) == {"silent", "returned", "approved"}
    assert owed.filter(draft__carried_from__isnull=False).exists()


def test_sample_people_sign_in_with_the_demo_password(demo):
    hashes = set(sample.sample_people().values_list("password", flat=True))
    assert len(hashes) == 1
    assert sample.sample_people().first().check_password(demo_accounts.password())
    call_command("demo_accounts", stdout=StringIO())
    assert set(sample.sample_people().values_list("password", flat=True)) == hashes


# --- Never mixed with what is real -----------------------------------------------------------------------------------

DAYS = (date(2020, 12, 31), date(2026, 3, 18))


def _numbers(people, as_user):
    """Every number the portal gives of what is real, for everybody and for the outside world."""
    found = {}
    for day in DAYS:
        out = StringIO()
        call_command("figures", as_of=day.isoformat(), format="json", stdout=out)
        found["command", day] = out.getvalue()
        for language in ("nl", "en"):
            document = build_document(year=day.year, as_of=day, language=language)
            found["overview", day, language] = canonical_json(document)
        for role, user in [*people.items(), ("outside", None)]:
            for definition, selection in select_all([row.code for row in all_figures()], day, user):
                lists = [selection.counted, selection.left_out, selection.uncertain]
                found[role, day, definition.code] = repr([list(records) for records in lists])
        for role, user in people.items():
            if role == Role.READER:
                continue
            client = as_user(user)
            page = client.get("/convenanten/", {"peildatum": day.isoformat()}).context
            found[role, day, "register"] = repr(
                [page["count"], [(chip["word"], chip["count"]) for chip in page["chips"]], list(page["figures"])]
                + [
                    (row.agreement.slug, row.certain_parties, row.possible_parties)
                    for row in page["rows"]
                    if not row.agreement.is_sample
                ]
            )
            page = client.get("/partijen/", {"peildatum": day.isoformat()}).context
            found[role, day, "parties"] = repr(
                [page["count"], [(chip["word"], chip["count"]) for chip in page["chips"]]]
            )
            page = client.get("/convenanten/kleding-en-textiel/", {"peildatum": day.isoformat()}).context
            found[role, day, "participants"] = repr([page["certain_count"], page["perhaps_count"], page["counts"]])
            page = client.get("/klimaat/", {"peildatum": day.isoformat()})
            found[role, day, "climate"] = page.status_code
    return found


def test_no_number_of_what_is_real_changes_for_anybody(reference, settings, tmp_path, as_user):
    settings.DEMO_ACCOUNTS, settings.VAR = True, tmp_path
    call_command("demo_accounts", stdout=StringIO())
    people = {user.role: user for user in User.objects.filter(is_demo=True)}
    before = _numbers(people, as_user)
    make()
    sample.join_demo_people()
    after = _numbers(people, as_user)
    assert {key for key in before if before[key] != after[key]} == set()
    assert before.keys() == after.keys()
    assert json.loads(after["command", DAYS[0]])[0]["value"] == 9


def test_sample_agreements_stand_in_the_lists_of_who_may_see_them_marked(demo, as_user):
    shown = {}
    for role, user in demo.items():
        if role != Role.READER:
            page = as_user(user).get("/convenanten/").content.decode()
            shown[role] = (page.count("mark-sample"), "Voorbeeldconvenant" in page)
    assert shown == {
        Role.FACILITATOR: (2, True),
        Role.DELEGATE: (1, True),
        Role.REPORTING: (0, False),
        Role.ADMINISTRATOR: (0, False),
    }
    client = as_user(demo[Role.FACILITATOR])
    page = client.get("/convenanten/voorbeeldconvenant-koffie/").content.decode()
    assert "Dit akkoord is een voorbeeld." in page
    assert "mark-sample" in page
    assert "en 2 voorbeelden, die nergens meetellen" in client.get("/convenanten/").content.decode()
    parties = client.get("/partijen/?zoek=voorbeeld").content.decode()
    assert "0 partijen" in parties
    assert "en 41 voorbeelden" in parties
    assert parties.count("mark-sample") == 25
    assert "mark-sample" in client.get("/partijen/voorbeeldvakbond-handel/").content.decode()
    real = client.get("/convenanten/kleding-en-textiel/").content.decode()
    assert "mark-sample" not in real
    assert "een voorbeeld" not in real
