"""The supervisor keeps its processes running, ends them all, and says why a start cannot be."""

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ser_portal import runner

RUNNER = Path(runner.__file__)
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('klaar', flush=True); time.sleep(60)",
]  # fmt: skip
WITH_CHILD = [sys.executable, "-c", "import subprocess, sys; subprocess.run(['sleep', '60'])"]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def until(question, seconds=5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def supervise(tmp_path):
    """Makes supervisors of sleeping children; whatever happens, they are stopped again."""
    made = []

    def make(*commands):
        said = []
        children = [runner.Child(f"kind{number}", command) for number, command in enumerate(commands)]
        supervisor = runner.Supervisor(
            children, folder=tmp_path, environment=dict(os.environ), say=said.append, first_pause=0.1
        )
        made.append(supervisor)
        supervisor.start()
        return supervisor, said

    yield make
    for supervisor in made:
        supervisor.stop()


def test_says_the_process_ids_at_the_start(supervise):
    supervisor, said = supervise(SLEEP, SLEEP)
    first, second = (child.process.pid for child in supervisor.children)
    assert said == [f"Gestart: kind0 {first} · kind1 {second}"]


def test_a_killed_process_comes_back_and_it_is_said(supervise):
    supervisor, said = supervise(SLEEP)
    killed = supervisor.children[0].process.pid
    os.kill(killed, signal.SIGKILL)
    supervisor.watch(1.5)
    back = supervisor.children[0].process
    assert back is not None
    assert back.pid != killed
    assert alive(back.pid)
    assert "kind0 is door signaal 9 beëindigd" in said[1]
    assert said[2] == f"kind0 draait weer (proces {back.pid})"


def test_the_pause_grows_while_a_process_keeps_failing(supervise):
    supervisor, said = supervise([sys.executable, "-c", "raise SystemExit(3)"])
    pauses = []
    child = supervisor.children[0]
    for _ in range(3):
        assert until(lambda: child.process is not None and child.process.poll() is not None)
        began = time.monotonic()
        supervisor._look_after(child)
        pauses.append(round(child.due - began, 1))
        child.due = 0.0
        supervisor._look_after(child)
    assert pauses == [0.1, 0.2, 0.4]
    assert "gestopt met code 3" in said[1]


def test_what_a_killed_process_had_started_is_ended_with_it(supervise):
    supervisor, _said = supervise(WITH_CHILD)
    leader = supervisor.children[0].process.pid
    assert until(lambda: Path(f"/proc/{leader}/task/{leader}/children").read_text().strip())
    grandchild = int(Path(f"/proc/{leader}/task/{leader}/children").read_text().split()[0])
    os.kill(leader, signal.SIGKILL)
    supervisor.watch(0.6)
    assert until(lambda: not alive(grandchild))


def test_stop_ends_also_what_will_not_stop(supervise, monkeypatch, tmp_path):
    monkeypatch.setattr(runner, "GRACE", 0.5)
    supervisor, _said = supervise(SLEEP, STUBBORN)
    assert until(lambda: (tmp_path / "kind1.log").read_text() == "klaar\n")
    pids = [child.process.pid for child in supervisor.children]
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 2
    assert not any(alive(pid) for pid in pids)


def test_the_promised_stop_is_within_five_seconds():
    assert runner.GRACE < 4


def test_children_stop_when_the_supervisor_itself_is_killed(tmp_path):
    code = f"""
import sys, time; sys.path.insert(0, {str(RUNNER.parent.parent)!r})
import importlib.util, pathlib, os
spec = importlib.util.spec_from_file_location("runner", {str(RUNNER)!r})
runner = importlib.util.module_from_spec(spec); sys.modules["runner"] = runner; spec.loader.exec_module(runner)
s = runner.Supervisor([runner.Child("kind", {SLEEP!r})], folder=pathlib.Path({str(tmp_path)!r}),
                      environment=dict(os.environ), say=lambda line: None)
s.start(); print(s.children[0].process.pid, flush=True); time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as supervisor:
        child = int(supervisor.stdout.readline())
        assert alive(child)
        supervisor.kill()
        assert until(lambda: not alive(child))


# --- Why a start cannot be -------------------------------------------------------------------------------------------


def refusal(tmp_path: Path, **changes: str) -> str:
    """What `make run` says before anything is installed."""
    done = subprocess.run(
        [sys.executable, "-P", str(RUNNER), "preflight"],
        env={**os.environ, "PORTAL_VAR": str(tmp_path / "var"), "PORT": "0", **changes},
        capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr.strip()


def test_a_port_in_use_is_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        assert f"Poort {number} is al in gebruik" in refusal(tmp_path, PORT=str(number))


@pytest.mark.parametrize("value", ["acht", "0", "70000", "-1", "80.5"])
def test_a_port_that_is_none_is_one_sentence(value, tmp_path):
    assert refusal(tmp_path, PORT=value) == f"PORT is '{value}', maar moet een getal tussen 1 en 65535 zijn."


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "bestand").write_text("")
    said = refusal(tmp_path, PORTAL_VAR=str(tmp_path / "bestand" / "var"))
    assert "kan niet worden geschreven" in said


def test_a_second_portal_on_the_same_folder_is_refused(tmp_path):
    with runner.only_one(tmp_path):
        second = runner.only_one(tmp_path)
        with pytest.raises(runner.Refused, match=f"proces {os.getpid()}"):
            second.__enter__()


def test_the_lock_is_free_again_after_a_stop(tmp_path):
    for _ in range(2):
        with runner.only_one(tmp_path):
            assert (tmp_path / "run.lock").read_text() == str(os.getpid())


def test_the_runner_needs_nothing_that_has_to_be_installed():
    """It speaks before .venv exists: an isolated Python without site-packages can load it."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(RUNNER), "onbekend"], capture_output=True, text=True, timeout=20
    )
    assert done.returncode == 2
    assert "Kies uit: preflight, run, health." in done.stderr


