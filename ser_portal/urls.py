"""Every address of the portal: Dutch paths, English names."""

from django.contrib import admin
from django.urls import include, path

from ser_portal.health import health
from ser_portal.overview.views.start import start

urlpatterns = [
    path("", start, name="start"),
    path("", include("ser_portal.accounts.urls")),
    path("", include("covenants.urls")),
    path("", include("ser_portal.overview.urls")),
    path("klimaat/", include("climate.urls")),
    path("beheer/", admin.site.urls),
    path("gezond/", health, name="health"),
]

handler400 = "ser_portal.errors.bad_request"
handler403 = "ser_portal.errors.permission_denied"
handler404 = "ser_portal.errors.not_found"
handler500 = "ser_portal.errors.server_error"
