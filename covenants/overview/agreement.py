"""One agreement in the overview: standing, parties, commitments, activities, numbers, publications."""

from collections import Counter, defaultdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from covenants.models import (
    Agreement,
    FactKind,
    Participation,
    ParticipationRole,
    PartyType,
    PhaseChange,
    ResultKind,
    SecretariatCapacity,
)
from covenants.overview.reading import (
    Reading,
)
from covenants.overview.writing import (
    capital,
    day_words,
    is_address,
    joined,
    plain,
    source_cell,
    source_inlines,
    when_cell,
    words,
)
from ser_portal import dates
from ser_portal.documents import (
    BulletList,
    Column,
    DefinitionList,
    Link,
    Paragraph,
    Section,
    Strong,
    Table,
    Text,
)


class AgreementSections(Reading):
    """Writes the section of one agreement from what was read."""

    def _agreement(self, pk: int) -> Section:
        agreement = self.agreements[pk]
        blocks: list[Any] = [
            Paragraph([Strong(self._name(agreement)), Text(". "), *self._standing(pk)]),
            DefinitionList(self._facts(pk)),
        ]
        below = [
            part
            for part in (
                self._parties(pk),
                self._commitments(pk),
                self._activities(pk),
                self._numbers(pk),
                self._publications(pk),
            )
            if part
        ]
        blocks.extend(block for part in below for block in part)
        page = Link(_("Dit akkoord in het portaal"), self._page(agreement))
        blocks.append(Paragraph([page, Text("."), *source_inlines(agreement.sources)]))
        return Section(f"agreement-{agreement.slug}", self._sector(agreement), tuple(blocks))

    def _standing(self, pk: int) -> list[Any]:
        """Where it stood on the day, in sentences, with what is uncertain about it."""
        state = self.states[pk]
        day = day_words(self.day)
        if state.change is None:
            said: list[Any] = [Text(_("Op %(day)s was nog geen fase zeker.") % {"day": day})]
        else:
            text = _("Fase op %(day)s: %(phase)s, sinds %(since)s.") % {
                "day": day,
                "phase": state.label.lower(),
                "since": dates.render(self._since(pk)),
            }
            said = [Text(text)]
        for change in state.uncertain:
            text = _(" Mogelijk al overgegaan naar %(phase)s (%(when)s).") % {
                "phase": str(change.get_to_phase_display()).lower(),
                "when": dates.render(change.effective_on),
            }
            said.append(Text(text))
        for change in self.endings[pk]:
            if change.effective_on.is_exact and change.effective_on.latest == self.day:
                said.append(Text(_(" Dit was de laatste dag.")))
        for stall in self.rows.stalls.get(pk, ()):
            text = _(" Stilgevallen: %(when)s.") % {"when": dates.render(stall.began)}
            reason = stall.reason or stall.note
            said.append(Strong(text))
            if reason:
                said.append(Text(f" {reason}"))
            said.extend(source_inlines(stall.sources))
        return said

    def _secretariat_words(self, pk: int) -> str:
        """Who runs the secretariat; who only guided the talks is another matter."""
        rows = [row for row in self.rows.secretariats.get(pk, ()) if row.capacity == SecretariatCapacity.SECRETARIAT]
        return ", ".join(dict.fromkeys(row.organisation for row in rows))

    def _facts(self, pk: int) -> list[tuple[str, list[Any]]]:
        agreement = self.agreements[pk]
        pairs: list[tuple[str, list[Any]]] = []
        steps = [
            Text(f"{self._step(change)}: {dates.render(change.effective_on)}")
            for change in agreement.ledger
            if change.effective_on.is_known and self._has_come(change)
        ]
        if steps:
            pairs.append((_("Verloop"), joined(steps, "; ")))
        for row in self.rows.secretariats.get(pk, ()):
            term = _("Secretariaat") if row.capacity == SecretariatCapacity.SECRETARIAT else _("Begeleiding")
            pairs.append((term, [Text(row.organisation), *source_inlines(row.sources)]))
        if agreement.intended_duration_months:
            months = agreement.intended_duration_months
            text = ngettext("%(number)s maand", "%(number)s maanden", months) % {"number": months}
            pairs.append((_("Beoogde looptijd"), [Text(text)]))
        told = {fact.kind for fact in self.rows.facts.get(pk, ())}
        if agreement.reporting_year and FactKind.REPORTING_YEAR not in told:
            pairs.append((_("Verslagjaar"), [Text(agreement.reporting_year)]))
        if themes := [Text(words(row.theme, "name", self.language)) for row in self.rows.themes.get(pk, ())]:
            pairs.append((_("Thema's"), joined(themes, ", ")))
        for fact in self.rows.facts.get(pk, ()):
            text = words(fact, "text", self.language)
            nothing = [Text(_("niet gevonden in openbare bronnen"))]
            said = [Text(text), *source_inlines(fact.sources)] if text else nothing
            term = _("Toezicht") if fact.kind == FactKind.MONITORING else str(fact.get_kind_display())
            pairs.append((term, said))
        return pairs

    def _step(self, change: PhaseChange) -> str:
        return words(change, "label", self.language) or str(change.get_to_phase_display())

    def _parties(self, pk: int) -> list[Any]:
        rows, counts = self.rows.participations.get(pk, []), self.rows.party_counts.get(pk, Counter())
        if not rows:
            return [Paragraph(_("Van dit akkoord kent het register op deze dag geen partijen."))]
        named: dict[tuple[str, bool], dict[int, str]] = defaultdict(dict)
        sure = {row.party_id for row in rows if row.began.certain_on(self.day)}
        for row in rows:
            names = named[(row.party.type, row.party_id in sure)]
            names.setdefault(row.party_id, row.party.name + self._aside(row))
        cells = []
        for value in PartyType.values:
            certain, open_ended = ((value, True), (value, False))
            if counts[certain] or counts[open_ended]:
                cells.append(
                    (
                        capital(str(PartyType(value).label)),
                        counts[certain],
                        counts[open_ended],
                        self._names(named[certain], named[open_ended]),
                    )
                )
        listed, known = len({row.party_id for row in rows}), sum(counts.values())
        footnote = _(
            "De partijen die het register kent; dat kan minder zijn dan het aantal deelnemers dat een bron noemt. "
            "Bij ‘datum onbekend’ is niet bekend sinds wanneer de partij meedoet."
        )
        if listed < known:
            footnote += " " + self._more(listed, known, self.agreements[pk])
        columns = (
            Column("type", _("Type"), width=20),
            Column("certain", _("Zeker"), "integer", width=8),
            Column("unknown", _("Datum onbekend"), "integer", width=10),
            Column("names", _("Partijen"), width=62),
        )
        caption = _("Partijen naar type op %(day)s: %(name)s") % {
            "day": day_words(self.day),
            "name": self._sector(self.agreements[pk]),
        }
        return [Table(f"parties-{self.agreements[pk].slug}", caption, columns, cells, footnote)]

    @staticmethod
    def _names(certain: dict[int, str], unknown: dict[int, str]) -> str:
        said = "; ".join(certain.values())
        if not unknown:
            return said
        rest = _("toetredingsdatum onbekend: %(names)s") % {"names": "; ".join(unknown.values())}
        return f"{said}; {rest}" if said else capital(rest)

    def _aside(self, row: Participation) -> str:
        """What has to be said behind a name: another role than signing, or that it may have left."""
        said = []
        if row.role not in (ParticipationRole.SIGNATORY, ParticipationRole.NEGOTIATOR):
            said.append(str(row.get_role_display()).partition(" (")[0])
        if row.began.is_known and not row.began.certain_on(self.day):
            said.append(dates.render(row.began))
        if row.ended.is_known and row.ended.uncertain_on(self.day):
            said.append(_("mogelijk al vertrokken"))
        return f" ({', '.join(said)})" if said else ""

    def _more(self, listed: int, known: int, agreement: Agreement) -> str:
        return _("Hier staan de eerste %(listed)s van %(known)s; alle staan op %(page)s.") % {
            "listed": listed,
            "known": known,
            "page": self._page(agreement),
        }

    def _commitments(self, pk: int) -> list[Any]:
        rows, known = self.rows.commitments.get(pk, []), self.rows.commitment_counts.get(pk, 0)
        if not rows:
            return []
        columns = (
            Column("text", _("Afspraak"), width=48),
            Column("carrier", _("Wie"), width=18),
            Column("due", _("Termijn"), "date", width=18),
            Column("source", _("Bron"), width=16),
        )
        cells = [
            (
                words(row, "text", self.language),
                row.carrier or "; ".join(row.carrier_type_labels),
                when_cell(row.due) if row.due.is_known or row.due.words else row.due_label,
                source_cell(row.source),
            )
            for row in rows
        ]
        agreement = self.agreements[pk]
        footnote = self._more(len(rows), known, agreement) if len(rows) < known else ""
        caption = _("Afspraken: %(name)s") % {"name": self._sector(agreement)}
        return [Table(f"commitments-{agreement.slug}", caption, columns, cells, footnote)]

    def _activities(self, pk: int) -> list[Any]:
        rows, known = self.rows.activities.get(pk, []), self.rows.activity_counts.get(pk, 0)
        agreement = self.agreements[pk]
        if not rows:
            text = _("Gedateerde activiteiten in %(year)s zijn niet gevonden.") % {"year": self.year}
            return [Paragraph(text)]
        columns = (
            Column("when", _("Wanneer"), "date", width=18),
            Column("what", _("Wat"), width=52),
            Column("kind", _("Soort"), width=14),
            Column("source", _("Bron"), width=16),
        )
        cells = [
            (
                when_cell(row.occurred),
                words(row, "title", self.language) + (f" ({row.carried_by})" if row.carried_by else ""),
                str(row.get_kind_display()),
                source_cell(row.source),
            )
            for row in rows
        ]
        footnote = self._more(len(rows), known, agreement) if len(rows) < known else ""
        caption = _("Activiteiten in %(year)s: %(name)s") % {"year": self.year, "name": self._sector(agreement)}
        return [Table(f"activities-{agreement.slug}", caption, columns, cells, footnote)]

    def _numbers(self, pk: int) -> list[Any]:
        """Participants' counts and published results: values as somebody published them, with unit and day."""
        agreement = self.agreements[pk]
        cells: list[Any] = []
        value: Any
        for count in self.rows.counts.get(pk, ()):
            value = count.value_words or (count.value if count.value is not None else _("niet gevonden"))
            what = _("Deelnemers")
            cells.append((what, value, count.unit, when_cell(count.counted_on), source_cell(count.source)))
        for result in self.rows.results.get(pk, ()):
            if result.kind == ResultKind.RESULT and not self._by_now(result.period):
                continue
            label = words(result, "label", self.language)
            what = _("Doel: %(label)s") % {"label": label} if result.kind == ResultKind.TARGET else label
            if result.detail:
                what = f"{what} ({result.detail})"
            value = result.value_words or (result.value.normalize() if result.value is not None else None)
            cells.append((what, plain(value), result.unit, result.period, source_cell(result.source)))
        if not cells:
            return []
        columns = (
            Column("what", _("Wat"), width=38),
            Column("value", _("Waarde"), "decimal", width=12),
            Column("unit", _("Eenheid"), width=20),
            Column("when", _("Dag of periode"), width=16),
            Column("source", _("Bron"), width=16),
        )
        caption = _("Deelnemers, doelen en resultaten volgens de bronnen: %(name)s") % {"name": self._sector(agreement)}
        footnote = _("Elke regel heeft een eigen eenheid en dag; tel regels niet bij elkaar op.")
        return [Table(f"numbers-{agreement.slug}", caption, columns, cells, footnote)]

    def _by_now(self, period: str) -> bool:
        """Whether a result may be of this year or before, as far as its period names a year."""
        named = [int(word) for word in "".join(c if c.isdigit() else " " for c in period).split() if len(word) == 4]
        return not named or min(named) <= self.year

    def _publications(self, pk: int) -> list[Any]:
        rows = self.rows.publications.get(pk, [])
        if not rows:
            return []
        items = [
            [
                Link(row.title, row.source) if is_address(row.source) else Text(row.title),
                Text(f" ({dates.render(row.published)})"),
            ]
            for row in rows
        ]
        return [Paragraph([Strong(_("Verschenen tot en met de peildatum"))]), BulletList(items)]
