"""Every change to the register goes through one of these verbs: lock, check, write, one audit entry."""

from covenants.services.activities import record_activity
from covenants.services.agreements import edit_agreement, register_agreement
from covenants.services.answered import MemberAnswer, members_answered, own_associations
from covenants.services.calendars import make_feed, revoke_feed
from covenants.services.carriers import Carrier, carried_by, resolve_all, resolve_carriers, rung_for
from covenants.services.commitments import edit_commitment, end_commitment, register_commitment
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
from covenants.services.digests import send_digest
from covenants.services.evidence import add_evidence, detach_evidence, sweep_evidence
from covenants.services.evidence import record_download as record_evidence_download
from covenants.services.evidence import store as evidence_store
from covenants.services.invitations import (
    InvitationGone,
    accept_invitation,
    hash_of,
    invite,
    renew_invitation,
    send_invitation,
    stamp,
    tell_coordinators,
    usable,
    withdraw_invitation,
)
from covenants.services.memberships import add_membership, end_membership
from covenants.services.parties import add_participation, edit_participation, edit_party, register_party
from covenants.services.phases import change_phase, correct_phase_change, derive_bounds, lift_stall, mark_stalled
from covenants.services.progress import confirm_unchanged, previous_answer, save_draft, submit
from covenants.services.releases import PreparedRelease, prepare_release, release_round
from covenants.services.reminders import remind
from covenants.services.reviews import approve_update, reply, return_update, write_ruling
from covenants.services.rounds import (
    before_lock,
    can_be_carried,
    carry_forward,
    extend_deadline,
    lock_round,
    open_round,
    plan_round,
    refuse_taken_title,
)
from covenants.services.rules import set_rules
from covenants.services.slots import RoundPlan, add_slots, plan_added_slots, withdraw_party, withdraw_slot

__all__ = [
    "Carrier",
    "Conflict",
    "InvitationGone",
    "MemberAnswer",
    "PreparedRelease",
    "RoundPlan",
    "accept_invitation",
    "add_evidence",
    "add_membership",
    "add_participation",
    "add_slots",
    "appoint",
    "approve_update",
    "before_lock",
    "can_be_carried",
    "carried_by",
    "carry_forward",
    "change_phase",
    "change_role",
    "colleagues",
    "confirm_unchanged",
    "correct_phase_change",
    "derive_bounds",
    "detach_evidence",
    "edit_agreement",
    "edit_commitment",
    "edit_participation",
    "edit_party",
    "end_commitment",
    "end_delegation",
    "end_membership",
    "evidence_store",
    "extend_deadline",
    "hand_over",
    "hash_of",
    "invite",
    "lift_stall",
    "lock_round",
    "make_feed",
    "mark_stalled",
    "members_answered",
    "open_round",
    "own_associations",
    "plan_added_slots",
    "plan_round",
    "prepare_release",
    "previous_answer",
    "record_activity",
    "record_evidence_download",
    "refuse_taken_title",
    "register_agreement",
    "register_commitment",
    "register_party",
    "release_round",
    "remind",
    "renew_invitation",
    "reply",
    "resolve_all",
    "resolve_carriers",
    "return_update",
    "revoke_feed",
    "rung_for",
    "running",
    "save_draft",
    "send_digest",
    "send_invitation",
    "set_rules",
    "stamp",
    "submit",
    "sweep_evidence",
    "sweep_lapsed",
    "tell_coordinators",
    "unfinished",
    "usable",
    "withdraw_invitation",
    "withdraw_party",
    "withdraw_slot",
    "write_ruling",
]
