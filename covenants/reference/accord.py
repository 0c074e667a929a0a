"""The climate accord as an agreement like any other."""

from datetime import date

from django.utils.translation import gettext as _
from pydantic import ValidationError as SchemaError

from covenants.models import (
    Activity,
    ActivityKind,
    Agreement,
    AgreementKind,
    Phase,
    PublishedResult,
    ResultKind,
    Secretariat,
    SecretariatCapacity,
    Sector,
    Visibility,
)
from covenants.reference.loader import Loader
from covenants.reference.phases import load_phase_change
from covenants.reference.schema import (
    ClimateAccordRecord,
    ReferenceFile,
    TimelineRecord,
    problems,
    span,
)
from covenants.reference.vocabulary import (
    CLIMATE_ACCORD,
    measured,
    plain_row,
    provenance,
)
from covenants.services import derive_bounds
from ser_portal.dates import ImpreciseDate


def load_climate_accord(file: ReferenceFile, loader: Loader) -> None:
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
    sector = plain_row(loader, Sector, {"slug": "klimaat"}, {"name_nl": "Klimaat", "name_en": "Climate"})
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
            **measured(accord.target.value),
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
            load_phase_change(
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
