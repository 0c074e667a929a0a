"""Reporting staff build the overview of 2020, watch it being made, and take it away."""

import io
import threading

import pytest
from django.db import connection
from playwright.sync_api import expect
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from ser_portal.overview import jobs
from ser_portal.overview.models import Job
from tests.journeys.conftest import DEVICES, person
from tests.overview.conftest import broker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def _quiet_queue(tmp_path):
    """A queue nobody listens to: the test decides when a worker comes."""
    folder = tmp_path / "queue"
    folder.mkdir()
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(tmp_path / "c")}
    with broker(broker_url="filesystem://", broker_transport_options=options):
        yield


class Worker(threading.Thread):
    """Runs the job as a worker would, and waits before the PDF until somebody has looked."""

    def __init__(self, job: Job) -> None:
        super().__init__(daemon=True)
        self.job, self.looked, self.outcome = job, threading.Event(), None

    def run(self) -> None:
        try:
            self.outcome = jobs.run(self.job.pk, report=lambda step, _: step != "pdf" or self.looked.wait(30))
        finally:
            connection.close()


@pytest.mark.usefixtures("_quiet_queue")
@pytest.mark.parametrize("device", [DEVICES[0], DEVICES[2]], ids=lambda device: device.name)
def test_the_overview_of_2020_is_built_while_somebody_watches(window, device):
    page = window(person("reporting"), device=device, address="/jaaroverzicht/")
    page.get_by_label("Jaar", exact=True).select_option("2020")
    page.get_by_role("button", name="Overzicht maken").click()
    page.wait_for_url("**/jaaroverzicht/opdrachten/**")
    state = page.locator(".job-state")
    expect(state).to_have_text("In de wachtrij")
    expect(page.locator("#job-panel")).to_contain_text("Wacht tot er plaats is")
    if device.javascript:
        page.evaluate("window.stillTheSamePage = true")

    worker = Worker(Job.objects.get())
    worker.start()
    if device.javascript:
        expect(page.locator("#job-panel .step")).to_contain_text("PDF opmaken", timeout=60_000)
    worker.looked.set()
    if device.javascript:
        expect(state).to_have_class("job-state job-succeeded", timeout=60_000)
        assert page.evaluate("window.stillTheSamePage")
    worker.join(timeout=60)
    assert worker.outcome == "succeeded"
    if not device.javascript:
        page.get_by_role("link", name="Stand bijwerken").or_(page.locator("#job-refresh")).first.click()
        expect(state).to_have_class("job-state job-succeeded")

    files = {}
    for link in page.locator("ul.files a").all():
        with page.expect_download() as download:
            link.click()
        files[download.value.suggested_filename] = download.value.path().read_bytes()
    assert set(files) == {f"jaaroverzicht-2020.{ending}" for ending in ("html", "pdf", "xlsx")}

    pdf = PdfReader(io.BytesIO(files["jaaroverzicht-2020.pdf"]))
    text = " ".join(" ".join(sheet.extract_text() for sheet in pdf.pages[:6]).split())
    assert "waren negen sectoren met een convenant in uitvoering" in text
    assert "Bij zeven daarvan voerde de SER het secretariaat" in text
    assert "Over twee akkoorden werd onderhandeld" in text
    assert pdf.trailer["/Root"]["/Lang"].lower().startswith("nl")
    assert "/StructTreeRoot" in pdf.trailer["/Root"]

    book = CalamineWorkbook.from_filelike(io.BytesIO(files["jaaroverzicht-2020.xlsx"]))
    cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert {"Windenergie", "Land- en tuinbouw"} <= {str(cell) for cell in cells}
    assert {7, 9, 2} <= set(cells)

    page.get_by_role("link", name="Lezen in het portaal").click()
    expect(page.locator(".reading")).to_contain_text("negen sectoren met een convenant in uitvoering")


@pytest.mark.usefixtures("_quiet_queue")
def test_a_build_that_waits_is_cancelled_and_asked_for_again(window):
    page = window(person("reporting"), device=DEVICES[1], address="/jaaroverzicht/")
    page.get_by_label("Jaar", exact=True).select_option("2020")
    page.get_by_role("button", name="Overzicht maken").click()
    page.get_by_role("button", name="Annuleren").click()
    expect(page.locator("#messages")).to_contain_text("De opdracht is geannuleerd.")
    expect(page.locator(".job-state")).to_have_class("job-state job-cancelled")
    page.get_by_role("button", name="Opnieuw proberen").click()
    expect(page.locator(".job-state")).to_have_text("In de wachtrij")
    assert Job.objects.count() == 2
