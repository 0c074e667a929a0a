"""What a password must be, in the portal's words where Django has no Dutch ones."""

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _


class MinimumLengthValidator(password_validation.MinimumLengthValidator):
    """Django's, whose refusal is not translated."""

    def get_error_message(self) -> str:
        return _("Dit wachtwoord is te kort; neem er een van minstens %(least)s tekens.") % {"least": self.min_length}
