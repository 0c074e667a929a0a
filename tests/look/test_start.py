"""The start page: for each role what needs this person, in a fixed number of queries."""

import re
from datetime import date

import pytest

from covenants.models import (
    Agreement,
    FacilitatorAssignment,
    Participation,
    ParticipationRole,
    Phase,
    PhaseChange,
    Sector,
    Stall,
    Visibility,
)  # fmt: skip
from covenants.services import derive_bounds
from ser_portal.dates import ImpreciseDate
from ser_portal.overview.views.start import entered, later_by_months, own_agreements

DAY = date(2020, 12, 31)


def agreement_in(slug, facilitator, *steps, **fields) -> Agreement:
    """An agreement of this facilitator that took these steps."""
    sector = Sector.objects.create(slug=slug, name_nl=slug.capitalize())
    agreement = Agreement.objects.create(
        slug=slug, name_nl=f"Convenant {slug}", sector=sector, visibility=Visibility.SECRETARIAT, **fields
    )
    for sequence, (phase, when) in enumerate(steps):
        PhaseChange.objects.create(agreement=agreement, sequence=sequence, to_phase=phase, effective_on=when)
    derive_bounds(agreement)
    FacilitatorAssignment.objects.create(agreement=agreement, user=facilitator, began_on=date(2015, 1, 1))
    return agreement


@pytest.fixture
def portfolio(other_facilitator):
    """One of each: going on, stalled, uncertain, over its intended time, over."""
    year, on = ImpreciseDate.year, ImpreciseDate.on
    agreement_in("gaande", other_facilitator, (Phase.IMPLEMENTATION, on(date(2019, 1, 1))), intended_duration_months=60)
    agreement_in(
        "klaar", other_facilitator, (Phase.IMPLEMENTATION, year(2014)), (Phase.COMPLETED, on(date(2018, 6, 30)))
    )
    agreement_in("laat", other_facilitator, (Phase.IMPLEMENTATION, on(date(2016, 7, 4))), intended_duration_months=36)
    agreement_in(
        "onzeker",
        other_facilitator,
        (Phase.NEGOTIATION, year(2018)),
        (Phase.SIGNED, ImpreciseDate(date(2020, 11, 1), date(2021, 2, 1))),
    )
    stuck = agreement_in("vast", other_facilitator, (Phase.NEGOTIATION, year(2017)))
    Stall.objects.create(agreement=stuck, began=year(2019))
    return other_facilitator


def test_a_facilitator_sees_the_stalled_first_then_the_uncertain_then_the_late_then_the_rest(portfolio):
    assert [row.agreement.slug for row in own_agreements(portfolio, DAY)] == [
        "vast",
        "onzeker",
        "laat",
        "gaande",
        "klaar",
    ]


def test_each_row_says_why_it_needs_attention(as_user, portfolio):
    page = as_user(portfolio).get("/?peildatum=2020-12-31").content.decode()
    assert "Stilgevallen: 2019." in page
    assert "Misschien al ondertekend: tussen 1 november 2020 en 1 februari 2021." in page
    assert "De beoogde looptijd van 36 maanden vanaf 4 juli 2016 is voorbij." in page
    assert "einde: 30 juni 2018" in page
    assert 'href="/convenanten/vast/?peildatum=2020-12-31"' in page


def test_the_intended_time_is_over_only_after_its_last_day(portfolio):
    by_slug = {row.agreement.slug: row for row in own_agreements(portfolio, date(2019, 7, 4))}
    assert by_slug["laat"].overdue == ""
    assert {row.agreement.slug: row for row in own_agreements(portfolio, date(2019, 7, 5))}["laat"].overdue


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2016, 7, 4), 60, date(2021, 7, 4)),
        (date(2019, 8, 31), 6, date(2020, 2, 29)),
        (date(2019, 12, 1), 1, date(2020, 1, 1)),
    ],
)
def test_months_later_stays_within_the_month(day, months, later):
    assert later_by_months(day, months) == later


@pytest.mark.parametrize(
    ("phase", "when", "words"),
    [
        (Phase.SIGNED, ImpreciseDate.month(2020, 3), "sinds maart 2020"),
        (
            Phase.SIGNED,
            ImpreciseDate(date(2019, 6, 28), date(2019, 12, 27)),
            "ingegaan: tussen 28 juni 2019 en 27 december 2019",
        ),
        (Phase.COMPLETED, ImpreciseDate.on(DAY), "einde: 31 december 2020"),
    ],
)
def test_since_when_reads_as_dutch(phase, when, words):
    assert entered(PhaseChange(to_phase=phase, effective_on=when)) == words


def test_a_facilitator_sees_no_agreement_of_another(as_user, portfolio, facilitator):
    page = as_user(facilitator).get("/").content.decode()
    assert "Proefsector" in page
    assert "Convenant vast" not in page


def test_an_assignment_that_is_over_no_longer_counts(as_user, portfolio):
    FacilitatorAssignment.objects.filter(user=portfolio).update(ended_on=date(2020, 1, 1))
    assert "U begeleidt nog geen akkoord." in as_user(portfolio).get("/").content.decode()


def test_a_delegate_sees_what_the_party_takes_part_in(as_user, delegate, party, portfolio):
    hidden = Agreement.objects.get(slug="gaande")
    Participation.objects.create(
        agreement=hidden, party=party, role=ParticipationRole.SUPPORTER, began=ImpreciseDate.year(2020)
    )
    page = as_user(delegate).get("/").content.decode()
    assert "Voorbeeld bv" in page
    assert "Proefsector" in page
    assert "sinds 1 maart 2019" in page
    assert "Convenant gaande" not in page  # only its secretariat may know of it


def test_a_reader_reads_that_nothing_is_issued_yet(as_user, reader, reference):
    page = as_user(reader).get("/").content.decode()
    assert "Er is nog geen jaaroverzicht uitgegeven." in page
    assert "Kleding en textiel" not in page


def test_reporting_staff_see_the_three_figures_as_links_to_their_records(as_user, reporting, reference):
    page = as_user(reporting).get("/").content.decode()
    assert re.findall(r"<b>(\d+)</b>", page) == ["9", "7", "2"]
    assert "/kengetallen/agreements.in_implementation/" in page
    page = as_user(reporting).get("/?peildatum=2019-12-31").content.decode()
    assert re.findall(r"<b>(\d+)</b>", page)[:2] == ["10", "8"]
    assert "waarvan 1 onzeker" in page
    assert "/kengetallen/agreements.in_implementation/?peildatum=2019-12-31" in page


# Session and user, the reference date, and what the role adds.
QUERIES = {"reader": 2, "delegate": 10, "other_facilitator": 8, "reporting": 5, "administrator": 5}


@pytest.mark.parametrize("who", QUERIES)
def test_the_page_asks_the_same_number_of_questions_however_much_there_is(
    as_user, request, who, reference, portfolio, django_assert_num_queries
):
    client = as_user(request.getfixturevalue(who))
    with django_assert_num_queries(QUERIES[who]):
        assert client.get("/").status_code == 200
