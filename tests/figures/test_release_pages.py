"""What every role can fetch of a round: no number before a release, and after it the frozen table and nothing else."""

import html
import json
import re
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.conf import settings as portal
from django.core.management import call_command
from hypothesis import given, settings

from covenants import services
from covenants.models import Audience, ProgressUpdate, ReportingSlot
from covenants.progress_figures import CELLS, Released
from ser_portal.disclosure import Shown
from ser_portal.figures import all_figures
from tests.figures.conftest import MADE_UP, rounds, undone
from tests.figures.staged import Answer, stage_round

pytestmark = pytest.mark.django_db
DONE = Answer("approved", status="on_course", verdict="compliant", value=Decimal(40))
BEHIND = Answer("approved", status="behind", verdict="partly", value=Decimal(40))
MIXED = [[DONE]] * 9 + [[BEHIND]] * 8 + [[Answer()]] * 7
TOKENS = r"""(csrfmiddlewaretoken" value="|X-CSRFToken&quot;: &quot;|X-CSRFToken": "|nonce=")[^"&]+"""
OTHERS = ["delegate", "outsider", "other_facilitator", "reporting", "administrator", "reader"]


def release(made, by):
    return services.release_round(made, version=made.version, reason="Jaarcijfers", by=by)


def words_of(answer):
    """The words of a page: no tags, no form tokens, no nonces."""
    text = re.sub(r"<(script|style|head)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def addresses(made):
    """Every page and export on which a number of the round could stand, with filters and days."""
    codes = [figure.code for figure in all_figures("round")]
    slug = made.agreement.slug
    return [
        f"/rondes/{made.pk}/", f"/rondes/{made.pk}/?stand=klaar", f"/rondes/{made.pk}/?peildatum=2020-12-31",
        f"/rondes/{made.pk}/?partij=partij-1", f"/rondes/{made.pk}/cijfers/", f"/rondes/{made.pk}/cijfers/?stand=stil",
        f"/rondes/{made.pk}/cijfers/?peildatum=2020-12-31", f"/rondes/{made.pk}/cijfers/vrijgeven/",
        f"/convenanten/{slug}/", f"/convenanten/{slug}/rondes/", f"/convenanten/{slug}/cijfers/",
        "/kengetallen/", "/kengetallen/?peildatum=2020-12-31", "/",
        *(f"/kengetallen/{code}/" for code in codes[:3]),
        *(f"/kengetallen/{code}/?ronde={made.pk}" for code in codes),
        *(f"/kengetallen/{code}/?ronde={made.pk}&peildatum=2020-12-31&geteld=2" for code in codes[:2]),
    ]  # fmt: skip


def everything(client, made, languages=("nl", "en")):
    """All that somebody can fetch, as (address, language) → status and bytes without what differs by itself."""
    found = {}
    for language in languages:
        client.cookies[portal.LANGUAGE_COOKIE_NAME] = language
        for address in addresses(made):
            answer = client.get(address)
            text = re.sub(TOKENS, r"\1", answer.content.decode())
            found[address, language] = (answer.status_code, text)
    return found


@pytest.mark.parametrize("role", OTHERS)
def test_before_a_release_the_pages_are_the_same_whatever_one_company_reported(
    public, facilitator, role, as_user, request
):
    user = request.getfixturevalue(role)
    made = stage_round(public, by=facilitator, answers=MIXED, kinds=["quantity"])
    before = everything(as_user(user), made)
    slot = ReportingSlot.objects.filter(round=made, approved__isnull=False).first()
    ProgressUpdate.objects.filter(slot=slot).update(
        status="done", value=Decimal(987654), numerator=None, text="Heel anders"
    )
    other = ReportingSlot.objects.filter(round=made, approved__isnull=True).first()
    ProgressUpdate.objects.create(
        slot=other, agreement=public, party=other.party, number=1, status="attention", value=Decimal(5),
        submitted_by=facilitator,
    )  # fmt: skip
    other.state, other.current = "submitted", other.updates.get()
    other.save()
    assert everything(as_user(user), made) == before
    # The positive control: the secretariat does see it.
    page = words_of(as_user(facilitator).get(f"/rondes/{made.pk}/cijfers/"))
    assert "987.6" in page or "987654" in page or "988" in page


def test_who_may_know_of_the_round_reads_what_the_numbers_mean_and_no_number(public, facilitator, reporting, as_user):
    made = stage_round(public, by=facilitator, answers=MIXED)
    page = words_of(as_user(reporting).get(f"/rondes/{made.pk}/cijfers/"))
    assert "Er zijn nog geen totalen vrijgegeven." in page
    assert "voordat de ronde sloot" in page
    assert "Zoals het nu is" not in page
    one = as_user(reporting).get("/kengetallen/round.silent/", {"ronde": made.pk})
    assert "nog geen totalen vrijgegeven" in words_of(one)
    assert "selection" not in one.context
    assert "Er is niets van vrijgegeven." in words_of(as_user(reporting).get("/kengetallen/round.silent/"))


def numbers_of(answer):
    """The numbers and the hidden ones in every cell that holds a figure: what a page tells."""
    return re.findall(r'<b>([^<]*)</b>|(class="withheld")', answer.content.decode())


@settings(MADE_UP, max_examples=5)
@given(rounds(most_parties=20, most_commitments=2))
def test_after_a_release_all_pages_tell_the_frozen_table_and_nothing_else(
    public, facilitator, reporting, as_user, made_up
):
    with undone():
        made = stage_round(public, by=facilitator, **made_up)
        if not made.slots.standing().exists():
            return
        row = release(made, facilitator)
        released = Released(row)
        client = as_user(reporting)
        pages = {address: client.get(address) for address in addresses(made)}
        for code in CELLS:
            cell = released.figure(code)
            page = pages[f"/kengetallen/{code}/?ronde={made.pk}"]
            shown = page.context["number"]
            assert shown.hidden != isinstance(cell, Shown)
            assert shown.text == (str(cell.value) if isinstance(cell, Shown) else "")
            assert shown.exact == ""
            for key in ("selection", "exact_ladder", "lists"):
                assert key not in page.context
        totals = pages[f"/rondes/{made.pk}/cijfers/"].context
        assert "live" not in totals
        for pk, line in zip(released.commitments, totals["released"].statuses, strict=True):
            for column, (_heading, shown) in zip(
                ["not_started", "on_course", "attention", "behind", "done", "none", "*"], line.cells, strict=True
            ):
                cell = released.cell("status", f"c{pk}", column)
                assert (shown.text, shown.exact) == (str(cell.value) if isinstance(cell, Shown) else "", "")
        # Whatever is asked for, the same numbers: another day, another filter, another language.
        told = numbers_of(pages[f"/rondes/{made.pk}/cijfers/"])
        for more in ("?peildatum=2020-12-31", "?stand=stil", "?pagina=2"):
            assert numbers_of(client.get(f"/rondes/{made.pk}/cijfers/{more}")) == told
        everything_then = everything(client, made)
        versions = ProgressUpdate.objects.filter(slot__round=made)
        versions.update(status="done", value=Decimal(1))
        versions.filter(number=1).update(state="submitted")  # one waits per slot
        assert everything(client, made) == everything_then


def test_a_party_sees_the_release_beside_its_own_work_and_hears_no_reason(agreement, facilitator, delegate, as_user):
    rows = [*MIXED, [Answer("approved", status="attention")]]
    made = stage_round(agreement, by=facilitator, answers=rows, minimum=6)
    release(made, facilitator)
    page = words_of(as_user(delegate).get(f"/rondes/{made.pk}/cijfers/"))
    assert "verborgen" in page
    assert "om te voorkomen dat een partij te herkennen is" in page
    for telling in ("klein aantal", "af te leiden", "overheerst", "exact", "Fatima"):
        assert telling not in page


def test_the_secretariat_sees_exact_numbers_the_reasons_and_what_the_outside_will_see(agreement, facilitator, as_user):
    rows = [*MIXED, [Answer("approved", status="attention")]]
    made = stage_round(agreement, by=facilitator, answers=rows)
    client = as_user(facilitator)
    page = words_of(client.get(f"/rondes/{made.pk}/cijfers/vrijgeven/"))
    assert "klein aantal" in page
    assert "anders af te leiden uit de rest" in page
    assert "exact: 1" in page
    answer = client.post(
        f"/rondes/{made.pk}/cijfers/vrijgeven/",
        {"version": made.version, "reason": "Over 2025", "seen": services.prepare_release(made).fingerprint},
    )
    assert answer.status_code == 302
    assert answer["Location"] == f"/rondes/{made.pk}/cijfers/"
    shown = words_of(client.get(answer["Location"]))
    assert "De totalen zijn vrijgegeven." in shown
    assert "Zoals anderen het zien" in shown
    assert "Over 2025" in shown
    again = client.post(
        f"/rondes/{made.pk}/cijfers/vrijgeven/", {"version": made.version, "reason": "Over 2025", "seen": ""}
    )
    assert again.status_code == 422
    assert made.releases.count() == 1


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"reason": ""}, {"reason": "x" * 200_000}, {"reason": "\x00"}, {"version": "oud", "reason": "a"},
        {"version": "9", "reason": "Bewaar dit", "seen": ""},
        {"version": "1", "reason": "Bewaar dit", "seen": "anders"},
    ],
)  # fmt: skip
def test_a_release_with_something_wrong_answers_422_and_keeps_what_was_typed(agreement, facilitator, as_user, sent):
    made = stage_round(agreement, by=facilitator, answers=MIXED)
    answer = as_user(facilitator).post(f"/rondes/{made.pk}/cijfers/vrijgeven/", {"version": made.version, **sent})
    assert answer.status_code == 422
    assert not made.releases.exists()
    if sent.get("reason") == "Bewaar dit":
        assert "Bewaar dit" in answer.content.decode()


