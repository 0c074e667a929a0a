"""How a job runs: once, with a lease, resumable, and fenced so that a worker that lost its lease writes nothing.

The row is the truth and the broker a wake-up call. `claim` is one conditional UPDATE; every later write repeats
"this job, my token, still running" in its WHERE, so the database decides who may write, whatever the clocks say.
"""

import hashlib
import json
import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from ser_portal.documents import FORMATS, Document, RenderError, canonical_json, from_json
from ser_portal.overview import content
from ser_portal.overview.models import BuildFile, Job, JobState

log = logging.getLogger(__name__)

BUILD_TASK = "overview.build"
PATIENCE = timedelta(seconds=3)  # a queued job younger than this is still on its way to a worker
LONGEST_RUN = timedelta(minutes=30)  # the heart stops beating for a run that hangs; another worker takes over
MOST_WAKE_UPS = 20  # per sweep
GATHERED = 400  # promille, when the content is frozen; the formats share the rest

Report = Callable[[str, int], None]  # (step, promille): for the progress bar of the command line


class LeaseLost(Exception):
    """Another worker has the job, or it ended: whatever this one still makes is not written."""


class Cancelled(Exception):
    """Somebody asked to stop."""


# --- Waking a worker -------------------------------------------------------------------------------------------------


def wake(job_id: uuid.UUID) -> bool:
    """Tell the broker there is work; False (within some three seconds) when it does not answer. Never raises.

    A connection of its own: the shared pool retries for as long as the broker is away. A message that nobody fetched
    in time expires, so a sweep that repeats itself does not pile them up.
    """
    quick = {"socket_timeout": 2, "socket_connect_timeout": 1, "retry_on_timeout": False, "max_retries": 1}
    quick |= {"interval_start": 0, "interval_step": 0, "interval_max": 0}
    try:
        with current_app.connection_for_write(transport_options=quick, connect_timeout=1) as broker:
            current_app.send_task(
                BUILD_TASK,
                args=[str(job_id)],
                connection=broker,
                retry=False,
                ignore_result=True,
                expires=settings.JOB_LEASE.total_seconds() * 2,
            )
    except Exception as error:  # whatever a transport raises: the row stands and the sweep finds it
        log.warning("job %s: the broker took no message (%s)", job_id, type(error).__name__)
        return False
    Job.objects.filter(pk=job_id).update(woken_at=timezone.now())
    return True


# --- Claim, lease, fence ---------------------------------------------------------------------------------------------


def claimable() -> Q:
    """Nobody works on it: it waits, or its worker let the lease run out."""
    return Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=timezone.now())


def claim(job_id: uuid.UUID | str, token: uuid.UUID) -> Job | None:
    """Take the job, or None when another worker has it, it is over, or it was tried often enough (then it fails)."""
    now = timezone.now()
    taken = Job.objects.filter(claimable(), pk=job_id, attempts__lt=settings.JOB_MOST_ATTEMPTS).update(
        state=JobState.RUNNING,
        token=token,
        lease_until=now + settings.JOB_LEASE,
        attempts=F("attempts") + 1,
        started_at=Coalesce("started_at", now),
    )
    if not taken:
        give_up(Job.objects.filter(pk=job_id))
        return None
    return Job.objects.get(pk=job_id)


def give_up(jobs: QuerySet[Job]) -> int:
    """End those of `jobs` that lost their worker at every attempt, with a reason people can read."""
    worn_out = jobs.filter(claimable(), attempts__gte=settings.JOB_MOST_ATTEMPTS)
    ended = {"lease_until": None, "token": None, "finished_at": timezone.now()}
    cancelled = worn_out.filter(cancel_requested_at__isnull=False).update(state=JobState.CANCELLED, **ended)
    failed = worn_out.filter(cancel_requested_at__isnull=True).update(
        state=JobState.FAILED,
        failure=f"Het is {_times(settings.JOB_MOST_ATTEMPTS)} geprobeerd en telkens viel het programma dat eraan "
        "werkte weg. Vraag een beheerder om in het logboek te kijken, en probeer het daarna opnieuw.",
        **ended,
    )
    return cancelled + failed


def _times(number: int) -> str:
    return {1: "één keer", 2: "twee keer", 3: "drie keer"}.get(number, f"{number} keer")


class Lease:
    """What a worker holds: its token, a thread that renews the lease, and the only way to write to the job."""

    def __init__(self, job: Job, token: uuid.UUID) -> None:
        self.job_id = job.pk
        self.token = token
        self.lost = threading.Event()
        self.gathered: int | None = None  # promille to show while the content is read, written by the thread
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease-{job.pk}", daemon=True)

    def __enter__(self) -> "Lease":
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._done.set()
        self._thread.join(timeout=30)

    def _mine(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job_id, token=self.token, state=JobState.RUNNING)

    def _beat(self) -> None:
        """Renew every third of the lease, on a connection of this thread that it closes itself."""
        pause = settings.JOB_LEASE / 3
        began = renewed = timezone.now()
        try:
            while not self._done.wait(min(pause.total_seconds(), 0.5)):
                now = timezone.now()
                permille, self.gathered = self.gathered, None
                values: dict[str, Any] = {} if permille is None else {"permille": permille}
                if now - renewed >= pause:
                    if now - began > LONGEST_RUN:
                        log.error("job %s: running for %s, the lease is no longer renewed", self.job_id, now - began)
                        self.lost.set()
                        return
                    values["lease_until"] = now + settings.JOB_LEASE
                if not values:
                    continue
                try:
                    if not self._mine().update(**values):
                        self.lost.set()
                        return
                    renewed = now if "lease_until" in values else renewed
                except (OperationalError, InterfaceError):
                    log.warning("job %s: the lease could not be renewed", self.job_id)
                    connection.close()
                    if timezone.now() - renewed > settings.JOB_LEASE:
                        self.lost.set()
                        return
        finally:
            connection.close()

    def write(self, **values: Any) -> None:
        """Write to the job, or raise LeaseLost. Renews the lease as well."""
        if self.lost.is_set():
            raise LeaseLost
        if values.get("state", JobState.RUNNING) == JobState.RUNNING:
            values["lease_until"] = timezone.now() + settings.JOB_LEASE
        if not self._mine().update(**values):
            self.lost.set()
            raise LeaseLost

    def end(self, state: JobState, **values: Any) -> None:
        """The last write: an end state, and the lease given back."""
        self.write(state=state, lease_until=None, token=None, finished_at=timezone.now(), **values)

    def step(self, code: str, permille: int) -> None:
        """Say where the work stands; raises Cancelled when somebody asked to stop."""
        self.write(step=code, permille=permille)
        if self._mine().filter(cancel_requested_at__isnull=False).exists():
            raise Cancelled

    def keep_file(self, *, format: str, name: str, mime: str, data: bytes) -> None:
        """Keep a finished file in one transaction with the fence: whole and mine, or not at all."""
        with transaction.atomic():
            self.write(step=format)  # first: locks the row until the file is in
            BuildFile.objects.create(
                job_id=self.job_id,
                format=format,
                name=name,
                mime=mime,
                content=data,
                size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
            )


