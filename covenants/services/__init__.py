"""Every change to the register goes through one of these verbs: lock, check, write, one audit entry."""

from covenants.services.activities import record_activity
from covenants.services.agreements import edit_agreement, register_agreement
from covenants.services.conflict import Conflict
from covenants.services.delegates import (
    appoint,
    change_role,
    colleagues,
    end_delegation,
    hand_over,
    running,
    sweep_lapsed,
    unfinished,
)
from covenants.services.invitations import (
    InvitationGone,
    accept_invitation,
    hash_of,
    invite,
    renew_invitation,
    send_invitation,
    stamp,
    usable,
    withdraw_invitation,
)
from covenants.services.memberships import add_membership, end_membership
from covenants.services.parties import add_participation, edit_participation, edit_party, register_party
from covenants.services.phases import change_phase, correct_phase_change, derive_bounds, lift_stall, mark_stalled

__all__ = [
    "Conflict", "InvitationGone", "accept_invitation", "add_membership", "add_participation", "appoint",
    "change_phase", "change_role", "colleagues", "correct_phase_change", "derive_bounds", "edit_agreement",
    "edit_participation", "edit_party", "end_delegation", "end_membership", "hand_over", "hash_of", "invite",
    "lift_stall", "mark_stalled", "record_activity", "register_agreement", "register_party", "renew_invitation",
    "running", "send_invitation", "stamp", "sweep_lapsed", "unfinished", "usable", "withdraw_invitation",
]  # fmt: skip
