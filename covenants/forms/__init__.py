"""Reading what was typed. A form knows its labels, its limits and which choices are open; it saves nothing."""

from covenants.forms.agreements import AgreementFactsForm, NewActivityForm, NewAgreementForm
from covenants.forms.fields import ImpreciseDateFormField
from covenants.forms.filters import PartyFilters, RegisterFilters
from covenants.forms.parties import EditParticipationForm, NewParticipationForm, NewPartyForm, PartyFactsForm
from covenants.forms.phases import LiftStallForm, PhaseChangeForm, PhaseCorrectionForm, StallForm

__all__ = [
    "AgreementFactsForm", "EditParticipationForm", "ImpreciseDateFormField", "LiftStallForm", "NewActivityForm",
    "NewAgreementForm", "NewParticipationForm", "NewPartyForm", "PartyFactsForm", "PartyFilters", "PhaseChangeForm",
    "PhaseCorrectionForm", "RegisterFilters", "StallForm",
]  # fmt: skip
