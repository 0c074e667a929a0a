"""A leg of `.ci/run` really runs on what it says, and the locks are what is installed."""

import os
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from kombu import Connection

REQUIREMENTS = Path(__file__).resolve().parent.parent.parent / "requirements"


@pytest.mark.django_db
def test_runs_on_the_database_that_was_asked_for():
    asked = os.environ.get("DATABASE_URL", "sqlite://")
    expected = os.environ.get("EXPECT_DATABASE") or ("sqlite" if asked.startswith("sqlite") else "postgresql")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert connection.vendor == expected


def test_the_queue_that_was_asked_for_takes_and_gives_a_message(tmp_path):
    options = dict(settings.CELERY_BROKER_TRANSPORT_OPTIONS)
    if not os.environ.get("REDIS_URL"):
        assert settings.CELERY_BROKER_URL == "filesystem://"
        options |= {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path), "control_folder": str(tmp_path)}
    with Connection(settings.CELERY_BROKER_URL, transport_options=options) as broker:
        queue = broker.SimpleQueue("proef-op-de-wachtrij")
        queue.put({"teken": 7})
        message = queue.get(timeout=5)
        message.ack()
        queue.close()
    assert message.payload == {"teken": 7}


PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,]+\])?==([^\s;\\]+)( ;[^\\]+)?", re.MULTILINE)


def pins(name: str) -> dict[tuple[str, str], str]:
    """Version of every package in a lock, by name and for which Python or system (most: for all)."""
    return {(package, marker.strip()): pin for package, pin, marker in PIN.findall((REQUIREMENTS / name).read_text())}


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt"])
def test_every_pin_has_a_hash_and_no_lock_names_an_index(name):
    text = (REQUIREMENTS / name).read_text()
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert len(blocks) == len(pins(name)) > 20
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text


def test_what_is_tested_is_what_is_run():
    runtime, dev = pins("runtime.txt"), pins("dev.txt")
    assert {name: dev.get(name) for name in runtime} == runtime
    for name in ("django", "celery", "granian", "typst"):
        assert version(name) == runtime[name, ""]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
