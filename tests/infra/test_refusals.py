"""A production start that is not right is refused with one readable sentence, whichever way it is started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parent.parent.parent
GOOD = {
    "PORTAL_ENV": "production",
    "PORTAL_SECRET_KEY": "n7Qz!pV2@xL9#sD4$kR8%wT1^bY6&mH3*cJ5(gF0)aZ-eU+iO=yP_lK",
    "ALLOWED_HOSTS": "portaal.example",
    "DATABASE_URL": "postgres://portal:geheim@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
WRONG = [
    ("PORTAL_DEBUG", "1", "PORTAL_DEBUG"),
    ("PORTAL_SECRET_KEY", "", "PORTAL_SECRET_KEY ontbreekt"),
    ("PORTAL_SECRET_KEY", "alleen-voor-ontwikkeling-en-demonstratie-nooit-in-productie", "PORTAL_SECRET_KEY ontbreekt"),
    ("PORTAL_SECRET_KEY", "kort", "PORTAL_SECRET_KEY is te kort"),
    ("PORTAL_SECRET_KEY", "a" * 80, "eenvormig"),
    ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS"),
    ("ALLOWED_HOSTS", "portaal.example,*", "ALLOWED_HOSTS"),
    ("PORTAL_DEMO_ACCOUNTS", "1", "PORTAL_DEMO_ACCOUNTS"),
    ("DATABASE_URL", "", "PORTAL_ALLOW_SQLITE"),
    ("DATABASE_URL", "sqlite:////tmp/portal.sqlite3", "PORTAL_ALLOW_SQLITE"),
    ("DATABASE_URL", "geen adres", "DATABASE_URL"),
    ("PORTAL_ENV", "productie", "PORTAL_ENV"),
    ("PORTAL_JOB_LEASE_SECONDS", "veel", "PORTAL_JOB_LEASE_SECONDS"),
]


def start(command: list[str], tmp_path: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *command], cwd=BASE, env={**kept, **GOOD, "PORTAL_VAR": str(tmp_path), **changes},
        capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.parametrize(("name", "value", "said"), WRONG)
def test_manage_refuses_with_one_sentence(name, value, said, tmp_path):
    done = start(["manage.py", "migrate", "--plan"], tmp_path, **{name: value})
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("Het portaal start niet: ")
    assert said in lines[0]
    assert lines[0].endswith(".")


@pytest.mark.parametrize(
    "command",
    [
        ["-c", "import ser_portal.wsgi"],
        ["-m", "ser_portal", "worker"],
        ["-m", "ser_portal", "beat"],
    ],
    ids=["web", "worker", "beat"],
)
def test_every_process_refuses_with_one_sentence(command, tmp_path):
    done = start(command, tmp_path, PORTAL_SECRET_KEY="")
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == [
        "Het portaal start niet: PORTAL_SECRET_KEY ontbreekt; geef in productie een eigen, geheime sleutel."
    ]


def test_a_proper_production_environment_passes_djangos_own_deployment_checks(tmp_path):
    done = start(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], tmp_path)
    assert done.returncode == 0, done.stderr


def test_sqlite_in_production_only_when_asked_for(tmp_path):
    done = start(
        ["-c", "from ser_portal import settings as s; print(s.DATABASES['default']['ENGINE'])"],
        tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/p.sqlite3", PORTAL_ALLOW_SQLITE="1",
    )  # fmt: skip
    assert done.stdout.strip() == "django.db.backends.sqlite3", done.stderr


def test_demo_accounts_command_refuses_in_production(tmp_path):
    done = start(["manage.py", "demo_accounts"], tmp_path)
    assert done.returncode == 1
    assert "nooit in productie" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_secret_is_never_said(tmp_path):
    done = start(["manage.py", "check"], tmp_path, PORTAL_SECRET_KEY="zomaar-iets-te-korts")
    assert "zomaar" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("database", "sentence"),
    [("sqlite:///{tmp_path}/leeg.sqlite3", "draai eerst: manage.py migrate"), ("", "De database is niet te bereiken")],
)
def test_a_database_that_is_not_there_or_not_set_up_is_one_sentence(tmp_path, database, sentence):
    changes = {"DATABASE_URL": database.format(tmp_path=tmp_path), "PORTAL_ALLOW_SQLITE": "1"} if database else {}
    done = start(["manage.py", "figures", "--as-of", "2020-12-31"], tmp_path, **changes)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
