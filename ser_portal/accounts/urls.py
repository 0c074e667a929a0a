"""allauth's addresses in Dutch, under the names allauth looks them up by; only those the portal uses."""

from allauth.account import views as allauth_views
from django.urls import path, re_path

from ser_portal.accounts import views

urlpatterns = [
    path("inloggen/", views.LoginView.as_view(), name="account_login"),
    path("uitloggen/", allauth_views.logout, name="account_logout"),
    path("inloggen/niet-actief/", allauth_views.account_inactive, name="account_inactive"),
    path("inloggen/aanmelden/", allauth_views.signup, name="account_signup"),  # closed: says who makes accounts
    path("inloggen/bevestigen/", views.ReauthenticateView.as_view(), name="account_reauthenticate"),
    path("inloggen/e-mail/", allauth_views.email_verification_sent, name="account_email_verification_sent"),
    path("wachtwoord/wijzigen/", views.PasswordChangeView.as_view(), name="account_change_password"),
    path("wachtwoord/instellen/", views.PasswordSetView.as_view(), name="account_set_password"),
    path("wachtwoord/", views.PasswordResetView.as_view(), name="account_reset_password"),
    path("wachtwoord/verstuurd/", allauth_views.password_reset_done, name="account_reset_password_done"),
    path("wachtwoord/klaar/", allauth_views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^wachtwoord/nieuw/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.PasswordResetFromKeyView.as_view(),
        name="account_reset_password_from_key",
    ),
    path("account/", views.account, name="account"),
    path("taal/", views.set_language, name="set_language"),
]
