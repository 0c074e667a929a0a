"""Plain functions that make the records of reporting, written straight into the database.

For what a service does, call the service; these set a stage for something else.
"""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from django.utils import timezone

from covenants.models import (
    CarrierKind,
    Commitment,
    Evidence,
    EvidenceUse,
    Invitation,
    Participation,
    ParticipationRole,
    Party,
    PartyType,
    ProgressDraft,
    ProgressStatus,
    ProgressUpdate,
    ReportingRound,
    ReportingSlot,
    Review,
    ReviewDecision,
    SlotState,
    UpdateState,
    Verdict,
)
from ser_portal.dates import ImpreciseDate

SERIAL = count(1)


def make_commitment(agreement, **fields) -> Commitment:
    """A commitment that every participating company carries."""
    number = next(SERIAL)
    defaults = {
        "code": f"proef-{number}",
        "text_nl": f"Elk bedrijf doet iets (nummer {number}).",
        "text_en": f"Each company does something (number {number}).",
        "carrier_kind": CarrierKind.CLASS,
        "carrier_types": [PartyType.COMPANY],
    }
    return Commitment.objects.create(agreement=agreement, **{**defaults, **fields})


def make_party(agreement=None, *, name="", type=PartyType.COMPANY, role=ParticipationRole.SIGNATORY, **fields) -> Party:
    """A party that has taken part in `agreement` since March 2019."""
    number = next(SERIAL)
    party = Party.objects.create(
        slug=fields.pop("slug", f"partij-{number}"), name=name or f"Partij {number} bv", type=type, **fields
    )
    if agreement is not None:
        Participation.objects.create(
            agreement=agreement, party=party, role=role, began=ImpreciseDate.on(date(2019, 3, 1))
        )
    return party


def make_round(agreement, *, by, due_on=None, **fields) -> ReportingRound:
    """An open round about the past year, due in two weeks."""
    today = timezone.localdate()
    defaults = {
        "title_nl": f"Ronde {next(SERIAL)}",
        "period_first": today - timedelta(days=365),
        "period_last": today - timedelta(days=1),
        "due_on": due_on or today + timedelta(days=14),
        "opened_by": by,
    }
    return ReportingRound.objects.create(agreement=agreement, **{**defaults, **fields})


def make_slot(round, commitment, party, **fields) -> ReportingSlot:
    """What `party` owes in `round` about `commitment`; silent unless said otherwise."""
    defaults = {"due_on": round.due_on, "agreement": round.agreement}
    return ReportingSlot.objects.create(round=round, commitment=commitment, party=party, **{**defaults, **fields})


def make_draft(slot, *, by, **fields) -> ProgressDraft:
    return ProgressDraft.objects.create(slot=slot, updated_by=by, **fields)


def make_update(
    slot, *, by, state=UpdateState.SUBMITTED, reviewer=None, verdict=Verdict.COMPLIANT, reason="", **fields
):
    """A version that was sent, with its review when it was decided on; the slot follows."""
    now = timezone.now()
    decided = state in (UpdateState.RETURNED, UpdateState.APPROVED)
    number = (slot.updates.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    defaults = {"status": ProgressStatus.ON_COURSE, "text": f"Verslag {next(SERIAL)}", "submitted_at": now}
    update = ProgressUpdate.objects.create(
        slot=slot,
        agreement=slot.agreement,
        party=slot.party,
        number=number,
        state=state,
        submitted_by=by,
        decided_at=now if decided else None,
        **{**defaults, **fields},
    )
    if decided:
        approved = state == UpdateState.APPROVED
        Review.objects.create(
            update=update,
            decision=ReviewDecision.APPROVED if approved else ReviewDecision.RETURNED,
            verdict=verdict if approved else "",
            rung_reached=slot.rung_required if approved else None,
            reason=reason or ("" if approved else "Graag aanvullen"),
            reply_until=timezone.localdate() + timedelta(days=14) if approved else None,
            by=reviewer or by,
        )
    slot.current, slot.state, slot.state_since = update, SlotState(str(state)), now
    if state == UpdateState.APPROVED:
        slot.approved = update
    slot.save()
    return update


def make_evidence(slot, *, by, update=None, **fields) -> Evidence:
    """A row about a file; the bytes are not there. Sent along with `update` when given."""
    number = next(SERIAL)
    defaults = {
        "name": f"verslag-{number}.pdf",
        "kind": "pdf",
        "mime": "application/pdf",
        "size": 1000,
        "sha256": f"{number:064x}",
        "stored_as": f"{number:032x}",
        "shows": "Wat we deden",
        "dated": ImpreciseDate.on(date(2020, 5, 1)),
    }
    evidence = Evidence.objects.create(slot=slot, party=slot.party, uploaded_by=by, **{**defaults, **fields})
    if update is not None:
        EvidenceUse.objects.create(update=update, evidence=evidence)
    return evidence


def make_invitation(party, *, by, **fields) -> Invitation:
    number = next(SERIAL)
    defaults = {
        "email": f"nieuw{number}@test.example",
        "role": "submitter",
        "began_on": timezone.localdate(),
        "token_hash": f"{number:064x}",
        "expires_at": timezone.now() + timedelta(days=7),
    }
    return Invitation.objects.create(party=party, invited_by=by, **{**defaults, **fields})


def progress_of(agreement, party, *, facilitator, delegate) -> dict:
    """One of everything about reporting, all of `party` in `agreement`; the slot has been sent back once."""
    commitment = make_commitment(agreement, text_nl="Proefafspraak", measure_kind="quantity", measure_unit="fabrieken")
    round = make_round(agreement, by=facilitator, title_nl="Proefronde")
    slot = make_slot(round, commitment, party, owner=delegate)
    returned = make_update(slot, by=delegate, state=UpdateState.RETURNED, reviewer=facilitator, value=Decimal(3))
    draft = make_draft(slot, by=delegate, status=ProgressStatus.BEHIND, text="Proefconcept")
    evidence = make_evidence(slot, by=delegate, update=returned)
    return {
        "commitment": commitment,
        "round": round,
        "slot": slot,
        "update": returned,
        "draft": draft,
        "evidence": evidence,
        "invitation": make_invitation(party, by=facilitator),
    }
