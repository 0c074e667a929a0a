"""The covenants' part of the yearly overview: agreements, parties, commitments, activities and the policy around them.

Which agreement stands in which chapter follows from the figures, so a chapter and its number cannot differ. Only what
is public is read. A fixed number of queries however many agreements there are, and no table without a limit.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.db.models import Case, Count, F, IntegerField, Max, Model, Prefetch, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from covenants.models import (
    END_PHASES,
    Activity,
    Agreement,
    AgreementFact,
    AgreementTheme,
    Commitment,
    FactKind,
    Framework,
    ParticipantCount,
    Participation,
    ParticipationRole,
    PartyType,
    Phase,
    PhaseChange,
    PhaseState,
    PolicyEvent,
    Publication,
    PublishedResult,
    RemarkKind,
    ResultKind,
    Secretariat,
    SecretariatCapacity,
    SourceRemark,
    Stall,
)
from ser_portal import dates
from ser_portal.dates import ImpreciseDate
from ser_portal.documents import (
    BulletList,
    Column,
    DefinitionList,
    ImpreciseText,
    Link,
    Paragraph,
    Section,
    Strong,
    Table,
    Text,
)
from ser_portal.figures import get_figure

MOST_ROWS = 200  # of one agreement in one table
MOST_ROWS_TOGETHER = 3000  # of all agreements: what a printed overview can carry
FEWEST_ROWS = 10  # of one agreement, however many there are
# The advice that started the agreements and the one that looked back on them belong to every year's context.
LANDMARKS = {2014, 2020}

AbsoluteUrl = Callable[[str], str]
Row = TypeVar("Row", bound=Model)


def sections(*, year: int, as_of: date, language: str, absolute_url: AbsoluteUrl) -> list[Section]:
    """The chapters on agreements in implementation, in negotiation, elsewhere, ended in the year, and the policy."""
    with override(language):
        chapters = _Chapters(year, as_of, language, absolute_url)
        return [
            chapters.in_implementation(),
            chapters.in_negotiation(),
            *chapters.not_yet_started(),
            chapters.ended(),
            _policy(year, as_of, language),
        ]


def remarks(*, as_of: date, language: str) -> list[Section]:
    """What the sources leave open: where they differ and what was chosen, what was not found, how a count arose."""
    with override(language):
        found = list(
            SourceRemark.objects.filter(agreement__isnull=True).select_related("agreement")
            | SourceRemark.objects.filter(agreement__in=Agreement.objects.visible_to(None).values("pk")).select_related(
                "agreement"
            )
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


def _chosen(text: str) -> str:
    try:
        return dates.render(ImpreciseDate.on(date.fromisoformat(text)))
    except ValueError:
        return text


def _remark(remark: SourceRemark) -> list[Any]:
    about = [Strong(f"{remark.agreement}: ")] if remark.agreement else []
    return [*about, Text(remark.text_nl), *source_inlines(remark.sources)]


# --- Words -----------------------------------------------------------------------------------------------------------


def words(record: Any, name: str, language: str) -> str:
    """The text in the language of the document, Dutch where there is no English."""
    if language == "en" and (english := getattr(record, f"{name}_en", "")):
        return str(english)
    return str(getattr(record, f"{name}_nl"))


def is_address(source: str) -> bool:
    return source.startswith(("https://", "http://")) and not any(char.isspace() for char in source)


def host(address: str) -> str:
    """`www.ser.nl/…` as `ser.nl`: enough to recognise; the whole address is in the list of sources."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


def source_cell(source: str) -> Link | str | None:
    """A source for a table: a link under the name of its site, or the words there are."""
    if not source:
        return None
    return Link(host(source), source) if is_address(source) else source


def source_inlines(sources: Iterable[str]) -> list[Any]:
    """` (bron: ser.nl, oecd.org)` behind a sentence, each a link; nothing when there is no source."""
    made: list[Any] = []
    for source in sources:
        made.append(Text(", " if made else _(" (bron: ")))
        made.append(Link(host(source), source) if is_address(source) else Text(source))
    return [*made, Text(")")] if made else []


def when_cell(when: ImpreciseDate) -> ImpreciseText:
    """A date for a table: the words, and the bounds to sort on."""
    return ImpreciseText(dates.render(when), when.earliest, when.latest)


