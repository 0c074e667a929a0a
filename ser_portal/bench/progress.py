"""What parties report in the invented register: rounds, slots, updates, reviews, confirmations and drafts.

A million updates are too many to make as objects: these rows are tuples, written with COPY on PostgreSQL and with one
prepared statement on SQLite, agreement by agreement, so that memory does not grow with the volume. The derived columns
of a slot are those its updates give; every constraint of the database holds.
"""

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.db import connection, models

from covenants.models import (
    Audience,
    Commitment,
    Confirmation,
    MeasureKind,
    Participation,
    ProgressDraft,
    ProgressStatus,
    ProgressUpdate,
    ReportingRound,
    ReportingSlot,
    Review,
    ReviewDecision,
    Rung,
    SlotState,
    UpdateState,
    Verdict,
)

ROUNDS = 4  # of an agreement, where there are parties and commitments enough
VERSIONS, VERSION_WEIGHTS = [0, 1, 2, 3], [8, 55, 27, 10]  # how often a party sends in one slot
PER_SLOT = sum(v * w for v, w in zip(VERSIONS, VERSION_WEIGHTS, strict=True)) / sum(VERSION_WEIGHTS)
PER_UPDATE = 2.6  # rows of all tables for each update, about
LAST_YEAR = 2024
LOCKED_AFTER, LATE_AFTER, LAST_OFFSET = 120, 130, 150  # days since the opening on 1 November
FLUSH = 5_000

FACILITATOR, DELEGATE, OWN_PARTY = 1, 2, 1  # keys, as generator.py gives them
LEVELS, LEVEL_WEIGHTS = (
    [Audience.SECRETARIAT, Audience.PARTIES, Audience.STEERING_GROUP, Audience.PUBLIC],
    [70, 18, 6, 6],
)
STATUS_WEIGHTS = [8, 50, 22, 12, 8]
VERDICT_WEIGHTS = [60, 22, 10, 8]
DID = [
    "We brachten de risico's opnieuw in kaart", "We spraken met vertegenwoordigers van werknemers",
    "We pasten het inkoopbeleid aan", "De opleiding van inkopers is gegeven", "Twee leveranciers leverden gegevens aan",
    "Het klachtenloket behandelde de meldingen", "We bezochten de productielocaties",
]  # fmt: skip
WITH = ["met de vakbond", "met een lokale organisatie", "met andere bedrijven", "met onze grootste leverancier", "zelf"]
NEXT = [
    "Volgend kwartaal volgt de rest.", "De uitkomst is besproken in de stuurgroep.", "Een deel is uitgesteld.",
    "De cijfers komen uit onze administratie en zijn gecontroleerd door een collega.",
]  # fmt: skip

COLUMNS: dict[type[models.Model], str] = {
    ReportingSlot: "id round_id agreement_id commitment_id party_id due_on extended rung_required size_class uncertain "
    "owner_id state state_since current_id approved_id confirmed_on withdrawn_at withdrawn_reason version",
    ProgressUpdate: "id slot_id agreement_id party_id number status value numerator denominator text private_note "
    "carried_from_id unchanged late after_deadline state submitted_by_id submitted_at decided_at",
    Review: "id update_id decision reason verdict rung_reached assessment reply_until by_id at",
    Confirmation: "id slot_id update_confirmed_id confirmed_on by_id at",
    ProgressDraft: "id slot_id status value numerator denominator text private_note carried_from_id carried_confirmed "
    "version updated_by_id updated_at",
}


@dataclass(frozen=True)
class Days:
    """The days of one round as the database reads them: by the number of days since it opened."""

    opened: date
    due_on: date
    moments: list[str]
    days: list[str]

    @classmethod
    def of(cls, year: int) -> "Days":
        opened = date(year, 11, 1)
        offsets = [opened + timedelta(days=n) for n in range(LAST_OFFSET)]
        return cls(opened, date(year + 1, 1, 31), [f"{day} 09:00:00" for day in offsets], [str(day) for day in offsets])


@dataclass
class Owed:
    """One slot while it is made; the places are those of COLUMNS."""

    key: int
    commitment: int
    party: int
    measured: bool
    rung: int


