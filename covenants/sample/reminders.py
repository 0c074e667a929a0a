"""The mails that people got about the open round of toys, whose due date has passed."""

import hashlib
from datetime import timedelta

from covenants.models import DelegateRole, Digest, DigestState, Reminder, ReminderStep, ReportingSlot, SlotState
from covenants.sample.register import RegisterWriter, moment

RUNGS = [(ReminderStep.BEFORE, -7), (ReminderStep.ON_DAY, 0), (ReminderStep.AFTER, 7)]


def remind(register: RegisterWriter, slots: list[ReportingSlot]) -> None:
    """Three rungs of the ladder for every party that is still silent, one mail a person a day, all of them sent."""
    silent = [
        slot
        for slot in slots
        if slot.state == SlotState.SILENT
        and slot.withdrawn_at is None
        and not slot.round.is_locked
        and slot.due_on < register.today - timedelta(days=7)
    ]
    digests: dict[tuple[int, int], Digest] = {}
    reminders = []
    for slot in silent:
        who = next(row.user for row in register.cast.acting[slot.party_id] if row.role == DelegateRole.COORDINATOR)
        for step, days in RUNGS:
            day = slot.due_on + timedelta(days=days)
            sent = moment(day, -90)
            digest = digests.setdefault(
                (who.pk, days),
                Digest(
                    recipient=who, day=day, state=DigestState.SENT, attempts=1, claimed_at=sent, sent_at=sent,
                    created_at=sent,
                    message_id=f"<{hashlib.sha256(f'{who.email}/{day}'.encode()).hexdigest()[:24]}@demo.example>",
                ),
            )  # fmt: skip
            reminders.append(
                Reminder(slot=slot, step=step, due_on=slot.due_on, recipient=who, digest=digest, created_at=sent)
            )
    register.put(list(digests.values()))
    register.put(reminders)
