"""Makes `.venv` and installs a lock into it: `python3 requirements/install.py runtime` (or `dev`).

Standard library only, because it runs before anything is installed. Does nothing when the lock has not changed since
the last time. Every package is held against its hash; pip's own output is kept in `.venv/install.log`.
"""
# ruff: noqa: S603 - every command is written here, none is typed by somebody

import hashlib
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
VENV = BASE / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
LOG = VENV / "install.log"


def say(line: str, *, end: str = "\n") -> None:
    print(line, end=end, flush=True)


def refuse(sentence: str) -> None:
    """One clear sentence, and out."""
    print(sentence, file=sys.stderr, flush=True)
    sys.exit(1)


def fingerprint(lock: Path) -> str:
    """What was installed: the lock itself and the Python it was installed for."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}:{hashlib.sha256(lock.read_bytes()).hexdigest()}"


def installed() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def make_venv() -> None:
    """A fresh `.venv`, unless the one that is there still works for this Python."""
    works = PYTHON.exists() and not subprocess.run(
        [PYTHON, "-c", f"import pip, sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"],
        stderr=subprocess.DEVNULL,
    ).returncode  # fmt: skip
    if works:
        return
    try:
        import ensurepip
        import venv
    except ImportError:
        refuse("De Python-module venv ontbreekt; installeer die eerst (op Debian: apt-get install python3-venv).")
    say(f"Omgeving .venv maken met Python {sys.version.split()[0]} …")
    try:
        venv.create(VENV, clear=True, symlinks=True)
        subprocess.run([PYTHON, "-m", "ensurepip", "--default-pip"], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as failure:
        shutil.rmtree(VENV, ignore_errors=True)
        why = failure.strerror if isinstance(failure, OSError) else "pip is niet te installeren in de omgeving"
        refuse(f"De omgeving .venv is niet te maken: {why} (pip {ensurepip.version()}).")


def install(lock: Path) -> None:
    """Installs the lock, telling which package it is at. A failure shows pip's last lines and one sentence."""
    total = len(re.findall(r"^[A-Za-z0-9][\w.\-\[\]]*==", lock.read_text(), flags=re.MULTILINE))
    say(f"{total} pakketten installeren uit requirements/{lock.name}; de eerste keer duurt dat ongeveer een minuut …")
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-compile",
               "--only-binary=:all:", "--progress-bar=off", "--disable-pip-version-check", "--no-input",
               "-r", str(lock)]  # fmt: skip
    began, seen = time.monotonic(), 0
    tail: list[str] = []
    with (
        LOG.open("a", encoding="utf-8") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=BASE) as pip,
    ):
        for line in pip.stdout or ():
            log.write(line)
            tail = [*tail[-11:], line.rstrip()]
            package = re.match(r"(?:Collecting|Requirement already satisfied:) ([\w.\-\[\]]+)", line)
            if package:
                seen += 1
                if sys.stdout.isatty():
                    say(f"\r  {seen} van {total}: {package[1][:40]:<40}", end="")
                elif seen % 20 == 0:
                    say(f"  {seen} van {total}")
            elif line.startswith("Installing collected packages"):
                say(f"\r  opgehaald, nu uitpakken{'':<30}" if sys.stdout.isatty() else "  opgehaald, nu uitpakken")
    if pip.returncode:
        print("\n".join(tail), file=sys.stderr)
        refuse(f"Het installeren is niet gelukt; is er netwerk? Alles staat in {LOG.relative_to(BASE)}.")
    say(f"  geïnstalleerd in {time.monotonic() - began:.0f} s")


def main(name: str) -> None:
    lock = BASE / "requirements" / f"{name}.txt"
    if sys.version_info < (3, 11):  # noqa: UP036 - the Python that starts this need not be the one that is asked for
        refuse(f"Python 3.11 of nieuwer is nodig; dit is {sys.version.split()[0]}.")
    if not lock.is_file():
        refuse(f"requirements/{name}.txt ontbreekt; is dit een volledige kopie van de repository?")
    make_venv()
    done = installed()
    if done.get(name) == fingerprint(lock):
        return
    install(lock)
    STAMP.write_text(json.dumps({**done, name: fingerprint(lock)}))


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "runtime")
    except KeyboardInterrupt:
        refuse("\nHet installeren is afgebroken; de volgende keer gaat het verder waar het kan.")
