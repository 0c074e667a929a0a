"""The settings of evidence: sensible without being asked, and nonsense stops the start with one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parents[2]
ASK = (
    "from ser_portal import settings as s;"
    "print(s.EVIDENCE_ROOT, s.EVIDENCE_MOST_BYTES, s.EVIDENCE_QUOTA_BYTES, repr(s.EVIDENCE_SCANNER))"
)


def start(tmp_path, **variables):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "REDIS", "DATABASE"))}
    return subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=BASE,
        env={**kept, "PORTAL_VAR": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_being_asked(tmp_path):
    assert start(tmp_path).stdout.split() == [f"{tmp_path}/evidence", "26214400", "524288000", "''"]


def test_as_asked(tmp_path):
    done = start(tmp_path, PORTAL_EVIDENCE_QUOTA_MB="50", PORTAL_CLAMD="clamd://127.0.0.1:3310")
    assert done.stdout.split()[2:] == ["52428800", "'clamd://127.0.0.1:3310'"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORTAL_CLAMD", "127.0.0.1:3310"),
        ("PORTAL_CLAMD", "clamd://a:99999"),
        ("PORTAL_EVIDENCE_QUOTA_MB", "veel"),
        ("PORTAL_EVIDENCE_QUOTA_MB", "1"),
    ],
)
def test_nonsense_stops_the_start(variable, value, tmp_path):
    done = start(tmp_path, **{variable: value})
    assert done.returncode != 0
    assert f"{variable} is" in done.stderr.strip().splitlines()[-1]
