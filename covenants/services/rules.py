"""What an agreement decided about reporting: who sees what, how small counts are protected, which terms hold."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from covenants.models import Agreement, AgreementRules
from covenants.services.checks import apply, because, required
from covenants.services.conflict import claim
from ser_portal.audit import services as audit

EDITABLE = {
    "progress_level", "evidence_level", "review_level", "reply_level", "minimum_count", "dominance_percent",
    "stale_after_days", "reply_days",
}  # fmt: skip


@transaction.atomic
def set_rules(agreement: Agreement, *, version: int, changes: dict[str, Any], reason: str, by: Any) -> AgreementRules:
    """Decide the rules for rounds that open from now on; rounds that are open keep what they promised.

    The first decision writes down the defaults as well, so that the history says what held until then. Raises Conflict
    when somebody saved first, ValidationError when nothing changed, a value is refused or no reason is given.
    """
    Agreement.objects.select_for_update().get(pk=agreement.pk)  # so that two first decisions make one row
    rules = AgreementRules.objects.filter(agreement=agreement).first()
    if rules is None:
        rules = AgreementRules(agreement=agreement)
        because(rules, _("Zoals het was zonder besluit"))
        rules._history_user = None  # type: ignore[attr-defined]
        rules.save()
    claim(rules, version)
    reason = required(reason, "reason", _("Geef een reden; die blijft in de geschiedenis staan."))
    changed = apply(rules, changes, allowed=EDITABLE)
    if not changed:
        raise ValidationError(_("Er is niets gewijzigd."))
    because(rules, reason)
    rules._history_user = by  # type: ignore[attr-defined]
    rules.save(update_fields=sorted(changed))
    audit.record("covenants.rules_set", on=agreement, by=by, fields=sorted(changed))
    return rules
