"""allauth's forms in the portal's own words: labels above the fields, no placeholders, what to do in a sentence."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# By allauth's code of the refusal; its own Dutch says "je" where the portal says "u".
SENTENCES = {
    "email_password_mismatch": _(
        "Dit e-mailadres en dit wachtwoord horen niet bij elkaar, of het account bestaat niet. Controleer beide en "
        "probeer het opnieuw."
    ),
    "too_many_login_attempts": _(
        "Er is te vaak een verkeerd wachtwoord geprobeerd. Wacht vijf minuten en probeer het opnieuw, of stel een "
        "nieuw wachtwoord in."
    ),
    "incorrect_password": _("Dit is niet uw wachtwoord."),
    "enter_current_password": _("Dit is niet uw huidige wachtwoord."),
}
LABELS = {
    "login": _("E-mailadres"),
    "email": _("E-mailadres"),
    "password": _("Wachtwoord"),
    "oldpassword": _("Huidig wachtwoord"),
    "password1": _("Nieuw wachtwoord"),
    "password2": _("Nieuw wachtwoord, nogmaals"),
}
DIFFERENT = _("De twee wachtwoorden zijn niet gelijk.")


def in_own_words(refused: ValidationError) -> ValidationError:
    """The same refusal with the portal's sentence, where it has one."""
    code = getattr(refused, "code", None)
    return ValidationError(SENTENCES[code], code=code) if code in SENTENCES else refused


class PortalForm(forms.Form):
    """Puts the portal's labels on allauth's fields and leaves out what only repeats them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            if name in {"login", "password", "oldpassword"}:
                field.help_text = ""  # the way to a new password stands below the form
            if name in {"login", "email"}:
                field.error_messages["invalid"] = _("Dit is geen e-mailadres. Schrijf het als naam@voorbeeld.nl.")

    def clean(self) -> Any:
        cleaned = super().clean()
        if self.has_error("password2"):
            typed = [self.cleaned_data.get("password1"), self.data.get("password2")]
            if all(typed) and typed[0] != typed[1]:
                del self.errors["password2"]
                self.add_error("password2", ValidationError(DIFFERENT, code="different"))
        return cleaned


class LoginForm(PortalForm, allauth_forms.LoginForm):
    """Says the same for an unknown address and a wrong password: who has an account is nobody's business."""

    def clean(self) -> Any:
        try:
            return super().clean()
        except ValidationError as refused:
            raise in_own_words(refused) from None


class ReauthenticateForm(PortalForm, allauth_forms.ReauthenticateForm):
    def clean_password(self) -> Any:
        try:
            return super().clean_password()
        except ValidationError as refused:
            raise in_own_words(refused) from None


class ChangePasswordForm(PortalForm, allauth_forms.ChangePasswordForm):
    def clean_oldpassword(self) -> Any:
        try:
            return super().clean_oldpassword()
        except ValidationError as refused:
            raise in_own_words(refused) from None


class SetPasswordForm(PortalForm, allauth_forms.SetPasswordForm):
    """For an account that has no password yet."""


class ResetPasswordForm(PortalForm, allauth_forms.ResetPasswordForm):
    """Asks for an address; the answer does not say whether it has an account."""


class ResetPasswordKeyForm(PortalForm, allauth_forms.ResetPasswordKeyForm):
    """A new password, through the address in the e-mail."""
