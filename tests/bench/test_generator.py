"""The invented register has the shape of a real one, and the same seed gives the same rows."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count

from covenants import services
from covenants.models import (
    Agreement,
    Commitment,
    Confirmation,
    FacilitatorAssignment,
    Participation,
    Party,
    Phase,
    PhaseChange,
    ProgressDraft,
    ProgressUpdate,
    ReportingRound,
    ReportingSlot,
    Review,
    SlotState,
    Stall,
    UpdateState,
    Visibility,
)
from ser_portal.accounts.models import User
from ser_portal.bench import generator
from ser_portal.bench.generator import Volume

pytestmark = pytest.mark.django_db

SMALL = Volume(parties=20, commitments=200, agreements=40, updates=1000)


@pytest.fixture
def volume():
    return generator.make(SMALL)


def test_a_volume_holds_what_was_asked_for(volume):
    assert (Party.objects.count(), Commitment.objects.count(), Agreement.objects.count()) == (20, 200, 40)
    assert (Commitment.history.count(), Party.history.count()) == (200, 20)
    assert volume.rows["covenants.Participation"] == Participation.objects.count() > 200
    per_agreement = Commitment.objects.values("agreement").annotate(n=Count("pk")).values_list("n", flat=True)
    assert set(per_agreement.order_by()) == {5}
    assert FacilitatorAssignment.objects.filter(user__email=volume.facilitator).count() == 10


def test_every_record_would_be_accepted_from_a_person(volume):
    for model in (Agreement, Party, PhaseChange, Participation, Stall, Commitment):
        for row in model.objects.all()[:8]:
            row.full_clean()


def test_phases_and_visibility_are_spread_and_dates_partly_imprecise(volume):
    last = {
        agreement.ledger[-1].to_phase for agreement in Agreement.objects.prefetch_related("phase_changes") if agreement
    }
    assert {Phase.EXPLORATION, Phase.NEGOTIATION, Phase.IMPLEMENTATION, Phase.COMPLETED} <= last
    assert set(Agreement.objects.values_list("visibility", flat=True)) == set(Visibility.values)
    exact = [change.effective_on.is_exact for change in PhaseChange.objects.all()]
    assert 0.4 < sum(exact) / len(exact) < 0.8
    assert PhaseChange.objects.filter(superseded_at__isnull=False).exists()


def test_the_derived_bounds_are_those_of_the_services(volume):
    before = list(PhaseChange.objects.order_by("pk").values_list("possible_from", "certain_from"))
    assert any(certain for _, certain in before)
    for agreement in Agreement.objects.all():
        services.derive_bounds(agreement)
    assert list(PhaseChange.objects.order_by("pk").values_list("possible_from", "certain_from")) == before


# What SQLite makes of this seed and PostgreSQL has to make as well; changes only when the generator does.
DIGEST_OF_SMALL = "b6e11a64f83ad4bb997d4d7a"


def test_the_same_seed_gives_the_same_rows_on_every_database(volume):
    assert generator.digest() == DIGEST_OF_SMALL


def test_another_seed_gives_other_rows(db):
    generator.make(Volume(parties=20, commitments=200, agreements=40, updates=1000, seed=1))
    assert generator.digest() != DIGEST_OF_SMALL


def test_a_register_that_holds_something_is_left_alone(party):
    with pytest.raises(generator.NotEmpty):
        generator.make(SMALL)
    assert list(Party.objects.all()) == [party]
    assert not User.objects.exists()


def test_rows_made_afterwards_get_free_keys(volume):
    assert Party.objects.create(slug="later", name="Later bv", type="company").pk == 21


@pytest.mark.parametrize("asked", [{"parties": 0}, {"commitments": 0}, {"agreements": -1}, {"updates": -1}])
def test_a_volume_of_nothing_is_refused(asked):
    with pytest.raises(ValueError, match="minstens"):
        Volume(**asked)


def test_make_volume_wants_the_database_to_be_named(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(CommandError, match="DATABASE_URL"):
        call_command("make_volume", parties=1, commitments=1)
    assert not Agreement.objects.exists()


def test_make_volume_refuses_production(settings, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://ergens/portaal")
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="productie"):
        call_command("make_volume", parties=1, commitments=1)


def test_make_volume_says_how_much_was_reported(monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "sqlite:///named")  # read only to see that somebody named one
    call_command("make_volume", parties=5, commitments=24, updates=1000, verbosity=0)
    said = capsys.readouterr().out
    assert "12 akkoorden, 5 partijen" in said
    assert " 1000 meldingen" in said
    assert ProgressUpdate.objects.count() == 1000


# --- What parties report ---------------------------------------------------------------------------------------------


def test_exactly_as_many_updates_as_asked_with_everything_around_them(volume):
    assert ProgressUpdate.objects.count() == SMALL.updates == volume.rows["covenants.ProgressUpdate"]
    decided = ProgressUpdate.objects.filter(state__in=["returned", "approved"])
    assert Review.objects.count() == decided.count() > SMALL.updates / 2
    assert Confirmation.objects.count() > 20
    assert ProgressDraft.objects.exists()
    assert set(ReportingSlot.objects.values_list("state", flat=True)) == set(SlotState.values)
    assert set(ProgressUpdate.objects.values_list("state", flat=True)) == set(UpdateState.values)
    assert ProgressUpdate.objects.filter(late=True, slot__round__locked_at__isnull=False).exists()
    assert not ProgressUpdate.objects.filter(late=True, slot__round__locked_at=None).exists()
    for model in (ReportingRound, ReportingSlot, ProgressUpdate, Review, Confirmation, ProgressDraft):
        assert model.objects.count() == volume.rows[model._meta.label]


def test_rounds_follow_each_other_and_one_is_open(volume):
    per_agreement = ReportingRound.objects.values("agreement").annotate(n=Count("pk")).order_by()
    assert {row["n"] for row in per_agreement} >= {4}
    assert len(per_agreement) == SMALL.agreements
    assert ReportingRound.objects.filter(locked_at=None).count() == SMALL.agreements
    for row in ReportingRound.objects.exclude(previous=None).select_related("previous")[:30]:
        assert row.previous.agreement_id == row.agreement_id
        assert row.previous.period_last < row.period_first
    assert ReportingRound.history.count() == ReportingRound.objects.count()


def test_what_was_reported_would_be_accepted_from_a_person(volume):
    for model in (ReportingRound, ReportingSlot, ProgressUpdate, Review, Confirmation, ProgressDraft):
        for row in model.objects.all()[:30]:
            row.full_clean()
    connection.check_constraints()


def test_slots_say_what_their_updates_say(volume):
    for slot in ReportingSlot.objects.prefetch_related("updates", "confirmations"):
        updates = sorted(slot.updates.all(), key=lambda update: update.number)
        assert [update.number for update in updates] == list(range(1, len(updates) + 1))
        approved = [update for update in updates if update.state == UpdateState.APPROVED]
        assert slot.current == (updates[-1] if updates else None)
        assert slot.approved == (approved[-1] if approved else None)
        assert slot.state == (updates[-1].state if updates else SlotState.SILENT)
        assert slot.confirmed_on == max((row.confirmed_on for row in slot.confirmations.all()), default=None)
        if updates:
            assert slot.state_since == updates[-1].decided_at or updates[-1].submitted_at


def test_nothing_is_reported_unless_asked_for(db):
    made = generator.make(Volume(parties=5, commitments=24))
    assert made.rows["covenants.ProgressUpdate"] == 0
    assert not ReportingRound.objects.exists()


def test_updates_made_afterwards_get_free_keys(volume):
    slot = ReportingSlot.objects.filter(state=SlotState.APPROVED).first()
    later = ProgressUpdate.objects.create(
        slot=slot, agreement=slot.agreement, party=slot.party, number=9, status="done", submitted_by_id=2
    )
    assert later.pk == SMALL.updates + 1
