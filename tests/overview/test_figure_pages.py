"""Every figure has a page with the records behind it."""

import pytest

from covenants.models import Agreement

pytestmark = pytest.mark.django_db
FIGURE = "/kengetallen/agreements.in_implementation/"


def text(response):
    return " ".join(response.content.decode().split())


def test_all_figures_with_their_value_on_the_day(as_user, reporting, reference):
    page = text(as_user(reporting).get("/kengetallen/"))
    assert "Sectoren met een convenant in uitvoering" in page
    assert '<b class="figure-inline">9</b>' in page
    assert '<b class="figure-inline">7</b>' in page


def test_a_figure_lists_what_counts_what_does_not_and_what_is_uncertain(as_user, reporting, reference):
    page = text(as_user(reporting).get(FIGURE, {"peildatum": "2019-12-31"}))
    assert "Geteld (10)" in page
    assert "Onzeker (1)" in page
    assert '<a href="/convenanten/goud/?peildatum=2019-12-31">' in page
    assert "Convenanten waarvan de laatste zekere fase" in page
    assert "versie 1" in page


def test_a_wrong_day_is_told_and_the_page_still_stands(as_user, reporting, reference):
    for typed in ("31 februari 2020", "2199-01-01"):
        response = as_user(reporting).get(FIGURE, {"peildatum": typed})
        assert response.status_code == 422
        assert "Geteld (9)" in text(response)


def test_who_may_see_more_counts_more_and_nobody_else(as_user, facilitator, other_facilitator, agreement, reference):
    url = "/kengetallen/agreements.in_negotiation/"
    assert "Proefconvenant" in text(as_user(facilitator).get(url))
    page = text(as_user(other_facilitator).get(url))
    assert "Proefconvenant" not in page
    assert "Geteld (2)" in page


def test_a_reader_may_not_and_an_unknown_code_is_not_found(as_user, reader, reporting, reference):
    assert as_user(reader).get(FIGURE).status_code == 403
    assert as_user(reader).get("/kengetallen/").status_code == 403
    assert as_user(reader).get("/kengetallen/bestaat.niet/").status_code == 403
    assert as_user(reporting).get("/kengetallen/bestaat.niet/").status_code == 404


def test_more_than_fifty_records_are_paged(as_user, reporting, reference):
    sector = Agreement.objects.first().sector
    made = Agreement.objects.bulk_create(
        [Agreement(slug=f"a{n}", name_nl=f"Akkoord {n}", sector=sector, visibility="public") for n in range(60)]
    )
    from covenants.models import PhaseChange

    day = "2019-01-01"
    PhaseChange.objects.bulk_create(
        [
            PhaseChange(
                agreement=agreement, sequence=0, to_phase="negotiation", effective_on_earliest=day,
                effective_on_latest=day, possible_from=day, certain_from=day,
            )
            for agreement in made
        ]
    )  # fmt: skip
    client = as_user(reporting)
    page = text(client.get("/kengetallen/agreements.in_negotiation/"))
    assert "Geteld (62)" in page
    assert "Pagina 1 van 2" in page
    assert "Pagina 2 van 2" in text(client.get("/kengetallen/agreements.in_negotiation/", {"geteld": "2"}))
