"""What is asked before a build starts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ser_portal.overview import services


class BuildForm(forms.Form):
    """Year and language; a year the register cannot speak of is refused by the service, with the reason."""

    year = forms.IntegerField(label=_("Jaar"), widget=forms.Select)
    language = forms.ChoiceField(label=_("Taal"), choices=[("nl", _("Nederlands")), ("en", _("Engels"))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = services.years()
        self.fields["year"].widget.choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
