"""Keeping commitments through their services: what works, what is refused, what stays on record."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from covenants import services
from covenants.models import (
    Audience,
    CarrierKind,
    Commitment,
    CoResponsible,
    DueKind,
    EvidenceRequirement,
    MeasureKind,
    PartyType,
    Rung,
    SizeClass,
    Theme,
)
from ser_portal.audit.models import Entry
from ser_portal.dates import ImpreciseDate
from tests.factories import make_commitment, make_party

SHARE = {"measure_kind": MeasureKind.SHARE, "numerator_label": "leden met een plan", "denominator_label": "leden"}
END_OF_2026 = ImpreciseDate.on(date(2026, 12, 31))


def register(agreement, by, **values):
    given = {"text_nl": "Elk bedrijf brengt zijn risico’s in kaart.", "carrier_kind": CarrierKind.CLASS, **values}
    return services.register_commitment(agreement, by=by, **given)


def edit(commitment, by, *, reason="Besproken in de stuurgroep", decision="", version=None, **changes):
    return services.edit_commitment(
        commitment,
        version=commitment.version if version is None else version,
        changes=changes,
        reason=reason,
        decision=decision,
        by=by,
    )


def refused(call):
    with pytest.raises(ValidationError) as error, transaction.atomic():
        call()
    return error.value.message_dict


# --- Registering ---------------------------------------------------------------------------------------------------


def test_registering_keeps_everything_in_one_step_with_one_entry(agreement, facilitator):
    lead, sharing = make_party(agreement), make_party(agreement)
    theme = Theme.objects.create(slug="leefbaar-loon", name_nl="Leefbaar loon")
    commitment = register(
        agreement,
        facilitator,
        carrier_kind=CarrierKind.NAMED,
        lead=lead,
        co_responsible=[sharing],
        due_kind=DueKind.DATE,
        due=END_OF_2026,
        measure_kind=MeasureKind.SHARE,
        numerator_label="leden met een plan",
        denominator_label="leden",
        target_numerator=Decimal(30),
        target_denominator=Decimal(40),
        requirements={"": Rung.DOCUMENTED, SizeClass.SMALL: Rung.DECLARED, SizeClass.LARGE: None},
        themes=[theme],
    )
    kept = Commitment.objects.get(pk=commitment.pk)
    assert (kept.lead, kept.due, kept.target_numerator) == (lead, END_OF_2026, 30)
    assert [row.party for row in kept.co_responsible.all()] == [sharing]
    assert dict(kept.evidence_requirements.values_list("size_class", "rung")) == {
        "": Rung.DOCUMENTED, SizeClass.SMALL: Rung.DECLARED,
    }  # fmt: skip
    assert list(kept.themes.all()) == [theme]
    entry = Entry.objects.get()
    assert (entry.action, entry.on, entry.by) == ("covenants.commitment_registered", commitment, facilitator)
    assert entry.details == {"agreement": agreement.pk}
    moments = {*Commitment.history.values_list("history_date", flat=True)}
    assert {*CoResponsible.history.values_list("history_date", flat=True)} == moments
    assert {*EvidenceRequirement.history.values_list("history_date", flat=True)} == moments


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text_nl": "  "}, "text_nl"),
        ({"carrier_kind": CarrierKind.NAMED}, "lead"),
        ({"carrier_kind": "niemand"}, "carrier_kind"),
        ({"carrier_types": ["verzonnen"]}, "carrier_types"),
        ({"carrier_kind": CarrierKind.UNKNOWN, "carrier_types": [PartyType.COMPANY]}, "carrier_types"),
        ({"due_kind": DueKind.DATE}, "due"),
        ({"due_kind": DueKind.RELATIVE, "due": END_OF_2026}, "due"),
        ({"due_kind": DueKind.NOT_AGREED, "due": END_OF_2026}, "due"),
        ({"due_kind": DueKind.NOT_AGREED, "due": ImpreciseDate(words="ooit")}, "due"),
        ({"measure_kind": MeasureKind.QUOTED, "measure_value": Decimal(80)}, "measure_kind"),
        ({"measure_kind": MeasureKind.QUANTITY, "measure_unit": "% van de leden"}, "measure_unit"),
        ({"measure_kind": MeasureKind.SHARE, "numerator_label": "leden"}, "__all__"),
        ({"measure_kind": MeasureKind.NONE, "measure_value": Decimal(3)}, "measure_value"),
        ({"measure_kind": MeasureKind.QUANTITY, "target_numerator": Decimal(3)}, "target_numerator"),
        (
            {"measure_kind": MeasureKind.SHARE, "numerator_label": "a", "denominator_label": "b",
             "target_numerator": Decimal(5), "target_denominator": Decimal(4)},
            "target_numerator",
        ),
        (
            {"measure_kind": MeasureKind.SHARE, "numerator_label": "a", "denominator_label": "b",
             "target_numerator": Decimal(0), "target_denominator": Decimal(0)},
            "__all__",
        ),
        ({**SHARE, "target_numerator": Decimal(3)}, "target_denominator"),
        ({**SHARE, "baseline_denominator": Decimal(3)}, "baseline_numerator"),
        ({"due_diligence_step": 7}, "__all__"),
        ({"visibility": "iedereen"}, "visibility"),
        ({"requirements": {"": 9}}, "requirements"),
        ({"requirements": {"reusachtig": 1}}, "requirements"),
    ],
)  # fmt: skip
def test_what_cannot_be_promised_is_refused_at_its_own_field(agreement, facilitator, values, field):
    assert field in refused(lambda: register(agreement, facilitator, **values))
    assert Commitment.objects.count() == 0
    assert Entry.objects.count() == 0


def test_a_class_has_no_lead_and_nobody_shares_it(agreement, facilitator):
    party = make_party(agreement)
    errors = refused(lambda: register(agreement, facilitator, co_responsible=[party]))
    assert "co_responsible" in errors
    assert "lead" in refused(lambda: register(agreement, facilitator, lead=party))


def test_the_lead_does_not_also_share_it(agreement, facilitator):
    party = make_party(agreement)
    named = {"carrier_kind": CarrierKind.NAMED, "lead": party}
    assert "co_responsible" in refused(lambda: register(agreement, facilitator, **named, co_responsible=[party]))
    other = make_party(agreement)
    commitment = register(agreement, facilitator, **named, co_responsible=[other])
    assert "lead" in refused(lambda: edit(commitment, facilitator, lead=other))


def test_an_unknown_name_is_a_mistake_of_the_program_not_of_the_person(agreement, facilitator):
    with pytest.raises(KeyError):
        register(agreement, facilitator, version=7)


# --- Changing ------------------------------------------------------------------------------------------------------


def test_a_moved_term_keeps_the_version_before_with_reason_and_decision(agreement, facilitator):
    commitment = register(agreement, facilitator, due_kind=DueKind.DATE, due=ImpreciseDate.year(2025))
    edit(commitment, facilitator, reason="Meer tijd nodig", decision="Stuurgroep 12 maart, punt 4", due=END_OF_2026)
    now, before = commitment.history.all()
    assert (before.due_latest, now.due_latest) == (date(2025, 12, 31), date(2026, 12, 31))
    assert (now.history_change_reason, now.decision) == ("Meer tijd nodig", "Stuurgroep 12 maart, punt 4")
    assert (now.history_user, now.version, before.decision) == (facilitator, 2, "")
    entry = Entry.objects.first()
    assert (entry.action, entry.details) == ("covenants.commitment_edited", {"fields": ["due"], "version": 2})


def test_a_decision_belongs_to_its_own_change_only(agreement, facilitator):
    commitment = register(agreement, facilitator)
    edit(commitment, facilitator, decision="Besluit 1", text_nl="Anders gezegd.")
    edit(commitment, facilitator, note="Toelichting")
    commitment.refresh_from_db()
    assert commitment.decision == ""
    assert [row.decision for row in commitment.history.all()] == ["", "Besluit 1", ""]


def test_a_change_needs_a_reason_something_changed_and_the_version_of_now(agreement, facilitator):
    commitment = register(agreement, facilitator)
    assert "reason" in refused(lambda: edit(commitment, facilitator, reason=" ", note="x"))
    commitment.refresh_from_db()
    with pytest.raises(ValidationError, match="niets gewijzigd"), transaction.atomic():
        edit(commitment, facilitator, text_nl=commitment.text_nl)
    commitment.refresh_from_db()
    edit(commitment, facilitator, note="Eerste")
    with pytest.raises(services.Conflict), transaction.atomic():
        edit(commitment, facilitator, version=1, note="Tweede")
    commitment.refresh_from_db()
    assert (commitment.note, commitment.version) == ("Eerste", 2)
    assert [entry.action for entry in Entry.objects.all()] == [
        "covenants.commitment_edited", "covenants.commitment_registered",
    ]  # fmt: skip


def test_who_shares_it_and_what_evidence_is_asked_change_in_the_same_step(agreement, facilitator):
    lead, first, second = (make_party(agreement) for _ in range(3))
    commitment = register(
        agreement, facilitator, carrier_kind="named", lead=lead, co_responsible=[first], requirements={"": 1}
    )
    edit(commitment, facilitator, co_responsible=[second], requirements={"": 3, "small": 1})
    assert [row.party for row in commitment.co_responsible.all()] == [second]
    assert dict(commitment.evidence_requirements.values_list("size_class", "rung")) == {"": 3, "small": 1}
    at = commitment.history.first().history_date
    assert set(CoResponsible.history.filter(history_date=at).values_list("history_type", "party")) == {
        ("-", first.pk), ("+", second.pk),
    }  # fmt: skip
    assert set(EvidenceRequirement.history.filter(history_date=at).values_list("history_type", "rung")) == {
        ("~", 3), ("+", 1),
    }  # fmt: skip
    assert Entry.objects.first().details["fields"] == ["co_responsible", "requirements"]


def test_a_refused_change_changes_nothing_of_the_rows_beside_it(agreement, facilitator):
    lead, other = make_party(agreement), make_party(agreement)
    commitment = register(agreement, facilitator, carrier_kind="named", lead=lead)
    refused(lambda: edit(commitment, facilitator, co_responsible=[other], due_kind=DueKind.DATE, due=ImpreciseDate()))
    assert CoResponsible.objects.count() == 0
    assert Commitment.objects.get().version == 1


def test_going_from_names_to_a_class_leaves_no_names_behind(agreement, facilitator):
    lead, other = make_party(agreement), make_party(agreement)
    commitment = register(agreement, facilitator, carrier_kind="named", lead=lead, co_responsible=[other])
    edit(commitment, facilitator, carrier_kind=CarrierKind.CLASS, carrier_types=[PartyType.COMPANY])
    commitment.refresh_from_db()
    assert (commitment.lead, commitment.co_responsible.count()) == (None, 0)
    edit(commitment, facilitator, carrier_kind=CarrierKind.UNKNOWN)
    commitment.refresh_from_db()
    assert commitment.carrier_types == []


def test_themes_before_and_after_are_kept_as_keys(agreement, facilitator):
    first, second = (Theme.objects.create(slug=f"t{n}", name_nl=f"Thema {n}") for n in range(2))
    commitment = register(agreement, facilitator, themes=[first])
    edit(commitment, facilitator, themes=[second])
    details = Entry.objects.first().details
    assert (details["themes_before"], details["themes_after"]) == ([first.pk], [second.pk])


def test_a_quoted_percentage_may_stay_but_not_be_made(agreement, facilitator):
    quoted = make_commitment(agreement, measure_kind="quoted", measure_unit="% marktaandeel", measure_value=80)
    edit(quoted, facilitator, note="Uit 2016")
    quoted.refresh_from_db()
    assert quoted.measure_kind == MeasureKind.QUOTED
    own = register(agreement, facilitator)
    assert "measure_kind" in refused(lambda: edit(own, facilitator, measure_kind=MeasureKind.QUOTED))


# --- Ending --------------------------------------------------------------------------------------------------------


def end(commitment, by, day, **given):
    values = {"version": commitment.version, "reason": "Achterhaald", "decision": "", **given}
    return services.end_commitment(commitment, ended_on=day, by=by, **values)


def test_ending_and_putting_an_ending_right(agreement, facilitator):
    commitment = register(agreement, facilitator)
    end(commitment, facilitator, date(2026, 1, 1), decision="Besluit 7")
    commitment.refresh_from_db()
    assert (commitment.ended_on, commitment.decision) == (date(2026, 1, 1), "Besluit 7")
    assert not Commitment.objects.running().exists()
    end(commitment, facilitator, None, reason="Vergissing")
    commitment.refresh_from_db()
    assert commitment.ended_on is None
    actions = [entry.action for entry in Entry.objects.all()][:2]
    assert actions == ["covenants.commitment_revived", "covenants.commitment_ended"]


def test_an_ending_is_refused_without_reason_without_day_twice_or_before_the_beginning(agreement, facilitator):
    commitment = register(agreement, facilitator, agreed=ImpreciseDate.on(date(2020, 5, 1)))
    assert "reason" in refused(lambda: end(commitment, facilitator, date(2026, 1, 1), reason=""))
    commitment.refresh_from_db()
    assert "ended_on" in refused(lambda: end(commitment, facilitator, None))
    commitment.refresh_from_db()
    assert "ended_on" in refused(lambda: end(commitment, facilitator, date(2020, 4, 30)))
    commitment.refresh_from_db()
    end(commitment, facilitator, date(2026, 1, 1))
    assert "ended_on" in refused(lambda: end(commitment, facilitator, date(2026, 1, 1)))
    with pytest.raises(services.Conflict), transaction.atomic():
        end(commitment, facilitator, date(2026, 2, 1), version=1)


# --- What the database keeps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        {"carrier_kind": "named"},
        {"carrier_kind": "niemand"},
        {"due_kind": "ooit"},
        {"due_kind": "not_agreed", "due_latest": date(2026, 1, 1)},
        {"due_earliest": date(2026, 2, 1), "due_latest": date(2026, 1, 1), "due_kind": "date"},
        {"recurrence": "soms"},
        {"due_diligence_step": 7},
        {"measure_kind": "share"},
        {"measure_kind": "gevoel"},
        {"target_numerator": 1, "target_denominator": 0},
        {"baseline_numerator": -1, "baseline_denominator": 1},
        {"visibility": "iedereen"},
    ],
)
def test_the_database_refuses_a_promise_that_cannot_be(agreement, broken):
    commitment = make_commitment(agreement)
    with pytest.raises(IntegrityError), transaction.atomic():
        Commitment.objects.filter(pk=commitment.pk).update(**broken)


def test_the_database_refuses_a_party_that_shares_twice_and_two_demands_for_one_size(agreement):
    commitment, party = make_commitment(agreement), make_party(agreement)
    CoResponsible.objects.create(commitment=commitment, party=party)
    EvidenceRequirement.objects.create(commitment=commitment, size_class="", rung=1)
    for again in (
        lambda: CoResponsible.objects.create(commitment=commitment, party=party),
        lambda: EvidenceRequirement.objects.create(commitment=commitment, size_class="", rung=2),
        lambda: EvidenceRequirement.objects.create(commitment=commitment, size_class="small", rung=9),
        lambda: EvidenceRequirement.objects.create(commitment=commitment, size_class="reusachtig", rung=1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            again()


# --- Who sees it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "seen_by"),
    [
        ("", {"facilitator", "delegate"}),
        (Audience.PUBLIC, {"facilitator", "delegate"}),
        (Audience.PARTIES, {"facilitator", "delegate"}),
        (Audience.STEERING_GROUP, {"facilitator"}),
        (Audience.SECRETARIAT, {"facilitator"}),
        (Audience.OWN_PARTY, {"facilitator"}),
    ],
)
def test_a_commitment_is_seen_by_whom_its_level_says(agreement, level, seen_by, request):
    commitment = make_commitment(agreement, visibility=level)
    cast = ["facilitator", "delegate", "outsider", "other_facilitator", "reporting", "administrator", "reader"]
    seeing = {
        name
        for name in cast
        if Commitment.objects.visible_to(request.getfixturevalue(name)).filter(pk=commitment.pk).exists()
    }
    assert seeing == seen_by
