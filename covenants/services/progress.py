"""What a party does with a slot: write, send, and say that nothing changed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.models import (
    LONGEST_TEXT,
    Confirmation,
    Evidence,
    EvidenceUse,
    MeasureKind,
    ProgressDraft,
    ProgressStatus,
    ProgressUpdate,
    ReportingSlot,
    Rung,
    ScanState,
    SlotState,
    UpdateState,
)
from covenants.services.conflict import Conflict
from ser_portal.audit import services as audit
from ser_portal.prose import read_number

TYPED = ("status", "value", "numerator", "denominator", "text", "private_note")
SHARES = (MeasureKind.SHARE, MeasureKind.QUOTED)


@dataclass(frozen=True)
class Reported:
    """A draft read as values: what an update will hold."""

    status: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    text: str
    private_note: str


def hold(slot: ReportingSlot) -> ReportingSlot:
    """The slot as it is now, locked until the transaction ends, with what decides about it."""
    return (
        ReportingSlot.objects.select_for_update(of=("self",))
        .select_related("round", "commitment", "agreement", "party")
        .get(pk=slot.pk)
    )


@transaction.atomic
def save_draft(
    slot: ReportingSlot, *, version: int, typed: dict[str, str], carried_confirmed: bool | None = None, by: Any
) -> ProgressDraft:
    """Keep what is being typed, also when it is not finished or no number yet.

    `version` is the draft's (0: there was none). Saving the same again changes nothing. Raises Conflict when a
    colleague saved in between, ValidationError for a text that is too long or a slot that was withdrawn. Leaves no
    audit entry: a draft is nobody's intention yet.
    """
    values = _checked_typed(typed)
    slot = hold(slot)
    if slot.withdrawn_at:
        raise ValidationError(_("Deze verplichting is vervallen; er hoeft niets meer te worden gerapporteerd."))
    draft = ProgressDraft.objects.filter(slot=slot).first()
    now = timezone.now()
    if draft is None:
        if version != 0:
            raise Conflict  # sent or thrown away by a colleague
        if not any(values.values()):
            return ProgressDraft(slot=slot, version=0, updated_by=by)
        try:
            with transaction.atomic():
                return ProgressDraft.objects.create(slot=slot, **values, updated_by=by, updated_at=now)
        except IntegrityError:
            raise Conflict from None
    confirmed = draft.carried_confirmed if carried_confirmed is None else carried_confirmed
    if draft.version != version:
        raise Conflict
    if confirmed == draft.carried_confirmed and all(getattr(draft, name) == value for name, value in values.items()):
        return draft
    taken = ProgressDraft.objects.filter(pk=draft.pk, version=version).update(
        **values, carried_confirmed=confirmed, version=F("version") + 1, updated_by=by, updated_at=now
    )
    if not taken:
        raise Conflict
    draft.refresh_from_db()
    return draft


def _checked_typed(typed: dict[str, str]) -> dict[str, str]:
    """What was typed, fit to be kept. Raises ValidationError by field; never cuts anything off."""
    values = {name: (typed.get(name) or "").replace("\x00", "").replace("\r\n", "\n") for name in TYPED}
    wrong: dict[str, Any] = {}
    if values["status"] and values["status"] not in ProgressStatus.values:
        wrong["status"] = _("Kies een van de vijf standen.")
    for name in ("value", "numerator", "denominator"):
        values[name] = values[name].strip()
        if len(values[name]) > 40:
            wrong[name] = _("Dit is te lang voor een getal.")
    for name in ("text", "private_note"):
        if len(values[name]) > LONGEST_TEXT:
            wrong[name] = _("Dit zijn %(length)s tekens; er passen er %(most)s. Er is nog niets opgeslagen.") % {
                "length": len(values[name]),
                "most": LONGEST_TEXT,
            }
    if wrong:
        raise ValidationError(wrong)
    return values


def read_draft(draft: ProgressDraft, slot: ReportingSlot) -> Reported:
    """The draft as values. Raises ValidationError naming every field that still has to be mended."""
    wrong: dict[str, Any] = {}
    numbers: dict[str, Decimal | None] = {"value": None, "numerator": None, "denominator": None}
    kind = slot.commitment.measure_kind
    asked = ("numerator", "denominator") if kind in SHARES else ("value",) if kind == MeasureKind.QUANTITY else ()
    for name in asked:
        if typed := getattr(draft, name):
            try:
                numbers[name] = read_number(typed)
            except ValidationError as refused:
                wrong[name] = refused
    if not draft.status:
        wrong["status"] = _("Kies hoe het ervoor staat.")
    begun = draft.status not in ("", ProgressStatus.NOT_STARTED)
    if kind == MeasureKind.QUANTITY and begun and numbers["value"] is None:
        wrong.setdefault(
            "value", _("Geef de waarde in %(unit)s.") % {"unit": slot.commitment.measure_unit or _("getal")}
        )
    if kind in SHARES:
        numerator, denominator = numbers["numerator"], numbers["denominator"]
        if (numerator is None) != (denominator is None) or (kind == MeasureKind.SHARE and begun and numerator is None):
            for name in ("numerator", "denominator"):
                if numbers[name] is None:
                    wrong.setdefault(name, _("Geef teller en noemer allebei; een percentage alleen zegt te weinig."))
        if numerator is not None and denominator is not None and "numerator" not in wrong:
            if denominator <= 0:
                wrong.setdefault("denominator", _("De noemer is groter dan nul."))
            elif not 0 <= numerator <= denominator:
                wrong.setdefault("numerator", _("De teller ligt tussen nul en de noemer."))
    if draft.status in (ProgressStatus.ATTENTION, ProgressStatus.BEHIND) and not draft.text.strip():
        wrong["text"] = _("Zeg kort waarom het aandacht vraagt of achterloopt.")
    if draft.carried_from_id and not draft.carried_confirmed:
        wrong["carried_confirmed"] = _("Dit komt uit een vorige ronde. Controleer het en bevestig dat het klopt.")
    if wrong:
        raise ValidationError(wrong)
    return Reported(draft.status, **numbers, text=draft.text.strip(), private_note=draft.private_note.strip())


@transaction.atomic
def submit(slot: ReportingSlot, *, version: int, by: Any) -> ProgressUpdate:
    """Send the draft: a new version for good, with the evidence that is attached; what still waited is superseded.

    Sent after the lock of the round it goes to the late lane. Raises Conflict when the draft is not what the person
    saw, ValidationError naming what is missing.
    """
    slot = hold(slot)
    if slot.withdrawn_at:
        raise ValidationError(_("Deze verplichting is vervallen; er hoeft niets meer te worden gerapporteerd."))
    draft = ProgressDraft.objects.select_for_update().filter(slot=slot).first()
    if draft is None:
        raise ValidationError(_("Er is geen concept om in te dienen; misschien diende een collega het al in."))
    if draft.version != version:
        raise Conflict
    reported = read_draft(draft, slot)
    attached = list(Evidence.objects.filter(slot=slot).attached())
    if any(evidence.scan == ScanState.INFECTED for evidence in attached):
        raise ValidationError({"file": _("De virusscanner weigerde een van de bewijsstukken; haal het weg.")})
    begun = reported.status != ProgressStatus.NOT_STARTED
    if slot.rung_required >= Rung.DOCUMENTED and begun and not attached:
        raise ValidationError(
            {"file": _("Voor deze afspraak is een bewijsstuk gevraagd. Voeg een bestand toe en zeg wat het laat zien.")}
        )
    update = _send(slot, reported, by=by, carried_from=draft.carried_from)
    EvidenceUse.objects.bulk_create([EvidenceUse(update=update, evidence=evidence) for evidence in attached])
    draft.delete()
    audit.record(
        "covenants.progress_submitted", on=slot, by=by, update=update.pk, number=update.number, late=update.late
    )
    return update


def _send(
    slot: ReportingSlot, reported: Reported, *, by: Any, carried_from: ProgressUpdate | None, unchanged: bool = False
) -> ProgressUpdate:
    """The next version of a slot that is held; what still waited is superseded."""
    now = timezone.now()
    slot.updates.filter(state=UpdateState.SUBMITTED).update(state=UpdateState.SUPERSEDED)
    last = slot.updates.order_by("-number").values_list("number", flat=True).first() or 0
    update = ProgressUpdate(
        slot=slot,
        agreement=slot.agreement,
        party=slot.party,
        number=last + 1,
        status=reported.status,
        value=reported.value,
        numerator=reported.numerator,
        denominator=reported.denominator,
        text=reported.text,
        private_note=reported.private_note,
        carried_from=carried_from,
        unchanged=unchanged,
        late=slot.round.is_locked,
        after_deadline=timezone.localdate(now) > slot.due_on,
        submitted_by=by,
        submitted_at=now,
    )
    update.full_clean(exclude={"slot", "agreement", "party", "submitted_by", "carried_from"})
    update.save()
    slot.current, slot.state, slot.state_since = update, SlotState.SUBMITTED, now
    slot.save(update_fields=["current", "state", "state_since"])
    return update


def previous_answer(slot: ReportingSlot) -> ProgressUpdate | None:
    """The approved answer of this party about this commitment in the round before, if there was one."""
    if slot.round.previous_id is None:
        return None
    before = ReportingSlot.objects.filter(
        round=slot.round.previous_id, commitment=slot.commitment_id, party=slot.party_id, withdrawn_at__isnull=True
    )
    row = before.select_related("approved").first()
    return row.approved if row else None


@transaction.atomic
def confirm_unchanged(slot: ReportingSlot, *, by: Any) -> Confirmation | ProgressUpdate:
    """Say that nothing changed since what was approved last; saying so twice on one day is saying it once.

    Within the round that holds the approved answer this dates it anew (a Confirmation). In a new round that is still
    silent it sends the answer of the round before once more, marked as unchanged, for the secretariat to judge; the
    evidence goes along. Raises ValidationError when there is nothing approved to confirm, something waits or was
    returned, or a colleague is writing.
    """
    slot = hold(slot)
    if slot.withdrawn_at:
        raise ValidationError(_("Deze verplichting is vervallen; er hoeft niets meer te worden gerapporteerd."))
    if slot.state == SlotState.APPROVED and slot.approved is not None:
        today = timezone.localdate()
        confirmation, made = Confirmation.objects.get_or_create(
            update_confirmed=slot.approved, confirmed_on=today, defaults={"slot": slot, "by": by}
        )
        if made:
            slot.confirmed_on = today
            slot.save(update_fields=["confirmed_on"])
            audit.record("covenants.progress_confirmed", on=slot, by=by, update=slot.approved_id)
        return confirmation
    if slot.state == SlotState.SUBMITTED and slot.current is not None and slot.current.unchanged:
        return slot.current  # said a moment ago
    if slot.state != SlotState.SILENT:
        raise ValidationError(_("Er is al iets ingediend of teruggestuurd; bekijk dat eerst."))
    if ProgressDraft.objects.filter(slot=slot, carried_from__isnull=True).exists():
        raise ValidationError(_("Er staat een concept klaar waarin iets is gewijzigd; dien dat in of maak het leeg."))
    before = previous_answer(slot)
    if before is None:
        raise ValidationError(_("Er is nog niets goedgekeurd om te bevestigen; vul het formulier in."))
    reported = Reported(before.status, before.value, before.numerator, before.denominator, before.text, "")
    update = _send(slot, reported, by=by, carried_from=before, unchanged=True)
    EvidenceUse.objects.bulk_create(
        [EvidenceUse(update=update, evidence_id=pk) for pk in before.evidence_uses.values_list("evidence", flat=True)]
    )
    ProgressDraft.objects.filter(slot=slot).delete()
    audit.record("covenants.progress_submitted", on=slot, by=by, update=update.pk, number=update.number, unchanged=True)
    return update
