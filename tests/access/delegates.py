"""People who act for a party: invitations, choosing for whom, handing over; members of an association."""

from covenants.models import Delegate, PartyMembership
from tests.access import BUILD_STEP, ITS_FACILITATORS, OF_THE_AGREEMENT
from tests.factories import make_party

DELEGATES = (302, 403, 200, 200, 403, 403, 403, 403)
GONE = (404,) * 8  # no invitation in the session, or one that never was

ACCESS: dict[str, tuple[int, ...]] = {
    "covenants:delegates": OF_THE_AGREEMENT,
    "covenants:invite": ITS_FACILITATORS,
    "covenants:delegate_role": ITS_FACILITATORS,
    "covenants:delegate_end": ITS_FACILITATORS,
    "covenants:invitation_withdraw": BUILD_STEP,
    "covenants:invitation_renew": BUILD_STEP,
    "covenants:slot_owner": OF_THE_AGREEMENT,
    "covenants:acting": DELEGATES,
    "covenants:invitation": GONE,
    "covenants:invitation_accept": GONE,
    "covenants:members": ITS_FACILITATORS,
    "covenants:membership_end": ITS_FACILITATORS,
}


def named(stage):
    party = {"slug": stage["party"].slug}
    acts = Delegate.objects.get(party=stage["party"])
    membership = PartyMembership.objects.filter(association=stage["party"]).first()
    if membership is None:
        member = make_party(stage["agreement"], name="Proeflid bv")
        membership = PartyMembership.objects.create(association=stage["party"], member=member)
    return {
        "covenants:delegates": party,
        "covenants:invite": party,
        "covenants:delegate_role": {**party, "pk": acts.pk},
        "covenants:delegate_end": {**party, "pk": acts.pk},
        "covenants:invitation_withdraw": {**party, "pk": stage["invitation"].pk},
        "covenants:invitation_renew": {**party, "pk": stage["invitation"].pk},
        "covenants:slot_owner": {"pk": stage["slot"].pk},
        "covenants:invitation": {"token": "nooit-geweest"},
        "covenants:members": party,
        "covenants:membership_end": {**party, "pk": membership.pk},
    }
