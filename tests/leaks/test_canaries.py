"""A mark in every confidential field of one company reaches nobody else, and everybody who may read it.

The control matters as much as the test: a walk that finds nothing for anybody proves nothing.
"""

import pytest
from django.apps import apps
from django.db import models

from tests.leaks.marks import DRAFT, INSIDE, MANAGERS, PEOPLE, PUBLIC, STEERING
from tests.leaks.stage import STRANGERS
from tests.leaks.walk import said, visits

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]

# Besides nothing at all: who may read which circle. Readers and the outside world read none.
MAY_READ = {
    **{name: {PUBLIC} for name in STRANGERS},
    **{name: set() for name in ("anonymous", "reader", "inactive")},
    "steering": {PUBLIC, STEERING},
    "frieda": {PUBLIC, PEOPLE},  # the company takes part in her agreement too: she sees who its people are, no more
    "administrator": {PUBLIC, PEOPLE, MANAGERS},  # makes accounts; sees no value
}
KEPT = {"fatima": {INSIDE, STEERING, PUBLIC, PEOPLE}, "own": {DRAFT, INSIDE, STEERING, PUBLIC, PEOPLE, MANAGERS}}


def read_by(stage, user):
    """What this person finds on any page: the marks, each with the first place."""
    places = {}
    for what, answer in visits(stage, user):
        assert answer.status_code < 500, what
        for key in stage.marks.found_in(said(answer)):
            places.setdefault(key, what)
    return places


@pytest.mark.slow
@pytest.mark.parametrize("name", STRANGERS)
def test_no_page_shows_this_person_what_the_company_keeps_to_itself(name, stage):
    marks = stage.marks
    found = read_by(stage, stage.user(name))
    leaked = found.keys() - marks.of(*MAY_READ[name])
    assert {marks.labels({key})[0]: found[key] for key in leaked} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", KEPT)
def test_who_may_read_it_finds_every_mark(name, stage):
    marks = stage.marks
    found = read_by(stage, stage.user(name))
    assert marks.labels(marks.of(*KEPT[name]) - found.keys()) == []
    beyond = found.keys() - marks.of(*KEPT[name])
    assert {marks.labels({key})[0]: found[key] for key in beyond} == {}


# --- That there is a mark in every field ----------------------------------------------------------------------------

# What a company reports, and what is said about it. A new model is in one of these two lists or the test fails.
CONFIDENTIAL = {
    "ReportingSlot", "ProgressDraft", "ProgressUpdate", "Confirmation", "Evidence", "EvidenceUse", "Review",
    "Review_rulings", "Reply", "DeadlineChange", "Invitation", "Delegate", "Reminder", "Digest",
}  # fmt: skip
REGISTER = {
    "Sector", "Agreement", "Secretariat", "Theme", "AgreementTheme", "ParticipantCount", "PublishedResult",
    "AgreementFact", "Activity", "Publication", "FacilitatorAssignment", "Party", "Participation", "PartyMembership",
    "AgreementRules", "Commitment", "Commitment_themes", "CoResponsible", "EvidenceRequirement", "PolicyEvent",
    "Framework", "FrameworkElement", "SourceRemark", "ReferenceLoad", "ReportingRound", "PhaseChange", "Stall",
    "CountingRuling",  # names no party; everybody in the agreement may read it
    "CalendarFeed",  # a hash
    "RoundRelease",  # totals, protected by ser_portal.disclosure, with tests of their own
}  # fmt: skip
# Fields of confidential models that hold nothing anybody wrote.
WITHOUT_MARK = {
    "Invitation.token_hash", "Evidence.kind", "Evidence.mime", "Evidence.sha256", "Evidence.stored_as",
    "Digest.message_id", "Digest.error",
}  # fmt: skip
WRITTEN = (models.CharField, models.TextField, models.DecimalField, models.JSONField, models.FileField)


def covenants_models():
    for model in apps.get_app_config("covenants").get_models(include_auto_created=True):
        if not hasattr(model, "instance_type"):  # the history of a model is as confidential as the model
            yield model


def test_every_model_is_known_to_be_confidential_or_not():
    assert {model.__name__ for model in covenants_models()} == CONFIDENTIAL | REGISTER


def test_every_field_somebody_writes_in_holds_a_mark(stage):
    """A new text or number in a confidential model fails here until the stage puts a mark in it."""
    missing = []
    for model in covenants_models():
        if model.__name__ not in CONFIDENTIAL:
            continue
        for field in model._meta.concrete_fields:
            name = f"{model.__name__}.{field.name}"
            if not isinstance(field, WRITTEN) or field.choices or name in WITHOUT_MARK:
                continue
            values = model._base_manager.values_list(field.attname, flat=True)
            if not any(stage.marks.found_in(str(value)) for value in values if value not in (None, "")):
                missing.append(name)
    assert missing == []
