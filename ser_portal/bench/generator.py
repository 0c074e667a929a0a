"""A register of any size, made from a seed: the same seed and sizes give the same rows on every database.

The rows are invented but shaped as the real ones: dated phases of which a part is imprecise, corrections, stalls,
parties that come and go, public agreements and such as only their parties may know of. They are written in batches, so
memory does not grow with the volume.
"""

import hashlib
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from time import perf_counter
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils.text import slugify

from covenants import services
from covenants.models import (
    END_PHASES,
    Activity,
    ActivityKind,
    Agreement,
    AgreementFact,
    AgreementTheme,
    CarrierKind,
    Commitment,
    Confidence,
    Confirmation,
    Delegate,
    DueKind,
    FacilitatorAssignment,
    FactKind,
    MeasureKind,
    ParticipantCount,
    Participation,
    ParticipationRole,
    Party,
    PartyType,
    Phase,
    PhaseChange,
    ProgressDraft,
    ProgressUpdate,
    Publication,
    PublishedResult,
    Recurrence,
    ReferenceLoad,
    ReportingRound,
    ReportingSlot,
    ResultKind,
    Review,
    Secretariat,
    SecretariatCapacity,
    Sector,
    Stall,
    Theme,
    Visibility,
)
from ser_portal.accounts.models import Role, User
from ser_portal.bench.progress import PER_UPDATE, ProgressMaker
from ser_portal.dates import ImpreciseDate

BATCH = 1_000
FEWEST_AGREEMENTS, COMMITMENTS_EACH = 12, 500
PARTICIPATIONS_EACH, ACTIVITIES_EACH, MOST_ASSIGNED = (15, 35), 10, 50
KNOWN_AT = datetime(2024, 12, 31, 12, tzinfo=UTC)  # every moment in the data: today must not change a row
SINCE = date(2014, 1, 1)

SECTORS = [
    "Kleding en textiel", "Banken", "Goud", "Natuursteen", "Voedingsmiddelen", "Verzekeringen", "Pensioenfondsen",
    "Metallurgie", "Sierteelt", "Bosbouw", "Windenergie", "Land- en tuinbouw", "Zonne-energie", "Scheepsbouw",
    "Chemie", "Speelgoed", "Elektronica", "Cacao", "Logistiek", "Meubels",
]  # fmt: skip
THEMES = [
    "kinderarbeid", "leefbaar loon", "vrijheid van vereniging", "veiligheid en gezondheid", "gedwongen arbeid",
    "discriminatie en gender", "grondstoffen", "water, energie en chemicaliën", "dierenwelzijn", "landrechten",
]  # fmt: skip
WHO = ["deelnemende bedrijven", "brancheorganisaties", "vakbonden", "maatschappelijke organisaties", "de overheid"]
DOES = [
    "levert een plan van aanpak in bij het secretariaat", "brengt de risico's in de keten in kaart",
    "maakt de productielocaties openbaar", "stelt een klachtenloket open voor belanghebbenden",
    "rapporteert over de voortgang en de resultaten", "voert een gezamenlijk project uit in een risicoland",
    "neemt de afspraken op in het inkoopbeleid", "leidt medewerkers op in gepaste zorgvuldigheid",
]  # fmt: skip
HOW = [
    "en werkt dat daarna jaarlijks bij", "samen met de andere partijen", "en deelt de uitkomsten met de stuurgroep",
    "en laat dat beoordelen door het secretariaat", "met bijzondere aandacht voor {theme}",
    "en bespreekt met lokale organisaties wat er tegen {theme} te doen is",
    "en legt vast hoe met {theme} wordt omgegaan",
]  # fmt: skip
NAMES = [
    "Noorder", "Zuider", "Rijn", "Maas", "Schelde", "Vecht", "Amstel", "Dommel", "Berkel", "Eem", "Linge", "Zaan",
    "Regge", "Kromme", "Waal", "Merwede", "Geul", "Roer", "Dinkel", "Drecht",
]  # fmt: skip
TRADES = ["textiel", "handel", "import", "groep", "vermogen", "steen", "voeding", "metaal", "bloemen", "hout"]
LEGAL = {
    PartyType.COMPANY: "bv", PartyType.TRADE_ASSOCIATION: "Branchevereniging", PartyType.TRADE_UNION: "Vakbond",
    PartyType.CIVIL_SOCIETY: "Stichting", PartyType.GOVERNMENT: "Ministerie", PartyType.OTHER: "Platform",
}  # fmt: skip
TYPE_WEIGHTS = [70, 10, 4, 10, 2, 4]

