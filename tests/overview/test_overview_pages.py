"""Following a build on the screen and taking its files away."""

import hashlib
import uuid

import pytest
from django.urls import reverse

from ser_portal.audit.models import Entry
from ser_portal.overview import jobs
from ser_portal.overview.models import BuildFile, Job, JobState

pytestmark = pytest.mark.django_db
INDEX = "/jaaroverzicht/"


@pytest.fixture
def finished(asked):
    """A build that is done: the worker's own steps, without the thread that would need committed rows."""
    token = uuid.uuid4()
    lease = jobs.Lease(jobs.claim(asked.pk, token), token)
    jobs._build(asked, lease, lambda step, permille: None)
    lease.end(JobState.SUCCEEDED, step="", permille=1000)
    asked.refresh_from_db()
    return asked


def text(response):
    return " ".join(response.content.decode().split())


def test_staff_choose_a_year_and_land_on_the_job(as_user, reporting, public, queue, django_capture_on_commit_callbacks):
    client = as_user(reporting)
    assert '<option value="2020"' in text(client.get(INDEX))
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(INDEX, {"year": "2020", "language": "nl"})
    job = Job.objects.get()
    assert (response.status_code, response["Location"]) == (302, job.get_absolute_url())
    assert (job.requested_by, queue()) == (reporting, [str(job.pk)])
    assert job.formats == ["html", "pdf", "xlsx"]


def test_a_second_click_leads_to_the_job_that_runs(as_user, reporting, public, queue):
    client = as_user(reporting)
    first = client.post(INDEX, {"year": "2020", "language": "nl"})["Location"]
    response = client.post(INDEX, {"year": "2020", "language": "nl"}, follow=True)
    assert response.redirect_chain[0][0] == first
    assert "wordt al gemaakt" in text(response)


@pytest.mark.parametrize("year", ["1950", "2999", "", "vorig jaar"])
def test_a_year_that_cannot_be_is_refused_with_422(as_user, reporting, public, year):
    response = as_user(reporting).post(INDEX, {"year": year, "language": "nl"})
    assert response.status_code == 422
    assert 'class="errors"' in text(response)
    assert not Job.objects.exists()


def test_others_read_that_nothing_is_issued_and_cannot_start_a_build(as_user, finished, reader, facilitator, outsider):
    for person in (reader, facilitator, outsider):
        client = as_user(person)
        assert "nog geen jaaroverzicht uitgegeven" in text(client.get(INDEX))
        assert str(finished.pk) not in text(client.get(INDEX))
        assert client.post(INDEX, {"year": "2020", "language": "nl"}).status_code == 403
        for name, args in (("job", []), ("file", ["html"]), ("read", [])):
            assert client.get(reverse(f"overview:{name}", args=[finished.pk, *args])).status_code == 404
        for name in ("job_cancel", "job_retry"):
            assert client.post(reverse(f"overview:{name}", args=[finished.pk])).status_code == 404
    assert Job.objects.count() == 1


def test_the_page_polls_while_the_job_is_open_and_stops_when_it_ends(as_user, reporting, asked):
    client = as_user(reporting)
    page = text(client.get(asked.get_absolute_url()))
    assert 'hx-trigger="every 1s"' in page
    assert "Stand bijwerken" in page
    jobs.claim(asked.pk, uuid.uuid4())
    Job.objects.filter(pk=asked.pk).update(step="xlsx", permille=700)
    panel = text(client.get(asked.get_absolute_url(), {"gezien": "Beginnen"}, headers={"HX-Request": "true"}))
    assert panel.startswith('<section id="job-panel"')
    assert "Excel opmaken · 70%" in panel
    assert 'hx-swap-oob="innerHTML">Excel opmaken' in panel
    Job.objects.filter(pk=asked.pk).update(
        state=JobState.FAILED,
        failure="De schijf is vol.",
        lease_until=None,
        token=None,
        finished_at=asked.created_at,
    )
    panel = text(client.get(asked.get_absolute_url(), headers={"HX-Request": "true"}))
    assert "De schijf is vol." in panel
    assert "hx-trigger" not in panel


def test_the_page_says_that_the_queue_does_not_answer(as_user, reporting, asked):
    Job.objects.filter(pk=asked.pk).update(woken_at=None)
    assert "wordt vanzelf opgepakt" in text(as_user(reporting).get(asked.get_absolute_url()))


def test_a_download_is_an_attachment_and_leaves_an_entry(as_user, reporting, finished):
    file = BuildFile.objects.get(format="xlsx")
    response = as_user(reporting).get(reverse("overview:file", args=[finished.pk, "xlsx"]))
    data = b"".join(response.streaming_content)
    assert hashlib.sha256(data).hexdigest() == file.sha256
    assert response["Content-Disposition"] == 'attachment; filename="jaaroverzicht-2020.xlsx"'
    assert response["Content-Type"] == file.mime
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    entry = Entry.objects.get(action="overview.file_downloaded")
    assert entry.by == reporting
    assert entry.details == {"job": str(finished.pk), "format": "xlsx", "size": len(data), "sha256": file.sha256}


def test_only_what_was_made_can_be_taken_away(as_user, reporting, finished):
    client = as_user(reporting)
    assert client.get(reverse("overview:file", args=[finished.pk, "pdf"])).status_code == 404
    assert client.get(reverse("overview:file", args=[uuid.uuid4(), "html"])).status_code == 404
    other = Job.objects.create(parameters=finished.parameters, same_request="x", requested_by=reporting)
    BuildFile.objects.create(job=other, format="html", name="x", mime="text/html", content=b"x", size=1, sha256="0")
    assert client.get(reverse("overview:file", args=[other.pk, "html"])).status_code == 404
    assert client.get(reverse("overview:read", args=[other.pk])).status_code == 404


def test_the_overview_reads_as_a_page_of_the_portal(as_user, reporting, finished):
    page = text(as_user(reporting).get(reverse("overview:read", args=[finished.pk])))
    assert '<article class="doc" lang="nl">' in page
    assert "Proefconvenant" in page
    assert "style=" not in page


def test_cancel_and_retry_from_the_screen(as_user, reporting, asked, queue):
    client = as_user(reporting)
    page = text(client.post(reverse("overview:job_cancel", args=[asked.pk]), follow=True))
    assert "De opdracht is geannuleerd" in page
    assert "Opnieuw proberen" in page
    response = client.post(reverse("overview:job_retry", args=[asked.pk]))
    again = Job.objects.exclude(pk=asked.pk).get()
    assert response["Location"] == again.get_absolute_url()
    page = text(client.post(reverse("overview:job_cancel", args=[asked.pk]), follow=True))
    assert "al geëindigd" in page


def test_the_list_of_builds_does_not_ask_more_for_more_builds(as_user, reporting, finished, django_assert_num_queries):
    client = as_user(reporting)
    client.get(INDEX)
    for number in range(30):
        job = Job.objects.create(parameters=finished.parameters, same_request=f"x{number}", requested_by=reporting)
        BuildFile.objects.create(job=job, format="html", name="x", mime="text/html", content=b"x", size=1, sha256="0")
    with django_assert_num_queries(7):
        page = text(client.get(INDEX))
    assert "Pagina 1 van 2" in page
