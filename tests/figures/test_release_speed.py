"""How long a release of a large round takes."""

import random
import time
from decimal import Decimal

import pytest

from covenants import services
from tests.figures.staged import STATUSES, Answer, stage_round

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def large(parties, commitments, seed=1):
    chance = random.Random(seed)  # noqa: S311
    rows = []
    for _ in range(parties):
        kind = chance.choices(["silent", "some", "all"], [0.1, 0.4, 0.5])[0]
        rows.append(
            [
                Answer()
                if kind == "silent" or (kind == "some" and chance.random() < 0.2)
                else Answer(
                    "approved",
                    status=chance.choices(STATUSES, [0.05, 0.6, 0.2, 0.05, 0.1])[0],
                    verdict=chance.choices(["compliant", "partly", "not_assessed"], [0.97, 0.02, 0.01])[0],
                    value=Decimal(chance.randrange(1, 5000)),
                )
                for _ in range(commitments)
            ]
        )
    return rows


def test_a_round_of_two_hundred_parties_and_forty_commitments_is_released(agreement, facilitator, capsys):
    made = stage_round(agreement, by=facilitator, answers=large(200, 40), kinds=["quantity"] * 10)
    begun = time.perf_counter()
    row = services.release_round(made, version=made.version, reason="Jaarcijfers", by=facilitator)
    took = time.perf_counter() - begun
    with capsys.disabled():
        reports = [table["report"] for table in row.report["tables"]]
        print(
            f"\nrelease of 200 x 40: {took:.1f} s", sum(r["hidden"] for r in reports), sum(r["cells"] for r in reports)
        )
    assert row.table["tables"]
