"""Reading what was typed. A form knows its labels, its limits and which choices are open; it saves nothing."""

from covenants.forms.agreements import AgreementFactsForm, NewActivityForm, NewAgreementForm
from covenants.forms.commitments import EditCommitmentForm, EndCommitmentForm, NewCommitmentForm
from covenants.forms.fields import ImpreciseDateFormField
from covenants.forms.filters import CommitmentFilters, PartyFilters, RegisterFilters
from covenants.forms.parties import EditParticipationForm, NewParticipationForm, NewPartyForm, PartyFactsForm
from covenants.forms.phases import LiftStallForm, PhaseChangeForm, PhaseCorrectionForm, StallForm
from covenants.forms.rules import RulesForm

__all__ = [
    "AgreementFactsForm", "CommitmentFilters", "EditCommitmentForm", "EditParticipationForm", "EndCommitmentForm",
    "ImpreciseDateFormField", "LiftStallForm", "NewActivityForm", "NewAgreementForm", "NewCommitmentForm",
    "NewParticipationForm", "NewPartyForm", "PartyFactsForm", "PartyFilters", "PhaseChangeForm", "PhaseCorrectionForm",
    "RegisterFilters", "RulesForm", "StallForm",
]  # fmt: skip
