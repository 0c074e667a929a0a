"""The numbers of 2019 and 2020, and that they follow from phases and dates alone."""

from datetime import date

import pytest

from covenants import services
from covenants.models import Agreement, Phase
from ser_portal.dates import ImpreciseDate
from ser_portal.figures import all_figures, figure, get_figure

END_2020, END_2019 = date(2020, 12, 31), date(2019, 12, 31)


@pytest.fixture
def values(reference):
    def on(day, viewer=None):
        return {f.code: f.select(day, viewer).value for f in all_figures() if f.code.startswith("agreements.")}

    return on


def test_nine_seven_and_two(values):
    assert values(END_2020) == {
        "agreements.in_implementation": 9,
        "agreements.in_implementation_with_ser_secretariat": 7,
        "agreements.in_negotiation": 2,
    }


def test_ten_and_eight_with_the_banks_uncertain(values):
    found = values(END_2019)
    assert (found["agreements.in_implementation"], found["agreements.in_implementation_with_ser_secretariat"]) == (
        10,
        8,
    )
    uncertain = get_figure("agreements.in_implementation").select(END_2019, None).uncertain
    assert [record.url for record in uncertain] == ["/convenanten/banken/"]
    assert "tussen 7 december 2019 en 20 augustus 2020" in uncertain[0].reason


def test_forestry_counts_on_its_last_day_and_not_after(values):
    def counted(day):
        return {r.url for r in get_figure("agreements.in_implementation").select(day, None).counted}

    assert counted(END_2020) - counted(date(2021, 1, 1)) == {"/convenanten/bosbeheer/"}


def test_every_agreement_is_counted_or_left_out_with_a_reason(reference):
    for declared in all_figures():
        if not declared.code.startswith("agreements."):
            continue
        selection = declared.select(END_2020, None)
        assert len(selection.counted) + len(selection.left_out) == 13
        assert all(record.reason for record in (*selection.left_out, *selection.uncertain))
        assert {r.pk for r in selection.uncertain} <= {r.pk for r in (*selection.counted, *selection.left_out)}


def test_the_stalled_talks_count_and_say_so(reference):
    details = {r.url: r.detail for r in get_figure("agreements.in_negotiation").select(END_2020, None).counted}
    assert set(details) == {"/convenanten/windenergie/", "/convenanten/land-en-tuinbouw/"}
    assert "stilgevallen" in details["/convenanten/land-en-tuinbouw/"]


def test_a_correction_moves_the_number(reference, django_user_model):
    by = django_user_model.objects.create_user("a@test.example", role="facilitator")
    wind = Agreement.objects.get(slug="windenergie")
    services.correct_phase_change(
        wind.ledger[1],
        version=wind.version,
        effective_on=ImpreciseDate(date(2020, 12, 1), date(2021, 2, 28)),
        correction_reason="Uitgesteld",
        by=by,
    )
    selection = get_figure("agreements.in_negotiation").select(END_2020, None)
    assert selection.value == 1
    assert [r.url for r in selection.uncertain] == ["/convenanten/windenergie/"]


def test_a_number_counts_only_what_the_viewer_may_know_of(agreement, facilitator, outsider, reader):
    negotiating = get_figure("agreements.in_negotiation")
    assert negotiating.select(END_2020, facilitator).value == 1
    for viewer in (outsider, reader, None):
        selection = negotiating.select(END_2020, viewer)
        assert [*selection.counted, *selection.left_out, *selection.uncertain] == []


def test_the_phase_figures_take_two_queries(reference, django_assert_num_queries):
    with django_assert_num_queries(2):
        get_figure("agreements.in_implementation").select(END_2020, None)


def test_one_definition_per_number():
    with pytest.raises(ValueError, match="twice"):
        figure("agreements.in_negotiation", title=("a", "b"), definition=("a", "b"), unit=("a", "b"))(lambda d, v: None)


def test_figures_speak_both_languages():
    for declared in all_figures():
        assert declared.title("en") != declared.title("nl")
        assert declared.definition("en") != declared.definition("nl")


def test_phases_have_all_their_names():
    assert set(Phase.values) == {
        "exploration", "negotiation", "signed", "implementation", "completed", "ended_early", "stopped",
    }  # fmt: skip
