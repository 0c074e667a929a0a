"""Tries `make run` as a newcomer would: it answers, a killed worker comes back, Ctrl-C stops everything, data stay.

Runs in a folder of its own on a free port. Prints what it measured; a broken promise ends with exit code 1.
"""
# ruff: noqa: S607 - fixed commands

import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parent.parent
OWN = (
    "DATABASE_URL", "REDIS_URL", "PORTAL_ENV", "PORTAL_DEMO_PASSWORD", "PORTAL_QUEUE_PREFIX", "DJANGO_SETTINGS_MODULE",
    "MAKEFLAGS", "MAKELEVEL", "MFLAGS",
)  # fmt: skip


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(pid: int) -> bool:
    """Whether the process still runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def family(pid: int) -> set[int]:
    """The process and everything it started, also what has a process group of its own."""
    found = {pid}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split() if alive(pid) else ():
        found |= family(int(child))
    return found


class Portal:
    """One `make run`, with what it printed so far."""

    def __init__(self, folder: Path, port: int) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in OWN}
        environment |= {"PORTAL_VAR": str(folder), "PORT": str(port)}
        self.address = f"http://127.0.0.1:{port}/"
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            ["make", "run"], cwd=BASE, env=environment, text=True, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.printed = ""
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            self.printed += line

    def wait_for(self, pattern: str, seconds: float) -> re.Match[str]:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := re.search(pattern, self.printed):
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise SystemExit(f"make run: '{pattern}' kwam niet. Wat er stond:\n{self.printed}")

    def started(self) -> float:
        self.wait_for(r"draait op http://127\.0\.0\.1:\d+/", 240)
        seconds = time.monotonic() - self.began
        page = urllib.request.urlopen(f"{self.address}inloggen/", timeout=10)  # noqa: S310 - our own address
        require(page.status == 200 and b'name="password"' in page.read(), "de inlogpagina verschijnt niet")
        return seconds

    def child(self, name: str) -> int:
        return int(self.wait_for(rf"{name} (\d+)", 5)[1])

    def ctrl_c(self) -> float:
        """Interrupts the whole foreground group, as a terminal does."""
        members = family(self.process.pid)
        began = time.monotonic()
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(15)
        left = {pid for pid in members if alive(pid)}
        require(not left, f"na Ctrl-C draaien nog: {sorted(left)}")
        return time.monotonic() - began


def require(truth: bool, otherwise: str) -> None:
    if not truth:
        raise SystemExit(f"make run: {otherwise}")


def main() -> None:
    measured: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="portal-") as name:
        folder = Path(name)
        portal = Portal(folder, free_port())
        try:
            measured["first_start_seconds"] = round(portal.started(), 1)
            roles = set(re.findall(r"(\w+)@demo\.example", portal.printed))
            require({"facilitator", "delegate", "reporting", "admin", "reader"} <= roles, f"accounts: {roles}")
            password = portal.wait_for(r"met wachtwoord (\S+)", 1)[1]

            os.kill(portal.child("worker"), signal.SIGKILL)
            killed = time.monotonic()
            again = int(portal.wait_for(r"worker draait weer \(proces (\d+)\)", 15)[1])
            require(alive(again), "de worker kwam niet terug")
            measured["worker_back_seconds"] = round(time.monotonic() - killed, 1)
            measured["stop_seconds"] = round(portal.ctrl_c(), 1)
            require(measured["stop_seconds"] < 5, "stoppen duurt te lang")

            portal = Portal(folder, free_port())
            measured["second_start_seconds"] = round(portal.started(), 1)
            require(password in portal.printed, "het wachtwoord van de eerste keer geldt niet meer")
            measured["second_stop_seconds"] = round(portal.ctrl_c(), 1)
        finally:
            if portal.process.poll() is None:
                os.killpg(portal.process.pid, signal.SIGTERM)
                portal.process.wait(15)
    print("make run: in orde", json.dumps(measured))


if __name__ == "__main__":
    main()