# The routes agreements take, with how many of a hundred take each.
ROUTES: list[tuple[int, list[str]]] = [
    (8, [Phase.EXPLORATION]),
    (15, [Phase.EXPLORATION, Phase.NEGOTIATION]),
    (5, [Phase.EXPLORATION, Phase.NEGOTIATION, Phase.STOPPED]),
    (7, [Phase.EXPLORATION, Phase.NEGOTIATION, Phase.SIGNED]),
    (40, [Phase.EXPLORATION, Phase.NEGOTIATION, Phase.SIGNED, Phase.IMPLEMENTATION]),
    (17, [Phase.EXPLORATION, Phase.NEGOTIATION, Phase.SIGNED, Phase.IMPLEMENTATION, Phase.COMPLETED]),
    (5, [Phase.NEGOTIATION, Phase.SIGNED, Phase.IMPLEMENTATION, Phase.ENDED_EARLY]),
    (3, [Phase.NEGOTIATION, Phase.SIGNED, Phase.IMPLEMENTATION, Phase.COMPLETED, Phase.SIGNED, Phase.IMPLEMENTATION]),
]
REPORTED: list[type[models.Model]] = [
    ReportingRound, ReportingSlot, ProgressUpdate, Review, Confirmation, ProgressDraft,
]  # fmt: skip
REPORTED_LABELS = [model._meta.label for model in REPORTED]
MOST_HASHED = 20_000
SIZES_KEPT = [Agreement, Party, Participation, Commitment]  # models whose changes are kept (django-simple-history)


