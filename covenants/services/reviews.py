"""Deciding on what a party sent, the party's own words beside it, and rulings on how to count."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from covenants.models import (
    Agreement,
    CountingRuling,
    ProgressUpdate,
    Reply,
    ReportingSlot,
    Review,
    ReviewDecision,
    Rung,
    SlotState,
    UpdateState,
    Verdict,
)
from covenants.services.checks import required
from covenants.services.conflict import Conflict
from covenants.services.progress import hold
from ser_portal.audit import services as audit


def _decide(update: ProgressUpdate, state: UpdateState, *, by: Any) -> ReportingSlot:
    """Take the decision on a waiting update, once. Raises Conflict when somebody decided or a newer one was sent."""
    slot = hold(update.slot)
    if update.submitted_by_id == by.pk:
        raise ValidationError(_("U diende dit zelf in; iemand anders beoordeelt het."))
    now = timezone.now()
    taken = ProgressUpdate.objects.filter(pk=update.pk, state=UpdateState.SUBMITTED).update(state=state, decided_at=now)
    if not taken:
        raise Conflict(
            _("Hierover is intussen beslist, of de partij stuurde een nieuwere versie. Bekijk wat er nu staat.")
        )
    slot.state, slot.state_since = SlotState(state.value), now
    fields = ["state", "state_since"]
    if state == UpdateState.APPROVED:
        slot.approved_id = update.pk
        fields.append("approved")
    slot.save(update_fields=fields)
    return slot


@transaction.atomic
def return_update(update: ProgressUpdate, *, reason: str, by: Any) -> Review:
    """Send it back with a reason that stays in the trail. Raises Conflict, ValidationError without a reason."""
    reason = required(reason, "reason", _("Geef een reden; de partij leest die en hij blijft in het dossier staan."))
    slot = _decide(update, UpdateState.RETURNED, by=by)
    review = Review.objects.create(update=update, decision=ReviewDecision.RETURNED, reason=reason, by=by)
    audit.record("covenants.progress_returned", on=slot, by=by, update=update.pk, number=update.number)
    return review


@transaction.atomic
def approve_update(
    update: ProgressUpdate,
    *,
    verdict: str,
    rung_reached: int,
    assessment: str = "",
    rulings: Iterable[CountingRuling] = (),
    by: Any,
) -> Review:
    """Accept what was sent, with a conclusion and how firmly it is shown; the party may reply until a date.

    Raises Conflict when somebody was first, ValidationError for an unknown verdict or rung, a conclusion other than
    "voldoet" without an explanation, or a ruling of another agreement.
    """
    wrong: dict[str, Any] = {}
    assessment = (assessment or "").strip()
    if verdict not in Verdict.values:
        wrong["verdict"] = _("Kies een oordeel.")
    if rung_reached not in Rung.values:
        wrong["rung_reached"] = _("Kies hoe stevig het is aangetoond.")
    if verdict in (Verdict.PARTLY, Verdict.NOT_COMPLIANT) and not assessment:
        wrong["assessment"] = _("Leg uit wat er ontbreekt; de partij mag erop reageren.")
    if len(assessment) > 5000:
        wrong["assessment"] = _("Dit zijn %(length)s tekens; er passen er %(most)s.") % {
            "length": len(assessment),
            "most": 5000,
        }
    rulings = list(rulings)
    if any(ruling.agreement_id != update.agreement_id for ruling in rulings):
        wrong["rulings"] = _("Deze telregel hoort bij een ander akkoord.")
    if wrong:
        raise ValidationError(wrong)
    slot = _decide(update, UpdateState.APPROVED, by=by)
    review = Review.objects.create(
        update=update,
        decision=ReviewDecision.APPROVED,
        verdict=verdict,
        rung_reached=rung_reached,
        assessment=assessment,
        reply_until=timezone.localdate() + timedelta(days=slot.round.reply_days),
        by=by,
    )
    review.rulings.set(rulings)
    audit.record("covenants.progress_approved", on=slot, by=by, update=update.pk, number=update.number)
    return review


@transaction.atomic
def reply(review: Review, *, text: str, by: Any) -> Reply:
    """The party's own words beside the assessment, once, until the day that was named.

    Raises ValidationError without words, when the term is over, or when the party already replied.
    """
    review = Review.objects.select_for_update(of=("self",)).select_related("update__slot").get(pk=review.pk)
    text = required(text, "text", _("Schrijf uw weerwoord, of laat het zo."))
    if review.decision != ReviewDecision.APPROVED or review.reply_until is None:
        raise ValidationError(_("Op een terugzending reageert u door opnieuw in te dienen."))
    if timezone.localdate() > review.reply_until:
        raise ValidationError(_("De termijn voor een weerwoord is voorbij."))
    if Reply.objects.filter(review=review).exists():
        raise ValidationError(_("Er is al een weerwoord gegeven; dat blijft staan zoals het is."))
    answer = Reply.objects.create(review=review, text=text, by=by)
    audit.record("covenants.replied", on=review.update.slot, by=by, review=review.pk)
    return answer


@transaction.atomic
def write_ruling(
    agreement: Agreement,
    *,
    question: str,
    ruling: str,
    decided_on: date,
    replaces: CountingRuling | None = None,
    by: Any,
) -> CountingRuling:
    """Write down how something is counted. Never edited: a new ruling replaces an old one, and both stay.

    Raises ValidationError for a day ahead, or when the old one was already replaced.
    """
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    question = required(question, "question", _("Welke vraag beantwoordt deze regel?"))
    ruling = required(ruling, "ruling", _("Zeg hoe er wordt geteld."))
    if decided_on > timezone.localdate():
        raise ValidationError({"decided_on": _("Deze datum ligt in de toekomst; leg vast wat al is besloten.")})
    if replaces is not None and (
        replaces.agreement_id != agreement.pk or CountingRuling.objects.filter(replaces=replaces).exists()
    ):
        raise ValidationError({"replaces": _("Deze telregel is al vervangen.")})
    highest = agreement.rulings.aggregate(highest=Max("number"))["highest"] or 0
    row = CountingRuling(
        agreement=agreement,
        number=highest + 1,
        question=question,
        ruling=ruling,
        decided_on=decided_on,
        replaces=replaces,
        by=by,
    )
    row.full_clean(exclude={"agreement", "by", "replaces"})
    row.save()
    audit.record("covenants.ruling_written", on=agreement, by=by, ruling=row.pk, number=row.number)
    return row
