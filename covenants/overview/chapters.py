"""The chapters: in implementation, in negotiation, not yet started, ended."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from covenants.models import (
    Agreement,
)
from covenants.overview.agreement import AgreementSections
from covenants.overview.writing import day_words, source_cell, when_cell, words
from ser_portal.documents import (
    Column,
    Link,
    Paragraph,
    Section,
    Table,
)


class Chapters(AgreementSections):
    """Which agreement stands where follows from the figures, so a chapter and its number cannot differ."""

    def in_implementation(self) -> Section:
        day = day_words(self.day)
        if not self.running:
            text = Paragraph(_("Op %(day)s was geen convenant in uitvoering.") % {"day": day})
            return Section("in-implementation", _("Convenanten in uitvoering"), (text,))
        intro = Paragraph(
            _("Deze convenanten waren op %(day)s in uitvoering. Per convenant staan hier de fase, de organisatie, de "
              "partijen naar type, de afspraken en wat er in %(year)s gebeurde.") % {"day": day, "year": self.year}
        )  # fmt: skip
        columns = (
            Column("sector", _("Sector"), width=20),
            Column("agreement", _("Convenant"), width=38),
            Column("since", _("In uitvoering sinds"), "date", width=20),
            Column("secretariat", _("Secretariaat"), width=22),
        )
        rows = [
            (
                self._sector(agreement),
                Link(self._name(agreement), f"#agreement-{agreement.slug}"),
                when_cell(self._since(pk)),
                self._secretariat_words(pk) or _("niet bekend"),
            )
            for pk, agreement in self._each(self.running)
        ]
        table = Table(
            "agreements-in-implementation", _("Convenanten in uitvoering op %(day)s") % {"day": day}, columns, rows
        )
        return Section(
            "in-implementation",
            _("Convenanten in uitvoering"),
            (intro, table),
            tuple(self._agreement(pk) for pk in self.running),
        )

    def in_negotiation(self) -> Section:
        title = _("Akkoorden in onderhandeling")
        if not self.talking:
            text = _("Op %(day)s werd over geen akkoord onderhandeld.") % {"day": day_words(self.day)}
            return Section("in-negotiation", title, (Paragraph(text),))
        columns = (
            Column("sector", _("Sector"), width=22),
            Column("agreement", _("Akkoord"), width=40),
            Column("since", _("In onderhandeling sinds"), "date", width=20),
            Column("stalled", _("Stilgevallen"), "date", width=18),
        )
        rows = []
        for pk, agreement in self._each(self.talking):
            stall = next(iter(self.rows.stalls.get(pk, ())), None)
            rows.append(
                (
                    self._sector(agreement),
                    Link(self._name(agreement), f"#agreement-{agreement.slug}"),
                    when_cell(self._since(pk)),
                    when_cell(stall.began) if stall else _("nee"),
                )
            )
        caption = _("Akkoorden in onderhandeling op %(day)s") % {"day": day_words(self.day)}
        table = Table("agreements-in-negotiation", caption, columns, rows)
        return Section("in-negotiation", title, (table,), tuple(self._agreement(pk) for pk in self.talking))

    def not_yet_started(self) -> list[Section]:
        """Only when there are any: agreements being explored, or signed and not started."""
        if not self.early:
            return []
        columns = (
            Column("sector", _("Sector"), width=22),
            Column("agreement", _("Akkoord"), width=44),
            Column("phase", _("Fase"), width=16),
            Column("since", _("Sinds"), "date", width=18),
        )
        rows = [
            (self._sector(a), Link(self._name(a), self._page(a)), self.states[pk].label, when_cell(self._since(pk)))
            for pk, a in self._each(self.early)
        ]
        caption = _("Verkend, of ondertekend maar nog niet in uitvoering, op %(day)s") % {"day": day_words(self.day)}
        table = Table("agreements-not-yet-started", caption, columns, rows)
        return [Section("not-yet-started", _("Verkend of ondertekend"), (table,))]

    def ended(self) -> Section:
        title = _("Afgerond of gestopt in %(year)s") % {"year": self.year}
        over = [pk for pk in self.shown if self.endings[pk]]
        if not over:
            text = _("Voor zover bekend is in %(year)s geen akkoord afgerond of gestopt.") % {"year": self.year}
            return Section("ended", title, (Paragraph(text),))
        columns = (
            Column("agreement", _("Akkoord"), width=27),
            Column("how", _("Hoe"), width=14),
            Column("last-day", _("Laatste dag"), "date", width=19),
            Column("note", _("Toelichting"), width=24),
            Column("source", _("Bron"), width=16),
        )
        rows = []
        inside = {*self.running, *self.talking}
        for pk, agreement in self._each(over):
            for change in self.endings[pk]:
                name = f"{self._sector(agreement)}: {self._name(agreement)}"
                rows.append(
                    (
                        Link(name, f"#agreement-{agreement.slug}" if pk in inside else self._page(agreement)),
                        str(change.get_to_phase_display()),
                        when_cell(change.effective_on),
                        change.reason or change.note or words(change, "label", self.language),
                        source_cell(change.source),
                    )
                )
        footnote = _(
            "Een einddatum is de laatste dag waarop het akkoord nog telt: wat op de peildatum zelf eindigt, is op die "
            "dag nog in uitvoering. Wat tussen twee dagen eindigde, kan ook buiten %(year)s zijn geëindigd."
        ) % {"year": self.year}
        caption = _("Akkoorden die in %(year)s eindigden of mogelijk eindigden") % {"year": self.year}
        table = Table("agreements-ended", caption, columns, rows, footnote)
        return Section("ended", title, (table,), tuple(self._agreement(pk) for pk in over if pk not in inside))

    def _each(self, ids: Sequence[int]) -> Iterable[tuple[int, Agreement]]:
        return ((pk, self.agreements[pk]) for pk in ids)
