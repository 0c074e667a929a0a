"""Letting the totals of a round leave the house."""

from django.utils.translation import gettext_lazy as _

from covenants.forms.base import VersionedForm
from covenants.forms.fields import LongText


class ReleaseForm(VersionedForm):
    """Why, and under which reservations; everybody who reads the totals reads this."""

    reason = LongText(
        label=_("Toelichting"), rows=3, max_length=5000,
        error_messages={"required": _("Geef een toelichting; die staat bij de totalen.")},
        help_text=_("Staat bij de totalen, voor iedereen die ze mag zien. Noem geen partijen."),
    )  # fmt: skip
    field_order = ["reason", "version"]
