"""docker-compose.yml starts what the design says, with variables that the settings know."""

import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from ser_portal import runner

BASE = Path(__file__).resolve().parent.parent.parent
COMPOSE = yaml.safe_load((BASE / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ["migrate", "web", "worker", "beat"]
KNOWN = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (BASE / "ser_portal" / "settings.py").read_text()))
DOCKERFILE = (BASE / "Dockerfile").read_text()
REQUIRED = {"PORTAL_SECRET_KEY", "ALLOWED_HOSTS", "POSTGRES_PASSWORD", "PORTAL_URL"}


def test_the_services_of_the_design():
    assert set(SERVICES) == {"postgres", "redis", *OURS}
    assert all(SERVICES[name]["build"] == "." for name in OURS)


@pytest.mark.parametrize("name", OURS)
def test_our_containers_run_with_production_settings_and_variables_that_are_known(name):
    environment = SERVICES[name]["environment"]
    assert environment["PORTAL_ENV"] == "production"
    assert set(environment) <= KNOWN, set(environment) - KNOWN
    assert environment["DATABASE_URL"].startswith("postgres://")
    assert environment["REDIS_URL"].startswith("redis://redis:")
    assert "PORTAL_DEMO_ACCOUNTS" not in environment


def test_what_must_be_set_stops_the_start_when_it_is_not():
    text = (BASE / "docker-compose.yml").read_text()
    assert set(re.findall(r"\$\{([A-Z_]+):\?", text)) == REQUIRED
    assert not re.search(r"\$\{(PORTAL_SECRET_KEY|POSTGRES_PASSWORD)(:-|\})", text)


@pytest.mark.parametrize("name", OURS)
def test_every_command_exists(name):
    command = SERVICES[name].get("command")
    if command is None:  # the image's own
        command = re.findall(r'"([^"]+)"', DOCKERFILE[DOCKERFILE.rindex("\nCMD") :])
    if command[0] == "python":
        words = command[1:]
        if words[0] == "-m":
            assert find_spec(words[1]) is not None
        else:
            assert (BASE / words[0]).is_file()
            assert words[1] in get_commands()
    else:
        assert command[0] == "granian"
        assert find_spec(command[-1].split(":")[0]) is not None


def test_web_is_started_as_make_run_starts_it():
    image = re.findall(r'"([^"]+)"', DOCKERFILE[DOCKERFILE.rindex("\nCMD") :])
    here = next(child.command for child in runner.portal(8000, sys.executable) if child.name == "web")
    assert {word for word in image if word.startswith("--")} <= set(here)
    assert image[-1] == here[-1]


def test_nobody_serves_before_the_migrations_are_done():
    for name in ("web", "worker", "beat"):
        needs = {other: how["condition"] for other, how in SERVICES[name]["depends_on"].items()}
        assert needs == {
            "migrate": "service_completed_successfully",
            "postgres": "service_healthy",
            "redis": "service_healthy",
        }
    assert SERVICES["migrate"]["restart"] == "no"


def test_every_service_tells_whether_it_is_well():
    for name, service in SERVICES.items():
        if name == "migrate":
            assert service["healthcheck"] == {"disable": True}
        elif name == "web":
            assert "HEALTHCHECK" in DOCKERFILE
        else:
            assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}


def test_redis_writes_down_every_message_and_drops_none():
    words = " ".join(SERVICES["redis"]["command"])
    assert "--appendonly yes" in words
    assert "--appendfsync always" in words
    assert "--maxmemory-policy noeviction" in words


def test_what_is_kept_is_on_named_volumes():
    assert set(COMPOSE["volumes"]) == {"portal", "postgres", "redis"}
    for service in SERVICES.values():
        assert service["volumes"][0].split(":")[0] in COMPOSE["volumes"]


def test_only_web_is_reachable_and_only_from_this_machine():
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"web"}
    assert SERVICES["web"]["ports"][0].startswith("127.0.0.1:")


def test_the_image_runs_as_an_ordinary_user_and_holds_no_secret():
    assert re.search(r"^USER portal$", DOCKERFILE, re.MULTILINE)
    assert not re.search(r"(SECRET|PASSWORD|TOKEN)\w*=", DOCKERFILE)
    assert DOCKERFILE.rindex("\nUSER portal") < DOCKERFILE.rindex("\nCMD")


def test_what_the_image_copies_is_let_through_by_dockerignore():
    let_through = {line[1:] for line in (BASE / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE):
        source = shlex.split(line)[0]
        assert source in let_through
        assert (BASE / source).exists()


def test_the_readme_names_every_variable_that_the_settings_read():
    readme = (BASE / "README.md").read_text()
    assert {name for name in KNOWN if f"`{name}`" not in readme} == set()
    assert all(f"`{name}`" in readme for name in REQUIRED)


def test_make_help_names_every_target_and_is_what_make_alone_shows():
    shown = subprocess.run(["make", "-s"], cwd=BASE, capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "check", "bench", "lock", "messages", "clean", "help"):
        assert f"make {target}" in shown
