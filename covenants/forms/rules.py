"""What is typed about the reporting rules of an agreement."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from covenants.forms.base import ReasonedForm
from covenants.forms.fields import in_words
from covenants.models import AgreementRules, Audience
from covenants.models.audience import REPORTED


class RulesForm(ReasonedForm):
    """What an agreement decided about reporting."""

    progress_level = forms.ChoiceField(label=_("Wie ziet goedgekeurde voortgang"))
    evidence_level = forms.ChoiceField(label=_("Wie ziet de bewijsstukken daarbij"))
    review_level = forms.ChoiceField(label=_("Wie ziet het oordeel"))
    reply_level = forms.ChoiceField(label=_("Wie ziet het weerwoord"))
    minimum_count = forms.IntegerField(
        label=_("Kleinste aantal in een openbaar totaal"),
        min_value=3,
        max_value=100,
        help_text=_("Minder partijen dan dit worden niet als getal getoond. 3 of meer."),
    )
    dominance_percent = forms.IntegerField(
        label=_("p% voor overheersing"),
        min_value=1,
        max_value=50,
        help_text=_(
            "Een totaal blijft verborgen als de op een na grootste partij de grootste tot op dit percentage kan "
            "schatten."
        ),
    )
    stale_after_days = forms.IntegerField(label=_("Verouderd na dagen"), min_value=7, max_value=730)
    reply_days = forms.IntegerField(label=_("Termijn voor weerwoord in dagen"), min_value=1, max_value=180)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("progress_level", "evidence_level", "review_level", "reply_level"):
            self.fields[name].choices = [(level, Audience(level).label) for level in REPORTED]  # type: ignore[attr-defined]

    def groups(self) -> list[tuple[str, str, Sequence[Any]]]:
        levels = [self[name] for name in ("progress_level", "evidence_level", "review_level", "reply_level")]
        return [
            (
                _now("Wie ziet wat"),
                _now("Buiten de eigen partij en het secretariaat gaat alleen wat is goedgekeurd."),
                levels,
            ),
            (
                _now("Bescherming van kleine aantallen"),
                _now("Deze getallen krijgen partijen niet te zien: wie ze kent, kan terugrekenen."),
                [self["minimum_count"], self["dominance_percent"]],
            ),
            (_now("Termijnen"), "", [self["stale_after_days"], self["reply_days"]]),
            (_now("Waarom dit verandert"), "", [self["reason"]]),
        ]

    @staticmethod
    def of(rules: AgreementRules) -> dict[str, Any]:
        return {name: getattr(rules, name) for name in RulesForm.base_fields if name != "reason"}

    def current(self, record: AgreementRules) -> dict[str, Any]:
        initial = self.of(record)
        return {name: in_words(self.fields[name], value) for name, value in initial.items() if name != "version"}
