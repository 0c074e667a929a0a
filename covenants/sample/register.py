"""The part of the sample year that stands in the register: agreements, parties, people and what was promised."""

import hashlib
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.utils import timezone
from django.utils.text import slugify

from covenants import services
from covenants.models import (
    Agreement,
    AgreementFact,
    AgreementRules,
    Commitment,
    CoResponsible,
    CountingRuling,
    Delegate,
    DelegateRole,
    EvidenceRequirement,
    FacilitatorAssignment,
    Invitation,
    Participation,
    ParticipationRole,
    Party,
    PartyMembership,
    PartyType,
    PhaseChange,
    Secretariat,
    SecretariatCapacity,
    Sector,
    SizeClass,
    Theme,
    Visibility,
)
from covenants.sample import cast, words
from covenants.sample.cast import STAGES, Stage
from covenants.sample.promises import PROMISES, Promise
from ser_portal.accounts.models import Role, User
from ser_portal.dates import ImpreciseDate

REASON = "Voorbeeldgegevens"
SINCE = date(2017, 1, 1)  # before the first talks, so that the sample people see every day of their agreement


def moment(day: date, minutes: int = 0) -> datetime:
    """So many minutes after nine in the morning of that day, here."""
    return timezone.make_aware(datetime.combine(day, time(9)) + timedelta(minutes=minutes))


@dataclass
class Cast:
    """Who and what was written, by the keys of cast.py."""

    agreements: dict[str, Agreement] = field(default_factory=dict)
    rulings: dict[str, list[CountingRuling]] = field(default_factory=dict)
    facilitators: dict[str, User] = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)
    companies: dict[str, list[Party]] = field(default_factory=dict)
    acting: dict[int, list[Delegate]] = field(default_factory=lambda: defaultdict(list))  # by party
    commitments: dict[str, Commitment] = field(default_factory=dict)
    participations: list[Participation] = field(default_factory=list)