def test_an_open_round_has_numbers_for_its_secretariat_and_no_button(agreement, facilitator, as_user):
    made = stage_round(agreement, by=facilitator, answers=MIXED, locked=False)
    client = as_user(facilitator)
    assert "Zoals het nu is" in words_of(client.get(f"/rondes/{made.pk}/cijfers/"))
    page = client.get(f"/rondes/{made.pk}/cijfers/vrijgeven/")
    assert "De ronde is nog open" in words_of(page)
    assert b"<textarea" not in page.content
    sent = client.post(f"/rondes/{made.pk}/cijfers/vrijgeven/", {"version": made.version, "reason": "Nu al"})
    assert sent.status_code == 422
    assert "Nu al" in sent.content.decode()


def test_a_figure_of_a_round_lists_its_records_for_the_secretariat(agreement, facilitator, as_user):
    made = stage_round(agreement, by=facilitator, answers=[*MIXED, [Answer("late")], [Answer("withdrawn")]])
    page = words_of(as_user(facilitator).get("/kengetallen/round.with_status/", {"ronde": made.pk}))
    assert "Geteld (17)" in page
    assert "Niet geteld (9)" in page
    assert "van 25 (verplichtingen)" in page
    assert "te laat: alleen na het sluiten ontvangen" in page
    assert "vervallen" in page


