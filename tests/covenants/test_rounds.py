"""Opening a round: who gets what, frozen rules, and once is once."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from covenants import services
from covenants.models import (
    AgreementRules,
    Audience,
    CarrierKind,
    Delegate,
    EvidenceRequirement,
    Participation,
    ParticipationRole,
    PartyType,
    ReportingRound,
    ReportingSlot,
    Rung,
    SizeClass,
)
from ser_portal.accounts.models import Role
from ser_portal.audit.models import Entry
from ser_portal.dates import ImpreciseDate
from tests.conftest import make_user
from tests.factories import make_commitment, make_party, make_round, make_slot

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


def due():
    return timezone.localdate() + timedelta(days=30)


def plan(agreement, *commitments, **more):
    return services.plan_round(agreement, first=FIRST, last=LAST, commitments=[row.pk for row in commitments], **more)


def open_round(agreement, *commitments, by, title="Rapportage 2025", **more):
    asked = {"first": FIRST, "last": LAST, "due_on": due(), "commitments": [row.pk for row in commitments]}
    return services.open_round(agreement, title_nl=title, **{**asked, **more}, by=by)


def test_the_plan_says_who_gets_what_and_saves_nothing(agreement, facilitator):
    first, second = make_party(agreement, name="Aarde bv"), make_party(agreement, name="Zand bv")
    union = make_party(agreement, name="Bond", type=PartyType.TRADE_UNION)
    everybody = make_commitment(agreement)
    named = make_commitment(agreement, carrier_kind=CarrierKind.NAMED, lead=union, carrier_types=[])
    nobody = make_commitment(agreement, carrier_kind=CarrierKind.UNKNOWN, carrier_types=[])
    shown = plan(agreement, everybody, named, nobody)
    assert [(party.name, [slot.commitment_id for slot in slots]) for party, slots in shown.by_party()] == [
        ("Aarde bv", [everybody.pk]),
        ("Bond", [named.pk]),
        ("Zand bv", [everybody.pk]),
    ]
    assert shown.without_carrier == (nobody,)
    assert shown.without_delegate == (first, union, second)
    assert not ReportingRound.objects.exists()
    assert not ReportingSlot.objects.exists()


def test_who_may_not_have_taken_part_is_in_the_plan_with_the_reason(agreement):
    party = make_party(name="Misschien bv")
    Participation.objects.create(
        agreement=agreement, party=party, role=ParticipationRole.SIGNATORY, began=ImpreciseDate(None, date(2026, 3, 1))
    )
    shown = plan(agreement, make_commitment(agreement))
    (slot,) = shown.uncertain
    assert slot.party_id == party.pk
    assert "niet zeker" in slot.why


def test_the_plan_takes_as_many_statements_for_many_as_for_few(agreement):
    def measure():
        with CaptureQueriesContext(connection) as captured:
            plan(agreement, *agreement.commitments.all())
        return len(captured) - 1  # the commitments asked for just above

    for _ in range(2):
        make_party(agreement)
        make_commitment(agreement)
    few = measure()
    for _ in range(8):
        make_party(agreement)
        make_commitment(agreement)
    assert measure() == few <= 6


def test_opening_makes_the_slots_with_size_and_evidence_of_that_day(agreement, facilitator):
    large = make_party(agreement, size_class=SizeClass.LARGE)
    small = make_party(agreement)
    commitment = make_commitment(agreement)
    EvidenceRequirement.objects.create(commitment=commitment, size_class="", rung=Rung.DECLARED)
    EvidenceRequirement.objects.create(commitment=commitment, size_class=SizeClass.LARGE, rung=Rung.DOCUMENTED)
    opened = open_round(agreement, commitment, by=facilitator)
    slots = {slot.party_id: slot for slot in opened.slots.all()}
    assert (slots[large.pk].rung_required, slots[large.pk].size_class) == (Rung.DOCUMENTED, SizeClass.LARGE)
    assert (slots[small.pk].rung_required, slots[small.pk].size_class) == (Rung.DECLARED, "")
    assert {slot.due_on for slot in slots.values()} == {opened.due_on}
    assert {slot.agreement_id for slot in slots.values()} == {agreement.pk}
    entry = Entry.objects.get()
    assert entry.action == "covenants.round_opened"
    assert (entry.details["slots"], entry.details["parties"]) == (2, 2)


def test_a_round_keeps_the_rules_under_which_it_opened(agreement, facilitator):
    make_party(agreement)
    rules = AgreementRules.objects.create(agreement=agreement, minimum_count=7, reply_days=21)
    opened = open_round(agreement, make_commitment(agreement), by=facilitator)
    AgreementRules.objects.filter(pk=rules.pk).update(progress_level=Audience.PUBLIC, minimum_count=3)
    opened.refresh_from_db()
    assert (opened.progress_level, opened.minimum_count, opened.reply_days) == (Audience.SECRETARIAT, 7, 21)


def test_a_round_of_an_agreement_without_rules_takes_the_defaults(agreement, facilitator):
    make_party(agreement)
    opened = open_round(agreement, make_commitment(agreement), by=facilitator)
    assert (opened.progress_level, opened.minimum_count) == (Audience.SECRETARIAT, 5)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first": LAST, "last": FIRST}, "last"),
        ({"due_on": FIRST - timedelta(days=1)}, "due_on"),
        ({"title_nl": " "}, "title_nl"),
        ({"title_nl": "x" * 200_000}, "title_nl"),
        ({"title_nl": "x" * 121}, "title_nl"),
        ({"title_en": "x" * 121}, "title_en"),
        ({"commitments": []}, "commitments"),
    ],
)
def test_a_round_with_something_wrong_is_refused_at_its_field(agreement, facilitator, wrong, field):
    make_party(agreement)
    given = {"title_nl": "Ronde", "first": FIRST, "last": LAST, "due_on": due()}
    given["commitments"] = [make_commitment(agreement).pk]
    with pytest.raises(ValidationError) as refused:
        services.open_round(agreement, **{**given, **wrong}, by=facilitator)
    assert field in refused.value.message_dict
    assert not ReportingRound.objects.exists()
    assert not Entry.objects.exists()


def test_a_commitment_or_a_previous_round_of_elsewhere_is_refused(agreement, facilitator, reference):
    from covenants.models import Agreement

    other = Agreement.objects.get(slug="goud")
    make_party(agreement)
    own = make_commitment(agreement)
    foreign = other.commitments.first()
    for wrong in ({"commitments": [own.pk, foreign.pk]}, {"previous": make_round(other, by=facilitator)}):
        given = {"first": FIRST, "last": LAST, "commitments": [own.pk], **wrong}
        with pytest.raises(ValidationError):
            services.plan_round(agreement, **given)


def test_a_commitment_that_ended_is_not_asked_about(agreement, facilitator):
    make_party(agreement)
    with pytest.raises(ValidationError):
        plan(agreement, make_commitment(agreement, ended_on=date(2024, 1, 1)))


def test_a_name_is_given_once_in_an_agreement(agreement, facilitator):
    make_party(agreement)
    commitment = make_commitment(agreement)
    open_round(agreement, commitment, by=facilitator)
    with pytest.raises(ValidationError) as refused:
        open_round(agreement, commitment, by=facilitator)
    assert "title_nl" in refused.value.message_dict
    assert ReportingRound.objects.count() == 1


def test_a_round_without_anybody_to_ask_is_not_opened(agreement, facilitator):
    with pytest.raises(ValidationError, match="niemand"):
        open_round(agreement, make_commitment(agreement), by=facilitator)
    assert not ReportingRound.objects.exists()


def test_what_was_looked_at_is_what_is_opened_or_nothing_is(agreement, facilitator):
    make_party(agreement)
    commitment = make_commitment(agreement)
    seen = plan(agreement, commitment).fingerprint
    make_party(agreement, name="Kwam erbij bv")
    with pytest.raises(services.Conflict):
        open_round(agreement, commitment, by=facilitator, seen=seen)
    assert not ReportingRound.objects.exists()
    opened = open_round(agreement, commitment, by=facilitator, seen=plan(agreement, commitment).fingerprint)
    assert opened.slots.count() == 2


def test_a_colleague_who_opened_a_round_about_the_period_first_is_noticed(agreement, facilitator):
    make_party(agreement)
    commitment = make_commitment(agreement)
    seen = plan(agreement, commitment).fingerprint
    open_round(agreement, commitment, by=facilitator, title="Van een collega", seen=seen)
    with pytest.raises(services.Conflict):
        open_round(agreement, commitment, by=facilitator, title="Van mij", seen=seen)
    assert [row.title_nl for row in plan(agreement, commitment).overlapping] == ["Van een collega"]


# --- Who picks a slot up ------------------------------------------------------------------------------------------


def person_of(party, name, role="submitter", **fields):
    user = make_user(name, Role.DELEGATE)
    Delegate.objects.create(party=party, user=user, role=role, **{"began_on": date(2020, 1, 1), **fields})
    return user


def owner_of(agreement, commitment, previous=None):
    (slot,) = plan(agreement, commitment, previous=previous).slots
    return slot.owner_id


def test_the_one_coordinator_picks_it_up(agreement):
    party, commitment = make_party(agreement), make_commitment(agreement)
    person_of(party, "ina")
    coordinator = person_of(party, "coen", role="coordinator")
    assert owner_of(agreement, commitment) == coordinator.pk


def test_of_two_coordinators_who_did_it_last_time_picks_it_up(agreement, facilitator):
    party, commitment = make_party(agreement), make_commitment(agreement)
    person_of(party, "coen", role="coordinator")
    person_of(party, "cora", role="coordinator")
    before = person_of(party, "ina")
    previous = make_round(agreement, by=facilitator)
    make_slot(previous, commitment, party, owner=before)
    assert owner_of(agreement, commitment, previous) == before.pk


def test_who_did_it_last_time_but_left_does_not_pick_it_up(agreement, facilitator):
    party, commitment = make_party(agreement), make_commitment(agreement)
    left = person_of(party, "lies", ended_on=date(2024, 1, 1))
    stays = person_of(party, "ina")
    previous = make_round(agreement, by=facilitator)
    make_slot(previous, commitment, party, owner=left)
    assert owner_of(agreement, commitment, previous) == stays.pk


@pytest.mark.parametrize("gone", [{"ended_on": date(2024, 1, 1)}, {"revoked_at": timezone.now()}, "inactive"])
def test_without_anybody_who_can_act_a_slot_has_no_owner(agreement, gone):
    party, commitment = make_party(agreement), make_commitment(agreement)
    user = person_of(party, "lies", **({} if gone == "inactive" else gone))
    if gone == "inactive":
        user.is_active = False
        user.save(update_fields=["is_active"])
    assert owner_of(agreement, commitment) is None
    assert plan(agreement, commitment).without_delegate == (party,)
