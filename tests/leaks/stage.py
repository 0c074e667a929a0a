"""One company with a mark in every confidential field, and everybody who should find none of them.

Everything it reports goes through the services, as it would in a day's work.
"""

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from covenants import services
from covenants.models import (
    Agreement,
    Audience,
    CountingRuling,
    Delegate,
    DelegateRole,
    FacilitatorAssignment,
    Invitation,
    MeasureKind,
    Participation,
    ParticipationRole,
    Party,
    PartyMembership,
    PartyType,
    Phase,
    PhaseChange,
    ReportingRound,
    ReportingSlot,
    Sector,
    Visibility,
)
from ser_portal.accounts.models import Role, User
from ser_portal.dates import ImpreciseDate
from tests.factories import make_commitment, make_party, make_round, make_slot
from tests.leaks.marks import DRAFT, INSIDE, MANAGERS, PEOPLE, PUBLIC, STEERING, Marks

LEVELS = [f"{kind}_level" for kind in ("progress", "evidence", "review", "reply")]  # of a round, set together


def person(name: str, role: str, *, email: str = "") -> User:
    """Somebody without a password; tests sign them in by force."""
    user = User(email=email or f"{name}@test.example", name=name.capitalize(), role=role)
    user.set_unusable_password()
    user.save()
    return user


def agreement(slug: str, **fields: Any) -> Agreement:
    sector = Sector.objects.create(slug=f"sector-{slug}", name_nl=f"Sector {slug}", name_en=f"Sector {slug}")
    made = Agreement.objects.create(
        slug=slug, name_nl=f"Akkoord {slug}", name_en=f"Agreement {slug}", sector=sector,
        **{"visibility": Visibility.PUBLIC, **fields},
    )  # fmt: skip
    PhaseChange.objects.create(
        agreement=made, sequence=0, to_phase=Phase.IMPLEMENTATION, effective_on=ImpreciseDate.on(date(2019, 1, 1))
    )
    services.derive_bounds(made)
    return made


def acts(user: User, party: Party, role: str = DelegateRole.SUBMITTER, **fields: Any) -> Delegate:
    return Delegate.objects.create(party=party, user=user, role=role, **{"began_on": date(2020, 1, 1), **fields})


def csv(text: str) -> io.BytesIO:
    return io.BytesIO(f"wat;hoeveel\n{text};1\n".encode())


@dataclass
class Stage:
    """Who and what there is. `people` are by name; `secret` is the company whose marks are looked for."""

    marks: Marks
    agreement: Agreement
    other_agreement: Agreement
    secret: Party
    rival: Party
    people: dict[str, User] = field(default_factory=dict)
    rounds: dict[str, ReportingRound] = field(default_factory=dict)
    slots: dict[str, ReportingSlot] = field(default_factory=dict)
    parties: dict[str, Party] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def user(self, name: str) -> User | None:
        return self.people.get(name)


# Who may see nothing of what the company keeps to itself and its secretariat.
STRANGERS = [
    "anonymous", "reader", "outsider", "rival", "association", "steering", "frank", "frieda", "reporting",
    "administrator", "revoked", "ended", "inactive", "dismissed",
]  # fmt: skip


