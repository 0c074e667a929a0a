"""What the tests of the overview share: a public agreement, a queue one can look into, a database others can reach."""

import json
from base64 import b64decode
from contextlib import contextmanager

import pytest
from celery import current_app
from django.db import connection

from covenants.models import Visibility
from ser_portal.overview import services


@pytest.fixture
def public(agreement):
    """The agreement of the cast, for everybody to see: an overview of it is small and quick."""
    agreement.visibility = Visibility.PUBLIC
    agreement.save(update_fields=["visibility"])
    return agreement


@contextmanager
def broker(**values):
    """Another broker for as long as the block lasts."""
    before = {name: current_app.conf[name] for name in values}
    current_app.conf.update(values)
    try:
        yield
    finally:
        current_app.conf.update(before)


@pytest.fixture
def queue(tmp_path):
    """A broker of this test alone; calling it gives the ids in the messages that were sent."""
    folder = tmp_path / "queue"
    folder.mkdir()
    options = {f"data_folder_{way}": str(folder) for way in ("in", "out")} | {
        "control_folder": str(tmp_path / "control")
    }

    def sent() -> list[str]:
        messages = [json.loads(path.read_text()) for path in sorted(folder.glob("*.msg"))]
        return [json.loads(b64decode(message["body"]))[0][0] for message in messages]

    with broker(broker_url="filesystem://", broker_transport_options=options):
        yield sent


@pytest.fixture
def no_broker():
    """Nobody listens there."""
    with broker(broker_url="redis://127.0.0.1:9/0"):
        yield


@pytest.fixture
def asked(public, reporting, queue):
    """A build of 2020 that waits in the queue."""
    return services.request_build(year=2020, formats=["html", "xlsx"], by=reporting)


@pytest.fixture
def database_url():
    """The test database's address, for another process."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    person = f"{found['USER']}:{found['PASSWORD']}@" if found["USER"] else ""
    return f"postgres://{person}{found['HOST'] or '127.0.0.1'}:{found['PORT'] or 5432}/{found['NAME']}"
