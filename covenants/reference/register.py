"""The covenants' part of a reference file: from its words to the register's rows.

Where the file leaves a date open, nothing is invented; three rules, each stated where it is applied, turn what the file
does say into bounds:
1. A phase after the one an agreement was in on the file's own reference date came after that date.
2. A membership in the file held on the file's reference date at the latest.
3. "Bron zegt: zomer 2018." in a note gives the words in which a date is shown.
"""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pydantic import ValidationError as SchemaError

from covenants.models import (
    END_PHASES,
    Activity,
    ActivityKind,
    Agreement,
    AgreementFact,
    AgreementKind,
    AgreementTheme,
    Commitment,
    DueKind,
    FactKind,
    Framework,
    FrameworkElement,
    ParticipantCount,
    Participation,
    ParticipationRole,
    Party,
    PartyType,
    Phase,
    PhaseChange,
    PolicyEvent,
    Publication,
    PublishedResult,
    Recurrence,
    RemarkKind,
    ResultKind,
    Secretariat,
    SecretariatCapacity,
    Sector,
    SourceRemark,
    Stall,
    Theme,
    Visibility,
)
from covenants.reference.loader import Loader, digest
from covenants.reference.schema import (
    ActivityRecord,
    ClimateAccordRecord,
    ReferenceFile,
    SectorRecord,
    SourcedPart,
    TimelineRecord,
    Transition,
    problems,
    span,
)
from covenants.services import derive_bounds
from ser_portal.dates import ImpreciseDate

PHASES = {
    "verkenning": Phase.EXPLORATION,
    "onderhandeling": Phase.NEGOTIATION,
    "ondertekend": Phase.SIGNED,
    "implementatie": Phase.IMPLEMENTATION,
    "afgerond": Phase.COMPLETED,
    "beeindigd": Phase.ENDED_EARLY,
    "gestopt": Phase.STOPPED,
}
PHASE_ORDER = list(PHASES)
PARTY_TYPES = {
    "bedrijf": PartyType.COMPANY,
    "brancheorganisatie": PartyType.TRADE_ASSOCIATION,
    "vakbond": PartyType.TRADE_UNION,
    "maatschappelijke_organisatie": PartyType.CIVIL_SOCIETY,
    "overheid": PartyType.GOVERNMENT,
    "overig": PartyType.OTHER,
}
ROLES = {
    "ondertekenaar": ParticipationRole.SIGNATORY,
    "stuurgroeplid": ParticipationRole.STEERING_GROUP,
    "steunbetuiger": ParticipationRole.SUPPORTER,
    "aanbestedende_dienst": ParticipationRole.CONTRACTING_AUTHORITY,
    "deelnemer_onderhandeling": ParticipationRole.NEGOTIATOR,
    "secretariaat": ParticipationRole.SECRETARIAT,
    "projectpartner": ParticipationRole.PROJECT_PARTNER,
    "sectorinitiatief": ParticipationRole.SECTOR_INITIATIVE,
}
ACTIVITY_KINDS = {
    "verklaring": ActivityKind.STATEMENT,
    "jaarrapportage": ActivityKind.ANNUAL_REPORT,
    "deelname": ActivityKind.PARTY_JOINED,
    "kamervraag": ActivityKind.PARLIAMENTARY_QUESTION,
    "beoordeling": ActivityKind.ASSESSMENT,
    "extern-onderzoek": ActivityKind.EXTERNAL_STUDY,
    "webinar": ActivityKind.WEBINAR,
    "organisatie": ActivityKind.ORGANISATION,
    "onderzoek": ActivityKind.STUDY,
    "inkoop": ActivityKind.PROCUREMENT,
    "publicatie": ActivityKind.PUBLICATION,
    "evaluatie": ActivityKind.EVALUATION,
    "thema": ActivityKind.THEME,
    "monitoring": ActivityKind.MONITORING,
    "actieplan": ActivityKind.ACTION_PLAN,
    "instrument": ActivityKind.INSTRUMENT,
    "sessie": ActivityKind.SESSION,
    "bijeenkomst": ActivityKind.MEETING,
    "einde": ActivityKind.ENDING,
    "eindrapport": ActivityKind.FINAL_REPORT,
    "brief": ActivityKind.LETTER,
    "aankondiging": ActivityKind.ANNOUNCEMENT,
    "evenement": ActivityKind.EVENT,
    "dialoog": ActivityKind.DIALOGUE,
    "mijlpaal": ActivityKind.MILESTONE,
}
RECURRENCES = {"jaarlijks": Recurrence.YEARLY, "doorlopend": Recurrence.ONGOING}
# A transition with one of these labels is no phase of its own but a standstill within one.
STANDSTILLS = {"Impasse"}
CLIMATE_ACCORD = "klimaatakkoord"


