"""How many statements a page takes: the baseline, and proof that it does not grow with the data.

A number that changes here is a decision: lower it gladly, raise it only with a reason in the commit.
"""

import copy
from datetime import date
from itertools import count

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from covenants import services
from covenants.models import (
    Activity,
    Agreement,
    AgreementTheme,
    Commitment,
    Delegate,
    FacilitatorAssignment,
    Participation,
    Party,
    PhaseChange,
    Stall,
)
from ser_portal.accounts.models import Role, User
from ser_portal.overview import services as overview
from tests.conftest import make_user

FACILITATOR, DELEGATE, REPORTING, ADMINISTRATOR, READER = (
    Role.FACILITATOR, Role.DELEGATE, Role.REPORTING, Role.ADMINISTRATOR, Role.READER,
)  # fmt: skip

# (who, address): statements with the real data of 2020, on SQLite and on PostgreSQL alike; the session and the person
# are two of them.
BASELINE: dict[tuple[str, str], int] = {
    (FACILITATOR, "/"): 8,  # two for what waits for a review and the open rounds
    (DELEGATE, "/"): 10,  # five for what the party owes
    (REPORTING, "/"): 5,
    (ADMINISTRATOR, "/"): 5,
    (READER, "/"): 2,
    (FACILITATOR, "/convenanten/"): 11,
    (
        FACILITATOR,
        "/convenanten/?fase=implementatie&sector=kleding-en-textiel&secretariaat=ser&partij=modint&zoek=te",
    ): 12,
    (DELEGATE, "/convenanten/?fase=onderhandeling"): 11,
    (FACILITATOR, "/convenanten/kleding-en-textiel/"): 21,  # one for its rounds
    (FACILITATOR, "/convenanten/kleding-en-textiel/?activiteiten=alle&peildatum=2019-12-31"): 20,
    (DELEGATE, "/convenanten/kleding-en-textiel/"): 20,
    (FACILITATOR, "/convenanten/kleding-en-textiel/geschiedenis/"): 12,
    (FACILITATOR, "/convenanten/kleding-en-textiel/fase/"): 6,
    (FACILITATOR, "/convenanten/nieuw/"): 3,
    (FACILITATOR, "/convenanten/kader/"): 6,
    (FACILITATOR, "/partijen/"): 6,
    (DELEGATE, "/partijen/?soort=vakbond&sorteer=-deelnames"): 5,
    (FACILITATOR, "/partijen/modint/"): 10,  # with its memberships and the commitments it carries
    (FACILITATOR, "/partijen/modint/gemachtigden/"): 11,  # one asks whether it reports elsewhere
    (DELEGATE, "/partijen/modint/gemachtigden/"): 10,
    (FACILITATOR, "/partijen/modint/gemachtigden/uitnodigen/"): 5,
    (FACILITATOR, "/partijen/modint/leden/"): 4,
    (DELEGATE, "/namens/"): 3,
    (FACILITATOR, "/afspraken/"): 8,
    (DELEGATE, "/afspraken/?termijn=niet-afgesproken&partij=modint&stap=3&zoek=partijen&sorteer=-termijn"): 9,
    (FACILITATOR, "/afspraken/{commitment}/"): 12,
    (DELEGATE, "/afspraken/{commitment}/"): 12,
    (FACILITATOR, "/afspraken/{commitment}/geschiedenis/"): 8,
    (FACILITATOR, "/afspraken/{commitment}/wijzigen/"): 9,
    (FACILITATOR, "/convenanten/kleding-en-textiel/rapportageregels/"): 5,
    (FACILITATOR, "/klimaat/"): 16,
    (FACILITATOR, "/klimaat/trajecten/innovatie/"): 9,
    (FACILITATOR, "/klimaat/arbeidsmarkt-en-scholing/"): 10,
    (FACILITATOR, "/kengetallen/"): 14,
    (FACILITATOR, "/kengetallen/agreements.in_implementation/"): 5,
    (REPORTING, "/kengetallen/agreements.in_negotiation/?peildatum=2019-12-31"): 5,
    (REPORTING, "/jaaroverzicht/"): 7,
    (REPORTING, "/jaaroverzicht/opdrachten/{job}/"): 3,
    (READER, "/jaaroverzicht/"): 2,
    (FACILITATOR, "/account/"): 2,
}

MOST_READ = "kleding-en-textiel"
SERIAL = count(1)
TRIPLED = (Agreement, Party, Participation, Commitment, Activity)


@pytest.fixture
def people(reference) -> dict[str, User]:
    """One person per role; the facilitator and the delegate have agreements of their own, one of them changed once."""
    names = {FACILITATOR: "fatima", DELEGATE: "dewi", REPORTING: "rachid", ADMINISTRATOR: "anja", READER: "lena"}
    cast = {role: make_user(name, role) for role, name in names.items()}
    Delegate.objects.create(party=Party.objects.get(slug="modint"), user=cast[DELEGATE], began_on=date(2014, 1, 1))
    for agreement in Agreement.objects.filter(slug__in=[MOST_READ, "windenergie", "land-en-tuinbouw", "goud"]):
        FacilitatorAssignment.objects.create(agreement=agreement, user=cast[FACILITATOR], began_on=date(2014, 1, 1))
    change(cast[FACILITATOR], times=1)
    return cast


