"""Every address of the portal: Dutch paths, English names."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language  # noqa: F401

from covenants import services  # noqa: F401

urlpatterns = []
# TEMPORARY while parts are being built: only what is there
for where, module in [
    ("", "ser_portal.accounts.urls"),
    ("", "covenants.urls"),
    ("klimaat/", "climate.urls"),
    ("", "ser_portal.overview.urls"),
]:
    if find_spec(module):
        urlpatterns.append(path(where, include(module)))
if find_spec("ser_portal.overview.views") and find_spec("ser_portal.overview.views.start"):
    from ser_portal.overview.views.start import start

    urlpatterns.append(path("", start, name="start"))
if find_spec("ser_portal.health"):
    from ser_portal.health import health

    urlpatterns.append(path("gezond/", health, name="health"))
urlpatterns.append(path("beheer/", admin.site.urls))

handler400 = "ser_portal.errors.bad_request"
handler403 = "ser_portal.errors.permission_denied"
handler404 = "ser_portal.errors.not_found"
handler500 = "ser_portal.errors.server_error"
