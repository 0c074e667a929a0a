"""A job runs once, whatever is delivered twice, taken over, cancelled or lost."""

import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ser_portal.audit.models import Entry
from ser_portal.documents import FORMATS, Format, RenderError
from ser_portal.overview import jobs, services
from ser_portal.overview.models import BuildFile, Job, JobState

pytestmark = pytest.mark.django_db
# Where a second connection has to see the rows (the thread that renews the lease, another worker), or a commit counts.
committed = pytest.mark.django_db(transaction=True)


def expire(job):
    """The worker fell silent: its lease is over."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


@committed
def test_a_request_is_a_row_an_audit_entry_and_a_message_with_only_the_id(asked, reporting, queue):
    assert asked.parameters == {"year": 2020, "as_of": "2020-12-31", "language": "nl", "formats": ["html", "xlsx"]}
    entry = Entry.objects.get(action="overview.build_requested")
    assert (entry.by, entry.details["job"]) == (reporting, str(asked.pk))
    assert queue() == [str(asked.pk)]


@committed
def test_asking_twice_gives_the_job_that_is_already_there(asked, reporting, queue):
    again = services.request_build(year=2020, formats=["xlsx", "html"], by=reporting)
    assert (again.pk, again.already_open) == (asked.pk, True)
    other = services.request_build(year=2020, formats=["html", "xlsx"], language="en", by=reporting)
    assert other.pk != asked.pk
    assert len(queue()) == 2


def test_nothing_is_asked_when_the_transaction_fails(public, reporting, queue):
    with transaction.atomic():
        services.request_build(year=2020, by=reporting)
        transaction.set_rollback(True)
    assert (Job.objects.count(), Entry.objects.count(), queue()) == (0, 0, [])


@committed
def test_with_the_broker_down_the_request_stands(public, reporting, no_broker):
    began = time.monotonic()
    job = services.request_build(year=2020, by=reporting)
    assert time.monotonic() - began < 4
    job.refresh_from_db()
    assert (job.state, job.woken_at) == (JobState.QUEUED, None)
    assert jobs.sweep() == 0


@committed
def test_the_sweep_wakes_what_was_never_fetched_and_only_once(asked, queue):
    long_ago = timezone.now() - timedelta(minutes=5)
    Job.objects.filter(pk=asked.pk).update(created_at=long_ago, woken_at=None)
    assert jobs.sweep() == 1
    assert queue() == [str(asked.pk)] * 2
    assert jobs.sweep() == 0


def test_the_sweep_leaves_a_job_alone_that_was_just_asked_for(asked, queue):
    Job.objects.filter(pk=asked.pk).update(woken_at=None)
    assert jobs.sweep() == 0


def test_the_sweep_wakes_a_job_whose_worker_fell_silent(asked, queue):
    jobs.claim(asked.pk, uuid.uuid4())
    assert jobs.sweep() == 0
    expire(asked)
    Job.objects.filter(pk=asked.pk).update(woken_at=timezone.now() - timedelta(minutes=5))
    assert jobs.sweep() == 1


@committed
def test_one_of_many_workers_gets_the_job(asked):
    got = []

    def take():
        try:
            if jobs.claim(asked.pk, uuid.uuid4()):
                got.append(1)
        finally:
            connection.close()

    workers = [threading.Thread(target=take) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    asked.refresh_from_db()
    assert (len(got), asked.attempts) == (1, 1)


@committed
def test_delivered_twice_it_runs_once(asked):
    assert jobs.run(asked.pk) == JobState.SUCCEEDED
    before = list(BuildFile.objects.values_list("pk", "sha256"))
    assert jobs.run(asked.pk) is None
    asked.refresh_from_db()
    assert (asked.state, asked.attempts, asked.permille) == (JobState.SUCCEEDED, 1, 1000)
    assert list(BuildFile.objects.values_list("pk", "sha256")) == before
    assert len(before) == 2


def test_who_lost_the_lease_writes_nothing(asked):
    silent = uuid.uuid4()
    zombie = jobs.Lease(jobs.claim(asked.pk, silent), silent)
    expire(asked)
    assert jobs.claim(asked.pk, uuid.uuid4())
    with pytest.raises(jobs.LeaseLost):
        zombie.step("pdf", 900)
    zombie.lost.clear()
    with pytest.raises(jobs.LeaseLost):
        zombie.keep_file(format="html", name="x.html", mime="text/html", data=b"laat")
    zombie.lost.clear()
    with pytest.raises(jobs.LeaseLost):
        zombie.end(JobState.SUCCEEDED)
    asked.refresh_from_db()
    assert (asked.state, asked.step, BuildFile.objects.count()) == (JobState.RUNNING, "", 0)


@committed
def test_the_lease_is_renewed_while_the_work_goes_on(asked, settings):
    settings.JOB_LEASE = timedelta(seconds=1)
    token = uuid.uuid4()
    job = jobs.claim(asked.pk, token)
    with jobs.Lease(job, token) as lease:
        time.sleep(1.6)
        assert not lease.lost.is_set()
        assert jobs.claim(asked.pk, uuid.uuid4()) is None
        expire(asked)
        assert jobs.claim(asked.pk, uuid.uuid4())
        assert lease.lost.wait(2)


@committed
def test_a_next_attempt_goes_on_from_what_was_frozen_and_kept(asked):
    class Killed(BaseException):
        pass

    def die(step, permille):
        if step == "xlsx":
            raise Killed

    with pytest.raises(Killed):
        jobs.run(asked.pk, report=die)
    asked.refresh_from_db()
    frozen, html = asked.content, BuildFile.objects.get()
    assert (asked.state, html.format) == (JobState.RUNNING, "html")
    expire(asked)
    assert jobs.run(asked.pk) == JobState.SUCCEEDED
    asked.refresh_from_db()
    assert (asked.attempts, asked.content) == (2, frozen)
    assert BuildFile.objects.get(format="html").pk == html.pk
    assert set(BuildFile.objects.values_list("format", flat=True)) == {"html", "xlsx"}


def test_after_three_lost_workers_it_fails_with_a_reason_people_can_read(asked):
    for _ in range(3):
        assert jobs.claim(asked.pk, uuid.uuid4())
        expire(asked)
    jobs.sweep()
    asked.refresh_from_db()
    assert asked.state == JobState.FAILED
    assert "drie keer" in asked.failure
    assert asked.finished_at


def test_cancelling_what_waits_ends_it_at_once(asked, reporting):
    assert services.cancel(asked, by=reporting).state == JobState.CANCELLED
    assert jobs.run(asked.pk) is None
    assert Entry.objects.filter(action="overview.build_cancelled").count() == 1
    with pytest.raises(ValidationError):
        services.cancel(asked, by=reporting)


@committed
def test_cancelling_what_runs_stops_it_at_the_next_step(asked, reporting):
    def stop(step, permille):
        if step == "html":
            services.cancel(asked, by=reporting)

    assert jobs.run(asked.pk, report=stop) == JobState.CANCELLED
    asked.refresh_from_db()
    assert (asked.state, asked.lease_until) == (JobState.CANCELLED, None)
    assert not BuildFile.objects.filter(format="xlsx").exists()


def test_trying_again_is_a_new_job(asked, reporting):
    services.cancel(asked, by=reporting)
    again = services.retry(asked, by=reporting)
    assert again.pk != asked.pk
    assert again.parameters == asked.parameters
    with pytest.raises(ValidationError):
        services.retry(again, by=reporting)


def broken(error):
    def render(document):
        raise error

    return {**FORMATS, "xlsx": Format("xlsx", "Excel", "application/x", "xlsx", render)}


@committed
def test_a_known_failure_shows_its_own_sentence(asked, monkeypatch):
    monkeypatch.setattr(jobs, "FORMATS", broken(RenderError("De schijf is vol.", "errno 28")))
    assert jobs.run(asked.pk) == JobState.FAILED
    asked.refresh_from_db()
    assert asked.failure == "De schijf is vol."


@committed
def test_an_unforeseen_failure_says_so_without_the_technical_detail(asked, monkeypatch, caplog):
    monkeypatch.setattr(jobs, "FORMATS", broken(KeyError("geheim-veld")))
    assert jobs.run(asked.pk) == JobState.FAILED
    asked.refresh_from_db()
    assert "niet was voorzien" in asked.failure
    assert "geheim-veld" not in asked.failure
    assert "geheim-veld" in caplog.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "elsewhere"},
        {"permille": 1001},
        {"state": JobState.SUCCEEDED},
        {"finished_at": timezone.now()},
        {"state": JobState.RUNNING},
        {"lease_until": timezone.now()},
        {"failure": "Zomaar."},
    ],
)
def test_the_database_refuses_a_job_that_cannot_be(asked, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=asked.pk).update(**wrong)


@pytest.mark.parametrize(
    ("asked_for", "field", "sentence"),
    [
        ({"year": 1950}, "year", "weet het register niets"),
        ({"year": 1066}, "year", "Kies een jaar"),
        ({"year": 2999}, "year", "Kies een jaar"),
        ({"year": 2020, "language": "fr"}, "language", "taal"),
        ({"year": 2020, "formats": ["docx"]}, "formats", "docx"),
        ({"year": 2020, "formats": []}, "formats", "minstens"),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_sentence(public, reporting, asked_for, field, sentence):
    with pytest.raises(ValidationError) as refused:
        services.request_build(**asked_for, by=reporting)
    assert sentence in " ".join(refused.value.message_dict[field])
    assert not Job.objects.exists()


def test_a_day_in_the_future_or_in_another_year_is_refused(public, reporting):
    today = timezone.localdate()
    for day, year in [(today + timedelta(days=1), today.year), (today.replace(year=2019, day=1), 2020)]:
        with pytest.raises(ValidationError) as refused:
            services.request_build(year=year, as_of=day, by=reporting)
        assert {"as_of", "year"} & set(refused.value.message_dict)


def test_the_year_that_runs_is_as_of_today(public, reporting, queue):
    today = timezone.localdate()
    assert services.request_build(year=today.year, by=reporting).as_of == today
