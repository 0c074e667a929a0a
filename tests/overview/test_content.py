"""The overview says what the figures say, only what is public, and the same thing twice."""

import re
from datetime import date
from io import BytesIO

import pypdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from covenants.models import Agreement, Commitment, Visibility
from ser_portal.documents import FORMATS, Table, canonical_json
from ser_portal.overview.content import build_document

pytestmark = pytest.mark.django_db
END = date(2020, 12, 31)


def overview(year=2020, language="nl"):
    return build_document(year=year, as_of=date(year, 12, 31), language=language)


def section(document, ident):
    return next(found for found, _number in document.walk() if found.id == ident)


def test_the_sentence_names_nine_seven_and_two(reference):
    document = overview()
    assert document.title == "Jaaroverzicht 2020 – convenanten en Voortgangsoverleg Klimaatakkoord"
    assert "waren negen sectoren met een convenant in uitvoering" in document.description
    assert "Bij zeven daarvan voerde de SER het secretariaat" in document.description
    assert "Over twee akkoorden werd onderhandeld" in document.description


def test_the_sentence_follows_the_figures(reference):
    Agreement.objects.filter(slug="goud").update(visibility=Visibility.PARTIES)
    assert "acht sectoren" in overview().description


def test_2019_has_ten_and_eight_with_one_uncertain(reference):
    document = overview(2019)
    assert "tien sectoren" in document.description
    assert "Bij acht daarvan" in document.description
    rows = next(b for b in section(document, "figure-agreements-in-implementation").blocks if isinstance(b, Table)).rows
    assert [row[1].text.split(":")[0] for row in rows if row[0] == "onzeker"] == ["Bancaire sector"]


def test_every_chapter_has_a_section_per_agreement_behind_its_number(reference):
    document = overview()
    assert len(section(document, "in-implementation").sections) == 9
    assert [part.id for part in section(document, "in-negotiation").sections] == [
        "agreement-land-en-tuinbouw",
        "agreement-windenergie",
    ]
    secretariats = {row[0]: row[3] for row in table(document, "agreements-in-implementation").rows}
    assert sum(name.startswith("SER") for name in secretariats.values()) == 7
    assert "SER" not in secretariats["Sierteelt"]
    assert "Stilgevallen" in canonical_json(section_document(document, "agreement-land-en-tuinbouw"))
    assert {row[0].text.split(":")[0] for row in table(document, "agreements-ended").rows} == {
        "Bancaire sector",
        "Duurzaam bosbeheer (hout)",
    }


def section_document(document, ident):
    import dataclasses

    return dataclasses.replace(document, sections=(section(document, ident),))


def table(document, ident):
    return next(found for _section, found in document.tables() if found.id == ident)


def test_parties_commitments_and_activities_of_an_agreement(reference):
    document = overview()
    rows = {row[0]: row for row in table(document, "parties-kleding-en-textiel").rows}
    assert {"Bedrijf", "Brancheorganisatie", "Vakbond", "Overheid"} <= set(rows)
    assert "America Today" in rows["Bedrijf"][3]
    assert len(table(document, "commitments-kleding-en-textiel").rows) == 8
    assert len(table(document, "activities-kleding-en-textiel").rows) == 9
    assert "tel regels niet bij elkaar op" in table(document, "numbers-kleding-en-textiel").footnote


def test_the_same_register_gives_the_same_text(reference):
    assert canonical_json(overview()) == canonical_json(overview())


def test_what_is_not_public_is_nowhere_in_it(reference, agreement):
    before = canonical_json(overview())
    assert "Proefconvenant" not in before
    agreement.visibility = Visibility.PUBLIC
    agreement.save()
    assert "Proefconvenant" in canonical_json(overview())


def test_every_source_is_in_the_list(reference):
    document = overview()
    listed = {row[1].url for row in table(document, "sources").rows}
    used = set(re.findall(r'"url":"(https?://[^"]+)"', canonical_json(document)))
    assert used == listed
    assert len(listed) > 80


def test_the_number_of_queries_does_not_grow_with_the_register(reference):
    with CaptureQueriesContext(connection) as few:
        overview()
    agreement = Agreement.objects.get(slug="goud")
    Commitment.objects.bulk_create(
        [Commitment(agreement=agreement, code=f"extra-{n}", text_nl=f"Afspraak {n}") for n in range(500)]
    )
    Agreement.objects.filter(visibility=Visibility.PUBLIC, kind="covenant").update(note="x")
    with CaptureQueriesContext(connection) as many:
        document = overview()
    assert len(many) == len(few)
    assert len(many) < 70
    shown = table(document, "commitments-goud")
    assert len(shown.rows) == 200
    assert "200 van 506" in shown.footnote


def test_an_english_overview_is_english_where_the_register_is(reference):
    document = overview(language="en")
    assert document.lang == "en"
    assert section(document, "agreement-goud").title == "Gold"


def test_a_year_without_agreements_in_a_phase_says_so(reference):
    document = overview(2016)
    assert "Convenanten in uitvoering" in [part.title for part in document.sections]


@pytest.mark.slow
def test_the_pdf_says_nine_seven_and_two_and_is_tagged_and_dutch(reference):
    data = FORMATS["pdf"].render(overview())
    pdf = pypdf.PdfReader(BytesIO(data))
    text = " ".join("".join(page.extract_text() for page in pdf.pages[:3]).split())
    assert "negen sectoren" in text
    assert "zeven daarvan" in text
    assert "twee akkoorden" in text
    root = pdf.trailer["/Root"]
    assert root["/Lang"].startswith("nl")
    assert root["/MarkInfo"]["/Marked"]
    assert pdf.metadata.title.startswith("Jaaroverzicht 2020")
