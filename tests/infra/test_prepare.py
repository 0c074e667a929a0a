"""Making the portal ready: the sample year comes along when asked for, and never stands in the way of a start."""

from io import StringIO

import pytest
from django.core.management import call_command

from covenants.models import Agreement, Party

pytestmark = pytest.mark.django_db


@pytest.fixture
def prepare(settings, tmp_path, monkeypatch):
    """What `prepare` says, without migrating or collecting; those are not what is tested here."""
    from ser_portal.accounts.management.commands import prepare as module

    settings.DEMO_ACCOUNTS, settings.VAR, settings.EVIDENCE_ROOT = False, tmp_path, tmp_path / "evidence"
    real = module.call_command
    quiet = {"migrate", "compile_translations", "collectstatic"}
    monkeypatch.setattr(
        module, "call_command", lambda name, *args, **more: None if name in quiet else real(name, *args, **more)
    )
    monkeypatch.setattr(module.Command, "_static", lambda self: None)

    def run(**options):
        out = StringIO()
        call_command("prepare", stdout=out, stderr=StringIO(), **options)
        return out.getvalue()

    return run


def test_the_sample_year_is_made_when_asked_for(prepare):
    assert "Voorbeeldjaar gemaakt" in prepare(sample_year=True)
    assert Agreement.objects.filter(is_sample=True).count() == 2
    assert "stond er al" in prepare(sample_year=True)


def test_without_being_asked_nothing_is_invented(prepare):
    assert "oorbeeldjaar" not in prepare()
    assert not Agreement.objects.exists()


def test_a_sample_year_that_cannot_be_made_is_said_and_no_reason_not_to_start(prepare):
    Party.objects.create(slug="voorbeeldvakbond-handel", name="Voorbeeldvakbond Handel", type="trade_union")
    said = prepare(sample_year=True)
    assert "Geen voorbeeldjaar." in said
    assert "Statische bestanden" in said
    assert not Agreement.objects.exists()
