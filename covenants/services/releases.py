"""Letting totals of a locked round leave the house: protected once, frozen, and never counted again."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from covenants.models import ReportingRound, RoundRelease
from covenants.progress_figures import (
    DEFINITION_VERSION,
    Contributed,
    RoundFacts,
    frozen,
    may_replace,
    protected,
    rule_of,
    sha256_of,
)
from covenants.services.checks import required
from covenants.services.conflict import Conflict, claim
from ser_portal.audit import services as audit
from ser_portal.disclosure import Release, Rule

KEPT_FOR = 60 * 60  # seconds


@dataclass(frozen=True)
class PreparedRelease:
    """What a release would freeze, seen before it is made. `refused` is a sentence when it may not be."""

    facts: RoundFacts
    contributed: Contributed
    release: Release  # with the reason of every hidden cell
    number: int
    refused: str

    @property
    def fingerprint(self) -> str:
        """The same as long as it would freeze the same."""
        return self.contributed.digest


def prepare_release(reporting_round: ReportingRound) -> PreparedRelease:
    """The totals of a round as they would be released now, and whether they may be. Reads only.

    Takes as long as the protection takes: seconds for hundreds of parties and tens of commitments, more where many
    cells are small.
    """
    facts = RoundFacts.of(reporting_round)
    contributed = Contributed.of(facts)
    rule = rule_of(reporting_round)
    earlier = list(reporting_round.releases.order_by("-number"))
    return PreparedRelease(
        facts=facts,
        contributed=contributed,
        release=_protected(contributed, rule),
        number=earlier[0].number + 1 if earlier else 1,
        refused=_refused(reporting_round, contributed, earlier),
    )


def _protected(contributed: Contributed, rule: Rule) -> Release:
    """The protected tables; kept for an hour, so that who looks and then releases waits once. What is kept holds no
    hidden number, and is the same for the same contributions."""
    key = f"round-release:{sha256_of([contributed.digest, rule.minimum, str(rule.p_percent), DEFINITION_VERSION])}"
    if (kept := cache.get(key)) is not None:
        return Release.from_json(kept)
    made = protected(contributed, rule)
    cache.set(key, made.to_json(), KEPT_FOR)
    return made


def _refused(reporting_round: ReportingRound, contributed: Contributed, earlier: list[RoundRelease]) -> str:
    """Why not, in a sentence; '' when it may. A new release is laid beside every earlier one."""
    if not reporting_round.is_locked:
        return _("De ronde is nog open. Totalen worden vrijgegeven nadat zij is gesloten.")
    if not contributed.status:
        return _("In deze ronde wordt niemand meer iets gevraagd; er is niets om vrij te geven.")
    if not earlier:
        return ""
    told = [Contributed.from_json(row.contributions) for row in earlier]
    if told[0].digest == contributed.digest and earlier[0].definition_version == DEFINITION_VERSION:
        return _("Sinds de vorige vrijgave is er niets veranderd.")
    if not all(may_replace(before, contributed, rule_of(reporting_round)) for before in told):
        return _(
            "Deze verbetering kan niet worden vrijgegeven: wie haar naast de vorige legt, kan aflezen wat een partij "
            "heeft gerapporteerd. De vorige vrijgave blijft staan. Het kan wel als er meer antwoorden bij zijn gekomen."
        )
    return ""


def release_round(
    reporting_round: ReportingRound, *, version: int, reason: str, seen: str = "", by: Any
) -> RoundRelease:
    """Freeze the totals of a locked round for everybody who may know of it; one of them per call, for good.

    `seen` is the fingerprint of what somebody looked at. Raises Conflict when the round or what is counted changed
    meanwhile, ValidationError without an explanation, for an open round, or when a second release next to the first
    would give somebody away.
    """
    reason = required(reason, "reason", _("Geef een toelichting; die staat bij de totalen."))
    prepared = prepare_release(reporting_round)  # before the transaction: nobody waits for the protection
    if seen and seen != prepared.fingerprint:
        raise Conflict(changed_meanwhile())
    if prepared.refused:
        raise ValidationError(prepared.refused)
    return _freeze(reporting_round, prepared, version=version, reason=reason, by=by)


@transaction.atomic
def _freeze(
    reporting_round: ReportingRound, prepared: PreparedRelease, *, version: int, reason: str, by: Any
) -> RoundRelease:
    claim(reporting_round, version)
    if Contributed.of(RoundFacts.of(reporting_round)).digest != prepared.fingerprint:
        raise Conflict(changed_meanwhile())
    table = frozen(prepared.facts, prepared.release, number=prepared.number)
    made = RoundRelease.objects.create(
        round=reporting_round,
        number=prepared.number,
        definition_version=DEFINITION_VERSION,
        table=table,
        report={"tables": prepared.release.to_json()},
        contributions=prepared.contributed.to_json(),
        sha256=sha256_of(table),
        reason=reason,
        made_by=by,
    )
    audit.record(
        "covenants.round_released", on=reporting_round, by=by, release=made.pk, number=made.number, sha256=made.sha256
    )
    return made


def changed_meanwhile() -> str:
    """What somebody hears whose preview is no longer true."""
    return _(
        "Sinds u keek is er iets veranderd in wat wordt geteld. Hieronder staat hoe het nu is; bevestig het opnieuw."
    )