def provenance(part: SourcedPart | None, *, source: str = "", confidence: str = "", note: str = "") -> dict[str, Any]:
    """The source columns of a record, its own first."""
    return {
        "source": (part and part.source) or source,
        "source_2": (part and part.source_2) or "",
        "confidence": (part and part.confidence) or confidence,
        "note": (part and part.note) or note,
    }


def words_of(note: str | None) -> str:
    """The words of "Bron zegt: zomer 2018." (rule 3); nothing when the note says something else."""
    found = re.match(
        r"Bron zegt: (?:circa )?((?:na |eind |begin |zomer |najaar |voorjaar |winter )[\w ]+)\.", note or ""
    )
    return found[1] if found else ""


def load(file: ReferenceFile, *, loader: Loader) -> None:
    """Every row of the covenants' part; faults between records go to the loader, with their place."""
    as_of = date.fromisoformat(file.meta.as_of)
    agreements = _agreements(file, loader)
    _check_references(file, agreements, loader)
    if loader.errors:
        return
    _phases(file, agreements, as_of, loader)
    _parties(file, agreements, as_of, loader)
    _commitments(file, agreements, loader)
    _context(file, agreements, loader)
    _climate_accord(file, loader)


def _plain(loader: Loader, model: Any, lookup: dict[str, Any], defaults: dict[str, Any]) -> Any:
    """A row without a source of its own (a sector, a theme): made when it is not there, else left as it is."""
    row, is_new = model.objects.get_or_create(**lookup, defaults=defaults)
    if is_new:
        loader.note_created()
    else:
        loader.note_unchanged()
    return row


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
        sector = _plain(
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
            _facts(record, agreement, loader)
    return found


def _climate_accord(file: ReferenceFile, loader: Loader) -> None:
    """The climate accord as an agreement like any other; its forum, tracks and activities are the climate app's.

    Its phases follow from three lines of its timeline: talks began, the text went to Parliament (implementation not
    before), the organisation was complete (implementation not after).
    """
    record = file.climate.get("agreement")
    if not isinstance(record, dict):
        loader.error("climate.agreement", _("dit veld ontbreekt"))
        return
    try:
        accord = ClimateAccordRecord.model_validate(record)
    except SchemaError as failed:
        for where, name, sentence in problems(record, failed):
            loader.error(f"climate.agreement.{where}", sentence, name)
        return
    sector = _plain(loader, Sector, {"slug": "klimaat"}, {"name_nl": "Klimaat", "name_en": "Climate"})
    agreement = loader.upsert(
        Agreement,
        "climate/agreement",
        {
            "slug": CLIMATE_ACCORD,
            "kind": AgreementKind.CLIMATE_ACCORD,
            "sector": sector,
            "name_nl": accord.name_nl,
            "name_en": accord.name_en,
            "visibility": Visibility.PUBLIC,
            "source": accord.source,
            "note": accord.table_names_2018,
        },
    )
    loader.upsert(
        Secretariat,
        "climate/agreement/secretariat",
        {
            "agreement": agreement,
            "organisation": "SER",
            "run_by_ser": True,
            "capacity": SecretariatCapacity.FACILITATION,
            "source": accord.source,
        },
    )
    loader.upsert(
        PublishedResult,
        "climate/agreement/target",
        {
            "agreement": agreement,
            "kind": ResultKind.TARGET,
            "label_nl": "Minder uitstoot van broeikasgas in 2030 dan in 1990",
            "label_en": "Less greenhouse gas in 2030 than in 1990",
            **_measured(accord.target.value),
            "unit": accord.target.unit,
            "period": "2030",
            "source": accord.target.source,
        },
    )
    dates: dict[str, TimelineRecord] = {}
    for n, step in enumerate(accord.timeline):
        loader.upsert(
            Activity,
            f"climate/agreement/timeline/{n}",
            {
                "agreement": agreement,
                "kind": ActivityKind.MILESTONE,
                "occurred": span(step.date),
                "title_nl": step.nl,
                "title_en": step.en,
                **provenance(step),
            },
        )
        for words in ("onderhandelingen van start", "naar de Tweede Kamer", "Uitvoeringsorganisatie compleet"):
            if words in step.nl:
                dates[words] = step
    if len(dates) == 3:
        start, sent, complete = dates.values()
        steps = [
            (Phase.NEGOTIATION, span(start.date), start, "high", start.note or ""),
            (
                Phase.IMPLEMENTATION,
                ImpreciseDate(date.fromisoformat(sent.date), date.fromisoformat(complete.date)),
                complete,
                "medium",
                "Afgeleid: na de brief aan de Tweede Kamer, uiterlijk toen de uitvoeringsorganisatie compleet was.",
            ),
        ]
        for place, (phase, when, step, confidence, note) in enumerate(steps):
            _phase_change(
                loader,
                f"climate/agreement/phases/{phase}",
                {
                    "agreement": agreement,
                    "sequence": place,
                    "to_phase": phase,
                    "effective_on": when,
                    "label_nl": step.nl[:200],
                    "label_en": step.en[:200],
                    "source": step.source or accord.source,
                    "confidence": confidence,
                    "note": note,
                },
                path="climate.agreement.timeline",
            )
        derive_bounds(agreement)


def _facts(record: SectorRecord, agreement: Agreement, loader: Loader) -> None:
    """All that hangs on one agreement and carries a source."""
    key = f"sectors/{record.slug}"
    by_ser = record.secretariat.startswith("SER")
    running = record.has_ser_secretariat is not None
    rows = [
        (SecretariatCapacity.SECRETARIAT if running else SecretariatCapacity.FACILITATION, record.secretariat, by_ser)
    ]
    if running and not by_ser and record.facilitator.startswith("SER"):
        rows.append((SecretariatCapacity.FACILITATION, "SER", True))
    for capacity, organisation, is_ser in rows:
        loader.upsert(
            Secretariat,
            f"{key}/secretariat/{capacity}",
            {
                "agreement": agreement,
                "organisation": organisation,
                "run_by_ser": is_ser,
                "capacity": capacity,
                "source": record.secretariat_source,
                "note": record.secretariat_note,
            },
        )
    for n, count in enumerate(record.participants):
        number = count.value if isinstance(count.value, int) else None
        loader.upsert(
            ParticipantCount,
            f"{key}/participants/{n}",
            {
                "agreement": agreement,
                "value": number,
                "value_words": count.value if isinstance(count.value, str) else "",
                "unit": count.unit,
                "counted_on": span(count.as_of),
                **provenance(count),
            },
        )
    for theme in record.themes:
        row = _plain(loader, Theme, {"slug": theme.slug}, {"name_nl": theme.nl, "name_en": theme.en})
        loader.upsert(
            AgreementTheme,
            f"{key}/themes/{theme.slug}",
            {
                "agreement": agreement,
                "theme": row,
                "source": record.themes_source or record.source,
                "note": record.themes_source_note or record.themes_note,
            },
        )
    for n, target in enumerate(record.targets):
        loader.upsert(
            PublishedResult,
            f"{key}/targets/{n}",
            {
                "agreement": agreement,
                "kind": ResultKind.TARGET,
                "label_nl": target.label_nl,
                "label_en": target.label_en,
                **_measured(target.value),
                "unit": target.unit or "",
                "period": target.deadline or "",
                **provenance(target),
            },
        )
    for n, result in enumerate(record.results):
        previous = _("vorige meting: %(value)s") % {"value": result.previous} if result.previous is not None else ""
        loader.upsert(
            PublishedResult,
            f"{key}/results/{n}",
            {
                "agreement": agreement,
                "kind": ResultKind.RESULT,
                "label_nl": result.label_nl,
                "label_en": result.label_en,
                **_measured(result.value),
                "unit": result.unit or "",
                "period": result.period,
                "detail": "; ".join(filter(None, [result.detail, previous])),
                **provenance(result),
            },
        )
    for name in ("activities_2020", "activities_after_2020"):
        for n, activity in enumerate(getattr(record, name)):
            load_activity(loader, agreement, f"{key}/{name}/{n}", activity)
    for n, publication in enumerate(record.publications):
        loader.upsert(
            Publication,
            f"{key}/publications/{n}",
            {
                "agreement": agreement,
                "title": publication.title,
                "published": span(publication.published),
                "source": publication.url,
                "note": publication.note,
            },
        )
    for kind, text, part, default in _organisation(record):
        loader.upsert(
            AgreementFact,
            f"{key}/facts/{kind}",
            {"agreement": agreement, "kind": kind, "text_nl": text, **provenance(part, source=default)},
        )


def load_activity(loader: Loader, agreement: Agreement, key: str, record: ActivityRecord) -> Activity:
    """One dated activity; its kind must have been checked."""
    return loader.upsert(
        Activity,
        key,
        {
            "agreement": agreement,
            "kind": ACTIVITY_KINDS[record.type],
            "occurred": span(record.date, record.date_precision, words_of(record.note)),
            "title_nl": record.title_nl,
            "title_en": record.title_en,
            "carried_by": record.carried_by,
            **provenance(record),
        },
    )


def _measured(value: int | float | str | None) -> dict[str, Any]:
    """A value as a number, or in the source's words when it is none."""
    if isinstance(value, str) or value is None:
        return {"value": None, "value_words": value or ""}
    return {"value": Decimal(str(value)), "value_words": ""}


def _organisation(record: SectorRecord) -> list[tuple[FactKind, str, SourcedPart | None, str]]:
    """How an agreement is organised, as sentences; an empty text means that the sources were searched in vain."""
    facts: list[tuple[FactKind, str, SourcedPart | None, str]] = []
    chair = record.chair
    name = f"{chair.name} ({chair.role})" if chair.name and chair.role else (chair.name or "")
    facts.append((FactKind.CHAIR, name, chair, ""))

    group = record.steering_group
    yearly = f"Vergadert {group.meetings_per_year} keer per jaar." if group.meetings_per_year else ""
    facts.append((FactKind.STEERING_GROUP, " ".join(filter(None, [group.composition, yearly])), group, ""))

    monitoring = record.monitoring
    committee = {True: "Onafhankelijke commissie: ja.", False: "Onafhankelijke commissie: nee."}
    seen = f"Genoemde leden: {', '.join(monitoring.members_seen)}." if monitoring.members_seen else ""
    said = [f"{monitoring.body}." if monitoring.body else "", monitoring.method]
    if monitoring.independent_committee is not None:
        said.append(committee[monitoring.independent_committee])
    facts.append((FactKind.MONITORING, " ".join(filter(None, [*said, seen])), monitoring, ""))

    complaints = record.complaints
    said = [f"{complaints.mechanism}." if complaints.mechanism else ""]
    if complaints.since:
        said.append(f"Sinds {complaints.since}.")
    if complaints.binding is not None:
        said.append("Uitspraken zijn bindend." if complaints.binding else "Uitspraken zijn niet bindend.")
    if complaints.rulings_public is not None:
        said.append("Uitspraken zijn openbaar." if complaints.rulings_public else "Uitspraken zijn niet openbaar.")
    if complaints.confidential_during_procedure:
        said.append("Tijdens de procedure is alles vertrouwelijk.")
    if complaints.who_can_complain:
        said.append(f"Wie kan klagen: {complaints.who_can_complain}")
    if complaints.members:
        said.append(f"Leden: {', '.join(complaints.members)}.")
    facts.append((FactKind.COMPLAINTS, " ".join(filter(None, said)), complaints, ""))

    if record.confidentiality:
        facts.append((FactKind.CONFIDENTIALITY, record.confidentiality.text_nl, record.confidentiality, ""))
    if record.funding:
        facts.append((FactKind.FUNDING, record.funding.text_nl, record.funding, ""))
    if record.reporting_year:
        facts.append((FactKind.REPORTING_YEAR, record.reporting_year, None, record.source))
    duration = " ".join(
        filter(
            None, [record.intended_duration_note, record.signed_date_note, record.start_date_note, record.end_date_note]
        )
    )
    if duration:
        facts.append((FactKind.DURATION, duration, None, record.source))
    if record.status_note:
        facts.append((FactKind.STATUS, record.status_note, None, record.source))
    if record.later:
        facts.append((FactKind.LATER, record.later, None, record.source))
    if record.activities_2020_note:
        facts.append((FactKind.REMARK, record.activities_2020_note, None, record.source))
    return facts


def _phases(file: ReferenceFile, agreements: dict[str, Agreement], as_of: date, loader: Loader) -> None:
    status = {record.slug: PHASES[record.status_at_2020_12_31] for record in file.sectors}
    places: dict[str, int] = {}
    for n, step in enumerate(file.transitions):
        agreement, phase = agreements[step.covenant], PHASES[step.to_phase]
        place = places[step.covenant] = places.get(step.covenant, -1) + 1
        when = _when(step, phase, status[step.covenant], as_of)
        common = {
            "agreement": agreement,
            "label_nl": step.label_nl,
            "label_en": step.label_en,
            **provenance(step),
        }
        if step.label_nl in STANDSTILLS:
            reason = step.note or step.label_nl
            loader.upsert(Stall, f"transitions/{step.covenant}/{place}", {**common, "began": when, "reason": reason})
            continue
        _phase_change(
            loader,
            f"transitions/{step.covenant}/{place}",
            {**common, "sequence": place, "to_phase": phase, "effective_on": when},
            path=f"transitions[{n}]",
        )
    for slug, agreement in agreements.items():
        try:
            derive_bounds(agreement)
        except ValidationError as contradiction:
            loader.error("transitions", " ".join(contradiction.messages), slug)


def _when(step: Transition, phase: Phase, status: Phase, as_of: date) -> ImpreciseDate:
    """The date of a step as far as the file knows it."""
    words = words_of(step.note)
    if step.date:
        return span(step.date, step.date_precision, words)
    earliest = date.fromisoformat(step.earliest) if step.earliest else None
    latest = date.fromisoformat(step.latest) if step.latest else None
    order = list(Phase)
    if earliest is None and latest is None and order.index(phase) > order.index(status):
        # Rule 1: on the file's reference date the agreement was still in an earlier phase. The date of an ending is
        # the last day of what went before, hence that day itself at the earliest.
        earliest = as_of if phase in END_PHASES else as_of + timedelta(days=1)
    return ImpreciseDate(earliest, latest, words)


def _phase_change(loader: Loader, key: str, values: dict[str, Any], *, path: str) -> None:
    """A phase change is never edited: one that somebody corrected stays, and a changed file is reported."""
    row = PhaseChange.objects.filter(reference_key=key).only("reference_digest").first()
    if row is None:
        loader.upsert(PhaseChange, key, values)
    elif row.reference_digest == digest(values):
        loader.note_unchanged()
    else:
        loader.error(
            path,
            _("deze fase staat al anders vast; corrigeer haar in het portaal, zo blijft de geschiedenis heel"),
            key,
        )


def _parties(file: ReferenceFile, agreements: dict[str, Agreement], as_of: date, loader: Loader) -> None:
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


def _commitments(file: ReferenceFile, agreements: dict[str, Agreement], loader: Loader) -> None:
    for record in file.commitments:
        kind, due = DueKind.NOT_AGREED, ImpreciseDate()
        if record.deadline and re.fullmatch(r"\d{4}(-\d{2}){0,2}", record.deadline):
            kind, due = DueKind.DATE, span(record.deadline)
        elif record.deadline:
            kind, due = DueKind.RELATIVE, ImpreciseDate(words=record.deadline)
        measure = record.measure
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
                "carrier_types": [str(PARTY_TYPES[name]) for name in record.carrier_types if name in PARTY_TYPES],
                "due_kind": kind,
                "due": due,
                "recurrence": RECURRENCES[record.recurrence] if record.recurrence else "",
                "due_diligence_step": record.due_diligence_step,
                "measure_unit": measure.unit if measure else "",
                "measure_value": Decimal(str(measure.value)) if measure and measure.value is not None else None,
                "measure_detail": weights,
                **provenance(record),
            },
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
            _plain(
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
