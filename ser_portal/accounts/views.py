"""Coming in, going out, one's own account: allauth's views with the portal's forms, answers and languages."""

from typing import Any

from allauth.account import views as allauth_views
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import i18n
from django.views.decorators.http import require_POST, require_safe

from ser_portal.accounts import forms


def remember_language(response: HttpResponseBase, language: str) -> None:
    """Keep the language in the cookie that LocaleMiddleware reads."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


class RefusalIs422:
    """A form that is not in order answers 422, with and without htmx."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        throttled = any(error.code == "too_many_login_attempts" for error in form.non_field_errors().as_data())
        response.status_code = 429 if throttled else 422
        return response


@method_decorator(login_not_required, name="dispatch")
class LoginView(RefusalIs422, allauth_views.LoginView):
    """Signs in and goes on in the language this person chose before."""

    form_class = forms.LoginForm

    def form_valid(self, form: Any) -> HttpResponse:
        # The greeting that follows is already in the person's own language.
        user = form.user
        with translation.override(user.language):
            response = super().form_valid(form)
        if self.request.user.is_authenticated:
            remember_language(response, user.language)
        return response

    def get_authenticated_redirect_url(self) -> str:
        messages.info(self.request, _("U bent al ingelogd als %(name)s.") % {"name": self.request.user})
        return str(super().get_authenticated_redirect_url())


class PasswordChangeView(RefusalIs422, allauth_views.PasswordChangeView):
    form_class = forms.ChangePasswordForm

    def get_default_success_url(self) -> str:
        return reverse("account")


class PasswordSetView(RefusalIs422, allauth_views.PasswordSetView):
    form_class = forms.SetPasswordForm

    def get_default_success_url(self) -> str:
        return reverse("account")


@method_decorator(login_not_required, name="dispatch")
class PasswordResetView(RefusalIs422, allauth_views.PasswordResetView):
    form_class = forms.ResetPasswordForm


@method_decorator(login_not_required, name="dispatch")
class PasswordResetFromKeyView(RefusalIs422, allauth_views.PasswordResetFromKeyView):
    form_class = forms.ResetPasswordKeyForm


class ReauthenticateView(RefusalIs422, allauth_views.ReauthenticateView):
    form_class = forms.ReauthenticateForm


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What the portal knows of the person who is signed in. The administrator keeps name and role."""
    return render(request, "account/account.html")


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Switch language and, for who is signed in, remember it for the next time."""
    response = i18n.set_language(request)
    chosen = request.POST.get(i18n.LANGUAGE_QUERY_PARAMETER, "")
    user = request.user
    if user.is_authenticated and chosen in dict(settings.LANGUAGES) and user.language != chosen:
        user.language = chosen
        user.save(update_fields=["language"])
    return response