@dataclass(frozen=True)
class Volume:
    """How much to make. Without a number of agreements: one per 500 commitments, twelve at least.

    `updates` is how many times parties sent something; the rounds, slots and reviews around them follow from it.
    """

    parties: int = 1_000
    commitments: int = 100_000
    seed: int = 2020
    agreements: int = 0
    updates: int = 0

    def __post_init__(self) -> None:
        if self.parties < 1 or self.commitments < 1 or self.agreements < 0 or self.updates < 0:
            raise ValueError("een volume heeft minstens één partij en één afspraak")
        if not self.agreements:
            object.__setattr__(self, "agreements", max(FEWEST_AGREEMENTS, self.commitments // COMMITMENTS_EACH))


@dataclass
class Made:
    """What was made: rows per table, the seconds that took, and the people to sign in as."""

    rows: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    facilitator: str = "facilitator@bench.example"
    delegate: str = "delegate@bench.example"
    reporting: str = "reporting@bench.example"

    @property
    def total(self) -> int:
        return sum(self.rows.values())

    @property
    def per_second(self) -> float:
        return self.total / self.seconds if self.seconds else 0.0


class NotEmpty(Exception):
    """The database holds a register already; generated rows do not belong beside it."""


def refuse_unless_empty() -> None:
    """Raises NotEmpty when there is anything that somebody may have recorded."""
    for model in (Agreement, Party, Sector, User, ReferenceLoad):
        if model._base_manager.exists():
            raise NotEmpty(str(model._meta.verbose_name_plural))


def make(volume: Volume, *, progress: Callable[[int], Any] = lambda rows: None) -> Made:
    """Fill an empty, migrated database. Keys run from one, so that digests compare across databases.

    Raises NotEmpty when something is there; all or nothing. `progress` is told of every batch how many rows it held.
    """
    began = perf_counter()
    with transaction.atomic():
        refuse_unless_empty()
        made = _Maker(volume, progress).run()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what autovacuum does within a minute; nothing does it for SQLite
    made.seconds = perf_counter() - began
    return made


def expected_rows(volume: Volume) -> int:
    """About how many rows `make` writes, for a progress bar."""
    each = 4 + 2 * 25 + ACTIVITIES_EACH + 24
    reported = int(volume.updates * PER_UPDATE)
    return 2 * volume.commitments + 2 * volume.parties + volume.agreements * each + reported


class _Maker:
    """One run; every table in the order in which its keys are needed."""

    def __init__(self, volume: Volume, progress: Callable[[int], Any]) -> None:
        self.volume, self.progress = volume, progress
        self.made = Made()
        self.tables: list[type[models.Model]] = []

    def run(self) -> Made:
        self._people()
        self._write(Sector, (Sector(pk=n, slug=slugify(name), name_nl=name) for n, name in _numbered(SECTORS)))
        self._write(Theme, (Theme(pk=n, slug=slugify(name), name_nl=name) for n, name in _numbered(THEMES)))
        self._write(Party, self._parties())
        self._write(Agreement, self._agreements())
        self._routes = [_route(self._dice("route", n)) for n in range(1, self.volume.agreements + 1)]
        self._write(PhaseChange, self._phase_changes())
        for agreement in Agreement.objects.order_by("pk"):
            services.derive_bounds(agreement)
        self._write(Stall, self._stalls())
        self._write(Secretariat, self._secretariats())
        self._write(Participation, self._participations())
        self._write(ParticipantCount, self._counts())
        self._write(AgreementFact, self._facts())
        self._write(AgreementTheme, self._themes())
        self._write(PublishedResult, self._results())
        self._write(Activity, self._activities())
        self._write(Publication, self._publications())
        self._write(FacilitatorAssignment, self._assignments())
        self._write(Delegate, [Delegate(pk=1, party_id=1, user_id=2, began_on=SINCE)])
        self._write(Commitment, self._commitments())
        maker = ProgressMaker(self.volume.updates, self.volume.agreements, self._dice, self.progress)
        self.made.rows |= dict.fromkeys(REPORTED_LABELS, 0) | maker.run()
        self.tables += REPORTED
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), self.tables):
                cursor.execute(statement)
        return self.made

    def _dice(self, *what: Any) -> random.Random:
        """Luck of its own for each thing, so that more of one leaves the others as they were."""
        return random.Random(f"{self.volume.seed}/{'/'.join(map(str, what))}")  # noqa: S311 - sample data

    def _write(self, model: type[Any], rows: Iterable[Any]) -> None:
        """In batches, with a line of history each where the portal keeps history."""
        manager, iterator = model._base_manager, iter(rows)
        count = 0
        while batch := list(islice(iterator, BATCH)):
            manager.bulk_create(batch)
            count += len(batch)
            if model in SIZES_KEPT:
                for row in batch:
                    row._history_date = KNOWN_AT
                model.history.bulk_history_create(batch, default_change_reason="Gegenereerd")
                self.progress(len(batch))
            self.progress(len(batch))
        self.made.rows[model._meta.label] = count
        if model in SIZES_KEPT:
            self.made.rows[model.history.model._meta.label] = count
        self.tables.append(model)

    def _people(self) -> None:
        closed = make_password(None)
        people = [
            (self.made.facilitator, "Fatima Procesbegeleider", Role.FACILITATOR),
            (self.made.delegate, "Dewi Gemachtigde", Role.DELEGATE),
            (self.made.reporting, "Rachid Rapportage", Role.REPORTING),
        ]
        self._write(
            User,
            (
                User(pk=n, email=email, name=name, role=role, password=closed, date_joined=KNOWN_AT)
                for n, (email, name, role) in _numbered(people)
            ),
        )

    def _parties(self) -> Iterator[Party]:
        for n in range(1, self.volume.parties + 1):
            dice = self._dice("party", n)
            kind = PartyType(dice.choices(PartyType.values, TYPE_WEIGHTS)[0])
            name = f"{dice.choice(NAMES)}{dice.choice(TRADES)}"
            name = f"{name} {n} bv" if kind == PartyType.COMPANY else f"{LEGAL[kind]} {name} {n}"
            yield Party(pk=n, slug=f"partij-{n}", name=name, type=kind, **_source(dice))

    def _agreements(self) -> Iterator[Agreement]:
        for n in range(1, self.volume.agreements + 1):
            dice = self._dice("agreement", n)
            sector = n % len(SECTORS)
            yield Agreement(
                pk=n,
                slug=f"convenant-{n}",
                sector_id=sector + 1,
                name_nl=f"Convenant {SECTORS[sector].lower()} {1 + n // len(SECTORS)} voor internationaal ondernemen",
                name_en=f"Agreement {n} on international responsible business conduct",
                abbreviation_nl=f"C{n}",
                visibility=dice.choices([Visibility.PUBLIC, Visibility.PARTIES, Visibility.SECRETARIAT], [60, 30, 10])[
                    0
                ],
                intended_duration_months=dice.choice([None, 36, 48, 60]),
                **_source(dice),
            )

    def _phase_changes(self) -> Iterator[PhaseChange]:
        """Current rows, and of one agreement in five the first entry that was corrected."""
        key = 0
        for n, route in _numbered(self._routes):
            dice = self._dice("phases", n)
            corrected = dice.random() < 0.2
            for sequence, (phase, day) in enumerate(route):
                common = {
                    "agreement_id": n,
                    "sequence": sequence,
                    "to_phase": phase,
                    "reason": "Afgesproken in de stuurgroep.",
                    "recorded_by_id": 1,
                    "recorded_at": KNOWN_AT,
                    **_source(dice),
                }
                key += 1
                if corrected and sequence == 0:
                    yield PhaseChange(  # type: ignore[misc]
                        pk=key, effective_on=ImpreciseDate.year(day.year), superseded_at=KNOWN_AT, **common
                    )
                    key += 1
                    common |= {"corrects_id": key - 1, "correction_reason": "De datum bleek preciezer bekend."}
                yield PhaseChange(pk=key, effective_on=_imprecise(dice, day), **common)  # type: ignore[misc]

    def _stalls(self) -> Iterator[Stall]:
        """Of one agreement in ten: half of them still open."""
        key = 0
        for n, route in _numbered(self._routes):
            dice = self._dice("stall", n)
            if dice.random() >= 0.1 or route[-1][0] in END_PHASES:
                continue
            key += 1
            began = route[-1][1] + timedelta(days=dice.randint(30, 300))
            open_still = dice.random() < 0.5
            yield Stall(  # type: ignore[misc]
                pk=key, agreement_id=n, began=_imprecise(dice, began), reason="Partijen wachten op wetgeving.",
                recorded_by_id=1, recorded_at=KNOWN_AT, lifted_at=None if open_still else KNOWN_AT,
                lifted_by_id=None if open_still else 1, lifted_reason="" if open_still else "Het overleg is hervat.",
                lifted=ImpreciseDate() if open_still else ImpreciseDate.on(began + timedelta(days=400)),
                **_source(dice),
            )  # fmt: skip

    def _secretariats(self) -> Iterator[Secretariat]:
        key = 0
        for n, route in _numbered(self._routes):
            dice = self._dice("secretariat", n)
            by_ser = dice.random() < 0.7
            organisation = "SER" if by_ser else "Stichting Ketenverantwoordelijkheid"
            for capacity, phase in [
                (SecretariatCapacity.FACILITATION, Phase.NEGOTIATION),
                (SecretariatCapacity.SECRETARIAT, Phase.SIGNED),
            ]:
                if days := [day for entered, day in route if entered == phase]:
                    key += 1
                    yield Secretariat(  # type: ignore[misc]
                        pk=key, agreement_id=n, organisation=organisation, run_by_ser=by_ser, capacity=capacity,
                        began=_imprecise(dice, days[0]), **_source(dice),
                    )  # fmt: skip

    def _participations(self) -> Iterator[Participation]:
        """Different parties per agreement; one in seven has left, with a reason."""
        key = 0
        for n, route in _numbered(self._routes):
            dice = self._dice("participations", n)
            most = min(self.volume.parties, dice.randint(*PARTICIPATIONS_EACH))
            first = route[min(1, len(route) - 1)][1]
            for party in dice.sample(range(1, self.volume.parties + 1), most):
                key += 1
                began = first + timedelta(days=dice.randint(0, 700))
                left = began + timedelta(days=dice.randint(400, 1500)) if dice.random() < 0.15 else None
                yield Participation(  # type: ignore[misc]
                    pk=key, agreement_id=n, party_id=party,
                    role=dice.choices(ParticipationRole.values, [70, 6, 8, 2, 8, 1, 4, 1])[0],
                    began=_imprecise(dice, began), ended=ImpreciseDate.on(left) if left else ImpreciseDate(),
                    leaving_reason="Niet langer actief in de sector." if left else "", **_source(dice),
                )  # fmt: skip

    def _counts(self) -> Iterator[ParticipantCount]:
        for key, n, place, dice in self._each("count", 3):
            unit = ["ondertekenende bedrijven", "merken", "pensioenfondsen"][place]
            yield ParticipantCount(  # type: ignore[misc]
                pk=key, agreement_id=n, value=dice.randint(5, 120), unit=unit,
                counted_on=ImpreciseDate.on(date(2018 + place, 12, 31)), **_source(dice),
            )  # fmt: skip

    def _facts(self) -> Iterator[AgreementFact]:
        for key, n, place, dice in self._each("fact", 6):
            yield AgreementFact(
                pk=key, agreement_id=n, kind=FactKind.values[place],
                text_nl=f"De partijen hebben afgesproken dat {dice.choice(WHO)} {dice.choice(['jaarlijks', 'samen'])} "
                "verslag doet aan de stuurgroep.",
                **_source(dice),
            )  # fmt: skip

    def _themes(self) -> Iterator[AgreementTheme]:
        for key, n, place, dice in self._each("theme", 3):
            yield AgreementTheme(pk=key, agreement_id=n, theme_id=1 + (n * 3 + place) % len(THEMES), **_source(dice))

    def _results(self) -> Iterator[PublishedResult]:
        for key, n, place, dice in self._each("result", 2):
            yield PublishedResult(
                pk=key, agreement_id=n, kind=ResultKind.values[place],
                label_nl="Aandeel van de inkoop dat onder de afspraken valt",
                value=dice.randint(10, 95), unit="procent", period="2020", **_source(dice),
            )  # fmt: skip

    def _activities(self) -> Iterator[Activity]:
        """Half of them in 2020, the year of the overview."""
        for key, n, place, dice in self._each("activity", ACTIVITIES_EACH):
            year = 2020 if place % 2 else dice.randint(2016, 2024)
            day = date(year, 1, 1) + timedelta(days=dice.randint(0, 364))
            yield Activity(  # type: ignore[misc]
                pk=key, agreement_id=n, kind=dice.choice(ActivityKind.values), occurred=_imprecise(dice, day),
                title_nl=f"Bijeenkomst over {dice.choice(THEMES)} met {dice.choice(WHO)}",
                title_en=f"Meeting {place + 1}", carried_by=dice.choice(WHO), **_source(dice),
            )  # fmt: skip

    def _publications(self) -> Iterator[Publication]:
        for key, n, place, dice in self._each("publication", 2):
            yield Publication(  # type: ignore[misc]
                pk=key, agreement_id=n, title=f"Jaarrapportage {2019 + place}",
                published=ImpreciseDate.month(2020 + place, dice.randint(3, 11)), **_source(dice),
            )  # fmt: skip

    def _assignments(self) -> Iterator[FacilitatorAssignment]:
        """Every fourth agreement, of every visibility, fifty at most."""
        for key, n in _numbered(list(range(1, self.volume.agreements + 1, 4))[:MOST_ASSIGNED]):
            yield FacilitatorAssignment(pk=key, agreement_id=n, user_id=1, began_on=SINCE)

    def _commitments(self) -> Iterator[Commitment]:
        each, more = divmod(self.volume.commitments, self.volume.agreements)
        key = 0
        for n in range(1, self.volume.agreements + 1):
            dice = self._dice("commitments", n)
            signed = self._routes[n - 1][-1][1]
            for place in range(each + (n <= more)):
                key += 1
                kind = dice.choices(DueKind.values, [60, 15, 25])[0]
                due = ImpreciseDate()
                if kind == DueKind.DATE:
                    due = _imprecise(dice, signed + timedelta(days=dice.randint(90, 1800)))
                theme = dice.choice(THEMES)
                measured = dice.random() < 0.3
                who = dice.randrange(len(WHO))
                yield Commitment(  # type: ignore[misc]
                    pk=key, agreement_id=n, code=f"convenant-{n}-{place + 1}", carrier=WHO[who],
                    text_nl=f"Elk van de {WHO[who]} {dice.choice(DOES)} {dice.choice(HOW).format(theme=theme)}.",
                    carrier_types=[PartyType.values[who]], due_kind=kind, due=due,
                    recurrence=dice.choice(["", "", *Recurrence.values]),
                    due_diligence_step=dice.choice([None, 1, 2, 3, 4, 5, 6]),
                    carrier_kind=CarrierKind.CLASS, measure_kind=MeasureKind.QUANTITY if measured else "",
                    measure_unit="fabrieken" if measured else "",
                    measure_value=dice.randint(1, 100) if measured else None, **_source(dice),
                )  # fmt: skip

    def _each(self, what: str, times: int) -> Iterator[tuple[int, int, int, random.Random]]:
        """(key, agreement, place, dice) for `times` rows of every agreement."""
        key = 0
        for n in range(1, self.volume.agreements + 1):
            dice = self._dice(what, n)
            for place in range(times):
                key += 1
                yield key, n, place, dice