def set_up() -> Stage:
    """The people, the parties, two agreements, four rounds with a slot each; nothing reported yet."""
    marks = Marks()
    ours, other = agreement("kern"), agreement("ander")
    secret = make_party(ours, name="Xenon bv", slug="xenon-bv")
    rival = make_party(ours, name="Ypsilon bv", slug="ypsilon-bv")
    steering = make_party(ours, name="Zeta stichting", type=PartyType.CIVIL_SOCIETY,
                          role=ParticipationRole.STEERING_GROUP, slug="zeta")  # fmt: skip
    branch = make_party(ours, name="Vereniging Vier", type=PartyType.TRADE_ASSOCIATION, slug="vereniging")
    outside = make_party(name="Wega bv", slug="wega-bv")
    stage = Stage(marks, ours, other, secret, rival)
    stage.parties = {"secret": secret, "rival": rival, "steering": steering, "branch": branch, "outside": outside}
    for party in (secret, rival):
        Participation.objects.create(agreement=other, party=party, role=ParticipationRole.SIGNATORY,
                                     began=ImpreciseDate.on(date(2019, 3, 1)))  # fmt: skip
        PartyMembership.objects.create(association=branch, member=party, began=ImpreciseDate.year(2019))
    people = stage.people
    for name, role in {
        "fatima": Role.FACILITATOR, "former": Role.FACILITATOR, "frank": Role.FACILITATOR,
        "frieda": Role.FACILITATOR, "outsider": Role.DELEGATE, "rival": Role.DELEGATE, "association": Role.DELEGATE,
        "steering": Role.DELEGATE, "reporting": Role.REPORTING, "administrator": Role.ADMINISTRATOR,
        "reader": Role.READER, "revoked": Role.DELEGATE, "ended": Role.DELEGATE, "inactive": Role.DELEGATE,
    }.items():  # fmt: skip
        people[name] = person(name, role)
    people["dismissed"] = people.pop("former")
    for name, role in {
        "own": DelegateRole.COORDINATOR, "colleague": DelegateRole.SUBMITTER, "helper": DelegateRole.CONTRIBUTOR,
    }.items():  # fmt: skip
        user = person(name, Role.DELEGATE, email=f"{marks.word(f'User.email of {name}', MANAGERS)}@test.example")
        user.name = marks.word(f"User.name of {name}", PEOPLE)
        user.save(update_fields=["name"])
        people[name] = user
        acts(user, secret, role)
    for name, party in {"rival": rival, "association": branch, "steering": steering, "outsider": outside}.items():
        acts(people[name], party, DelegateRole.COORDINATOR)
    acts(people["revoked"], secret, revoked_at=timezone.now(), revoked_by=people["fatima"])
    acts(people["ended"], secret, ended_on=timezone.localdate() - timedelta(days=1))
    acts(people["inactive"], secret)
    User.objects.filter(pk=people["inactive"].pk).update(is_active=False)
    for name, where, fields in [
        ("fatima", ours, {}),
        ("frieda", other, {}),
        ("dismissed", ours, {"ended_on": timezone.localdate() - timedelta(days=1)}),
    ]:
        FacilitatorAssignment.objects.create(
            agreement=where, user=people[name], **{"began_on": date(2020, 1, 1), **fields}
        )
    _rounds(stage)
    return stage


def _rounds(stage: Stage) -> None:
    share = make_commitment(
        stage.agreement,
        code="fabrieken",
        text_nl="Onderzoek de fabrieken",
        text_en="",
        measure_kind=MeasureKind.SHARE,
        numerator_label="onderzocht",
        denominator_label="alle",
    )
    quantity = make_commitment(
        stage.agreement,
        code="uren",
        text_nl="Tel de uren",
        text_en="",
        measure_kind=MeasureKind.QUANTITY,
        measure_unit="uur",
    )
    elsewhere = make_commitment(stage.other_agreement, code="iets-anders", text_nl="Iets anders", text_en="")
    stage.extra |= {"share": share, "quantity": quantity, "elsewhere": elsewhere}
    by = stage.people["fatima"]

    def levels(level: str) -> dict[str, str]:
        return dict.fromkeys(LEVELS, level)

    today = timezone.localdate()
    old = {"period_first": today - timedelta(days=800), "period_last": today - timedelta(days=400)}
    before = make_round(stage.agreement, by=by, title_nl="Vorige", due_on=today - timedelta(days=300), **old)
    stage.rounds = {
        "before": before,
        "now": make_round(stage.agreement, by=by, title_nl="Nu", previous=before),
        "steering": make_round(stage.agreement, by=by, title_nl="Stuurgroep", **levels(Audience.STEERING_GROUP)),
        "public": make_round(stage.agreement, by=by, title_nl="Openbaar", **levels(Audience.PUBLIC)),
        "late": make_round(stage.agreement, by=by, title_nl="Te laat", due_on=today - timedelta(days=7)),
        "elsewhere": make_round(stage.other_agreement, by=stage.people["frieda"], title_nl="Elders"),
    }
    for name, reporting_round in stage.rounds.items():
        for commitment in [elsewhere] if name == "elsewhere" else [share, quantity]:
            for who in ("secret", "rival"):
                party = stage.parties[who]
                owner = stage.people["own"] if who == "secret" else stage.people["rival"]
                kind = commitment.measure_kind or "none"
                stage.slots[f"{who} {name} {kind}"] = make_slot(reporting_round, commitment, party, owner=owner)


