"""Who has to carry a commitment in a period: against a plain model of the rule, and case by case."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from covenants.models import (
    BINDING_ROLES,
    CarrierKind,
    CoResponsible,
    EvidenceRequirement,
    Participation,
    ParticipationRole,
    Party,
    PartyType,
    Rung,
    SizeClass,
)
from covenants.services import resolve_all, resolve_carriers, rung_for
from ser_portal.dates import ImpreciseDate
from tests.factories import make_commitment, make_party

FIRST, LAST = date(2020, 1, 1), date(2020, 12, 31)
CERTAINLY = ImpreciseDate.on(date(2019, 3, 1))


def takes_part(agreement, party, *, role=ParticipationRole.SIGNATORY, began=CERTAINLY, ended=None):
    return Participation.objects.create(
        agreement=agreement, party=party, role=role, began=began, ended=ImpreciseDate() if ended is None else ended
    )


def names(carriers):
    return [carrier.party.name for carrier in carriers]


def test_every_participating_company_is_every_company_bound_in_the_period(agreement):
    company = make_party(agreement, name="Alfa bv")
    make_party(agreement, name="Bond", type=PartyType.TRADE_UNION)
    make_party(agreement, name="Steun bv", role=ParticipationRole.SUPPORTER)
    make_party(name="Elders bv")
    commitment = make_commitment(agreement)
    [carrier] = resolve_carriers(commitment, FIRST, LAST)
    assert carrier.party == company
    assert not carrier.uncertain
    assert not carrier.is_lead
    assert carrier.why == "ondertekenaar; begin: 1 maart 2019"


def test_no_types_means_every_bound_party(agreement):
    make_party(agreement, name="Bond", type=PartyType.TRADE_UNION)
    make_party(agreement, name="Alfa bv")
    assert names(resolve_carriers(make_commitment(agreement, carrier_types=[]), FIRST, LAST)) == ["Alfa bv", "Bond"]


def test_named_carriers_are_the_lead_and_those_who_share_it_also_when_they_do_not_take_part(agreement):
    lead, sharing = make_party(name="Zeta bv"), make_party(agreement, name="Alfa bv")
    make_party(agreement, name="Niet genoemd bv")
    commitment = make_commitment(agreement, carrier_kind=CarrierKind.NAMED, carrier_types=[], lead=lead)
    CoResponsible.objects.create(commitment=commitment, party=sharing)
    first, second = resolve_carriers(commitment, FIRST, LAST)
    assert (first.party, first.is_lead, first.uncertain) == (lead, True, False)
    assert first.why == "met name genoemd als trekker; doet in deze periode niet mee aan het akkoord"
    assert (second.party, second.is_lead, second.uncertain) == (sharing, False, False)
    assert second.why == "met name genoemd als medeverantwoordelijke"


def test_an_unknown_carrier_is_nobody(agreement):
    make_party(agreement)
    commitment = make_commitment(agreement, carrier_kind=CarrierKind.UNKNOWN, carrier="werkgroep", carrier_types=[])
    assert resolve_carriers(commitment, FIRST, LAST) == []


def test_a_commitment_that_was_ended_before_the_period_is_carried_by_nobody(agreement):
    make_party(agreement)
    ended = make_commitment(agreement, ended_on=FIRST)
    ending = make_commitment(agreement, ended_on=FIRST + timedelta(days=1))
    found = resolve_all([ended, ending], first=FIRST, last=LAST)
    assert (len(found[ended.pk]), len(found[ending.pk])) == (0, 1)


@pytest.mark.parametrize(
    ("began", "ended", "expected"),
    [
        (ImpreciseDate.on(LAST), None, "certain"),
        (ImpreciseDate.on(LAST + timedelta(days=1)), None, "absent"),
        (CERTAINLY, ImpreciseDate.on(FIRST), "certain"),  # an end date is the last day
        (CERTAINLY, ImpreciseDate.on(FIRST - timedelta(days=1)), "absent"),
        (ImpreciseDate(), None, "niet zeker of de partij op 31 december 2020 al meedeed (begin: datum onbekend)"),
        (ImpreciseDate(date(2020, 12, 1), date(2021, 1, 31)), None, "niet zeker of de partij op 31 december 2020 al"),
        (CERTAINLY, ImpreciseDate.year(2019), "absent"),
        (CERTAINLY, ImpreciseDate(date(2019, 6, 1), date(2020, 6, 1)), "niet zeker of de partij op 1 januari 2020 nog"),
        (CERTAINLY, ImpreciseDate(words="ooit"), "niet zeker of de partij op 1 januari 2020 nog meedeed (einde: ooit)"),
    ],
)
def test_the_edges_of_a_period_are_certain_uncertain_or_absent(agreement, began, ended, expected):
    takes_part(agreement, make_party(), began=began, ended=ended)
    found = resolve_carriers(make_commitment(agreement), FIRST, LAST)
    if expected == "absent":
        assert found == []
    elif expected == "certain":
        assert [carrier.uncertain for carrier in found] == [False]
    else:
        assert [carrier.uncertain for carrier in found] == [True]
        assert expected in found[0].why


def test_a_party_with_two_roles_is_there_once_and_certain_when_one_of_them_is(agreement):
    party = make_party()
    takes_part(agreement, party, began=ImpreciseDate())
    takes_part(agreement, party, role=ParticipationRole.STEERING_GROUP)
    [carrier] = resolve_carriers(make_commitment(agreement), FIRST, LAST)
    assert not carrier.uncertain
    assert carrier.why.startswith("lid van de stuurgroep")


def test_a_period_that_ends_before_it_begins_is_refused(agreement):
    with pytest.raises(ValueError, match="lies after"):
        resolve_all([make_commitment(agreement)], first=LAST, last=FIRST)


def test_many_commitments_take_no_more_queries_than_a_few(agreement, django_assert_num_queries):
    parties = [make_party(agreement) for _ in range(5)]

    def some(number):
        rows = []
        for n in range(number):
            named = make_commitment(agreement, carrier_kind="named", carrier_types=[], lead=parties[n % 5])
            CoResponsible.objects.create(commitment=named, party=parties[(n + 1) % 5])
            rows += [named, make_commitment(agreement)]
        return rows

    for rows in (some(1), some(30)):
        with django_assert_num_queries(3):
            found = resolve_all(rows, first=FIRST, last=LAST)
        assert {len(found[row.pk]) for row in rows} == {2, 5}


def test_more_commitments_than_are_asked_for_one_by_one_give_the_same(agreement, monkeypatch):
    lead, sharing = make_party(agreement), make_party(agreement)
    rows = [make_commitment(agreement, carrier_kind="named", carrier_types=[], lead=lead) for _ in range(3)]
    for row in rows:
        CoResponsible.objects.create(commitment=row, party=sharing)
    before = resolve_all(rows[:2], first=FIRST, last=LAST)
    monkeypatch.setattr("covenants.services.carriers.MOST_BY_KEY", 1)
    assert resolve_all(rows[:2], first=FIRST, last=LAST) == before


def test_evidence_is_asked_by_size_else_of_all_sizes_else_a_declaration():
    small = EvidenceRequirement(size_class=SizeClass.SMALL, rung=Rung.NONE)
    others = EvidenceRequirement(size_class="", rung=Rung.CHECKED_BY_COMMITTEE)
    assert rung_for([small, others], SizeClass.SMALL) == Rung.NONE
    assert rung_for([small, others], SizeClass.LARGE) == Rung.CHECKED_BY_COMMITTEE
    assert rung_for([small, others], "") == Rung.CHECKED_BY_COMMITTEE
    assert rung_for([small], "") == Rung.DECLARED
    assert rung_for([], SizeClass.LARGE) is Rung.DECLARED


DAYS = st.integers(0, 40).map(lambda n: FIRST + timedelta(days=n - 20))
PAIRS = st.one_of(
    st.just((None, None)),
    st.tuples(DAYS, DAYS).map(sorted).map(tuple),
    st.tuples(st.none(), DAYS),
    st.tuples(DAYS, st.none()),
)
ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(ParticipationRole.values), PAIRS, PAIRS), min_size=0, max_size=6
)


def plain(rows, types, kinds, first, last):
    """The rule again, day by day and without a database: {party: certain} of who may be, or is, bound in the period."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = {}
    for party, role, (b1, b2), (e1, e2) in rows:
        if role not in BINDING_ROLES or (types and kinds[party] not in types):
            continue
        may_be_in = any((b1 is None or b1 <= day) and (e2 is None or e2 >= day) for day in days)
        has_end = e1 is not None or e2 is not None
        surely_in = any(
            b2 is not None and b2 <= day and (not has_end or (e1 is not None and e1 >= first)) for day in days
        )
        if may_be_in:
            found[party] = found.get(party, False) or surely_in
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, types=st.sets(st.sampled_from(PartyType.values), max_size=2), first=DAYS, length=st.integers(0, 15))
def test_resolving_a_class_is_what_the_plain_rule_says(agreement, rows, types, first, length):
    Participation.objects.filter(agreement=agreement).delete()
    kinds = [PartyType.COMPANY, PartyType.COMPANY, PartyType.TRADE_UNION, PartyType.GOVERNMENT]
    parties = [
        Party.objects.get_or_create(slug=f"hypothese-{n}", defaults={"name": f"H{n}", "type": kind})[0]
        for n, kind in enumerate(kinds)
    ]
    kept = []
    for party, role, began, ended in rows:
        if began[0] and ended[1] and ended[1] < began[0]:
            continue  # the database refuses an end before the begin
        takes_part(agreement, parties[party], role=role, began=ImpreciseDate(*began), ended=ImpreciseDate(*ended))
        kept.append((party, role, began, ended))
    last = first + timedelta(days=length)
    commitment = make_commitment(agreement, carrier_types=sorted(types))
    found = resolve_carriers(commitment, first, last)
    assert {parties.index(carrier.party): not carrier.uncertain for carrier in found} == plain(
        kept, types, kinds, first, last
    )
    assert names(found) == sorted(names(found))
    commitment.delete()
