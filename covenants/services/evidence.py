"""Files that go along with what a party reports: taken in, given back, taken away, and swept."""

import logging
import secrets
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from covenants.models import Evidence, EvidenceUse, Party, ReportingSlot, ScanState
from covenants.services.progress import hold
from ser_portal.audit import services as audit
from ser_portal.dates import ImpreciseDate
from ser_portal.intake import Limits as IntakeLimits
from ser_portal.intake import Refused, Scan, Scanner, Store, StoreError, inspect

log = logging.getLogger(__name__)

MOST_PER_SLOT = 20
MEGABYTE = 1024 * 1024
LONGEST_REQUEST = timedelta(hours=6)  # a file without a row that is older than this lost its worker


def store() -> Store:
    """Where the bytes lie; no web server knows of it."""
    return Store(Path(settings.EVIDENCE_ROOT))


def used_bytes(party: Party) -> int:
    """How much of its quota a party uses, in bytes."""
    return Evidence.objects.filter(party=party).aggregate(total=Sum("size"))["total"] or 0


def add_evidence(
    slot: ReportingSlot, *, file: IO[bytes] | Any, name: str, shows: str, dated: ImpreciseDate, by: Any
) -> Evidence:
    """Take a file in with the draft of this slot; the same file again is the file that is there.

    The content is judged and scanned before anything is kept, outside a transaction. Raises ValidationError, in words,
    for what `ser_portal.intake` refuses, for a virus, a full quota, a full disk or a slot that was withdrawn. When the
    scanner is configured and does not answer the file is set apart: nobody can open it until it has been looked at.
    """
    shows = (shows or "").replace("\x00", "").strip()
    if not shows:
        raise ValidationError({"shows": _("Zeg in een paar woorden wat dit bestand laat zien.")})
    if len(shows) > 300:
        raise ValidationError({"shows": _("Dit zijn %(length)s tekens; er passen er 300.") % {"length": len(shows)}})
    try:
        found = inspect(file, name, IntakeLimits(size=settings.EVIDENCE_MOST_BYTES))
    except Refused as refused:
        raise ValidationError({"file": refused.sentence}) from None
    verdict = Scanner(settings.EVIDENCE_SCANNER).scan(file)
    if verdict.scan is Scan.INFECTED:
        log.warning("evidence refused by the scanner: slot %s", slot.pk)
        raise ValidationError({"file": _("De virusscanner weigert dit bestand; het is niet bewaard.")})
    scan = {
        Scan.CLEAN: ScanState.CLEAN,
        Scan.NOT_CONFIGURED: ScanState.NOT_SCANNED,
        Scan.UNAVAILABLE: ScanState.QUARANTINED,
    }[verdict.scan]
    if found_before := Evidence.objects.filter(slot=slot, sha256=found.sha256, in_draft=True).first():
        return found_before
    try:
        stored_as = store().save(file, sha256=found.sha256, most=settings.EVIDENCE_MOST_BYTES)
    except StoreError as failed:
        raise ValidationError({"file": failed.sentence}) from None
    try:
        return _keep(slot, found, stored_as, shows=shows, dated=dated, scan=scan, by=by)
    except IntegrityError:
        store().delete(stored_as)
        return Evidence.objects.get(slot=slot, sha256=found.sha256, in_draft=True)  # the same, sent twice at once
    except BaseException:
        store().delete(stored_as)
        raise


@transaction.atomic
def _keep(
    slot: ReportingSlot, found: Any, stored_as: str, *, shows: str, dated: ImpreciseDate, scan: ScanState, by: Any
) -> Evidence:
    """The row of a stored file, within the quota; the party is held so that two files at once cannot pass it."""
    slot = hold(slot)
    if slot.withdrawn_at:
        raise ValidationError(_("Deze verplichting is vervallen; er hoeft niets meer te worden gerapporteerd."))
    party = Party.objects.select_for_update().get(pk=slot.party_id)
    if Evidence.objects.filter(slot=slot).attached().count() >= MOST_PER_SLOT:
        raise ValidationError(
            {
                "file": _("Er passen %(most)s bestanden bij een verplichting; haal er eerst een weg.")
                % {"most": MOST_PER_SLOT}
            }
        )
    room = settings.EVIDENCE_QUOTA_BYTES - used_bytes(party)
    if found.size > room:
        raise ValidationError(
            {
                "file": _("Uw partij heeft nog %(room)s MB ruimte voor bewijsstukken; dit bestand is groter. Haal "
                          "iets weg wat nog niet is ingediend, of vraag het secretariaat om ruimte.")
                % {"room": max(room, 0) // MEGABYTE}
            }
        )  # fmt: skip
    evidence = Evidence(
        # Not counted on: in the address of one's own file a number would tell how much others sent meanwhile. Always of
        # sixteen digits, so that every page is as long, and exact in a browser.
        pk=10**15 + secrets.randbelow(8 * 10**15),
        slot=slot,
        party=party,
        name=found.safe_name,
        kind=found.kind,
        mime=found.mime,
        size=found.size,
        sha256=found.sha256,
        stored_as=stored_as,
        shows=shows,
        dated=dated,
        scan=scan,
        uploaded_by=by,
    )
    evidence.full_clean(exclude={"slot", "party", "uploaded_by"}, validate_constraints=False)
    evidence.save(force_insert=True)
    audit.record("covenants.evidence_added", on=slot, by=by, evidence=evidence.pk, size=evidence.size)
    return evidence


@transaction.atomic
def detach_evidence(evidence: Evidence, *, by: Any) -> None:
    """Take a file out of the draft. What was never sent is removed for good; what was sent stays in the trail."""
    slot = hold(evidence.slot)
    evidence = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    if not evidence.in_draft:
        return
    evidence.in_draft = False
    evidence.save(update_fields=["in_draft"])
    audit.record("covenants.evidence_detached", on=slot, by=by, evidence=evidence.pk)
    if not EvidenceUse.objects.filter(evidence=evidence).exists():
        stored_as = evidence.stored_as
        evidence.delete()
        transaction.on_commit(lambda: store().delete(stored_as), robust=True)  # when this fails the sweep finds it


def record_download(evidence: Evidence, *, by: Any) -> None:
    """Keep who took which file away."""
    audit.record("covenants.evidence_downloaded", on=evidence, by=by, slot=evidence.slot_id, size=evidence.size)


def sweep_evidence() -> dict[str, int]:
    """Remove files that no row knows, and show the scanner what was set apart; may run at any time, also twice."""
    known = set(Evidence.objects.values_list("stored_as", flat=True))
    gone = store().sweep(known, older_than=LONGEST_REQUEST)
    looked = 0
    for evidence in Evidence.objects.filter(scan=ScanState.QUARANTINED).order_by("pk")[:100]:
        try:
            with store().open(evidence.stored_as) as file:
                verdict = Scanner(settings.EVIDENCE_SCANNER).scan(file)
        except FileNotFoundError:
            log.error("evidence %s has no file", evidence.pk)
            continue
        if verdict.scan is Scan.UNAVAILABLE:
            break  # the next sweep tries again
        scan = {Scan.CLEAN: ScanState.CLEAN, Scan.INFECTED: ScanState.INFECTED}.get(verdict.scan, ScanState.NOT_SCANNED)
        looked += Evidence.objects.filter(pk=evidence.pk, scan=ScanState.QUARANTINED).update(scan=scan)
    return {"removed": len(gone), "scanned": looked}
