"""Lets the demo accounts take part in the sample year, so that there is something to do when signed in as them."""

from datetime import date

from django.db.models import QuerySet
from django.utils.text import slugify

from covenants.models import Agreement, Delegate, DelegateRole, FacilitatorAssignment, Party
from covenants.sample import cast
from ser_portal.accounts.models import User

SINCE = date(2014, 1, 1)  # as everything the demo accounts do
FACILITATOR, DELEGATE = (f"{name}@{cast.DOMAIN}" for name in ("facilitator", "delegate"))


def sample_people() -> QuerySet[User]:
    """The people the sample year brought along; the demo accounts are others."""
    return User.objects.filter(is_demo=True, email__startswith=cast.PREFIX, email__endswith=f"@{cast.DOMAIN}")


def join_demo_people() -> Party | None:
    """The demo facilitator looks after the sample agreements; the demo delegate coordinates one sample company too.

    Changes nothing a second time, nor when a right was ended since. Returns that company when there is one.
    """
    facilitator = User.objects.filter(email=FACILITATOR, is_demo=True).first()
    if facilitator is not None:
        for agreement in Agreement.objects.filter(is_sample=True):
            if not FacilitatorAssignment.objects.filter(agreement=agreement, user=facilitator).exists():
                FacilitatorAssignment.objects.create(agreement=agreement, user=facilitator, began_on=SINCE)
    person = User.objects.filter(email=DELEGATE, is_demo=True).first()
    company = Party.objects.filter(
        is_sample=True, slug=slugify(f"Voorbeeld {cast.COFFEE.companies[cast.CHOICE]} bv")
    ).first()
    if person is None or company is None:
        return None
    if not Delegate.objects.filter(party=company, user=person).exists():
        Delegate.objects.create(party=company, user=person, role=DelegateRole.COORDINATOR, began_on=SINCE)
    return company
