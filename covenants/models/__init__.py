"""The register: who agreed what with whom, and when. See covenants/README.md for the words."""

from covenants.models.activities import Activity, ActivityKind, Publication
from covenants.models.agreements import (
    Agreement,
    AgreementFact,
    AgreementKind,
    AgreementTheme,
    FactKind,
    ParticipantCount,
    PublishedResult,
    ResultKind,
    Secretariat,
    SecretariatCapacity,
    Sector,
    Theme,
    Visibility,
)
from covenants.models.commitments import Commitment, DueKind, Recurrence
from covenants.models.context import (
    Framework,
    FrameworkElement,
    PolicyEvent,
    ReferenceLoad,
    RemarkKind,
    SourceRemark,
)
from covenants.models.parties import Delegate, Participation, ParticipationRole, Party, PartyType
from covenants.models.people import FacilitatorAssignment
from covenants.models.phases import END_PHASES, NEXT_PHASES, Phase, PhaseChange, PhaseState, Stall
from covenants.models.sourced import Confidence, Sourced

__all__ = [
    "END_PHASES", "NEXT_PHASES", "Activity", "ActivityKind", "Agreement", "AgreementFact", "AgreementKind",
    "AgreementTheme", "Commitment", "Confidence", "Delegate", "DueKind", "FacilitatorAssignment", "FactKind",
    "Framework", "FrameworkElement", "ParticipantCount", "Participation", "ParticipationRole", "Party", "PartyType",
    "Phase", "PhaseChange", "PhaseState", "PolicyEvent", "Publication", "PublishedResult", "Recurrence",
    "ReferenceLoad", "RemarkKind", "ResultKind", "Secretariat", "SecretariatCapacity", "Sector", "SourceRemark",
    "Sourced", "Stall", "Theme", "Visibility",
]  # fmt: skip