def test_the_three_processes_can_be_started_here():
    for child in runner.portal(8000, sys.executable):
        module = child.command[child.command.index("-m") + 1]
        assert importlib.util.find_spec(module) is not None


def test_it_is_said_where_the_mail_is_unless_a_server_takes_it(monkeypatch, tmp_path):
    monkeypatch.delenv("PORTAL_SMTP_HOST", raising=False)
    assert runner.where_mail_goes(tmp_path).endswith(f"{tmp_path}/mail")
    monkeypatch.setenv("PORTAL_SMTP_HOST", "smtp.example")
    assert runner.where_mail_goes(tmp_path) == ""


# --- The sample year -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "loads"),
    [({}, True), ({"PORTAL_SAMPLE_YEAR": "0"}, False), ({"PORTAL_SAMPLE_YEAR": "no"}, False),
     ({"PORTAL_SAMPLE_YEAR": "1"}, True), ({"PORTAL_ENV": "production"}, False),
     ({"PORTAL_ENV": "production", "PORTAL_SAMPLE_YEAR": "1"}, False)],
)  # fmt: skip
def test_the_sample_year_is_loaded_in_development_unless_switched_off(environment, loads, monkeypatch):
    for name in ("PORTAL_SAMPLE_YEAR", "PORTAL_ENV"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert runner.sample_year() is loads


def test_a_switch_that_is_no_yes_or_no_is_one_sentence(tmp_path):
    said = refusal(tmp_path, PORTAL_SAMPLE_YEAR="misschien")
    assert said == "PORTAL_SAMPLE_YEAR is 'misschien', maar moet ja (1, true) of nee (0, false) zijn."


def test_the_words_for_yes_and_no_are_those_of_the_settings():
    from ser_portal import env

    assert (runner.YES, runner.NO | {""}) == (env.TRUE, env.FALSE)
