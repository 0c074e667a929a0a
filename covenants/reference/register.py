"""The covenants' part of a reference file: from its words to the register's rows.

Where the file leaves a date open, nothing is invented; three rules, each stated where it is applied, turn what the file
does say into bounds:
1. A phase after the one an agreement was in on the file's own reference date came after that date.
2. A membership in the file held on the file's reference date at the latest.
3. "Bron zegt: zomer 2018." in a note gives the words in which a date is shown.
"""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from covenants.models import (
    Agreement,
    AgreementKind,
    CarrierKind,
    Commitment,
    DueKind,
    Framework,
    FrameworkElement,
    MeasureKind,
    Participation,
    Party,
    PolicyEvent,
    RemarkKind,
    Sector,
    SourceRemark,
    Visibility,
)
from covenants.reference.accord import load_climate_accord
from covenants.reference.carriers import Names, carriers, measure_kind
from covenants.reference.facts import load_facts
from covenants.reference.loader import Loader
from covenants.reference.phases import load_phases
from covenants.reference.schema import (
    ReferenceFile,
    SourcedPart,
    span,
)
from covenants.reference.vocabulary import (
    ACTIVITY_KINDS,
    PARTY_TYPES,
    PHASES,
    RECURRENCES,
    ROLES,
    plain_row,
    provenance,
)
from ser_portal.dates import ImpreciseDate


def load(file: ReferenceFile, *, loader: Loader) -> None:
    """Every row of the covenants' part; faults between records go to the loader, with their place."""
    as_of = date.fromisoformat(file.meta.as_of)
    agreements = _agreements(file, loader)
    _check_references(file, agreements, loader)
    if loader.errors:
        return
    load_phases(file, agreements, as_of, loader)
    names = _parties(file, agreements, as_of, loader)
    _commitments(file, agreements, names, loader)
    _context(file, agreements, loader)
    load_climate_accord(file, loader)


def _check_references(file: ReferenceFile, agreements: dict[str, Agreement], loader: Loader) -> None:
    """What one record says of another must be there, and every word must be one we know."""

    def known(value: str, among: Any, path: str, record: str) -> None:
        if value not in among:
            loader.error(path, _("‘%(value)s’ is hier onbekend") % {"value": value}, record)

    def once(values: list[str], path: str) -> None:
        for place, value in enumerate(values):
            if value in values[:place]:
                loader.error(f"{path}[{place}]", _("‘%(value)s’ komt twee keer voor") % {"value": value}, value)

    once([sector.slug for sector in file.sectors], "sectors")
    once([party.slug for party in file.parties], "parties")
    once([commitment.id for commitment in file.commitments], "commitments")
    for n, sector in enumerate(file.sectors):
        known(sector.status_at_2020_12_31, PHASES, f"sectors[{n}].status_at_2020_12_31", sector.slug)
        for name in ("activities_2020", "activities_after_2020"):
            for m, activity in enumerate(getattr(sector, name)):
                known(activity.type, ACTIVITY_KINDS, f"sectors[{n}].{name}[{m}].type", sector.slug)
    for n, party in enumerate(file.parties):
        known(party.type, PARTY_TYPES, f"parties[{n}].type", party.slug)
        for m, membership in enumerate(party.memberships):
            known(membership.covenant, agreements, f"parties[{n}].memberships[{m}].covenant", party.slug)
            known(membership.role, ROLES, f"parties[{n}].memberships[{m}].role", party.slug)
    for n, commitment in enumerate(file.commitments):
        known(commitment.covenant, agreements, f"commitments[{n}].covenant", commitment.id)
        for m, kind in enumerate(commitment.carrier_types):
            known(kind, {*PARTY_TYPES, "secretariaat"}, f"commitments[{n}].carrier_types[{m}]", commitment.id)
        if commitment.recurrence:
            known(commitment.recurrence, RECURRENCES, f"commitments[{n}].recurrence", commitment.id)
    for n, step in enumerate(file.transitions):
        known(step.covenant, agreements, f"transitions[{n}].covenant", step.covenant)
        known(step.to_phase, PHASES, f"transitions[{n}].to_phase", step.covenant)
        if step.earliest and step.latest and step.earliest > step.latest:
            loader.error(f"transitions[{n}].earliest", _("ligt na latest"), step.covenant)


def _agreements(file: ReferenceFile, loader: Loader) -> dict[str, Agreement]:
    found: dict[str, Agreement] = {}
    for record in file.sectors:
        sector = plain_row(
            loader, Sector, {"slug": record.slug}, {"name_nl": record.sector_nl, "name_en": record.sector_en}
        )
        agreement = loader.upsert(
            Agreement,
            f"sectors/{record.slug}",
            {
                "slug": record.slug,
                "kind": AgreementKind.COVENANT,
                "sector": sector,
                "name_nl": record.official_name_nl,
                "name_en": record.official_name_en,
                "abbreviation_nl": record.abbreviation_nl,
                "abbreviation_en": record.abbreviation_en,
                "visibility": Visibility.PUBLIC,  # every fact of the file comes from a public source
                "intended_duration_months": record.intended_duration_months,
                "reporting_year": record.reporting_year,
                "source": record.source,
                "source_2": record.source_2 or "",
                "confidence": record.confidence,
                "note": " ".join(filter(None, [record.note, record.official_name_en_note])),
            },
        )
        found[record.slug] = agreement
        if not loader.errors and record.status_at_2020_12_31 in PHASES:
            load_facts(record, agreement, loader)
    return found


