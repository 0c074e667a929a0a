"""A seat on a day: held, vacant, unknown, or uncertain; the database refuses what cannot be."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from climate.models import Forum, Seat, SeatHolding, SeatState, SeatStatus, Standing, standing_on
from ser_portal.dates import ImpreciseDate

BEGAN, ENDED = ImpreciseDate.on(date(2020, 1, 1)), ImpreciseDate.on(date(2020, 6, 30))


@pytest.mark.parametrize(
    ("began", "ended", "day", "expected"),
    [
        (BEGAN, ENDED, date(2019, 12, 31), (False, False)),
        (BEGAN, ENDED, date(2020, 1, 1), (True, False)),
        (BEGAN, ENDED, date(2020, 6, 30), (True, False)),  # an end date is the last day
        (BEGAN, ENDED, date(2020, 7, 1), (False, False)),
        (BEGAN, ImpreciseDate(), date(2030, 1, 1), (True, False)),  # an unknown end is no end
        (ImpreciseDate.year(2020), ImpreciseDate(), date(2020, 6, 1), (False, True)),
        (ImpreciseDate(), ImpreciseDate(), date(2020, 6, 1), (False, True)),
        (BEGAN, ImpreciseDate.year(2021), date(2021, 6, 1), (True, True)),
        (BEGAN, ImpreciseDate.year(2021), date(2022, 1, 1), (False, False)),
    ],
)
def test_what_holds_is_what_is_certain(began, ended, day, expected):
    assert standing_on(began, ended, day) == expected


@pytest.fixture
def seat(agreement):
    forum = Forum.objects.create(agreement=agreement, slug="proef", name_nl="Proefoverleg", began=BEGAN, ended=ENDED)
    return Seat.objects.create(forum=forum, number=1, kind="chair", title_nl="voorzitter")


def on(seat, day):
    return SeatState.of(seat, seat.holdings.all(), day)


def test_an_unknown_holder_is_no_vacancy(seat):
    assert on(seat, date(2020, 3, 1)).status == SeatStatus.UNKNOWN
    SeatHolding.objects.create(seat=seat, vacant=True, began=BEGAN)
    assert on(seat, date(2020, 3, 1)).status == SeatStatus.VACANT


def test_of_two_holders_the_last_certain_one_holds_and_the_next_is_uncertain(seat):
    first = SeatHolding.objects.create(seat=seat, name="Eerste", began=BEGAN, ended=ImpreciseDate.month(2020, 3))
    second = SeatHolding.objects.create(seat=seat, name="Tweede", began=ImpreciseDate.month(2020, 3))
    state = on(seat, date(2020, 3, 15))
    assert (state.holder, state.maybe_others, state.is_uncertain) == (first, (second,), True)
    assert on(seat, date(2020, 4, 1)).holder == second


def test_a_holding_has_a_name_or_is_vacant(seat):
    for name, vacant in (("", False), ("Iemand", True)):
        with pytest.raises(IntegrityError), transaction.atomic():
            SeatHolding.objects.create(seat=seat, name=name, vacant=vacant, began=BEGAN)


def test_a_holding_does_not_end_before_it_begins(seat):
    with pytest.raises(IntegrityError), transaction.atomic():
        SeatHolding.objects.create(seat=seat, name="Iemand", began=ENDED, ended=BEGAN)


def test_a_seat_number_is_given_once(seat):
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(forum=seat.forum, number=1, kind="chair", title_nl="nog een")


def test_a_forum_runs_from_its_first_to_its_last_day(seat):
    standings = [seat.forum.standing_on(date(2019, 12, 31)), seat.forum.standing_on(date(2020, 6, 30))]
    assert [*standings, seat.forum.standing_on(date(2020, 7, 1))] == [Standing.BEFORE, Standing.RUNNING, Standing.ENDED]


def test_a_change_leaves_its_earlier_value(seat):
    seat.title_nl = "voorzitter (waarnemend)"
    seat.save()
    assert list(seat.history.values_list("title_nl", flat=True)) == ["voorzitter (waarnemend)", "voorzitter"]


def test_who_may_not_know_of_the_agreement_sees_no_row_of_it(seat, facilitator, other_facilitator, outsider, reader):
    SeatHolding.objects.create(seat=seat, name="Iemand", began=BEGAN)
    for model in (Forum, Seat, SeatHolding):
        assert model.objects.visible_to(facilitator).count() == 1
        for nobody in (other_facilitator, outsider, reader, None):
            assert not model.objects.visible_to(nobody).exists()
