"""The figures of a round against a model in plain Python, and who may ask for them."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given

from covenants import services
from covenants.models import Confirmation, Participation, ParticipationRole, PartyMembership, PartyType, ProgressUpdate
from covenants.progress_figures import RUNGS, Contributed, RoundFacts, confirmation_ages, exact_cells, silent_parties
from ser_portal.dates import ImpreciseDate
from ser_portal.disclosure import REACHED, STOPPED, TOTAL
from ser_portal.figures import all_figures, figure, get_figure, one_reading, select_all
from tests.factories import make_commitment, make_party
from tests.figures.conftest import MADE_UP, rounds, undone
from tests.figures.staged import STATUSES, Answer, stage_round, write_round

pytestmark = pytest.mark.django_db


def ask(code, made, viewer):
    return get_figure(code).select(made, viewer)


def model(rows):
    """Every figure, counted from the description of a round with nothing of the portal's."""
    found = Counter()
    for row in rows:
        slots = [answer for answer in row if answer is not None and answer.what != "withdrawn"]
        found["round.members"] += 1
        if slots:
            found["round.asked"] += 1
            sent = [answer for answer in slots if answer.what in ("waiting", "returned", "approved")]
            judged = [a for a in slots if a.what == "approved" and a.verdict != "not_assessed"]
            found["round.answered" if sent else "round.silent"] += 1
            if len(judged) == len(slots):
                found["round.assessed"] += 1
                found["round.compliant"] += all(answer.verdict == "compliant" for answer in slots)
        for answer in slots:
            found["round.obligations"] += 1
            if answer.what == "approved":
                found["round.with_status"] += 1
                found[f"round.status.{answer.status}"] += 1
                found["round.confirmed"] += 1
    return found


@MADE_UP
@given(rounds())
def test_every_figure_is_what_plain_counting_gives(agreement, facilitator, made_up):
    with undone():
        made = stage_round(agreement, by=facilitator, **made_up)
        expected = model(made_up["answers"])
        with one_reading():
            found = {each.code: each.select(made, facilitator) for each in all_figures("round")}
        assert {code: selection.value for code, selection in found.items()} == {code: expected[code] for code in found}
        exact = exact_cells(Contributed.of(RoundFacts.of(made)))
        for rung in RUNGS:
            assert exact["ladder", REACHED, rung] == expected[f"round.{rung}"]
        assert exact["ladder", STOPPED, "asked"] == expected["round.silent"] == silent_parties(made).count()
        if expected["round.obligations"]:
            assert exact["status", TOTAL, TOTAL] == expected["round.obligations"]
            for status in STATUSES:
                assert exact["status", TOTAL, status] == expected[f"round.status.{status}"]


@MADE_UP
@given(rounds())
def test_every_obligation_and_party_is_counted_or_left_out_with_a_reason(agreement, facilitator, made_up):
    with undone():
        made = stage_round(agreement, by=facilitator, **made_up)
        slots = {("covenants.reportingslot", pk) for pk in made.slots.values_list("pk", flat=True)}
        for each in all_figures("round"):
            selection = each.select(made, facilitator)
            listed = [*selection.counted, *selection.left_out]
            assert all(record.reason for record in (*selection.left_out, *selection.uncertain)), each.code
            keys = [(record.model, record.pk) for record in listed]
            assert len(keys) == len(set(keys))
            if each.unit_nl == "verplichtingen":
                assert set(keys) == slots
            if each.share_of:
                whole = get_figure(each.share_of).select(made, facilitator)
                assert selection.counted.keys <= whole.counted.keys


@MADE_UP
@given(rounds())
def test_sums_of_measured_values_are_those_of_approved_answers_in_time(agreement, facilitator, made_up):
    with undone():
        made = stage_round(agreement, by=facilitator, **made_up)
        exact = exact_cells(Contributed.of(RoundFacts.of(made)))
        pks = sorted(agreement.commitments.values_list("pk", flat=True))
        for place, (pk, kind) in enumerate(zip(pks, made_up["kinds"], strict=False)):
            column = [row[place] for row in made_up["answers"] if row[place] is not None]
            counted = [answer for answer in column if answer.what == "approved"]
            if kind == "quantity" and any(answer.what != "withdrawn" for answer in column):
                assert exact[f"value/c{pk}", TOTAL, TOTAL] == sum(a.value or 0 for a in counted)
            if kind == "share" and any(answer.what != "withdrawn" for answer in column):
                assert exact[f"numerator/c{pk}", TOTAL, TOTAL] == sum(a.numerator or 0 for a in counted)
                assert exact[f"denominator/c{pk}", TOTAL, TOTAL] == sum(a.denominator or 0 for a in counted)


