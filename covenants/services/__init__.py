"""Every change to the register goes through one of these verbs: lock, check, write, one audit entry."""

from covenants.services.activities import record_activity
from covenants.services.agreements import edit_agreement, register_agreement
from covenants.services.carriers import Carrier, carried_by, resolve_all, resolve_carriers, rung_for
from covenants.services.commitments import edit_commitment, end_commitment, register_commitment
from covenants.services.conflict import Conflict
from covenants.services.parties import add_participation, edit_participation, edit_party, register_party
from covenants.services.phases import change_phase, correct_phase_change, derive_bounds, lift_stall, mark_stalled
from covenants.services.rules import set_rules

__all__ = [
    "Carrier", "Conflict", "add_participation", "carried_by", "change_phase", "correct_phase_change", "derive_bounds",
    "edit_agreement", "edit_commitment", "edit_participation", "edit_party", "end_commitment", "lift_stall",
    "mark_stalled", "record_activity", "register_agreement", "register_commitment", "register_party", "resolve_all",
    "resolve_carriers", "rung_for", "set_rules",
]  # fmt: skip
