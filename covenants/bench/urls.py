"""The portal's addresses, and behind them the yardstick's. Only a measurement uses this module."""

from django.urls import path

from covenants.bench.bare import BareList
from ser_portal.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [*urlpatterns, path("meting/kale-lijst/", BareList.as_view(), name="bench_bare")]