def test_what_comes_after_the_lock_never_counts(agreement, facilitator):
    rows = [[Answer("approved", status="behind", late_too=True)], [Answer("late")], [Answer(late_too=True)]]
    made = stage_round(agreement, by=facilitator, answers=rows)
    assert ask("round.answered", made, facilitator).value == 1
    assert ask("round.status.behind", made, facilitator).value == 1
    assert ask("round.status.done", made, facilitator).value == 0
    silent = ask("round.silent", made, facilitator)
    assert [record.detail for record in silent.counted] == ["te laat: alleen na het sluiten ontvangen"] * 2
    assert silent_parties(made).count() == 2


def test_the_reasons_say_what_became_of_it(agreement, facilitator):
    rows = [
        [Answer("silent")], [Answer("late")], [Answer("withdrawn")], [Answer("waiting")], [Answer("returned")],
        [Answer("approved", verdict="not_assessed")], [Answer("approved", verdict="partly")], [None],
    ]  # fmt: skip
    made = stage_round(agreement, by=facilitator, answers=rows)
    assert sorted(record.reason for record in ask("round.with_status", made, facilitator).left_out) == [
        "niet beoordeeld: teruggestuurd", "niet beoordeeld: wacht op beoordeling", "stil",
        "te laat: alleen na het sluiten ontvangen", "vervallen",
    ]  # fmt: skip
    assert sorted(record.reason for record in ask("round.asked", made, facilitator).left_out) == [
        "in deze ronde niets gevraagd", "vervallen: alles wat werd gevraagd is ingetrokken",
    ]  # fmt: skip
    assert [record.reason for record in ask("round.assessed", made, facilitator).left_out] == [
        "niet beoordeeld: 1 van 1"
    ] * 3
    assert [record.reason for record in ask("round.compliant", made, facilitator).left_out] == [
        "voldoet niet of deels: 1 van 1"
    ]


def test_members_are_who_is_bound_in_the_period_the_members_of_bound_associations_and_who_is_asked_by_name(
    agreement, facilitator
):
    company = make_party(agreement, name="Bedrijf")
    branch = make_party(agreement, name="Branche", type=PartyType.TRADE_ASSOCIATION)
    through, gone, named = make_party(name="Lid"), make_party(name="Oud-lid"), make_party(name="Genoemd")
    make_party(agreement, name="Steun", role=ParticipationRole.SUPPORTER)
    PartyMembership.objects.create(association=branch, member=through, began=ImpreciseDate.on(date(2019, 1, 1)))
    PartyMembership.objects.create(
        association=branch, member=gone, began=ImpreciseDate.on(date(2019, 1, 1)),
        ended=ImpreciseDate.on(date(2019, 2, 1)),
    )  # fmt: skip
    maybe = make_party(name="Misschien")
    Participation.objects.create(
        agreement=agreement, party=maybe, role=ParticipationRole.SIGNATORY,
        began=ImpreciseDate(None, timezone.localdate() + timedelta(days=40)),
    )  # fmt: skip
    late = make_party(name="Straks")
    Participation.objects.create(
        agreement=agreement, party=late, role=ParticipationRole.SIGNATORY,
        began=ImpreciseDate.on(timezone.localdate() + timedelta(days=40)),
    )  # fmt: skip
    made = write_round(
        agreement, by=facilitator, answers=[[Answer()], [Answer()]], parties=[company, named],
        commitments=[make_commitment(agreement)],
    )  # fmt: skip
    selection = ask("round.members", made, facilitator)
    assert [record.label for record in selection.counted] == ["Bedrijf", "Branche", "Genoemd", "Lid", "Misschien"]
    assert [record.label for record in selection.uncertain] == ["Misschien"]
    assert [(record.label, record.reason) for record in selection.left_out] == [
        ("Steun", "doet mee als: steunbetuiger; niet gebonden")
    ]