def _parties(file: ReferenceFile, agreements: dict[str, Agreement], as_of: date, loader: Loader) -> Names:
    names = Names()
    for record in file.parties:
        party = loader.upsert(
            Party,
            f"parties/{record.slug}",
            {
                "slug": record.slug,
                "name": record.name,
                "abbreviation": record.abbreviation,
                "type": PARTY_TYPES[record.type],
                "source": record.name_source or "",
                "note": record.note,
            },
        )
        names.add(party)
        for membership in record.memberships:
            # Rule 2: without a date of signing the file still says that it held on its reference date.
            began = span(membership.signed_date) if membership.signed_date else ImpreciseDate(None, as_of)
            loader.upsert(
                Participation,
                f"parties/{record.slug}/{membership.covenant}/{membership.role}",
                {
                    "agreement": agreements[membership.covenant],
                    "party": party,
                    "role": ROLES[membership.role],
                    "began": began,
                    **provenance(membership),
                },
            )
    return names


def _commitments(file: ReferenceFile, agreements: dict[str, Agreement], names: Names, loader: Loader) -> None:
    for record in file.commitments:
        kind, due = DueKind.NOT_AGREED, ImpreciseDate()
        if record.deadline and re.fullmatch(r"\d{4}(-\d{2}){0,2}", record.deadline):
            kind, due = DueKind.DATE, span(record.deadline)
        elif record.deadline:
            kind, due = DueKind.RELATIVE, ImpreciseDate(words=record.deadline)
        measure = record.measure
        types = [PARTY_TYPES[name] for name in record.carrier_types if name in PARTY_TYPES]
        who, remark = carriers(record.carrier, types, names)
        source = provenance(record)
        weights = ", ".join(
            f"{name.replace('_', ' ')}: {value}" for name, value in (measure.weights if measure else {}).items()
        )
        loader.upsert(
            Commitment,
            f"commitments/{record.id}",
            {
                "agreement": agreements[record.covenant],
                "code": record.id,
                "text_nl": record.text_nl,
                "text_en": record.text_en,
                "carrier": record.carrier,
                "carrier_types": [str(kind) for kind in types],
                **who,
                "due_kind": kind,
                "due": due,
                "recurrence": RECURRENCES[record.recurrence] if record.recurrence else "",
                "due_diligence_step": record.due_diligence_step,
                "measure_kind": measure_kind(measure.unit or "" if measure else "", measure and measure.value),
                "measure_unit": measure.unit if measure else "",
                "measure_value": Decimal(str(measure.value)) if measure and measure.value is not None else None,
                "measure_detail": weights,
                **source,
                "note": " ".join(filter(None, [source["note"], remark])),
            },
            later={"carrier_kind": CarrierKind.UNKNOWN, "lead": None, "measure_kind": MeasureKind.NONE},
        )


def _context(file: ReferenceFile, agreements: dict[str, Agreement], loader: Loader) -> None:
    for n, event in enumerate(file.policy_context):
        loader.upsert(
            PolicyEvent,
            f"policy_context/{n}",
            {"occurred": span(event.date), "title_nl": event.nl, "title_en": event.en, **provenance(event)},
        )
    frameworks = file.frameworks
    steps = SourcedPart(
        source=frameworks.due_diligence_source,
        source_2=frameworks.due_diligence_source_en,
        note=frameworks.due_diligence_note,
    )
    oecd, ungp = frameworks.oecd_guidelines, frameworks.ungp
    for code, name_nl, name_en, adopted, part, elements in (
        ("ungp", ungp.name_nl, ungp.name_en, span(ungp.adopted), ungp, ungp.pillars),
        ("oecd", oecd.name_nl, oecd.name_en, ImpreciseDate(), oecd, []),
        (
            "due-diligence",
            "De zes stappen van due diligence",
            "The six steps of due diligence",
            ImpreciseDate(),
            steps,
            frameworks.due_diligence_steps,
        ),
    ):
        framework = loader.upsert(
            Framework,
            f"frameworks/{code}",
            {"code": code, "name_nl": name_nl, "name_en": name_en, "adopted": adopted, **provenance(part)},
        )
        for element in elements:
            plain_row(
                loader,
                FrameworkElement,
                {"framework": framework, "number": element.number},
                {"title_nl": element.nl, "title_en": element.en},
            )
    for n, difference in enumerate(file.discrepancies):
        loader.upsert(
            SourceRemark,
            f"discrepancies/{n}",
            {
                "kind": RemarkKind.DISCREPANCY,
                "agreement": agreements.get(difference.subject),
                "text_nl": difference.nl,
                "chosen": difference.chosen,
                "source": difference.source,
            },
        )
    for n, sentence in enumerate(file.not_found):
        loader.upsert(SourceRemark, f"not_found/{n}", {"kind": RemarkKind.NOT_FOUND, "text_nl": sentence})
    counted = file.nine_and_seven
    loader.upsert(
        SourceRemark,
        "nine_and_seven",
        {
            "kind": RemarkKind.REASONING,
            "text_nl": f"{counted.statement_nl} {counted.kind} {counted.remaining_doubt}",
            "source": counted.statement_source,
            "confidence": counted.confidence,
        },
    )
    for n, evidence in enumerate(counted.evidence):
        loader.upsert(
            SourceRemark,
            f"nine_and_seven/evidence/{n}",
            {
                "kind": RemarkKind.REASONING,
                "text_nl": evidence.nl,
                "source": evidence.source,
                "source_2": evidence.source_2 or "",
            },
        )