@pytest.fixture
def job(people):
    return overview.request_build(year=2020, formats=["html"], by=people[REPORTING])


def change(facilitator: User, *, times: int) -> None:
    """Leave traces in the history of the agreement and of what takes part in it."""
    for _ in range(times):
        agreement = Agreement.objects.get(slug=MOST_READ)
        serial = agreement.version
        services.edit_agreement(
            agreement, version=serial, changes={"note": f"Nota {serial}"}, reason="Aangevuld", by=facilitator
        )
        row = agreement.participations.order_by("version", "pk").first()
        services.edit_participation(
            row, version=row.version, changes={"note": f"Nota {serial}"}, reason="Aangevuld", by=facilitator
        )
        promise = Commitment.objects.get(code="kleding-en-textiel-1")
        services.edit_commitment(
            promise,
            version=promise.version,
            changes={"text_nl": f"Anders, {serial}", "requirements": {"": serial % 2}},
            reason="Aangevuld",
            by=facilitator,
        )
        first = agreement.phase_changes.current().order_by("sequence").first()
        services.correct_phase_change(
            first, version=serial + 1, source=f"verslag {serial}", correction_reason="Bron", by=facilitator
        )


def measure(as_user, people, job) -> dict[tuple[str, str], int]:
    """The statements of every page, each on its second visit: the first fills what a process remembers."""
    found = {}
    for role, address in BASELINE:
        promise = Commitment.objects.get(code="kleding-en-textiel-1").pk
        client, url = as_user(people[role]), address.format(job=job.pk, commitment=promise)
        assert client.get(url).status_code == 200, url
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        found[role, address] = len(captured)
    return found


def test_every_page_takes_as_many_statements_as_written_down(as_user, people, job):
    assert measure(as_user, people, job) == BASELINE


def test_three_times_as_much_data_takes_not_one_statement_more(as_user, people, job):
    before = {model: model.objects.count() for model in TRIPLED}
    per_agreement = {model: model.objects.filter(agreement__slug=MOST_READ).count() for model in TRIPLED[2:]}
    grow(people[FACILITATOR])
    change(people[FACILITATOR], times=3)
    for year in (2017, 2018, 2019):
        overview.request_build(year=year, formats=["html"], by=people[REPORTING])

    for model, number in before.items():
        assert model.objects.count() >= 3 * number > 0, model
    for model, number in per_agreement.items():
        assert model.objects.filter(agreement__slug=MOST_READ).count() == 3 * number > 0, model
    grown = {page: (BASELINE[page], n) for page, n in measure(as_user, people, job).items() if n > BASELINE[page]}
    assert grown == {}


def grow(facilitator: User) -> None:
    """Two more of every party and agreement with all that hangs on it, and thrice as much within each agreement."""
    once_each = {PhaseChange, Stall, AgreementTheme}  # of these an agreement has one, or one order
    rows = {model: list(model.objects.filter(agreement__isnull=False)) for model in children()}
    agreements, parties = list(Agreement.objects.all()), list(Party.objects.all())
    for serial in (1, 2):
        other = {row.pk: clone(row, slug=f"{row.slug[:70]}-{serial}", name=f"{row.name} {serial}") for row in parties}
        copies = {}
        for row in agreements:
            sector = clone(row.sector, slug=f"{row.slug}-{serial}", name_nl=f"{row.sector.name_nl} {serial}")
            copies[row.pk] = clone(row, slug=f"{row.slug}-{serial}", name_nl=f"{row.name_nl} {serial}", sector=sector)
            FacilitatorAssignment.objects.create(agreement=copies[row.pk], user=facilitator, began_on=date(2014, 1, 1))
        for model, found in rows.items():
            for row in found:
                if model is PhaseChange and (row.superseded_at or row.corrects_id):
                    continue
                clone(row, agreement=copies[row.agreement_id])
                if model is Participation:
                    clone(row, party=other[row.party_id])
                elif model not in once_each:
                    clone(row)


def children() -> list[type[models.Model]]:
    """The models whose rows belong to one agreement, but for who looks after it."""
    found = [relation.related_model for relation in Agreement._meta.related_objects if relation.one_to_many]
    return [
        model
        for model in found
        if model._meta.app_label == "covenants"
        and model is not FacilitatorAssignment
        and not model.__name__.startswith("Historical")
    ]


def clone(row: models.Model, **changes) -> models.Model:
    """The same row once more, under a key of its own."""
    new = copy.copy(row)
    new._state = copy.copy(row._state)
    new.pk, new._state.adding = None, True
    new._state.fields_cache = dict(row._state.fields_cache)
    if hasattr(new, "reference_key"):
        new.reference_key = ""
    if isinstance(new, Commitment):
        new.code = f"K-{next(SERIAL)}"
    for name, value in changes.items():
        setattr(new, name, value)
    new.save(force_insert=True)
    return new
