"""Accounts in the administration: made without a password, switched off rather than deleted."""

from typing import Any, ClassVar

from allauth.account import admin as _allauth_admin  # noqa: F401  registers addresses, likewise
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.auth import admin as _auth_admin  # noqa: F401  registers groups, so that they can be taken out
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ser_portal.accounts.models import Role, User

# Here a role decides, not a group, and an account has one address.
for model in (Group, EmailAddress):
    admin.site.unregister(model)


class ByAdministrators:
    """Who may open the administration may use this part of it; the role decides, not a table of permissions."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_staff", False))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)


class UserForm(forms.ModelForm):
    """One address is one person, however it is capitalised; nobody shuts themselves out."""

    asked_by: Any = None

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["email", "name", "role", "language", "is_active"]

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Er is al een account met dit e-mailadres."))
        return email

    def clean(self) -> Any:
        cleaned = super().clean() or {}
        if self.asked_by and self.instance.pk == self.asked_by.pk:
            if cleaned.get("role") != Role.ADMINISTRATOR:
                self.add_error("role", _("U kunt uzelf het beheer niet afnemen; vraag een andere beheerder."))
            if not cleaned.get("is_active"):
                self.add_error("is_active", _("U kunt uw eigen account niet uitzetten; vraag een andere beheerder."))
        return cleaned


@admin.register(User)
class UserAdmin(ByAdministrators, admin.ModelAdmin):
    """People. A new account has no password: its owner sets one through "wachtwoord vergeten"."""

    form = UserForm
    list_display = ("email", "name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            how = _(
                "Het account krijgt nog geen wachtwoord. Vraag de gebruiker om bij het inloggen ‘Wachtwoord vergeten’ "
                "te kiezen: dan volgt een e-mail om er zelf een in te stellen."
            )
            return [(None, {"fields": ["email", "name", "role", "language"], "description": how})]
        how = _("Wie iets heeft vastgelegd wordt niet verwijderd: zet het account dan op niet actief.")
        return [
            (None, {"fields": ["email", "name", "role", "language", "is_active"], "description": how}),
            (_("Gebruik"), {"fields": ["last_login", "date_joined"]}),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"asked_by": request.user})

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
