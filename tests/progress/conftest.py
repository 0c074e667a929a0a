"""A round with one slot of `party`, silent, and the people around it."""

from datetime import date

import pytest

from covenants.models import Delegate, DelegateRole, MeasureKind
from ser_portal.accounts.models import Role
from tests.conftest import make_user
from tests.factories import make_commitment, make_round, make_slot


@pytest.fixture
def commitment(agreement):
    return make_commitment(
        agreement,
        text_nl="Elk bedrijf onderzoekt zijn fabrieken",
        measure_kind=MeasureKind.SHARE,
        measure_unit="fabrieken",
        numerator_label="onderzochte fabrieken",
        denominator_label="alle fabrieken",
    )


@pytest.fixture
def reporting_round(agreement, facilitator):
    return make_round(agreement, by=facilitator, title_nl="Ronde 2026")


@pytest.fixture
def slot(reporting_round, commitment, party, delegate):
    return make_slot(reporting_round, commitment, party, owner=delegate)


def colleague_of(party, name, role=DelegateRole.SUBMITTER):
    """Somebody else who acts for the party."""
    user = make_user(name, Role.DELEGATE)
    Delegate.objects.create(party=party, user=user, role=role, began_on=date(2020, 1, 1))
    return user


@pytest.fixture
def colleague(party):
    return colleague_of(party, "clara")


@pytest.fixture
def contributor(party):
    return colleague_of(party, "chris", DelegateRole.CONTRIBUTOR)