# --- The run ---------------------------------------------------------------------------------------------------------


def run(job_id: uuid.UUID | str, *, token: uuid.UUID | None = None, report: Report | None = None) -> JobState | None:
    """Run the job to its end and give that state; None when it was not ours (delivered twice, over, lease lost).

    Safe to call at any time and as often as one likes. Errors of the database are raised: the lease then runs out
    and the sweep starts a next attempt, which goes on from what was frozen and kept.
    """
    token = token or uuid.uuid4()
    job = claim(job_id, token)
    if job is None:
        return None
    with Lease(job, token) as lease:
        try:
            _build(job, lease, report or (lambda step, permille: None))
            lease.end(JobState.SUCCEEDED, step="", permille=1000)
            state = JobState.SUCCEEDED
        except Cancelled:
            with suppress(LeaseLost):
                lease.end(JobState.CANCELLED)
            state = JobState.CANCELLED
        except LeaseLost:
            log.warning("job %s: the lease was lost, nothing more was written", job.pk)
            return None
        except (OperationalError, InterfaceError):
            raise
        except RenderError as error:
            log.exception("job %s: %s", job.pk, error.detail)
            state = _fail(lease, str(error))
        except Exception:
            log.exception("job %s failed", job.pk)
            state = _fail(
                lease,
                "Er ging iets mis dat niet was voorzien. Een beheerder vindt in het logboek wat er gebeurde, onder "
                f"opdracht {job.pk}.",
            )
    return state


def _fail(lease: Lease, sentence: str) -> JobState:
    with suppress(LeaseLost):
        lease.end(JobState.FAILED, failure=sentence[:500])
    return JobState.FAILED


def _build(job: Job, lease: Lease, report: Report) -> None:
    def step(code: str, permille: int) -> None:
        lease.step(code, permille)
        report(code, permille)

    step("gather", job.permille if job.content else 0)
    if job.content:
        document = from_json(json.loads(job.content))
    else:

        def gathered(done: float) -> None:
            lease.gathered = int(done * GATHERED)
            report("gather", int(done * GATHERED))

        with _snapshot():
            document = content.build_document(year=job.year, as_of=job.as_of, language=job.language, progress=gathered)
        frozen = canonical_json(document)
        lease.write(content=frozen, known_at=timezone.now())
        # What is set is what was frozen: a later attempt reads the same text.
        document = from_json(json.loads(frozen))
    kept = set(BuildFile.objects.filter(job=job).values_list("format", flat=True))
    for number, code in enumerate(job.formats):
        step(code, GATHERED + (1000 - GATHERED) * number // len(job.formats))
        if code not in kept:
            _keep(job, lease, code, document)
    step("finish", 1000)


@contextmanager
def _snapshot() -> Iterator[None]:
    """Read the register as of one moment: a phase that is changed meanwhile is in every part or in none.

    On SQLite a plain reader (Django's own transactions take the write lock here), so nobody has to wait for it.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def _keep(job: Job, lease: Lease, code: str, document: Document) -> None:
    made = FORMATS[code]
    data = made.render(document)
    name = f"{content.file_stem(job.year, job.as_of, job.language)}.{made.extension}"
    lease.keep_file(format=code, name=name, mime=made.mime, data=data)


# --- The sweep -------------------------------------------------------------------------------------------------------


def due() -> QuerySet[Job]:
    """Open jobs nobody works on: never fetched, or their worker's lease ended; not those just reported again."""
    now = timezone.now()
    told_lately = Q(woken_at__gte=now - settings.JOB_LEASE)
    queued = Q(state=JobState.QUEUED, created_at__lt=now - PATIENCE) & ~told_lately
    orphaned = Q(state=JobState.RUNNING, lease_until__lt=now) & (
        Q(woken_at__isnull=True) | Q(woken_at__lt=F("lease_until")) | ~told_lately
    )
    return Job.objects.filter(queued | orphaned).order_by("created_at")


def sweep() -> int:
    """End what was tried too often, wake a worker for what nobody works on; the number of jobs woken."""
    give_up(Job.objects.all())
    woken = 0
    for job_id in due().values_list("pk", flat=True)[:MOST_WAKE_UPS]:
        if not wake(job_id):
            break  # the broker is away: the next sweep comes soon
        woken += 1
    return woken
