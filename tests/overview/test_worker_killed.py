"""A real worker process, killed with -9 in the middle: the next one finishes, and no half file is left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.utils import timezone

from ser_portal.overview import jobs, services
from ser_portal.overview.models import BuildFile, Job, JobState

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]


def start(job, database_url, tmp_path):
    env = {
        **os.environ,
        "DATABASE_URL": database_url,
        "PORTAL_VAR": str(tmp_path),
        "PORTAL_JOB_LEASE_SECONDS": "2",
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "run_job", str(job.pk)],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "het duurde te lang"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("moment", "kept"),
    [
        (lambda job: job.state == JobState.RUNNING, 0),
        (lambda job: job.content, 0),
        (lambda job: job.files.filter(format="html").exists(), 1),
    ],
    ids=["while gathering", "with the content frozen", "with one file made"],
)
def test_killed_in_the_middle_it_is_finished_by_the_next_worker(
    reference, reporting, queue, database_url, tmp_path, moment, kept
):
    job = services.request_build(year=2020, by=reporting)
    worker = start(job, database_url, tmp_path)
    wait_for(lambda: moment(Job.objects.get(pk=job.pk)) or worker.poll() is not None)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    job.refresh_from_db()
    assert job.state == JobState.RUNNING, "de werker was al klaar"
    before = dict(BuildFile.objects.values_list("format", "pk"))
    assert len(before) >= kept
    frozen = job.content

    assert jobs.run(job.pk) is None  # the lease of the dead still holds
    wait_for(lambda: timezone.now() > Job.objects.get(pk=job.pk).lease_until)
    Job.objects.filter(pk=job.pk).update(woken_at=None)
    assert jobs.sweep() == 1
    assert queue()[-1] == str(job.pk)
    assert jobs.run(job.pk) == JobState.SUCCEEDED

    job.refresh_from_db()
    assert job.attempts == 2
    assert not frozen or job.content == frozen
    files = {file.format: file for file in BuildFile.objects.filter(job=job)}
    assert set(files) == {"html", "pdf", "xlsx"}
    assert bytes(files["pdf"].content).rstrip().endswith(b"%%EOF")
    assert all(files[code].pk == pk for code, pk in before.items())
    assert all(len(bytes(file.content)) == file.size for file in files.values())