def day_words(day: date) -> str:
    return dates.render(ImpreciseDate.on(day))


# --- The agreements --------------------------------------------------------------------------------------------------


@dataclass
class _Rows:
    """Everything about the agreements of the overview, by agreement, read with one query per kind."""

    secretariats: dict[int, list[Secretariat]] = field(default_factory=dict)
    stalls: dict[int, list[Stall]] = field(default_factory=dict)
    facts: dict[int, list[AgreementFact]] = field(default_factory=dict)
    themes: dict[int, list[AgreementTheme]] = field(default_factory=dict)
    counts: dict[int, list[ParticipantCount]] = field(default_factory=dict)
    results: dict[int, list[PublishedResult]] = field(default_factory=dict)
    participations: dict[int, list[Participation]] = field(default_factory=dict)
    party_counts: dict[int, Counter[tuple[str, bool]]] = field(default_factory=dict)  # (type, begin certain)
    commitments: dict[int, list[Commitment]] = field(default_factory=dict)
    commitment_counts: dict[int, int] = field(default_factory=dict)
    activities: dict[int, list[Activity]] = field(default_factory=dict)
    activity_counts: dict[int, int] = field(default_factory=dict)
    publications: dict[int, list[Publication]] = field(default_factory=dict)


def _by_agreement(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.agreement_id].append(row)  # type: ignore[attr-defined]
    return found


def _first_of_each(rows: QuerySet[Any], most: int, *order: Any) -> QuerySet[Any]:
    """The first `most` rows of every agreement, chosen by the database."""
    place = Window(RowNumber(), partition_by=[F("agreement_id")], order_by=[*order])
    return rows.annotate(place=place).filter(place__lte=most).order_by("agreement_id", "place")


