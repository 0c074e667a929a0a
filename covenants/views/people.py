"""What the pages about the people of a party share: which party, who may, and the way back."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from covenants import permissions
from covenants.models import Party
from ser_portal.web import require


def known_party(request: HttpRequest, slug: str) -> Party:
    """The party when this person may know of it, else 404."""
    return get_object_or_404(Party.objects.visible_to(request.user), slug=slug)


def managed_party(request: HttpRequest, slug: str) -> Party:
    """The party when this person manages its people: 404 when it may not be known, 403 when they do not."""
    party = known_party(request, slug)
    require(
        permissions.may_manage_people(request.user, party),
        _("Alleen de coördinatoren van deze partij en de procesbegeleiders van haar akkoorden kunnen dit."),
    )
    return party


def people_page(party: Party) -> str:
    return reverse("covenants:delegates", args=[party.slug])


def back_to_people(party: Party) -> tuple[str, str]:
    """For the breadcrumb and the way out of a form."""
    return people_page(party), _("Gemachtigden van %(party)s") % {"party": party.name}


def onward(request: HttpRequest, party: Party) -> str:
    """To the people, for who may still see them: somebody may have ended their own rights."""
    return people_page(party) if permissions.may_see_people(request.user, party) else reverse("start")
