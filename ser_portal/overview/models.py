"""A job is a row: what was asked, where it stands, who works on it. The files it made live beside it."""

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class JobKind(models.TextChoices):
    """What a job makes; editions and exports will add theirs."""

    OVERVIEW = "overview", _("jaaroverzicht")


class JobState(models.TextChoices):
    QUEUED = "queued", _("In de wachtrij")
    RUNNING = "running", _("Bezig")
    SUCCEEDED = "succeeded", _("Klaar")
    FAILED = "failed", _("Mislukt")
    CANCELLED = "cancelled", _("Geannuleerd")


OPEN_STATES = [JobState.QUEUED, JobState.RUNNING]
END_STATES = [JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED]


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: Any) -> "JobQuerySet":
        """Reporting staff see every build; nobody else sees a draft. Leaves the frozen content unread."""
        if user is None or not user.is_authenticated or not user.is_active or not user.is_reporting:
            return self.none()
        return self.defer("content")

    def open(self) -> "JobQuerySet":
        return self.filter(state__in=OPEN_STATES)


class Job(models.Model):
    """One piece of work for a worker, from request to end. An end state is final: trying again is a new job.

    Only `jobs.py` writes to a running one, and only with the `token` of the worker that holds the lease.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("soort"), max_length=20, choices=JobKind, default=JobKind.OVERVIEW)
    parameters = models.JSONField(_("gevraagd"))  # year, as_of, language, formats
    same_request = models.CharField(max_length=200, editable=False)  # equal for two requests for the same thing
    state = models.CharField(_("stand"), max_length=12, choices=JobState, default=JobState.QUEUED)
    step = models.CharField(_("stap"), max_length=20, blank=True)  # 'gather', the code of a format, 'finish'
    permille = models.PositiveSmallIntegerField(_("voortgang in promille"), default=0)
    attempts = models.PositiveSmallIntegerField(_("pogingen"), default=0)
    lease_until = models.DateTimeField(_("in behandeling tot"), null=True, blank=True)
    token = models.UUIDField(null=True, blank=True, editable=False)  # of the worker that may write
    woken_at = models.DateTimeField(_("laatst gemeld"), null=True, blank=True)  # the broker took a message
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("gevraagd door"),
    )
    created_at = models.DateTimeField(_("gevraagd op"), default=timezone.now)
    started_at = models.DateTimeField(_("begonnen op"), null=True, blank=True)
    finished_at = models.DateTimeField(_("geëindigd op"), null=True, blank=True)
    cancel_requested_at = models.DateTimeField(_("annulering gevraagd op"), null=True, blank=True)
    failure = models.CharField(_("waarom het mislukte"), max_length=500, blank=True)  # a sentence; the log has more
    known_at = models.DateTimeField(_("zoals bekend op"), null=True, blank=True)  # when the content was gathered
    content = models.TextField(blank=True, editable=False)  # canonical JSON of the document: text, so that bytes stay

    already_open = False  # set by `services.request_build` when the same was being made already

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("opdracht")
        verbose_name_plural = _("opdrachten")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(name="job_kind_known", condition=Q(kind__in=JobKind.values)),
            models.CheckConstraint(name="job_state_known", condition=Q(state__in=JobState.values)),
            models.CheckConstraint(name="job_permille_within_bounds", condition=Q(permille__lte=1000)),
            models.CheckConstraint(
                name="job_finished_iff_in_end_state",
                condition=Q(state__in=END_STATES, finished_at__isnull=False)
                | Q(state__in=OPEN_STATES, finished_at__isnull=True),
            ),
            models.CheckConstraint(
                name="job_lease_iff_running",
                condition=Q(state=JobState.RUNNING, lease_until__isnull=False, token__isnull=False)
                | (~Q(state=JobState.RUNNING) & Q(lease_until__isnull=True, token__isnull=True)),
            ),
            models.CheckConstraint(
                name="job_reason_iff_failed",
                condition=(Q(state=JobState.FAILED) & ~Q(failure="")) | (~Q(state=JobState.FAILED) & Q(failure="")),
            ),
            models.CheckConstraint(
                name="job_content_iff_known_at",
                condition=Q(content="", known_at__isnull=True) | (~Q(content="") & Q(known_at__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["same_request"], condition=Q(state__in=OPEN_STATES), name="job_one_open_per_request"
            ),
        ]
        indexes = [
            # The sweep looks only at what is open.
            models.Index(fields=["state", "created_at"], name="jobs_open", condition=Q(state__in=OPEN_STATES)),
            models.Index(F("created_at").desc(), F("id").desc(), name="jobs_newest_first"),  # the list of builds
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year} ({self.get_state_display()})"

    def get_absolute_url(self) -> str:
        return reverse("overview:job", args=[self.pk])

    @property
    def year(self) -> int:
        return int(self.parameters["year"])

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.parameters["as_of"])

    @property
    def language(self) -> str:
        return str(self.parameters["language"])

    @property
    def formats(self) -> list[str]:
        return list(self.parameters["formats"])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_cancelling(self) -> bool:
        """Whether it still runs but has been asked to stop."""
        return self.is_open and self.cancel_requested_at is not None

    @property
    def percent(self) -> int:
        return self.permille // 10


class BuildFileQuerySet(models.QuerySet["BuildFile"]):
    def visible_to(self, user: Any) -> "BuildFileQuerySet":
        """The files of the jobs this person sees; the bytes stay unread."""
        return self.filter(job__in=Job.objects.visible_to(user).values("pk")).defer("content")


class BuildFile(models.Model):
    """A finished file of a job. In the database: written whole or not at all, and no volume to share."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="files", verbose_name=_("opdracht"))
    format = models.CharField(_("formaat"), max_length=12)
    name = models.CharField(_("bestandsnaam"), max_length=120)
    mime = models.CharField(_("soort inhoud"), max_length=120)
    content = models.BinaryField()
    size = models.PositiveBigIntegerField(_("grootte in bytes"))
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("gemaakt op"), default=timezone.now)

    objects = BuildFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("bestand")
        verbose_name_plural = _("bestanden")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["job", "format"], name="build_file_once_per_format"),
            models.CheckConstraint(name="build_file_not_empty", condition=Q(size__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name
