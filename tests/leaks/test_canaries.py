"""A mark in every confidential field of one company reaches nobody else, and everybody who may read it.

The control matters as much as the test: a walk that finds nothing for anybody proves nothing.
"""

import pytest
from django.apps import apps
from django.db import models

from tests.leaks.marks import DRAFT, INSIDE, PEOPLE, PUBLIC, STEERING
from tests.leaks.stage import STRANGERS
from tests.leaks.walk import said, visits

pytestmark = pytest.mark.django_db

# Besides nothing at all: who may read which circle. Readers and the outside world read none.
MAY_READ = {
    **dict.fromkeys(STRANGERS, {PUBLIC}),
    **dict.fromkeys(["anonymous", "reader", "inactive"], set()),
    "steering": {PUBLIC, STEERING},
    "frieda": {PUBLIC, PEOPLE},  # the company takes part in her agreement too: she manages its people, no more
    "administrator": {PUBLIC, PEOPLE},  # makes accounts; sees no value
}
KEPT = {"fatima": {INSIDE, STEERING, PUBLIC, PEOPLE}, "own": {DRAFT, INSIDE, STEERING, PUBLIC, PEOPLE}}


def read_by(stage, user):
    """What this person finds on any page: the marks, each with the first place."""
    places = {}
    for what, answer in visits(stage, user):
        assert answer.status_code < 500, what
        for key in stage.marks.found_in(said(answer)):
            places.setdefault(key, what)
    return places


@pytest.mark.parametrize("name", STRANGERS)
def test_no_page_shows_this_person_what_the_company_keeps_to_itself(name, stage):
    marks = stage.marks
    found = read_by(stage, stage.user(name))
    leaked = found.keys() - marks.of(*MAY_READ[name])
    assert {marks.labels({key})[0]: found[key] for key in leaked} == {}


@pytest.mark.parametrize("name", KEPT)
def test_who_may_read_it_finds_every_mark(name, stage):
    marks = stage.marks
    found = read_by(stage, stage.user(name))
    assert marks.labels(marks.of(*KEPT[name]) - found.keys()) == []
    beyond = found.keys() - marks.of(*KEPT[name])
    assert {marks.labels({key})[0]: found[key] for key in beyond} == {}
