"""Rounds that hypothesis makes up, each in a database that is put back afterwards."""

from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from covenants.models import Visibility
from tests.figures.staged import STATUSES, Answer

AMOUNTS = st.integers(0, 400).map(lambda n: Decimal(n) / 4)
MADE_UP = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@contextmanager
def undone():
    """What happens inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@st.composite
def answers(draw):
    """What one party did about one commitment; mostly approved, as most of a closed round is."""
    what = draw(st.sampled_from(["approved"] * 5 + ["silent", "silent", "waiting", "returned", "late", "withdrawn"]))
    above = draw(AMOUNTS)
    return Answer(
        what,
        status=draw(st.sampled_from(STATUSES)),
        verdict=draw(st.sampled_from(["compliant"] * 4 + ["partly", "not_compliant", "not_assessed"])),
        value=draw(AMOUNTS),
        numerator=above,
        denominator=above + draw(AMOUNTS) + 1,
        late_too=draw(st.sampled_from([False] * 5 + [True])),
        uncertain=draw(st.sampled_from([False] * 5 + [True])),
    )


@st.composite
def rounds(draw, most_parties=16, most_commitments=3):
    """The arguments of `stage_round`: answers, groups and kinds of measure."""
    parties = draw(st.integers(1, most_parties))
    commitments = draw(st.integers(1, most_commitments))
    cell = st.one_of(answers(), answers(), answers(), st.none())
    quiet = st.just([Answer()] * commitments)
    done = st.just([Answer("approved")] * commitments)
    row = st.one_of(st.lists(cell, min_size=commitments, max_size=commitments), quiet, done)
    return {
        "answers": draw(st.lists(row, min_size=parties, max_size=parties)),
        "groups": draw(st.lists(st.sampled_from(["", "", "", "Eén", "eén ", "Twee"]), max_size=parties)),
        "kinds": draw(st.lists(st.sampled_from(["", "quantity", "share"]), max_size=commitments)),
        "minimum": draw(st.sampled_from([3, 3, 5])),
    }


@pytest.fixture
def public(agreement):
    """The agreement, known to everybody: rounds of it are published."""
    type(agreement).objects.filter(pk=agreement.pk).update(visibility=Visibility.PUBLIC)
    agreement.refresh_from_db()
    return agreement
