"""The cast and the stage that all tests share: a few people, one agreement of their own, and the real data."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import translation

from ser_portal.accounts.models import Role, User
from ser_portal.dates import ImpreciseDate

REFERENCE = Path(__file__).resolve().parent.parent / "covenants" / "reference" / "ser_2020.json"
PASSWORD = "een heel gewoon wachtwoord"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's own loop runs beside the tests


@pytest.fixture(autouse=True)
def _stage(settings, tmp_path):
    """Quick passwords, plain static files, no broker anybody could reach by accident, Dutch."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with translation.override("nl"):  # whatever language the test before left behind
        yield


def make_user(name: str, role: str) -> User:
    """A person who can sign in with PASSWORD."""
    return User.objects.create_user(f"{name}@test.example", PASSWORD, name=name.capitalize(), role=role)


@pytest.fixture
def facilitator(db, agreement) -> User:
    """Looks after `agreement`."""
    from covenants.models import FacilitatorAssignment

    user = make_user("fatima", Role.FACILITATOR)
    FacilitatorAssignment.objects.create(agreement=agreement, user=user, began_on=date(2020, 1, 1))
    return user


@pytest.fixture
def other_facilitator(db) -> User:
    """A facilitator, of nothing here."""
    return make_user("frank", Role.FACILITATOR)


@pytest.fixture
def delegate(db, agreement, party) -> User:
    """Acts for `party`, which takes part in `agreement`."""
    from covenants.models import Delegate, Participation, ParticipationRole

    user = make_user("dewi", Role.DELEGATE)
    Participation.objects.create(
        agreement=agreement,
        party=party,
        role=ParticipationRole.SIGNATORY,
        began=ImpreciseDate.on(date(2019, 3, 1)),
    )
    Delegate.objects.create(party=party, user=user, began_on=date(2020, 1, 1))
    return user


@pytest.fixture
def outsider(db) -> User:
    """Acts for a party that takes part in nothing here."""
    from covenants.models import Delegate, Party, PartyType

    user = make_user("otto", Role.DELEGATE)
    elsewhere = Party.objects.create(slug="elders", name="Elders bv", type=PartyType.COMPANY)
    Delegate.objects.create(party=elsewhere, user=user, began_on=date(2020, 1, 1))
    return user


@pytest.fixture
def reporting(db) -> User:
    return make_user("rachid", Role.REPORTING)


@pytest.fixture
def administrator(db) -> User:
    return make_user("anja", Role.ADMINISTRATOR)


@pytest.fixture
def reader(db) -> User:
    return make_user("lena", Role.READER)


@pytest.fixture
def party(db):
    from covenants.models import Party, PartyType

    return Party.objects.create(slug="voorbeeld-bv", name="Voorbeeld bv", type=PartyType.COMPANY)


@pytest.fixture
def agreement(db):
    """An agreement only its facilitators and parties may know of: explored in 2018, negotiated since March 2019."""
    from covenants import services
    from covenants.models import Agreement, Phase, PhaseChange, Sector, Visibility

    sector = Sector.objects.create(slug="proefsector", name_nl="Proefsector", name_en="Trial sector")
    agreement = Agreement.objects.create(
        slug="proefconvenant",
        name_nl="Proefconvenant",
        name_en="Trial agreement",
        sector=sector,
        visibility=Visibility.PARTIES,
    )
    for sequence, (phase, when) in enumerate(
        [(Phase.EXPLORATION, ImpreciseDate.year(2018)), (Phase.NEGOTIATION, ImpreciseDate.month(2019, 3))]
    ):
        PhaseChange.objects.create(agreement=agreement, sequence=sequence, to_phase=phase, effective_on=when)
    services.derive_bounds(agreement)
    return agreement


_SNAPSHOT: list = []


@pytest.fixture
def reference(db):
    """The real data of 2020: loaded once per process, after that the same rows put back at one go.

    Quick only when asked for before anything that makes rows of its own.
    """
    from covenants.models import Sector
    from covenants.reference.loader import load

    if Sector.objects.exists():
        return load(REFERENCE)
    if not _SNAPSHOT:
        outcome = load(REFERENCE)
        _SNAPSHOT.append(outcome)
        for app in ("covenants", "climate"):
            for model in apps.get_app_config(app).get_models(include_auto_created=True):
                if rows := list(model._base_manager.all()):
                    _SNAPSHOT.append((model, rows))
        return outcome
    with transaction.atomic():
        for model, rows in _SNAPSHOT[1:]:
            model._base_manager.bulk_create(rows)
        _reset_sequences([model for model, _ in _SNAPSHOT[1:]])
    return _SNAPSHOT[0]


def _reset_sequences(models):
    """PostgreSQL counts on from where it was; rows put back with their keys need it to jump ahead."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


@pytest.fixture
def as_user(client):
    """Signs somebody in: `as_user(facilitator).get(...)`."""

    def sign_in(user: User | None):
        client.logout()
        if user is not None:
            client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return sign_in


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium, quiet and without a sandbox (CI runs as root)."""
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


def pytest_configure():
    """What a fresh clone does not have yet: the folder of collected static files, and the English texts."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    call_command("compile_translations", verbosity=0)


# What touches no database, or walks every page of the portal twice for each of fourteen people: once is enough.
ONCE = (
    "tests/disclosure/",
    "tests/documents/",
    "tests/intake/",
    "tests/leaks/test_canaries",
    "tests/leaks/test_noninterf",
)


def pytest_collection_modifyitems(items):
    """Browser tests are skipped with a reason where there is no Chromium, unless REQUIRE_BROWSER says otherwise.

    On the leg with PostgreSQL the tests of ONCE are skipped with a reason; `.ci/run` ran them on SQLite.
    """
    if os.environ.get("EXPECT_DATABASE") == "postgresql":
        again = pytest.mark.skip(reason="hangt niet van de database af; gedaan op SQLite")
        for item in items:
            if item.nodeid.startswith(ONCE):
                item.add_marker(again)
    if CHROMIUM or os.environ.get("REQUIRE_BROWSER") == "1":
        return
    skip = pytest.mark.skip(reason="geen Chromium gevonden; installeer het pakket chromium")
    for item in items:
        if "browser" in item.keywords:
            item.add_marker(skip)
