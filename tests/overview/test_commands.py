"""The same figures and the same job from the command line."""

import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ser_portal.audit.models import Entry
from ser_portal.overview.models import BuildFile, Job, JobState

ROOT = Path(__file__).resolve().parents[2]


def figures(day, **options):
    out = StringIO()
    call_command("figures", as_of=day, format="json", stdout=out, **options)
    return {row["code"]: row for row in json.loads(out.getvalue())}


@pytest.mark.django_db
def test_the_figures_of_2020_and_2019(reference):
    found = figures("2020-12-31")
    assert {"code", "title", "definition", "unit", "value", "counted", "left_out", "uncertain"} <= set(
        found["agreements.in_implementation"]
    )
    values = {code: row["value"] for code, row in found.items() if code.startswith("agreements.")}
    assert values == {
        "agreements.in_implementation": 9,
        "agreements.in_implementation_with_ser_secretariat": 7,
        "agreements.in_negotiation": 2,
    }
    earlier = figures("2019-12-31")
    assert (earlier["agreements.in_implementation"]["value"], earlier["agreements.in_implementation"]["uncertain"]) == (
        10,
        1,
    )
    assert earlier["agreements.in_implementation_with_ser_secretariat"]["value"] == 8
    assert figures("2020-12-31", language="en")["agreements.in_negotiation"]["title"] == "Agreements in negotiation"


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "sentence"), [("gisteren", "is geen dag"), ("2199-01-01", "in de toekomst")])
def test_a_wrong_day_is_one_sentence(typed, sentence):
    with pytest.raises(CommandError, match=sentence):
        figures(typed)


@pytest.mark.django_db
def test_the_table_is_for_people(reference):
    out = StringIO()
    call_command("figures", as_of="2020-12-31", stdout=out)
    assert "Akkoorden in onderhandeling" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_building_writes_whole_files_through_the_same_job(public, tmp_path):
    out = StringIO()
    call_command("build_overview", "2020", formats="html,xlsx", out=str(tmp_path / "nieuw"), stdout=out)
    job = Job.objects.get()
    assert (job.state, job.requested_by) == (JobState.SUCCEEDED, None)
    assert Entry.objects.filter(action="overview.build_requested").count() == 1
    written = {path.name: path.read_bytes() for path in (tmp_path / "nieuw").iterdir()}
    assert written == {file.name: bytes(file.content) for file in BuildFile.objects.all()}
    assert sorted(written) == ["jaaroverzicht-2020.html", "jaaroverzicht-2020.xlsx"]
    assert all(name in out.getvalue() for name in written)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("year", "options", "sentence"),
    [
        ("1950", {}, "weet het register niets"),
        ("vorig", {}, "is geen jaar"),
        ("2020", {"formats": "docx"}, "docx"),
        ("2020", {"language": "fr"}, "taal"),
        ("2020", {"as_of": "31 februari 2020"}, "is geen dag"),
        ("2020", {"as_of": "2019-12-31"}, "moet in 2020 liggen"),
    ],
)
def test_what_cannot_be_built_is_one_sentence_and_no_job(public, tmp_path, year, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("build_overview", year, out=str(tmp_path), **options)
    assert not Job.objects.exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written_is_said_before_the_work(public, tmp_path):
    (tmp_path / "bestand").write_text("x")
    with pytest.raises(CommandError, match="kan niet worden geschreven"):
        call_command("build_overview", "2020", out=str(tmp_path / "bestand"))
    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_leaves_no_half_file(public, tmp_path, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CommandError, match="de schijf is vol"):
        call_command("build_overview", "2020", formats="html", out=str(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_ctrl_c_leaves_a_cancelled_job_and_an_empty_folder(reference, database_url, tmp_path):
    out = tmp_path / "uit"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "build_overview", "2020", "--out", str(out)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url, "PORTAL_VAR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A suite that runs in the background inherits "ignore Ctrl-C"; somebody at a keyboard does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 20
    while not Job.objects.filter(state=JobState.RUNNING).exclude(content="").exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _out, said = process.communicate(timeout=20)
    assert process.returncode != 0
    assert "Afgebroken" in said
    assert "Traceback" not in said
    assert Job.objects.get().state == JobState.CANCELLED
    assert list(out.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_the_sweep_by_hand_can_do_the_work_itself(asked):
    from datetime import timedelta

    Job.objects.filter(pk=asked.pk).update(created_at=asked.created_at - timedelta(minutes=5), woken_at=None)
    out = StringIO()
    call_command("sweep_jobs", run=True, stdout=out)
    asked.refresh_from_db()
    assert asked.state == JobState.SUCCEEDED
    assert "1 opdracht" in out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_run_job_says_what_became_of_it(asked):
    out = StringIO()
    call_command("run_job", str(asked.pk), stdout=out)
    assert "Klaar" in out.getvalue()
    with pytest.raises(CommandError, match="niet uitgevoerd"):
        call_command("run_job", str(asked.pk))
