"""What the overview reads: agreements with their state on the day, and the rows of each. A fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db.models import Case, Count, F, IntegerField, Max, Model, Prefetch, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from covenants.models import (
    END_PHASES,
    Activity,
    Agreement,
    AgreementFact,
    AgreementTheme,
    Commitment,
    FactKind,
    ParticipantCount,
    Participation,
    Phase,
    PhaseChange,
    PhaseState,
    Publication,
    PublishedResult,
    Secretariat,
    Stall,
)
from covenants.overview.writing import (
    words,
)
from ser_portal.dates import ImpreciseDate
from ser_portal.figures import get_figure

MOST_ROWS = 200  # of one agreement in one table
MOST_ROWS_TOGETHER = 3000  # of all agreements: what a printed overview can carry
FEWEST_ROWS = 10  # of one agreement, however many there are
# The advice that started the agreements and the one that looked back on them belong to every year's context.
LANDMARKS = {2014, 2020}

AbsoluteUrl = Callable[[str], str]
Row = TypeVar("Row", bound=Model)


@dataclass
class Rows:
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


def by_agreement(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.agreement_id].append(row)  # type: ignore[attr-defined]
    return found


def first_of_each(rows: QuerySet[Any], most: int, *order: Any) -> QuerySet[Any]:
    """The first `most` rows of every agreement, chosen by the database."""
    place = Window(RowNumber(), partition_by=[F("agreement_id")], order_by=[*order])
    return rows.annotate(place=place).filter(place__lte=most).order_by("agreement_id", "place")


class Reading:
    def __init__(self, year: int, as_of: date, language: str, absolute_url: AbsoluteUrl) -> None:
        self.year, self.day, self.language, self.url = year, as_of, language, absolute_url
        self.first, self.last = date(year, 1, 1), min(date(year, 12, 31), as_of)
        agreements = (
            Agreement.objects.visible_to(None)
            .covenants()
            .filter(is_sample=False)
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

    def _read(self) -> Rows:
        ids, day, most = self.shown, self.day, self.most
        of = {"agreement__in": ids}
        rows = Rows()
        rows.secretariats = by_agreement(Secretariat.objects.filter(**of).on(day).order_by("capacity", "pk"))
        rows.stalls = by_agreement(Stall.objects.filter(**of).on(day).order_by("pk"))
        facts = AgreementFact.objects.filter(**of).exclude(kind=FactKind.LATER).order_by("pk")
        rows.facts = by_agreement(first_of_each(facts, 40, F("pk").asc()))
        rows.themes = by_agreement(AgreementTheme.objects.filter(**of).select_related("theme"))
        counts = ParticipantCount.objects.filter(**of).exclude(counted_on_earliest__gt=day)
        rows.counts = by_agreement(first_of_each(counts, most, F("counted_on_latest").desc(), F("unit").asc()))
        results = PublishedResult.objects.filter(**of)
        rows.results = by_agreement(first_of_each(results, most, F("kind").desc(), F("pk").asc()))
        taking_part = Participation.objects.filter(**of).possible_on(day)
        rows.participations = by_agreement(
            first_of_each(taking_part.select_related("party"), most, F("party__name").asc(), F("pk").asc())
        )
        certain = Max(Case(When(began_latest__lte=day, then=1), default=Value(0), output_field=IntegerField()))
        by_party = taking_part.order_by().values_list("agreement", "party", "party__type").annotate(certain=certain)
        rows.party_counts = defaultdict(Counter)
        for agreement, _party, party_type, sure in by_party.iterator(chunk_size=2000):
            rows.party_counts[agreement][(party_type, bool(sure))] += 1
        commitments = Commitment.objects.visible_to(None).filter(**of)
        rows.commitments = by_agreement(first_of_each(commitments, most, F("pk").asc()))
        rows.commitment_counts = self._count(commitments)
        activities = Activity.objects.filter(**of).in_period(self.first, self.last)
        rows.activities = by_agreement(
            first_of_each(activities, most, F("occurred_earliest").asc(), F("occurred_latest").desc(), F("pk").asc())
        )
        rows.activity_counts = self._count(activities)
        publications = Publication.objects.filter(**of).exclude(published_earliest__gt=day)
        rows.publications = by_agreement(first_of_each(publications, 40, F("published_latest").desc(), F("pk").asc()))
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
