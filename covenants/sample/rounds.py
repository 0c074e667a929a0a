"""The part of the sample year that is reported: two rounds of each agreement and what happened in every slot."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from covenants.models import (
    BINDING_ROLES,
    AgreementRules,
    CarrierKind,
    Commitment,
    Confirmation,
    CoResponsible,
    DeadlineChange,
    Delegate,
    DelegateRole,
    EvidenceRequirement,
    MeasureKind,
    Party,
    ProgressDraft,
    ProgressStatus,
    ProgressUpdate,
    Reply,
    ReportingRound,
    ReportingSlot,
    Review,
    ReviewDecision,
    Rung,
    SizeClass,
    SlotState,
    UpdateState,
    Verdict,
)
from covenants.sample import cast, words
from covenants.sample.calendars import Calendar, calendars
from covenants.sample.cast import Stage
from covenants.sample.plot import FIXED_LAST, FIXED_NOW, LAST, NOW, Plot, Step, by_name, deal
from covenants.sample.promises import PROMISES, Promise
from covenants.sample.register import RegisterWriter, moment
from ser_portal.accounts.models import User

STATUSES = [ProgressStatus.ON_COURSE, ProgressStatus.ATTENTION, ProgressStatus.BEHIND, ProgressStatus.DONE]
KILOS = {SizeClass.SMALL: (12, 40), SizeClass.MEDIUM: (80, 300), SizeClass.LARGE: (1_000, 5_000)}  # thousands
NUMBERS = ("value", "numerator", "denominator")
EXTENDED = {"koffie": (5, 9), "speelgoed": (1,)}  # companies with a later date in the open round


def derived(updates: Iterable[ProgressUpdate], confirmations: Iterable[Confirmation]) -> dict[str, Any]:
    """What a slot says of its updates, as the services keep it."""
    rows = sorted(updates, key=lambda row: row.number)
    if not rows:
        return {}
    current = rows[-1]
    approved = [row for row in rows if row.state == UpdateState.APPROVED]
    return {
        "current": current,
        "state": SlotState(str(current.state)),
        "state_since": current.decided_at or current.submitted_at,
        "approved": approved[-1] if approved else None,
        "confirmed_on": max((row.confirmed_on for row in confirmations), default=None),
    }


class RoundsWriter:
    """Tells every slot its plot, and writes what came of it."""

    def __init__(self, register: RegisterWriter) -> None:
        self.register, self.cast, self.today = register, register.cast, register.today
        self.promises = {promise.key: promise for promise in PROMISES}
        self.slots: list[ReportingSlot] = []
        self.updates: list[ProgressUpdate] = []
        self.drafts: list[ProgressDraft] = []

    def write(self, stages: Iterable[Stage]) -> None:
        for stage in stages:
            last, now = calendars(stage, self.today)
            locked = self._round(stage, last, None)
            before = _Telling(self, stage, last, locked, {}).tell(LAST, FIXED_LAST)
            opened = self._round(stage, now, locked)
            _Telling(self, stage, now, opened, before).tell(NOW, FIXED_NOW)

    def _round(self, stage: Stage, days: Calendar, previous: ReportingRound | None) -> ReportingRound:
        """Opened, its deadline moved where that happened, and locked where it is."""
        rules = AgreementRules.of(self.cast.agreements[stage.key])
        facilitator = self.cast.facilitators[stage.key]
        taken = ["progress_level", "evidence_level", "review_level", "reply_level", "minimum_count",
                 "dominance_percent", "stale_after_days", "reply_days"]  # fmt: skip
        row = ReportingRound(
            agreement=self.cast.agreements[stage.key], title_nl=days.title[0], title_en=days.title[1],
            period_first=days.first, period_last=days.last, due_on=days.moved_from or days.due, previous=previous,
            opened_at=moment(days.opened), opened_by=facilitator, **{name: getattr(rules, name) for name in taken},
        )  # fmt: skip
        self.register.put([row], at=moment(days.opened))
        if days.moved_from:
            row.due_on = days.due
            self._save(row, moment(days.moved_from, 30), words.DEADLINE_ROUND, facilitator)
            self.register.put(
                [
                    DeadlineChange(
                        round=row, before=days.moved_from, after=days.due, reason=words.DEADLINE_ROUND,
                        by=facilitator, at=moment(days.moved_from, 30),
                    )
                ]
            )  # fmt: skip
        if days.lock:
            row.locked_at, row.locked_by = moment(days.lock, 420), facilitator
            self._save(row, moment(days.lock, 420), "Gesloten", facilitator)
        return row

    def _save(self, row: ReportingRound, at: datetime, reason: str, by: User) -> None:
        row.version += 1
        ReportingRound.objects.bulk_update([row], ["due_on", "locked_at", "locked_by", "version"])
        ReportingRound.history.bulk_history_create(
            [row], update=True, default_change_reason=reason, default_date=at, default_user=by
        )
        self.register.count(ReportingRound.history.model, 1)


class _Telling:
    """One round: its slots, and step by step what parties and secretariat did in each."""

    def __init__(self, writer: RoundsWriter, stage: Stage, days: Calendar, row: ReportingRound,
                 before: dict[tuple[int, int], ProgressUpdate]) -> None:  # fmt: skip
        self.writer, self.stage, self.days, self.round = writer, stage, days, row
        self.cast, self.register, self.today = writer.cast, writer.register, writer.today
        self.before = before
        self.facilitator = self.cast.facilitators[stage.key]
        self.updates: list[ProgressUpdate] = []
        self.reviews: list[Review] = []
        self.replies: list[Reply] = []
        self.confirmations: list[Confirmation] = []
        self.drafts: list[ProgressDraft] = []
        self.cited: list[tuple[Review, Any]] = []

    def tell(self, plots: list[Plot], fixed: dict[tuple[str, str], str]) -> dict[tuple[int, int], ProgressUpdate]:
        """Writes everything; returns the approved answers by (commitment, party)."""
        slots = self._slots()
        stories = self._deal(slots, plots, fixed)
        self.register.put(slots)
        for slot, plot in zip(slots, stories, strict=True):
            self._play(slot, plot)
        self._write(slots)
        return {(slot.commitment_id, slot.party_id): slot.approved for slot in slots if slot.approved}

    # --- Who owes what

    def _slots(self) -> list[ReportingSlot]:
        extended = self._extended()
        found = []
        for promise in (row for row in PROMISES if row.stage == self.stage.key):
            commitment = self.cast.commitments[promise.key]
            asked = {row.size_class: row.rung for row in EvidenceRequirement.objects.filter(commitment=commitment)}
            for party, uncertain in self._carriers(commitment):
                dice = self.register.dice("owner", self.round.title_nl, promise.key, party.slug)
                rung = asked.get(party.size_class, asked.get("", Rung.DECLARED))
                people = [row for row in self.cast.acting[party.pk] if row.revoked_at is None]
                found.append(
                    ReportingSlot(
                        round=self.round, agreement=self.round.agreement, commitment=commitment, party=party,
                        due_on=extended.get(party.pk, self.round.due_on), extended=party.pk in extended,
                        rung_required=rung, size_class=party.size_class, uncertain=uncertain,
                        owner=dice.choice(people).user if dice.random() < 0.7 else None,
                        state_since=self.round.opened_at,
                    )
                )  # fmt: skip
        handed_over = self.cast.companies["koffie"][cast.HANDED_OVER]
        for slot in found:
            if slot.party == handed_over and self.days.lock is None:  # all of it went to the colleague who stayed
                slot.owner = self.cast.acting[handed_over.pk][0].user
        return found

    def _carriers(self, commitment: Commitment) -> list[tuple[Party, bool]]:
        """By name the lead and who shares it; of a class everybody bound in the period, with whether that is unsure."""
        if commitment.ended_on and commitment.ended_on <= self.days.first:
            return []
        if commitment.carrier_kind == CarrierKind.NAMED:
            shared = CoResponsible.objects.filter(commitment=commitment).select_related("party").order_by("party__name")
            return [(party, False) for party in [commitment.lead, *(row.party for row in shared)] if party]
        if commitment.carrier_kind != CarrierKind.CLASS:
            return []
        found = []
        for row in self.cast.participations:
            bound = row.agreement_id == commitment.agreement_id and row.role in BINDING_ROLES
            over = row.ended.latest is not None and row.ended.latest < self.days.first
            yet = row.began.earliest is None or row.began.earliest <= self.days.last
            if bound and yet and not over and row.party.type in commitment.carrier_types:
                found.append((row.party, not row.began.certain_on(self.days.last)))
        return found

    def _extended(self) -> dict[int, date]:
        """Parties with a date of their own in the open round; the change is kept."""
        if self.days.lock is not None:
            return {}
        later = self.days.due + timedelta(days=21)
        parties = [self.cast.companies[self.stage.key][place] for place in EXTENDED[self.stage.key]]
        at = moment(min(self.days.due, self.today) - timedelta(days=6))
        self.register.put(
            [
                DeadlineChange(
                    round=self.round, party=party, before=self.days.due, after=later, reason=words.DEADLINE_PARTY,
                    by=self.facilitator, at=at,
                )
                for party in parties
            ]
        )  # fmt: skip
        return {party.pk: later for party in parties}

    def _deal(self, slots: list[ReportingSlot], plots: list[Plot], fixed: dict[tuple[str, str], str]) -> list[Plot]:
        """A plot for each; those that need an answer of the round before go where there is one."""
        keys = {row.pk: key for key, row in self.cast.commitments.items()}
        parties = {row.pk: key for key, row in self.cast.parties.items()}
        chosen: dict[int, Plot] = {}
        for place, slot in enumerate(slots):
            if name := fixed.get((keys[slot.commitment_id], parties[slot.party_id])):
                chosen[place] = by_name(plots, name)
        dice = self.register.dice("plots", self.round.title_nl)
        dealt = deal(plots, len(slots) - len(chosen), dice)
        needing = [plot for plot in dealt if plot.needs_before]
        free = [plot for plot in dealt if not plot.needs_before]
        rest = [place for place in range(len(slots)) if place not in chosen]
        dice.shuffle(rest)
        for place in rest:
            known = (slots[place].commitment_id, slots[place].party_id) in self.before
            if known and needing:
                chosen[place] = needing.pop()
            else:
                chosen[place] = free.pop() if free else by_name(plots, "silent")
        return [chosen[place] for place in range(len(slots))]

    # --- What happens

    def _play(self, slot: ReportingSlot, plot: Plot) -> None:
        promise = self._promise(slot)
        dice = self.register.dice("play", self.round.title_nl, promise.key, slot.party.slug)
        sent: list[ProgressUpdate] = []
        review: Review | None = None
        last = self.round.opened_at
        for step in plot.steps:
            at = moment(self.days.day(step, self.today), dice.randint(0, 400))
            at = last = max(at, last + timedelta(minutes=30))
            if step.what in ("send", "resend", "unchanged"):
                sent.append(self._send(slot, promise, step, at, sent, dice))
            elif step.what in ("approve", "return"):
                review = self._decide(sent[-1], step, at, dice)
            elif step.what == "reply" and review is not None:
                who = self._somebody(slot.party, at.date(), dice, submits=True)
                self.replies.append(Reply(review=review, text=dice.choice(words.REPLIES), by=who, at=at))
            elif step.what == "confirm":
                self.confirmations.append(
                    Confirmation(
                        slot=slot, update_confirmed=sent[-1], confirmed_on=timezone.localdate(at), at=at,
                        by=self._somebody(slot.party, at.date(), dice, submits=True),
                    )
                )  # fmt: skip
            elif step.what in ("draft", "carry"):
                self._draft(slot, promise, step, at, dice)
            elif step.what == "withdraw":
                slot.withdrawn_at, slot.withdrawn_reason = at, words.WITHDRAWN

    def _promise(self, slot: ReportingSlot) -> Promise:
        key = next(key for key, row in self.cast.commitments.items() if row.pk == slot.commitment_id)
        return self.writer.promises[key]

    def _somebody(self, party: Party, day: date, dice: Any, *, submits: bool) -> User:
        """One of the people who act for the party on that day; who submits is no contributor."""
        rows: list[Delegate] = [
            row
            for row in self.cast.acting[party.pk]
            if row.began_on <= day
            and (row.ended_on is None or row.ended_on >= day)
            and not (submits and row.role == DelegateRole.CONTRIBUTOR)
        ]
        return dice.choice(rows).user  # type: ignore[no-any-return]

    def _send(self, slot: ReportingSlot, promise: Promise, step: Step, at: datetime, sent: list[ProgressUpdate],
              dice: Any) -> ProgressUpdate:  # fmt: skip
        """The next version; what still waited is superseded."""
        if sent and sent[-1].state == UpdateState.SUBMITTED:
            sent[-1].state = UpdateState.SUPERSEDED
        earlier = self.before.get((slot.commitment_id, slot.party_id))
        if step.what == "unchanged" and earlier is not None:
            said = {name: getattr(earlier, name) for name in ("status", "text", *NUMBERS)} | {
                "carried_from": earlier, "unchanged": True,
            }  # fmt: skip
        else:
            said = self._said(slot, promise, dice, not_started=step.not_started)
            said["private_note"] = dice.choice(words.PRIVATE) if dice.random() < 0.2 else ""
        update = ProgressUpdate(
            slot=slot, agreement=slot.agreement, party=slot.party, number=len(sent) + 1, late=step.late,
            after_deadline=timezone.localdate(at) > slot.due_on, submitted_at=at,
            submitted_by=self._somebody(slot.party, at.date(), dice, submits=True), **said,
        )  # fmt: skip
        self.updates.append(update)
        return update

    def _said(self, slot: ReportingSlot, promise: Promise, dice: Any, *, not_started: bool) -> dict[str, Any]:
        status = ProgressStatus.NOT_STARTED if not_started else dice.choices(STATUSES, [5, 2, 1, 1])[0]
        said: dict[str, Any] = {"status": status, "text": words.about(status, promise.told, dice)}
        if not_started:
            return said
        kind = slot.commitment.measure_kind
        if kind == MeasureKind.QUANTITY:
            said["value"] = Decimal(dice.randint(0, int(slot.commitment.measure_value or 10) + 2))
        elif kind == MeasureKind.SHARE and promise.key == "leden":
            said["numerator"], said["denominator"] = Decimal(dice.randint(3, 8)), Decimal(8)
        elif kind == MeasureKind.SHARE:
            kilos = dice.randint(*KILOS[SizeClass(slot.size_class)]) * 1000
            said["numerator"], said["denominator"] = Decimal(kilos * dice.randint(40, 97) // 100), Decimal(kilos)
        return said

    def _decide(self, update: ProgressUpdate, step: Step, at: datetime, dice: Any) -> Review:
        approves = step.what == "approve"
        update.state = UpdateState.APPROVED if approves else UpdateState.RETURNED
        update.decided_at = at
        review = Review(update=update, by=self.facilitator, at=at)
        if approves:
            rung = int(update.slot.rung_required) - (1 if step.verdict == Verdict.NOT_COMPLIANT else 0)
            review.decision, review.verdict, review.rung_reached = ReviewDecision.APPROVED, step.verdict, max(rung, 1)
            review.assessment = dice.choice(words.ASSESSMENT[step.verdict])
            review.reply_until = timezone.localdate(at) + timedelta(days=self.round.reply_days)
        else:
            review.decision, review.reason = ReviewDecision.RETURNED, dice.choice(words.RETURNED)
        self.reviews.append(review)
        if step.cites:
            known = [row for row in self.cast.rulings[self.stage.key] if row.decided_on <= timezone.localdate(at)]
            self.cited += [(review, row) for row in known[-1:]]
        return review

    def _draft(self, slot: ReportingSlot, promise: Promise, step: Step, at: datetime, dice: Any) -> None:
        who = self._somebody(slot.party, at.date(), dice, submits=False)
        earlier = self.before.get((slot.commitment_id, slot.party_id))
        if step.what == "carry" and earlier is not None:
            typed = {name: _typed(getattr(earlier, name)) for name in NUMBERS}
            row = ProgressDraft(
                slot=slot, status=earlier.status, text=earlier.text, carried_from=earlier,
                carried_confirmed=step.confirmed, **typed,
            )  # fmt: skip
        else:
            said = self._said(slot, promise, dice, not_started=False)
            typed = {name: _typed(said.get(name)) for name in NUMBERS}
            row = ProgressDraft(slot=slot, status=said["status"], text=dice.choice(words.DRAFTS), **typed)
        row.version, row.updated_by, row.updated_at = dice.randint(1, 9), who, at
        self.drafts.append(row)

    # --- What comes of it

    def _write(self, slots: list[ReportingSlot]) -> None:
        put = self.register.put
        put(self.updates)
        put(self.reviews)
        through: Any = Review.rulings.through
        put([through(review=review, countingruling=ruling) for review, ruling in self.cited])
        put(self.replies)
        put(self.confirmations)
        put(self.drafts)
        for slot in slots:
            own = [row for row in self.updates if row.slot is slot]
            for name, value in derived(own, [row for row in self.confirmations if row.slot is slot]).items():
                setattr(slot, name, value)
        names = ["state", "state_since", "current", "approved", "confirmed_on", "withdrawn_at", "withdrawn_reason"]
        ReportingSlot.objects.bulk_update(slots, names, batch_size=50)
        self.writer.slots += slots
        self.writer.updates += self.updates
        self.writer.drafts += self.drafts


def _typed(value: Decimal | None) -> str:
    """A number as somebody would type it."""
    return "" if value is None else f"{value:f}"