class _Chapters:
    def __init__(self, year: int, as_of: date, language: str, absolute_url: AbsoluteUrl) -> None:
        self.year, self.day, self.language, self.url = year, as_of, language, absolute_url
        self.first, self.last = date(year, 1, 1), min(date(year, 12, 31), as_of)
        agreements = (
            Agreement.objects.visible_to(None)
            .covenants()
            .known_on(as_of)
            .select_related("sector")
            .prefetch_related(
                Prefetch(
                    "phase_changes",
                    queryset=PhaseChange.objects.current().order_by("sequence"),
                    to_attr="current_changes",
                )
            )
            .order_by("sector__name_nl", "pk")
        )
        self.agreements = {agreement.pk: agreement for agreement in agreements}
        self.states = {pk: PhaseState.of(agreement.ledger, as_of) for pk, agreement in self.agreements.items()}
        self.running = self._of_figure("agreements.in_implementation")
        self.talking = self._of_figure("agreements.in_negotiation")
        self.endings = {pk: self._endings(agreement) for pk, agreement in self.agreements.items()}
        over = [pk for pk, endings in self.endings.items() if endings]
        early = (Phase.EXPLORATION, Phase.SIGNED)
        self.early = [pk for pk, state in self.states.items() if state.phase in early and pk not in over]
        self.shown = list(dict.fromkeys([*self.running, *self.talking, *over, *self.early]))
        self.most = max(FEWEST_ROWS, min(MOST_ROWS, MOST_ROWS_TOGETHER // max(len(self.shown), 1)))
        self.rows = self._read()

    def _of_figure(self, code: str) -> list[int]:
        figure = get_figure(code)
        records = figure.select(self.day, None).counted if figure else ()
        return [record.pk for record in records if record.pk in self.agreements]

    def _endings(self, agreement: Agreement) -> list[PhaseChange]:
        """Its ends that lie, or may lie, in the year."""
        return [
            change
            for change in agreement.ledger
            if change.to_phase in END_PHASES
            and change.effective_on.overlaps(self.first, self.last)
            and self._has_come(change)
        ]

    def _has_come(self, change: PhaseChange) -> bool:
        """Whether it may have come by the day; what ends on the day itself has."""
        return change.possible_on(self.day) or change.effective_on.certain_on(self.day)

    def _read(self) -> _Rows:
        ids, day, most = self.shown, self.day, self.most
        of = {"agreement__in": ids}
        rows = _Rows()
        rows.secretariats = _by_agreement(Secretariat.objects.filter(**of).on(day).order_by("capacity", "pk"))
        rows.stalls = _by_agreement(Stall.objects.filter(**of).on(day).order_by("pk"))
        facts = AgreementFact.objects.filter(**of).exclude(kind=FactKind.LATER).order_by("pk")
        rows.facts = _by_agreement(_first_of_each(facts, 40, F("pk").asc()))
        rows.themes = _by_agreement(AgreementTheme.objects.filter(**of).select_related("theme"))
        counts = ParticipantCount.objects.filter(**of).exclude(counted_on_earliest__gt=day)
        rows.counts = _by_agreement(_first_of_each(counts, most, F("counted_on_latest").desc(), F("unit").asc()))
        results = PublishedResult.objects.filter(**of)
        rows.results = _by_agreement(_first_of_each(results, most, F("kind").desc(), F("pk").asc()))
        taking_part = Participation.objects.filter(**of).possible_on(day)
        rows.participations = _by_agreement(
            _first_of_each(taking_part.select_related("party"), most, F("party__name").asc(), F("pk").asc())
        )
        certain = Max(Case(When(began_latest__lte=day, then=1), default=Value(0), output_field=IntegerField()))
        by_party = taking_part.order_by().values_list("agreement", "party", "party__type").annotate(certain=certain)
        rows.party_counts = defaultdict(Counter)
        for agreement, _party, party_type, sure in by_party.iterator(chunk_size=2000):
            rows.party_counts[agreement][(party_type, bool(sure))] += 1
        commitments = Commitment.objects.filter(**of)
        rows.commitments = _by_agreement(_first_of_each(commitments, most, F("pk").asc()))
        rows.commitment_counts = self._count(commitments)
        activities = Activity.objects.filter(**of).in_period(self.first, self.last)
        rows.activities = _by_agreement(
            _first_of_each(activities, most, F("occurred_earliest").asc(), F("occurred_latest").desc(), F("pk").asc())
        )
        rows.activity_counts = self._count(activities)
        publications = Publication.objects.filter(**of).exclude(published_earliest__gt=day)
        rows.publications = _by_agreement(_first_of_each(publications, 40, F("published_latest").desc(), F("pk").asc()))
        return rows

    @staticmethod
    def _count(rows: QuerySet[Any]) -> dict[int, int]:
        return dict(rows.order_by().values_list("agreement").annotate(number=Count("pk")))

    def _page(self, agreement: Agreement) -> str:
        return self.url(f"{agreement.get_absolute_url()}?peildatum={self.day.isoformat()}")

    def _name(self, agreement: Agreement) -> str:
        return words(agreement, "name", self.language)

    def _sector(self, agreement: Agreement) -> str:
        return words(agreement.sector, "name", self.language)

    # --- Chapters

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

    def _since(self, pk: int) -> ImpreciseDate:
        """Since when the phase holds: the first of the changes in a row that led into it."""
        since = ImpreciseDate()
        for change in self.agreements[pk].ledger:
            if not change.certain_on(self.day):
                continue
            if change.to_phase != self.states[pk].phase:
                since = ImpreciseDate()
            elif not (since.is_known or since.words):
                since = change.effective_on
        return since

    # --- One agreement

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
            pairs.append((_("Verloop"), _joined(steps, "; ")))
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
            pairs.append((_("Thema's"), _joined(themes, ", ")))
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
                        _capital(str(PartyType(value).label)),
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
        return f"{said}; {rest}" if said else _capital(rest)

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
            cells.append((what, _plain(value), result.unit, result.period, source_cell(result.source)))
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


def _joined(items: Sequence[Any], mark: str) -> list[Any]:
    made: list[Any] = []
    for item in items:
        made.extend([Text(mark), item] if made else [item])
    return made


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _plain(value: Any) -> Any:
    """A decimal without an exponent: 80 and not 8E+1."""
    return value.quantize(1) if hasattr(value, "quantize") and value == value.to_integral_value() else value


# --- The policy around the agreements --------------------------------------------------------------------------------


def _policy(year: int, as_of: date, language: str) -> Section:
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
