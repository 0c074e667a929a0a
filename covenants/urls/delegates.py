"""People who act for a party: invitations, choosing for whom, handing over."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