def fresh(slot: ReportingSlot) -> ReportingSlot:
    return ReportingSlot.objects.get(pk=slot.pk)


class Company:
    """What a delegate and the facilitator do with the slots of one party, with or without marks."""

    def __init__(self, stage: Stage, who: str, by: str) -> None:
        self.stage, self.who, self.by = stage, who, stage.people[by]

    def slot(self, where: str) -> ReportingSlot:
        return fresh(self.stage.slots[f"{self.who} {where}"])

    def write(self, where: str, *, note: str, circle: str, status: str = "attention") -> None:
        """A draft with a mark in every field; the note to the secretariat never goes wider than INSIDE."""
        slot, marks = self.slot(where), self.stage.marks
        label = f"{where}, {note}"
        typed = {"status": status, "text": marks.word(f"text of {label}", circle)}
        typed["private_note"] = marks.word(f"private_note of {label}", DRAFT if circle == DRAFT else INSIDE)
        if slot.commitment.measure_kind == MeasureKind.SHARE:
            typed["numerator"] = str(marks.number(f"numerator of {label}", circle))
            typed["denominator"] = str(marks.number(f"denominator of {label}", circle))
        elif slot.commitment.measure_kind == MeasureKind.QUANTITY:
            typed["value"] = str(marks.number(f"value of {label}", circle))
        before = getattr(slot, "draft", None)
        services.save_draft(slot, version=before.version if before else 0, typed=typed, by=self.by)

    def attach(self, where: str, *, note: str, circle: str) -> Any:
        marks, label = self.stage.marks, f"{where}, {note}"
        return services.add_evidence(
            self.slot(where),
            file=csv(marks.word(f"bytes of {label}", circle)),
            name=f"{marks.word(f'Evidence.name of {label}', circle)}.csv",
            shows=marks.word(f"Evidence.shows of {label}", circle),
            dated=ImpreciseDate(date(2021, 1, 1), date(2021, 2, 1), marks.word(f"Evidence.dated of {label}", circle)),
            by=self.by,
        )

    def detach_all(self, where: str) -> None:
        for evidence in self.slot(where).evidence.attached():
            services.detach_evidence(evidence, by=self.by)

    def send(self, where: str, *, note: str, circle: str = INSIDE, file: bool = True, status: str = "attention") -> Any:
        self.detach_all(where)
        self.write(where, note=note, circle=circle, status=status)
        if file:
            self.attach(where, note=note, circle=circle)
        slot = self.slot(where)
        return services.submit(slot, version=slot.draft.version, by=self.by)

    def refuse(self, update: Any, where: str, note: str) -> None:
        reason = self.stage.marks.word(f"Review.reason of {where}, {note}", INSIDE)
        services.return_update(update, reason=reason, by=self.stage.people["fatima"])

    def accept(self, update: Any, where: str, note: str, circle: str = INSIDE, *, reply: bool = True) -> None:
        marks = self.stage.marks
        review = services.approve_update(
            update,
            verdict="partly",
            rung_reached=1,
            assessment=marks.word(f"Review.assessment of {where}, {note}", circle),
            rulings=CountingRuling.objects.filter(agreement=self.stage.agreement),
            by=self.stage.people["fatima"],
        )
        if reply:
            services.reply(review, text=marks.word(f"Reply.text of {where}, {note}", circle), by=self.by)


