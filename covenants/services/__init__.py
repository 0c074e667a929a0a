"""Every change to the register goes through one of these verbs: lock, check, write, one audit entry."""

from covenants.services.activities import record_activity
from covenants.services.agreements import edit_agreement, register_agreement
from covenants.services.calendars import make_feed, revoke_feed
from covenants.services.conflict import Conflict
from covenants.services.digests import send_digest
from covenants.services.parties import add_participation, edit_participation, edit_party, register_party
from covenants.services.phases import change_phase, correct_phase_change, derive_bounds, lift_stall, mark_stalled
from covenants.services.reminders import remind

__all__ = [
    "Conflict", "add_participation", "change_phase", "correct_phase_change", "derive_bounds", "edit_agreement",
    "edit_participation", "edit_party", "lift_stall", "make_feed", "mark_stalled", "record_activity",
    "register_agreement", "register_party", "remind", "revoke_feed", "send_digest",
]  # fmt: skip
