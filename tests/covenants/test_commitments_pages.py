"""The pages of commitments: the list by key, one promise then and now, forms that lose nothing, who sees what."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.http import QueryDict
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from covenants import services, wording
from covenants.models import (
    Audience,
    CarrierKind,
    Commitment,
    CoResponsible,
    DueKind,
    Participation,
    ParticipationRole,
    PartyType,
    Phase,
    PhaseChange,
    Theme,
)
from covenants.services import carried_by, resolve_carriers
from covenants.views.commitments import in_bucket
from covenants.views.keyset import KeyPage
from ser_portal.audit.models import Entry
from ser_portal.dates import ImpreciseDate
from tests.factories import make_commitment, make_party, make_round, make_slot, make_update

HTMX = {"HTTP_HX_REQUEST": "true"}
LONG = "x" * 200_000
TODAY = date(2026, 11, 25)


def text(response):
    return response.content.decode()


@pytest.fixture
def keeper(as_user, facilitator):
    return as_user(facilitator)


@pytest.fixture
def commitment(agreement):
    return make_commitment(
        agreement, text_nl="Elk bedrijf maakt een plan.", due_kind="date", due=ImpreciseDate.year(2025)
    )


def new_data(**changes):
    return {
        "once": "abc", "text_nl": "Elk bedrijf maakt een plan.", "text_en": "", "clause": "artikel 4.2", "agreed": "",
        "carrier_kind": "class", "carrier_types": ["company"], "lead": "", "co_responsible": "", "carrier": "",
        "due_kind": "date", "due": "eind 2026", "recurrence": "yearly", "due_diligence_step": "2", "measure_kind": "",
        "visibility": "", "note": "", "source": "", **changes,
    }  # fmt: skip


# --- The list ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"voorbij", "straks", "later", "woorden", "zonder", "over"}),
        ("termijn=verstreken", {"voorbij"}),
        ("termijn=komend", {"straks"}),
        ("termijn=later", {"later"}),
        ("termijn=relatief", {"woorden"}),
        ("termijn=niet-afgesproken", {"zonder"}),
        ("termijn=vervallen", {"over"}),
        ("stap=3", {"straks"}),
        ("thema=leefbaar-loon", {"later"}),
        ("herhaling=jaarlijks", {"woorden"}),
        ("herhaling=doorlopend", set()),
        ("zoek=PLAN+ZON", {"zonder"}),
        ("partij=Bond", {"zonder"}),
        ("partij=voorbeeld-bv", {"voorbij", "straks", "later", "woorden", "over"}),
        ("akkoord=proefconvenant", {"voorbij", "straks", "later", "woorden", "zonder", "over"}),
    ],
)
def test_the_list_answers_each_filter(agreement, delegate, as_user, facilitator, query, found):
    today = date.today()  # noqa: DTZ011 -- the page speaks of today
    made = {
        "voorbij": {"due_kind": "date", "due": ImpreciseDate.on(today - timedelta(days=1))},
        "straks": {"due_kind": "date", "due": ImpreciseDate.on(today + timedelta(days=20)), "due_diligence_step": 3},
        "later": {"due_kind": "date", "due": ImpreciseDate.on(today + timedelta(days=200))},
        "woorden": {"due_kind": "relative", "due": ImpreciseDate(words="drie maanden erna"), "recurrence": "yearly"},
        "over": {"due_kind": "date", "due": ImpreciseDate.year(2019), "ended_on": today},
    }
    for name, fields in made.items():
        make_commitment(agreement, text_nl=f"{name} plan", text_en="", **fields)
    union = make_party(name="Bond", type=PartyType.TRADE_UNION)
    make_commitment(agreement, text_nl="zonder plan zon", carrier_kind="named", carrier_types=[], lead=union)
    Commitment.objects.get(text_nl="later plan").themes.add(
        Theme.objects.create(slug="leefbaar-loon", name_nl="Leefbaar loon")
    )
    Participation.objects.create(
        agreement=agreement, party=union, role=ParticipationRole.SUPPORTER, began=ImpreciseDate.year(2019)
    )
    page = text(as_user(facilitator).get(f"/afspraken/?{query}"))
    shown = {name.split()[0] for name in re.findall(r'<td><a href="/afspraken/\d+/[^>]*>([^<]+)</a>', page)}
    assert shown == found


@pytest.mark.parametrize(
    "query",
    [
        "termijn=ooit", "stap=7", "stap=twee", "thema=onzin", "herhaling=soms", "akkoord=onzin", "partij=Niemand+nv",
        "sorteer=kleur", "na=onzin", "na=2020-13-40.5", "voor=.x", "zoek=" + "x" * 300, "peildatum=31-31-2020",
        "na=." + "9" * 30, "partij=%00", "zoek=%00",
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_gives_the_list_and_a_sentence(keeper, commitment, query):
    answer = keeper.get(f"/afspraken/?{query}")
    assert answer.status_code == (200 if "%00" in query else 422)
    assert "Elk bedrijf maakt een plan." in text(answer)
    assert ('role="alert"' in text(answer) or "as-of-error" in text(answer)) == (answer.status_code == 422)


def test_the_fragment_is_the_list_without_its_frame(keeper, commitment):
    fragment = keeper.get("/afspraken/?termijn=verstreken", **HTMX)
    assert text(fragment).lstrip().startswith('<div id="commitment-results">')
    assert fragment["HX-Push-Url"] == "/afspraken/?termijn=verstreken"
    assert "<html" not in text(fragment)


def test_a_thousand_are_counted_and_more_are_said_to_be_more(keeper, agreement, django_assert_max_num_queries):
    Commitment.objects.bulk_create(
        Commitment(agreement=agreement, code=f"veel-{n}", text_nl=f"Nummer {n}") for n in range(1001)
    )
    with django_assert_max_num_queries(8):
        page = text(keeper.get("/afspraken/"))
    assert "meer dan 1.000 afspraken" in page
    Commitment.objects.filter(code="veel-7").delete()
    assert "1000 afspraken" in text(keeper.get("/afspraken/")).replace("1.000", "1000")


DUES = st.one_of(st.none(), st.integers(0, 5))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    dues=st.lists(DUES, max_size=14),
    size=st.integers(1, 4),
    descending=st.booleans(),
    column=st.sampled_from(["due_latest", ""]),
)
def test_paging_forth_and_back_shows_every_row_once_in_one_order(agreement, dues, size, descending, column):
    Commitment.objects.all().delete()
    for n, due in enumerate(dues):
        day = None if due is None else TODAY + timedelta(days=due)
        make_commitment(agreement, code=f"k{n}", due_kind="date", due_latest=day)

    def page(query):
        return KeyPage(
            Commitment.objects.all(), QueryDict(query.lstrip("?")), column=column, descending=descending, size=size
        )

    sign = -1 if descending else 1
    rows = list(Commitment.objects.all())
    if column:
        rows.sort(key=lambda row: (row.due_latest is None, sign * (row.due_latest or TODAY).toordinal(), sign * row.pk))
    else:
        rows.sort(key=lambda row: sign * row.pk)
    expected = [row.pk for row in rows]
    current, forth, pages = page(""), [], []
    while True:
        pages.append([row.pk for row in current])
        forth += pages[-1]
        if not current.next:
            break
        current = page(current.next)
    assert forth == expected
    back = [[row.pk for row in current]]
    while current.previous:
        current = page(current.previous)
        back.append([row.pk for row in current])
    assert back[::-1] == pages


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(DueKind.values),
    latest=st.one_of(st.none(), st.integers(-2, 93)),
    ended=st.one_of(st.none(), st.integers(-2, 2)),
)
def test_a_bucket_in_words_is_the_bucket_in_the_database(agreement, kind, latest, ended):
    Commitment.objects.all().delete()
    due = None if latest is None or kind == DueKind.NOT_AGREED else TODAY + timedelta(days=latest)
    row = make_commitment(
        agreement,
        due_kind=kind,
        due_latest=due,
        ended_on=None if ended is None else TODAY + timedelta(days=ended),
    )
    said = wording.bucket(row.due_kind, row.due_latest, row.ended_on, TODAY)
    assert [word for word in wording.BUCKETS if Commitment.objects.filter(in_bucket(word, TODAY)).exists()] == [said]


def test_what_a_party_carries_is_what_resolving_says(agreement):
    company, union, away = make_party(agreement), make_party(agreement, type=PartyType.TRADE_UNION), make_party()
    classes = [make_commitment(agreement, carrier_types=types) for types in ([], ["company"], ["trade_union"])]
    named = make_commitment(agreement, carrier_kind="named", carrier_types=[], lead=away)
    CoResponsible.objects.create(commitment=named, party=union)
    unknown = make_commitment(agreement, carrier_kind="unknown")
    for party in (company, union, away):
        resolved = {
            row.pk
            for row in [*classes, named, unknown]
            if party in [carrier.party for carrier in resolve_carriers(row, TODAY, TODAY)]
        }
        assert {row.pk for row in carried_by(Commitment.objects.all(), party, on=TODAY)} == resolved


# --- One promise ---------------------------------------------------------------------------------------------------


def test_the_first_term_stands_beside_the_present_one_with_reason_and_decision(keeper, commitment, facilitator):
    services.edit_commitment(
        commitment,
        version=1,
        changes={"due": ImpreciseDate.year(2026)},
        reason="Meer tijd nodig",
        decision="Stuurgroep, punt 4",
        by=facilitator,
    )
    page = text(keeper.get(commitment.get_absolute_url()))
    section = page[page.index("toen-en-nu") : page.index('id="wie"')]
    for words in ("Eerst afgesproken", "2025", "2026", "Meer tijd nodig", "Stuurgroep, punt 4", "Fatima"):
        assert words in section, words
    assert "Tekst" not in section


def test_nothing_stands_beside_a_promise_that_never_moved(keeper, commitment, facilitator):
    services.edit_commitment(commitment, version=1, changes={"note": "Nota"}, reason="Aangevuld", by=facilitator)
    assert "toen-en-nu" not in text(keeper.get(commitment.get_absolute_url()))


def test_an_unknown_carrier_is_told_in_the_words_of_the_source(keeper, agreement):
    row = make_commitment(agreement, carrier_kind="unknown", carrier="werkgroep Thema's", carrier_types=[])
    page = text(keeper.get(row.get_absolute_url()))
    assert "Niet op naam vastgelegd." in page
    assert "werkgroep Thema&#x27;s" in page


def test_an_uncertain_carrier_is_marked_with_the_reason(keeper, agreement):
    party = make_party(name="Twijfel bv")
    Participation.objects.create(
        agreement=agreement, party=party, role=ParticipationRole.SIGNATORY, began=ImpreciseDate()
    )
    page = text(keeper.get(make_commitment(agreement).get_absolute_url()))
    assert "mark-uncertain" in page
    assert "niet zeker of de partij op" in page
    assert "waarvan 1 onzeker" in page


@pytest.mark.parametrize(
    ("fields", "present", "absent"),
    [
        (
            {"measure_kind": "share", "numerator_label": "leden met een plan", "denominator_label": "leden",
             "target_numerator": Decimal(30), "target_denominator": Decimal(40)},
            ["30 leden met een plan van 40 leden (75%)", "leden met een plan, als deel van leden"],
            [],
        ),
        (
            {"measure_kind": "share", "numerator_label": "leden met een plan", "denominator_label": "leden"},
            ["niet vastgelegd"],
            ["%)"],
        ),
        (
            {"measure_kind": "quoted", "measure_unit": "% marktaandeel", "measure_value": Decimal(80)},
            ["80% marktaandeel", "de bron noemt geen noemer"],
            [],
        ),
        (
            {"measure_kind": "quantity", "measure_unit": "fabrieken", "measure_value": Decimal("1250.5"),
             "baseline_value": Decimal(3)},
            ["1.250,5 fabrieken", "3 fabrieken"],
            ["geen noemer"],
        ),
    ],
)  # fmt: skip
def test_a_measure_is_never_a_bare_percentage(keeper, agreement, fields, present, absent):
    page = text(keeper.get(make_commitment(agreement, **fields).get_absolute_url()))
    for words in present:
        assert words in page, words
    for words in absent:
        assert words not in page, words


DAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (ImpreciseDate.on(date(2023, 9, 25)), "al 3 jaar en 2 maanden"),
        (ImpreciseDate.on(date(2023, 9, 26)), "al 3 jaar en 1 maand"),
        (ImpreciseDate.on(date(2025, 11, 25)), "al 1 jaar"),
        (ImpreciseDate.on(date(2026, 11, 20)), "al minder dan een maand"),
        (ImpreciseDate.year(2020), "al minstens 5 jaar en 10 maanden"),
        (ImpreciseDate(None, date(2020, 12, 31)), "al minstens 5 jaar en 10 maanden"),
        (ImpreciseDate(date(2020, 1, 1), None), "hoogstens 6 jaar en 10 maanden"),
        (ImpreciseDate(), "sinds wanneer is niet bekend"),
        (ImpreciseDate.year(2027), "op deze dag nog niet van toepassing"),
    ],
)
def test_the_age_of_a_gap_is_never_more_exact_than_its_start(since, said):
    assert wording.gap(since, DAY) == said


def test_a_gap_counts_from_the_promise_else_from_the_signing_else_from_what_the_order_tells(keeper, agreement):
    row = make_commitment(agreement, agreed=ImpreciseDate.on(date(2019, 5, 1)))
    assert "afgesproken: 1 mei 2019" in text(keeper.get(row.get_absolute_url()))
    silent = make_commitment(agreement)
    assert "sinds wanneer is niet bekend" in text(keeper.get(silent.get_absolute_url()))
    change = PhaseChange.objects.create(agreement=agreement, sequence=2, to_phase=Phase.SIGNED)
    PhaseChange.objects.create(
        agreement=agreement, sequence=3, to_phase=Phase.IMPLEMENTATION, effective_on=ImpreciseDate.on(date(2020, 2, 1))
    )
    services.derive_bounds(agreement)
    assert "uiterlijk" not in text(keeper.get(row.get_absolute_url()))
    assert "al minstens" in text(keeper.get(silent.get_absolute_url()))
    PhaseChange.objects.filter(pk=change.pk).update(
        effective_on_earliest=date(2019, 7, 1), effective_on_latest=date(2019, 7, 1)
    )
    assert "met de ondertekening van het akkoord: 1 juli 2019" in text(keeper.get(silent.get_absolute_url()))


# --- Who sees what of it -------------------------------------------------------------------------------------------


def test_another_party_sees_no_slot_and_is_told_why(agreement, delegate, facilitator, as_user):
    row, other = make_commitment(agreement), make_party(agreement, name="Concurrent bv")
    round = make_round(agreement, by=facilitator, title_nl="Geheime ronde")
    make_update(make_slot(round, row, other), by=facilitator, state="approved", text="Kanarie")
    page = text(as_user(delegate).get(row.get_absolute_url()))
    assert "Geheime ronde" not in page
    assert "Wat een partij rapporteert is vertrouwelijk" in page
    assert "Geheime ronde" in text(as_user(facilitator).get(row.get_absolute_url()))


def test_wider_circles_learn_that_something_was_approved_and_not_what_happened_after(
    agreement, party, delegate, facilitator, as_user
):
    row, other = make_commitment(agreement), make_party(agreement, name="Concurrent bv")
    round = make_round(agreement, by=facilitator, progress_level=Audience.PARTIES)
    slot = make_slot(round, row, other)
    make_update(slot, by=facilitator, state="approved")
    make_update(slot, by=facilitator, state="returned")
    slot.confirmed_on = date(2026, 3, 3)
    slot.save()
    outside, inside = (text(as_user(who).get(row.get_absolute_url())) for who in (delegate, facilitator))
    assert "goedgekeurd" in outside
    assert "teruggestuurd" not in outside
    assert "3 maart 2026" not in outside
    assert "teruggestuurd" in inside
    assert "3 maart 2026" in inside


def test_what_was_written_while_fewer_could_see_it_stays_theirs(agreement, delegate, facilitator, as_user):
    row = make_commitment(agreement, text_nl="Kanarie in het geheim", visibility=Audience.SECRETARIAT)
    services.edit_commitment(
        row,
        version=1,
        changes={"text_nl": "Wat iedereen mag weten", "visibility": Audience.PARTIES},
        reason="Open",
        by=facilitator,
    )
    for page in ("", "geschiedenis/"):
        url = row.get_absolute_url() + page
        outside = text(as_user(delegate).get(url))
        assert "Wat iedereen mag weten" in outside
        assert "Kanarie" not in outside
        assert "Kanarie" in text(as_user(facilitator).get(url))


@pytest.mark.parametrize("who", ["delegate", "other_facilitator", "reporting", "administrator"])
def test_a_narrow_commitment_is_on_no_page_of_who_may_not_see_it(agreement, facilitator, request, as_user, who):
    user = request.getfixturevalue(who)
    party = make_party(agreement, name="Drager bv")
    row = make_commitment(
        agreement,
        text_nl="Kanarie",
        visibility=Audience.SECRETARIAT,
        carrier_kind="named",
        carrier_types=[],
        lead=party,
    )
    make_commitment(agreement, text_nl="Openbaar")
    type(agreement).objects.filter(pk=agreement.pk).update(visibility="public")
    client = as_user(user)
    for page in ("/afspraken/", "/afspraken/?zoek=Kanarie", agreement.get_absolute_url(), party.get_absolute_url()):
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert "Kanarie" not in re.sub(r'value="Kanarie"|zoek=Kanarie', "", text(answer)), page
    for page in ("", "geschiedenis/", "wijzigen/", "beeindigen/"):
        assert client.get(row.get_absolute_url() + page).status_code == 404
    if who == "administrator":
        listed = text(client.get(reverse("admin:covenants_commitment_changelist")))
        assert "Openbaar" in listed
        assert "Kanarie" not in listed
        found = client.get(reverse("admin:covenants_commitment_changelist"), {"q": "Kanarie"})
        assert "change/" not in text(found)
        assert client.get(reverse("admin:covenants_commitment_change", args=[row.pk])).status_code == 302
    assert "Kanarie" in text(as_user(facilitator).get(party.get_absolute_url()))


def test_the_agreement_and_the_party_lead_to_their_commitments(keeper, agreement, delegate, party):
    row = make_commitment(agreement)
    for page in (agreement.get_absolute_url(), party.get_absolute_url()):
        assert f'href="{row.get_absolute_url()}' in text(keeper.get(page))
    home = text(keeper.get(agreement.get_absolute_url()))
    assert "/convenanten/proefconvenant/afspraken/nieuw/" in home
    assert "/convenanten/proefconvenant/rapportageregels/" in home


def test_a_delegate_is_offered_no_keeping(agreement, delegate, as_user, commitment):
    client = as_user(delegate)
    assert "wijzigen/" not in text(client.get(commitment.get_absolute_url()))
    assert "afspraken/nieuw" not in text(client.get(agreement.get_absolute_url()))


# --- Typing --------------------------------------------------------------------------------------------------------


def test_a_new_commitment_is_made_once_however_often_it_is_sent(keeper, agreement):
    url = "/convenanten/proefconvenant/afspraken/nieuw/"
    first, second = keeper.post(url, new_data()), keeper.post(url, new_data())
    made = Commitment.objects.get()
    assert first["Location"] == second["Location"] == made.get_absolute_url()
    assert (made.due, made.recurrence, made.due_diligence_step) == (
        ImpreciseDate(date(2026, 10, 1), date(2026, 12, 31), "eind 2026"), "yearly", 2,
    )  # fmt: skip
    assert made.carrier_types == ["company"]


def test_names_numbers_and_demands_are_read_as_people_write_them(keeper, agreement):
    lead, sharing = make_party(agreement, name="Alfa bv"), make_party(agreement, name="Bèta & Zn")
    data = new_data(
        carrier_kind="named", carrier_types=[], lead="alfa BV", co_responsible="Bèta & Zn\r\n\r\n",
        measure_kind="quantity", measure_unit="kg", baseline_value="1.000", measure_value="1.250,5", rung_all="2",
        rung_small="0", due_kind="relative", due="ondertekening + 12 maanden",
    )  # fmt: skip
    assert keeper.post("/convenanten/proefconvenant/afspraken/nieuw/", data).status_code == 302
    made = Commitment.objects.get()
    assert (made.lead, [row.party for row in made.co_responsible.all()]) == (lead, [sharing])
    assert (made.baseline_value, made.measure_value) == (1000, Decimal("1250.5"))
    assert (made.due, made.due_kind) == (ImpreciseDate(words="ondertekening + 12 maanden"), DueKind.RELATIVE)
    assert dict(made.evidence_requirements.values_list("size_class", "rung")) == {"": 2, "small": 0}


@pytest.mark.parametrize(
    "changes",
    [
        {"text_nl": ""}, {"text_nl": LONG}, {"text_nl": "a\x00b"}, {"carrier_kind": "niemand"},
        {"carrier_kind": "named", "carrier_types": []}, {"lead": "Niemand nv", "carrier_kind": "named"},
        {"carrier_kind": "named", "carrier_types": [], "lead": "Voorbeeld bv", "co_responsible": "Onbekend\nOok"},
        {"co_responsible": LONG}, {"co_responsible": "a\n" * 500}, {"carrier_types": ["verzonnen"]},
        {"due": "ergens"}, {"due": ""}, {"due": LONG}, {"due_kind": "not_agreed"}, {"due_kind": "ooit"},
        {"due_diligence_step": "9"}, {"themes": ["999999"]}, {"themes": ["x"]}, {"measure_kind": "quoted"},
        {"measure_kind": "share"}, {"measure_value": "veel"}, {"measure_value": "9" * 400}, {"measure_value": "NaN"},
        {"measure_value": "1e999999"}, {"rung_all": "9"}, {"visibility": "iedereen"}, {"recurrence": "soms"},
        {"agreed": "31-31-2020"}, {"clause": LONG}, {"source": LONG}, {"lead": "\x00"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_answered_with_422_and_nothing_typed_is_lost(keeper, party, delegate, changes):
    data = new_data(**{"note": "Dit blijft staan", **changes})
    answer = keeper.post("/convenanten/proefconvenant/afspraken/nieuw/", data)
    assert answer.status_code == 422
    assert "Dit blijft staan" in text(answer)
    assert not Commitment.objects.exists()
    assert not Entry.objects.exists()


def form_of(page):
    """What a browser would send back: the values of the form as it stands."""
    data: dict[str, list[str]] = {}
    for tag in re.findall(r"<(?:input)[^>]*>", page[page.index('class="form grouped"') :]):
        name = re.search(r'name="([^"]+)"', tag)
        if not name or name[1] == "csrfmiddlewaretoken":
            continue
        if re.search(r'type="(?:radio|checkbox)"', tag) and "checked" not in tag:
            continue
        value = re.search(r'value="([^"]*)"', tag)
        data.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, inside in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', page):
        data[name] = [unescape(inside)]
    for name, inside in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        data[name] = [chosen[1] if chosen else ""]
    return data


@pytest.fixture
def rich(agreement, facilitator):
    """A commitment with something in every field."""
    lead, sharing = make_party(agreement, name="Alfa bv"), make_party(agreement, name="Bèta & Zn")
    themes = [Theme.objects.create(slug=f"t{n}", name_nl=f"Thema {n}") for n in range(3)]
    return services.register_commitment(
        agreement, text_nl="Regel een\nregel twee", text_en="English", clause="artikel 1", carrier_kind="named",
        lead=lead, co_responsible=[sharing], carrier="Alfa en Bèta", due_kind="date", due=ImpreciseDate.year(2026),
        recurrence="ongoing", due_diligence_step=4, themes=themes[:2], measure_kind="quantity", measure_unit="kg",
        measure_value=Decimal("12.3450"), baseline_value=Decimal(1000), requirements={"": 2, "small": 0},
        visibility="parties", note="Nota", source="verslag", by=facilitator,
    )  # fmt: skip


def test_saving_a_form_that_nobody_touched_changes_nothing(keeper, rich):
    url = f"{rich.get_absolute_url()}wijzigen/"
    data = form_of(text(keeper.get(url)))
    answer = keeper.post(url, {**data, "reason": ["Zomaar"]})
    assert answer.status_code == 422
    assert "Er is niets gewijzigd." in text(answer)
    rich.refresh_from_db()
    assert rich.version == 1


def test_a_moved_term_and_its_decision_are_saved_and_shown(keeper, rich):
    url = f"{rich.get_absolute_url()}wijzigen/"
    data = form_of(text(keeper.get(url)))
    moved = {"due": ["zomer 2027"], "reason": ["Meer tijd"], "decision": ["Punt 4"], "themes": []}
    answer = keeper.post(url, {**data, **moved})
    assert (answer.status_code, answer["Location"]) == (302, rich.get_absolute_url())
    rich.refresh_from_db()
    assert (str(rich.due), rich.decision, rich.themes.count()) == ("zomer 2027", "Punt 4", 0)
    assert rich.measure_value == Decimal("12.3450")
    history = text(keeper.get(f"{rich.get_absolute_url()}geschiedenis/"))
    for words in ("Meer tijd", "Punt 4", "zomer 2027", "Thema 0, Thema 1", "Versie 2", "Eerste vastlegging"):
        assert words in history, words


def test_two_people_at_once_the_second_keeps_what_was_typed_and_loses_nothing_of_the_first(keeper, rich, facilitator):
    url = f"{rich.get_absolute_url()}wijzigen/"
    opened = form_of(text(keeper.get(url)))
    third = Theme.objects.get(slug="t2")
    services.edit_commitment(
        rich, version=1, changes={"note": "Van de eerste", "themes": [third]}, reason="Eerst", by=facilitator
    )
    answer = keeper.post(url, {**opened, "clause": ["artikel 9"], "reason": ["Als tweede"]})
    page = text(answer)
    assert answer.status_code == 422
    assert "Iemand anders was u voor" in page
    again = form_of(page)
    assert (again["clause"], again["note"], again["themes"]) == (["artikel 9"], ["Van de eerste"], [str(third.pk)])
    assert again["reason"] == ["Als tweede"]
    assert keeper.post(url, again).status_code == 302
    rich.refresh_from_db()
    assert (rich.clause, rich.note, list(rich.themes.all())) == ("artikel 9", "Van de eerste", [third])


def test_going_from_names_to_a_class_is_one_choice(keeper, rich):
    url = f"{rich.get_absolute_url()}wijzigen/"
    data = form_of(text(keeper.get(url)))
    answer = keeper.post(url, {**data, "carrier_kind": ["class"], "carrier_types": ["company"], "reason": ["Iedereen"]})
    assert answer.status_code == 302
    rich.refresh_from_db()
    assert (rich.carrier_kind, rich.lead, rich.carrier_types) == (CarrierKind.CLASS, None, ["company"])


@pytest.mark.parametrize("typed", ["ergens", "31-31-2026", "x" * 300, "2026", ""])
def test_a_day_of_ending_that_is_none_is_refused(keeper, commitment, typed):
    answer = keeper.post(
        f"{commitment.get_absolute_url()}beeindigen/", {"version": 1, "ended_on": typed, "reason": "Achterhaald"}
    )
    assert answer.status_code == 422
    assert "Achterhaald" in text(answer)
    assert Commitment.objects.running().exists()


def test_ending_shows_on_list_and_page_and_says_what_is_still_owed(keeper, agreement, commitment, facilitator):
    make_slot(make_round(agreement, by=facilitator), commitment, make_party(agreement))
    url = f"{commitment.get_absolute_url()}beeindigen/"
    assert "nog 1 verplichtingen" in text(keeper.get(url))
    sent = {"version": 1, "ended_on": "1 mei 2026", "reason": "Achterhaald", "decision": "Punt 9"}
    assert keeper.post(url, sent).status_code == 302
    page = text(keeper.get(commitment.get_absolute_url()))
    assert "Deze afspraak is vervallen per 1 mei 2026." in page
    assert "Punt 9" in page
    assert "vervallen" in text(keeper.get("/afspraken/?termijn=vervallen"))


def test_a_forged_key_is_not_found(keeper):
    for page in ("", "wijzigen/", "beeindigen/", "geschiedenis/"):
        assert keeper.get(f"/afspraken/987654321/{page}").status_code == 404
        assert keeper.get(f"/afspraken/{10**30}/{page}").status_code == 404


def test_a_party_gets_a_size_and_a_group_that_its_page_shows(keeper, party, delegate):
    url = f"{party.get_absolute_url()}gegevens/"
    sent = {"version": 1, "name": party.name, "type": party.type, "size_class": "large", "group": "Concern X"}
    assert keeper.post(url, {**sent, "size_class": "reusachtig", "reason": "Jaarverslag"}).status_code == 422
    assert keeper.post(url, {**sent, "reason": "Jaarverslag"}).status_code == 302
    party.refresh_from_db()
    assert (party.size_class, party.group) == ("large", "Concern X")
    assert "concern: Concern X" in text(keeper.get(party.get_absolute_url()))
