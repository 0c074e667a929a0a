"""Runs the whole portal on one machine: web, worker and scheduler together, until Ctrl-C. `make run` calls this.

Standard library only and imports nothing of the portal, so that it can speak before anything is installed; run it as
`python3 -P ser_portal/runner.py` (`-P`, or this folder's modules would hide the standard library's). Commands:

    preflight   says in one sentence what is in the way of a start (port taken, var/ not writable)
    run         prepares the register and the static files, starts the three processes, restarts what dies
    health      exit code 0 when the portal on PORT answers; for containers
"""
# ruff: noqa: S603 - every command is written here, none is typed by somebody

import contextlib
import ctypes
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

BASE = Path(__file__).resolve().parent.parent
REFERENCE = BASE / "covenants" / "reference" / "ser_2020.json"
GRACE = 3.0  # seconds between asking a process to stop and ending it
LONGEST_PAUSE = 30.0
STEADY = 60.0  # a process that ran this long starts again with the shortest pause
READY_WITHIN = 60.0
LARGEST_LOG = 5_000_000
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}  # as in ser_portal/env.py


class Refused(Exception):
    """Why the portal cannot start: one readable sentence."""


# --- What has to be right before a start -----------------------------------------------------------------------------


def port() -> int:
    """The port from `PORT`, 8000 without it."""
    raw = os.environ.get("PORT", "").strip() or "8000"
    if not raw.isdecimal() or not 1 <= int(raw) <= 65535:
        raise Refused(f"PORT is '{raw}', maar moet een getal tussen 1 en 65535 zijn.")
    return int(raw)


def var() -> Path:
    """The folder that holds everything the portal keeps."""
    return Path(os.environ.get("PORTAL_VAR", "").strip() or BASE / "var").expanduser().resolve()


def sample_year() -> bool:
    """Whether the invented year is loaded: in development, unless `PORTAL_SAMPLE_YEAR=0`."""
    raw = os.environ.get("PORTAL_SAMPLE_YEAR", "").strip().lower()
    if raw not in {"", *YES, *NO}:
        raise Refused(f"PORTAL_SAMPLE_YEAR is '{raw}', maar moet ja (1, true) of nee (0, false) zijn.")
    return raw not in NO and os.environ.get("PORTAL_ENV", "").strip().lower() != "production"


