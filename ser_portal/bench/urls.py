"""The portal's addresses, and behind them the yardstick's. Only a measurement uses this module."""

from django.urls import include, path

from ser_portal.bench.bare import BareList

# By name: what stands above this app is not imported by it.
urlpatterns = [path("", include("ser_portal.urls")), path("meting/kale-lijst/", BareList.as_view(), name="bench_bare")]

handler400 = "ser_portal.errors.bad_request"
handler403 = "ser_portal.errors.permission_denied"
handler404 = "ser_portal.errors.not_found"
handler500 = "ser_portal.errors.server_error"
