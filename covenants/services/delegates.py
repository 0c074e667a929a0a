"""People who act for a party: their dated roles, and nothing they did left without somebody who does it.

One lock covers them all: the row of the party. Whoever changes its people takes it first (`hold`), so two coordinators,
or a coordinator and somebody who accepts an invitation, come one after the other.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.models import Delegate, DelegateRole, Invitation, Party, ReportingSlot, SlotState
from covenants.services.conflict import Conflict
from ser_portal.accounts.models import Role
from ser_portal.audit import services as audit

# The first heir is a coordinator, then whoever may send things in, then whoever may write.
ORDER_OF_HEIRS = Case(
    When(role=DelegateRole.COORDINATOR, then=Value(0)),
    When(role=DelegateRole.SUBMITTER, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


def hold(party: Party) -> None:
    """Lock the people of this party until the transaction ends; what hangs on the party can still be written."""
    Party.objects.select_for_update(no_key=True).filter(pk=party.pk).values_list("pk").first()


def running(party: Party) -> QuerySet[Delegate]:
    """The rows of this party that hold today or will hold later."""
    today = timezone.localdate()
    return party.delegates.filter(Q(ended_on__isnull=True) | Q(ended_on__gte=today), revoked_at__isnull=True)


def colleagues(party: Party) -> QuerySet[Delegate]:
    """Who can take over work today: the current delegates with a working account, the first heir first."""
    return (
        Delegate.objects.current()
        .filter(party=party, user__is_active=True, user__role=Role.DELEGATE)
        .annotate(heir=ORDER_OF_HEIRS)
        .order_by("heir", "began_on", "pk")
    )


def unfinished() -> QuerySet[ReportingSlot]:
    """Slots somebody has to look after: not withdrawn, and not approved in a round that is over."""
    return ReportingSlot.objects.standing().filter(~Q(state=SlotState.APPROVED) | Q(round__locked_at__isnull=True))


@transaction.atomic
def appoint(party: Party, *, user: Any, role: str, began_on: date, ended_on: date | None = None, by: Any) -> Delegate:
    """Somebody acts for a party from a day. Raises ValidationError when they already do, or are not a delegate."""
    hold(party)
    delegate = place(party, user=user, role=role, began_on=began_on, ended_on=ended_on)
    audit.record("covenants.delegate_appointed", on=party, by=by, delegate=delegate.pk, role=role)
    return delegate


def place(party: Party, *, user: Any, role: str, began_on: date, ended_on: date | None) -> Delegate:
    """Writes the row. The party is held by the caller, who also keeps the log."""
    if user.role != Role.DELEGATE or not user.is_active:
        raise ValidationError({"user": _("Alleen wie een actief account als gemachtigde heeft kan dit zijn.")})
    if running(party).filter(user=user).exists():
        raise ValidationError({"user": _("Deze persoon handelt al namens deze partij.")})
    delegate = Delegate(party=party, user=user, role=role, began_on=began_on, ended_on=ended_on)
    delegate.full_clean()
    delegate.save()
    return delegate


@transaction.atomic
def change_role(delegate: Delegate, *, role: str, by: Any) -> Delegate:
    """Give somebody another role from today; the row of the old one ends yesterday and stays.

    A row that began today holds no day, so it is taken off. Raises ValidationError when the role is the same, Conflict
    when this row does not hold any more: somebody else changed or ended it first.
    """
    hold(delegate.party)
    rows = _rows_of(delegate)
    before = next(row for row in rows if row.pk == delegate.pk)
    if role not in DelegateRole.values:
        raise ValidationError({"role": _("Deze rol bestaat niet.")})
    if before.role == role:
        raise ValidationError({"role": _("Dit is de rol die deze persoon nu al heeft.")})
    today, last_day = timezone.localdate(), before.ended_on
    for row in rows:
        if row.began_on < today:
            row.ended_on = today - timedelta(days=1)
            row.save(update_fields=["ended_on"])
        else:
            _take_off(row, by)
    after = Delegate(
        party=before.party,
        user=before.user,
        role=role,
        began_on=max(today, before.began_on),
        ended_on=last_day,
    )
    after.full_clean()
    after.save()
    audit.record(
        "covenants.delegate_role_changed", on=before.party, by=by, delegate=after.pk, before=before.role, after=role
    )
    return after


@transaction.atomic
def end_delegation(
    delegate: Delegate,
    *,
    last_day: date | None = None,
    to: Any = None,
    per_slot: Mapping[int, Any] | None = None,
    by: Any,
) -> None:
    """Somebody stops acting for a party: at once, or after `last_day`. What they looked after goes to others.

    `per_slot` names who takes over one slot, `to` who takes over the rest. At once, what nobody was chosen for goes to
    the party's coordinator, without one to another delegate, and without anybody it has no owner, which the
    facilitator sees. With a last day, that happens the day after (`sweep_lapsed`); whoever is chosen now takes over
    now. Invitations this person could come back through, or sent, are withdrawn. Ends every row this person has here.

    Raises Conflict when the row does not hold any more, ValidationError when a day or an heir cannot be.
    """
    hold(delegate.party)
    rows = _rows_of(delegate)
    today = timezone.localdate()
    if last_day is not None and last_day < today:
        raise ValidationError({"last_day": _("De laatste dag ligt in het verleden; kies vandaag of later.")})
    handed = _hand_on(delegate, to=to, per_slot=per_slot or {}, at_once=last_day is None)
    for row in rows:
        if last_day is None or row.began_on > last_day:
            _take_off(row, by)
        else:
            row.ended_on = last_day
            row.save(update_fields=["ended_on"])
    back = Q(email__iexact=delegate.user.email)
    if last_day is None:
        back |= Q(invited_by=delegate.user)
    withdrawn = Invitation.objects.filter(
        back, party=delegate.party, used_at__isnull=True, withdrawn_at__isnull=True
    ).update(withdrawn_at=timezone.now())
    audit.record(
        "covenants.delegation_ended",
        on=delegate.party,
        by=by,
        delegate=delegate.pk,
        last_day=last_day.isoformat() if last_day else None,
        slots={str(heir): slots for heir, slots in handed.items()},
        invitations_withdrawn=withdrawn,
    )


def _hand_on(delegate: Delegate, *, to: Any, per_slot: Mapping[int, Any], at_once: bool) -> dict[int | None, list[int]]:
    """Gives the slots of somebody who leaves to others; returns which went to whom (None: to nobody)."""
    left = {row.user_id for row in colleagues(delegate.party)} - {delegate.user_id}
    for field, heir in [("to", to), *((f"slot_{pk}", heir) for pk, heir in per_slot.items())]:
        if heir is not None and heir.pk not in left:
            raise ValidationError({field: _("Kies iemand die nu namens deze partij handelt.")})
    rest = to.pk if to else (_heir(delegate.party, leaving=delegate.user_id) if at_once else delegate.user_id)
    moved: dict[int | None, list[int]] = defaultdict(list)
    for pk in unfinished().filter(party=delegate.party, owner=delegate.user).values_list("pk", flat=True):
        chosen = per_slot.get(pk)
        heir_id = chosen.pk if chosen else rest
        if heir_id != delegate.user_id:
            moved[heir_id].append(pk)
    for heir_id, slots in moved.items():
        ReportingSlot.objects.filter(pk__in=slots).update(owner=heir_id)
    return dict(moved)


def _heir(party: Party, *, leaving: int | None = None) -> int | None:
    """Who takes over what nobody was chosen for, or None when there is nobody."""
    row = colleagues(party).exclude(user=leaving).first()
    return row.user_id if row else None


def _rows_of(delegate: Delegate) -> list[Delegate]:
    """Every running row of this person for this party, read under the lock. Raises Conflict without this one."""
    rows = list(running(delegate.party).filter(user=delegate.user_id).select_related("party", "user"))
    if delegate.pk not in {row.pk for row in rows}:
        raise Conflict(_("Iemand anders wijzigde of beëindigde dit intussen. Kijk op de lijst hoe het nu is."))
    return rows


def _take_off(row: Delegate, by: Any) -> None:
    """From this moment on the row gives no right any more."""
    row.revoked_at, row.revoked_by = timezone.now(), by
    row.save(update_fields=["revoked_at", "revoked_by"])


@transaction.atomic
def hand_over(slot: ReportingSlot, *, to: Any, was: int | None, by: Any) -> ReportingSlot:
    """Give one slot to a colleague. `was` is the owner that was on the screen (None: nobody).

    Raises Conflict when it has another owner by now, ValidationError when `to` does not act for the party.
    """
    hold(slot.party)
    slot = ReportingSlot.objects.select_for_update(of=("self",)).select_related("party").get(pk=slot.pk)
    if slot.withdrawn_at is not None:
        raise ValidationError(_("Deze verplichting is vervallen."))
    if slot.owner_id != was:
        raise Conflict(_("Iemand anders droeg dit intussen over. Kijk bij wie het nu ligt en kies opnieuw."))
    if not colleagues(slot.party).filter(user=to).exists():
        raise ValidationError({"to": _("Kies iemand die nu namens deze partij handelt.")})
    if slot.owner_id == to.pk:
        raise ValidationError({"to": _("Dit ligt al bij deze persoon.")})
    slot.owner = to
    slot.save(update_fields=["owner"])
    audit.record("covenants.slot_handed_over", on=slot, by=by, before=was, after=to.pk)
    return slot


def sweep_lapsed() -> int:
    """Gives work whose owner may not do it any more to somebody who may; returns how many slots moved.

    Also work that never had an owner, once its party has somebody. Run daily; a second run finds nothing.
    """
    parties = Party.objects.filter(pk__in=_lapsed().values("party")).order_by("pk")
    return sum(_sweep(party) for party in parties)


def _lapsed() -> QuerySet[ReportingSlot]:
    able = Delegate.objects.current().filter(party=OuterRef("party"), user__is_active=True, user__role=Role.DELEGATE)
    return unfinished().filter(~Exists(able.filter(user=OuterRef("owner"))) & (Q(owner__isnull=False) | Exists(able)))


@transaction.atomic
def _sweep(party: Party) -> int:
    hold(party)
    slots = list(_lapsed().filter(party=party).values_list("pk", flat=True))
    if not slots:
        return 0  # another run was first
    heir = _heir(party)
    ReportingSlot.objects.filter(pk__in=slots).update(owner=heir)
    audit.record("covenants.lapsed_work_handed_over", on=party, by=None, to=heir, slots=len(slots))
    return len(slots)
