"""Small real files that go along with what parties report: a letter as PDF, a list as CSV, a picture as PNG."""

import hashlib
import io
import random
import struct
import zlib
from collections import defaultdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify

from covenants.models import (
    Evidence,
    EvidenceUse,
    MeasureKind,
    ProgressDraft,
    ProgressStatus,
    ProgressUpdate,
    ReportingSlot,
    Rung,
    ScanState,
    SizeClass,
)
from covenants.sample.register import RegisterWriter
from covenants.services.evidence import store
from ser_portal.dates import ImpreciseDate

SHOWS = {
    "pdf": "Het verslag waarop deze opgave rust",
    "csv": "De opbouw van teller en noemer",
    "png": "Foto van het bezoek",
}
MIME = {"pdf": "application/pdf", "csv": "text/csv", "png": "image/png"}
KIND = {"pdf": "pdf", "csv": "csv", "png": "image"}


def attach(register: RegisterWriter, updates: list[ProgressUpdate], drafts: list[ProgressDraft]) -> None:
    """Files with every update that had to be shown with documents, and with a draft here and there.

    What was sent again unchanged takes the files of the answer it repeats. When anything fails the files that were
    written go again. Names under which they are stored are random, so those differ from one time to the next.
    """
    kept: list[str] = []
    try:
        _attach(register, updates, drafts, kept)
    except BaseException:
        for name in kept:
            store().delete(name)
        raise


def _attach(
    register: RegisterWriter, updates: list[ProgressUpdate], drafts: list[ProgressDraft], kept: list[str]
) -> None:
    files: dict[int, list[Evidence]] = defaultdict(list)  # by slot
    uses: list[EvidenceUse] = []
    for update in updates:
        slot = update.slot
        if slot.rung_required < Rung.DOCUMENTED or update.status == ProgressStatus.NOT_STARTED:
            continue
        before = update.carried_from
        if update.unchanged and before is not None:
            files[slot.pk] = files[before.slot_id]  # the same files, which stay where they are
        elif not files[slot.pk]:
            dice = register.dice("files", slot.round.title_nl, slot.commitment.code, slot.party.slug)
            kinds = _kinds(slot, dice)
            day = timezone.localdate(update.submitted_at) - timedelta(days=dice.randint(5, 40))
            files[slot.pk] = [
                _file(slot, kind, dice, ImpreciseDate.on(day), update.submitted_by, update.submitted_at, kept)
                for kind in kinds
            ]
        uses += [EvidenceUse(update=update, evidence=evidence) for evidence in files[slot.pk]]
    for draft in drafts:
        if draft.slot.rung_required >= Rung.DOCUMENTED and not files[draft.slot_id] and draft.carried_from is None:
            dice = register.dice("files", "draft", draft.slot.commitment.code, draft.slot.party.slug)
            month = ImpreciseDate.month(draft.updated_at.year, draft.updated_at.month)
            file = _file(draft.slot, "pdf", dice, month, draft.updated_by, draft.updated_at, kept)
            files[draft.slot_id].append(file)
    made = {id(row): row for rows in files.values() for row in rows}
    register.put(list(made.values()))
    register.put(uses)


def _kinds(slot: ReportingSlot, dice: random.Random) -> list[str]:
    """A letter; beside it a list for a share, and a picture now and then for who is large."""
    kinds = ["pdf"]
    if slot.commitment.measure_kind == MeasureKind.SHARE:
        kinds.append("csv")
    if slot.size_class == SizeClass.LARGE and dice.random() < 0.5:
        kinds.append("png")
    return kinds


def _file(
    slot: ReportingSlot, kind: str, dice: random.Random, dated: ImpreciseDate, by: Any, at: Any, kept: list[str]
) -> Evidence:
    """The file stored, and the row about it not yet."""
    lines = ["Voorbeeld: dit stuk is verzonnen.", slot.party.name, slot.round.title_nl, slot.commitment.code]
    content = {"pdf": lambda: _pdf(lines), "csv": lambda: _csv(lines, dice), "png": lambda: _png(dice)}[kind]()
    sha256 = hashlib.sha256(content).hexdigest()
    stored_as = store().save(io.BytesIO(content), sha256=sha256, most=settings.EVIDENCE_MOST_BYTES)
    kept.append(stored_as)
    return Evidence(  # type: ignore[misc]
        slot=slot, party=slot.party, name=f"{slugify(slot.commitment.code)}-{slot.round.period_last.year}.{kind}",
        kind=KIND[kind], mime=MIME[kind], size=len(content), sha256=sha256, stored_as=stored_as, shows=SHOWS[kind],
        dated=dated, scan=ScanState.NOT_SCANNED, uploaded_by=by, uploaded_at=at,
    )  # fmt: skip


def _pdf(lines: list[str]) -> bytes:
    """One page of text, as PDF 1.4."""
    shown = " T* ".join(f"({_escaped(line)}) Tj" for line in lines)
    stream = f"BT /F1 12 Tf 16 TL 72 770 Td {shown} ET".encode("cp1252", "replace")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
        b"/Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)
    return bytes(out)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _csv(lines: list[str], dice: random.Random) -> bytes:
    head = f"leverancier;kilo;regio bekend\n# {' / '.join(lines)}\n"
    rows = [f"leverancier {n};{dice.randint(100, 9000)};{dice.choice(['ja', 'nee'])}\n" for n in range(1, 9)]
    return (head + "".join(rows)).encode()


def _png(dice: random.Random) -> bytes:
    """Forty-eight by thirty-two points in one colour."""
    colour = bytes(dice.randrange(256) for _ in range(3))
    rows = (b"\x00" + colour * 48) * 32

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 48, 32, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
