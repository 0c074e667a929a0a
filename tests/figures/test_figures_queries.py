"""Pages of figures take as many statements for many parties, commitments and rounds as for few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from covenants import services
from tests.figures.staged import Answer, stage_round

pytestmark = pytest.mark.django_db


def measure(client, made):
    found = {}
    for address in (
        f"/rondes/{made.pk}/cijfers/",
        f"/rondes/{made.pk}/cijfers/vrijgeven/",
        f"/convenanten/{made.agreement.slug}/cijfers/",
        "/kengetallen/",
        "/kengetallen/round.status.behind/",
        f"/kengetallen/round.status.behind/?ronde={made.pk}",
        f"/kengetallen/round.compliant/?ronde={made.pk}",
    ):
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        found[address.replace(str(made.pk), "*")] = len(captured)
    return found


@pytest.mark.parametrize("role", ["facilitator", "reporting"])
def test_no_page_of_figures_takes_more_for_more(public, facilitator, role, as_user, request):
    user = request.getfixturevalue(role)
    done = Answer("approved")
    few = stage_round(public, by=facilitator, answers=[[done]] * 6 + [[Answer()]] * 2)
    services.release_round(few, version=few.version, reason="a", by=facilitator)
    before = measure(as_user(user), few)
    many = stage_round(public, by=facilitator, answers=[[done] * 4] * 20 + [[Answer()] * 4] * 12)
    services.release_round(many, version=many.version, reason="b", by=facilitator)
    assert measure(as_user(user), many) == before
    assert max(before.values()) <= 22
