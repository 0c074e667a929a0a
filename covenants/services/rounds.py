"""Opening a reporting round, moving its deadline, locking it, and carrying last period's answers forward."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.models import (
    Agreement,
    AgreementRules,
    DeadlineChange,
    Party,
    ProgressDraft,
    ProgressUpdate,
    ReportingRound,
    ReportingSlot,
    SlotState,
)
from covenants.progress_figures import silent_parties
from covenants.services.checks import because, required
from covenants.services.conflict import Conflict, claim
from covenants.services.slots import (
    BATCH,
    RoundPlan,
    chosen_commitments,
    make_slots,
    plan_changed,
    plan_slots,
    refuse_locked,
)
from ser_portal.audit import services as audit

TAKEN_OVER = (
    "progress_level", "evidence_level", "review_level", "reply_level", "minimum_count", "dominance_percent",
    "stale_after_days", "reply_days",
)  # fmt: skip


def plan_round(
    agreement: Agreement, *, first: date, last: date, commitments: Iterable[int], previous: ReportingRound | None = None
) -> RoundPlan:
    """Who would get what in a round about this period. Reads only; a fixed number of queries.

    Raises ValidationError for a period that ends before it begins, for a commitment that does not run in this
    agreement and for a previous round of another agreement.
    """
    _check_period(agreement, first, last, previous)
    overlapping = agreement.rounds.filter(period_first__lte=last, period_last__gte=first)
    return plan_slots(
        chosen_commitments(agreement.pk, commitments),
        first=first,
        last=last,
        previous=previous,
        overlapping=tuple(overlapping.order_by("-period_last", "-pk")[:20]),
    )


def _check_period(agreement: Agreement, first: date, last: date, previous: ReportingRound | None) -> None:
    if last < first:
        raise ValidationError({"last": _("De laatste dag van de periode ligt voor de eerste.")})
    if previous is not None and previous.agreement_id != agreement.pk:
        raise ValidationError({"previous": _("Dat is geen ronde van dit akkoord.")})


def refuse_taken_title(agreement: Agreement, title_nl: str) -> None:
    """Raises ValidationError when the agreement has a round of this name."""
    if agreement.rounds.filter(title_nl=title_nl.strip()).exists():
        raise ValidationError({"title_nl": _("Dit akkoord heeft al een ronde met deze naam.")})


@transaction.atomic
def open_round(
    agreement: Agreement,
    *,
    title_nl: str,
    title_en: str = "",
    first: date,
    last: date,
    due_on: date,
    commitments: Iterable[int],
    previous: ReportingRound | None = None,
    carry: bool = False,
    by: Any,
    seen: str = "",
) -> ReportingRound:
    """Open a round and make everybody's slots, at once or not at all; the agreement's rules are copied into it.

    `seen` is the fingerprint of the plan somebody looked at: raises Conflict when it is no longer what would be made.
    `carry` puts the approved answers of the previous round ready as drafts. The agreement is locked meanwhile, so two
    people at once open one round. Raises ValidationError for a name that is taken, dates out of order or nobody to ask.
    """
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    title_nl = required(title_nl, "title_nl", _("Geef de ronde een naam."))
    refuse_taken_title(agreement, title_nl)
    if due_on < first:
        raise ValidationError({"due_on": _("De inleverdatum ligt voor het begin van de periode.")})
    plan = plan_round(agreement, first=first, last=last, commitments=commitments, previous=previous)
    if seen and seen != plan.fingerprint:
        raise Conflict(plan_changed())
    if not plan.slots:
        raise ValidationError(_("Er is niemand om iets te vragen: bij geen van deze afspraken is een partij bekend."))
    rules = AgreementRules.of(agreement)
    opened = ReportingRound(
        agreement=agreement,
        title_nl=title_nl,
        title_en=title_en.strip(),
        period_first=first,
        period_last=last,
        due_on=due_on,
        previous=previous,
        opened_by=by,
        **{name: getattr(rules, name) for name in TAKEN_OVER},
    )
    opened.full_clean(exclude={"agreement", "previous", "opened_by"})
    opened.save()
    made = make_slots(opened, plan.slots, due_on={})
    carried = _carry(opened, by) if carry and previous is not None else 0
    audit.record(
        "covenants.round_opened", on=opened, by=by, agreement=agreement.pk, slots=made, parties=len(plan.parties),
        uncertain=len(plan.uncertain), carried=carried,
    )  # fmt: skip
    return opened


# --- The deadline -------------------------------------------------------------------------------------------------


@transaction.atomic
def extend_deadline(
    reporting_round: ReportingRound, *, version: int, due_on: date, reason: str, party: Party | None = None, by: Any
) -> DeadlineChange:
    """A later due date for everybody, or for one party; the step and its reason stay on record.

    For everybody: a party that was given a later date of its own keeps it. Raises Conflict when somebody changed the
    round first, ValidationError for an earlier date, a day that has passed, a locked round or a party not asked.
    """
    claim(reporting_round, version)
    reason = required(reason, "reason", _("Geef een reden; partijen zien waarom de datum verschoof."))
    refuse_locked(reporting_round)
    standing = reporting_round.slots.standing()
    if party is not None:
        standing = standing.filter(party=party)
        before = standing.order_by("-due_on").values_list("due_on", flat=True).first()
        if before is None:
            raise ValidationError({"party": _("Van deze partij wordt in deze ronde niets (meer) gevraagd.")})
    else:
        before = reporting_round.due_on
    if due_on <= before:
        raise ValidationError({"due_on": _("De nieuwe datum ligt niet na de huidige; inkorten kan niet.")})
    if due_on < timezone.localdate():
        raise ValidationError({"due_on": _("Deze dag is al voorbij.")})
    change = DeadlineChange.objects.create(
        round=reporting_round, party=party, before=before, after=due_on, reason=reason, by=by
    )
    if party is not None:
        standing.update(due_on=due_on, extended=True)
    else:
        standing.filter(due_on__lte=due_on).update(due_on=due_on, extended=False)
        reporting_round.due_on = due_on
        because(reporting_round, reason)
        reporting_round.save(update_fields=["due_on"])
    audit.record(
        "covenants.deadline_extended", on=reporting_round, by=by, change=change.pk, before=str(before),
        after=str(due_on), party=party.pk if party else None,
    )  # fmt: skip
    return change


# --- The lock -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BeforeLock:
    """What a lock would leave behind: numbers of slots and of parties, today."""

    silent: int
    silent_parties: int  # the figure round.silent
    waiting: int
    returned: int
    still_time: int  # parties with something open whose own due date has not passed


def before_lock(reporting_round: ReportingRound) -> BeforeLock:
    """How many are silent, waiting for review or returned now, and who still has time. Three queries, reads only."""
    standing = reporting_round.slots.standing()
    by_state = dict(standing.order_by().values_list("state").annotate(number=Count("pk")))
    open_today = standing.filter(
        state__in=[SlotState.SILENT, SlotState.RETURNED], due_on__gte=timezone.localdate()
    ).order_by()
    return BeforeLock(
        silent=by_state.get(SlotState.SILENT, 0),
        silent_parties=silent_parties(reporting_round).count(),
        waiting=by_state.get(SlotState.SUBMITTED, 0),
        returned=by_state.get(SlotState.RETURNED, 0),
        still_time=open_today.values("party").distinct().count(),
    )


@transaction.atomic
def lock_round(reporting_round: ReportingRound, *, version: int, early: bool = False, by: Any) -> ReportingRound:
    """Close a round for good; what is sent from now on is late and stays apart.

    While parties still have time `early` has to say that this is meant. Raises Conflict, ValidationError.
    """
    claim(reporting_round, version)
    refuse_locked(reporting_round)
    left = before_lock(reporting_round)
    if left.still_time and not early:
        raise ValidationError(
            {"early": _("Er zijn partijen die nog tijd hebben. Bevestig dat u de ronde toch nu al sluit.")}
        )
    reporting_round.locked_at, reporting_round.locked_by = timezone.now(), by
    because(reporting_round, "gesloten")
    reporting_round.save(update_fields=["locked_at", "locked_by"])
    audit.record(
        "covenants.round_locked", on=reporting_round, by=by, silent=left.silent, waiting=left.waiting,
        returned=left.returned, early=bool(left.still_time),
    )  # fmt: skip
    return reporting_round


# --- Last period's answers ----------------------------------------------------------------------------------------


def can_be_carried(reporting_round: ReportingRound) -> QuerySet[ReportingSlot]:
    """The slots nothing was sent for, whose party has an approved answer about the same in the previous round.

    `earlier` is the key of that answer. Whether a party already wrote a draft is its own business and not asked here.
    """
    before = ReportingSlot.objects.filter(
        round=reporting_round.previous_id,
        commitment=OuterRef("commitment"),
        party=OuterRef("party"),
        approved__isnull=False,
        withdrawn_at__isnull=True,
    )
    rows = reporting_round.slots.standing().filter(state=SlotState.SILENT)
    return rows.annotate(earlier=Subquery(before.values("approved")[:1])).filter(earlier__isnull=False).order_by("pk")


@transaction.atomic
def carry_forward(reporting_round: ReportingRound, *, version: int, by: Any) -> int:
    """Put the approved answers of the previous round ready as drafts that each party still has to confirm.

    Returns for how many slots there was such an answer; a draft that a party already wrote is left as it is, and is
    not told about. Raises Conflict, ValidationError when the round is locked or has no previous one.
    """
    claim(reporting_round, version)
    refuse_locked(reporting_round)
    if reporting_round.previous_id is None:
        raise ValidationError(_("Deze ronde heeft geen vorige ronde om antwoorden uit over te nemen."))
    number = _carry(reporting_round, by)
    if not number:
        raise ValidationError(_("Er valt niets over te nemen: in de vorige ronde is hierover niets goedgekeurd."))
    audit.record("covenants.answers_carried", on=reporting_round, by=by, slots=number)
    return number


def _carry(reporting_round: ReportingRound, by: Any) -> int:
    """Makes the drafts in batches; what is there already stays, also what is written at this very moment."""
    pairs = list(can_be_carried(reporting_round).values_list("pk", "earlier"))
    now = timezone.now()
    for start in range(0, len(pairs), BATCH):
        batch = dict(pairs[start : start + BATCH])
        updates = ProgressUpdate.objects.in_bulk(set(batch.values()))
        drafts = [_draft(slot, updates[earlier], by, now) for slot, earlier in batch.items()]
        ProgressDraft.objects.bulk_create(drafts, ignore_conflicts=True)
    return len(pairs)


def _draft(slot: int, earlier: ProgressUpdate, by: Any, now: Any) -> ProgressDraft:
    """The earlier answer as somebody would type it; the message to the secretariat belonged to that moment."""
    return ProgressDraft(
        slot_id=slot,
        status=earlier.status,
        value=typed_number(earlier.value),
        numerator=typed_number(earlier.numerator),
        denominator=typed_number(earlier.denominator),
        text=earlier.text,
        carried_from=earlier,
        carried_confirmed=False,
        updated_by=by,
        updated_at=now,
    )


def typed_number(value: Decimal | None) -> str:
    """A number as a Dutch person types it: `1234,5`, without needless zeros; '' for none."""
    if value is None:
        return ""
    plain = f"{value:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain.replace(".", ",")