def require_free(number: int) -> None:
    """Refuses when something already listens on the port, or the port may not be used."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except PermissionError:
            raise Refused(
                f"Poort {number} mag alleen de beheerder van de machine gebruiken; kies er een boven 1024."
            ) from None
        except OSError:
            other = number + 1 if number < 65535 else 8001
            raise Refused(f"Poort {number} is al in gebruik; kies een andere: PORT={other} make run.") from None


def require_writable(folder: Path) -> None:
    """Makes the folder and what belongs in it; refuses when that cannot be."""
    try:
        for part in (folder, folder / "queue", folder / "queue-control", folder / "log"):
            part.mkdir(parents=True, exist_ok=True)
        probe = folder / f".schrijfproef-{os.getpid()}"
        probe.write_text("")
        probe.unlink()
    except OSError as failure:
        raise Refused(f"In de map {folder} kan niet worden geschreven ({failure.strerror}).") from None


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Two portals on one folder would run every scheduled job twice; the second is refused."""
    with (folder / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read().strip() or "onbekend"
            raise Refused(f"In de map {folder} draait al een portaal (proces {holder}); stop dat eerst.") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def answers(number: int, *, host: str = "127.0.0.1") -> bool:
    """Whether the portal on this port says that it is well."""
    connection = http.client.HTTPConnection("127.0.0.1", number, timeout=5)
    try:
        connection.request("GET", "/gezond/", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


# --- The processes ---------------------------------------------------------------------------------------------------


@dataclass
class Child:
    """One process of the portal, with the rest it needs after it fell over."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    due: float = 0.0
    failures: int = 0
    wanted: bool = False


class Supervisor:
    """Keeps processes running until told to stop.

    Each child leads a process group of its own: Ctrl-C in the terminal reaches only the supervisor, and what a killed
    child leaves behind is ended with it. On Linux the children stop by themselves when the supervisor is killed.
    """

    def __init__(
        self,
        children: Sequence[Child],
        *,
        folder: Path,
        environment: dict[str, str],
        say: Callable[[str], None],
        first_pause: float = 1.0,
    ) -> None:
        self.children = list(children)
        self.folder = folder
        self.environment = environment
        self.say = say
        self.first_pause = first_pause
        self.stopping = threading.Event()
        self._logs: dict[str, IO[bytes]] = {}

    def start(self, *names: str) -> None:
        """Starts the processes with these names, or all of them, and says their ids."""
        chosen = [child for child in self.children if not names or child.name in names]
        for child in chosen:
            self._start(child)
        self.say("Gestart: " + " · ".join(f"{child.name} {child.process.pid}" for child in chosen if child.process))

    def watch(self, seconds: float | None = None) -> None:
        """Restarts what dies; returns when told to stop, or after `seconds`."""
        until = None if seconds is None else time.monotonic() + seconds
        while not self.stopping.wait(0.25):
            for child in self.children:
                self._look_after(child)
            if until is not None and time.monotonic() >= until:
                return

    def stop(self) -> None:
        """Asks every process to stop, ends after `GRACE` seconds what has not."""
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        until = time.monotonic() + GRACE
        while any(process.poll() is None for process in running) and time.monotonic() < until:
            time.sleep(0.05)
        for process in running:
            end_group(process.pid)
            process.wait()
        for log in self._logs.values():
            log.close()
        self._logs.clear()

    def _start(self, child: Child) -> None:
        child.process = subprocess.Popen(
            child.command,
            cwd=BASE,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log(child.name),
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=stop_with_parent if sys.platform == "linux" else None,
        )
        child.began = time.monotonic()
        child.due = 0.0
        child.wanted = True

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is not None and (code := child.process.poll()) is not None:
            end_group(child.process.pid)
            child.process = None
            child.failures = 1 if now - child.began > STEADY else child.failures + 1
            pause = min(self.first_pause * 2 ** (child.failures - 1), LONGEST_PAUSE)
            child.due = now + pause
            how = f"door signaal {-code} beëindigd" if code < 0 else f"gestopt met code {code}"
            self.say(f"{child.name} is {how}; opnieuw over {pause:.0f} s. Zie {self._path(child.name)}")
        elif child.process is None and child.wanted and now >= child.due:
            self._start(child)
            assert child.process is not None  # noqa: S101 - for the type checker
            self.say(f"{child.name} draait weer (proces {child.process.pid})")

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _log(self, name: str) -> IO[bytes]:
        if name not in self._logs:
            self._logs[name] = self._path(name).open("ab")
        return self._logs[name]


def end_group(leader: int) -> None:
    """Ends whatever is left of a process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def stop_with_parent() -> None:
    """In a child, between fork and exec: be told to stop when the supervisor dies, however it dies (Linux)."""
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGTERM)  # 1 is PR_SET_PDEATHSIG


# --- make run --------------------------------------------------------------------------------------------------------


def portal(number: int, python: str) -> list[Child]:
    """The three processes that make up the portal; docker-compose.yml starts the same three."""
    celery = [python, "-m", "ser_portal"]
    quiet = ["--loglevel", "INFO"]
    return [
        Child("web", [python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(number),
                      "--workers", "1", "--blocking-threads", "4", "--respawn-failed-workers",
                      "--respawn-interval", "1", "--workers-kill-timeout", "2", "--no-ws",
                      "ser_portal.wsgi:application"]),
        Child("worker", [*celery, "worker", *quiet, "--concurrency", "2", "--without-gossip", "--without-mingle",
                         "--without-heartbeat"]),
        Child("planner", [*celery, "beat", *quiet]),
    ]  # fmt: skip


def rotate(folder: Path) -> None:
    """Keeps one older log beside each, once it has grown large."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))


def teller(path: Path) -> Callable[[str], None]:
    """A way to speak: on the screen, and with the time in a file."""

    def say(line: str) -> None:
        print(line, flush=True)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now().astimezone():%Y-%m-%d %H:%M:%S} {line.strip()}\n")

    return say


def run() -> int:
    """Prepares, starts, watches, stops. Returns the exit code."""
    number, folder = port(), var()
    require_writable(folder)
    with only_one(folder):
        require_free(number)
        rotate(folder / "log")
        return _run(number, folder)


def _run(number: int, folder: Path) -> int:
    say = teller(folder / "log" / "portal.log")
    inside = BASE / ".venv" / "bin" / "python"
    python = str(inside) if inside.exists() else sys.executable
    environment = {
        "PORTAL_DEMO_ACCOUNTS": "1",
        "PORTAL_URL": f"http://127.0.0.1:{number}",
        **os.environ,
        "PORTAL_VAR": str(folder),
        "PYTHONUNBUFFERED": "1",
    }

    supervisor = Supervisor(portal(number, python), folder=folder / "log", environment=environment, say=say)
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: supervisor.stopping.set())

    prepare = [python, "manage.py", "prepare", "--reference", str(REFERENCE)]
    if sample_year():
        prepare.append("--sample-year")
    prepared = subprocess.Popen(prepare, cwd=BASE, env=environment)
    while prepared.poll() is None:
        if supervisor.stopping.wait(0.1):
            prepared.terminate()
    if supervisor.stopping.is_set():
        return 130
    if prepared.returncode:
        return 1

    try:
        supervisor.start("web")  # alone at first: somebody waits for the page, nobody yet for the worker
        until = time.monotonic() + READY_WITHIN
        while not (ready := answers(number)) and time.monotonic() < until and not supervisor.stopping.is_set():
            supervisor.watch(0.25)
        if supervisor.stopping.is_set():
            return 0
        if not ready:
            say(f"De webserver geeft na {READY_WITHIN:.0f} s geen antwoord; zie {folder / 'log' / 'web.log'}")
            return 1
        supervisor.start("worker", "planner")
        say(f"Het portaal draait op http://127.0.0.1:{number}/   (Ctrl-C stopt het)")
        if where := where_mail_goes(folder):
            say(where)
        supervisor.watch()
        say("\nHet portaal stopt …")
    finally:
        supervisor.stop()
    say("Gestopt; alles staat bewaard in " + str(folder))
    return 0


def where_mail_goes(folder: Path) -> str:
    """Where to find what the portal mails; empty when a mail server takes it."""
    if os.environ.get("PORTAL_SMTP_HOST", "").strip():
        return ""
    return f"E-mail die het portaal verstuurt, staat als bestanden in {folder / 'mail'}"


def health() -> int:
    """0 when the portal answers, for the name it is served under (the first of ALLOWED_HOSTS)."""
    names = [name.strip().lstrip(".") for name in os.environ.get("ALLOWED_HOSTS", "").split(",") if name.strip()]
    return 0 if answers(port(), host=names[0] if names else "127.0.0.1") else 1


def preflight() -> int:
    """Refuses with a sentence, or is silent."""
    sample_year()
    require_writable(var())
    require_free(port())
    return 0


def main(arguments: Sequence[str]) -> int:
    commands = {"preflight": preflight, "run": run, "health": health}
    name = arguments[0] if arguments else "run"
    if name not in commands:
        print(f"Onbekend: {name}. Kies uit: {', '.join(commands)}.", file=sys.stderr)
        return 2
    try:
        return commands[name]()
    except Refused as refused:
        print(refused, file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
