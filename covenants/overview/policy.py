"""The policy around the agreements, and what the sources leave open."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from covenants.models import (
    Agreement,
    Framework,
    PolicyEvent,
    RemarkKind,
    SourceRemark,
)
from covenants.overview.reading import LANDMARKS
from covenants.overview.writing import source_cell, source_inlines, when_cell, words
from ser_portal import dates
from ser_portal.dates import ImpreciseDate
from ser_portal.documents import (
    BulletList,
    Column,
    DefinitionList,
    Paragraph,
    Section,
    Strong,
    Table,
    Text,
)


def policy_section(year: int, as_of: date, language: str) -> Section:
    first, last = date(year, 1, 1), as_of
    events = [
        event
        for event in PolicyEvent.objects.exclude(occurred_earliest__gt=as_of).order_by("occurred_earliest", "pk")
        if event.occurred.overlaps(first, last)
        or (event.occurred.earliest and event.occurred.earliest.year in LANDMARKS and "SER-advies" in event.title_nl)
    ]
    blocks: list[Any] = []
    if events:
        columns = (
            Column("when", _("Wanneer"), "date", width=18),
            Column("what", _("Wat"), width=62),
            Column("source", _("Bron"), width=20),
        )
        cells = [(when_cell(e.occurred), words(e, "title", language), source_cell(e.source)) for e in events]
        caption = _("Beleid rond de convenanten: %(year)s en het advies dat eraan ten grondslag ligt") % {"year": year}
        blocks.append(Table("policy-events", caption, columns, cells))
    below = []
    for framework in Framework.objects.prefetch_related("elements").order_by("pk"):
        said: list[Any] = []
        if framework.adopted.is_known:
            said.append(Text(_("Aangenomen: %(when)s. ") % {"when": dates.render(framework.adopted)}))
        if framework.note:
            said.append(Text(framework.note))
        said.extend(source_inlines(framework.sources))
        parts: list[Any] = [Paragraph(said)] if said else []
        if elements := [(str(e.number), [Text(words(e, "title", language))]) for e in framework.elements.all()]:
            parts.append(DefinitionList(elements))
        below.append(Section(f"framework-{framework.code}", words(framework, "name", language), tuple(parts)))
    if not blocks:
        blocks.append(Paragraph(_("Het register kent geen beleidsstappen in %(year)s.") % {"year": year}))
    return Section("policy", _("Beleidskader"), tuple(blocks), tuple(below))


def _chosen(text: str) -> str:
    try:
        return dates.render(ImpreciseDate.on(date.fromisoformat(text)))
    except ValueError:
        return text


def _remark(remark: SourceRemark) -> list[Any]:
    about = [Strong(f"{remark.agreement}: ")] if remark.agreement else []
    return [*about, Text(remark.text_nl), *source_inlines(remark.sources)]


# --- Words -----------------------------------------------------------------------------------------------------------


def remarks(*, as_of: date, language: str) -> list[Section]:
    """What the sources leave open: where they differ and what was chosen, what was not found, how a count arose."""
    with override(language):
        public = Agreement.objects.visible_to(None).filter(is_sample=False).values("pk")
        found = list(
            SourceRemark.objects.filter(agreement__isnull=True).select_related("agreement")
            | SourceRemark.objects.filter(agreement__in=public).select_related("agreement")
        )
        of_kind: dict[str, list[SourceRemark]] = defaultdict(list)
        for remark in found:
            of_kind[remark.kind].append(remark)
        made = []
        if rows := of_kind[RemarkKind.REASONING]:
            made.append(
                Section(
                    "method-reasoning",
                    _("Hoe het register aan zijn aantallen komt"),
                    (BulletList([_remark(r) for r in rows]),),
                )
            )
        if rows := of_kind[RemarkKind.DISCREPANCY]:
            columns = (
                Column("agreement", _("Akkoord"), width=22),
                Column("difference", _("Wat de bronnen zeggen"), width=46),
                Column("chosen", _("Gekozen"), width=14),
                Column("source", _("Bron"), width=18),
            )
            cells = [
                (str(r.agreement) if r.agreement else "–", r.text_nl, _chosen(r.chosen), source_cell(r.source))
                for r in rows
            ]
            table = Table("discrepancies", _("Waar bronnen verschillen en wat is aangehouden"), columns, cells)
            made.append(Section("method-discrepancies", _("Bronnen die verschillen"), (table,)))
        if rows := of_kind[RemarkKind.NOT_FOUND]:
            intro = Paragraph(_("Naar het volgende is gezocht, maar het is niet in openbare bronnen gevonden:"))
            made.append(
                Section("method-not-found", _("Niet gevonden"), (intro, BulletList([_remark(r) for r in rows])))
            )
        return made
