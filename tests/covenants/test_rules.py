"""The rules of an agreement about reporting: decided for a reason, kept with their history, shown to its keepers."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from covenants import services
from covenants.models import AgreementRules, Audience, Commitment
from ser_portal.audit.models import Entry
from tests.factories import make_commitment, make_round

PAGE = "/convenanten/proefconvenant/rapportageregels/"


def decide(agreement, by, *, version=1, reason="Besluit van de stuurgroep", **changes):
    return services.set_rules(agreement, version=version, changes=changes, reason=reason, by=by)


def test_a_first_decision_writes_down_the_defaults_it_departs_from(agreement, facilitator):
    rules = decide(agreement, facilitator, progress_level=Audience.PARTIES, minimum_count=4)
    assert (rules.progress_level, rules.minimum_count, rules.evidence_level) == ("parties", 4, "secretariat")
    now, before = rules.history.all()
    assert (before.progress_level, before.minimum_count, before.history_user) == ("secretariat", 5, None)
    assert (now.progress_level, now.history_user) == ("parties", facilitator)
    assert now.history_change_reason == "Besluit van de stuurgroep"
    entry = Entry.objects.get()
    assert (entry.action, entry.on, entry.details) == (
        "covenants.rules_set", agreement, {"fields": ["minimum_count", "progress_level"]},
    )  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"minimum_count": 2},
        {"minimum_count": 101},
        {"dominance_percent": 0},
        {"dominance_percent": 51},
        {"stale_after_days": 6},
        {"stale_after_days": 731},
        {"reply_days": 0},
        {"reply_days": 181},
        {"progress_level": Audience.OWN_PARTY},
        {"evidence_level": Audience.OWN_PARTY},
        {"review_level": Audience.OWN_PARTY},
        {"reply_level": "iedereen"},
    ],
)
def test_rules_below_the_floor_are_refused_by_service_and_database(agreement, facilitator, changes):
    with pytest.raises(ValidationError), transaction.atomic():
        decide(agreement, facilitator, **changes)
    assert not AgreementRules.objects.exists()
    assert not Entry.objects.exists()
    AgreementRules.objects.create(agreement=agreement)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementRules.objects.update(**changes)


def test_a_decision_needs_a_reason_a_change_and_the_version_of_now(agreement, facilitator):
    with pytest.raises(ValidationError), transaction.atomic():
        decide(agreement, facilitator, reason="", minimum_count=4)
    with pytest.raises(ValidationError, match="niets gewijzigd"), transaction.atomic():
        decide(agreement, facilitator, minimum_count=5)
    decide(agreement, facilitator, minimum_count=4)
    with pytest.raises(services.Conflict), transaction.atomic():
        decide(agreement, facilitator, minimum_count=6)
    assert AgreementRules.of(agreement).minimum_count == 4


def test_a_round_that_is_open_keeps_what_it_promised(agreement, facilitator):
    open_round = make_round(agreement, by=facilitator)
    decide(agreement, facilitator, progress_level=Audience.PUBLIC, minimum_count=3)
    open_round.refresh_from_db()
    assert (open_round.progress_level, open_round.minimum_count) == (Audience.SECRETARIAT, 5)


# --- The page ------------------------------------------------------------------------------------------------------


def data(**changes):
    return {
        "version": 1, "progress_level": "secretariat", "evidence_level": "secretariat", "review_level": "secretariat",
        "reply_level": "secretariat", "minimum_count": "5", "dominance_percent": "10", "stale_after_days": "92",
        "reply_days": "14", "reason": "Besluit", **changes,
    }  # fmt: skip


def test_the_page_shows_the_defaults_saves_and_then_shows_what_was_decided(agreement, facilitator, as_user):
    client = as_user(facilitator)
    assert "Er is niets anders besloten" in client.get(PAGE).content.decode()
    answer = client.post(PAGE, data(minimum_count="4", reply_days="21"))
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    page = client.get(PAGE).content.decode()
    assert "De rapportageregels zijn gewijzigd." in page
    assert "Reden: Besluit" in page
    assert "<del" in page
    assert AgreementRules.of(agreement).reply_days == 21


@pytest.mark.parametrize(
    "changes",
    [
        {"minimum_count": "2"}, {"minimum_count": ""}, {"minimum_count": "9" * 400}, {"progress_level": "own_party"},
        {"reason": ""}, {"reason": "x" * 200_000}, {"reason": "a\x00b"}, {"version": "zeven"}, {"reply_days": "veel"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_answered_with_422_and_kept(agreement, facilitator, as_user, changes):
    answer = as_user(facilitator).post(PAGE, data(**{"stale_after_days": "100", **changes}))
    assert answer.status_code == 422
    assert 'value="100"' in answer.content.decode()
    assert not AgreementRules.objects.exists()


def test_two_people_at_once_the_second_sees_what_the_first_decided(agreement, facilitator, as_user):
    client = as_user(facilitator)
    client.post(PAGE, data(minimum_count="4"))
    answer = client.post(PAGE, data(reply_days="30", initial_minimum_count="5", **{"initial-minimum_count": "5"}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Iemand anders was u voor" in page
    assert AgreementRules.of(agreement).reply_days == 14


def test_parties_learn_the_numbers_of_the_protection_nowhere(agreement, facilitator, delegate, as_user):
    make_commitment(agreement)
    pages = ["/convenanten/proefconvenant/", "/convenanten/proefconvenant/geschiedenis/", "/afspraken/"]
    pages.append(Commitment.objects.get().get_absolute_url())

    def read():
        client = as_user(delegate)
        assert client.get(PAGE).status_code == 403
        return [
            re.sub(r'nonce="[^"]*"|csrf[^>]*|"X-CSRFToken": "[^"]*"', "", client.get(p).content.decode()) for p in pages
        ]

    before = read()
    AgreementRules.objects.create(agreement=agreement, minimum_count=37, dominance_percent=43)
    assert read() == before
