"""Translations are compiled without gettext, and --check names what an English reader would notice."""

import gettext
import os

import pytest
from django.conf import settings as real_settings
from django.core.management import CommandError, call_command

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
GOOD = HEAD + 'msgid "partij %(naam)s"\nmsgstr "party %(naam)s"\n'


@pytest.fixture
def catalogue(settings, tmp_path):
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    settings.LOCALE_PATHS = [tmp_path]
    path = folder / "django.po"
    path.write_text(GOOD)
    return path


def test_what_is_compiled_is_what_gettext_reads(catalogue, capsys):
    call_command("compile_translations")
    with catalogue.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("partij %(naam)s") == "party %(naam)s"
    assert "1 gemaakt" in capsys.readouterr().out


def test_what_is_up_to_date_is_left_alone_and_a_change_is_seen(catalogue):
    call_command("compile_translations", verbosity=0)
    target = catalogue.with_suffix(".mo")
    before = target.stat().st_mtime_ns
    call_command("compile_translations", verbosity=0)
    assert target.stat().st_mtime_ns == before
    os.utime(catalogue, ns=(before + 10**9, before + 10**9))
    call_command("compile_translations", verbosity=0)
    assert target.stat().st_mtime_ns != before


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ('\nmsgid "fase"\nmsgstr ""\n', "en: niet vertaald: 'fase'"),
        ('\n#, fuzzy\nmsgid "fase"\nmsgstr "faze"\n', "en: twijfelachtig: 'fase'"),
        ('\n#, python-format\nmsgid "%(n)s uur"\nmsgstr "hours"\n', "en: andere invulplekken: '%(n)s uur'"),
        ('\nmsgid "een"\nmsgid_plural "meer"\nmsgstr[0] "one"\nmsgstr[1] ""\n', "en: niet vertaald: 'een'"),
    ],
)
def test_check_names_what_is_not_right(catalogue, added, said):
    catalogue.write_text(GOOD + added)
    with pytest.raises(CommandError) as refused:
        call_command("compile_translations", "--check", verbosity=0)
    assert said in str(refused.value)
    assert "1 vertalingen kloppen niet." in str(refused.value)


def test_check_accepts_what_is_complete(catalogue):
    call_command("compile_translations", "--check", verbosity=0)


def test_a_language_without_any_translation_is_named(catalogue):
    catalogue.unlink()
    with pytest.raises(CommandError, match="en: er is geen vertaling"):
        call_command("compile_translations", "--check", verbosity=0)


def test_a_file_that_cannot_be_read_is_named(catalogue):
    catalogue.write_text('msgid "half\n')
    with pytest.raises(CommandError, match=r"django\.po"):
        call_command("compile_translations", verbosity=0)
    assert not catalogue.with_suffix(".mo").exists()


def test_the_portals_own_english_is_complete(settings, tmp_path):
    settings.LOCALE_PATHS = real_settings.LOCALE_PATHS
    call_command("compile_translations", "--check", verbosity=0)