def _numbered(rows: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    return enumerate(rows, start=1)


def _source(dice: random.Random) -> dict[str, str]:
    return {
        "source": f"https://voorbeeld.example/bron/{dice.randint(1, 9999)}",
        "confidence": dice.choices(Confidence.values, [70, 20, 10])[0],
    }


def _route(dice: random.Random) -> list[tuple[str, date]]:
    """The phases an agreement went through with their true days, each some months to years after the one before."""
    phases = dice.choices([route for _, route in ROUTES], [weight for weight, _ in ROUTES])[0]
    day = date(2014, 1, 1) + timedelta(days=dice.randint(0, 1600))
    found = []
    for phase in phases:
        found.append((str(phase), day))
        day += timedelta(days=dice.randint(120, 700))
    return found


def _imprecise(dice: random.Random, day: date) -> ImpreciseDate:
    """What a source would say of that day: often the day itself, else the month, the year, a season or nothing."""
    luck = dice.random()
    if luck < 0.6:
        return ImpreciseDate.on(day)
    if luck < 0.8:
        return ImpreciseDate.month(day.year, day.month)
    if luck < 0.9:
        return ImpreciseDate.year(day.year)
    if luck < 0.95:
        return ImpreciseDate(day - timedelta(days=dice.randint(1, 60)), day + timedelta(days=dice.randint(1, 60)))
    if luck < 0.98:
        return ImpreciseDate(day.replace(month=1, day=1), day.replace(month=12, day=31), f"in de loop van {day.year}")
    return ImpreciseDate()


def digest() -> str:
    """A hash of the register as it stands in the database; the same seed and sizes give the same on any database."""
    hashed = hashlib.blake2b(digest_size=12)
    tables: tuple[type[models.Model], ...] = (
        Sector, Theme, Party, Agreement, PhaseChange, Stall, Secretariat, Participation, ParticipantCount,
        AgreementFact, AgreementTheme, PublishedResult, Activity, Publication, FacilitatorAssignment, Delegate,
        Commitment,
        *REPORTED,
    )  # fmt: skip
    for model in tables:
        names = [column.attname for column in model._meta.concrete_fields]
        rows = model._base_manager.order_by("pk").values_list(*names)
        if model in REPORTED:  # of a million the first and how many there are; of a few all
            hashed.update(f"{model._meta.label} {rows.count()}".encode())
            rows = rows[:MOST_HASHED]
        for row in rows.iterator(chunk_size=BATCH):
            hashed.update(repr([_plain(value) for value in row]).encode())
    return hashed.hexdigest()


def _plain(value: Any) -> Any:
    """Dates, moments and decimals as text that does not depend on the database."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, (str, int, bool, list)) else format(value.normalize(), "f")
