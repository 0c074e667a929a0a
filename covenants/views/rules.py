"""What an agreement decided about reporting; for its facilitators only."""

from itertools import pairwise
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from covenants import services
from covenants.forms import RulesForm
from covenants.forms.base import VersionedForm
from covenants.models import AgreementRules
from covenants.views.answers import Collision, collision, form_page, kept_agreement, person, posted, save_version, saved
from ser_portal.web import Page
from ser_portal.words import words

MOST = 200


@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """Who sees what, how small counts are protected, which terms hold; with what was decided before."""
    agreement = kept_agreement(request, slug)
    held = AgreementRules.of(agreement)
    form: VersionedForm = RulesForm(posted(request), initial=RulesForm.of(held))
    clash: Collision | None = None
    if isinstance(form, RulesForm) and form.is_valid():
        typed = form

        def save() -> None:
            services.set_rules(
                agreement,
                version=typed.cleaned_data["version"],
                changes=typed.changes(),
                reason=typed.cleaned_data["reason"],
                by=request.user,
            )

        def now() -> tuple[VersionedForm, Collision]:
            current = AgreementRules.of(agreement)
            initial = RulesForm.of(current)
            again = RulesForm(typed.renewed(initial), initial=initial)
            return again, collision(again, current, on=agreement)

        form, clash, done = save_version(form, save, now=now)
        if done:
            return saved(request, _("De rapportageregels zijn gewijzigd."), request.path)
    return form_page(
        request,
        form,
        template="covenants/commitment_form.html",
        title=_("Rapportageregels"),
        lead=_(
            "Deze regels gelden voor rondes die hierna opengaan. Een ronde die al open is, houdt wat zij beloofde: "
            "wat een partij onder strengere regels gaf, wordt nooit achteraf zichtbaar."
        ),
        submit=_("Opslaan"),
        back=(agreement.get_absolute_url(), words(agreement, "name")),
        collision=clash,
        decided=Page(_decisions(held), request.GET),
    )


def _decisions(held: AgreementRules) -> list[dict[str, Any]]:
    """Every change, the newest first, with before and after in words."""
    if held.pk is None:
        return []
    rows = list(held.history.select_related("history_user").order_by("-history_date", "-history_id")[: MOST + 1])
    form = RulesForm()
    decisions = []
    for newer, older in pairwise(rows):
        before, after = form.current(older), form.current(newer)
        decisions.append(
            {
                "at": newer.history_date,
                "who": person(newer.history_user),
                "reason": newer.history_change_reason or "",
                "rows": [
                    (form.fields[name].label, before[name], after[name])
                    for name in before
                    if before[name] != after[name]
                ],
            }
        )
    return decisions