class RegisterWriter:
    """Writes rows straight, in bulk; the constraints hold because the database checks them."""

    def __init__(self, today: date, seed: int) -> None:
        self.today, self.seed = today, seed
        self.cast = Cast()
        self.rows: dict[str, int] = {}
        names = [(first, last) for first in cast.FIRST_NAMES for last in cast.LAST_NAMES]
        self._names = iter(self.dice("names").sample(names, len(names)))

    def dice(self, *what: Any) -> random.Random:
        """Luck of its own for each thing, so that more of one leaves the others as they were."""
        return random.Random(f"{self.seed}/{'/'.join(map(str, what))}")  # noqa: S311 - sample data

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def put(self, rows: list[Any], *, at: datetime | None = None) -> list[Any]:
        """Write rows of one model, each with its first line of history where the portal keeps history."""
        if not rows:
            return rows
        model: Any = type(rows[0])
        made = model._base_manager.bulk_create(rows)
        if hasattr(model, "history"):
            model.history.bulk_history_create(
                made, default_change_reason=REASON, default_date=at or moment(date(2018, 9, 1))
            )
        self.count(model, len(made))
        return list(made)

    def count(self, model: type[models.Model], number: int) -> None:
        self.rows[model._meta.label] = self.rows.get(model._meta.label, 0) + number

    def write(self) -> Cast:
        self._facilitators()
        for stage in STAGES:
            self._agreement(stage)
        self._parties()
        self._participations()
        self._memberships()
        self._delegates()
        self._invitations()
        self._commitments()
        return self.cast

    # --- People

    def _person(self, role: Role, name: str = "") -> User:
        first, last = next(self._names)
        full = name or f"{first} {last}"
        email = f"{cast.PREFIX}{slugify(full).replace('-', '.')}@{cast.DOMAIN}"
        closed = UNUSABLE_PASSWORD_PREFIX + hashlib.sha256(f"{self.seed}/{email}".encode()).hexdigest()[:40]
        return User(
            email=email, name=full, role=role, is_demo=True, password=closed, date_joined=moment(date(2018, 9, 1))
        )

    def _facilitators(self) -> None:
        people = [
            self._person(Role.FACILITATOR, f"Voorbeeld Procesbegeleider {stage.key.capitalize()}") for stage in STAGES
        ]
        self.put(people)
        self.cast.facilitators = {stage.key: person for stage, person in zip(STAGES, people, strict=True)}

    def _delegates(self) -> None:
        """A coordinator for everybody, a submitter where there are more people, a contributor where there are many."""
        wanted: list[tuple[Party, User, DelegateRole, date]] = []
        for key, party in self.cast.parties.items():
            roles = [DelegateRole.COORDINATOR]
            if party.size_class != SizeClass.SMALL:
                roles.append(DelegateRole.SUBMITTER)
            if party.size_class == SizeClass.LARGE:
                roles.append(DelegateRole.CONTRIBUTOR)
            began = SINCE if key != f"koffie/{cast.HANDED_OVER}" else self.ago(75)
            wanted += [(party, self._person(Role.DELEGATE), role, began) for role in roles]
        first, second = (self.cast.parties[f"koffie/{place}"] for place in cast.TWO_PARTIES)
        both = next(person for party, person, *_ in wanted if party is first)
        place = next(n for n, (party, *_rest) in enumerate(wanted) if party is second)
        wanted[place] = (second, both, DelegateRole.COORDINATOR, SINCE)

        handed_over = self.cast.parties[f"koffie/{cast.HANDED_OVER}"]
        successor = next(person for party, person, *_ in wanted if party is handed_over)
        left = self._person(Role.DELEGATE)
        self.put([*{person.email: person for _, person, *_ in wanted}.values(), left])
        rows = [Delegate(party=party, user=who, role=role, began_on=began) for party, who, role, began in wanted]
        gone = self.ago(60)
        rows.append(
            Delegate(
                party=handed_over, user=left, role=DelegateRole.COORDINATOR, began_on=SINCE, ended_on=gone,
                revoked_at=moment(gone, 200), revoked_by=successor,
            )
        )  # fmt: skip
        for row in self.put(rows):
            self.cast.acting[row.party_id].append(row)

    def _invitations(self) -> None:
        """One that is open, one that was used, one that expired, one that was withdrawn; nobody knows the secrets."""
        party = self.cast.companies["koffie"][3]
        delegates = self.cast.acting[party.pk]
        common: dict[str, Any] = {"party": party, "role": DelegateRole.SUBMITTER, "invited_by": delegates[0].user}
        told: list[tuple[date, dict[str, Any]]] = [
            (self.ago(1), {"email": f"{cast.PREFIX}nieuwe.collega@{cast.DOMAIN}"}),
            (self.ago(200), {"email": delegates[-1].user.email, "used_at": moment(self.ago(199)),
                             "used_by": delegates[-1].user}),
            (self.ago(90), {"email": f"{cast.PREFIX}nooit.gereageerd@{cast.DOMAIN}"}),
            (self.ago(30), {"email": f"{cast.PREFIX}verkeerd.adres@{cast.DOMAIN}",
                            "withdrawn_at": moment(self.ago(30), 45)}),
        ]  # fmt: skip
        self.put(
            [
                Invitation(
                    **common, **more, began_on=day, created_at=moment(day), sent_at=moment(day, 1),
                    expires_at=moment(day + timedelta(days=Invitation.LONGEST_DAYS)),
                    # Another function than that of real links, so that no link leads here.
                    token_hash=hashlib.sha3_256(f"{self.seed}/{more['email']}".encode()).hexdigest(),
                )
                for day, more in told
            ]
        )  # fmt: skip

    # --- Agreements and parties

    def _agreement(self, stage: Stage) -> None:
        sector, _made = Sector.objects.get_or_create(
            slug=stage.sector_slug, defaults={"name_nl": stage.sector[0], "name_en": stage.sector[1]}
        )
        agreement = Agreement(
            slug=stage.slug, sector=sector, name_nl=stage.name[0], name_en=stage.name[1], is_sample=True,
            visibility=Visibility.PARTIES, reporting_year=stage.reporting_year, source=cast.SOURCE,
        )  # fmt: skip
        self.put([agreement], at=moment(SINCE))
        self.cast.agreements[stage.key] = agreement
        facilitator = self.cast.facilitators[stage.key]
        self.put(
            [
                PhaseChange(
                    agreement=agreement, sequence=place, to_phase=phase, effective_on=when, source=cast.SOURCE,
                    reason="Verzonnen stap in een voorbeeld.", recorded_by=facilitator,
                    recorded_at=moment(SINCE, place),
                )
                for place, (phase, when) in enumerate(stage.ledger)
            ]
        )  # fmt: skip
        services.derive_bounds(agreement)
        self.put(
            [
                Secretariat(
                    agreement=agreement, organisation=stage.organisation, run_by_ser=stage.run_by_ser,
                    capacity=SecretariatCapacity.SECRETARIAT, began=stage.ledger[2][1], source=cast.SOURCE,
                )
            ]
        )  # fmt: skip
        self.put(
            [
                AgreementFact(agreement=agreement, kind=kind, text_nl=nl, text_en=en, source=cast.SOURCE)
                for kind, nl, en in stage.facts
            ]
        )
        self.put([FacilitatorAssignment(agreement=agreement, user=facilitator, began_on=SINCE)])
        self.put([AgreementRules(agreement=agreement, **stage.rules)], at=moment(SINCE))
        self._rulings(stage, agreement, facilitator)

    def _rulings(self, stage: Stage, agreement: Agreement, facilitator: User) -> None:
        """The third, where there is one, replaces the first."""
        rows = [
            CountingRuling(
                agreement=agreement, number=number, question=question, ruling=ruling, by=facilitator,
                decided_on=self.ago(500 - 100 * number), at=moment(self.ago(500 - 100 * number)),
            )
            for number, (question, ruling) in enumerate(words.RULINGS[stage.key], start=1)
        ]  # fmt: skip
        made = self.put(rows[:2])
        for row in rows[2:]:
            row.replaces = made[0]
        self.cast.rulings[stage.key] = made + self.put(rows[2:])

    def _parties(self) -> None:
        keyed: dict[str, Party] = {}
        for stage in STAGES:
            sizes = [size for size, times in zip(SizeClass, stage.size_weights, strict=True) for _ in range(times)]
            self.dice("sizes", stage.key).shuffle(sizes)
            groups = {place: name for name, places in cast.GROUPS[stage.key].items() for place in places}
            for place, (name, size) in enumerate(zip(stage.companies, sizes, strict=True)):
                keyed[f"{stage.key}/{place}"] = self._party(
                    f"Voorbeeld {name} bv", PartyType.COMPANY, size_class=size, group=groups.get(place, "")
                )
        for key, name, kind, _stages in cast.OTHERS:
            keyed[key] = self._party(name, PartyType(kind))
        self.put(list(keyed.values()), at=moment(SINCE))
        self.cast.parties = keyed
        for stage in STAGES:
            self.cast.companies[stage.key] = [keyed[f"{stage.key}/{n}"] for n in range(len(stage.companies))]

    @staticmethod
    def _party(name: str, kind: PartyType, **fields: Any) -> Party:
        return Party(slug=slugify(name), name=name, type=kind, is_sample=True, source=cast.SOURCE, **fields)

    def _participations(self) -> None:
        rows = []
        for stage in STAGES:
            agreement = self.cast.agreements[stage.key]
            for place, party in enumerate(self.cast.companies[stage.key]):
                supports = place in cast.SUPPORTERS[stage.key]
                row = Participation(  # type: ignore[misc]
                    agreement=agreement, party=party, source=cast.SOURCE, began=ImpreciseDate.on(stage.first_day),
                    role=ParticipationRole.SUPPORTER if supports else ParticipationRole.SIGNATORY,
                )  # fmt: skip
                if stage.key == "koffie":
                    self._differs(row, place)
                rows.append(row)
            for key, _name, kind, stages in cast.OTHERS:
                if stage.key in stages:
                    signs = kind == PartyType.GOVERNMENT
                    rows.append(
                        Participation(  # type: ignore[misc]
                            agreement=agreement, party=self.cast.parties[key], source=cast.SOURCE,
                            role=ParticipationRole.SIGNATORY if signs else ParticipationRole.STEERING_GROUP,
                            began=stage.ledger[2][1],
                        )
                    )  # fmt: skip
        self.cast.participations = self.put(rows)

    def _differs(self, row: Participation, place: int) -> None:
        """Who left, who may or may not have joined by the last period, and who joined later."""
        if place == cast.LEFT:
            row.ended = ImpreciseDate.on(self.ago(300))
            row.leaving_reason = "Het bedrijf verkoopt geen koffie meer."
        elif place == cast.PERHAPS:
            year = self.today.year
            row.began = ImpreciseDate(date(year - 1, 11, 1), date(year, 2, 28), f"winter {year - 1}-{year}")
        elif place == cast.LATE_JOINER:
            row.began = ImpreciseDate.month(self.today.year - 1, 2)

    def _memberships(self) -> None:
        rows = []
        for stage in STAGES:
            association = self.cast.parties[f"branche-{stage.key}"]
            for n, place in enumerate(cast.MEMBERS[stage.key]):
                over = stage.key == "koffie" and n == 0
                rows.append(
                    PartyMembership(  # type: ignore[misc]
                        association=association, member=self.cast.companies[stage.key][place],
                        began=ImpreciseDate.year(2018) if n % 3 else ImpreciseDate.on(stage.first_day),
                        ended=ImpreciseDate.on(self.ago(150)) if over else ImpreciseDate(),
                    )
                )  # fmt: skip
        self.put(rows)

    # --- What was promised

    def _commitments(self) -> None:
        themes = {theme.slug: theme for theme in Theme.objects.all()}
        rows = {promise.key: self._commitment(promise) for promise in PROMISES}
        now = {promise.key: self._now(rows[promise.key], promise) for promise in PROMISES if promise.before}
        self.put(list(rows.values()), at=moment(date(2019, 1, 7)))
        self._change(rows, now)
        self.cast.commitments = rows
        shared = [
            CoResponsible(commitment=rows[promise.key], party=self.cast.parties[key])
            for promise in PROMISES
            for key in promise.shared
        ]
        self.put(shared, at=moment(date(2019, 1, 7)))
        rungs = [
            EvidenceRequirement(commitment=rows[promise.key], size_class=size, rung=rung)
            for promise in PROMISES
            for size, rung in promise.rungs.items()
        ]
        self.put(rungs, at=moment(date(2019, 1, 7)))
        through: Any = Commitment.themes.through
        links = [
            through(commitment=rows[promise.key], theme=themes[slug])
            for promise in PROMISES
            for slug in promise.themes
            if slug in themes
        ]
        self.put(links)

    def _commitment(self, promise: Promise) -> Commitment:
        """As it was first agreed."""
        return Commitment(
            agreement=self.cast.agreements[promise.stage], code=f"voorbeeld-{promise.stage}-{promise.key}",
            lead=self.cast.parties.get(promise.lead), source=cast.SOURCE,
            **{"text_nl": promise.text[0], "text_en": promise.text[1], **promise.fields, **promise.before},
        )  # fmt: skip

    @staticmethod
    def _now(row: Commitment, promise: Promise) -> dict[str, Any]:
        """What somebody changed later."""
        said = {"text_nl": promise.text[0], "text_en": promise.text[1], **promise.fields}
        return {name: said[name] for name in promise.before} | {"decision": promise.changed[1]}

    def _change(self, rows: dict[str, Commitment], now: dict[str, dict[str, Any]]) -> None:
        """The change with its reason, as a second line of history; the first stays."""
        for key, values in now.items():
            row = rows[key]
            for name, value in values.items():
                setattr(row, name, value)
            row.version = 2
            reason = next(promise.changed[0] for promise in PROMISES if promise.key == key)
            Commitment.objects.bulk_update([row], [*self._columns(values), "version"])
            Commitment.history.bulk_history_create(
                [row], update=True, default_change_reason=reason, default_date=moment(self.ago(210)),
                default_user=self.cast.facilitators["koffie"],
            )  # fmt: skip
            self.count(Commitment.history.model, 1)

    @staticmethod
    def _columns(values: dict[str, Any]) -> list[str]:
        """The columns behind these names: an imprecise date is three."""
        found: list[str] = []
        for name in values:
            found += ["due_earliest", "due_latest", "due_words"] if name == "due" else [name]
        return found
