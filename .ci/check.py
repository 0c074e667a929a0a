"""`make check`: every check that is not a test, one line each; shows the output of those that fail."""
# ruff: noqa: S603, S607 - fixed commands

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "manage.py"]
PRODUCTION = {
    "PORTAL_ENV": "production",
    "PORTAL_SECRET_KEY": "".join(chr(33 + number % 90) for number in range(7, 7 + 64)),
    "ALLOWED_HOSTS": "portaal.example",
    "DATABASE_URL": "postgres://portal@127.0.0.1:5432/portal",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "PORTAL_BEHIND_PROXY": "1",
}


def templates() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.html"],
        cwd=BASE, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return [name for name in listed if (BASE / name).exists()]


def checks() -> list[tuple[str, list[str], dict[str, str]]]:
    """What is checked, by which command, with what on top of a clean environment."""
    return [
        ("stijl (ruff check)", [str(BIN / "ruff"), "check", "."], {}),
        ("opmaak (ruff format)", [str(BIN / "ruff"), "format", "--check", "."], {}),
        ("types (mypy)", [str(BIN / "mypy"), "ser_portal", "covenants", "climate"], {}),
        ("importregels (lint-imports)", [str(BIN / "lint-imports")], {}),
        ("migraties compleet", [*MANAGE, "makemigrations", "--check", "--dry-run"], {}),
        ("systeemcontrole", [*MANAGE, "check", "--fail-level", "WARNING"], {}),
        ("productie-instellingen", [*MANAGE, "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
        ("sjablonen (djade)", [str(BIN / "djade"), "--check", "--target-version", "5.2", *templates()], {}),
        ("vertalingen compleet", [*MANAGE, "compile_translations", "--check"], {}),
    ]


def main() -> int:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    for name in ("DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS"):
        kept.pop(name, None)
    failed = []
    with tempfile.TemporaryDirectory(prefix="portal-") as folder:
        for name, command, extra in checks():
            began = time.monotonic()
            done = subprocess.run(
                command, cwd=BASE, env={**kept, "PORTAL_VAR": folder, **extra},
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
            verdict = "FOUT   " if done.returncode else "in orde"
            print(f"{verdict}  {name} ({time.monotonic() - began:.1f} s)", flush=True)
            if done.returncode:
                failed.append(name)
                print(done.stdout, flush=True)
    if failed:
        print(f"{len(failed)} van de controles faalt: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