@dataclass
class ProgressMaker:
    """Makes as many updates as asked, spread evenly over the agreements; keys run from one in every table."""

    updates: int
    agreements: int
    dice_of: Callable[..., random.Random]
    progress: Callable[[int], Any]
    rows: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def run(self) -> dict[str, int]:
        dice = self.dice_of("reported")
        self.texts = [f"{did} {who}. {rest}" for did in DID for who in WITH for rest in NEXT]
        dice.shuffle(self.texts)
        self.waiting: dict[type[models.Model], list[tuple[Any, ...]]] = {model: [] for model in COLUMNS}
        self.keys: dict[Any, int] = defaultdict(int)
        self.calendar: dict[int, Days] = {}
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA cache_size = -131072")  # 128 MB: the indexes of a million rows, for this run
        for agreement, parties, commitments in self._agreements():
            quota = self.updates // self.agreements + (agreement <= self.updates % self.agreements)
            if quota:
                self._agreement(agreement, parties, commitments, quota)
        self._flush(0)
        return dict(self.rows)

    def _agreements(self) -> Iterator[tuple[int, list[int], list[tuple[int, bool]]]]:
        """Each with its parties and its commitments (and whether they are measured), one query of each at a time."""
        for agreement in range(1, self.agreements + 1):
            parties = (
                Participation.objects.filter(agreement=agreement).order_by("party").values_list("party", flat=True)
            )
            asked = Commitment.objects.filter(agreement=agreement).order_by("pk").values_list("pk", "measure_kind")
            yield (
                agreement,
                list(dict.fromkeys(parties)),
                [(key, kind == MeasureKind.QUANTITY) for key, kind in asked],
            )

    def _agreement(self, agreement: int, parties: list[int], commitments: list[tuple[int, bool]], quota: int) -> None:
        """Its rounds from the open one back, until everything asked has been sent."""
        dice = self.dice_of("reported", agreement)
        pairs = len(parties) * len(commitments)
        step = next(n for n in range(max(1, pairs * 5 // 8), 2 * pairs + 2) if math.gcd(n, pairs) == 1)
        each = max(1, min(pairs, math.ceil(quota / PER_SLOT / ROUNDS)))
        level = dice.choices(LEVELS, LEVEL_WEIGHTS)[0]
        rounds: list[ReportingRound] = []
        while quota > 0:
            back = len(rounds)
            row = self._round(agreement, back, level)
            rounds.append(row)
            place = dice.randrange(pairs)
            for _ in range(each):
                if quota <= 0:
                    break
                commitment, measured = commitments[place % len(commitments)]
                slot = Owed(
                    self._key(ReportingSlot), commitment, parties[place // len(commitments)], measured,
                    dice.choices(Rung.values[1:], [50, 30, 15, 5])[0],
                )  # fmt: skip
                versions = min(quota, dice.choices(VERSIONS, VERSION_WEIGHTS)[0])
                self._slot(row, slot, versions, dice, is_open=back == 0)
                quota -= versions
                place = (place + step) % pairs
            self._flush(FLUSH)
        for newer, older in pairwise(rounds):
            newer.previous_id = older.pk  # type: ignore[attr-defined]
        self._rounds(rounds)
        if connection.vendor == "postgresql":
            self._flush(0)
            connection.check_constraints()  # now, so that what is still to be checked stays small

    def _round(self, agreement: int, back: int, level: str) -> ReportingRound:
        year = LAST_YEAR - back % 100
        days = self.calendar.setdefault(year, Days.of(year))
        locked = None if back == 0 else _moment(days.opened + timedelta(days=LOCKED_AFTER))
        return ReportingRound(
            pk=self._key(ReportingRound), agreement_id=agreement, title_nl=f"Rapportage over {LAST_YEAR - back}",
            title_en=f"Reporting on {LAST_YEAR - back}", period_first=date(year, 1, 1), period_last=date(year, 12, 31),
            due_on=days.due_on, progress_level=level, evidence_level=level, review_level=level, reply_level=level,
            opened_at=_moment(days.opened), opened_by_id=FACILITATOR, locked_at=locked,
            locked_by_id=locked and FACILITATOR,
        )  # fmt: skip

    def _rounds(self, rounds: list[ReportingRound]) -> None:
        ReportingRound.objects.bulk_create(rounds)
        for row in rounds:
            row._history_date = row.opened_at  # type: ignore[attr-defined]
        ReportingRound.history.bulk_history_create(rounds, default_change_reason="Gegenereerd")
        self.rows[ReportingRound._meta.label] += len(rounds)
        self.rows[ReportingRound.history.model._meta.label] += len(rounds)
        self.progress(2 * len(rounds))

    def _slot(self, row: ReportingRound, slot: Owed, versions: int, dice: random.Random, *, is_open: bool) -> None:
        """A slot with what was sent in it: earlier versions returned or superseded, the last waiting or decided on."""
        days = self.calendar[row.period_first.year]
        state, since = SlotState.SILENT, days.moments[0]
        current = approved = None
        confirmed_on = None
        offset = dice.randint(1, 40)
        for number in range(1, versions + 1):
            last = number == versions
            late = False
            if not last:
                found = UpdateState.RETURNED if dice.random() < 0.7 else UpdateState.SUPERSEDED
            else:
                weights = [40, 40, 20] if is_open else [10, 85, 5]
                found = dice.choices([UpdateState.SUBMITTED, UpdateState.APPROVED, UpdateState.RETURNED], weights)[0]
                if found == UpdateState.SUBMITTED and not is_open:
                    late, offset = True, LATE_AFTER
            current = self._update(row, slot, number, found, offset, dice, late=late)
            decided = found in (UpdateState.RETURNED, UpdateState.APPROVED)
            if last:
                state, since = SlotState(str(found)), days.moments[offset + (3 if decided else 0)]
                approved = current if found == UpdateState.APPROVED else None
            offset += 8
        if approved and dice.random() < 0.15:
            confirmed_on = days.days[offset]
            self._add(Confirmation, slot.key, approved, confirmed_on, DELEGATE, days.moments[offset])
        if is_open and state in (SlotState.SILENT, SlotState.RETURNED) and dice.random() < 0.4:
            text = dice.choice(self.texts)
            self._add(
                ProgressDraft, slot.key, ProgressStatus.ON_COURSE, "12" if slot.measured else "", "", "", text, "",
                None, False, 1, DELEGATE, days.moments[offset],
            )  # fmt: skip
        owner = DELEGATE if slot.party == OWN_PARTY else None
        self._put(
            ReportingSlot,
            (
                slot.key, row.pk, row.agreement_id, slot.commitment, slot.party, str(row.due_on), False, slot.rung, "",
                False, owner, state.value, since, current, approved, confirmed_on, None, "", 1,
            ),
        )  # fmt: skip

    def _update(
        self, row: ReportingRound, slot: Owed, number: int, state: str, offset: int, dice: random.Random, *, late: bool
    ) -> int:
        """One version with the decision on it; returns its key."""
        days = self.calendar[row.period_first.year]
        decided = days.moments[offset + 3] if state in (UpdateState.RETURNED, UpdateState.APPROVED) else None
        status = dice.choices(ProgressStatus.values, STATUS_WEIGHTS)[0]
        value = dice.randrange(100) if slot.measured and status != ProgressStatus.NOT_STARTED else None
        note = "Graag vertrouwelijk behandelen." if dice.random() < 0.1 else ""
        key = self._add(
            ProgressUpdate, slot.key, row.agreement_id, slot.party, number, status, value, None, None,
            dice.choice(self.texts), note, None, False, late, late, str(state), DELEGATE, days.moments[offset], decided,
        )  # fmt: skip
        if state == UpdateState.RETURNED:
            self._add(
                Review, key, ReviewDecision.RETURNED.value, "Vul aan waarop de opgave rust.", "", None, "", None,
                FACILITATOR, decided,
            )  # fmt: skip
        elif state == UpdateState.APPROVED:
            verdict = dice.choices(Verdict.values, VERDICT_WEIGHTS)[0]
            said = "" if verdict == Verdict.COMPLIANT else "De onderbouwing is niet volledig."
            self._add(
                Review, key, ReviewDecision.APPROVED.value, "", verdict, slot.rung, said, days.days[offset + 17],
                FACILITATOR, decided,
            )  # fmt: skip
        return key

    # --- Into the database

    def _key(self, model: Any) -> int:
        self.keys[model] += 1
        return self.keys[model]

    def _add(self, model: type[models.Model], *values: Any) -> int:
        key = self._key(model)
        self._put(model, (key, *values))
        return key

    def _put(self, model: type[models.Model], row: tuple[Any, ...]) -> None:
        self.waiting[model].append(row)

    def _flush(self, least: int) -> None:
        """Writes the tables of which more than `least` rows wait."""
        for model, rows in self.waiting.items():
            if len(rows) > least:
                write_rows(model, COLUMNS[model].split(), rows)
                self.rows[model._meta.label] += len(rows)
                self.progress(len(rows))
                rows.clear()


def write_rows(model: type[models.Model], names: list[str], rows: list[tuple[Any, ...]]) -> None:
    """Straight into the table: COPY on PostgreSQL, one prepared statement elsewhere. The database checks the rows."""
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(name) for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 - our own names


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=UTC)
