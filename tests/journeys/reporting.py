"""A round of the demo facilitator in which one company owes one answer: where the journeys of reporting begin."""

from dataclasses import dataclass
from datetime import date

from covenants.models import (
    Agreement,
    Delegate,
    DelegateRole,
    FacilitatorAssignment,
    MeasureKind,
    Party,
    ReportingRound,
    ReportingSlot,
    Rung,
)
from ser_portal.accounts.models import Role, User
from tests.conftest import make_user
from tests.factories import make_commitment, make_party, make_round, make_slot
from tests.journeys.conftest import person

PROMISE = "Elk bedrijf onderzoekt zijn fabrieken"


@dataclass(frozen=True)
class Asked:
    """What is asked of whom, and who looks after it."""

    agreement: Agreement
    party: Party
    round: ReportingRound
    slot: ReportingSlot
    facilitator: User

    @property
    def url(self) -> str:
        return f"/verplichtingen/{self.slot.pk}/"


def ask(agreement: Agreement, **fields) -> Asked:
    """One company, one commitment that is a share and needs evidence, one open round."""
    facilitator = person("facilitator")
    FacilitatorAssignment.objects.get_or_create(
        agreement=agreement, user=facilitator, defaults={"began_on": date(2020, 1, 1)}
    )
    party = make_party(agreement, name="Proefweverij bv")
    commitment = make_commitment(
        agreement,
        text_nl=PROMISE,
        measure_kind=MeasureKind.SHARE,
        measure_unit="fabrieken",
        numerator_label="onderzochte fabrieken",
        denominator_label="alle fabrieken",
    )
    round = make_round(agreement, by=facilitator, title_nl="Ronde over vorig jaar")
    slot = make_slot(round, commitment, party, **{"rung_required": Rung.DOCUMENTED, **fields})
    return Asked(agreement, party, round, slot, facilitator)


def acts_for(party: Party, name: str, role: str = DelegateRole.SUBMITTER) -> User:
    """Somebody who acts for the party and can sign in with PASSWORD."""
    user = make_user(name, Role.DELEGATE)
    Delegate.objects.create(party=party, user=user, role=role, began_on=date(2020, 1, 1))
    return user
