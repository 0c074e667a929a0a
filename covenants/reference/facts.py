"""What hangs on one agreement and carries a source: its secretariat, numbers, activities, organisation."""

from django.utils.translation import gettext as _

from covenants.models import (
    Activity,
    Agreement,
    AgreementFact,
    AgreementTheme,
    FactKind,
    ParticipantCount,
    Publication,
    PublishedResult,
    ResultKind,
    Secretariat,
    SecretariatCapacity,
    Theme,
)
from covenants.reference.loader import Loader
from covenants.reference.schema import (
    ActivityRecord,
    SectorRecord,
    SourcedPart,
    span,
)
from covenants.reference.vocabulary import (
    ACTIVITY_KINDS,
    measured,
    plain_row,
    provenance,
    words_of,
)


def load_facts(record: SectorRecord, agreement: Agreement, loader: Loader) -> None:
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
        row = plain_row(loader, Theme, {"slug": theme.slug}, {"name_nl": theme.nl, "name_en": theme.en})
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
                **measured(target.value),
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
                **measured(result.value),
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
    for kind, text, part, default in organisation_of(record):
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


def organisation_of(record: SectorRecord) -> list[tuple[FactKind, str, SourcedPart | None, str]]:
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