def report_everything(stage: Stage) -> None:
    """The company reports, in every state there is, under every level; the secretariat answers."""
    x, marks, keeper = Company(stage, "secret", "own"), stage.marks, stage.people["fatima"]
    services.write_ruling(stage.agreement, question="Hoe tellen we?", ruling="Zo.", decided_on=timezone.localdate(),
                          by=keeper)  # fmt: skip
    # The previous round: approved, answered, confirmed.
    for kind in ("share", "quantity"):
        x.accept(x.send(f"before {kind}", note="v1"), f"before {kind}", "v1")
        services.confirm_unchanged(x.slot(f"before {kind}"), by=x.by)
    # This round: returned, sent again, superseded by a newer one, and a colleague is writing on.
    x.refuse(x.send("now share", note="v1"), "now share", "v1")
    x.send("now share", note="v2")
    x.send("now share", note="v3")
    x.detach_all("now share")
    x.write("now share", note="draft", circle=DRAFT)
    x.attach("now share", note="draft", circle=DRAFT)
    # Only a draft: nobody else may know that there is one.
    x.write("now quantity", note="draft", circle=DRAFT)
    x.attach("now quantity", note="draft", circle=DRAFT)
    # Rounds that share what was approved: what was returned before it, and what came after it, stays inside.
    for where, circle in (("steering share", STEERING), ("public share", PUBLIC)):
        x.refuse(x.send(where, note="v1"), where, "v1")
        x.accept(x.send(where, note="v2", circle=circle, status="done"), where, "v2", circle)
        x.refuse(x.send(where, note="v3", status="behind"), where, "v3")
        x.write(where, note="draft", circle=DRAFT)
    for where, circle in (("steering quantity", STEERING), ("public quantity", PUBLIC)):
        x.accept(x.send(where, note="v1", circle=circle, status="done"), where, "v1", circle)
        x.send(where, note="v2", status="behind")
    # Withdrawn after it was reported on, and a date of its own.
    x.refuse(x.send("late share", note="v1"), "late share", "v1")
    slot = x.slot("late share")
    services.withdraw_slot(slot, version=slot.version, reason=marks.word("ReportingSlot.withdrawn_reason", INSIDE),
                           by=keeper)  # fmt: skip
    reporting_round = ReportingRound.objects.get(pk=stage.rounds["now"].pk)
    services.extend_deadline(
        reporting_round,
        version=reporting_round.version,
        due_on=reporting_round.due_on + timedelta(days=9),
        reason=marks.word("DeadlineChange.reason", INSIDE),
        party=stage.secret,
        by=keeper,
    )
    services.hand_over(x.slot("now quantity"), to=stage.people["colleague"], was=x.by.pk, by=x.by)
    invitation, token = services.invite(
        stage.secret, email=f"{marks.word('Invitation.email', MANAGERS)}@test.example", role="submitter",
        began_on=timezone.localdate(), by=x.by,
    )  # fmt: skip
    stage.extra |= {"invitation": invitation, "token": token}


def rival_reports(stage: Stage) -> None:
    """Another company in the same rounds, so that its own pages have something on them."""
    y = Company(stage, "rival", "rival")
    plain = Marks(first=501)  # of their own: not looked for
    stage.marks, kept = plain, stage.marks
    try:
        y.accept(y.send("before share", note="y"), "before share", "y")
        y.refuse(y.send("now share", note="y"), "now share", "y")
        y.send("now quantity", note="y")
        y.accept(y.send("steering share", note="y"), "steering share", "y")
        y.attach("now share", note="y draft", circle=DRAFT)
    finally:
        stage.marks = kept


__all__ = ["STRANGERS", "Company", "Invitation", "Stage", "report_everything", "rival_reports", "set_up"]
