"""The process that reads: bounded, alone, and its death is a sentence."""

import io
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ser_portal.intake import Limits, Refused, gate, inspect, worker

from . import samples

FOLDER = Path(worker.__file__).parent


@pytest.fixture
def another_worker(monkeypatch, tmp_path):
    """Lets the gate start a worker that does something else."""

    def use(code):
        script = tmp_path / "worker.py"
        script.write_text(code)
        monkeypatch.setattr(gate.worker, "__file__", str(script))

    return use


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("import time; time.sleep(60)", "too_heavy"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "too_heavy"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "corrupt"),
        ("raise RuntimeError('stuk')", "corrupt"),
        ("print('geen json')", "corrupt"),
        ('print(\'{"refused": "zelf verzonnen"}\')', "corrupt"),
        ("print('{' * 1_000_000)", "corrupt"),
    ],
)
def test_whatever_becomes_of_the_reader_is_a_refusal(code, refused, another_worker):
    another_worker(code)
    started = time.monotonic()
    with pytest.raises(Refused) as caught:
        inspect(io.BytesIO(b"tekst"), "a.txt", Limits(seconds=1))
    assert caught.value.code == refused
    assert time.monotonic() - started < 3


def test_a_reader_that_cannot_start_is_not_the_fault_of_the_file(monkeypatch):
    monkeypatch.setattr(gate.sys, "executable", "/bestaat/niet")
    with pytest.raises(Refused) as caught:
        inspect(io.BytesIO(b"tekst"), "a.txt")
    assert caught.value.code == "not_checked"


def test_memory_that_runs_out_is_a_refusal():
    with pytest.raises(Refused) as caught:
        inspect(io.BytesIO(samples.png_of(7000, 7000)), "a.png", Limits(memory=70_000_000))
    assert caught.value.code == "too_heavy"


def test_the_reader_knows_nothing_of_the_portal(another_worker, monkeypatch):
    monkeypatch.setenv("PORTAL_SECRET_KEY", "geheim")
    another_worker(
        "import json, os, sys\n"
        "known = ' '.join([*os.environ, *sys.modules])\n"
        "print(json.dumps({'found': {'kind': known, 'mime': str(sys.flags.isolated), 'extensions': ['txt']}}))"
    )
    accepted = inspect(io.BytesIO(b"tekst"), "a.txt")
    assert "portal" not in accepted.kind.lower()
    assert "DATABASE" not in accepted.kind
    assert accepted.mime == "1"


def test_the_reader_leaves_nothing_on_the_disk(tmp_path):
    """Its output is capped; a compiled module that was cut off at that cap would break the next process."""
    for part in ("worker.py", "reading"):
        (shutil.copytree if (FOLDER / part).is_dir() else shutil.copy)(FOLDER / part, tmp_path / part)
    for cache in tmp_path.rglob("__pycache__"):
        shutil.rmtree(cache)
    before = sorted(tmp_path.rglob("*"))
    order = json.dumps({"extension": "pdf", "limits": Limits().__dict__})
    done = subprocess.run(
        [sys.executable, "-I", "-B", tmp_path / "worker.py", order],
        input=samples.pdf(),
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["found"]["kind"] == "pdf"
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.docx", lambda: samples.docx({"word/a.xml": b"<a>" + b"<b>c</b>" * 4_000_000 + b"</a>"})),
        ("a.jpg", lambda: samples.plain("JPEG", (7000, 7000), progressive=True)),
        ("a.png", lambda: samples.png_of(7000, 7000)),
        ("a.webp", lambda: samples.plain("WEBP", (4900, 4900))),
        ("a.pdf", lambda: samples.raw_pdf(b"\n".join(b"<< /A %d >> stream\n" % n for n in range(200_000)))),
        ("a.csv", lambda: b"a;b|!" * 200_000),
    ],
)
def test_the_worst_files_end_with_a_verdict_in_time(name, make):
    """Whatever the verdict. Memory needs no measuring here: the process cannot have more than it was given (above)."""
    data = make()
    started = time.monotonic()
    try:
        verdict = inspect(io.BytesIO(data), name, Limits(ratio=100_000)).kind
    except Refused as refused:
        verdict = refused.code
    assert verdict in ("document", "image", "pdf", "csv", "too_heavy", "corrupt")
    assert time.monotonic() - started < 12
