"""The measurement itself: real pages, a yardstick beside them, and honest words about what could not be measured."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from covenants.models import Commitment
from ser_portal.accounts.models import User
from ser_portal.bench import generator, pages
from ser_portal.bench.generator import Volume
from ser_portal.bench.pages import DETAIL, LIST, START, Cost, Measured, Page
from ser_portal.bench.stage import Stage, stage


@pytest.fixture
def volume(db, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path  # WhiteNoise wants a folder
    return generator.make(Volume(parties=20, commitments=200, updates=300))


def test_every_page_is_measured_next_to_the_bare_list(volume):
    asked = []
    measured = pages.measure(volume, rounds=2, progress=asked.append)
    there = [cost for cost in measured.costs if not cost.page.missing]
    assert {cost.page.name: cost.failure for cost in there if cost.failure} == {}
    assert {cost.page.kind for cost in there} == {LIST, DETAIL, START}
    assert {cost.page.by for cost in there} == {pages.FACILITATOR, pages.DELEGATE}
    assert all(len(cost.wall) == len(cost.cpu) == 2 and cost.queries >= 2 for cost in there)
    assert len(measured.bare.wall) == 2 * len(there)
    assert measured.bare.queries == 4
    assert len(asked) == 4 * len(there)
    assert measured.server_cpu is False or connection.vendor == "postgresql"
    assert len(json.dumps(pages.as_json(measured))) > 1000
    heads, *lines = pages.table(measured)
    assert heads.startswith("pagina")
    assert len(lines) == len(measured.costs) + 1


def _cost(name, cpu, kind=LIST, **more):
    fields = {key: more.pop(key) for key in ("packed", "failure") if key in more}
    return Cost(Page(name, kind, f"/{name}/", **more), wall=[cpu, cpu], cpu=[cpu, cpu], **fields)


def test_budgets_are_read_from_the_ratio_to_the_bare_list():
    first, far = _cost("een", 15.0), _cost("ver", 17.0, last_of="een")
    quick, heavy = _cost("vlug", 6.0), _cost("zwaar", 10.0, packed=200 * 1024)
    broken, start = _cost("stuk", 1.0, failure="niet gemeten: antwoord 500"), _cost("start", 99.0, kind=START)
    measured = Measured([first, far, quick, heavy, broken, start], _cost("kaal", 10.0), server_cpu=False)
    assert measured.verdict(first) == "binnen budget"
    assert measured.verdict(far) == "boven budget; 1,13 × blz. 1: boven budget"
    assert measured.verdict(quick) == "binnen budget, beter dan 0,7"
    assert measured.verdict(heavy) == "binnen budget; meer dan 100 kB gecomprimeerd: boven budget"
    assert measured.verdict(broken) == "niet gemeten: antwoord 500"
    assert measured.verdict(start) == "geen budget"


def test_a_page_that_fails_is_reported_and_not_timed(volume, monkeypatch):
    gone = [Page("weg", LIST, "/bestaat-niet/")]
    monkeypatch.setattr(pages, "pages", lambda made: gone)
    measured = pages.measure(volume, rounds=1)
    assert measured.costs[0].failure == "niet gemeten: antwoord 404"
    assert measured.costs[0].wall == []


def test_a_page_that_is_not_there_yet_is_skipped_and_said(volume, monkeypatch):
    ahead = pages._page("ooit", LIST, "covenants:bestaat_nog_niet", 7, last_of="register, bladzijde 1")
    there = Page("start", START, "/")
    monkeypatch.setattr(pages, "pages", lambda made: [ahead, there])
    measured = pages.measure(volume, rounds=2)
    assert measured.costs[0].wall == []
    assert "overgeslagen: er is nog geen adres covenants:bestaat_nog_niet" in pages.table(measured)[1]


def test_the_far_page_of_commitments_begins_after_the_page_before(volume, monkeypatch):
    facilitator = User.objects.get(email=volume.facilitator)
    rows = list(Commitment.objects.visible_to(facilitator))
    ordered = sorted(rows, key=lambda row: (row.due_latest is None, row.due_latest or date.min, row.pk))
    monkeypatch.setattr(pages, "FAR_PAGE", 3)
    number, address = pages._far_commitments(facilitator)
    before = ordered[2 * 25 - 1]
    assert number == 3
    assert address == f"?na={before.due_latest or ''}.{before.pk}"
    monkeypatch.setattr(pages, "FAR_PAGE", 3_000)
    assert pages._far_commitments(facilitator)[0] == -(-len(rows) // 25)


def test_the_pages_of_what_was_reported_are_on_the_list(volume):
    names = [page.name for page in pages.pages(volume)]
    for word in ("afspraken, bladzijde 1", "beoordelen", "verplichting", "verplichting, als gemachtigde",
                 "startpagina procesbegeleider", "startpagina gemachtigde"):  # fmt: skip
        assert word in names
    assert [name for name in names if name.startswith("ronde met ")]
    assert [name for name in names if name.startswith("afspraak met ")]


def test_the_cpu_of_the_database_server_is_added_where_it_was_measured():
    cost = _cost("een", 10.0)
    cost.server = [4.0, 6.0]
    assert cost.total_cpu == pytest.approx(15.0)


def test_the_commands_of_a_measurement_never_get_the_portals_own_database(tmp_path, settings, monkeypatch):
    monkeypatch.setenv("REDIS_URL", "redis://ergens")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///van-het-portaal")
    got = Stage(tmp_path, "sqlite:///van-de-meting").environment
    assert got["DATABASE_URL"] == "sqlite:///van-de-meting"
    assert got["PORTAL_VAR"] == str(tmp_path)
    assert "REDIS_URL" not in got


@pytest.mark.skipif(connection.vendor != "sqlite", reason="de map is alleen bij SQLite de database")
def test_the_stage_on_sqlite_is_a_folder_that_goes_away(settings, tmp_path):
    settings.VAR = tmp_path / "var"
    with pytest.raises(KeyboardInterrupt), stage() as made:  # noqa: PT012 - it is the leaving that is tested
        assert made.folder.parent == settings.VAR
        assert str(made.folder) in made.url
        (made.folder / "bench.sqlite3").write_text("x")
        raise KeyboardInterrupt
    assert list(settings.VAR.iterdir()) == []


def test_another_kind_of_database_is_refused(monkeypatch):
    monkeypatch.setattr(connection, "vendor", "oracle")
    with pytest.raises(CommandError, match="SQLite of op PostgreSQL"), stage():
        pass


def test_the_inner_step_refuses_a_database_that_is_not_of_a_measurement(tmp_path, monkeypatch):
    monkeypatch.delenv("PORTAL_BENCH", raising=False)
    with pytest.raises(CommandError, match="hoort bij een meting"):
        call_command("bench", measure_here=tmp_path / "uit.json", requests=1)
    assert not (tmp_path / "uit.json").exists()