@pytest.mark.parametrize("typed", ["0", "999999", "x", "-1", "1" * 40, "²", "\x00"])
def test_a_round_that_is_not_there_is_not_found(agreement, reporting, as_user, typed):
    assert as_user(reporting).get("/kengetallen/round.silent/", {"ronde": typed}).status_code == 404


def test_a_round_one_may_not_know_of_is_not_found_and_on_no_list(agreement, facilitator, reporting, as_user):
    made = stage_round(agreement, by=facilitator, answers=MIXED)
    release(made, facilitator)
    client = as_user(reporting)
    assert client.get("/kengetallen/round.silent/", {"ronde": made.pk}).status_code == 404
    assert "Proefconvenant" not in words_of(client.get("/kengetallen/round.silent/"))


def test_a_commitment_one_may_not_read_has_no_text_in_the_table(public, facilitator, reporting, as_user):
    made = stage_round(public, by=facilitator, answers=MIXED)
    release(made, facilitator)
    public.commitments.update(visibility=Audience.SECRETARIAT, text_nl="Geheime afspraak")
    page = words_of(as_user(reporting).get(f"/rondes/{made.pk}/cijfers/"))
    assert "1. afspraak waarvan u de tekst niet ziet" in page
    assert "Geheime afspraak" not in page


def test_the_series_of_an_agreement_says_where_it_starts_anew(public, facilitator, reporting, as_user):
    for year, rung in ((2023, 1), (2024, 2)):
        made = stage_round(
            public, by=facilitator, answers=MIXED, rung=rung, period_first=date(year, 1, 1),
            period_last=date(year, 12, 31), title_nl=f"Rapportage {year}",
        )  # fmt: skip
        release(made, facilitator)
    page = words_of(as_user(reporting).get(f"/convenanten/{public.slug}/cijfers/"))
    assert "Niet te vergelijken met de reeks hiervoor." in page
    assert "Vanaf 1 januari 2024 wordt naar andere afspraken gevraagd: 1 erbij, 1 eraf." in page
    assert page.index("Rapportage 2023") < page.index("Reeks 2") < page.index("Rapportage 2024")


def test_the_command_prints_what_was_released_and_nothing_of_the_rest(public, facilitator):
    told = stage_round(public, by=facilitator, answers=[*MIXED, [Answer("approved", status="attention")]])
    stage_round(public, by=facilitator, answers=MIXED)
    release(told, facilitator)
    out = StringIO()
    call_command("figures", as_of="2020-12-31", format="json", stdout=out)
    rows = {row["code"]: row for row in json.loads(out.getvalue()) if row.get("scope") == "round"}
    assert set(rows) == set(CELLS)
    assert {row["round_id"] for row in rows.values()} == {told.pk}
    assert (rows["round.asked"]["value"], rows["round.asked"]["of"]) == (25, 49)
    assert rows["round.status.attention"]["value"] is None
    out = StringIO()
    call_command("figures", stdout=out, language="en")
    assert "Silent parties" in out.getvalue()
    assert told.title_nl in out.getvalue()


def test_the_numbers_of_a_page_are_written_as_people_here_write_them():
    from django.utils import translation

    from covenants.views.figures_shown import written

    assert written(Decimal("1234567.50")) == "1.234.567,5"
    assert written(Decimal("40.0000")) == "40"
    with translation.override("en"):
        assert written(Decimal("1234567.50")) == "1,234,567.5"
