"""What a person does with a build: ask for it, stop it, ask again."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.models import Agreement, PhaseChange
from ser_portal import dates
from ser_portal.audit import services as audit
from ser_portal.documents import FORMATS
from ser_portal.overview import jobs
from ser_portal.overview.models import OPEN_STATES, BuildFile, Job, JobKind, JobState

LANGUAGES = ("nl", "en")
FIRST_YEAR = 1900


def default_as_of(year: int) -> date:
    """The last day of the year; for the year that still runs: today."""
    return min(date(year, 12, 31), timezone.localdate())


def years() -> list[int]:
    """The years an overview can be made of, newest first: from the first certain phase in the register to today."""
    first = _first_day_known()
    return list(range(timezone.localdate().year, first.year - 1, -1)) if first else []


def _first_day_known() -> date | None:
    public = Agreement.objects.visible_to(None).filter(is_sample=False)
    changes = PhaseChange.objects.current().filter(agreement__in=public.values("pk"), certain_from__isnull=False)
    return changes.order_by("certain_from").values_list("certain_from", flat=True).first()


def request_build(
    *,
    year: int,
    as_of: date | None = None,
    language: str = "nl",
    formats: Iterable[str] = ("html", "pdf", "xlsx"),
    by: Any,
) -> Job:
    """Ask for an overview. The row is what counts: with the broker down it waits for the sweep.

    Somebody who asks for what is already being made gets that job (`already_open` is True). `by` is None for the
    command line, which runs the job itself. Raises ValidationError, in Dutch, for a year or day the register cannot
    speak of, an unknown format or language.
    """
    asked = _checked(year, as_of, language, list(formats))
    for _attempt in range(3):
        if job := _open_job(asked):
            return job
        try:
            with transaction.atomic():
                job = Job.objects.create(
                    kind=JobKind.OVERVIEW, parameters=asked, same_request=_same_request(asked), requested_by=by
                )
                audit.record("overview.build_requested", on=None, by=by, job=str(job.pk), **asked)
                if by is not None:
                    _wake_after_commit(job)
        except IntegrityError:
            continue  # somebody asked for the same in this very moment
        return job
    raise ValidationError(_("Iemand vroeg op hetzelfde moment om hetzelfde overzicht. Probeer het nog eens."))


def _wake_after_commit(job: Job) -> None:
    transaction.on_commit(lambda: jobs.wake(job.pk), robust=True)


def cancel(job: Job, *, by: Any) -> Job:
    """Stop a build: at once when nobody works on it, otherwise at its next step. Raises ValidationError when over."""
    now = timezone.now()
    with transaction.atomic():
        waiting = Job.objects.filter(jobs.claimable(), pk=job.pk)
        stopped = waiting.update(
            state=JobState.CANCELLED, cancel_requested_at=now, finished_at=now, lease_until=None, token=None
        )
        asked = stopped or Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(cancel_requested_at=now)
        if not asked:
            raise ValidationError(_("Deze opdracht is al geëindigd; er valt niets meer te annuleren."))
        audit.record("overview.build_cancelled", on=None, by=by, job=str(job.pk))
    job.refresh_from_db()
    return job


def stop(job: Job, *, token: uuid.UUID, by: Any) -> None:
    """End a job that this very process was running and broke off; of another's job nothing changes."""
    now = timezone.now()
    mine = Job.objects.filter(pk=job.pk).filter(Q(token=token) | Q(state=JobState.QUEUED, requested_by=None))
    with transaction.atomic():
        ended = mine.filter(state__in=OPEN_STATES).update(
            state=JobState.CANCELLED, cancel_requested_at=now, finished_at=now, lease_until=None, token=None
        )
        if ended:
            audit.record("overview.build_cancelled", on=None, by=by, job=str(job.pk))


def retry(job: Job, *, by: Any) -> Job:
    """The same request again, as a new job: what ended stays as it was. Raises ValidationError while it still runs."""
    if job.is_open:
        raise ValidationError(_("Deze opdracht loopt nog."))
    return request_build(year=job.year, as_of=job.as_of, language=job.language, formats=job.formats, by=by)


def record_download(file: BuildFile, *, by: Any) -> None:
    """Keep who took which file away, and which bytes those were."""
    audit.record(
        "overview.file_downloaded",
        on=None,
        by=by,
        job=str(file.job_id),
        format=file.format,
        size=file.size,
        sha256=file.sha256,
    )


def _checked(year: int, as_of: date | None, language: str, formats: list[str]) -> dict[str, Any]:
    today = timezone.localdate()
    wrong: dict[str, Any] = {}
    if not isinstance(year, int) or not FIRST_YEAR <= year <= today.year:
        wrong["year"] = _(
            "Kies een jaar van %(first)s tot en met %(last)s; over een later jaar valt nog niets te zeggen."
        ) % {
            "first": FIRST_YEAR,
            "last": today.year,
        }
        raise ValidationError(wrong)
    as_of = as_of or default_as_of(year)
    if as_of > today:
        wrong["as_of"] = _("%(day)s ligt in de toekomst; daar kan het portaal nog niets over zeggen.") % {
            "day": dates.render(dates.ImpreciseDate.on(as_of))
        }
    elif as_of.year != year:
        wrong["as_of"] = _("De peildatum moet in %(year)s liggen.") % {"year": year}
    else:
        first = _first_day_known()
        if first is None:
            wrong["year"] = _("Het register is nog leeg; er is niets om een jaaroverzicht van te maken.")
        elif first > as_of:
            wrong["year"] = _("Over %(year)s weet het register niets: het begint op %(day)s.") % {
                "year": year,
                "day": dates.render(dates.ImpreciseDate.on(first)),
            }
    if language not in LANGUAGES:
        wrong["language"] = _("De taal ‘%(language)s’ is er niet; kies nl of en.") % {"language": str(language)[:20]}
    unknown = [code for code in formats if code not in FORMATS]
    if unknown:
        wrong["formats"] = _("Het formaat ‘%(format)s’ is er niet; kies uit %(known)s.") % {
            "format": str(unknown[0])[:20],
            "known": ", ".join(FORMATS),
        }
    elif not formats:
        wrong["formats"] = _("Kies minstens één formaat: %(known)s.") % {"known": ", ".join(FORMATS)}
    if wrong:
        raise ValidationError(wrong)
    return {
        "year": year,
        "as_of": as_of.isoformat(),
        "language": language,
        "formats": [code for code in FORMATS if code in formats],
    }


def _same_request(asked: dict[str, Any]) -> str:
    return "|".join(["overview", str(asked["year"]), asked["as_of"], asked["language"], ",".join(asked["formats"])])


def _open_job(asked: dict[str, Any]) -> Job | None:
    job = Job.objects.open().filter(same_request=_same_request(asked)).first()
    if job:
        job.already_open = True
    return job
