"""The broker is a wake-up call: people sign in and ask for an overview while it is down."""

import pytest
from celery import current_app
from django.conf import settings
from django.urls import reverse

from tests.conftest import PASSWORD


@pytest.fixture
def broker_down(monkeypatch):
    monkeypatch.setitem(current_app.conf, "broker_url", "redis://127.0.0.1:9/0")


def test_signing_in_needs_no_broker(client, reporting, broker_down):
    answer = client.post(reverse("account_login"), {"login": reporting.email, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_attempts_are_counted_where_the_rows_are():
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
