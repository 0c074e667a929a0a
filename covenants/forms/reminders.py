"""The one button of the calendar page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from covenants.forms.base import OnceForm


class CalendarAddressForm(OnceForm):
    """Asks for a new secret address; the key is what it is made of, so it cannot be left out."""

    once = forms.CharField(
        min_length=20,
        max_length=40,
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Open de pagina opnieuw en probeer het nog eens."),
            "min_length": _("Open de pagina opnieuw en probeer het nog eens."),
            "max_length": _("Open de pagina opnieuw en probeer het nog eens."),
        },
    )
