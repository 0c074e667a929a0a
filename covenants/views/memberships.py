"""Members of an association, kept by facilitators."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from covenants import permissions, services
from covenants.forms.memberships import EndMembershipForm, NewMemberForm
from covenants.models import Party, PartyMembership
from covenants.views.answers import form_page, posted, saved
from covenants.views.once import once
from ser_portal.web import Page, render_page, require


def kept_association(request: HttpRequest, slug: str) -> Party:
    """The party when this person may keep its members: 404 when it may not be known, else 403."""
    party = get_object_or_404(Party.objects.visible_to(request.user), slug=slug)
    require(permissions.may_register(request.user), _("Alleen procesbegeleiders houden bij wie er lid is."))
    return party


def members_page(party: Party) -> str:
    return reverse("covenants:members", args=[party.slug])


@require_http_methods(["GET", "POST"])
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is and who was a member, as far as this person may know of them; a post adds one."""
    party = kept_association(request, slug)
    form = NewMemberForm(posted(request), user=request.user)
    if form.is_valid():
        typed = form.values()

        def make() -> str:
            services.add_membership(party, **typed, by=request.user)
            return members_page(party)

        try:
            url, new = once(request, form.cleaned_data["once"], make)
        except ValidationError as refused:
            form.add_refusal(refused)
        else:
            if new:
                return saved(request, _("Het lid is toegevoegd."), url)
            return saved(request, _("Dit was al opgeslagen; er is niets dubbel gemaakt."), url, level=messages.INFO)
    rows = (
        PartyMembership.objects.visible_to(request.user)
        .filter(association=party)
        .select_related("member")
        .order_by("member__name", "pk")
    )
    context = {"party": party, "page": Page(rows, request.GET), "form": form}
    status = 422 if form.errors else 200
    return render_page(request, "covenants/members.html", context, fragment="members-panel", status=status)


@require_http_methods(["GET", "POST"])
def membership_end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A membership ends."""
    party = kept_association(request, slug)
    row = get_object_or_404(
        PartyMembership.objects.visible_to(request.user).select_related("association", "member"),
        association=party,
        pk=pk,
    )
    form = EndMembershipForm(posted(request))
    if form.is_valid():
        try:
            services.end_membership(row, **form.cleaned_data, by=request.user)
        except ValidationError as refused:
            form.add_refusal(refused)
        else:
            return saved(request, _("Het lidmaatschap is beëindigd."), members_page(party))
    return form_page(
        request,
        form,
        title=_("Lidmaatschap van %(name)s beëindigen") % {"name": row.member.name},
        submit=_("Beëindigen"),
        back=(members_page(party), _("Leden van %(name)s") % {"name": party.name}),
    )
