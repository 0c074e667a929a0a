"""Phases drawn on an axis: what is certain is solid, what lies between two days is a range."""

from datetime import date

import pytest

from covenants import presentation
from covenants.models import Phase, PhaseChange, PhaseState
from covenants.presentation import Axis
from ser_portal.dates import ImpreciseDate

DAY = date(2020, 12, 31)
AXIS = Axis(2016, 2025)  # ten years


def change(sequence, phase, possible, certain, when=None):
    row = PhaseChange(sequence=sequence, to_phase=phase, possible_from=possible, certain_from=certain, pk=sequence + 1)
    if when is not None:
        row.effective_on = when
    return row


def exact(sequence, phase, day):
    return change(sequence, phase, day, day, ImpreciseDate.on(day))


def number(length):
    assert length.endswith("%")
    return float(length[:-1])


def test_the_axis_is_whole_years_around_the_day():
    axis = Axis.around(DAY)
    assert (axis.first_year, axis.last_year) == (2014, 2024)
    assert [tick.year for tick in axis.ticks][:2] == [2014, 2015]
    assert [tick.minor for tick in axis.ticks][:2] == [False, True]


def test_the_axis_widens_to_what_there_is_to_draw_but_not_for_ever():
    assert Axis.around(DAY, date(2009, 5, 1), date(2031, 1, 1)) == Axis(2009, 2031)
    assert Axis.around(DAY, date(1901, 1, 1)).first_year == 2000


def test_a_day_outside_the_axis_stays_at_its_edge():
    assert AXIS.at(date(1990, 1, 1), 0.5) == 0
    assert AXIS.at(date(2090, 1, 1), 0.5) == 1
    assert AXIS.at(None, 0.5) == 0.5


def test_implementation_is_filled_from_its_start_to_its_recorded_end():
    ledger = [
        exact(0, Phase.IMPLEMENTATION, date(2017, 1, 1)),
        change(1, Phase.COMPLETED, date(2022, 1, 1), date(2022, 1, 1), ImpreciseDate.on(date(2021, 12, 31))),
    ]
    drawn = presentation.timeline(ledger, AXIS, DAY)
    assert [bar.style for bar in drawn.bars] == ["run"]
    assert number(drawn.bars[0].x) == pytest.approx(10, abs=0.1)
    assert number(drawn.bars[0].width) == pytest.approx(50, abs=0.1)
    assert drawn.bars[0].label == "Implementatie"


def test_an_imprecise_edge_is_a_range_and_the_solid_part_begins_after_it():
    ledger = [change(0, Phase.NEGOTIATION, date(2018, 1, 1), date(2018, 12, 31), ImpreciseDate.year(2018))]
    drawn = presentation.timeline(ledger, AXIS, DAY)
    solid, maybe = drawn.bars
    assert (solid.style, maybe.style) == ("talk", "maybe")
    assert number(maybe.x) == pytest.approx(20, abs=0.1)
    assert number(maybe.x) + number(maybe.width) == pytest.approx(number(solid.x), abs=0.05)


def test_what_goes_on_is_drawn_up_to_the_day_and_not_into_the_future():
    drawn = presentation.timeline([exact(0, Phase.EXPLORATION, date(2019, 1, 1))], AXIS, DAY)
    bar = drawn.bars[0]
    assert bar.style == "talk explore"
    assert number(bar.x) + number(bar.width) == pytest.approx(number(drawn.today), abs=0.05)
    assert number(drawn.today) == pytest.approx(50, abs=0.05)


def test_a_side_nobody_knows_is_open():
    ledger = [
        change(0, Phase.NEGOTIATION, None, date(2017, 1, 1)),
        exact(1, Phase.IMPLEMENTATION, date(2017, 6, 1)),
        change(2, Phase.COMPLETED, date(2021, 1, 1), None),
    ]
    drawn = presentation.timeline(ledger, AXIS, DAY)
    opened = [bar for bar in drawn.bars if bar.style == "open"]
    assert [number(bar.x) for bar in opened] == [0, pytest.approx(50, abs=0.1)]
    assert number(opened[1].x) + number(opened[1].width) == pytest.approx(100, abs=0.05)


def test_signing_apart_from_starting_is_drawn_apart():
    ledger = [exact(0, Phase.SIGNED, date(2017, 3, 22)), exact(1, Phase.IMPLEMENTATION, date(2017, 10, 3))]
    assert [bar.style for bar in presentation.timeline(ledger, AXIS, DAY).bars] == ["signed", "run"]


def test_a_step_within_a_phase_is_a_mark_and_no_new_bar():
    ledger = [exact(0, Phase.NEGOTIATION, date(2017, 1, 1)), exact(1, Phase.NEGOTIATION, date(2018, 1, 1))]
    drawn = presentation.timeline(ledger, AXIS, DAY)
    assert len(drawn.bars) == 1
    assert number(drawn.marks[0]) == pytest.approx(20, abs=0.1)


def test_no_comma_gets_into_a_drawing_in_dutch():
    drawn = presentation.timeline([exact(0, Phase.IMPLEMENTATION, date(2017, 2, 3))], AXIS, DAY)
    assert all("," not in bar.x + bar.width for bar in drawn.bars)


def test_the_sentence_says_what_the_drawing_shows():
    ledger = [
        change(0, Phase.NEGOTIATION, None, date(2016, 7, 4)),
        exact(1, Phase.IMPLEMENTATION, date(2016, 7, 4)),
        change(2, Phase.COMPLETED, date(2022, 1, 1), date(2022, 1, 1), ImpreciseDate.on(date(2021, 12, 31))),
    ]
    assert presentation.in_words(ledger) == (
        "Onderhandeling: datum niet gevonden, uiterlijk 4 juli 2016; Implementatie: 4 juli 2016; "
        "Afgerond: 31 december 2021."
    )
    state = PhaseState.of(ledger, DAY)
    assert presentation.phase_line(ledger, state) == "sinds 4 juli 2016, tot en met 31 december 2021"


def test_an_end_that_may_have_come_is_said_and_an_unknown_one_too():
    ledger = [
        exact(0, Phase.IMPLEMENTATION, date(2016, 12, 7)),
        change(1, Phase.COMPLETED, date(2019, 12, 8), date(2020, 8, 21),
               ImpreciseDate(date(2019, 12, 7), date(2020, 8, 20))),
    ]  # fmt: skip
    state = PhaseState.of(ledger, date(2019, 12, 31))
    assert presentation.may_have_moved(state) == "mogelijk al afgerond"
    assert presentation.phase_line(ledger, state) == (
        "sinds 7 december 2016; einde: tussen 7 december 2019 en 20 augustus 2020"
    )
    ledger[1].effective_on = ImpreciseDate(date(2021, 1, 1), None)
    assert presentation.phase_line(ledger, state).endswith("; einddatum niet gevonden")


def test_without_phases_the_drawing_is_empty_and_says_so():
    drawn = presentation.timeline([], AXIS, DAY)
    assert drawn.bars == ()
    assert drawn.text == "Er zijn nog geen fasen vastgelegd."
