"""The English of the portal: complete in the catalogue, and complete on the pages."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings as portal
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import activate, gettext
from django.utils.translation.reloader import translation_file_changed

from ser_portal.accounts.management.commands.compile_translations import faults, read

HOUSE = Path(portal.BASE_DIR)
CATALOGUE = HOUSE / "ser_portal" / "locale" / "en" / "LC_MESSAGES" / "django.po"

# A frame that is still Dutch, whatever the records in it say.
DUTCH = re.compile(
    r"\b(convenant|convenanten|akkoord|akkoorden|partij|partijen|deelname|deelnames|fase|fasen|peildatum|stand"
    r"|kengetal|kengetallen|jaaroverzicht|bron|bronnen|secretariaat|onzeker|wijzigen|opslaan|inloggen|uitloggen)\b",
    re.IGNORECASE,
)
FRAME = {"h2", "th", "dt", "label", "button", "legend", "summary", "nav", "caption", "title"}
SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-label")
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return read(CATALOGUE)


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    """What the pages read is what the catalogue says now."""
    call_command("compile_translations", verbosity=0)
    translation_file_changed(None, CATALOGUE.with_suffix(".mo"))
    activate("nl")


# --- The catalogue ---------------------------------------------------------------------------------------------------


def test_every_text_has_its_english_with_the_same_placeholders(catalogue):
    assert len(catalogue) > 900
    assert faults(catalogue) == []
    assert [f"{message.id!r}: {wrong}" for message in catalogue for wrong in message.check(catalogue)] == []


def test_spaces_and_lines_around_a_text_are_kept(catalogue):
    def edges(text: str) -> tuple[str, str]:
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    odd = []
    for message in catalogue:
        if message.id:
            ids, strings = (
                texts if isinstance(texts, (tuple, list)) else (texts,) for texts in (message.id, message.string)
            )
            odd += [said for said, put in zip(ids, strings, strict=True) if edges(said) != edges(put)]
    assert odd == []


def test_the_catalogue_carries_nothing_that_changes_by_itself(catalogue):
    text = CATALOGUE.read_text(encoding="utf-8")
    assert not catalogue.fuzzy
    assert "#:" not in text
    assert "#~" not in text
    assert str(HOUSE) not in text


@pytest.mark.skipif(not shutil.which("xgettext"), reason="xgettext ontbreekt; installeer het pakket gettext")
def test_no_text_of_the_code_is_missing(catalogue, settings, tmp_path, monkeypatch):
    """The same collecting as `make messages`, in a copy: it writes beside what it reads."""
    for folder in ("ser_portal", "covenants", "climate", "templates"):
        shutil.copytree(
            HOUSE / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "locale", "*.json")
        )
    (tmp_path / "locale").mkdir()
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    monkeypatch.chdir(tmp_path)
    call_command("makemessages", locale=["en"], verbosity=0, no_location=True)
    found = read(tmp_path / "locale" / "en" / "LC_MESSAGES" / "django.po")

    def keys(texts: Catalog) -> set[tuple[str | None, str]]:
        return {(one.context, one.id[0] if isinstance(one.id, (tuple, list)) else one.id) for one in texts if one.id}

    assert len(found) > 900
    assert keys(found) - keys(catalogue) == set(), "run `make messages` and translate what is new"


# --- The pages -------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The texts of a page with the elements around each, and the language it says it is in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.texts: list[tuple[str, list[str]]] = []
        self.language: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang")
        self.texts += [(" ".join(text.split()), ["label"]) for name in SPOKEN if (text := given.get(name))]
        if tag not in VOID:
            self.open.append((tag, given.get("lang")))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        around = [tag for tag, _lang in self.open]
        own = [lang for _tag, lang in self.open if lang]
        if text and own[-1:] != ["nl"] and not {"script", "style"} & set(around):
            self.texts.append((text, around))


class Dutch:
    """Every Dutch text that English says otherwise, with its placeholders as holes."""

    def __init__(self, catalogue: Catalog) -> None:
        self.whole: set[str] = set()
        self.holed: list[re.Pattern[str]] = []
        for message in catalogue:
            if not message.id:
                continue
            ids, strings = (
                texts if isinstance(texts, (tuple, list)) else (texts,) for texts in (message.id, message.string)
            )
            for said in set(ids) - set(strings):
                parts = re.split(r"%\(\w+\)[a-z]|\{\w*\}", " ".join(said.split()))
                if len(parts) == 1:
                    self.whole.add(parts[0])
                elif sum(len(part.strip()) for part in parts) >= 4:  # "op %(day)s" fits too many sentences
                    self.holed.append(re.compile(".+?".join(re.escape(part) for part in parts)))

    def says(self, text: str) -> bool:
        return text in self.whole or any(pattern.fullmatch(text) for pattern in self.holed)


@pytest.fixture(scope="module")
def dutch(catalogue) -> Dutch:
    return Dutch(catalogue)


def left_in_dutch(html: str, dutch: Dutch, records: set[str]) -> list[str]:
    """The texts of the frame that are not English; `records` are the texts that are data and may be Dutch."""
    found = []
    for text, around in Page(html).texts:
        bare = text.strip(" :·,;()/")
        if {text, bare, re.sub(r"^[\d.,]+ |:.*$", "", bare)} & records:  # also "23 partijen": a value with its unit
            continue
        if dutch.says(text) or dutch.says(bare) or (FRAME & set(around) and "a" not in around and DUTCH.search(text)):
            found.append(text)
    return found


@pytest.fixture
def english(reference, client, facilitator, reporting, agreement, settings):
    """Opens an address in English as somebody: `english(facilitator, url)`; answers the page as text."""
    from covenants.models import Agreement, FacilitatorAssignment

    wind = Agreement.objects.get(slug="windenergie")
    FacilitatorAssignment.objects.create(agreement=wind, user=facilitator, began_on=timezone.localdate().replace(day=1))

    def get(person, url, expect=200):
        client.logout()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        if person is not None:
            client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        answer = client.get(url)
        assert answer.status_code == expect, url
        return answer.content.decode()

    return get


@pytest.fixture
def records(english) -> set[str]:
    """Texts that people or sources wrote: they stay in the language in which they were written."""
    from django.apps import apps
    from django.db import models

    found: set[str] = set()
    for app in ("covenants", "climate", "accounts"):
        for model in apps.get_app_config(app).get_models():
            fields = [
                field.attname
                for field in model._meta.concrete_fields
                if isinstance(field, (models.CharField, models.TextField)) and not field.choices
            ]
            for row in model._base_manager.values_list(*fields) if fields else ():
                found.update(" ".join(text.split()) for text in row if text)
    return found


def test_the_detector_sees_dutch(dutch):
    html = "<html lang='en'><h2>Partijen</h2><p>Terug naar 31 december 2020</p><input placeholder='naam of afkorting'>"
    assert left_in_dutch(html, dutch, set()) == ["Partijen", "Terug naar 31 december 2020", "naam of afkorting"]
    assert left_in_dutch(html, dutch, {"Partijen"}) == ["Terug naar 31 december 2020", "naam of afkorting"]
    assert left_in_dutch("<p lang='nl'>Partijen</p><p>Parties</p>", dutch, set()) == []


def addresses(who: str) -> list[str]:
    """The pages that somebody works with; parties and agreements each with and without everything."""
    from covenants.models import Agreement, Participation, Party

    if who == "nobody":
        return [reverse("account_login"), reverse("account_reset_password")]
    consulted = [
        reverse("start"),
        reverse("covenants:register"),
        reverse("covenants:register") + "?peildatum=2019-12-31",
        reverse("covenants:register") + "?fase=onderhandeling&secretariaat=ser&zoek=bestaat-niet",
        reverse("covenants:context"),
        reverse("covenants:parties"),
        reverse("covenants:party", args=[Party.objects.filter(participations__isnull=False).first().slug]),
        reverse("climate:forum"),
        reverse("climate:forum") + "?peildatum=2019-03-01",
        reverse("climate:labour_market"),
        reverse("climate:track", args=["arbeidsmarkt-en-scholing"]),
        reverse("overview:figures"),
        reverse("overview:figure", args=["agreements.in_implementation"]),
        reverse("overview:index"),
        *(reverse("covenants:agreement", args=[slug]) for slug in Agreement.objects.values_list("slug", flat=True)),
    ]
    if who == "reporting":
        return [url for url in consulted if "proefconvenant" not in url]
    wind = Agreement.objects.get(slug="windenergie")
    step = wind.phase_changes.order_by("sequence").last()
    taking_part = Participation.objects.filter(agreement=wind).first()
    return [
        *(url for url in consulted if url != reverse("overview:index")),
        reverse("covenants:agreement_new"),
        reverse("covenants:party_new"),
        reverse("covenants:party_edit", args=[taking_part.party.slug]),
        reverse("covenants:agreement_edit", args=[wind.slug]),
        reverse("covenants:agreement_history", args=[wind.slug]),
        reverse("covenants:phase", args=[wind.slug]),
        reverse("covenants:phase_correction", args=[wind.slug, step.pk]),
        reverse("covenants:stall", args=[wind.slug]),
        reverse("covenants:participation_new", args=[wind.slug]),
        reverse("covenants:participation_edit", args=[wind.slug, taking_part.pk]),
        reverse("covenants:activity_new", args=[wind.slug]),
        reverse("account_change_password"),
    ]


@pytest.mark.parametrize("who", ["nobody", "reporting", "facilitator"])
def test_a_page_in_english_has_nothing_dutch_but_its_records(who, english, dutch, records, reporting, facilitator):
    person = {"nobody": None, "reporting": reporting, "facilitator": facilitator}[who]
    left = {}
    for url in addresses(who):
        html = english(person, url)
        assert Page(html).language == "en", url
        if found := left_in_dutch(html, dutch, records):
            left[url] = found
    assert left == {}


def test_a_page_that_is_not_there_says_so_in_english(english, dutch, facilitator):
    html = english(facilitator, "/convenanten/bestaat-niet/", expect=404)
    assert Page(html).language == "en"
    assert left_in_dutch(html, dutch, set()) == []


def test_without_a_choice_the_portal_is_dutch_whatever_the_browser_prefers(client, db):
    html = client.get(reverse("account_login"), headers={"accept-language": "en"}).content.decode()
    assert Page(html).language == "nl"
    activate("nl")
    assert gettext("Inloggen") in html