def test_who_is_bound_is_who_would_carry_what_everybody_carries(agreement, facilitator):
    """The rule of the ladder and that of the carriers of a commitment are one rule."""
    first, last = date(2024, 1, 1), date(2024, 12, 31)
    edges = [None, date(2023, 6, 1), date(2024, 6, 1), date(2025, 6, 1)]
    for earliest in edges:
        for latest in edges:
            for ended in edges:
                if (earliest and latest and latest < earliest) or (ended and earliest and ended < earliest):
                    continue
                Participation.objects.create(
                    agreement=agreement, party=make_party(), role=ParticipationRole.SIGNATORY,
                    began=ImpreciseDate(earliest, latest),
                    ended=ImpreciseDate.on(ended) if ended else ImpreciseDate(),
                )  # fmt: skip
    everybody = make_commitment(agreement, carrier_types=[])
    carriers = services.resolve_carriers(everybody, first, last)
    made = write_round(
        agreement, by=facilitator, answers=[], parties=[], commitments=[], period_first=first, period_last=last
    )
    found = RoundFacts.of(made).members
    assert {pk: party.uncertain for pk, party in found.items()} == {row.party.pk: row.uncertain for row in carriers}
    assert len(found) > 10


def test_the_age_of_a_status_is_that_of_its_last_confirmation(agreement, facilitator):
    made = stage_round(
        agreement, by=facilitator, answers=[[Answer("approved")], [Answer("approved")], [Answer()]], locked=False
    )
    old, kept = ProgressUpdate.objects.order_by("pk")
    now = timezone.now()
    ProgressUpdate.objects.filter(pk__in=[old.pk, kept.pk]).update(submitted_at=now - timedelta(days=200))
    Confirmation.objects.create(
        slot=kept.slot, update_confirmed=kept, by=facilitator, confirmed_on=timezone.localdate() - timedelta(days=10)
    )
    selection = ask("round.confirmed", made, facilitator)
    assert [record.pk for record in selection.counted] == [kept.slot_id]
    assert "verouderd" in selection.left_out[0].reason
    assert "200 dagen geleden" in selection.left_out[0].reason
    ages = confirmation_ages(RoundFacts.of(made))
    assert (ages.number, ages.median, ages.oldest) == (2, 10, 200)


def test_a_confirmation_of_what_came_late_makes_nothing_younger(agreement, facilitator):
    made = stage_round(agreement, by=facilitator, answers=[[Answer("approved", late_too=True)]])
    in_time, late = ProgressUpdate.objects.order_by("number")
    ProgressUpdate.objects.filter(pk=in_time.pk).update(submitted_at=timezone.now() - timedelta(days=120))
    Confirmation.objects.create(
        slot=late.slot, update_confirmed=late, by=facilitator, confirmed_on=timezone.localdate()
    )
    assert confirmation_ages(RoundFacts.of(made)).oldest == 120


def test_the_records_are_for_the_secretariat_and_nobody_else(
    agreement, facilitator, other_facilitator, delegate, outsider, reporting, administrator, reader
):
    made = stage_round(agreement, by=facilitator, answers=[[Answer("approved")]])
    for viewer in (None, other_facilitator, delegate, outsider, reporting, administrator, reader):
        for each in all_figures("round"):
            with pytest.raises(PermissionDenied):
                each.select(made, viewer)


def test_figures_of_a_round_are_asked_for_by_name_and_stay_out_of_those_of_a_day(facilitator):
    codes = {each.code for each in all_figures("round")}
    assert len(codes) == 14
    assert not codes & {each.code for each in all_figures()}
    assert select_all(codes, date(2020, 12, 31), facilitator) == []
    for each in all_figures("round"):
        assert each.title("en") != each.title("nl")
        assert each.definition("en") != each.definition("nl")
        assert each.definition("nl").endswith(".")
    declare = figure(
        "x", title=("a", "b"), definition=("a", "b"), unit=("a", "b"), share_of="agreements.in_negotiation",
        scope="round",
    )  # fmt: skip
    with pytest.raises(ValueError, match="share of nothing"):
        declare(lambda made, viewer: None)


def test_a_round_is_read_in_as_many_statements_for_many_as_for_few(
    agreement, facilitator, django_assert_max_num_queries
):
    for size in (2, 12):
        with undone():
            made = stage_round(agreement, by=facilitator, answers=[[Answer("approved")] * 3] * size)
            with django_assert_max_num_queries(8), one_reading():
                Contributed.of(RoundFacts.of(made))
