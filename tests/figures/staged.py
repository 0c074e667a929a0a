"""A round written from a plain description: per party and commitment what became of it. No services, no hashes."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from covenants.models import (
    ProgressUpdate,
    ReportingRound,
    ReportingSlot,
    Review,
    ReviewDecision,
    UpdateState,
)
from tests.factories import make_commitment, make_party, make_round

STATUSES = ("not_started", "on_course", "attention", "behind", "done")


@dataclass(frozen=True)
class Answer:
    """What one party did about one commitment."""

    what: str = "silent"  # silent, waiting, returned, approved, late, withdrawn
    status: str = "on_course"
    verdict: str = "compliant"
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    late_too: bool = False  # and something else after the lock, approved
    uncertain: bool = False


def stage_round(
    agreement, *, by, answers, groups=(), kinds=(), locked=True, rung=1, minimum=5, percent=10, **fields
) -> ReportingRound:
    """`answers[party][commitment]` is an Answer or None (not asked). Parties and commitments are made anew."""
    parties = [make_party(agreement, group=groups[n] if n < len(groups) else "") for n in range(len(answers))]
    number = max((len(row) for row in answers), default=0)
    commitments = [
        make_commitment(
            agreement,
            measure_kind=kinds[n] if n < len(kinds) else "",
            numerator_label="Gecontroleerd",
            denominator_label="Alle",
        )
        for n in range(number)
    ]
    return write_round(
        agreement, by=by, answers=answers, parties=parties, commitments=commitments, locked=locked, rung=rung,
        minimum=minimum, percent=percent, **fields,
    )  # fmt: skip


def write_round(
    agreement, *, by, answers, parties, commitments, locked=True, rung=1, minimum=5, percent=10, **fields
) -> ReportingRound:
    made = make_round(agreement, by=by, minimum_count=minimum, dominance_percent=percent, **fields)
    now = timezone.now() - timedelta(hours=3)
    slots, kept = [], []
    for party, row in zip(parties, answers, strict=True):
        for commitment, answer in zip(commitments, row, strict=False):
            if answer is None:
                continue
            gone = answer.what == "withdrawn"
            slots.append(
                ReportingSlot(
                    round=made, agreement=agreement, commitment=commitment, party=party, due_on=made.due_on,
                    rung_required=rung, uncertain=answer.uncertain, withdrawn_at=now if gone else None,
                    withdrawn_reason="weg" if gone else "",
                )
            )  # fmt: skip
            kept.append(answer)
    ReportingSlot.objects.bulk_create(slots)
    updates = []
    for slot, answer in zip(slots, kept, strict=True):
        states = {"waiting": "submitted", "returned": "returned", "approved": "approved", "late": "approved"}
        if answer.what in states:
            updates.append(_update(slot, answer, 1, states[answer.what], by, now, late=answer.what == "late"))
        if answer.late_too:
            other = Answer(
                "approved", status="done", value=Decimal(10**6), numerator=Decimal(1), denominator=Decimal(1)
            )
            number = 2 if answer.what in states else 1
            updates.append(_update(slot, other, number, "approved", by, now, late=True))
    ProgressUpdate.objects.bulk_create(updates)
    of = {id(slot): answer for slot, answer in zip(slots, kept, strict=True)}
    Review.objects.bulk_create(
        Review(
            update=update,
            decision=ReviewDecision.APPROVED if update.state == "approved" else ReviewDecision.RETURNED,
            verdict=of[id(update.slot)].verdict if update.state == "approved" else "",
            reason="" if update.state == "approved" else "Graag aanvullen",
            rung_reached=1,
            reply_until=timezone.localdate() if update.state == "approved" else None,
            by=by,
        )
        for update in updates
        if update.state in ("approved", "returned")
    )
    newest = ProgressUpdate.objects.filter(slot=OuterRef("pk")).order_by("-number")
    sent = made.slots.filter(Exists(newest))
    sent.update(
        current=Subquery(newest.values("pk")[:1]),
        state=Subquery(newest.values("state")[:1]),
        approved=Subquery(newest.filter(state=UpdateState.APPROVED).values("pk")[:1]),
    )
    if locked:
        lock(made, by)
    return made


def lock(made, by):
    ReportingRound.objects.filter(pk=made.pk).update(locked_at=timezone.now(), locked_by=by)
    made.refresh_from_db()


def _update(slot, answer, number, state, by, now, *, late):
    return ProgressUpdate(
        slot=slot, agreement=slot.agreement, party=slot.party, number=number, status=answer.status, state=state,
        value=answer.value, numerator=answer.numerator, denominator=answer.denominator, late=late, submitted_by=by,
        submitted_at=now, decided_at=None if state == "submitted" else now, text="x",
    )  # fmt: skip
