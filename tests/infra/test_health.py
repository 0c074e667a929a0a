"""/gezond/ tells a load balancer yes or no, and nobody anything else."""

import pytest
from django.db import OperationalError, connection

from ser_portal.health import health


@pytest.mark.django_db
def test_says_ok_without_signing_in(rf):
    response = health(rf.get("/gezond/"))
    assert (response.status_code, response.content) == (200, b"ok")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_the_address_is_open_to_anybody(client):
    response = client.get("/gezond/")
    assert (response.status_code, response.content) == (200, b"ok")


def test_a_database_that_does_not_answer_is_503_without_a_reason(rf, monkeypatch):
    def broken():
        raise OperationalError("host 10.0.0.7 weigert")

    monkeypatch.setattr(connection, "cursor", broken)
    response = health(rf.get("/gezond/"))
    assert response.status_code == 503
    assert b"10.0.0.7" not in response.content


@pytest.mark.django_db
def test_only_asking_is_allowed(client):
    assert client.post("/gezond/").status_code == 405
