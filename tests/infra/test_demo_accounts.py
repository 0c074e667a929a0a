"""Sample people: one per role, only when asked for, and with a password that stays."""

import re
import stat

import pytest
from django.core.management import CommandError, call_command

from covenants.management.commands import demo_accounts
from covenants.models import Agreement, Delegate, FacilitatorAssignment, Party, PartyType, Secretariat
from covenants.models.agreements import SecretariatCapacity
from ser_portal.accounts.models import Role, User

ROLES = {
    "facilitator@demo.example": Role.FACILITATOR,
    "delegate@demo.example": Role.DELEGATE,
    "reporting@demo.example": Role.REPORTING,
    "admin@demo.example": Role.ADMINISTRATOR,
    "reader@demo.example": Role.READER,
}


@pytest.fixture
def asked(settings, tmp_path, monkeypatch, db):
    """Demo accounts are asked for, and `var/` is a folder of this test."""
    monkeypatch.delenv("PORTAL_DEMO_PASSWORD", raising=False)
    settings.DEMO_ACCOUNTS = True
    settings.VAR = tmp_path
    return tmp_path


def made(capsys) -> str:
    call_command("demo_accounts")
    return capsys.readouterr().out


def test_one_account_per_role_that_can_sign_in_with_what_is_printed(asked, capsys):
    said = made(capsys)
    word = re.search(r"wachtwoord (\S+)", said)[1]
    assert len(word) >= 16
    people = User.objects.filter(is_demo=True)
    assert {person.email: person.role for person in people} == ROLES
    assert all(person.check_password(word) and person.name.startswith("Voorbeeld") for person in people)
    assert all(email in said for email in ROLES)


def test_the_password_file_is_for_the_owner_only(asked, capsys):
    made(capsys)
    assert stat.S_IMODE((asked / "demo-password").stat().st_mode) == 0o600


def test_a_second_run_keeps_passwords_and_makes_nobody_twice(asked, capsys):
    first = made(capsys)
    before = {user.email: user.password for user in User.objects.all()}
    assert made(capsys) == first
    assert {user.email: user.password for user in User.objects.all()} == before


def test_what_is_printed_holds_also_after_somebody_changed_a_password(asked, capsys):
    word = re.search(r"wachtwoord (\S+)", made(capsys))[1]
    reader = User.objects.get(email="reader@demo.example")
    reader.set_password("iets anders gekozen")
    reader.save()
    made(capsys)
    reader.refresh_from_db()
    assert reader.check_password(word)


def test_a_given_password_is_used_and_not_kept_on_disk(asked, capsys, monkeypatch):
    monkeypatch.setenv("PORTAL_DEMO_PASSWORD", "zelf bedacht en lang")
    assert "zelf bedacht en lang" in made(capsys)
    assert not (asked / "demo-password").exists()
    assert User.objects.get(email="admin@demo.example").check_password("zelf bedacht en lang")


def test_without_being_asked_nothing_is_made(settings, db):
    settings.DEMO_ACCOUNTS = False
    with pytest.raises(CommandError, match="PORTAL_DEMO_ACCOUNTS=1"):
        call_command("demo_accounts")
    assert not User.objects.exists()


def test_never_in_production(asked, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="nooit in productie"):
        call_command("demo_accounts")
    assert not User.objects.exists()


def test_a_real_person_with_such_an_address_is_left_alone(asked, capsys):
    real = User.objects.create_user("reader@demo.example", "een echt wachtwoord")
    with pytest.raises(CommandError, match="geen demo-account"):
        made(capsys)
    real.refresh_from_db()
    assert real.check_password("een echt wachtwoord")
    assert User.objects.count() == 1


def test_the_facilitator_looks_after_what_the_ser_runs_and_nothing_else(asked, capsys, agreement):
    other = Agreement.objects.create(
        **{
            field.name: getattr(agreement, field.name)
            for field in Agreement._meta.concrete_fields
            if field.name not in {"id", "slug", "reference_key"}
        },
        slug="ander-akkoord",
    )
    Secretariat.objects.create(
        agreement=agreement, organisation="SER", run_by_ser=True, capacity=SecretariatCapacity.SECRETARIAT
    )
    Secretariat.objects.create(
        agreement=other, organisation="Elders", run_by_ser=False, capacity=SecretariatCapacity.SECRETARIAT
    )
    made(capsys)
    made(capsys)
    assert [row.agreement for row in FacilitatorAssignment.objects.current()] == [agreement]


def test_the_delegate_acts_for_modint_or_else_a_trade_association(asked, capsys):
    for slug, kind in [
        ("aa-bedrijf", PartyType.COMPANY),
        ("bb-branche", PartyType.TRADE_ASSOCIATION),
    ]:
        Party.objects.create(slug=slug, name=slug, type=kind)
    made(capsys)
    assert [row.party.slug for row in Delegate.objects.all()] == ["bb-branche"]

    Delegate.objects.all().delete()
    Party.objects.create(slug="modint", name="Zz Modint", type=PartyType.TRADE_ASSOCIATION)
    made(capsys)
    assert [row.party.slug for row in Delegate.objects.all()] == ["modint"]


def test_every_role_has_a_sample_person():
    assert {role for _name, _full, role in demo_accounts.ACCOUNTS} == set(Role)


def test_the_delegate_coordinates_also_when_the_account_is_of_before_there_were_roles(asked, reference, capsys):
    made(capsys)
    row = Delegate.objects.get(user__email="delegate@demo.example")
    assert (row.party.slug, row.role) == ("modint", "coordinator")
    Delegate.objects.filter(pk=row.pk).update(role="submitter")
    made(capsys)
    row.refresh_from_db()
    assert row.role == "coordinator"
