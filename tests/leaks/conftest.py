"""One stage per module, rolled back at its end; what a test does on it is rolled back after the test."""

import logging

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import translation

from tests.leaks.stage import report_everything, rival_reports, set_up
from tests.test_access import finish


def start(folder):
    """The stage before anybody reported."""
    from ser_portal.overview import services as overview

    stage = set_up()
    stage.extra["job"] = overview.request_build(
        year=2020, language="nl", formats=["html"], by=stage.people["reporting"]
    )
    finish(stage.extra["job"])
    return stage


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("leaks")
    with (
        django_db_blocker.unblock(),
        override_settings(EVIDENCE_ROOT=folder / "evidence"),
        translation.override("nl"),
        transaction.atomic(),
    ):
        made = start(folder)
        report_everything(made)
        rival_reports(made)
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def quiet():
    """Thousands of refusals are meant here; writing them all to the log takes longer than asking."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
