"""A real worker process, killed with -9 between taking a digest and noting that it was sent: never two mails."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

import pytest
from django.core import mail
from django.utils import timezone

from covenants.models import Digest, DigestState
from covenants.services import digests
from covenants.services.digests import LEASE
from tests.covenants.reminding import tick
from tests.factories import make_commitment, make_round, make_slot
from tests.overview.conftest import broker, database_url  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]


def redis_url():
    """A Redis to use, or None when there is none: the one of this run, or one on this machine."""
    import redis

    url = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/15"
    try:
        redis.Redis.from_url(url, socket_connect_timeout=1).ping()
    except redis.RedisError:
        return None
    return url


@pytest.fixture(params=["files", "redis"])
def way(request, tmp_path):
    """The environment of a worker on this kind of broker, with the same broker here."""
    if request.param == "files":
        for folder in ("queue", "queue-control"):
            (tmp_path / folder).mkdir()
        options = {f"data_folder_{way}": str(tmp_path / "queue") for way in ("in", "out")}
        options["control_folder"] = str(tmp_path / "queue-control")
        with broker(broker_url="filesystem://", broker_transport_options=options):
            yield {"REDIS_URL": ""}
        return
    url = redis_url()
    if url is None:
        pytest.skip("geen Redis gevonden; zet REDIS_URL of start er een")
    prefix = f"proef-{tmp_path.name}-{os.getpid()}:"
    with broker(broker_url=url, broker_transport_options={"global_keyprefix": prefix}):
        yield {"REDIS_URL": url, "PORTAL_QUEUE_PREFIX": prefix}
    import redis

    connection = redis.Redis.from_url(url)
    for key in connection.scan_iter(f"{prefix}*"):
        connection.delete(key)


@pytest.fixture
def work(way, database_url, tmp_path):  # noqa: F811
    """Starts a worker that stands still at a moment; what is left of it at the end is killed."""
    started = []

    def start(hang_at):
        env = {
            **os.environ,
            **way,
            "DJANGO_SETTINGS_MODULE": "tests.covenants.slow_mail",
            "DATABASE_URL": database_url,
            "PORTAL_VAR": str(tmp_path),
            "HANG_AT": hang_at,
        }
        command = [sys.executable, "-m", "ser_portal", "worker", "--pool", "solo", "--without-gossip"]
        with (tmp_path / "worker.log").open("ab") as log:
            worker = subprocess.Popen(
                [*command, "--without-mingle", "--without-heartbeat", "--loglevel", "INFO"],
                cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        started.append(worker)
        return worker

    yield start
    for worker in started:
        if worker.poll() is None:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()


def wait_for(condition, log, seconds=40):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.05)


@pytest.fixture
def digest(agreement, party, delegate, facilitator):
    """A mail of today that waits: the worker asks no clock of ours, so whatever day it is counts as its day."""
    today = timezone.localdate()
    made = make_slot(make_round(agreement, by=facilitator, due_on=today), make_commitment(agreement), party)
    digest = Digest.objects.create(recipient=delegate, day=today)
    digest.reminders.create(slot=made, step="on_day", due_on=today, recipient=delegate)
    return digest


@pytest.mark.parametrize(("moment", "mails"), [("before", 0), ("after", 1)])
def test_killed_while_sending_it_is_at_most_one_mail_and_says_that_nobody_knows(work, digest, tmp_path, moment, mails):
    worker = work(moment)
    assert digests.wake([digest.pk]) == 1
    wait_for((tmp_path / "reached").exists, tmp_path / "worker.log")
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    written = list((tmp_path / "mail").glob("*")) if (tmp_path / "mail").exists() else []
    assert sum(path.read_text().count("Subject: ") for path in written) == mails
    digest.refresh_from_db()
    assert (digest.state, digest.attempts) == (DigestState.SENDING, 1)
    assert digest.message_id

    # Another worker, the same message once more, and the planner after the lease: nothing goes out again.
    work("never")
    assert digests.wake([digest.pk, digest.pk]) == 2
    time.sleep(3)
    later = timezone.now() + LEASE * 2
    with mock.patch("covenants.services.reminders.may_send_at", return_value=True):
        assert tick(later) == []
    digest.refresh_from_db()
    assert (digest.state, digest.error) == (DigestState.UNKNOWN, "interrupted")
    assert digests.send_digest(digest.pk) is None
    after = list((tmp_path / "mail").glob("*")) if (tmp_path / "mail").exists() else []
    assert sum(path.read_text().count("Subject: ") for path in after) == mails
    assert mail.outbox == []


def test_a_worker_that_lives_sends_one_mail_however_often_it_is_told(work, digest, tmp_path):
    work("never")
    assert digests.wake([digest.pk] * 5) == 5
    log = tmp_path / "worker.log"
    wait_for(lambda: Digest.objects.get().state == DigestState.SENT, log)
    time.sleep(1)
    (written,) = (tmp_path / "mail").glob("*")
    assert written.read_text().count("Subject: ") == 1
    told = log.read_text()
    assert "covenants.send_digest" in told
    for private in ("@test.example", "Proefconvenant", "Dewi", "Voorbeeld bv"):
        assert private not in told
